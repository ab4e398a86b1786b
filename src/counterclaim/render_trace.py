"""The way of one claim, the arithmetic of one estimate and the coding methods, as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.text import Text

from counterclaim.caseio import Casebook
from counterclaim.profiles import Parameter, Profile
from counterclaim.records import Claim, ClaimRef, Estimate
from counterclaim.render import group_words, interval_words, quantity_words, visible
from counterclaim.render_case import (
    BAD,
    COUNT,
    CREDIBILITY,
    DIM,
    GOOD,
    LABELS,
    ORIGIN,
    bounds_words,
    claim_words,
    new_table,
)
from counterclaim.rerun import Rerun


class _Field(NamedTuple):
    """One field of a claim for comparison: what is shown, and what makes two of them the same."""

    name: str
    shown: str
    value: object


def trace_view(book: Casebook, ref: ClaimRef) -> RenderableType:
    """Publisher, via, speaker, origin, with the words of each; and what the way changed, field by field."""
    relay, claim = book.relays.get(ref), book.claims[ref]
    head = Text("/".join(ref), style="bold")
    head.append(f"  {quantity_words(claim.quantity, negated=claim.negated)} {claim.outcome}", style=COUNT)
    parts: list[RenderableType] = [head, _chain(book, ref)]
    if relay is not None and relay.origin.claim is not None:
        parts += ["", _differences(book, ref, relay.origin.claim)]
        return Stack(*parts)
    others = ["/".join(r.claim) for r in book.case.relays if r.origin.claim == ref]
    first = "the earliest record in this case of a figure" if relay is not None else "the word"
    line = Text(f"This is {first} of {visible(book.origin(ref, _estimates(book, ref)))}; ")
    parts.append(line.append(f"passed on by {visible(', '.join(others))}" if others else "no other claim passes it on"))
    return Stack(*parts)


def _estimates(book: Casebook, ref: ClaimRef) -> list[Estimate]:
    outcome = book.claims[ref].outcome
    return [e for i in book.case.incidents if ref in i.claims for e in i.estimates if e.outcome == outcome]


def _chain(book: Casebook, ref: ClaimRef) -> RenderableType:
    table = new_table("The way of the figure", ("Step", "Who", "Words"))
    for step, who, words in _hops(book, ref):
        table.add_row(step, Text(visible(who), style=ORIGIN), visible(words))
    return table


def _hops(book: Casebook, ref: ClaimRef) -> Iterator[tuple[str, str, str]]:
    yield from _told(book, ref)
    relay = book.relays.get(ref)
    if relay is None:
        return
    yield "origin", relay.origin.source, f"{relay.reason} (known by {relay.by})" if relay.reason else relay.by
    at = relay.origin.claim
    if at is None:
        return
    own = book.relays.get(at) is None
    yield ("its own words" if own else "the earliest record"), *_published(book, at)
    if not own:
        yield from list(_told(book, at))[1:]


def _told(book: Casebook, ref: ClaimRef) -> Iterator[tuple[str, str, str]]:
    """From the publisher inwards to the speaker that the report names."""
    yield "published by", *_published(book, ref)
    statement = book.statements.get(ref)
    if statement is None:
        yield "said by", book.publisher(ref), "no source is named: the publisher's own voice"
        return
    for via in statement.via:
        yield "by way of", via.name, f"“{via.text}”"
    yield "said by", statement.source.name, f"“{statement.source.text}” … “{statement.cue.text}”"


def _published(book: Casebook, ref: ClaimRef) -> tuple[str, str]:
    day = book.records[ref[0]].report.published[:10]
    quantity = book.claims[ref].quantity.text
    return f"{book.publisher(ref)}, {day}", f"{claim_words(book, ref)}\n“{quantity}”, {'/'.join(ref)}"


def _differences(book: Casebook, ref: ClaimRef, at: ClaimRef) -> RenderableType:
    """Every field of both sides: changed, the same, told on one side alone, or in other words."""
    changed: dict[str, list[str]] = {}
    for d in book.relays[ref].differences:
        changed.setdefault(d.field, []).append(LABELS[d.label])
    table = new_table("Field by field", ("Field", "Here", "With the origin", ""))
    for here, there in zip(_fields(book, ref), _fields(book, at), strict=True):
        if here.name in changed:
            verdict = Text(", ".join(changed[here.name]), style=BAD)
        elif not here.shown and not there.shown:
            verdict = Text("not told", style=DIM)
        elif here.value == there.value:
            verdict = Text("same", style=GOOD)
        elif not (here.shown and there.shown):
            verdict = Text(f"not told {'here' if there.shown else 'by the origin'}")
        else:
            verdict = Text("told otherwise, not counted as a change")
        table.add_row(here.name, here.shown or "–", there.shown or "–", verdict)
    return table


def _fields(book: Casebook, ref: ClaimRef) -> Iterator[_Field]:
    """The fields of a claim, named as the differences of a relay name them."""
    c: Claim = book.claims[ref]
    q, g = c.quantity, c.group
    yield _Field("outcome", c.outcome, c.outcome)
    yield _Field("quantity", f"“{visible(q.text)}” ({quantity_words(q)})", (q.low, q.high, q.approximate))
    yield _Field("group", group_words(g), (g.affiliation, g.kind, sorted(g.attributes)))
    places = sorted({p.name for p in c.places})
    yield _Field("places", visible(", ".join(p.name for p in c.places)), places)
    yield _Field("time", interval_words(c.time), interval_words(c.time))
    yield _Field("means", c.means or "", c.means)
    by = c.attacker
    side = f" [{by.affiliation}]" if by is not None and by.affiliation else ""
    yield _Field("attacker", visible(by.text + side) if by is not None else "", by and (by.affiliation or by.text))
    yield _Field("certainty", c.certainty, c.certainty)
    named = ref in book.statements or ref not in book.relays
    who = book.relays[ref].origin.source if ref in book.relays else book.origin(ref, _estimates(book, ref))
    yield _Field("source", visible(book.speaker(ref)) if named else "", who)


def explain_view(book: Casebook, name: str, profile: Profile, again: Rerun) -> RenderableType:
    """What each origin brings, every step of the arithmetic, what was left out, and the same done again."""
    _, e = book.estimate_named(name)
    head = Text(name, style="bold").append(f"\n{e.outcome}: ").append(bounds_words(e), style=COUNT)
    head.append("  low / best / high, open above" if e.open else "  low / best / high", style=DIM)
    head.append(
        f"\nmethod: {visible(profile.title)} ({profile.name}, version {profile.version})\nrule: {visible(e.rule)}"
    )
    if e.note:
        head.append(f"\nnote: {visible(e.note)}")
    if e.grade:
        head.append(f"\ngrade: {visible(e.grade)}")
    if e.credibility is not None:
        head.append(f"\ncredibility: {e.credibility} of 6, {CREDIBILITY.get(e.credibility, '')}")
    parts = [
        head,
        "",
        _terms_table(book, e),
        _steps_table(e),
        *_revisions(book, e),
        *_out(book, e),
        "",
        _again(e, again),
    ]
    return Stack(*parts)


def _terms_table(book: Casebook, e: Estimate) -> RenderableType:
    table = new_table("What each independent origin brings", ("Origin", "Figure", "Words", "Claim"))
    for t in e.terms:
        claim = book.claims[t.claim]
        count = Text(f"{quantity_words(claim.quantity)} {claim.outcome}", style=COUNT)
        if t.value is not None and claim.outcome == e.outcome:
            count.append(f"\ncounted as {t.value:,}", style=DIM)
        where = f"{book.publisher(t.claim)}: {'/'.join(t.claim)}"
        table.add_row(Text(visible(t.origin), style=ORIGIN), count, claim_words(book, t.claim), visible(where))
    others = [ref for ref in e.basis if ref not in {t.claim for t in e.terms}]
    if not others:
        return table
    line = Text("The same figures also stand in: ", style=DIM)
    return Stack(table, line.append(visible(", ".join("/".join(ref) for ref in others))))


def _steps_table(e: Estimate) -> RenderableType:
    table = new_table("Steps", ("", "Gives", "By", "From", "Value", "In words"))
    for n, s in enumerate(e.steps, 1):
        value = "blank" if s.value is None else f"{s.value:,}"
        inputs = visible("\n".join(s.inputs))
        table.add_row(str(n), s.result, s.operation, inputs, Text(value, style=COUNT), visible(s.words))
    return table


def _revisions(book: Casebook, e: Estimate) -> list[RenderableType]:
    if not e.revisions:
        return []
    table = new_table("Figures that an origin gave one after the other", ("Origin", "Day", "Figure", "Words", "Claims"))
    for r in e.revisions:
        for f in r.figures:
            count = quantity_words(book.claims[f.claims[0]].quantity) if f.claims else ""
            claims = visible(", ".join("/".join(ref) for ref in f.claims))
            table.add_row(visible(r.origin), f.day or "", Text(count, style=COUNT), f"“{visible(f.words)}”", claims)
    return [table]


def _out(book: Casebook, e: Estimate) -> list[RenderableType]:
    if not e.left_out:
        return [Text("No claim of this outcome was left out.", style="italic")]
    table = new_table("Left out", ("Claim", "Words", "Why"))
    for x in e.left_out:
        table.add_row(visible("/".join(x.claim)), claim_words(book, x.claim), visible(x.reason))
    return [table]


def _again(e: Estimate, again: Rerun) -> Text:
    """Whether the same comes out when the arithmetic is done again from the claims."""
    if again.differences:
        lines = ["Run again from the claims: NOT THE SAME", *again.differences]
        return Text("\n".join(visible(line) for line in lines), style=BAD)
    words = f"Run again from the claims: the same terms, steps and numbers ({bounds_words(e)})"
    return Text(words, style=GOOD)


def profiles_view(profiles: Sequence[Profile]) -> RenderableType:
    """Each method with its parameters."""
    parts: list[RenderableType] = []
    for p in profiles:
        head = Text(p.name, style="bold").append(f"  {p.title}, version {p.version}", style="not bold")
        head.append(f"\ndocument: {p.document}\n{p.origin}; {p.licence}", style=DIM)
        table = new_table("", ("Parameter", "Value", "Status", "Where it stands, or why"))
        for name, parameter in p.parameters.items():
            status = Text(status_words(parameter), style=GOOD if parameter.status == "published" else "yellow")
            table.add_row(name, value_words(parameter.value), status, parameter.where)
        parts += [head, table, ""]
    return Stack(*parts[:-1])


def status_words(parameter: Parameter) -> str:
    """Whether a codebook prints it or this project decided it."""
    return {"published": "published", "house": "house rule"}[parameter.status]


def value_words(value: Any) -> str:
    """A parameter's value on one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in value.items()) or "none"
    return str(value)
