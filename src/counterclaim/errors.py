"""One exception for every foreseen failure, with a numbered code and what to do about it.

The codes, their meanings and remedies are data: ``seeds/errors.json``. A code is never reused for another meaning.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import msgspec

from counterclaim.paths import data_path

_SHOWN = 200  # code points of a detail that are shown; the rest of a long value helps nobody


class Entry(NamedTuple):
    """What a code means and what helps."""

    meaning: str
    remedy: str


class _Catalogue(msgspec.Struct, frozen=True):
    errors: dict[str, dict[str, str]]
    abstentions: dict[str, str]


@cache
def _catalogue() -> _Catalogue:
    return msgspec.json.decode(data_path("errors.json").read_bytes(), type=_Catalogue)


def error_codes() -> dict[str, Entry]:
    """Every error code with its meaning and remedy."""
    return {code: Entry(entry["meaning"], entry["remedy"]) for code, entry in _catalogue().errors.items()}


def abstention_codes() -> dict[str, str]:
    """Every abstention code (``ABST-...``) with its reason in words."""
    return dict(_catalogue().abstentions)


def shorten(text: str, limit: int = _SHOWN) -> str:
    """``text`` on one line and at most ``limit`` code points long, without control characters or lone surrogates."""
    head = text[: limit * 2]
    clean = "".join(c if c.isprintable() else " " for c in head)
    clean = " ".join(clean.split())
    return clean if len(clean) <= limit and len(head) == len(text) else clean[: limit - 1] + "…"


class CounterclaimError(Exception):
    """A failure with a code of ``seeds/errors.json``.

    ``detail`` is the offending value or the cause, ``where`` the file and line. ``message`` is the meaning, the
    detail, the place and the remedy in one line; ``str()`` puts the code in front:
    ``[CC-106] published is not an ISO 8601 date: '2024-13-40' (line 3). Write published as ...``
    """

    def __init__(self, code: str, detail: str = "", *, where: str = "") -> None:
        entry = error_codes()[code]
        self.code = code
        self.detail = shorten(detail)
        self.where = where
        cause = f": {self.detail}" if self.detail else ""
        place = f" ({where})" if where else ""
        remedy = entry.remedy[:1].upper() + entry.remedy[1:]
        self.message = f"{entry.meaning}{cause}{place}. {remedy}."
        super().__init__(f"[{code}] {self.message}")

    def __reduce__(self) -> tuple[object, tuple[str, str, str]]:
        # the default would call the constructor with the finished message, which breaks between processes
        return (_rebuild, (self.code, self.detail, self.where))


def _rebuild(code: str, detail: str, where: str) -> CounterclaimError:
    return CounterclaimError(code, detail, where=where)
