"""What every report must satisfy, whatever format it came in."""

from __future__ import annotations

import re
from datetime import datetime

from counterclaim.errors import CounterclaimError
from counterclaim.records import Report

MAX_TEXT = 20_000_000  # code points; a book is about one million
MAX_BYTES = 4 * MAX_TEXT  # UTF-8 needs at most four bytes a code point

_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}"
    r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"[^\W_]")


def is_iso_date(value: str) -> bool:
    """Whether ``value`` is an ISO 8601 calendar date, or a date and time of day, that exists."""
    if not _ISO.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def checked(report: Report, where: str = "") -> Report:
    """The report itself when it can be read further.

    An empty ``published`` passes: absolute dates can still be resolved. Raises CC-103 (no words), CC-105 (too long),
    CC-106 (``published`` is no date), CC-111 (half a surrogate pair, which no output could carry).
    """
    if len(report.text) > MAX_TEXT:
        raise CounterclaimError("CC-105", f"{len(report.text):,} of {MAX_TEXT:,} characters", where=where)
    if not _WORD.search(report.text):
        raise CounterclaimError("CC-103", where=where)
    for name in ("text", "publisher", "id", "url", "title", "language", "channel"):
        value = getattr(report, name) or ""
        half = _SURROGATE.search(value)
        if half:
            raise CounterclaimError("CC-111", f"U+{ord(half[0]):04X} at {half.start()} of {name}", where=where)
    if report.published and not is_iso_date(report.published):
        raise CounterclaimError("CC-106", repr(report.published), where=where)
    return report
