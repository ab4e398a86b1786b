"""Records as a person reads them in a terminal: tables, and the text with claims and statements marked.

Everything from a report is shown with control and direction characters made visible, so that no report can steer
the terminal.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from counterclaim.errors import abstention_codes
from counterclaim.records import Claim, Group, Interval, Place, Quantity, Record, ReportInfo, Span, Statement

_CLAIM = "bold yellow"
_SOURCE = "cyan"
_CONTENT = "underline"
_DIM = "dim"
_MAX_WORDS = 110  # code points of evidence in a table cell
_TABS = {0x09: "\t", 0x0A: "\n"}
# C0 controls become their pictures; C1 controls, direction marks and zero-width characters become a middle dot
_VISIBLE = (
    {code: chr(0x2400 + code) for code in range(32)}
    | {code: "·" for code in (*range(0x7F, 0xA0), *range(0x200B, 0x2010), *range(0x2028, 0x202F), 0xFEFF)}
    | {code: "·" for code in range(0x2060, 0x2070)}
    | _TABS
)  # fmt: skip


def visible(text: str) -> str:
    """``text`` of the same length with every character that could steer a terminal replaced by a visible one."""
    return text.translate(_VISIBLE)


def quantity_words(quantity: Quantity, *, negated: bool = False) -> str:
    """A quantity with its bounds: ``30``, ``≥30``, ``≤12,000``, ``24–99 ~`` (approximate), ``not 30`` (denied)."""
    low, high = quantity.low, quantity.high
    if low is None and high is None:
        words = "?"
    elif high is None:
        words = f"≥{low:,}"
    elif low is None:
        words = f"≤{high:,}"
    elif low == high:
        words = f"{low:,}"
    else:
        words = f"{low:,}–{high:,}"
    return ("not " if negated else "") + words + (" ~" if quantity.approximate else "")


def interval_words(time: Interval | None) -> str:
    """Dates: one day, both ends, or an open end as ``…``; empty when unknown."""
    if time is None or (time.start is None and time.end is None):
        return ""
    if time.start == time.end:
        return time.start or ""
    return f"{time.start or '…'} – {time.end or '…'}"


def place_words(places: Sequence[Place]) -> str:
    """Names with country, a precision wider than a settlement, and a note where there are no coordinates."""
    found = []
    for place in places:
        wide = place.precision if place.precision in ("district", "region") else ""
        told = [place.country or "", wide, "" if place.lat is not None else "no coordinates"]
        note = ", ".join(part for part in told if part)
        found.append(f"{place.name} ({note})" if note else place.name)
    return "; ".join(found)


def group_words(group: Group) -> str:
    """Who is counted: the words, then affiliation, kind and attributes."""
    about = [group.affiliation or "", group.kind if group.kind != "unknown" else "", *group.attributes]
    note = ", ".join(part for part in about if part)
    words = visible(group.text or "")
    return f"{words} [{note}]" if note and words else words or (f"[{note}]" if note else "")


def report_view(record: Record, text: str, *, explain: bool = False) -> RenderableType:
    """The whole readable view of one report."""
    parts: list[RenderableType] = [header(record.report), "", claims_table(record), ""]
    if record.statements:
        parts += [statements_table(record.statements), ""]
    parts += [marked_text(record, text), _legend()]
    if explain:
        parts += ["", explanation(record)]
    return Stack(*parts)


def header(report: ReportInfo) -> Text:
    """Publisher, day, title and dateline, with a mark when the report is invented."""
    line = Text()
    if report.synthetic:
        line.append(" SYNTHETIC: invented for testing, proves nothing ", style="bold white on red")
        line.append("\n")
    line.append(visible(report.publisher) or "publisher not told", style="bold")
    line.append("  ")
    line.append(report.published or "day of publication not told: relative dates stay open")
    for name, value in (("title", report.title), ("dateline", report.dateline), ("url", report.url), ("id", report.id)):
        if value:
            line.append(f"\n{name}: ", style=_DIM)
            line.append(visible(value))
    return line


def claims_table(record: Record) -> RenderableType:
    """One row a claim, in the order of the text."""
    if not record.claims:
        return Text("No claims: no count of people with an outcome was found.", style="italic")
    statements = {statement.id: statement for statement in record.statements}
    rows = [_cells(claim, statements.get(claim.statement or "")) for claim in record.claims]
    return _table("Claims", ("", "Count", "Outcome", "Who", "Where", "When", "Said by", "Via", "Notes"), rows)


def records_table(records: Iterable[Record]) -> RenderableType:
    """The claims of many records in one table with their words."""
    rows: list[list[RenderableType]] = []
    ends = set()
    for record in records:
        statements = {statement.id: statement for statement in record.statements}
        name = visible(record.report.publisher or record.report.id or "")
        mark = " (synthetic)" if record.report.synthetic else ""
        first = Text(f"{name}{mark}\n{record.report.published[:10]}", style="bold")
        for claim in record.claims:
            statement = statements.get(claim.statement or "")
            rows.append([first, *_cells(claim, statement)[1:], Text(evidence(claim, statement), style=_DIM)])
            first = Text("")
        ends.add(len(rows) - 1)
    columns = ("Report", "Count", "Outcome", "Who", "Where", "When", "Said by", "Via", "Notes", "Words")
    return _table("Claims", columns, rows, ends)


def statements_table(statements: Sequence[Statement]) -> Table:
    """One row a statement: who, by which words, what."""
    rows: list[list[RenderableType]] = []
    for statement in statements:
        source = statement.source
        kind = ", ".join(part for part in (source.kind, source.affiliation) if part)
        content = Text(clipped(" … ".join(span.text for span in statement.content)), style=_DIM)
        rows.append([
            statement.id, _source(statement), kind, _via(statement), visible(statement.cue.text), statement.stance,
            statement.mode, statement.channel or "", interval_words(statement.said), content,
        ])  # fmt: skip
    columns = ("", "Source", "Kind", "Via", "Cue", "Stance", "Mode", "Channel", "Said", "Content")
    return _table("Statements", columns, rows)


def evidence(claim: Claim, statement: Statement | None) -> str:
    """The words a claim rests on: the part of the statement that holds the count, or the count and who is counted."""
    spans: Iterable[Span] = statement.content if statement else ()
    for span in spans:
        if span.start <= claim.quantity.start and claim.quantity.end <= span.end:
            at = claim.quantity.start - span.start
            begin = max(0, at - _MAX_WORDS // 2)
            return ("…" if begin else "") + clipped(span.text[begin:])
    words = [(claim.quantity.start, claim.quantity.text)]
    start = claim.group.start
    if start is not None and claim.group.text and not claim.quantity.start <= start < claim.quantity.end:
        words.append((start, claim.group.text))
    return clipped(" … ".join(text for _, text in sorted(words)))


def clipped(text: str, limit: int = _MAX_WORDS) -> str:
    """``text`` on one line, at most ``limit`` code points, safe to show."""
    line = " ".join(visible(text[: limit * 2]).split())
    return line if len(line) <= limit and len(text) <= limit * 2 else line[: limit - 1] + "…"


def marked_text(record: Record, text: str) -> Text:
    """The report's text with counts, sources, cues and contents styled, and the ids of claims after their counts."""
    shown = Text(visible(text))
    for statement in record.statements:
        for span in statement.content:
            shown.stylize(_CONTENT, span.start, span.end)
        shown.stylize(_SOURCE, statement.source.start, statement.source.end)
        shown.stylize(f"{_SOURCE} italic", statement.cue.start, statement.cue.end)
    for claim in record.claims:
        shown.stylize(_CLAIM, claim.quantity.start, claim.quantity.end)
    ids: dict[int, list[str]] = {}
    for claim in record.claims:
        ids.setdefault(claim.quantity.end, []).append(claim.id)
    parts = shown.divide(sorted(end for end in ids if 0 < end < len(text)))
    result, at = Text(), 0
    for part in parts:
        result.append_text(part)
        at += len(part)
        if at in ids:
            result.append(f" [{', '.join(ids[at])}]", style="green")
    return result


def explanation(record: Record) -> RenderableType:
    """Everything left out, with code and words; and the rule and words behind every field."""
    meanings = abstention_codes()
    left = []
    for item in record.abstentions:
        meaning = meanings.get(item.code, "")
        reason = meaning if item.reason in ("", meaning) else f"{meaning} ({item.reason})"
        left.append([item.code, clipped(item.text), f"{item.start}–{item.end}", visible(reason)])
    why = []
    last = None
    for given in record.reasons:
        words = clipped(given.words.text) if given.words else ""
        why.append([given.item if given.item != last else "", given.field, visible(given.rule), words])
        last = given.item
    nothing = Text("Nothing was left out.", style="italic")
    return Stack(
        _table("Left out", ("Code", "Words", "Where", "Reason"), left) if left else nothing,
        "",
        _table("Why", ("Item", "Field", "Rule", "Words"), why),
    )


def _legend() -> Text:
    legend = Text("\n")
    for words, style in (("count", _CLAIM), ("source", _SOURCE), ("cue", f"{_SOURCE} italic"), ("content", _CONTENT)):
        legend.append(words, style=style)
        legend.append("  ")
    return legend


def _table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[RenderableType]], ends: Container[int] = ()
) -> Table:
    """A table without the columns that are empty in every row, with a line under the rows named in ``ends``."""
    table = Table(title=title, title_justify="left", title_style="bold", show_lines=False, pad_edge=False)
    kept = [at for at in range(len(columns)) if any(str(row[at]) for row in rows)]
    for at in kept:
        table.add_column(columns[at], overflow="fold", no_wrap=columns[at] in ("", "Code"))
    for number, row in enumerate(rows):
        table.add_row(*(row[at] for at in kept), end_section=number in ends)
    return table


def _cells(claim: Claim, statement: Statement | None) -> list[RenderableType]:
    count = Text(quantity_words(claim.quantity, negated=claim.negated), style=_CLAIM)
    said = _source(statement) if statement else Text("the publisher", style="italic")
    via = _via(statement) if statement else ""
    notes = "; ".join(_notes(claim, statement))
    return [
        claim.id, count, claim.outcome, group_words(claim.group), visible(place_words(claim.places)),
        interval_words(claim.time), said, via, notes,
    ]  # fmt: skip


def _notes(claim: Claim, statement: Statement | None) -> Iterator[str]:
    if claim.scope != "incident":
        yield claim.scope
    if claim.certainty != "stated":
        yield claim.certainty
    if claim.negated:
        yield "denied"
    if statement and statement.stance != "asserts":
        yield f"source {statement.stance}"
    if claim.part_of:
        yield f"part of {claim.part_of}"
    if claim.means:
        yield claim.means
    if claim.attacker:
        yield f"by {visible(claim.attacker.text)}"


def _source(statement: Statement) -> Text:
    source = statement.source
    words = Text(visible(source.name), style=_SOURCE)
    if source.text != source.name:
        words.append(f' ("{clipped(source.text, 40)}")', style=_DIM)
    return words


def _via(statement: Statement) -> str:
    return visible(" > ".join(via.name for via in statement.via))
