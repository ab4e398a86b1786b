"""Arithmetic on intervals of days; an open end is None (ISO 8601 dates, both ends included)."""

from __future__ import annotations

from datetime import date

from counterclaim.records import Interval


def day_number(day: str | None) -> int | None:
    """Days since year 1, or None."""
    return date.fromisoformat(day).toordinal() if day else None


def lasting(interval: Interval) -> int:
    """Days from first to last; 0 where an end is open."""
    a, b = day_number(interval.start), day_number(interval.end)
    return b - a if a is not None and b is not None else 0


def disjoint(a: Interval | None, b: Interval | None) -> bool:
    """Two closed-or-open intervals that share no day."""
    if a is None or b is None:
        return False
    return bool((a.end and b.start and a.end < b.start) or (b.end and a.start and b.end < a.start))


def older(interval: Interval | None, main: Interval | None) -> bool:
    """An interval that ended some days before the main one began is background."""
    if interval is None or main is None or not interval.end or not main.start:
        return False
    a, b = day_number(interval.end), day_number(main.start)
    return a is not None and b is not None and a < b - 2


def brief(interval: Interval | None) -> bool:
    """Less than a fortnight; true where no interval is told."""
    if interval is None:
        return True
    a, b = day_number(interval.start), day_number(interval.end)
    return a is not None and b is not None and b - a <= 12


def moved(day: str | None, days: int) -> str | None:
    """A day moved by days, within the calendar."""
    number = day_number(day)
    if number is None:
        return None
    return date.fromordinal(min(max(number + days, 1), date.max.toordinal())).isoformat()


def shifted(interval: Interval, first: int, last: int) -> Interval:
    """The interval with its ends moved by days; ends at the edges of the calendar stay there."""
    return Interval(start=moved(interval.start, first), end=moved(interval.end, last))


def ending(length: Interval | None, day: Interval | None) -> Interval | None:
    """A length of time moved so that it ends on the day: "for a third day on Monday"."""
    if length is None or day is None or not length.end or not day.end or not length.start:
        return day
    move = (day_number(day.end) or 0) - (day_number(length.end) or 0)
    return shifted(length, move, move)
