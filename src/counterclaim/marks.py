"""Places and dates of a sentence as the settings need them, and what a whole sentence or report tells of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from counterclaim.parse import Sentence
from counterclaim.place_words import PlaceLexicon
from counterclaim.records import Interval


class Moment(msgspec.Struct, frozen=True, gc=False):
    """A date expression as the settings need it."""

    start: int
    end: int
    interval: Interval | None
    role: str
    grain: str
    offset: tuple[int, int] | None
    index: int
    names_event: bool = False  # "Friday's strike", "the attack of 4 April"
    inverse: bool = False  # "a day after the strike": the strike is a day earlier
    now: bool = False  # "so far", "as of now"
    then: bool = False  # "since then"
    inner: Interval | None = None  # of "since X": X


class Spot(msgspec.Struct, frozen=True, gc=False):
    """A place name as the settings need it; ``broad`` for regions and countries."""

    start: int
    end: int
    sentence: int
    prep: str
    broad: bool
    country: bool
    goal: bool
    heading: bool
    index: int
    name: str
    within: tuple[int, ...] = ()


class Told(NamedTuple):
    """What a sentence tells of where and when."""

    spots: list[Spot]
    moments: list[Moment]


def same_period(s: Sentence, lex: PlaceLexicon) -> bool:
    """The period told before: "over the same period", "in that time"."""
    words = [t.lower for t in s.tokens]
    return any(w in lex.periods and words[k - 1] in ("same", "that") for k, w in enumerate(words) if k)


def pointed_there(s: Sentence, lex: PlaceLexicon) -> bool:
    """The place told before: "there", "here", "in the same city"."""
    for k, t in enumerate(s.tokens):
        if t.lower in lex.there and t.tag == "RB":
            return True
        if t.lower == "same" and k + 1 < len(s.tokens) and s.tokens[k + 1].lower in lex.towns | lex.areas | lex.pointed:
            return True
    return False


def titled(spots: Sequence[Spot], title: str) -> tuple[int, ...]:
    """The place that the headline names first, where the text names it too; a country, which may be there as one who
    says or does, only after "in" or the like."""
    named = []
    for p in spots:
        before = r"\b(?:in|across|inside|throughout|near) " if p.country else r"\b"
        hit = re.search(rf"{before}{re.escape(p.name)}\b", title, re.IGNORECASE) if len(p.name) > 2 else None
        if hit:
            named.append((p.country, hit.start(), p.index))
    return (min(named)[2],) if named else ()


def main_region(spots: Sequence[Spot]) -> tuple[int, ...]:
    """The region (no country) that the report names most, at least twice."""
    seen: dict[str, list[int]] = {}
    for p in spots:
        if p.broad and not p.country:
            seen.setdefault(p.name, []).append(p.index)
    best = max(seen.values(), key=len, default=[])
    return (best[0],) if len(best) >= 2 else ()


def elsewhere(s: Sentence, lex: PlaceLexicon) -> bool:
    """The sentence opens a happening of its own: "In one friendly fire incident", "in a separate attack"."""
    words = [t.lower for t in s.tokens[:14]]
    if any(w in lex.elsewhere for w in words):
        return True
    for k, w in enumerate(words[:-1]):
        if (
            w in ("in", "during")
            and words[k + 1] in ("one", "another", "a")
            and any(x.rstrip("s") in lex.incidents for x in words[k + 2 : k + 6])
        ):
            return words[k + 1] != "a" or any(x in lex.another for x in words[k + 2 : k + 5])
    return False
