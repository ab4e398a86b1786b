"""Which pairs of claims are worth weighing: blocking by report, place, time, origin and figure.

The work must grow with the claims and not with their square, however many reports one war, one party or one town has.
So time is worked through in short stretches, and inside one a block of more than a few claims is divided by what says
more (the figure, the origin) and else walked with a window over day and place. A key that says little by itself (a
party, a number, nothing but the outcome) is not walked at all then: pairs that only share that are not evidence.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from counterclaim.link.facts import Fact, Spot
from counterclaim.link.origins import Origins

_CELL = 1.0  # degrees, for whatever has a place
_FINE = 0.25  # degrees, for settlements and points
_DEGREE = 111.0  # kilometres of one degree of latitude
_TIME = 4  # days of one stretch of time
_MONTHS = 62  # days of a window that is in all its stretches; a longer one is in those of its end
_FEW = 200  # claims of a stretch of time in which every block is walked as it is
_FULL = 40  # claims of a block that all meet
_REACH = 16  # claims of a larger block, in order of day and place, that each claim meets
_FAR = 80  # claims that each claim meets in a report, in order of the text, and in a stretch of few claims
_CHANCE = 10  # told numbers below this meet by chance
_SETTLEMENT, _REGION, _COUNTRY = 1, 3, 4  # ranks of precision
_TOWNS = 2  # settlements told of in a block whose key is none of them: with more of them it says too little
_STRONG = frozenset({"name", "near", "origin"})  # keys that say something by themselves
_DIVIDED = _STRONG | {"region", "cell", "party", "open"}  # those that say something together with a number

Key = tuple[object, ...]


class _Seen(NamedTuple):
    """What is asked of every pair, by position: small numbers laid flat, for this is the innermost loop."""

    report: dict[int, int]
    start: dict[int, int]  # 0 where the claim's own words tell no day
    end: dict[int, int]
    total: frozenset[int]
    stretch: dict[int, int]  # the first stretch of time that the claim is in
    slack: int

    def apart(self, i: int, j: int) -> bool:
        """True where both tell days, and they are too far from each other to be weighed."""
        if i in self.total and j in self.total:
            return False
        a, b = self.start[i], self.start[j]
        if not a or not b:
            return False
        return a > self.end[j] + self.slack or b > self.end[i] + self.slack


def pairs(facts: Sequence[Fact], origins: Origins, slack: int) -> Iterator[tuple[int, int]]:
    """Pairs of positions, each once, the smaller first; ``slack`` is how many days told days may lie apart.

    The same facts give the same pairs, in whatever order they come.
    """
    yield from _in_reports(facts)
    seen = _Seen(
        report={f.n: f.report for f in facts},
        start={f.n: (f.start or f.end) if f.own_time else 0 for f in facts},
        end={f.n: f.end or f.start for f in facts},
        total=frozenset(f.n for f in facts if f.total),
        stretch={f.n: _stretches(f).start for f in facts},
        slack=slack,
    )
    in_time: dict[int, list[Fact]] = defaultdict(list)
    for f in facts:
        for t in _stretches(f):
            in_time[t].append(f)
    for t in sorted(in_time):
        yield from _in_stretch(t, in_time.pop(t), origins, seen)


def _in_reports(facts: Iterable[Fact]) -> Iterator[tuple[int, int]]:
    reports: dict[int, list[Fact]] = defaultdict(list)
    for f in facts:
        reports[f.report].append(f)
    for own in reports.values():
        own.sort(key=lambda f: (f.claim.quantity.start, f.ref))
        for k, a in enumerate(own):
            for b in own[k + 1 : k + 1 + _FAR]:
                yield (a.n, b.n) if a.n < b.n else (b.n, a.n)


def _stretches(f: Fact) -> range:
    """The stretches of time that a claim is in: its days, or the day of publication, and one more."""
    last = f.end or f.start or f.published
    first = f.start if f.start and last - f.start <= _MONTHS else last
    return range(first // _TIME, last // _TIME + 2)


def _in_stretch(t: int, facts: list[Fact], origins: Origins, seen: _Seen) -> Iterator[tuple[int, int]]:
    """The pairs of which one claim begins in this stretch: each pair then comes up in one stretch only."""
    if all(seen.stretch[f.n] != t for f in facts):
        return
    facts.sort(key=_order)
    blocks: dict[Key, list[Fact]] = defaultdict(list)
    for f in facts:
        for key in set(keys(f, origins)):
            blocks[key].append(f)
    met: set[tuple[int, int]] = set()
    for block, reach in _small(blocks, origins, len(facts) <= _FEW):
        for k, a in enumerate(block):
            i, new = a.n, seen.stretch[a.n] == t
            left = reach
            for b in block[k + 1 : k + 1 + 4 * reach]:
                j = b.n
                pair = (i, j) if i < j else (j, i)
                if not (new or seen.stretch[j] == t) or seen.report[i] == seen.report[j]:
                    continue
                if seen.apart(i, j) and not (a.told & b.told and origins.of[i] == origins.of[j]):
                    continue
                left -= 1
                if pair not in met:
                    met.add(pair)
                    yield pair
                if not left:
                    break


def _order(f: Fact) -> tuple[object, ...]:
    """By day, then by the finest place, then by what is counted: neighbours have most in common."""
    place = min(((s.rank, s.name) for s in f.spots), default=(9, ""))
    return f.start or f.end or f.published, place, f.claim.outcome, max(f.told, default=0), f.ref


def _small(blocks: dict[Key, list[Fact]], origins: Origins, few: bool) -> Iterator[tuple[list[Fact], int]]:
    """Blocks as they are walked, with how many others each claim meets; a large one is divided first."""
    for key, block in blocks.items():
        if len(block) < 2:
            continue
        if few:
            yield block, _FAR
            continue
        strong = key[0] in _STRONG
        if len(block) <= _FULL and (strong or _towns(block) <= _TOWNS):
            yield block, _FULL
            continue
        if strong:
            yield block, _REACH
        parts: dict[Key, list[Fact]] = defaultdict(list)
        for f in block:
            if strong:
                parts["origin", origins.of[f.n]].append(f)
            if key[0] in _DIVIDED and (strong or max(f.told, default=0) >= _CHANCE):
                for told in f.told:
                    parts[f.claim.outcome, told].append(f)
        for part in parts.values():
            if 1 < len(part) < len(block):
                yield part, _REACH


def _towns(block: Iterable[Fact]) -> int:
    return len({s.name for f in block for s in f.spots if s.rank <= _SETTLEMENT})


def keys(f: Fact, origins: Origins) -> Iterator[Key]:
    """The blocks that a claim is in. Running totals and figures of one happening meet only where one origin tells one
    number."""
    sort = f.total
    for s in f.spots:
        if s.rank < _COUNTRY:
            yield "name" if s.rank < _REGION else "region", sort, s.name
    finest = min((s.rank for s in f.spots), default=_COUNTRY)
    for cell in {c for s in f.spots if s.rank < _COUNTRY for c in _cells(s, _CELL, s.rank == finest)}:
        yield "cell", sort, cell
    for cell in {c for s in f.spots if s.rank <= _SETTLEMENT for c in _cells(s, _FINE, True)}:
        yield "near", sort, cell
    for told in f.told:
        yield "figure", sort, told
        yield "origin" if told >= _CHANCE else "small", origins.of[f.n], told
    for party in f.hint:
        yield "party", sort, party
    if finest >= _COUNTRY:
        yield "open", sort, f.claim.outcome


def _cells(s: Spot, size: float, whole: bool) -> Iterator[tuple[int, int]]:
    """The cells of the map that a place reaches into, or that its middle lies in."""
    if s.lat is None or s.lon is None:
        return
    high = s.radius / _DEGREE if whole else 0.0
    wide = high / max(0.2, math.cos(math.radians(s.lat)))
    for x in range(math.floor((s.lat - high) / size), math.floor((s.lat + high) / size) + 1):
        for y in range(math.floor((s.lon - wide) / size), math.floor((s.lon + wide) / size) + 1):
            yield x, y
