"""A case as a person reads it: incidents with their numbers, who said what when, who passed it on and changed it.

Everything from a report goes through ``visible``, as in the view of one report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from counterclaim.caseio import Casebook
from counterclaim.records import Claim, ClaimRef, Difference, Estimate, Incident, Relay
from counterclaim.render import evidence, interval_words, quantity_words, visible

COUNT, ORIGIN, DIM, BAD, GOOD = "bold yellow", "cyan", "dim", "red", "green"
LABELS = {
    "outcome_changed": "another outcome", "bound_added": "a bound added", "bound_dropped": "the bound dropped",
    "number_changed": "another number", "group_changed": "other people counted", "place_changed": "another place",
    "time_changed": "another time", "means_changed": "other means", "attacker_changed": "another attacker",
    "certainty_raised": "an estimate told as a fact", "attribution_dropped": "the source not named",
}  # fmt: skip
CREDIBILITY = {
    1: "confirmed by others", 2: "probably true", 3: "possibly true", 4: "doubtful", 5: "improbable",
    6: "cannot be judged",
}  # fmt: skip
_PLACES = 4  # of an incident that its heading names
# these never feed a number, so they are no figure of their own; the others left out are, under another method or before
_NO_FIGURE = frozenset({"negated", "part", "among", "outcome_changed"})


class _Row(NamedTuple):
    """One figure of one origin: the claim whose words are shown, and all claims that carry it."""

    day: str
    origin: str
    lead: ClaimRef
    claims: list[ClaimRef]
    note: str


def case_view(book: Casebook, profiles: Sequence[str], unread: int = 0) -> RenderableType:
    """The whole case under the methods named: the largest incident first, single claims short, totals last."""
    case = book.case
    parts: list[RenderableType] = [_head(book, unread)]
    incidents = sorted(case.incidents, key=lambda i: -len(i.claims))
    happenings = [i for i in incidents if i.scope != "cumulative"]
    totals = [i for i in incidents if i.scope == "cumulative"]
    for n, incident in enumerate((i for i in happenings if len(i.claims) > 1), 1):
        parts += ["", incident_view(book, incident, profiles, f"{n}. ")]
    for title, these in (("Told once", happenings), ("Running totals told once", totals)):
        single = [i for i in these if len(i.claims) == 1]
        if title != "Told once":
            for incident in (i for i in these if len(i.claims) > 1):
                parts += ["", incident_view(book, incident, profiles, "Running total: ")]
        if single:
            parts += ["", _singles(book, single, profiles, title)]
    if not case.incidents:
        parts += ["", Text("No claims: no count of people with an outcome was found.", style="italic")]
    else:
        parts += ["", Text(_HINT, style=DIM)]
    return Stack(*parts)


_HINT = (
    "+ after a number: the figure is open above. counterclaim explain INCIDENT/OUTCOME/METHOD shows the arithmetic, "
    "counterclaim trace REPORT/CLAIM the way of a claim."
)


def _head(book: Casebook, unread: int) -> RenderableType:
    case, line = book.case, Text()
    if any(r.report.synthetic for r in case.records):
        line.append(" SYNTHETIC: invented for testing, proves nothing ", style="bold white on red")
        line.append("\n")
    claims = sum(len(r.claims) for r in case.records)
    many = [_many(len(case.records), "report"), _many(claims, "claim"), _many(len(case.incidents), "incident")]
    line.append(", ".join([*many, _many(len(case.relays), "relay")]), style="bold")
    if unread:
        line.append(f"; {_many(unread, 'report')} could not be read", style=BAD)
    table = new_table("Reports", ("Published", "Publisher", "Report", "Claims"))
    for r in case.records:
        info = r.report
        mark = " (synthetic)" if info.synthetic else ""
        table.add_row(info.published[:10], visible(info.publisher) + mark, visible(info.id or ""), str(len(r.claims)))
    return Stack(line, "", table) if case.records else line


def _many(n: int, word: str) -> str:
    return f"{n} {word}" + ("" if n == 1 else "s")


def incident_view(book: Casebook, incident: Incident, profiles: Sequence[str], mark: str = "") -> RenderableType:
    """One incident: its numbers, each source's figure in order of time, relays, conflicts, and what was left out."""
    title = Text(f"{mark}{_place_and_time(incident)}", style="bold")
    if incident.groups:
        title.append(f"  {visible('; '.join(incident.groups))}", style="default")
    title.append(f"  {incident.id}", style=DIM)
    shown = [e for e in incident.estimates if e.profile in profiles]
    numbers = estimates_table(shown, profiles) if shown else Text(_NONE, style="italic")
    parts: list[RenderableType] = [title, numbers, _figures_table(book, incident, shown)]
    relays = [book.relays[ref] for ref in incident.claims if ref in book.relays]
    parts += [*_relays(book, relays), *_conflicts(book, shown), *_left_out(book, shown, profiles)]
    return Stack(*parts)


_NONE = "The method makes no estimate of these claims."


def _place_and_time(incident: Incident) -> str:
    shown = [*incident.places[:_PLACES], *(["…"] if len(incident.places) > _PLACES else [])]
    where = visible(", ".join(shown)) or "place not told"
    return f"{where}  {interval_words(incident.time) or 'time not told'}"


def estimates_table(estimates: Sequence[Estimate], profiles: Sequence[str]) -> Table:
    """Low, best and high of each outcome; with several methods one column each."""
    outcomes = list(dict.fromkeys(e.outcome for e in estimates))
    if len(profiles) == 1:
        table = new_table("", ("Outcome", "Low / best / high", "Independent origins"))
        for e in estimates:
            origins = Text(f"{len(e.origins)}: ").append(visible(", ".join(e.origins)), style=ORIGIN)
            rated = "" if e.credibility is None else f"credibility {e.credibility}, {CREDIBILITY.get(e.credibility)}"
            notes = [f"grade {e.grade}" if e.grade else "", rated, e.note or ""]
            origins.append("".join(f"\n{visible(note)}" for note in notes if note), style=DIM)
            table.add_row(e.outcome, Text(bounds_words(e), style=COUNT), origins)
        return table
    table = new_table("low / best / high (independent origins)", ("Outcome", *profiles))
    for outcome in outcomes:
        cells: list[RenderableType] = [outcome]
        for profile in profiles:
            cells.append(next((_cell(e) for e in estimates if (e.outcome, e.profile) == (outcome, profile)), ""))
        table.add_row(*cells)
    return table


def _number(n: int | None) -> str:
    return "–" if n is None else f"{n:,}"


def _cell(e: Estimate) -> Text:
    cell = Text(bounds_words(e), style=COUNT)
    cell.append(f" ({len(e.origins)})", style="default")
    for words in (e.grade, e.note):
        cell.append(f"\n{visible(words)}" if words else "", style=DIM)
    return cell


def bounds_words(e: Estimate) -> str:
    """``18 / 20 / 99+``: low, best and high, with a mark where a figure is open above; ``blank`` where none is made."""
    if e.low is None and e.best is None and e.high is None:
        return "blank"
    return " / ".join(map(_number, (e.low, e.best, e.high))) + ("+" if e.open else "")


def _figures_table(book: Casebook, incident: Incident, shown: Sequence[Estimate]) -> Table:
    table = new_table("Who said what, in order of time", ("Day", "Figure", "Origin", "Words, and who carried them"))
    for row in _rows(book, incident, shown):
        words = Text(claim_words(book, row.lead))
        for ref in row.claims:
            words.append(f"\n{_carrier(book, ref)}", style=DIM)
        count = Text(_count(book.claims[row.lead]), style=COUNT)
        count.append(f"\n{row.note}" if row.note else "", style=DIM)
        table.add_row(row.day, count, Text(visible(row.origin), style=ORIGIN), words)
    return table


def _rows(book: Casebook, incident: Incident, shown: Sequence[Estimate]) -> list[_Row]:
    """The incident's figures in order of time; a claim that no method can count is none."""
    estimates = shown or incident.estimates
    terms = {t.claim for e in estimates for t in e.terms}
    left = {x.claim: x.code for e in estimates for x in e.left_out}
    rows: dict[tuple[object, ...], list[ClaimRef]] = {}
    for ref in incident.claims:
        changed = book.relays[ref].distortions if ref in book.relays else ()
        if left.get(ref) in _NO_FIGURE or "outcome_changed" in changed:
            continue
        claim = book.claims[ref]
        origin = book.origin(ref, [e for e in estimates if e.outcome == claim.outcome])
        rows.setdefault((claim.outcome, origin, *_figure_of(ref, claim, estimates)), []).append(ref)
    out = []
    for key, refs in rows.items():
        own = [ref for ref in refs if ref not in book.relays]
        lead = next((ref for ref in refs if ref in terms), (own or refs)[0])
        replaced = all(left.get(ref) == "replaced" for ref in refs)
        out.append(_Row(min(_day(book, r) for r in refs), str(key[1]), lead, refs, "replaced" if replaced else ""))
    return sorted(out, key=lambda row: row.day)


def _figure_of(ref: ClaimRef, claim: Claim, estimates: Iterable[Estimate]) -> tuple[object, ...]:
    """What tells an origin's figures apart: its place among the revisions; with no estimate at all its bounds."""
    mine = [e for e in estimates if e.outcome == claim.outcome]
    for e in mine:
        for revision in e.revisions:
            for k, figure in enumerate(revision.figures):
                if ref in figure.claims:
                    return (k,)
    return () if mine else (claim.quantity.low, claim.quantity.high)


def _day(book: Casebook, ref: ClaimRef) -> str:
    """The day on which a claim was said, as far as its report tells; else that of publication."""
    statement = book.statements.get(ref)
    said = statement.said if statement is not None else None
    return (said.end or said.start or "" if said else "") or book.records[ref[0]].report.published[:10]


def _count(claim: Claim) -> str:
    told = {"earlier": " (earlier)", "raised": " (raised to)", "among": " (among)"}.get(claim.told_as, "")
    return f"{quantity_words(claim.quantity, negated=claim.negated)} {claim.outcome}{told}"


def claim_words(book: Casebook, ref: ClaimRef) -> str:
    """The claim's exact words, in quotation marks."""
    return f"“{evidence(book.claims[ref], book.statements.get(ref))}”"


def _carrier(book: Casebook, ref: ClaimRef) -> str:
    """Where a claim stands: publisher and day, whom it goes through, whether a source is named, and its name."""
    info, statement = book.records[ref[0]].report, book.statements.get(ref)
    via = f" via {', '.join(v.name for v in statement.via)}" if statement is not None and statement.via else ""
    own = " without naming the source" if ref in book.relays else " in its own voice"
    voice = own if statement is None else ""
    return visible(f"{book.publisher(ref)}, {info.published[:10]}{via}{voice}: {'/'.join(ref)}")


def difference_words(difference: Difference) -> str:
    """``the bound dropped: “at least 30” → “30”``: from the origin's words to the relay's."""
    label = LABELS[difference.label]
    if difference.label == "attribution_dropped":
        return f"{label}: {visible(difference.origin)}"
    was, now = (f"“{visible(words)}”" if words else "nothing" for words in (difference.origin, difference.relay))
    return f"{label}: {was} → {now}"


def _relays(book: Casebook, relays: Sequence[Relay]) -> list[RenderableType]:
    if not relays:
        return []
    changed = [r for r in relays if r.distortions]
    same = [r for r in relays if not r.distortions and r.origin.claim is not None]  # else the earliest record
    out: list[RenderableType] = []
    if changed:
        table = new_table("Passed on with changes", ("Told as, and by whom", "Origin", "What that changed"))
        for relay in changed:
            told = Text(_count(book.claims[relay.claim]), style=COUNT)
            told.append(f"\n{claim_words(book, relay.claim)}", style="default not bold")
            told.append(f"\n{_carrier(book, relay.claim)}", style=f"{DIM} not bold")
            words = "\n".join(difference_words(d) for d in relay.differences) or ", ".join(
                LABELS[d] for d in relay.distortions
            )
            table.add_row(told, Text(visible(relay.origin.source), style=ORIGIN), words)
        out.append(table)
    if same:
        names = ", ".join("/".join(r.claim) for r in same)
        out.append(Text("Passed on unchanged: ", style="bold").append(visible(names), style="not bold"))
    return out


def _conflicts(book: Casebook, shown: Sequence[Estimate]) -> list[RenderableType]:
    found = dict.fromkeys((c.claims, c.reason) for e in shown for c in e.conflicts)
    if not found:
        return []
    line = Text("Conflicts", style="bold")
    for (a, b), reason in found:
        told = [f"{book.origin(ref, shown)}: {_count(book.claims[ref])} ({'/'.join(ref)})" for ref in (a, b)]
        line.append(visible(f"\n{told[0]} — {told[1]}: {reason}"), style="not bold")
    return [line]


def _left_out(book: Casebook, shown: Sequence[Estimate], profiles: Sequence[str]) -> list[RenderableType]:
    """One row a claim and reason; with several methods also which of them leave it out."""
    by: dict[tuple[ClaimRef, str], list[str]] = {}
    for e in shown:
        for x in e.left_out:
            by.setdefault((x.claim, x.reason), []).append(e.profile)
    if not by:
        return []
    table = new_table("Left out", ("Claim", "Words", "Why"))
    for (ref, reason), methods in by.items():
        only = f" ({', '.join(dict.fromkeys(methods))})" if len(set(methods)) < len(profiles) else ""
        words = f"{_count(book.claims[ref])}: {claim_words(book, ref)}"
        table.add_row(visible("/".join(ref)), words, visible(reason) + only)
    return [table]


def _singles(book: Casebook, incidents: Sequence[Incident], profiles: Sequence[str], title: str) -> Table:
    """Incidents of one claim each, one row each."""
    table = new_table(title, ("Where and when", "Figure", "Origin", "Words, and who carried them"))
    for incident in incidents:
        (ref,) = incident.claims
        shown = [e for e in incident.estimates if e.profile in profiles]
        where = Text(_place_and_time(incident).replace("  ", "\n"))
        where.append(f"\n{visible('; '.join(incident.groups))}" if incident.groups else "")
        where.append(f"\n{incident.id}", style=DIM)
        count = Text(_count(book.claims[ref]), style=COUNT)
        if len(profiles) > 1:
            for e in shown:
                count.append(f"\n{e.profile} {e.outcome}: {bounds_words(e)}", style="default")
        words = Text(claim_words(book, ref)).append(f"\n{_carrier(book, ref)}", style=DIM)
        table.add_row(where, count, Text(visible(book.origin(ref, shown)), style=ORIGIN), words)
    return table


def new_table(title: str, columns: Sequence[str]) -> Table:
    """An empty table that folds its cells on a narrow terminal."""
    table = Table(title=title or None, title_justify="left", title_style="bold", show_lines=False, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in ("Day", "Published"))
    return table
