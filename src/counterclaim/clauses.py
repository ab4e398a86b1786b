"""What one clause tells of where and when: which place names and dates in a sentence belong to which count.

Pure helpers of ``settings``; all offsets are code points into the report's text, half-open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from counterclaim.drafts import Count, Range
from counterclaim.parse import Sentence
from counterclaim.records import Interval


class Moment(msgspec.Struct, frozen=True, gc=False):
    """A date expression as the settings need it."""

    start: int
    end: int
    interval: Interval | None
    role: str
    grain: str
    offset: tuple[int, int] | None
    index: int
    names_event: bool = False  # "Friday's strike", "the attack of 4 April"
    inverse: bool = False  # "a day after the strike": the strike is a day earlier
    now: bool = False  # "so far", "as of now"
    then: bool = False  # "since then"


class Spot(msgspec.Struct, frozen=True, gc=False):
    """A place name as the settings need it; ``broad`` for regions and countries."""

    start: int
    end: int
    sentence: int
    prep: str
    broad: bool
    country: bool
    goal: bool
    heading: bool
    index: int
    name: str
    within: tuple[int, ...] = ()


def day_number(day: str | None) -> int | None:
    """Days since year 1, or None."""
    return date.fromisoformat(day).toordinal() if day else None


def disjoint(a: Interval | None, b: Interval | None) -> bool:
    """Two closed-or-open intervals that share no day."""
    if a is None or b is None:
        return False
    return bool((a.end and b.start and a.end < b.start) or (b.end and a.start and b.end < a.start))


_BESIDE = frozenset({"with", "also", "had", "has", "recorded", "saw", ":", "reported", "counted", "registered", "lost", "-", "–", "("})
THERE = frozenset({"there", "here"})


def titled(spots: Sequence[Spot], title: str) -> tuple[int, ...]:
    """The place that the headline names first, where the text names it too."""
    low = title.casefold()
    named = [(low.find(p.name.casefold()), p.index) for p in spots if len(p.name) > 2 and p.name.casefold() in low]
    return (min(named)[1],) if named else ()


def main_region(spots: Sequence[Spot]) -> tuple[int, ...]:
    """The region (no country) that the report names most, at least twice."""
    seen: dict[str, list[int]] = {}
    for p in spots:
        if p.broad and not p.country:
            seen.setdefault(p.name, []).append(p.index)
    best = max(seen.values(), key=len, default=[])
    return (best[0],) if len(best) >= 2 else ()


REMAINS = frozenset({"bodies", "body", "corpses", "corpse", "remains"})
_COMPARED = (("up", "from"), ("down", "from"), ("rise", "from"), ("compared", "with"), ("compared", "to"), ("against",), ("than",))
_ELSEWHERE = frozenset({"separate", "separately", "elsewhere"})


def compared(s: Sentence, m: Moment) -> bool:
    """The moment dates an earlier figure that this one is set against: "up from 56 in the morning"."""
    at = next((k for k, t in enumerate(s.tokens) if t.start >= m.start), len(s.tokens))
    words = [t.lower for t in s.tokens[max(0, at - 9) : at]]
    for k in range(len(words) - 1):
        if (words[k], words[k + 1]) in _COMPARED and "," not in words[k + 2 :]:
            return True
    superlative = [t for t in s.tokens[max(0, at - 8) : at + 1] if t.tag in ("JJS", "RBS") or t.lower in ("first", "worst")]
    return m.role == "since" and bool(superlative)


def dates_the_event(s: Sentence, m: Moment) -> bool:
    """A day that belongs to the attack, not to the count of its dead: "Friday's strike", "the attack of 4 April", "on the night of"."""
    after = next((k for k, t in enumerate(s.tokens) if t.start >= m.end), len(s.tokens))
    before = next((k for k, t in enumerate(s.tokens) if t.start >= m.start), len(s.tokens)) - 1
    if m.role in ("since", "duration") or (after < len(s.tokens) and s.tokens[after].tag == "POS"):
        return True
    return before > 0 and any(t.tag[:1] == "N" and t.lower.rstrip("s") in EVENT_NOUNS for t in s.tokens[max(0, before - 4) : before + 1])


def under(s: Sentence, m: Moment, trigger: int) -> bool:
    """The moment hangs on the word that told the outcome: "the number of people uprooted between July and September"."""
    at = next((k for k, t in enumerate(s.tokens) if t.start >= m.start), -1)
    for _ in range(8):
        if at < 0 or at == trigger:
            return at == trigger
        head = s.tokens[at].head
        if head == at:
            return False
        at = head
    return False


def of_the_verb(s: Sentence, moments: Sequence[Moment], count: Count) -> list[Moment]:
    """Where the outcome stands in a clause of its own with a day of its own, that day alone."""
    v = count.governor
    if not 0 <= v < len(s.tokens) or s.tokens[v].dep not in ("relcl", "acl", "advcl") or len(moments) < 2:
        return list(moments)
    inside = [m for m in moments if under(s, m, v)]
    return inside or list(moments)


def equals(s: Sentence, count: Count) -> bool:
    """The figure is what something was: "last year this figure was 217"."""
    return count.governor >= 0 and s.tokens[count.governor].lower in ("was", "is", "were", "are", "stood")


def shifted(interval: Interval, first: int, last: int) -> Interval:
    a, b = day_number(interval.start), day_number(interval.end)
    return Interval(
        start=date.fromordinal(a + first).isoformat() if a else None, end=date.fromordinal(b + last).isoformat() if b else None
    )  # fmt: skip


EVENT_NOUNS = frozenset("attack strike raid assault battle clash shelling bombing blast explosion massacre fighting ambush bombardment airstrike operation offensive violence killing shooting war conflict".split())


def elsewhere(s: Sentence) -> bool:
    """The sentence opens a happening of its own: "In one friendly fire incident", "in a separate attack"."""
    words = [t.lower for t in s.tokens[:14]]
    if any(w in _ELSEWHERE for w in words):
        return True
    for k, w in enumerate(words[:-1]):
        if w in ("in", "during") and words[k + 1] in ("one", "another", "a") and any(x.rstrip("s") in ("incident", "attack", "case", "strike", "raid") for x in words[k + 2 : k + 6]):
            return words[k + 1] != "a" or any(x in ("previous", "similar", "earlier", "second", "further", "later") for x in words[k + 2 : k + 5])
    return False


def brief(interval: Interval | None) -> bool:
    if interval is None:
        return True
    a, b = day_number(interval.start), day_number(interval.end)
    return a is not None and b is not None and b - a <= 12


AWAY = frozenset({"from", "out", "of", "to", "for", "by", "via", "through"})


def older(interval: Interval | None, main: Interval | None) -> bool:
    """An interval that ended more than a week before the main one began is background."""
    if interval is None or main is None or not interval.end or not main.start:
        return False
    a, b = day_number(interval.end), day_number(main.start)
    return a is not None and b is not None and a < b - 2


def local_moments(items: Sequence[Moment], s: Sentence, count: Count, others: Sequence[int]) -> list[Moment]:
    """Where figures alternate with days, the day nearest to the count within its neighbours."""
    dated = [m for m in items if m.role in ("at", "since") and m.interval]
    if len(dated) < 2 or len(others) < 2:
        return list(items)
    me = count.number.start
    left = max((o for o in others if o < me), default=s.start)
    right = min((o for o in others if o > me), default=s.end)
    mine = [m for m in dated if me < m.start < right] or [m for m in dated if left < m.start < me]
    extra = [m for m in items if m.role not in ("at", "since")]
    return sorted([*mine, *extra], key=lambda m: m.start) if mine else list(items)


def clause(s: Sentence, count: Count) -> Range:
    """The stretch of the sentence between semicolons or clause-opening conjunctions around the count."""
    a, b = s.start, s.end
    anchor = s.tokens[count.unit].start
    for token in s.tokens:
        if token.text == ";":
            if token.start < anchor:
                a = token.end
            elif token.start > anchor:
                b = token.start
                break
    return a, b


def nearest(spots: Sequence[Spot], s: Sentence, count: Count, part: Range) -> list[Spot]:
    inside = [p for p in spots if part[0] <= p.start < part[1]]
    moving = count.outcome == "displaced"
    kept = [p for p in inside if not p.goal or moving]
    if moving and any(p.prep in ("from", "out") for p in kept):
        kept = [p for p in kept if p.prep in ("from", "out") or any(p.index in q.within for q in kept if q.prep in ("from", "out"))]
    elif not moving:
        to = ("to", "into", "toward", "towards") if count.outcome == "deployed" else ()
        if count.outcome == "deployed":
            kept = inside
        plain = [p for p in kept if p.prep not in AWAY or p.prep in to]
        kept = plain or [p for p in kept if p.prep in ("through",)]
    return kept


def local(items: Sequence[Spot], s: Sentence, count: Count, others: Sequence[int]) -> list[Spot]:
    """Where a sentence tells several figures with a place each, the count's own places: those on its side of the others."""
    if len(items) < 2 or not others:
        return list(items)
    me = count.number.start
    close = [p for p in items if 0 < me - p.end <= 16 and all(t.lower in _BESIDE for t in s.tokens if p.end <= t.start < me)]
    if close:
        return close[-1:]
    bounds = sorted(o for o in others if o != me)
    left = max((o for o in bounds if o < me), default=s.start)
    right = min((o for o in bounds if o > me), default=s.end)
    mine = [p for p in items if me < p.start < right]
    return mine or [p for p in items if left < p.start < me] or list(items)
