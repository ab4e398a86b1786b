"""Whose figure a claim is, inside its incident: what only several reports together can tell.

Bodies that speak for one state are one origin unless a report sets them against each other; a figure told as replaced
belongs to the speaker of the one that replaces it; a publisher's own voice that tells a known origin's figure tells
that origin's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from counterclaim.link.facts import Fact, fold
from counterclaim.link.incidents import Groups
from counterclaim.link.origins import Origins, Union

_HARM = frozenset({"killed", "wounded", "casualties"})
_SPEAKING = frozenset({"government", "military", "official", "anonymous", "armed_group"})
_BREATH = 160  # code points between two numbers told together
_CHANCE = 10  # told numbers below this meet by chance


class Attribution(msgspec.Struct, frozen=True):
    """``origin[n]``: the origin of fact n (a position in the speakers). ``dropped``: facts whose report does not name
    it. ``why``: the reason where it is not the speaker that the report names."""

    origin: tuple[int, ...]
    dropped: frozenset[int]
    why: Mapping[int, str]


def attribute(facts: Sequence[Fact], groups: Groups, origins: Origins) -> Attribution:
    """The origin of every fact. Facts come in the order of their reports' publication within each incident."""
    final = list(origins.of)
    dropped: set[int] = set()
    why: dict[int, str] = {}
    for members in groups.members:
        own = sorted((facts[n] for n in members), key=lambda f: (f.published, f.ref[0], f.claim.quantity.start))
        union = Union()
        _through(own, origins, union, why)
        _one_group(own, origins, union, why)
        _one_state(own, origins, union, why)
        _replaced(own, facts, origins, union, why)
        _unnamed(own, origins, union, why)
        _documents(own, origins, union, why)
        _single(own, origins, union, why)
        for f in own:
            final[f.n] = union.find(origins.of[f.n])
        _own_voice(own, origins, final, dropped, why)
        for f in own:
            if f.replaced_by in members and not attributed(f):
                final[f.n] = final[f.replaced_by]
                dropped.discard(f.n)
    return Attribution(tuple(final), frozenset(dropped), why)


def attributed(f: Fact) -> bool:
    """True where somebody other than a medium stands for the figure."""
    return f.voice.level not in ("publisher", "medium")


def agree(a: Fact, b: Fact) -> bool:
    """True where two facts tell one number, or the one's number lies in the other's range."""
    if a.vague != b.vague:
        return False
    if a.told & b.told:
        return True
    x, y = a.claim.quantity, b.claim.quantity
    if None in (x.low, x.high, y.low, y.high) or a.vague:
        return False
    return (len(a.told) > 1 or len(b.told) > 1) and max(x.low or 0, y.low or 0) <= min(x.high or 0, y.high or 0)


def _through(own: Sequence[Fact], origins: Origins, union: Union, why: dict[int, str]) -> None:
    """ "Aid workers, citing witnesses" in one report, "aid workers" in another, and one number: one origin."""
    for f in own:
        for name in f.via:
            words = set(fold(name).split())
            for g in own:
                same = g.claim.outcome == f.claim.outcome and agree(f, g) and attributed(g)
                if same and g.report != f.report and g.voice.words and g.voice.words <= words:
                    union.join(origins.of[f.n], origins.of[g.n])
                    why.setdefault(g.n, f"passed on as {name}")


def _one_group(own: Sequence[Fact], origins: Origins, union: Union, why: dict[int, str]) -> None:
    """An armed group told of under two names in one report, or without its name in another, with one number."""
    groups = [f for f in own if f.voice.kind == "armed_group" and max(f.told, default=0) >= _CHANCE]
    for k, a in enumerate(groups):
        for b in groups[k + 1 :]:
            unnamed = not a.voice.actor or not b.voice.actor
            if (a.report == b.report or unnamed) and a.claim.outcome == b.claim.outcome and a.told == b.told:
                union.join(origins.of[a.n], origins.of[b.n])
                why.setdefault(b.n, f"{b.voice.name} and {a.voice.name} tell one number")


def _one_state(own: Sequence[Fact], origins: Origins, union: Union, why: dict[int, str]) -> None:
    """A state and the bodies that speak for it are one origin, unless a report sets two of them against each other."""
    national = [f for f in own if origins.of[f.n] in origins.national]
    sides = {origins.national[origins.of[f.n]] for f in national} - {""}
    only = sides.pop() if len(sides) == 1 else ""
    by_state: dict[str, list[Fact]] = {}
    for f in national:  # a voice of no state named is that of the only state that speaks
        by_state.setdefault(origins.national[origins.of[f.n]] or only, []).append(f)
    for state, facts in sorted(by_state.items()):
        for k, a in enumerate(facts):
            for b in facts[k + 1 :]:
                x, y = origins.of[a.n], origins.of[b.n]
                if x == y or a.claim.outcome != b.claim.outcome or _opposed(x, y, facts, origins):
                    continue
                if agree(a, b) or "earlier" in (a.claim.told_as, b.claim.told_as) or origins.state & {x, y}:
                    union.join(x, y)
                    why.setdefault(b.n, f"{origins.speakers[y].name} and {origins.speakers[x].name} speak for {state}")


def _opposed(x: int, y: int, facts: Iterable[Fact], origins: Origins) -> bool:
    """True where one report has both give figures for one outcome that differ, neither told as replaced."""
    told: dict[tuple[int, str, int], list[Fact]] = {}
    for f in facts:
        if f.claim.told_as == "figure" and f.parent < 0 and not f.claim.negated:
            told.setdefault((f.report, f.claim.outcome, origins.of[f.n]), []).append(f)
    for (report, outcome, o), mine in told.items():
        theirs = told.get((report, outcome, y), []) if o == x else []
        if theirs and not any(agree(a, b) for a in mine for b in theirs):
            return True
    return False


def _replaced(own: Sequence[Fact], facts: Sequence[Fact], origins: Origins, union: Union, why: dict[int, str]) -> None:
    """ "An officer had earlier spoken of 11": the side that now says 33 said 11 before."""
    here = {f.n for f in own}
    for f in own:
        if f.replaced_by not in here:
            continue
        by = facts[f.replaced_by]
        x, y = origins.of[f.n], origins.of[by.n]
        kinds = _speaks(f) and _speaks(by)
        sides = not f.voice.side or not by.voice.side or f.voice.side == by.voice.side
        if not sides or not _speaks(by):
            continue
        if x != y and kinds:
            union.join(x, y)
            why.setdefault(f.n, f"told as the earlier figure of {origins.speakers[y].name}")
        general = not attributed(f) or x in origins.national or x in origins.anonymous
        for g in own if general else ():  # whoever told the earlier figure when it was new
            first = g.report != f.report and g.published <= f.published and g.told == f.told
            apart = g.voice.side and by.voice.side and g.voice.side != by.voice.side
            known = origins.of[g.n] in origins.national or origins.of[g.n] in origins.anonymous
            if first and g.claim.outcome == f.claim.outcome and known and not apart:
                union.join(origins.of[g.n], y)
                why.setdefault(g.n, f"the earlier figure of {origins.speakers[y].name}")


def _speaks(f: Fact) -> bool:
    """Whether somebody speaks who can have said two things one after the other, and not a crowd or a medium."""
    return attributed(f) and (f.voice.kind in _SPEAKING or f.voice.level in ("person", "body"))


def _unnamed(own: Sequence[Fact], origins: Origins, union: Union, why: dict[int, str]) -> None:
    """Unnamed officials of two reports who tell one number of one outcome are taken for the same; one who tells a
    known figure as an earlier one passes on that figure."""
    for f in own:
        if f.claim.told_as == "earlier" and f.voice.level == "anonymous":
            known = [g for g in own if g.published <= f.published and g.report != f.report and attributed(g)]
            known = [g for g in known if g.told == f.told and g.claim.outcome == f.claim.outcome]
            if known:
                union.join(origins.of[f.n], origins.of[known[0].n])
                why.setdefault(f.n, f"the earlier figure of {known[0].voice.name}")
    unnamed = [f for f in own if origins.of[f.n] in origins.anonymous and max(f.told, default=0) >= _CHANCE]
    for k, a in enumerate(unnamed):
        for b in unnamed[k + 1 :]:
            if a.report != b.report and a.claim.outcome == b.claim.outcome and agree(a, b):
                union.join(origins.of[a.n], origins.of[b.n])
                why.setdefault(b.n, "unnamed officials with one number")


def _documents(own: Sequence[Fact], origins: Origins, union: Union, why: dict[int, str]) -> None:
    """ "A list gives nineteen dead": whoever else gave its largest number made the list."""
    papers: dict[int, list[Fact]] = {}
    for f in own:
        if f.voice.level == "document" and f.told:
            papers.setdefault(origins.of[f.n], []).append(f)
    for o, facts in sorted(papers.items()):
        for f in sorted(facts, key=lambda f: -max(f.told)):
            makers = [
                g
                for g in own
                if g.claim.outcome == f.claim.outcome and g.told & f.told and g.vague == f.vague
                and attributed(g) and g.voice.level != "document"
            ]  # fmt: skip
            if makers:  # one maker only: its other numbers may be told by others too
                union.join(o, origins.of[makers[0].n])
                why.setdefault(f.n, f"a document with the number of {makers[0].voice.name}")
                break


def _single(own: Sequence[Fact], origins: Origins, union: Union, why: dict[int, str]) -> None:
    """Of some bodies a happening has one: the police, a police officer and the chief of police are one origin."""
    first: dict[str, Fact] = {}
    for f in own:
        if not f.voice.single or not attributed(f) or f.voice.level == "anonymous":
            continue
        have = first.setdefault(f.voice.single, f)
        apart = have.voice.side and f.voice.side and have.voice.side != f.voice.side
        if have is not f and not apart and union.join(origins.of[have.n], origins.of[f.n]):
            why.setdefault(f.n, f"the {f.voice.single} are one")


def _own_voice(own: Sequence[Fact], origins: Origins, final: list[int], dropped: set[int], why: dict[int, str]) -> None:
    """A publisher's own voice that tells a number which somebody gave before."""
    named = [f for f in own if attributed(f)]
    for f in own:
        if attributed(f) or not f.told or f.claim.negated:
            continue
        found = [m for m in named if _may_be(f, m)]
        if not found:
            continue
        company = {m.n: _company(f, m, own, named) for m in found}
        best = min(found, key=lambda m: (_distance(f, m), -company[m.n], m.published, m.ref[0], m.claim.quantity.start))
        final[f.n] = final[best.n]
        if best.report != f.report and f.voice.level == "publisher":
            dropped.add(f.n)
        why[f.n] = f"the figure that {origins.speakers[final[best.n]].name} gave"
    for f in own:  # told in one breath with a figure that its own report attributes elsewhere, or the same again
        if attributed(f) or f.n in why:
            continue
        for g in own:
            near = abs(g.claim.quantity.start - f.claim.quantity.start) < _BREATH
            near = near or (g.told == f.told and g.claim.outcome == f.claim.outcome)
            if g.report == f.report and near and not attributed(g) and g.n in why and g.n not in dropped and g.n != f.n:
                final[f.n] = final[g.n]
                why[f.n] = why[g.n]
                break


def _may_be(f: Fact, m: Fact) -> bool:
    """Whether the number that ``f`` tells in a publisher's own voice can be the one that ``m`` attributes."""
    if m.published > f.published or not f.told & m.told or m.claim.negated:
        return False
    if (m.parent < 0) != (f.parent < 0) and max(f.told) < _CHANCE:
        return False
    same = m.claim.outcome == f.claim.outcome
    if m.report == f.report:
        return same and m.vague == f.vague
    if not same and not (m.claim.outcome in _HARM and f.claim.outcome in _HARM and max(f.told) >= _CHANCE):
        return False
    return m.vague == f.vague


def _distance(f: Fact, m: Fact) -> int:
    """Other reports before the own one, the same outcome before a changed one, the same wording before another."""
    return (
        2 * (m.claim.outcome != f.claim.outcome)
        + (m.report == f.report)
        + (f.claim.group.attributes != m.claim.group.attributes)
    )


def _company(f: Fact, m: Fact, own: Iterable[Fact], named: Sequence[Fact]) -> int:
    """How many other numbers of the same report's own voice the same speaker's report tells too."""
    mates = [g for g in own if g.report == f.report and g.n != f.n and not attributed(g)]
    theirs = [n for n in named if n.report == m.report and n.voice.name == m.voice.name]
    return sum(any(g.told & n.told and g.claim.outcome == n.claim.outcome for n in theirs) for g in mates)
