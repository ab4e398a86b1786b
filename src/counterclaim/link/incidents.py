"""Claims grouped into incidents.

Pairs are weighed in blocks, then joined from the strongest down; two groups join only where no pair across them is
forbidden and the mean over all pairs speaks for it, so that nothing is chained through a third claim.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from counterclaim.link.candidates import pairs
from counterclaim.link.compare import CHANGED, Rules, Verdict, compare
from counterclaim.link.facts import Fact
from counterclaim.link.origins import Origins, Union
from counterclaim.records import ClaimRef, Judgement

_SHOWN = 24  # facts of a group that a joining is weighed on; the first of each report come first
_KEPT = 1_000_000  # verdicts kept while one net of ties is worked on


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
    whole = _wholes(facts)
    together = [(whole[i], whole[j]) for i, j in together]
    net = _Net(facts, origins, rules)
    net.draw(f for f in facts if whole[f.n] == f.n)
    work = _Grouping(facts, origins, rules, apart)
    for i, j in together:
        if work.home[i] != work.home[j]:
            work.join(i, j, Tie(j, i, 0.0, ("judged_same",)))
    for ranked in net.parts(together):
        work.settle(ranked)
    for f in facts:
        if whole[f.n] != f.n:  # a part is where its whole is
            work.join(whole[f.n], f.n, Tie(f.n, f.parent, rules.weights["part"], ("part",)))
    found = sorted((tuple(sorted(m)) for m in work.members if m), key=lambda m: m[0])
    return Groups(tuple(found), work.ties)


_COMPANY = frozenset({"company", "much_company"})
_DOUBTS = frozenset({"place_doubt", "time_doubt"})


class _Net:
    """The ties that are strong enough, in flat arrays: there are many times as many of them as claims."""

    def __init__(self, facts: Sequence[Fact], origins: Origins, rules: Rules) -> None:
        self.facts, self.origins, self.rules = facts, origins, rules
        self.weight, self.a, self.b = array("d"), array("q"), array("q")
        order = sorted(range(len(facts)), key=lambda n: _name(facts[n]))
        self.place = array("q", bytes(8 * len(facts)))  # of each fact in the order of names
        for k, n in enumerate(order):
            self.place[n] = k

    def draw(self, wholes: Iterable[Fact]) -> None:
        """Weigh the pairs of candidates, each once, and keep those that tie."""
        facts, place, least = self.facts, self.place, self.rules.threshold
        for i, j in pairs(list(wholes), self.origins, self.rules.slack_days):
            v = compare(facts[i], facts[j], self.origins, self.rules)
            if not v.veto and v.weight >= least:
                a, b = (i, j) if place[i] < place[j] else (j, i)
                self.weight.append(v.weight)
                self.a.append(a)
                self.b.append(b)

    def parts(self, together: Iterable[tuple[int, int]]) -> Iterator[list[tuple[float, int, int, int, int]]]:
        """The ties, net by net and from the strongest down. What no tie connects never joins: each net is worked on
        by itself, and what was found out about its pairs is forgotten after it."""
        union = Union()
        for i, j in together:
            union.join(i, j)
        for i, j in zip(self.a, self.b, strict=True):
            union.join(i, j)
        last: dict[int, int] = {}  # of each net the tie added last, from which ``before`` leads to all the others
        before = array("q", bytes(8 * len(self.a)))
        for k, i in enumerate(self.a):
            root = union.find(i)
            before[k] = last.get(root, -1)
            last[root] = k
        for k in last.values():
            ranked = []
            while k >= 0:
                i, j = self.a[k], self.b[k]
                ranked.append((-self.weight[k], self.place[i], self.place[j], i, j))
                k = before[k]  # noqa: PLW2901
            ranked.sort()
            yield ranked


class _Grouping:
    """The groups while they grow. ``home`` names the group of each fact, a place in ``members``."""

    def __init__(
        self, facts: Sequence[Fact], origins: Origins, rules: Rules, apart: frozenset[tuple[int, int]]
    ) -> None:
        self.facts, self.origins, self.rules, self.apart = facts, origins, rules, apart
        self.home = list(range(len(facts)))
        self.members: list[list[int]] = [[i] for i in self.home]
        self.ties: dict[int, Tie] = {}
        self._seen: dict[tuple[int, int], Verdict] = {}
        self._reasons: dict[tuple[str, ...], tuple[str, ...]] = {}  # the same few tuples, kept once each

    def weigh(self, i: int, j: int) -> Verdict:
        """The verdict on two facts, remembered while one net is worked on."""
        key = (i, j) if i < j else (j, i)
        found = self._seen.get(key)
        if found is None:
            if len(self._seen) >= _KEPT:
                self._seen.clear()
            found = self._seen[key] = compare(self.facts[key[0]], self.facts[key[1]], self.origins, self.rules)
        return found

    def settle(self, ranked: Iterable[tuple[float, int, int, int, int]]) -> None:
        """Join along the ties of one net, from the strongest down."""
        home, members, ties = self.home, self.members, self.ties
        self._seen.clear()
        failed: set[tuple[int, int, int, int]] = set()
        for weight, _, _, i, j in ranked:
            a, b = home[i], home[j]
            if a == b:
                if i not in ties and j not in ties:
                    ties[j] = self._tie(j, i, weight)
                continue
            tie = self.weigh(i, j)
            sure = tie.relay and not _COMPANY.isdisjoint(tie.features)
            # two groups that did not join do not as long as both are what they were
            tried = (*((a, b) if a < b else (b, a)), len(members[a]) + len(members[b]), tie.relay + sure)
            if tried in failed:
                continue
            if self._may_join(members[a], members[b], tie.relay, sure):
                new = j if j not in ties else i
                self.join(i, j, self._tie(new, i if new == j else j, weight))
            else:
                failed.add(tried)

    def join(self, i: int, j: int, tie: Tie) -> None:
        """Make the groups of two facts one."""
        a, b = self.home[i], self.home[j]
        if a == b:
            return
        keep, gone = (a, b) if len(self.members[a]) >= len(self.members[b]) else (b, a)
        for f in self.members[gone]:
            self.home[f] = keep
        self.members[keep] += self.members[gone]
        self.members[gone] = []
        self.ties.setdefault(tie.fact, tie)

    def _tie(self, fact: int, to: int, weight: float) -> Tie:
        features = self.weigh(fact, to).features
        return Tie(fact, to, -weight, self._reasons.setdefault(features, features))

    def _may_join(self, a: Sequence[int], b: Sequence[int], relay: bool, sure: bool) -> bool:
        """Whether nothing across two groups is forbidden and the mean speaks for joining them. ``relay``: the tie is
        one origin's number in two reports; ``sure``: and the reports tell more numbers alike, so that a place or day
        that one of them only takes from its scene is no doubt."""
        if self.apart and any((min(i, j), max(i, j)) in self.apart for i in a for j in b):
            return False
        total, count = 0.0, 0
        for i in a[:_SHOWN]:
            for j in b[:_SHOWN]:
                v = self.weigh(i, j)
                if v.veto:
                    if relay and v.veto in CHANGED:
                        continue
                    return False
                total += v.weight
                if sure:
                    total -= sum(self.rules.weights[f] for f in v.features if f in _DOUBTS)
                count += 1
        return count > 0 and total / count >= (0.0 if sure else self.rules.mean)


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


def _name(f: Fact) -> tuple[str, int, str]:
    return f.ref[0], f.claim.quantity.start, f.ref[1]


def _judged(
    facts: Sequence[Fact], judgements: Iterable[Judgement]
) -> tuple[frozenset[tuple[int, int]], list[tuple[int, int]]]:
    judgements = list(judgements)
    at: Mapping[ClaimRef, int] = {f.ref: f.n for f in facts} if judgements else {}
    apart, together = set(), []
    for j in judgements:
        if j.a in at and j.b in at:
            a, b = sorted((at[j.a], at[j.b]))
            together.append((a, b)) if j.same else apart.add((a, b))
    return frozenset(apart), together
