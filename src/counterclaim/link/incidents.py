"""Claims grouped into incidents.

Pairs are weighed in blocks, then joined from the strongest down; two groups join only where no pair across them is
forbidden and the mean over all pairs speaks for it, so that nothing is chained through a third claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from counterclaim.link.candidates import pairs
from counterclaim.link.compare import CHANGED, Rules, Verdict, compare
from counterclaim.link.facts import Fact
from counterclaim.link.origins import Origins
from counterclaim.records import ClaimRef, Judgement

_SHOWN = 24  # facts of a group that a joining is weighed on; the first of each report come first


class Tie(msgspec.Struct, frozen=True, gc=False):
    """Why a fact joined its group: the fact it was tied to, the weight and the features."""

    fact: int
    to: int
    weight: float
    features: tuple[str, ...]


class Groups(msgspec.Struct, frozen=True):
    """Positions of the facts of each incident, in order, and how each fact came in."""

    members: tuple[tuple[int, ...], ...]
    ties: dict[int, Tie]


def group(facts: Sequence[Fact], origins: Origins, rules: Rules, judgements: Iterable[Judgement] = ()) -> Groups:
    """Group the facts. The order of the reports changes nothing; judgements always win."""
    apart, together = _judged(facts, judgements)
    seen: dict[tuple[int, int], Verdict] = {}

    def weigh(i: int, j: int) -> Verdict:
        key = (i, j) if i < j else (j, i)
        if key not in seen:
            seen[key] = compare(facts[key[0]], facts[key[1]], origins, rules)
        return seen[key]

    ranked: list[tuple[float, str, str, int, int]] = []
    whole = _wholes(facts)
    for i, j in pairs([f for f in facts if whole[f.n] == f.n], origins):
        v = weigh(i, j)
        if not v.veto and v.weight >= rules.threshold:
            a, b = sorted((facts[i], facts[j]), key=_name)
            ranked.append((-v.weight, _name(a), _name(b), a.n, b.n))
    ranked.sort()
    home = list(range(len(facts)))
    members: dict[int, list[int]] = {i: [i] for i in home}
    ties: dict[int, Tie] = {}

    def join(i: int, j: int, tie: Tie) -> None:
        a, b = home[i], home[j]
        if a == b:
            return
        keep, gone = (a, b) if len(members[a]) >= len(members[b]) else (b, a)
        for f in members[gone]:
            home[f] = keep
        members[keep] += members.pop(gone)
        ties.setdefault(tie.fact, tie)

    for i, j in together:
        i, j = whole[i], whole[j]
        if home[i] != home[j]:
            join(i, j, Tie(j, i, 0.0, ("judged_same",)))
    for weight, _, _, i, j in ranked:
        if home[i] == home[j]:
            ties.setdefault(j, Tie(j, i, -weight, weigh(i, j).features)) if i not in ties else None
            continue
        if _may_join(members[home[i]], members[home[j]], weigh, apart, rules, weigh(i, j).relay):
            new = j if j not in ties else i
            join(i, j, Tie(new, i if new == j else j, -weight, weigh(i, j).features))
    for f in facts:
        if whole[f.n] != f.n:  # a part is where its whole is
            join(whole[f.n], f.n, Tie(f.n, f.parent, rules.weights["part"], ("part",)))
    found = sorted((tuple(sorted(m)) for m in members.values()), key=lambda m: m[0])
    return Groups(tuple(found), ties)


def _wholes(facts: Sequence[Fact]) -> list[int]:
    """For each fact the claim that it is in the end a part of: itself where it is part of none."""
    out = []
    for f in facts:
        seen, at = {f.n}, f
        while at.parent >= 0 and at.parent not in seen:
            at = facts[at.parent]
            seen.add(at.n)
        out.append(at.n)
    return out


def _name(f: Fact) -> str:
    return f"{f.ref[0]}\0{f.claim.quantity.start:012d}\0{f.ref[1]}"


def _may_join(
    a: Sequence[int], b: Sequence[int], weigh: object, apart: frozenset[tuple[int, int]], rules: Rules, relay: bool
) -> bool:
    total, count = 0.0, 0
    for i in a[:_SHOWN]:
        for j in b[:_SHOWN]:
            if (min(i, j), max(i, j)) in apart:
                return False
            v: Verdict = weigh(i, j)  # type: ignore[operator]
            if v.veto:
                if relay and v.veto in CHANGED:
                    continue
                return False
            total += v.weight
            count += 1
    return count > 0 and total / count >= rules.mean


def _judged(
    facts: Sequence[Fact], judgements: Iterable[Judgement]
) -> tuple[frozenset[tuple[int, int]], list[tuple[int, int]]]:
    at: Mapping[ClaimRef, int] = {f.ref: f.n for f in facts}
    apart, together = set(), []
    for j in judgements:
        if j.a in at and j.b in at:
            a, b = sorted((at[j.a], at[j.b]))
            together.append((a, b)) if j.same else apart.add((a, b))
    return frozenset(apart), together
