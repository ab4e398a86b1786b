"""An estimate's arithmetic done again, from nothing but the claims that it names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from counterclaim.caseio import Casebook
from counterclaim.link.facts import is_vague
from counterclaim.profiles import Profile
from counterclaim.reconcile import Case, Witness, reconcile
from counterclaim.records import Estimate, Incident, Interval

_ENDS = ("low", "best", "high", "open")


class Rerun(NamedTuple):
    """The estimate as it comes out now, None where none comes out, and in words what is not as the file says."""

    estimate: Estimate | None
    differences: tuple[str, ...]


def rerun(name: str, book: Casebook, profile: Profile) -> Rerun:
    """Rebuild the terms of an estimate from the case file's records, and run the method on them.

    What the terms are is taken from the file: which claims are one origin's, and which of them is its latest figure.
    Everything after that is done again: the bounds of each term from its claim, the numbers, and each printed step.
    Raises CC-404.
    """
    incident, told = book.estimate_named(name)
    made = None
    # whether the words tell of deaths stands in the records only with their reasons; the rule's words say what was read
    for deaths in (True, False):
        found = reconcile(_case(incident, told, book, deaths), profile)
        made = next((e for e in found if e.id == told.id), None)
        if made is not None and made.rule == told.rule:
            break
    if made is None:
        return Rerun(None, ("the method makes no such estimate of these claims",))
    return Rerun(made, tuple(_differences(told, made)))


def _case(incident: Incident, told: Estimate, book: Casebook, deaths: bool) -> Case:
    witnesses = tuple(
        Witness(
            ref=t.claim, claim=book.claims[t.claim], origin=t.origin, day=0, order=(k, t.claim[0], 0), figure=str(k),
            deaths_told=deaths, vague=is_vague(book.claims[t.claim]),
        )
        for k, t in enumerate(told.terms)
    )  # fmt: skip
    inside = [name for step in told.steps if step.operation == "subtract" for name in step.inputs]
    return Case(
        key=incident.id,
        witnesses=witnesses,
        total=incident.scope == "cumulative",
        civilians={book.claims[ref].group.kind for ref in incident.claims} != {"military"},
        within=tuple(book.estimates[name][1] for name in inside if name in book.estimates),
        days=_days(incident.time),
    )


def _days(time: Interval | None) -> int:
    """How many days an incident takes, 0 where an end is not known."""
    try:
        start, end = (date.fromisoformat(d or "") for d in (time.start, time.end)) if time else (date.min, date.min)
    except ValueError:
        return 0
    return (end - start).days + 1 if time else 0


def _differences(told: Estimate, made: Estimate) -> Iterator[str]:
    for was, now in zip(told.terms, made.terms, strict=False):
        if was != now:
            yield f"the term of {was.origin} is not what its claim {'/'.join(was.claim)} says"
    if len(told.terms) != len(made.terms):
        yield f"{len(told.terms)} terms in the file, {len(made.terms)} when run again"
    for end in _ENDS:
        was, now = getattr(told, end), getattr(made, end)
        if was != now:
            yield f"{end}: {_shown(was)} in the file, {_shown(now)} when run again"
    # how a total is shared out over its incidents does not change its numbers, and needs the incidents
    steps = [tuple(s for s in e.steps if s.result != "distribute") for e in (told, made)]
    if steps[0] != steps[1]:
        yield "the printed steps are not those that the method takes"


def _shown(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else "blank" if value is None else str(value)
