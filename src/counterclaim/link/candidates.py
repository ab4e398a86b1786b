"""Which pairs of claims are worth weighing: blocking by report, place cell, time, origin and figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from counterclaim.link.facts import Fact
from counterclaim.link.origins import Origins

_CELL = 1.0  # degrees: claims in neighbouring cells meet
_REACH = 80  # claims of a block, in order of time, that each claim meets
_TIME = 4  # days of one bucket of time
_MONTHS = 62  # days of a window that is in all its buckets; a longer one is in those of its end


def pairs(facts: Sequence[Fact], origins: Origins) -> Iterator[tuple[int, int]]:
    """Pairs of positions, each once, the smaller first."""
    seen: set[tuple[int, int]] = set()
    at = {f.n: f for f in facts}
    blocks: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for f in facts:
        for key in keys(f, origins):
            blocks[key].append(f.n)
    for key in sorted(blocks, key=repr):
        block = sorted(blocks[key], key=lambda n: (at[n].start or at[n].published, at[n].ref))
        for k, i in enumerate(block):
            for j in block[k + 1 : k + 1 + _REACH]:
                pair = (i, j) if i < j else (j, i)
                if pair not in seen:
                    seen.add(pair)
                    yield pair


def keys(f: Fact, origins: Origins) -> Iterator[tuple[object, ...]]:
    """The blocks that a claim is in."""
    yield "report", f.report
    last = f.end or f.start or f.published
    first = f.start if f.start and last - f.start <= _MONTHS else last
    buckets = range(first // _TIME, last // _TIME + 2)
    named = {s.name for s in f.spots if s.rank < 4}
    for b in buckets:
        for name in named:
            yield "name", f.family, name, b
        for s in f.spots:
            if s.lat is not None and s.lon is not None and s.rank < 4:
                x, y = int(s.lat // _CELL), int(s.lon // _CELL)
                yield "cell", f.family, x, y, b
        for told in f.told:
            yield "figure", f.family, told, b
            yield "origin", origins.of[f.n], told, b
        for party in f.hint:
            yield "party", f.family, party, b
        if not named:
            yield "open", f.family, f.claim.outcome, b
