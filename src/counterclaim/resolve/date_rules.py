"""The rules by which date expressions are read: the table of one language, compiled, and the calendar arithmetic.

The table is ``knowledge/lexicons/<lang>/dates.yaml``. Each of its rules names a kind; ``value`` holds the calculation
of every kind. Pure: relative dates count from the day in the context, never from the clock. Sources: UCDP GED codebook
23.1, appendix 2 (relative dates); house conventions are listed in ``docs/dates.md``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

Grain = Literal["day", "days", "week", "month", "year", "open"]
Role = Literal["at", "since", "until", "as_of", "duration", "anaphoric"]
Days = tuple[date | None, date | None]
"""First and last day, both included; None is an open side."""


class DateContext(msgspec.Struct, frozen=True):
    """The day of publication, the day of saying when told, and whether the sentence speaks of the future."""

    published: date
    said: date | None = None
    tense: Literal["past", "future"] = "past"

    @property
    def day(self) -> date:
        """The day that relative expressions count from."""
        return self.said or self.published


class DateRule(msgspec.Struct, frozen=True):
    """One line of the table, compiled."""

    id: str
    kind: str
    pattern: re.Pattern[str]
    before: re.Pattern[str] | None
    not_before: re.Pattern[str] | None
    role: Role
    the: bool
    args: Mapping[str, Any]


class DateLead(msgspec.Struct, frozen=True):
    """Words before a date that change its meaning. ``bare``: not before a possessive ("by Friday's attack")."""

    id: str
    role: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    keep: bool
    bare: bool


class DateLexicon(msgspec.Struct, frozen=True):
    """The table of one language, compiled: rules by the first word they may begin with ('#' for a digit)."""

    first: Mapping[str, tuple[DateRule, ...]]
    leads: tuple[DateLead, ...]
    ranges: re.Pattern[str]
    onwards: re.Pattern[str]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    numbers: Mapping[str, int]
    parts: Mapping[str, int]


# --- the calendar ------------------------------------------------------------------------------


def add_days(day: date, days: int) -> date:
    """``day`` moved by days, held inside the years 1 to 9999."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def add_months(day: date, months: int) -> date:
    """The same day some months away, or that month's last day, held inside the years 1 to 9999."""
    index = min(max(day.year * 12 + day.month - 1 + months, 12), 9999 * 12 + 11)
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _make(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def month_days(year: int, month: int, part: int = 0) -> tuple[date, date]:
    """A month, its third (1-10, 11-20, 21-end), or its first, second, third or last seven days."""
    last = calendar.monthrange(year, month)[1]
    weeks = {4: (1, 7), 5: (8, 14), 6: (15, 21), 7: (last - 6, last)}
    low, high = ({0: (1, last), 1: (1, 10), 2: (11, 20), 3: (21, last)} | weeks)[part]
    return date(year, month, low), date(year, month, high)


def year_days(year: int, part: int = 0) -> tuple[date, date]:
    """A year, or its third: January-April, May-August, September-December."""
    low, high = {0: (1, 12), 1: (1, 4), 2: (5, 8), 3: (9, 12)}[part]
    return month_days(year, low)[0], month_days(year, high)[1]


def _nearest(month: int, day: int, context: DateContext) -> date | None:
    """The latest such day on or before the day of writing; of the future, the next on or after it."""
    here, step = context.day, 1 if context.tense == "future" else -1
    for year in range(here.year, here.year + 9 * step, step):
        found = _make(year, month, day)
        if found and (found - here).days * step >= 0:
            return found
    return None


def _clip(low: date, high: date, context: DateContext) -> Days:
    """What is told in the past did not happen after the day of writing: a month still running ends there."""
    here = context.day
    return (low, here) if context.tense == "past" and low <= here < high else (low, high)


def _back(day: date, count: int, unit: str) -> date:
    """``count`` units before the day."""
    if unit in ("month", "year"):
        return add_months(day, -count * (12 if unit == "year" else 1))
    return add_days(day, -(-(-count // 24) if unit == "hour" else count * 7 if unit == "week" else count))


# --- the calculations, one for each kind of rule -----------------------------------------------


def _date(rule: DateRule, groups: Mapping[str, str], context: DateContext, lexicon: DateLexicon) -> Days | None:
    """A written day or list of days of one month."""
    first = int(re.sub(r"\D", "", groups["d"]))
    last = int(re.sub(r"\D", "", groups.get("dl", groups["d"])))
    month = int(groups["mn"]) if "mn" in groups else lexicon.months[groups["m"].rstrip(".").lower()]
    if "y" in groups:
        low, high = _make(int(groups["y"]), month, first), _make(int(groups["y"]), month, last)
    else:
        high = _nearest(month, last, context)
        low = high and _make(high.year, month, first)
    if low is None or high is None:
        return None
    before, after = rule.args.get("span", (0, 0))
    return add_days(min(low, high), before), add_days(max(low, high), after)


def _monthday(day: int, context: DateContext) -> Days | None:
    """Of "the 15th" the latest such day of a month on or before the day of writing; of the future, the next."""
    here, step = context.day, 1 if context.tense == "future" else -1
    for index in range(9):
        there = add_months(here.replace(day=1), index * step)
        found = _make(there.year, there.month, day)
        if found and (found - here).days * step >= 0:
            return found, found
    return None


def _numeric(groups: Mapping[str, str]) -> Days | None:
    """Day and month in figures: day first with points; with strokes only where one order is possible."""
    a, b, year = int(groups["a"]), int(groups["b"]), int(groups["y"])
    found = {_make(year, b, a)} if groups["s"] == "." else {_make(year, b, a), _make(year, a, b)}
    days = [day for day in found if day]
    return (days[0], days[0]) if len(days) == 1 else None


def _weekday(rule: DateRule, groups: Mapping[str, str], context: DateContext, lexicon: DateLexicon) -> Days:
    """A named weekday near the day of writing."""
    here, which = context.day, rule.args.get("which", "bare")
    back = (here.isoweekday() - lexicon.weekdays[groups["wd"].rstrip(".").lower()]) % 7
    if which == "last":
        day = add_days(here, -(back or 7))
    elif which == "beforelast":
        day = add_days(here, -(back or 7) - 7)
    elif which == "next":
        day = add_days(here, 7 - back)
    elif which == "lastweek":
        day = add_days(here, -here.weekday() - 8 + lexicon.weekdays[groups["wd"].lower()])
    else:
        day = add_days(here, -back if context.tense == "past" else -back % 7)
    before, after = rule.args.get("span", (0, 0))
    return add_days(day, before), add_days(day, after)


def _part(groups: Mapping[str, str], lexicon: DateLexicon) -> int:
    """The number of a named part of a month or year, 0 for the whole."""
    return lexicon.parts.get(" ".join(groups.get("part", "").lower().split()), 0)


def _month(groups: Mapping[str, str], context: DateContext, lexicon: DateLexicon) -> Days:
    """A named month, or a part of it; without a year the latest one begun."""
    here, month = context.day, lexicon.months[groups["m"].rstrip(".").lower()]
    part, which = _part(groups, lexicon), groups.get("which", "").lower().strip()
    if "y" in groups:
        year = int(groups["y"])
    elif "yw" in groups:
        year = here.year - (groups["yw"].lower() == "last")
    elif context.tense == "future" or which == "next":
        year = here.year + (month < here.month or (which == "next" and month == here.month))
    else:
        year = here.year - (month > here.month or (which == "last" and month == here.month))
    return _clip(*month_days(min(max(year, 1), 9999), month, part), context)


def _years(rule: DateRule, groups: Mapping[str, str], context: DateContext, lexicon: DateLexicon) -> Days:
    """A year, a run of years, a decade, or a fraction of a year."""
    named = groups.get("yw", "").lower()
    year = int(groups["y"]) if "y" in groups else max(context.day.year - (named == "last"), 1)
    part = _part(groups, lexicon)
    if rule.kind == "decade":
        low, high = {0: (0, 9), 1: (0, 3), 2: (4, 6), 3: (7, 9)}[part]
        return _clip(date(year + low, 1, 1), date(year + high, 12, 31), context)
    if rule.kind == "fraction":
        start = date(year, 1, 1)
        if "n" in groups:
            count = _count(groups["n"], lexicon)
            return _clip(start, add_days(_back(start, -count, groups["unit"].lower()), -1), context)
        months = int(rule.args["months"])
        order = {"first": 0, "second": 1, "third": 2, "fourth": 3}[groups["o"].lower()]
        start = add_months(start, months * order)
        return _clip(start, add_days(add_months(start, months), -1), context)
    last = groups.get("yl", "")
    until = int(last) if len(last) == 4 else year // 100 * 100 + int(last) if last else year
    return _clip(year_days(year, part)[0], year_days(max(year, until), part)[1], context)


def _current(rule: DateRule, groups: Mapping[str, str], context: DateContext, lexicon: DateLexicon) -> Days:
    """This, last or next week, month or year."""
    here, unit, index = context.day, rule.args["unit"], int(rule.args["index"])
    part = _part(groups, lexicon) or int(rule.args.get("part", 0))
    if unit == "week":
        monday = add_days(here, -here.weekday() + 7 * index)
        return _clip(monday, add_days(monday, 6), context)
    if unit == "month":
        there = add_months(here, index)
        return _clip(*month_days(there.year, there.month, part), context)
    return _clip(*year_days(min(max(here.year + index, 1), 9999), part), context)


def _ago(count: int, unit: str, context: DateContext) -> tuple[Days, Grain]:
    """Days or one or two weeks ago is a day; more weeks ago a week, months and years ago a whole month or year."""
    there = _back(context.day, count, unit)
    if unit == "month":
        return month_days(there.year, there.month), "month"
    if unit == "year":
        return year_days(there.year), "year"
    if unit == "week" and count > 2:
        return (add_days(there, -there.weekday()), add_days(there, 6 - there.weekday())), "week"
    return (there, there), "day"


def _count(words: str, lexicon: DateLexicon) -> int:
    """The value of a number in figures or words."""
    return int(words) if words.isdigit() else lexicon.numbers[" ".join(words.lower().split())]


def _weekend(context: DateContext) -> Days:
    """The latest Saturday and Sunday that began before the day of writing; of the future, the next."""
    here = context.day
    saturday = add_days(
        here, (5 - here.weekday()) % 7 if context.tense == "future" else -((here.weekday() + 1) % 7 + 1)
    )
    return saturday, add_days(saturday, 1)


def _anaphoric(rule: DateRule, groups: Mapping[str, str], lexicon: DateLexicon) -> tuple[Grain, tuple[int, int] | None]:
    """How far from the antecedent, in days, or in months or years when the grain says so."""
    unit = (groups.get("unit") or rule.args.get("unit", "day")).lower()
    count = _count(groups["n"], lexicon) if "n" in groups else int(rule.args["n"])
    sign = int(rule.args["sign"])
    if rule.kind == "followed":
        days = count * {"hour": 0, "day": 1, "week": 7, "month": 30, "year": 365}[unit]
        return "days", (1, max(days, 1)) if sign > 0 else (-max(days, 1), -1)
    if unit in ("month", "year"):
        return ("month" if unit == "month" else "year"), (sign * count, sign * count)
    days = sign * (count // 24 if unit == "hour" else count * 7 if unit == "week" else count)
    return ("week" if unit == "week" else "day"), (days, days)


def value(
    rule: DateRule, groups: Mapping[str, str], context: DateContext, lexicon: DateLexicon
) -> tuple[Days | None, Grain, tuple[int, int] | None]:
    """Days, grain and offset of an expression, by its rule's kind."""
    here, kind = context.day, rule.kind
    if kind == "date":
        days = _date(rule, groups, context, lexicon)
        return days, "days" if days and days[0] != days[1] else "day", None
    if kind == "numeric":
        return _numeric(groups), "day", None
    if kind == "monthday":
        return _monthday(int(groups["d"]), context), "day", None
    if kind == "weekday":
        days = _weekday(rule, groups, context, lexicon)
        return days, "day" if days[0] == days[1] else "days", None
    if kind == "month":
        return _month(groups, context, lexicon), "days" if "part" in groups else "month", None
    if kind in ("year", "decade", "fraction"):
        return _years(rule, groups, context, lexicon), "days" if kind == "fraction" else "year", None
    if kind == "current":
        return _current(rule, groups, context, lexicon), rule.args["unit"], None
    if kind == "shift":
        low, high = int(rule.args["from"]), int(rule.args["to"])
        return (add_days(here, low), add_days(here, high)), "day" if low == high else "days", None
    if kind == "weekend":
        return _weekend(context), "days", None
    if kind == "ago":
        found, grain = _ago(_count(groups["n"], lexicon), groups["unit"].lower(), context)
        return found, grain, None
    if kind in ("past", "duration"):
        unit = groups.get("unit", "day").lower()
        told = groups.get("n") or groups.get("o")
        count = _count(told, lexicon) if told else int(rule.args["n"])
        start = _back(here, max(count, 1), unit)
        if kind == "duration" and unit == "day":  # the day of saying is one of them
            start = add_days(start, 1)
        return (start, here), "days", None
    if kind == "open":
        return (None, here), "open", None
    if kind == "vague":
        return ((None, here) if rule.args["shape"] == "since" else None), "open", None
    if kind in ("back", "followed"):
        grain, offset = _anaphoric(rule, groups, lexicon)
        return None, grain, offset
    return None, "open", None


# --- the table ---------------------------------------------------------------------------------


def _names(entries: Sequence[Mapping[str, Any]], key: str) -> Iterator[str]:
    """Names or short forms as they are written: with a capital first letter, or all in capitals."""
    for entry in entries:
        for name in entry[key] if key == "short" else [entry[key]]:
            yield from (name, name.upper())


def _choice(words: Sequence[str]) -> str:
    """A group of alternatives, the longest first, that ends at a word's end."""
    return (
        "(?:"
        + "|".join(re.escape(w).replace("\\ ", " ") for w in sorted(set(words), key=lambda w: (-len(w), w)))
        + r")\b"
    )


def _macros(table: Mapping[str, Any]) -> dict[str, str]:
    """The macros of the table and those made of its lists."""
    months, weekdays = table["months"], table["weekdays"]
    short = _choice([*_names(months, "short")])
    names = _choice([*_names(months, "name")])
    return {
        **table["macros"],
        "MONTH": rf"(?-i:{names}|{short}\.?)",
        "MONTHSURE": f"(?-i:{_choice([*_names([m for m in months if not m.get('also_word')], 'name')])})",
        "WEEKDAY": f"(?-i:{_choice([*_names(weekdays, 'name')])})",
        "WDAY": f"(?-i:{_choice([*_names(weekdays, 'short')])})",
        "N": rf"(?:{_choice([*table['numbers']])}|[0-9]{{1,3}}(?![0-9]|[.,][0-9]))",
        "ORDINAL": _choice([*table["ordinals"]]),
        "VAGUE": _choice([*table["vague"]]),
    }


def _compile(pattern: str, macros: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern of the table as a regular expression. Raises re.error or KeyError when it is broken."""
    for _ in range(3):
        pattern = re.sub(r"\{([A-Z]+)\}", lambda found: macros[found[1]], pattern)
    return re.compile(pattern.replace(" ", "(?:[ \\t\u00a0\u2009\u202f]{1,3})"), re.IGNORECASE)


def load_lexicon(path: str | Path) -> DateLexicon:
    """Read and compile a table. Raises OSError when it cannot be read, ValueError naming the rule when it is broken."""
    table = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    macros = _macros(table)
    numbers = {**table["numbers"], **table["ordinals"]}
    lists = {
        "$month": [m["name"].lower() for m in table["months"]],
        "$short": [s.lower() for m in table["months"] for s in m["short"]],
        "$weekday": [d["name"].lower() for d in table["weekdays"]],
        "$wday": [s.lower() for d in table["weekdays"] for s in d["short"]],
        "$number": [n.split()[0] for n in table["numbers"]],
        "$ordinal": [*table["ordinals"]],
        "$vague": [v.split()[0] for v in table["vague"]],
    }
    first: dict[str, list[DateRule]] = {}
    for line in table["rules"]:
        try:
            rule = DateRule(
                id=line["id"], kind=line["kind"], pattern=_compile(line["pattern"] + r"(?!\w)", macros),
                before=_compile(line["before"], macros) if "before" in line else None,
                not_before=_compile(line["not_before"], macros) if "not_before" in line else None,
                role="duration" if line["kind"] == "duration" else line.get("role", "at"),
                the=line.get("the", False), args=line.get("args", {}),
            )  # fmt: skip
        except (re.error, KeyError) as error:
            raise ValueError(f"{path}: rule {line.get('id')}: {error!r}") from error
        for word in dict.fromkeys(w for key in str(line["first"]).split() for w in lists.get(key, [key])):
            first.setdefault(word, []).append(rule)
    leads = tuple(
        DateLead(
            line["id"], line["role"], _compile(line["pattern"], macros),
            _compile(line["not"], macros) if "not" in line else None, line.get("keep", False), line.get("bare", False),
        )
        for line in table["leads"]
    )  # fmt: skip
    return DateLexicon(
        first={word: tuple(rules) for word, rules in first.items()},
        leads=leads,
        ranges=_compile(table["ranges"], macros),
        onwards=_compile(table["onwards"], macros),
        months={name.lower(): m["n"] for m in table["months"] for name in (m["name"], *m["short"])},
        weekdays={name.lower(): d["n"] for d in table["weekdays"] for name in (d["name"], *d["short"])},
        numbers=numbers,
        parts=table["parts"],
    )
