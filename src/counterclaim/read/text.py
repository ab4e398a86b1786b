"""Plain text: the characters as they are, one paragraph a line or between blank lines."""

from __future__ import annotations

from counterclaim.records import Report


def read_text(text: str) -> Report:
    """A report of ``text``; plain text tells nothing of its publisher, day or title."""
    return Report(text=text)
