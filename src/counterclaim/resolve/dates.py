"""Date expressions of a report, and the calendar days they stand for.

Works on the text alone. What counts as a date expression, and by which rule it is read, is the table
``knowledge/lexicons/<lang>/dates.yaml``; its calculations are in ``date_rules``. Two passes, both linear in the
length of the text: rules find single expressions, looked up by their first word; then neighbours are joined ("between
7 June and 24 July") and the words before a date are read ("since", "as of", "until").

Relative expressions count from the day of saying when it is known, else from the day of publication; the clock is never
read. Sources: UCDP GED codebook 23.1, appendix 2 (relative dates); house conventions are listed in ``docs/dates.md``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from counterclaim.records import Interval
from counterclaim.resolve.date_rules import (
    DateContext,
    DateLead,
    DateLexicon,
    DateRule,
    Days,
    Grain,
    Role,
    add_days,
    add_months,
    load_lexicon,
    month_days,
    value,
    year_days,
)

__all__ = [
    "DateContext",
    "DateLexicon",
    "DateMention",
    "combine",
    "find",
    "load_lexicon",
    "resolve_anaphoric",
]


class DateMention(msgspec.Struct, frozen=True):
    """A date expression in a text.

    ``start`` and ``end`` are code points into the report's text, without the preposition ("on", "as of") except
    "since", "between" and "from ... to". ``interval`` is None when the calendar does not give it: the expression is
    anaphoric (it counts from a day told earlier), or it is unclear (then ``rule`` ends in ``-unclear``). ``offset``
    belongs to anaphoric mentions: what to add to the antecedent, in days, or in whole months or years when ``grain``
    is that. "Since then" is anaphoric with an interval that holds its end alone. ``rule`` is the id of the rule in the
    table; "since+month-bare" names the words before too, "weekday..weekday" the two ends of a range.
    """

    start: int
    end: int
    text: str
    interval: Interval | None
    grain: Grain
    role: Role
    offset: tuple[int, int] | None
    rule: str


class _Atom(msgspec.Struct, frozen=True):
    """A single expression found by one rule, before it is joined with its neighbours. Days, both included."""

    start: int
    end: int
    rule: DateRule
    groups: Mapping[str, str]
    days: Days | None
    grain: Grain
    offset: tuple[int, int] | None = None


_WORD = re.compile(r"\w+")
_JOIN = re.compile(
    r"(?P<comma>, )|,? (?:and|or|&|to|until|till|through|into) (?:the |early |late )?|[ \u00a0]?[-–—/][ \u00a0]?"
)
_APPOSED = re.compile(r",? \(?(?:the )?")
_OWNER = re.compile(r"['’]s?\b")
_JOINABLE = frozenset({"date", "numeric", "weekday", "month", "year", "shift", "monthday"})


# --- finding -----------------------------------------------------------------------------------


def _atoms(text: str, start: int, end: int, context: DateContext, lexicon: DateLexicon) -> list[_Atom]:
    """The single expressions, leftmost first, the longest rule at each place (the first in the table among equals)."""
    atoms: list[_Atom] = []
    free = start
    for word in _WORD.finditer(text, start, end):
        at = word.start()
        if at < free:
            continue
        token = word.group()
        rules = lexicon.first.get("#" if token[0].isdigit() else token.lower())
        if not rules:
            continue
        best: tuple[int, DateRule, re.Match[str]] | None = None
        window = text[max(start, at - 40) : at]
        for rule in rules:
            match = rule.pattern.match(text, at, end)
            if match and (best is None or match.end() > best[0]) and _stands(rule, window):
                best = match.end(), rule, match
        if best:
            free, rule, match = best
            groups = {name.rstrip("2"): value for name, value in match.groupdict().items() if value}
            days, grain, offset = value(rule, groups, context, lexicon)
            head = at - 4 if rule.the and window[-4:].lower() == "the " else at
            atoms.append(_Atom(head, free, rule, groups, days, grain, offset))
    return atoms


def _stands(rule: DateRule, window: str) -> bool:
    """Whether the words before allow the rule."""
    if rule.before and not rule.before.search(window):
        return False
    return not (rule.not_before and rule.not_before.search(window))


def _joinable(atom: _Atom) -> bool:
    return atom.rule.kind in _JOINABLE and atom.days is not None


def _run(text: str, atoms: Sequence[_Atom], at: int) -> int:
    """Where the run of dates that begins at ``at`` ends: "X to Y", "X and Y", "X, Y and Z". At least ``at + 1``."""
    stop = at + 1
    for index in range(at, min(len(atoms), at + 8) - 1):
        left, right = atoms[index], atoms[index + 1]
        link = _JOIN.fullmatch(text[left.end : right.start]) if right.start - left.end <= 14 else None
        if not (link and _joinable(left) and _joinable(right)):
            break
        if not link["comma"]:
            stop = index + 2
    return stop


def _apposed(text: str, left: _Atom, right: _Atom) -> bool:
    """One day told twice: "Tuesday, 14 December", "Thursday last week, 17 April"."""
    near = right.start - left.end <= 7 and _APPOSED.fullmatch(text[left.end : right.start])
    return bool(near) and left.rule.kind in ("weekday", "shift") and right.rule.kind == "date" and right.grain == "day"


def _hull(run: Sequence[_Atom], context: DateContext, lexicon: DateLexicon) -> Days | None:
    """From the first day of a run of dates to the last; a date without a year goes by the one after it."""
    days: Days | None = None
    for atom in reversed(run):
        own = atom.days
        if days and days[0] and "y" not in atom.groups and atom.rule.kind in ("date", "weekday", "month"):
            own = value(atom.rule, atom.groups, DateContext(days[1] or days[0]), lexicon)[0] or own
        if own is None:
            return None
        lows = [day for day in (own[0], days and days[0]) if day]
        highs = [day for day in (own[1], days and days[1]) if day]
        days = min(lows, default=None), max(highs, default=None)
    return days


def _lead(text: str, floor: int, run: Sequence[_Atom], end: int, lexicon: DateLexicon) -> tuple[DateLead | None, int]:
    """The words before a run that change its meaning, and where the mention begins with them."""
    head = run[0].start
    window = text[max(floor, head - 120) : head]
    owned = _OWNER.match(text, run[-1].end, end)
    for lead in lexicon.leads:
        found = lead.pattern.search(window)
        if found and not (lead.bare and owned) and not (lead.unless and lead.unless.search(found.group())):
            return lead, head - len(window) + found.start() if lead.keep else head
    found = lexicon.ranges.search(window) if len(run) > 1 or run[0].groups.keys() & {"dl", "yl"} else None
    return None, head - len(window) + found.start() if found else head


def _told(days: Days | None) -> Interval | None:
    if days is None:
        return None
    return Interval(start=days[0].isoformat() if days[0] else None, end=days[1].isoformat() if days[1] else None)


def _mention(
    text: str, floor: int, run: Sequence[_Atom], context: DateContext, bounds: tuple[int, DateLexicon]
) -> DateMention:
    """One mention out of a run of joined expressions and the words before them."""
    end, lexicon = bounds
    last, rule = run[-1].end, run[-1].rule
    offset, grain = run[0].offset, run[0].grain
    days = run[0].days if len(run) == 1 else _hull(run, context, lexicon)
    name = rule.id
    if len(run) > 1:
        name, grain = f"{run[0].rule.id}..{rule.id}", "days"
    if rule.kind in ("back", "followed", "vague"):
        head = run[0].start
        return DateMention(head, last, text[head:last], _told(days), grain, "anaphoric", offset, name)
    lead, head = _lead(text, floor, run, end, lexicon)
    role: Role = rule.role
    if days is None:
        name = name if name.endswith("-unclear") else name + "-unclear"
    elif lead and rule.kind not in ("open", "duration", "past"):
        name, grain = f"{lead.id}+{name}", "open"
        if lead.role == "since":
            role, days = "since", (days[0], context.day if days[0] and days[0] <= context.day else None)
        elif lead.role == "before":
            role, days = "until", (None, days[0] and add_days(days[0], -1))
        else:
            role, days = ("as_of" if lead.role == "as_of" else "until"), (None, days[1])
    elif lexicon.onwards.search(text[last : min(end, last + 12)]) and text[:head][-5:].lower() == "from ":
        role, grain, name, head = "since", "open", f"from+{name}", head - 5
        days = days[0], context.day if days[0] and days[0] <= context.day else None
    return DateMention(head, last, text[head:last], _told(days), grain, role, None, name)


def find(text: str, start: int, end: int, context: DateContext, lexicon: DateLexicon) -> tuple[DateMention, ...]:
    """The date expressions of ``text[start:end]``, in order, none overlapping. Never raises."""
    atoms = _atoms(text, start, end, context, lexicon)
    mentions: list[DateMention] = []
    at, floor = 0, start
    while at < len(atoms):
        if at + 1 < len(atoms) and _apposed(text, atoms[at], atoms[at + 1]):
            atoms[at + 1] = msgspec.structs.replace(atoms[at + 1], start=atoms[at].start)
            at += 1
        stop = _run(text, atoms, at)
        mention = _mention(text, floor, atoms[at:stop], context, (end, lexicon))
        mentions.append(mention)
        at, floor = stop, mention.end
    return tuple(mentions)


# --- after finding -----------------------------------------------------------------------------


def resolve_anaphoric(mention: DateMention, antecedent: Interval) -> Interval:
    """An anaphoric mention's days, given those of its antecedent.

    Days before count from the antecedent's first day, days after from its last; a month or year is taken whole. Vague
    ones ("days before", "since then") give an open interval.
    """
    first, last = antecedent.start or antecedent.end, antecedent.end or antecedent.start
    if first is None or last is None:
        return mention.interval or Interval()
    low, high = date.fromisoformat(first), date.fromisoformat(last)
    if mention.offset is None:
        if mention.interval:
            return Interval(start=antecedent.start, end=mention.interval.end)
        return Interval(start=low.isoformat()) if mention.rule == "days-later" else Interval(end=high.isoformat())
    before, after = mention.offset
    if mention.grain in ("month", "year"):
        there = add_months(high if after > 0 else low, after * (12 if mention.grain == "year" else 1))
        whole = year_days(there.year) if mention.grain == "year" else month_days(there.year, there.month)
        return Interval(start=whole[0].isoformat(), end=whole[1].isoformat())
    if before == after == 0:
        return antecedent
    base = low if before < 0 else high
    return Interval(start=add_days(base, before).isoformat(), end=add_days(base, after).isoformat())


def _within(inner: Interval, outer: Interval) -> bool:
    """Whether one interval lies inside another and is shorter."""
    low, high = (inner.start or "", inner.end or "~"), (outer.start or "", outer.end or "~")
    return inner != outer and low[0] >= high[0] and low[1] <= high[1]


def combine(mentions: Sequence[DateMention], context: DateContext) -> Interval | None:
    """What a clause with these mentions tells of its time; None when they give no day.

    "Since" wins, and ends at an as-of date when one is told. Else the plain dates, from first to last, the finer
    instead of the coarser ("last week ... on Thursday"); a year or month is cut at an as-of date. Else "until" and
    "as of"; else a length of time that ends on the day of saying. Anaphoric and unclear mentions tell nothing here.
    """
    told: dict[str, list[Interval]] = {}
    for mention in mentions:
        if mention.interval and mention.role != "anaphoric":
            told.setdefault(mention.role, []).append(mention.interval)
    ends = [i.end for role in ("as_of", "until") for i in told.get(role, ()) if i.end]
    if "since" in told:
        starts = [i.start for i in told["since"]]
        low = None if None in starts else min(s for s in starts if s)
        high = min(ends) if ends else max((i.end for i in told["since"] if i.end), default=None)
        return Interval(start=low, end=high if not (low and high) or low <= high else None)
    plain = [i for i in told.get("at", ()) if not any(_within(other, i) for other in told["at"])]
    if plain:
        low = None if any(i.start is None for i in plain) else min(i.start for i in plain if i.start)
        high = None if any(i.end is None for i in plain) else max(i.end for i in plain if i.end)
        coarse = any(m.grain in ("year", "month") for m in mentions if m.role == "at")
        if coarse and high and ends and (low or "") <= min(ends) < high:
            high = min(ends)
        return Interval(start=low, end=high)
    if ends:
        return Interval(end=min(ends))
    return told["duration"][0] if "duration" in told else None
