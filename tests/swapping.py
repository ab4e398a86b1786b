"""Exchanging the names of two sides in a report, keeping the way back from every offset of the new text.

Only whole words are exchanged ("Russians" is a form of its own, never "Russian" + s), the longest name first, and a
longer name of somebody else that contains one ("South Sudan") is left alone. "a" and "an" follow the new name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from corpus import DATA

Json = dict[str, Any]
# (old start, old end, new start, new end) of every exchanged stretch, in order
Segments = tuple[tuple[int, int, int, int], ...]
_VOWELS = "AEIOaeio"  # a name in U- begins with a consonant sound (Ukrainian, Ugandan)


@dataclass(frozen=True)
class Sides:
    """Two sides of one class, their forms by class (``name``, ``adjective``, ``people``, ``capital``)."""

    first: Mapping[str, str]
    second: Mapping[str, str]

    def exchanges(self) -> dict[str, str]:
        """Every form with its counterpart, also in capitals; only the classes that both sides have."""
        out: dict[str, str] = {}
        for cls in self.first.keys() & self.second.keys():
            a, b = self.first[cls], self.second[cls]
            for old, new in ((a, b), (b, a)):
                out.setdefault(old, new)
                if len(old) > 3 and not old.isupper():  # an acronym is in capitals already
                    out.setdefault(old.upper(), new.upper())
        return out


@dataclass(frozen=True)
class Swapped:
    """An exchanged text and the stretches that changed."""

    text: str
    segments: Segments

    def new(self, offset: int, end: bool = False) -> int | None:
        """Where an offset of the old text is in the new one; None inside an exchanged name.

        ``end``: the offset closes a span, so at the border of two touching stretches it belongs to the left one.
        """
        at = bisect_right([s[0] for s in self.segments], offset) - 1
        if at >= 0 and end and self.segments[at][0] == offset:
            at -= 1
        if at < 0:
            return offset
        old_start, old_end, new_start, new_end = self.segments[at]
        if offset >= old_end:
            return new_end + offset - old_end
        return new_start if offset == old_start else None


@cache
def table() -> Json:
    """The table of sides."""
    loaded: Json = yaml.safe_load((DATA / "sides.yaml").read_text("utf-8"))
    return loaded


def forms(name: str) -> dict[str, str]:
    """The forms of a side by class."""
    return {"name": name, **{**table()["states"], **table()["groups"]}[name]}


@cache
def _guarded() -> tuple[str, ...]:
    """Every form of every side: what a longest match is taken over."""
    names = [*table()["states"], *table()["groups"]]
    plain = {form for name in names for form in forms(name).values()} | set(table()["kept"])
    return tuple(sorted(plain | {f.upper() for f in plain if len(f) > 3}))


def matcher(words: Iterable[str]) -> re.Pattern[str]:
    """Finds whole words, the longest first, with an article before them in group 1."""
    longest = sorted(set(words), key=lambda w: (-len(w), w))
    return re.compile(r"(?:(?<!\w)([Aa]n?)(\s+))?(?<!\w)(" + "|".join(map(re.escape, longest)) + r")(?!\w)")


def _article(old: str, name: str) -> str:
    """The article that fits a name; in capitals at the start as the old one was."""
    new = "an" if name[0] in _VOWELS else "a"
    return new.capitalize() if old[0].isupper() else new


def swap(text: str, sides: Sides, guarded: Iterable[str] | None = None) -> Swapped:
    """Exchange the two sides' names in a text; ``guarded`` are longer names that stay as they are."""
    change = sides.exchanges()
    others = _guarded() if guarded is None else guarded
    out: list[str] = []
    segments: list[tuple[int, int, int, int]] = []
    at = size = 0

    def put(start: int, end: int, new: str) -> None:
        nonlocal at, size
        out.append(text[at:start])
        size += start - at
        out.append(new)
        if text[start:end] != new:
            segments.append((start, end, size, size + len(new)))
        size += len(new)
        at = end

    for found in matcher([*change, *others]).finditer(text):
        new = change.get(found[3])
        if new is None:
            continue
        if found[1] and (found[3][0] in _VOWELS) != (new[0] in _VOWELS):
            put(found.start(1), found.end(1), _article(found[1], new))
        put(found.start(3), found.end(3), new)
    out.append(text[at:])
    return Swapped("".join(out), tuple(segments))


def neutral(text: str, sides: Sides) -> str:
    """A name with each side's forms written as the side's number, so that names compare without their grammar."""
    number: dict[str, str] = {}
    for mark, side in (("<1>", sides.first), ("<2>", sides.second)):
        for form in side.values():
            number.setdefault(form, mark)
            number.setdefault(form.upper(), mark)
    found = matcher([*number, *_guarded()])

    def mark_of(hit: re.Match[str]) -> str:
        mark = number.get(hit[3])
        if mark is None:
            return hit[0]
        return f"{'a ' if hit[1] else ''}{mark}"

    return found.sub(mark_of, text)


def crossed(text: str) -> str:
    """A neutral name with the two sides' numbers exchanged; other digits stay."""
    return re.sub("<([12])>", lambda m: "<2>" if m[1] == "1" else "<1>", text)


def counts(text: str) -> dict[str, int]:
    """How often each side of the table is named in a text, by any of its forms."""
    owner: dict[str, str] = {}
    for name in [*table()["states"], *table()["groups"]]:
        for form in forms(name).values():
            owner.setdefault(form, name)
    seen: dict[str, int] = {}
    for found in matcher([*owner, *table()["kept"]]).finditer(text):
        if name := owner.get(found[3]):
            seen[name] = seen.get(name, 0) + 1
    return seen


def usable(first: str, second: str, text: str) -> bool:
    """Whether every form of the one in the text has a counterpart of its class in the other, and the reverse."""
    one, two = forms(first), forms(second)
    missing = [f for c, f in one.items() if c not in two] + [f for c, f in two.items() if c not in one]
    return not any(matcher([form]).search(text) for form in missing)


def choose(report_id: str, text: str) -> tuple[str, str] | None:
    """The two sides of a report: told in the table, else the two most frequent names of one class.

    With one side named only, an absent one is its partner; None where the table knows nobody in the text.
    """
    told = table()["reports"].get(report_id)
    if told:
        return told[0], told[1]
    seen = counts(text)
    ranked = sorted(seen, key=lambda n: (-seen[n], n))
    states = set(table()["states"])
    for first in ranked:
        same = [n for n in ranked if n != first and (n in states) == (first in states)]
        absent = table()["absent_states" if first in states else "absent_groups"]
        for second in [*same, *(n for n in absent if n not in seen)]:
            if usable(first, second, text):
                return first, second
    return None
