"""A report as a JSON object, and one line of JSON Lines."""

from __future__ import annotations

import json
import re

import msgspec

from counterclaim.errors import CounterclaimError
from counterclaim.read.checks import checked
from counterclaim.records import Report

_DECODER = msgspec.json.Decoder(Report)
_MARK = b"\xef\xbb\xbf"
_FIELD = re.compile(r" - at `\$\.(?P<name>[^`]+)`\Z")


def read_report_line(line: bytes, *, where: str = "") -> Report:
    """One checked report from one JSON object. Raises what ``parse_report`` and ``checked`` raise."""
    return checked(parse_report(line, where=where), where)


def parse_report(line: bytes, *, where: str = "") -> Report:
    """One report from one JSON object; the text is kept exactly, so that offsets count in the text that was given.

    Raises CC-101 (no JSON), CC-102 (no object with a text), CC-110 (a wrong type), CC-111 (half a surrogate pair).
    """
    try:
        report = _DECODER.decode(line.removeprefix(_MARK))
    except msgspec.ValidationError as error:
        raise _wrong_type(str(error), where) from None
    except UnicodeDecodeError as error:
        raise CounterclaimError("CC-101", f"not UTF-8 at byte {error.start}", where=where) from None
    except RecursionError:
        raise CounterclaimError("CC-101", "nested too deeply", where=where) from None
    except msgspec.DecodeError as error:
        if _has_half_pair(line):
            raise CounterclaimError("CC-111", where=where) from None
        raise CounterclaimError("CC-101", str(error), where=where) from None
    if not report.text and "text" not in _keys(line):
        raise CounterclaimError("CC-102", "no text", where=where)
    return report


def line_id(line: bytes) -> str | None:
    """The id of a report line that may be broken otherwise, for the error that takes its place."""
    value = _loose(line)
    found = value.get("id") if isinstance(value, dict) else None
    return found.encode("utf-8", "replace").decode() if isinstance(found, str) else None


def _loose(line: bytes) -> object:
    try:
        return json.loads(line.removeprefix(_MARK))
    except (ValueError, RecursionError):
        return None


def _keys(line: bytes) -> set[str]:
    value = _loose(line)
    return set(value) if isinstance(value, dict) else set()


def _has_half_pair(line: bytes) -> bool:
    """The strict decoder calls half a pair truncated input; the standard library's accepts it."""
    return b"\\u" in line and _loose(line) is not None


def _wrong_type(message: str, where: str) -> CounterclaimError:
    """The decoder's complaint by code: a field of a wrong type, or no object at all."""
    field = _FIELD.search(message)
    if not field:
        return CounterclaimError("CC-102", message, where=where)
    return CounterclaimError("CC-110", f"{field['name']}: {message[: field.start()]}", where=where)
