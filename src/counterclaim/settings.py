"""Where and when: the place and time of each count, from its own clause or from the same happening told before.

The text is read as a row of scenes. A sentence that names a place or a day of its own opens or refines one; a count without
its own takes the scene it stands in. The lead may take the finer place or day told next. A running total takes the
region, not the last village.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from counterclaim.drafts import Count, Range, Utterance
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


class Setting(NamedTuple):
    """Places (indexes of spots), the time, and how they were found."""

    places: tuple[int, ...]
    interval: Interval | None
    place_rule: str
    time_rule: str


class _Scene(msgspec.Struct):
    places: tuple[int, ...] = ()
    interval: Interval | None = None
    paragraph: int = -1
    background: bool = False
    cumulative: bool = False
    heading: bool = False


def day_number(day: str | None) -> int | None:
    """Days since year 1, or None."""
    from datetime import date  # noqa: PLC0415

    return date.fromisoformat(day).toordinal() if day else None


def disjoint(a: Interval | None, b: Interval | None) -> bool:
    """Two closed-or-open intervals that share no day."""
    if a is None or b is None:
        return False
    return bool((a.end and b.start and a.end < b.start) or (b.end and a.start and b.end < a.start))


def _outside(ranges: Sequence[Range], start: int) -> bool:
    return not any(a <= start < b for a, b in ranges)


class Told(NamedTuple):
    """What a sentence tells of where and when: spots and moments outside the cues' own words."""

    spots: list[Spot]
    moments: list[Moment]


class Scenes:
    """Settings of one report's counts. ``combine`` joins the moments of a clause to one interval, ``anaphoric`` dates
    "the next day" by its antecedent; both belong to the dates stage and are handed in."""

    def __init__(
        self, sentences: Sequence[Sentence], spots: Sequence[Spot], moments: Sequence[Moment],
        combine: Callable[[Sequence[int]], Interval | None], anaphoric: Callable[[int, Interval], Interval | None],
        happenings: frozenset[str],
    ) -> None:  # fmt: skip
        self.happenings = happenings
        self.sentences, self.spots = sentences, spots
        self.combine, self.anaphoric = combine, anaphoric
        self.spots_of: dict[int, list[Spot]] = {}
        for p in spots:
            self.spots_of.setdefault(p.sentence, []).append(p)
        self.moments_of: dict[int, list[Moment]] = {}
        at = 0
        for s in sentences:
            while at < len(moments) and moments[at].start < s.start:
                at += 1
            while at < len(moments) and moments[at].start < s.end:
                self.moments_of.setdefault(s.index, []).append(moments[at])
                at += 1

    def told(self, sentence: int, cues: Sequence[Range]) -> Told:
        """Spots and moments of a sentence outside the given stretches."""
        return Told(
            [p for p in self.spots_of.get(sentence, ()) if _outside(cues, p.start)],
            [m for m in self.moments_of.get(sentence, ()) if _outside(cues, m.start)],
        )

    def assign(self, counts: Sequence[Count], cues: Mapping[int, Sequence[Range]], running: Callable[[int, Told], bool]) -> list[Setting]:
        """A setting for each count, in order. ``cues`` are by sentence the stretches that tell of the saying;
        ``running`` says whether a count is a running total."""
        out: list[Setting] = []
        by_sentence: dict[int, list[int]] = {}
        for n, c in enumerate(counts):
            by_sentence.setdefault(c.sentence, []).append(n)
        main, now = _Scene(), _Scene()
        for s in self.sentences:
            here = self.told(s.index, cues.get(s.index, ()))
            if s.paragraph != now.paragraph and now is not main:
                keep = now.interval if main.interval is None and not now.background and not now.cumulative else main.interval
                now = _Scene(main.places or (() if now.background else now.places), keep, s.paragraph, heading=main.heading)
            heads = [p for p in here.spots if p.heading]
            if heads and s.index not in by_sentence:
                main = now = _Scene(tuple(p.index for p in heads), None, s.paragraph, heading=True)
                continue
            mine = by_sentence.get(s.index, [])
            if not mine:
                if any(t.lower in self.happenings for t in s.tokens):
                    now = self._pass(here, now, main, s)
                if not main.places and not main.interval:
                    main = now
                continue
            starts = [counts[n].number.start for n in mine]
            for n in mine:
                setting, scene = self._one(counts[n], here, starts, now, main, running(n, here))
                out.append(setting)
                if not scene.cumulative:
                    if not main.places and not main.heading or (main.interval is None and not scene.background):
                        main = scene if not main.places else _Scene(main.places, scene.interval, main.paragraph, heading=main.heading)
                    now = scene
                elif not (now.places or now.interval):
                    now = scene
        return self._lead(out, counts, main)

    def _pass(self, here: Told, now: _Scene, main: _Scene, s: Sentence) -> _Scene:
        """A sentence without counts opens a scene when it tells both a place and a day, and fills one that lacks either."""
        spots = [p for p in here.spots if p.prep not in _AWAY and not p.goal]
        interval = self._interval([m for m in here.moments if m.role in ("at", "anaphoric")], now)
        if spots and interval:
            return _Scene(tuple(p.index for p in spots), interval, s.paragraph, background=_older(interval, main.interval))
        if spots and not now.places:
            return _Scene(tuple(p.index for p in spots), now.interval, s.paragraph, now.background, now.cumulative, now.heading)
        if interval and now.interval is None:
            return _Scene(now.places, interval, s.paragraph, now.background, now.cumulative, now.heading)
        if interval and disjoint(interval, now.interval) and _older(interval, main.interval):
            return _Scene((), interval, s.paragraph, background=True)
        if spots and now.heading:
            return _Scene(tuple(p.index for p in spots), now.interval, s.paragraph)
        return now

    def _interval(self, moments: Sequence[Moment], scene: _Scene) -> Interval | None:
        told = self.combine([m.index for m in moments])
        if told is None and scene.interval is not None:
            for m in moments:
                if m.role == "anaphoric":
                    return self.anaphoric(m.index, scene.interval)
        return told

    def _one(self, count: Count, here: Told, starts: Sequence[int], now: _Scene, main: _Scene, running: bool) -> tuple[Setting, _Scene]:  # noqa: PLR0913, PLR0917
        s = self.sentences[count.sentence]
        part = _clause(s, count)
        spots = local(_nearest(here.spots, s, count, part), s, count, starts)
        moments = _local_moments([m for m in here.moments if part[0] <= m.start < part[1]], s, count, starts)
        interval = self._interval(moments, now)
        places = tuple(p.index for p in spots)
        rule_p, rule_t = ("own-clause" if places else ""), ("own-clause" if interval else "")
        if running:
            if not places:
                broad = [i for i in (*now.places, *main.places) if self.spots[i].broad]
                places, rule_p = tuple(dict.fromkeys(broad)), "region-of-total"
            return Setting(places, interval, rule_p, rule_t), _Scene(places, interval, s.paragraph, cumulative=True)
        fresh = interval is not None and now.interval is not None and disjoint(interval, now.interval)
        moved = bool(places) and bool(now.places) and not self._related(places, now.places)
        if not places and not fresh:
            places, rule_p = now.places, "same-scene"
        elif not places and main.heading:
            places, rule_p = main.places, "heading"
        if interval is None:
            interval, rule_t = now.interval, "same-scene"
        background = (now.background and not fresh and s.paragraph == now.paragraph) or _older(interval, main.interval)
        if moved and not fresh and interval is now.interval and now.background and s.paragraph != now.paragraph:
            interval = main.interval
        return Setting(places, interval, rule_p, rule_t), _Scene(places, interval, s.paragraph, background=background)

    def _related(self, a: Sequence[int], b: Sequence[int]) -> bool:
        """Two sets of places that share a name or where one holds the other."""
        names = {self.spots[i].name.casefold() for i in b}
        if any(self.spots[i].name.casefold() in names for i in a):
            return True
        return any(j in self.spots[i].within or i in self.spots[j].within for i in a for j in b) or all(self.spots[j].broad for j in b)

    def _lead(self, settings: list[Setting], counts: Sequence[Count], main: _Scene) -> list[Setting]:
        """The first counts may take the place or day that is only told next."""
        out = list(settings)
        for n, setting in enumerate(settings):
            if self.sentences[counts[n].sentence].paragraph > 2:
                break
            if setting.interval is None and main.interval is not None and setting.place_rule != "region-of-total":
                setting = setting._replace(interval=main.interval, time_rule="told-next")
            if not setting.places and main.places and not setting.place_rule:
                setting = setting._replace(places=main.places, place_rule="told-next")
            out[n] = setting
        return out


_AWAY = frozenset({"from", "out", "of", "to", "for", "by", "via", "through"})


def _older(interval: Interval | None, main: Interval | None) -> bool:
    """An interval that ended more than a week before the main one began is background."""
    if interval is None or main is None or not interval.end or not main.start:
        return False
    a, b = day_number(interval.end), day_number(main.start)
    return a is not None and b is not None and a < b - 2


def _local_moments(items: Sequence[Moment], s: Sentence, count: Count, others: Sequence[int]) -> list[Moment]:
    """Where figures alternate with days, the day nearest to the count within its neighbours."""
    dated = [m for m in items if m.role != "duration" or m.interval]
    if len(dated) < 2 or len(others) < 2:
        return list(items)
    me = count.number.start
    left = max((o for o in others if o < me), default=s.start)
    right = min((o for o in others if o > me), default=s.end)
    mine = [m for m in dated if me < m.start < right] or [m for m in dated if left < m.start < me]
    return mine or list(items)


def _clause(s: Sentence, count: Count) -> Range:
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


def _nearest(spots: Sequence[Spot], s: Sentence, count: Count, part: Range) -> list[Spot]:
    inside = [p for p in spots if part[0] <= p.start < part[1]]
    moving = count.outcome == "displaced"
    kept = [p for p in inside if not p.goal or moving]
    if moving and any(p.prep in ("from", "out") for p in kept):
        kept = [p for p in kept if p.prep in ("from", "out") or any(p.index in q.within for q in kept if q.prep in ("from", "out"))]
    elif not moving:
        to = ("to", "into", "toward", "towards") if count.outcome == "deployed" else ()
        if count.outcome == "deployed":
            kept = inside
        plain = [p for p in kept if p.prep not in _AWAY or p.prep in to]
        kept = plain or [p for p in kept if p.prep in ("through",)]
    return kept


def local(items: Sequence[Spot], s: Sentence, count: Count, others: Sequence[int]) -> list[Spot]:
    """Where a sentence tells several figures with a place each, the count's own places: those on its side of the others."""
    if len(items) < 2 or not others:
        return list(items)
    me = count.number.start
    bounds = sorted(o for o in others if o != me)
    left = max((o for o in bounds if o < me), default=s.start)
    right = min((o for o in bounds if o > me), default=s.end)
    mine = [p for p in items if me < p.start < right]
    return mine or [p for p in items if left < p.start < me] or list(items)
