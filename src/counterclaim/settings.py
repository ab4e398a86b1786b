"""Where and when: the place and time of each count, from its own clause or from the same happening told before.

The text is read as a row of scenes. A sentence that names a place or a day of its own opens or refines one; a count without
its own takes the scene it stands in. The lead may take the finer place or day told next. A running total takes the
region, not the last village.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from counterclaim.clauses import (
    AWAY,
    REMAINS,
    THERE,
    Moment,
    Spot,
    brief,
    clause,
    compared,
    dates_the_event,
    disjoint,
    elsewhere,
    equals,
    local,
    local_moments,
    main_region,
    nearest,
    of_the_verb,
    older,
    shifted,
    titled,
    under,
)
from counterclaim.drafts import Count, Range
from counterclaim.parse import Sentence
from counterclaim.records import Interval


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
        happenings: frozenset[str], saying: frozenset[str] = frozenset(), title: str = "",
    ) -> None:  # fmt: skip
        self.saying = saying
        self.live = False
        self.happenings = happenings
        self.titled = titled(spots, title)
        self.region = main_region(spots)
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
        main = now = _Scene(self.titled, None, 0)
        firm = bool(self.titled) and not any(self.spots[i].country for i in self.titled)
        for s in self.sentences:
            here = self.told(s.index, cues.get(s.index, ()))
            if s.paragraph != now.paragraph and now is not main:
                keep = now.interval if main.interval is None and not now.background and not now.cumulative else main.interval
                now = _Scene(main.places or (() if now.background else now.places), keep, s.paragraph, heading=main.heading)
            heads = [p for p in here.spots if p.heading]
            if heads and s.index not in by_sentence:
                main = now = _Scene(tuple(p.index for p in heads), self.combine([m.index for m in here.moments]), s.paragraph, heading=True)
                continue
            mine = by_sentence.get(s.index, [])
            if not mine:
                label = s.tokens[0].lower if len(s.tokens) > 1 and s.tokens[1].text == ":" else ""
                if label in ("when", "date", "where", "location", "place"):
                    main = now = self._labelled(label, here, main)
                elif any(t.lower in self.happenings for t in s.tokens):
                    now = self._pass(here, now, main, s)
                    if main.interval is None and brief(now.interval) and now.interval and s.paragraph <= 4 and not now.background:
                        main = _Scene(main.places, now.interval, main.paragraph, heading=main.heading)
                if not main.places and not main.interval:
                    main = now
                continue
            starts = [counts[n].number.start for n in mine]
            if elsewhere(s):
                now = _Scene(tuple(i for i in main.places if self.spots[i].broad), None, s.paragraph, background=True, heading=main.heading)
            before = now
            for n in mine:
                setting, scene = self._one(counts[n], here, starts, before, now, main, running(n, self._plain(here, s)), self._whole(counts, n, out, now))
                out.append(setting)
                if not scene.cumulative:
                    if not firm and scene.places and not main.heading and counts[n].sentence < 12:
                        main, firm = _Scene(scene.places, main.interval, main.paragraph), True
                    early = s.paragraph <= self.sentences[counts[0].sentence].paragraph + 2
                    if not main.places and not main.heading or (early and main.interval is None and not scene.background and brief(scene.interval)):
                        main = scene if not main.places else _Scene(main.places, scene.interval, main.paragraph, heading=main.heading)
                    now = scene
                elif main.interval is None and n == 0 and not main.heading:
                    main = now = _Scene(main.places or scene.places, scene.interval, s.paragraph)
        return out if self.live else self._lead(out, counts, main)

    def _plain(self, here: Told, s: Sentence) -> Told:
        """Without the moments of comparisons ("the heaviest since July")."""
        return Told(here.spots, [m for m in here.moments if not compared(s, m)])

    def _whole(self, counts: Sequence[Count], n: int, out: Sequence[Setting], now: _Scene) -> Setting | None:
        """The setting of the figure that this one is a part of, unless the paragraph has opened a scene of its own since."""
        parent = counts[n].parent
        if not 0 <= parent < len(out):
            return None
        paragraph = self.sentences[counts[n].sentence].paragraph
        near = self.sentences[counts[parent].sentence].paragraph == paragraph
        return out[parent] if near or now.paragraph != paragraph or now.interval is None else None

    def _labelled(self, label: str, here: Told, main: _Scene) -> _Scene:
        """A box of facts: "When: Thursday, 17 April", "Where: two outposts near X"."""
        interval = self.combine([m.index for m in here.moments]) if label in ("when", "date") else None
        places = tuple(p.index for p in here.spots) if label in ("where", "location", "place") and not main.places else ()
        return _Scene(places or main.places, interval or main.interval, main.paragraph, heading=main.heading)

    def _pass(self, here: Told, now: _Scene, main: _Scene, s: Sentence) -> _Scene:
        """A sentence without counts opens a scene when it tells both a place and a day, and fills one that lacks either."""
        spots = [p for p in here.spots if p.prep not in AWAY and not p.goal]
        interval = self._interval([m for m in here.moments if m.role in ("at", "anaphoric")], now)
        if spots and interval:
            return _Scene(tuple(p.index for p in spots), interval, s.paragraph, background=older(interval, main.interval))
        if spots and not now.places:
            return _Scene(tuple(p.index for p in spots), now.interval, s.paragraph, now.background, now.cumulative, now.heading)
        if interval and now.interval is None:
            return _Scene(now.places, interval, s.paragraph, now.background, now.cumulative, now.heading)
        if interval and disjoint(interval, now.interval) and older(interval, main.interval):
            return _Scene((), interval, s.paragraph, background=True)
        if interval and not spots and disjoint(interval, now.interval) and brief(interval):
            return _Scene(now.places, interval, s.paragraph, now.background, now.cumulative, now.heading)
        if spots and (now.heading or now.places == main.places):
            return _Scene(tuple(p.index for p in spots), now.interval, s.paragraph)
        return now

    def _interval(self, moments: Sequence[Moment], scene: _Scene, before: Sequence[Moment] = ()) -> Interval | None:
        """The days that moments tell together. A day that names the attack's own day ("Friday's strike") goes before others;
        anaphoric ones count from the day told before them, in the sentence (``before``) or the scene."""
        dated = [m for m in moments if m.role == "at" and m.interval]
        for m in moments:
            if m.inverse and m.role == "anaphoric" and m.offset:
                base = self.combine([x.index for x in dated if x.start < m.start][-1:]) or scene.interval
                if base:
                    return shifted(base, -m.offset[1], -m.offset[0])
        named = [m for m in dated if m.names_event]
        if named and len(named) < len(dated):
            return self.combine([m.index for m in named])
        told = self.combine([m.index for m in moments])
        if told is not None and (dated or any(m.role == "since" for m in moments)):
            return told
        for m in moments:
            if m.role == "anaphoric" and (m.interval is None or m.interval.start is not None or m.then):
                near = [x for x in (*before, *moments) if x.start < m.start and x.interval and x.role in ("at", "since")]
                antecedent = self.combine([near[-1].index]) if near else scene.interval
                found = self.anaphoric(m.index, antecedent) if antecedent else None
                if found is not None:
                    return found
        return told

    def _one(  # noqa: PLR0913, PLR0917
        self, count: Count, here: Told, starts: Sequence[int], before: _Scene, now: _Scene, main: _Scene, running: bool, whole: Setting | None
    ) -> tuple[Setting, _Scene]:
        s = self.sentences[count.sentence]
        part = clause(s, count)
        spots = local(nearest(here.spots, s, count, part), s, count, starts)
        if not spots and part[0] > s.start:
            spots = nearest(here.spots, s, count, (s.start, part[0]))
        moments = local_moments([m for m in here.moments if part[0] <= m.start < part[1]], s, count, starts)
        if not running and (count.rule in ("toll", "ellipsis") or s.tokens[count.trigger].lower in REMAINS) and not equals(s, count):
            moments = [m for m in moments if dates_the_event(s, m) or under(s, m, count.trigger)]
        moments = [m for m in moments if not compared(s, m) and not self._of_saying(s, m, count.governor)]
        if running and any(m.grain in ("year", "month") or m.role == "since" for m in moments):
            moments = [m for m in moments if m.grain != "day" or m.role != "at"]
        moments = of_the_verb(s, moments, count)
        earlier = [m for k in range(max(0, s.index - 2), s.index + 1) for m in self.moments_of.get(k, ()) if self.sentences[k].paragraph == s.paragraph]
        interval = self._interval(moments, before, earlier)
        if interval is not None and interval.start is None and not running and now.interval is not None and all(m.now for m in moments if m.role == "as_of"):
            interval = None
        if not spots:
            spots = self._meant_region(s)
        places = tuple(p.index for p in spots)
        rule_p, rule_t = ("own-clause" if places else ""), ("own-clause" if interval else "")
        if running:
            if not places:
                broad = [i for i in (*now.places, *main.places) if self.spots[i].broad]
                finer = [i for i in broad if not self.spots[i].country]
                places, rule_p = tuple(dict.fromkeys(finer or self.region or broad or main.places)), "region-of-total"
            return Setting(places, interval, rule_p, rule_t), _Scene(places, interval, s.paragraph, cumulative=True)
        fresh = interval is not None and now.interval is not None and disjoint(interval, now.interval)
        moved = bool(places) and bool(now.places) and not self._related(places, now.places)
        pointed = any(t.lower in THERE and t.tag == "RB" or (t.lower == "same" and k + 1 < len(s.tokens) and s.tokens[k + 1].lower in ("city", "town", "village", "place", "area", "region", "camp", "district")) for k, t in enumerate(s.tokens))
        if not places and whole is not None:
            places, rule_p = whole.places, "whole" if whole.places else ""
        elif not places and (not fresh or pointed):
            places, rule_p = now.places, "same-scene"
        elif not places and main.heading:
            places, rule_p = main.places, "heading"
        if interval is None and whole is not None:
            interval, rule_t = whole.interval, "whole"
        elif interval is None and count.outcome != "deployed":
            interval, rule_t = now.interval, "same-scene"
        background = (now.background and not fresh and s.paragraph == now.paragraph) or older(interval, main.interval)
        if moved and not fresh and interval is now.interval and now.background and s.paragraph != now.paragraph:
            interval = main.interval
        scene = now if count.outcome == "deployed" or (whole is not None and not spots) else _Scene(places, interval, s.paragraph, background=background)
        return Setting(places, interval, rule_p, rule_t), scene

    def _meant_region(self, s: Sentence) -> list[Spot]:
        """"in the region": the last region told before."""
        for k, t in enumerate(s.tokens[1:], 1):
            if t.lower in ("region", "province", "oblast", "governorate") and s.tokens[k - 1].lower in ("the", "that", "this") and s.tokens[k - 2].lower in ("in", "across", "throughout"):
                before = [p for p in self.spots if p.start < t.start and p.broad and not p.country]
                return before[-1:]
        return []

    def _of_saying(self, s: Sentence, m: Moment, governor: int) -> bool:
        """The moment hangs on another verb of telling: "data that officials gave to PTI on Monday", "made public this morning"."""
        k = next((t.i for t in s.tokens if t.start >= m.start), -1)
        for _ in range(6):
            if k < 0 or s.tokens[k].head == k:
                return False
            k = s.tokens[k].head
            token = s.tokens[k]
            if token.tag[:1] == "V":
                public = token.lower in ("made", "make", "makes") and any(s.tokens[c].lower == "public" for c in s.children[k])
                apart = any(t.text in (":", ";") for t in s.tokens if min(m.start, token.start) <= t.start < max(m.start, token.start))
                speaks = not apart and public or not apart and (token.lower in self.saying and any(s.tokens[c].dep == "nsubj" for c in s.children[k]))
                return speaks and k != governor
        return False

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


