"""Where and when: the place and time of each count, from its own clause or from the same happening told before.

A report has a main happening, read from its headline and lead (which may take the finer place or the day that is only
told next), and scenes: a sentence that names a place or a day of its own opens one, and the counts that follow in the
paragraph stand in it. A new paragraph goes back to the main happening. A part takes its whole's setting; a running
total takes the region, not the last village.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from counterclaim.clauses import Clauses, when_clause
from counterclaim.drafts import Count, Range
from counterclaim.intervals import brief, disjoint, lasting, older
from counterclaim.marks import Moment, Spot, Told, elsewhere, main_region, pointed_there, same_period, titled
from counterclaim.records import Interval

_LEAD = 10  # sentences in which the main happening's place and day are looked for
_LONG = 60  # days
_NEXT = 4  # sentences after the lead's own that may tell the finer place


class Setting(NamedTuple):
    """Places (indexes of spots), the time, and how they were found."""

    places: tuple[int, ...]
    interval: Interval | None
    place_rule: str
    time_rule: str


class Frame(NamedTuple):
    """What the report as a whole tells: its headline, the period it covers, for a live page the day of its entries."""

    title: str = ""
    period: Interval | None = None
    live_day: Interval | None = None


class _Scene(NamedTuple):
    places: tuple[int, ...] = ()
    interval: Interval | None = None
    paragraph: int = -1
    background: bool = False
    heading: bool = False


class Scenes:
    """Settings of one report's counts. ``cues`` are by sentence the stretches that tell of the saying; ``running`` says
    whether a count is a running total."""

    def __init__(
        self,
        clauses: Clauses,
        counts: Sequence[Count],
        cues: Mapping[int, Sequence[Range]],
        running: Callable[[int, Told], bool],
    ) -> None:
        self.clauses, self.counts, self.cues = clauses, counts, cues
        self.sentences, self.spots, self.lex = clauses.sentences, clauses.spots, clauses.lex
        self.region = main_region(clauses.spots)
        self.ran: tuple[int, Interval] | None = None  # sentence and period of the last running total
        self.of: dict[int, list[int]] = {}
        for n, c in enumerate(counts):
            self.of.setdefault(c.sentence, []).append(n)
        told = [self.told(c.sentence) for c in counts]
        self.running = [running(n, clauses.plain(t, counts[n].sentence)) for n, t in enumerate(told)]

    def told(self, sentence: int) -> Told:
        """What a sentence tells outside its cues' own words."""
        return self.clauses.told(sentence, self.cues.get(sentence, ()))

    def assign(self, frame: Frame) -> list[Setting]:
        """A setting for each count, in order."""
        out: list[Setting] = []
        main = now = self._main(frame)
        for s in self.sentences:
            here = self.told(s.index)
            mine = self.of.get(s.index, [])
            if s.paragraph != now.paragraph and not (mine and self._goes_on(mine[0])):
                now = main._replace(paragraph=s.paragraph)
            heads = [p.index for p in here.spots if p.heading]
            if heads and not mine:
                main = now = _Scene(tuple(heads), self.clauses.joined(here.moments), s.paragraph, heading=True)
                continue
            if not mine:
                now = self._between(s.index, here, now, main)
                if main.heading and main.interval is None:
                    main = main._replace(interval=now.interval)
                continue
            if elsewhere(s, self.lex):
                broad = tuple(i for i in main.places if self.spots[i].broad)
                now = _Scene(broad, None, s.paragraph, background=True, heading=main.heading)
            before = now
            for n in mine:
                setting, now = self._one(n, here, (before, now, main), self._whole(n, out, now))
                out.append(self._of_frame(setting, n, main, frame))
        return out

    # -- the main happening ----------------------------------------------------------------------------------------

    def _main(self, frame: Frame) -> _Scene:
        """Place and day of the main happening, by the headline and the first sentences that tell of it. Where they name
        a country alone, the finer place told next joins it; a report that opens with a grand total has none."""
        place = titled(self.spots, frame.title)
        fine = bool(place) and not self.spots[place[0]].broad
        day: Interval | None = frame.live_day
        opened = -1
        for s in self.sentences[:_LEAD]:
            here = self.told(s.index)
            if any(p.heading for p in here.spots) and s.index not in self.of and not place:
                break
            spots, interval = self._event(s.index, here)
            if opened < 0 and (spots or s.index in self.of):
                opened = s.index
                fine = fine or (s.index in self.of and self._grand(s.index)) or frame.live_day is not None
            near = opened < 0 or s.index - opened <= (
                0 if place and self.spots[place[0]].broad and not self.spots[place[0]].country else _NEXT
            )
            if not fine and near and not spots and place and s.index > opened:
                spots = [p for p in here.spots if p.prep not in self.lex.away and not p.goal and not p.broad]
            if spots and not fine and near:
                place = tuple(dict.fromkeys((*place, *(p.index for p in spots))))
                fine = not all(self.spots[i].country for i in place)
            if day is None and interval is not None:
                day = interval
            if fine and day is not None:
                break
        return _Scene(place, day, -1)

    def _grand(self, sentence: int) -> bool:
        """The sentence opens with a total over all places."""
        words = [t.lower for t in self.sentences[sentence].tokens[:3]]
        return any(tuple(words[: len(p)]) == p for p in self.lex.grand)

    def _event(self, sentence: int, here: Told) -> tuple[list[Spot], Interval | None]:
        """Place and day of the first count of a sentence that has them, or of a sentence that tells of a happening."""
        mine = self.of.get(sentence, [])
        if not mine:
            if not (self.clauses.happens(sentence) and self.clauses.verbal(sentence)) and not self.clauses.label(
                sentence
            ):
                return [], None
            spots = [p for p in here.spots if p.prep not in self.lex.away and not p.goal]
            interval = self.clauses.interval(self.clauses.events(sentence, here), None)
            return spots, interval if brief(interval) else None
        for n in mine:
            spots, moments = self._own(n, here)
            interval = self.clauses.interval(moments, None)
            usable = brief(interval) or (self.running[n] and n == 0)
            if spots or (interval is not None and usable):
                return spots, interval if usable and interval is not None and interval.start else None
        return [], None

    # -- scenes ----------------------------------------------------------------------------------------------------

    def _goes_on(self, n: int) -> bool:
        """The happening is that of the paragraph before: "Another 12", "five of them"."""
        number = self.counts[n].number
        return number.more or number.form == "partitive" or self.counts[n].rule == "part-of-told"

    def _between(self, sentence: int, here: Told, now: _Scene, main: _Scene) -> _Scene:
        """The scene after a sentence without counts: it opens one when it tells a place and a day, and fills gaps."""
        if self.clauses.label(sentence) or not self.clauses.happens(sentence):
            return now
        places = tuple(p.index for p in here.spots if p.prep not in self.lex.away and not p.goal)
        interval = self.clauses.interval(self.clauses.events(sentence, here), now.interval)
        interval = interval if brief(interval) else None
        far = interval is not None and disjoint(interval, now.interval)
        past = older(interval, main.interval)
        if places and interval:
            return now._replace(places=places, interval=interval, background=past, heading=False)
        if far and past:
            return now._replace(places=(), interval=interval, background=True)
        if interval and (now.interval is None or far):
            now = now._replace(interval=interval)
        if places and (not now.places or now.heading or now.places == main.places):
            now = now._replace(places=places, heading=False)
        return now

    def _whole(self, n: int, out: Sequence[Setting], now: _Scene) -> Setting | None:
        """The setting of the figure that this one is a part of, unless the paragraph has opened its own scene since."""
        parent = self.counts[n].parent
        if not 0 <= parent < len(out):
            return None
        paragraph = self.sentences[self.counts[n].sentence].paragraph
        near = self.sentences[self.counts[parent].sentence].paragraph == paragraph
        return out[parent] if near or now.paragraph != paragraph or now.interval is None else None

    def _own(self, n: int, here: Told) -> tuple[list[Spot], list[Moment]]:
        """The places and dates of the count's own clause."""
        count = self.counts[n]
        starts = [self.counts[k].number.start for k in self.of[count.sentence]]
        return self.clauses.places(count, here, starts), self.clauses.dates(count, here, starts, self.running[n])

    def _one(
        self, n: int, here: Told, scenes: tuple[_Scene, _Scene, _Scene], whole: Setting | None
    ) -> tuple[Setting, _Scene]:
        """The setting of a count, and the scene after it. ``scenes``: at the sentence's start, now, the main one."""
        before, now, main = scenes
        count = self.counts[n]
        s = self.sentences[count.sentence]
        spots, moments = self._own(n, here)
        reached = (
            count.outcome == "displaced" and bool(spots) and all(p.goal or p.prep in self.lex.whither for p in spots)
        )
        if reached and now.places:
            spots = []
        interval = self.clauses.interval(moments, before.interval, self.clauses.earlier(s.index))
        open_start = interval is not None and interval.start is None and now.interval is not None
        as_of = [m for m in moments if m.role in ("as_of", "until")]
        if not self.running[n] and open_start and all(m.now or count.rule in ("toll", "ellipsis") for m in as_of):
            interval = None
        if interval is None and self.ran is not None and (same_period(s, self.lex) or self.ran[0] == s.index):
            interval = self.ran[1]
        if self.running[n] and interval is not None:
            self.ran = (s.index, interval)
        places = tuple(p.index for p in spots)
        rules = ("own-clause" if places else "", "own-clause" if interval else "")
        if self.running[n]:
            places, rule = (places, rules[0]) if places else (self._total(now, main, interval), "region-of-total")
            return Setting(places, interval, rule, rules[1]), now
        fresh = interval is not None and disjoint(interval, now.interval)
        setting = self._inherit(
            Setting(places, interval, *rules), (now, main), whole, fresh and not pointed_there(s, self.lex)
        )
        if count.outcome == "deployed" or (whole is not None and not spots) or when_clause(s, here.moments, count):
            return setting, now
        past = (now.background and not fresh and s.paragraph == now.paragraph) or older(setting.interval, main.interval)
        after = now.places if reached and now.places else setting.places
        return setting, _Scene(after, setting.interval, s.paragraph, past)

    def _inherit(self, own: Setting, scenes: tuple[_Scene, _Scene], whole: Setting | None, fresh: bool) -> Setting:
        """What the clause does not tell, from the whole or the scene; a count with a day of its own elsewhere in time
        (``fresh``) takes no place from the scene."""
        now, main = scenes
        if not own.places:
            if whole is not None:
                own = own._replace(places=whole.places, place_rule="whole" if whole.places else "")
            elif not fresh:
                own = own._replace(places=now.places, place_rule="same-scene" if now.places else "")
            elif main.heading:
                own = own._replace(places=main.places, place_rule="heading")
        if own.interval is None:
            taken = whole.interval if whole is not None else now.interval
            own = own._replace(
                interval=taken, time_rule="" if taken is None else "whole" if whole is not None else "same-scene"
            )
        return own

    def _total(self, now: _Scene, main: _Scene, window: Interval | None) -> tuple[int, ...]:
        """Where a running total without a place of its own was counted: over some weeks the main happening's place,
        over longer the country, else the region."""
        if window is not None and lasting(window) < _LONG and main.places:
            return main.places
        broad = [i for i in dict.fromkeys((*now.places, *main.places)) if self.spots[i].broad]
        countries = [i for i in broad if self.spots[i].country]
        return tuple(countries) or tuple(broad) or self.region or main.places

    def _of_frame(self, setting: Setting, n: int, main: _Scene, frame: Frame) -> Setting:
        """Deployments take no day of a scene; a lead that names a country alone takes the finer place; the period that
        the report covers stands where no day is told."""
        count = self.counts[n]
        if count.outcome == "deployed" and setting.time_rule == "same-scene":
            setting = setting._replace(interval=None, time_rule="")
        lead = (
            self.sentences[count.sentence].paragraph <= 1 and setting.place_rule == "own-clause" and not self.running[n]
        )
        if lead and main.places and setting.places and all(self.spots[i].country for i in setting.places):
            finer = tuple(i for i in main.places if not self.spots[i].country)
            setting = setting._replace(places=(*setting.places, *finer))
        if setting.interval is None and frame.period is not None and count.outcome != "deployed":
            setting = setting._replace(interval=frame.period, time_rule="period-of-report")
        return setting
