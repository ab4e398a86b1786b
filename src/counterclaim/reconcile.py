"""Claims of one incident and a coding method -> estimates, each with the terms, the steps and what was left out.

What feeds an estimate is the same for every method: the latest figure of each independent origin, read from its own
words where the case has them. What the method makes of those terms is in ``methods``; its choices are data.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from counterclaim.conflicts import find_conflicts
from counterclaim.methods import METHODS, Result, agreeing
from counterclaim.profiles import Profile
from counterclaim.records import (
    Claim,
    ClaimRef,
    Estimate,
    Figure,
    LeftOut,
    Outcome,
    Revision,
    Step,
    Term,
)

OUTCOMES: tuple[Outcome, ...] = (
    "killed", "wounded", "casualties", "missing", "captured", "detained", "abducted", "displaced", "trapped", "rescued",
)  # fmt: skip


class Witness(msgspec.Struct, frozen=True):
    """A claim as an estimate needs it. ``day`` is the ordinal of its saying, ``order`` its place in the case;
    ``figure`` names the claims that tell one figure, ``own`` marks the origin's own words."""

    ref: ClaimRef
    claim: Claim
    origin: str
    day: int
    order: tuple[int, str, int]
    figure: str
    own: bool = False
    changed: tuple[str, ...] = ()
    side: str | None = None
    publisher: bool = False
    deaths_told: bool = False
    total: bool = False
    vague: bool = False


class Case(NamedTuple):
    """One incident's claims and what they hang on. ``parts``: witnesses that are part of another claim."""

    key: str
    witnesses: tuple[Witness, ...]
    total: bool
    civilians: bool = True
    attackers: frozenset[str] = frozenset()
    within: tuple[Estimate, ...] = ()
    days: int = 0


def reconcile(case: Case, profile: Profile) -> tuple[Estimate, ...]:
    """The estimates of one incident under one method, in the order of the outcomes. Pure."""
    out = []
    for outcome in OUTCOMES:
        mine = [w for w in case.witnesses if w.claim.outcome == outcome]
        if mine and _counts(outcome, profile):
            made = _estimate(case, outcome, mine, profile)
            if made is not None:
                out.append(made)
    if profile.choice("casualties") in ("between_one_and_total", "deaths_without_number") and not case.total:
        out = [*_from_casualties(case, out, profile), *out]
    return tuple(out)


def _counts(outcome: Outcome, profile: Profile) -> bool:
    kinds = {"each": OUTCOMES, "deaths": ("killed",), "deaths_and_injuries": ("killed", "wounded")}
    return outcome in kinds[profile.choice("outcomes")]


def _estimate(case: Case, outcome: Outcome, mine: Sequence[Witness], profile: Profile) -> Estimate | None:
    left: list[LeftOut] = []
    keep = [w for w in mine if not _barred(w, left)]
    if case.total and profile.choice("totals") == "left_out":
        return None
    by_origin: dict[str, list[Witness]] = {}
    for w in keep:
        by_origin.setdefault(w.origin, []).append(w)
    revisions, chosen = [], []
    for origin, own in sorted(by_origin.items(), key=lambda kv: min(w.order for w in kv[1])):
        figures = _in_order(own)
        if len(figures) > 1:
            revisions.append(Revision(origin=origin, figures=tuple(_figure(f) for f in figures)))
        for old in figures[:-1]:
            left += [LeftOut(claim=w.ref, code="replaced", reason="an earlier figure of this origin") for w in old]
        chosen.append((_reading(figures[-1]), figures[-1]))
    if not chosen:
        return None
    chosen, note = _who_counts(case, chosen, profile, left)
    terms = tuple(_term(w, profile) for w, _ in chosen)
    basis = tuple(dict.fromkeys(w.ref for _, f in chosen for w in sorted(f, key=lambda w: w.order)))
    if profile.choice("victims") == "civilians" and not case.civilians:
        result = Result(None, None, None, False, (), "out of scope: only combatants are counted")
    else:
        result = METHODS[profile.choice("conflict")](terms)
    result, extra = _total(case, result, outcome, profile)
    if profile.choice("victims") == "with_attackers" and outcome == "killed":
        extra = "; ".join(
            filter(None, (extra, "the attackers' own dead belong to this method's total; see their incident"))
        )
    return Estimate(
        id=f"{case.key}/{outcome}/{profile.name}",
        outcome=outcome,
        low=result.low, best=result.best, high=result.high, open=result.open,
        origins=tuple(t.origin for t in terms), basis=basis, rule=result.rule, profile=profile.name,
        grade=_grade(case, [w for w, _ in chosen], profile), credibility=_credibility(terms, chosen, result),
        note="; ".join(filter(None, (note, extra))) or None, terms=terms, steps=result.steps,
        conflicts=find_conflicts([w for w, _ in chosen], case.witnesses), revisions=tuple(revisions),
        left_out=tuple(sorted(left, key=lambda x: x.claim)),
    )  # fmt: skip


def _barred(w: Witness, left: list[LeftOut]) -> bool:
    """Whether a claim feeds no estimate under any method; says why."""
    c = w.claim
    code, reason = "", ""
    if c.negated:
        code, reason = "negated", "the number is denied"
    elif c.part_of is not None:
        code, reason = "part", "part of another claim of the same outcome"
    elif c.told_as == "among":
        code, reason = "among", "told as one of a whole without a number"
    elif "outcome_changed" in w.changed:
        code, reason = "outcome_changed", "a relay that changed the outcome"
    if code:
        left.append(LeftOut(claim=w.ref, code=code, reason=reason))
    return bool(code)


def _in_order(own: Sequence[Witness]) -> list[list[Witness]]:
    """An origin's figures, the latest last. A figure's day is the first on which it is on record."""
    figures: dict[str, list[Witness]] = {}
    for w in sorted(own, key=lambda w: w.order):
        figures.setdefault(w.figure, []).append(w)
    older = {f for f, ws in figures.items() if _is_replaced(f, ws, figures)}

    def rank(f: str) -> tuple[bool, int, bool, tuple[int, str, int]]:
        ws = figures[f]
        raised = any(w.claim.told_as == "raised" for w in ws)
        return (f not in older, min(w.day for w in ws), raised, min(w.order for w in ws))

    return [figures[f] for f in sorted(figures, key=rank)]


def _is_replaced(name: str, ws: Sequence[Witness], figures: Mapping[str, Sequence[Witness]]) -> bool:
    """True where a report tells the figure as an earlier one and tells another of the same origin as current."""
    if all(w.claim.told_as == "earlier" for w in ws):
        return len(figures) > 1
    told = {w.ref[0] for w in ws if w.claim.told_as == "earlier"}
    current = {w.ref[0] for f, other in figures.items() if f != name for w in other if w.claim.told_as != "earlier"}
    return bool(told & current)


def _reading(figure: Sequence[Witness]) -> Witness:
    """The claim whose bounds stand: the origin's own words, else as most relays have it, else the earliest."""
    own = [w for w in figure if w.own]
    pool = own or [w for w in figure if "number_changed" not in w.changed] or list(figure)
    shapes = Counter(_shape(w) for w in pool)
    most = max(shapes.values())
    return min((w for w in pool if shapes[_shape(w)] == most), key=lambda w: w.order)


def _shape(w: Witness) -> tuple[int | None, int | None, bool]:
    q = w.claim.quantity
    return q.low, q.high, q.approximate


def _figure(ws: Sequence[Witness]) -> Figure:
    w = _reading(ws)
    q, first = w.claim.quantity, min(x.day for x in ws)
    when = date.fromordinal(first).isoformat() if first else None
    return Figure(low=q.low, high=q.high, day=when, words=q.text, claims=tuple(x.ref for x in ws))


def _who_counts(
    case: Case, chosen: list[tuple[Witness, list[Witness]]], profile: Profile, left: list[LeftOut]
) -> tuple[list[tuple[Witness, list[Witness]]], str | None]:
    """The terms that the method admits: barred speakers go where others remain; GTD takes the most recent."""
    note = None
    if profile.choice("barred") == "perpetrator":
        others = [c for c in chosen if not (c[0].side and c[0].side in case.attackers)]
        if others and len(others) < len(chosen):
            for w, _ in chosen:
                if w.side and w.side in case.attackers:
                    left.append(LeftOut(claim=w.ref, code="perpetrator", reason="rests on a perpetrator's claim"))
            chosen = others
        elif not others:
            note = "rests on a perpetrator's claim, for there is no other"
    if profile.choice("conflict") == "latest_then_majority_then_lowest":
        usable = [c for c in chosen if not c[0].vague] or chosen
        last = max(w.day for w, _ in usable)
        for w, _ in chosen:
            if w.day != last or (w, _) not in usable:
                left.append(LeftOut(claim=w.ref, code="not_recent", reason="not the most recent source"))
        chosen = [c for c in usable if c[0].day == last]
    return chosen, note


_VAGUE = re.compile(r"[a-z]+", re.IGNORECASE)


def _term(w: Witness, profile: Profile) -> Term:
    q = w.claim.quantity
    value: int | str | None = None
    if w.vague:
        words = {x.casefold() for x in _VAGUE.findall(q.text)}
        # "several dozen" is told by its noun
        for word in (
            "massacre",
            "thousands",
            "hundreds",
            "hundred",
            "dozens",
            "dozen",
            "scores",
            "several",
            "many",
            "few",
        ):
            if word in words:
                key = {"hundred": "hundreds", "dozen": "dozens"}.get(word, word)
                value = profile.words.get(key)
                break
    number = value if isinstance(value, int) else None
    return Term(
        origin=w.origin, claim=w.ref, low=q.low, high=q.high, approximate=q.approximate, vague=w.vague,
        value=number, words=q.text,
    )  # fmt: skip


def _from_casualties(case: Case, made: Sequence[Estimate], profile: Profile) -> list[Estimate]:
    """Deaths from figures for killed and wounded together, where nobody tells the killed alone."""
    if any(e.outcome == "killed" for e in made):
        return []
    left: list[LeftOut] = []
    told = [w for w in case.witnesses if w.claim.outcome == "casualties" and not _barred(w, left)]
    if not told:
        return []
    by_origin: dict[str, list[Witness]] = {}
    for w in told:
        by_origin.setdefault(w.origin, []).append(w)
    latest = [_in_order(own)[-1] for _, own in sorted(by_origin.items(), key=lambda kv: min(w.order for w in kv[1]))]
    chosen = [_reading(f) for f in latest]
    deaths = any(w.deaths_told for f in latest for w in f)
    terms = tuple(msgspec.structs.replace(_term(w, profile), value=None) for w in chosen)
    highs = [w.claim.quantity.high if w.claim.quantity.high is not None else w.claim.quantity.low or 0 for w in chosen]
    most = max(highs)
    if profile.choice("casualties") == "between_one_and_total":
        low = 1 if deaths and most else 0
        is_open = any(w.claim.quantity.high is None for w in chosen)
        words = "deaths lie between 1 and the total; best is the coder's judgement" if deaths else "deaths are not told"
        steps: tuple[Step, ...] = (
            Step(result="low", operation="one" if low else "none", value=low, words=words),
            Step(
                result="high", operation="maximum", inputs=tuple(map(str, highs)), value=most, words="the largest total"
            ),
        )
        numbers: tuple[int | None, int | None, int | None] = (low, None, most)
    else:
        is_open = False
        limited = most < 10
        value = 0 if not deaths else int(profile.words["unknown_limited" if limited else "unknown"])
        words = "deaths told without a number" if deaths else "casualties of which deaths are unclear"
        steps = (Step(result="best", operation="word", inputs=(words,), value=value, words=words),)
        numbers = (value, value, value)
    return [
        Estimate(
            id=f"{case.key}/killed/{profile.name}", outcome="killed", low=numbers[0], best=numbers[1], high=numbers[2],
            open=is_open, origins=tuple(t.origin for t in terms), basis=tuple(w.ref for f in latest for w in f),
            rule=words, profile=profile.name, terms=terms, steps=steps, left_out=tuple(left),
            note="from figures for killed and wounded together",
        )
    ]  # fmt: skip


def _total(case: Case, result: Result, outcome: Outcome, profile: Profile) -> tuple[Result, str | None]:
    """What a method does with a total over several days or places."""
    rule = profile.choice("totals")
    if not case.total or result.best is None:
        return result, None
    if rule == "split_evenly" and case.days > 1:
        share, rest = divmod(result.best, case.days)
        words = f"{result.best} over {case.days} days: {share + rest} on the first, {share} on each other"
        step = Step(
            result="split",
            operation="split_evenly",
            inputs=(str(result.best), str(case.days)),
            value=share,
            words=words,
        )
        return result._replace(steps=(*result.steps, step)), words
    within = [e for e in case.within if e.outcome == outcome and e.best is not None]
    if rule == "keep_and_subtract" and within:
        taken = [sum(getattr(e, end) or 0 for e in within) for end in ("low", "best", "high")]
        left = [max(0, (n or 0) - t) for n, t in zip((result.low, result.best, result.high), taken, strict=True)]
        words = f"less {len(within)} identified incidents: {taken[0]} / {taken[1]} / {taken[2]}"
        step = Step(
            result="subtract", operation="subtract", inputs=tuple(e.id for e in within), value=left[1], words=words
        )
        return result._replace(low=left[0], best=left[1], high=left[2], steps=(*result.steps, step)), words
    if rule == "distribute" and case.within:
        share, rest = divmod(result.best, len(case.within))
        words = f"{result.best} over {len(case.within)} linked incidents: {share + rest} and {share}"
        step = Step(
            result="distribute",
            operation="split_evenly",
            inputs=(str(result.best), str(len(case.within))),
            value=share,
            words=words,
        )
        return result._replace(steps=(*result.steps, step)), words
    return result, "a total of its own, with no identified incidents" if rule != "split_evenly" else None


def _grade(case: Case, chosen: Iterable[Witness], profile: Profile) -> str | None:
    """Airwars: by who accepts responsibility and how many independent origins there are."""
    needs = profile.grades
    if not needs:
        return None
    chosen = list(chosen)
    if not case.civilians:
        return "discounted"
    if len(case.attackers) > 1:
        return "contested"
    if any(w.side and w.side in case.attackers for w in chosen):
        return "confirmed"
    return "fair" if len({w.origin for w in chosen}) >= needs["fair"] else "weak"


def _credibility(terms: Sequence[Term], chosen: Iterable[tuple[Witness, object]], result: Result) -> int:
    """Admiralty information scale, 1 confirmed by others to 6 cannot be judged; from independent origins only."""
    if result.best is None:
        return 6
    sources = {w.origin for w, _ in chosen if not w.publisher}  # a publisher's own voice confirms nothing
    agree = sources & set(agreeing(result.best, terms))
    if len(agree) > 1:
        return 1
    if len(sources) > 1:
        return 4
    return 3 if sources else 6
