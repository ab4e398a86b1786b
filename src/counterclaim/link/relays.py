"""Who only repeats whom, and what the repeating changed: each relay with its distortions and the words of both sides.

The measure of a relay is the origin's own post where the case has one with that figure, else the earliest relay of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from counterclaim.link.attribution import Attribution, agree
from counterclaim.link.compare import Rules, places
from counterclaim.link.facts import Fact, fold
from counterclaim.link.incidents import Groups
from counterclaim.link.origins import Origins
from counterclaim.records import Difference, Distortion, Interval, Origin, Relay

_CHANCE = 10
_DAYS = 14  # for which a figure is passed on
_NAMED = frozenset({"state", "forces", "body", "person", "self"})
_STATES = frozenset({"prisoner", "patient"})  # what somebody has become, not who he is
_ORDER: tuple[Distortion, ...] = (
    "outcome_changed", "bound_added", "bound_dropped", "number_changed", "group_changed", "place_changed",
    "time_changed", "means_changed", "attacker_changed", "certainty_raised", "attribution_dropped",
)  # fmt: skip


def find(facts: Sequence[Fact], groups: Groups, origins: Origins, att: Attribution, rules: Rules) -> tuple[Relay, ...]:
    """All relays, in the order of the claims."""
    out: dict[int, Relay] = {}
    for members in groups.members:
        by_origin: dict[int, list[Fact]] = {}
        for n in members:
            f = facts[n]
            if not f.claim.negated and f.told:
                by_origin.setdefault(att.origin[n], []).append(f)
        for o, own in sorted(by_origin.items()):
            if o in origins.publishers:
                continue
            own.sort(key=lambda f: (f.published, f.ref[0], f.claim.quantity.start))
            for f, measure in _measured(own, att, facts):
                out[f.n] = _relay(f, measure, origins.speakers[o].name, att, rules)
    for f, measure in _elsewhere_told(facts, out, origins):
        out[f.n] = _relay(f, measure, origins.speakers[origins.of[f.n]].name, att, rules)
    return tuple(out[n] for n in sorted(out))


def _elsewhere_told(
    facts: Sequence[Fact], found: Mapping[int, Relay], origins: Origins
) -> list[tuple[Fact, Fact | None]]:
    """Relays by attribution alone: one named origin, one number of note, one outcome, days apart at most, though what
    the reports tell of place and day was not enough to make them one incident."""
    by_figure: dict[tuple[int, str, int], list[Fact]] = {}
    for f in facts:
        if f.voice.level in _NAMED and not f.claim.negated and not f.vague:
            for number in f.told:
                if number >= _CHANCE:
                    by_figure.setdefault((origins.of[f.n], f.claim.outcome, number), []).append(f)
    out: dict[int, tuple[Fact, Fact | None]] = {}
    for told in by_figure.values():
        told.sort(key=lambda f: (f.voice.level != "self", f.published, f.ref[0], f.claim.quantity.start))
        first = told[0]
        for f in told[1:]:
            near = abs(f.published - first.published) <= _DAYS and f.report != first.report and f.total == first.total
            apart = f.own_place and first.own_place and _elsewhere(f, first)
            if not near or apart or f.n in out or f.voice.level == "self":
                continue
            if f.n not in found:
                out[f.n] = (f, first)
            if first.n not in found and first.n not in out and first.voice.level != "self":
                out[first.n] = (first, None)
    return [out[n] for n in sorted(out) if n not in found]


def _measured(own: Sequence[Fact], att: Attribution, facts: Sequence[Fact]) -> list[tuple[Fact, Fact | None]]:
    """(relay, what it is measured by) for one origin's facts in one incident; None for the earliest of its figure."""
    posts = [f for f in own if f.voice.level == "self"]
    drawn = {f.report for f in own if f.voice.level != "self" and _best(f, posts)}
    roots = [f for f in own if f.parent < 0 and f.voice.level != "self"]
    other = [f for f in roots if not _best(f, posts)]
    newer = {f.report for f in other if f.claim.told_as == "raised" or sum(g.report == f.report for g in other) > 1}
    told = [f for f in own if f.voice.level != "self"]
    out: dict[int, tuple[Fact, Fact | None]] = {}
    earliest: set[int] = set()
    for k, f in enumerate(told):
        measure = _best(f, posts) or _best(f, [m for m in told[:k] if m.n not in att.dropped])
        measure = measure or _changed(f, posts, facts) or _changed(f, told[:k], facts)
        if measure is None and f.report in drawn and f.report not in newer:
            measure = _misread(f, posts)
        if measure is None:
            continue
        out[f.n] = (f, measure)
        if measure.voice.level != "self":
            earliest.add(measure.n)
    for m in told:
        if m.n in earliest and m.n not in out:
            out[m.n] = (m, None)
    return [out[n] for n in sorted(out)]


def _best(f: Fact, others: Iterable[Fact]) -> Fact | None:
    """The fact with the same figure: the same outcome and kind of part before a changed one, then the earliest."""
    fits = [m for m in others if m.vague == f.vague and m.told & f.told and _comparable(f, m)]
    return min(
        fits,
        key=lambda m: (
            m.claim.outcome != f.claim.outcome, (m.parent < 0) != (f.parent < 0),
            m.claim.group.attributes != f.claim.group.attributes, m.told != f.told, m.published, m.ref[0],
            m.claim.quantity.start,
        ),
        default=None,
    )  # fmt: skip


def _comparable(f: Fact, m: Fact) -> bool:
    """Whether one number in two facts can be the same figure; small ones are told too often to bear a change."""
    if m.claim.outcome == f.claim.outcome:
        return max(f.told) >= _CHANCE or (m.parent < 0) == (f.parent < 0)
    return max(f.told) >= _CHANCE and m.parent < 0 and f.parent < 0 and m.report != f.report


def _changed(f: Fact, others: Sequence[Fact], facts: Sequence[Fact]) -> Fact | None:
    """A figure whose number a relay changed: one end of a range, or a part that differs where the whole is the same."""
    for m in others:
        if m.report == f.report and m.voice.level != "self" and not agree(f, m):
            continue
        end = m.claim.outcome == f.claim.outcome and m.parent < 0 and f.parent < 0
        if end and f.bare and len(m.told) > 1 and agree(f, m):
            return m
        if m.parent >= 0 and f.parent >= 0 and m.claim.outcome == f.claim.outcome and m.report != f.report:
            a, b = facts[m.parent], facts[f.parent]
            same = m.claim.group.attributes and m.claim.group.attributes == f.claim.group.attributes
            if same and a.told & b.told and a.claim.outcome == b.claim.outcome:
                return m
    # the headline's one end of a range that the text then tells in full
    late = [m for m in others if m.claim.outcome == f.claim.outcome and f.bare and len(m.told) > 1]
    return next((m for m in late if agree(f, m) and m.parent < 0), None)


def _misread(f: Fact, posts: Sequence[Fact]) -> Fact | None:
    """What a report that draws on the origin's own post tells with another number, not as a new one, it misread."""
    same = [m for m in posts if m.claim.outcome == f.claim.outcome and m.parent < 0 and f.parent < 0]
    same = [m for m in same if m.claim.told_as != "earlier" and m.published <= f.published]
    return same[0] if len(same) == 1 and f.bare and same[0].bare and not f.claim.negated else None


def _relay(f: Fact, measure: Fact | None, origin: str, att: Attribution, rules: Rules) -> Relay:
    found = _differences(f, measure, rules) if measure is not None else []
    dropped = f.n in att.dropped
    if dropped:
        found.append(Difference(label="attribution_dropped", field="source", relay="", origin=origin))
    found.sort(key=lambda d: _ORDER.index(d.label))
    return Relay(
        claim=f.ref,
        origin=Origin(source=origin, claim=measure.ref if measure is not None else None),
        distortions=tuple(d.label for d in found),
        differences=tuple(found),
        via=f.via,
        by="match" if dropped else "attribution",
        reason=att.why.get(f.n, f"the report names {f.voice.name}"),
    )


def _differences(f: Fact, m: Fact, rules: Rules) -> list[Difference]:
    """What the relay ``f`` tells otherwise than its measure ``m``, field by field."""
    out: list[Difference] = []

    def differs(label: Distortion, field: str, relay: object, origin: object) -> None:
        out.append(Difference(label=label, field=field, relay=str(relay or ""), origin=str(origin or "")))

    x, y = f.claim, m.claim
    words = (x.quantity.text, y.quantity.text)
    if x.outcome != y.outcome:
        differs("outcome_changed", "outcome", x.outcome, y.outcome)
    if not f.told & m.told or (len(f.told) != len(m.told) and not f.vague):
        differs("number_changed", "quantity", *words)
    elif f.bare and not m.bare and not m.vague:
        differs("bound_dropped", "quantity", *words)
    elif m.bare and (x.quantity.low is None or x.quantity.high is None):
        differs("bound_added", "quantity", *words)
    group = _group(f, m, rules)
    if group:
        differs("group_changed", "group", *group)
    if f.own_place and m.own_place and _elsewhere(f, m):
        differs("place_changed", "places", _names(f), _names(m))
    if f.own_time and m.own_time and f.start and m.start and (f.start > m.end > 0 or 0 < f.end < m.start):
        differs("time_changed", "time", _days(x.time), _days(y.time))
    _doing(f, m, differs)
    raised = y.certainty == "estimated" or (y.certainty == "possible" and y.quantity.low is not None)
    if raised and x.certainty == "stated" and not f.quoted:
        differs("certainty_raised", "certainty", x.certainty, y.certainty)
    return out


def _group(f: Fact, m: Fact, rules: Rules) -> tuple[str, str] | None:
    x, y = f.claim.group, m.claim.group
    words = (x.text or "", y.text or "")
    if f.party and m.party and not f.party & m.party and _names_party(f) and _names_party(m):
        return (x.affiliation or "", y.affiliation or "")
    kinds = {x.kind, y.kind}
    told = bool(f.words and m.words)
    if kinds == {"military", "civilian"} or (kinds == {"military", "unknown"} and told and m.words & rules.irregular):
        return words
    if set(x.attributes) - set(y.attributes) - _STATES and told and f.parent < 0 and m.parent < 0:
        return words
    return None


def _names_party(f: Fact) -> bool:
    """Whether the words for those counted hold their party's name ("Russians")."""
    stems = {fold(p)[:5] for p in f.party}
    return any(w.startswith(s) for w in f.words for s in stems)


def _elsewhere(f: Fact, m: Fact) -> bool:
    if not f.spots or not m.spots:
        return False
    if places(f, m) == ["place_apart"]:
        return True
    fine = all(min(s.rank for s in g.spots) <= 1 for g in (f, m))
    a, b = ({w for s in g.spots if s.rank <= 1 for w in s.name.split()} for g in (f, m))
    return fine and not a & b and all(s.lat is None for g in (f, m) for s in g.spots if s.rank <= 1)


def _doing(f: Fact, m: Fact, differs: Callable[[Distortion, str, object, object], None]) -> None:
    x, y = f.claim, m.claim
    sides = [c.attacker.affiliation if c.attacker is not None else None for c in (x, y)]
    swapped = sides[0] in m.party or sides[1] in f.party or (f.by_state and m.by_state)
    if sides[0] and sides[1] and sides[0] != sides[1] and swapped:
        differs("attacker_changed", "attacker", *sides)
    exact = {"drone", "missile", "shelling", "small_arms", "explosive", "execution", "airstrike"}
    if x.means in exact and y.means in exact and x.means != y.means and "airstrike" not in (x.means, y.means):
        differs("means_changed", "means", x.means, y.means)


def _names(f: Fact) -> str:
    return ", ".join(p.name for p in f.claim.places)


def _days(time: Interval | None) -> str:
    return "" if time is None else f"{time.start or '..'}/{time.end or '..'}"
