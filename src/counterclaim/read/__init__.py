"""Bytes to a checked ``Report``: one module a format."""

from __future__ import annotations

import codecs
import re
from typing import Literal, NamedTuple

import msgspec

from counterclaim.errors import CounterclaimError
from counterclaim.read.checks import MAX_BYTES, checked
from counterclaim.read.encodings import decode
from counterclaim.read.reportjson import line_id, parse_report, read_report_line
from counterclaim.read.text import read_text
from counterclaim.records import Report

__all__ = ["MAX_BYTES", "Format", "Given", "Origin", "line_id", "read_bytes", "read_report_line", "sniff"]

Format = Literal["text", "markdown", "html", "json"]

_SUFFIXES: dict[str, Format] = {
    "txt": "text", "text": "text", "md": "markdown", "markdown": "markdown", "html": "html", "htm": "html",
    "xhtml": "html", "json": "json", "jsonl": "json", "ndjson": "json",
}  # fmt: skip
_TYPES: dict[str, Format] = {
    "text/plain": "text", "text/markdown": "markdown", "text/html": "html", "application/xhtml+xml": "html",
    "application/json": "json",
}  # fmt: skip
_PAGE = re.compile(rb"(?is)\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body)\b")
_OBJECT = re.compile(rb'\s*\{\s*"')


class Origin(NamedTuple):
    """Where the bytes came from: a name for messages and its suffix, and what a web server said of them."""

    name: str = ""
    url: str | None = None
    content_type: str = ""
    charset: str | None = None


class Given(NamedTuple):
    """What the user says of the report; it goes before what the file says."""

    publisher: str | None = None
    published: str | None = None
    title: str | None = None


_UNKNOWN = Origin()
_NOTHING = Given()


def sniff(data: bytes, origin: Origin = _UNKNOWN) -> Format:
    """The format: by the server's content type, the name's suffix, or else by the first characters."""
    if origin.content_type in _TYPES and origin.content_type != "text/plain":
        return _TYPES[origin.content_type]
    suffix = origin.name.rpartition(".")[2].lower() if "." in origin.name else ""
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    head = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if _PAGE.match(head):
        return "html"
    return "json" if _OBJECT.match(head) else "text"


def read_bytes(data: bytes, origin: Origin = _UNKNOWN, given: Given = _NOTHING) -> Report:
    """A checked report from a file's or page's bytes.

    Raises ``CounterclaimError`` with a code CC-101 ... CC-111; ``published`` may stay empty.
    """
    if len(data) > MAX_BYTES:
        raise CounterclaimError("CC-105", f"more than {MAX_BYTES:,} bytes", where=origin.name)
    if not data.strip():
        raise CounterclaimError("CC-103", where=origin.name)
    report = _as_given(_read(data, sniff(data, origin), origin), given)
    return checked(report, origin.name)


def _read(data: bytes, kind: Format, origin: Origin) -> Report:
    if kind == "json":
        # editors on Windows may save JSON in UTF-16; otherwise the bytes are UTF-8 as JSON asks
        marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return parse_report(decode(data, where=origin.name).encode() if marked else data, where=origin.name)
    if kind == "html":
        from counterclaim.read.html import declared_charset, read_html  # 0.3 s to import, for pages only

        page = decode(data, charset=origin.charset or declared_charset(data), where=origin.name)
        return read_html(page, url=origin.url, where=origin.name)
    text = decode(data, charset=origin.charset, where=origin.name)
    if kind == "markdown":
        from counterclaim.read.markdown import read_markdown

        report = read_markdown(text)
    else:
        report = read_text(text)
    return msgspec.structs.replace(report, url=report.url or origin.url)


def _as_given(report: Report, given: Given) -> Report:
    told = {name: value for name, value in given._asdict().items() if value is not None}
    return msgspec.structs.replace(report, **told) if told else report
