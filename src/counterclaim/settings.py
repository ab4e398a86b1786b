"""Where and when: the place and time of each count, from its own clause or from the same happening told before.

The text is read as a row of scenes. A sentence that names a place or a day of its own opens or refines one; a count without
its own takes the scene it stands in. The lead may take the finer place or day told next. A running total takes the
region, not the last village.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

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
        happenings: frozenset[str], saying: frozenset[str] = frozenset(), title: str = "",
    ) -> None:  # fmt: skip
        self.saying = saying
        self.live = False
        self.happenings = happenings
        self.titled = _titled(spots, title)
        self.region = _main_region(spots)
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
                    if main.interval is None and _brief(now.interval) and now.interval and s.paragraph <= 4 and not now.background:
                        main = _Scene(main.places, now.interval, main.paragraph, heading=main.heading)
                if not main.places and not main.interval:
                    main = now
                continue
            starts = [counts[n].number.start for n in mine]
            if _elsewhere(s):
                now = _Scene(tuple(i for i in main.places if self.spots[i].broad), None, s.paragraph, background=True, heading=main.heading)
            before = now
            for n in mine:
                setting, scene = self._one(counts[n], here, starts, before, now, main, running(n, self._plain(here, s)), self._whole(counts, n, out, now))
                out.append(setting)
                if not scene.cumulative:
                    if not firm and scene.places and not main.heading and counts[n].sentence < 12:
                        main, firm = _Scene(scene.places, main.interval, main.paragraph), True
                    early = s.paragraph <= self.sentences[counts[0].sentence].paragraph + 2
                    if not main.places and not main.heading or (early and main.interval is None and not scene.background and _brief(scene.interval)):
                        main = scene if not main.places else _Scene(main.places, scene.interval, main.paragraph, heading=main.heading)
                    now = scene
                elif main.interval is None and n == 0 and not main.heading:
                    main = now = _Scene(main.places or scene.places, scene.interval, s.paragraph)
        return out if self.live else self._lead(out, counts, main)

    def _plain(self, here: Told, s: Sentence) -> Told:
        """Without the moments of comparisons ("the heaviest since July")."""
        return Told(here.spots, [m for m in here.moments if not _compared(s, m)])

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
        if interval and not spots and disjoint(interval, now.interval) and _brief(interval):
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
                    return _shifted(base, -m.offset[1], -m.offset[0])
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
        part = _clause(s, count)
        spots = local(_nearest(here.spots, s, count, part), s, count, starts)
        if not spots and part[0] > s.start:
            spots = _nearest(here.spots, s, count, (s.start, part[0]))
        moments = _local_moments([m for m in here.moments if part[0] <= m.start < part[1]], s, count, starts)
        if not running and (count.rule in ("toll", "ellipsis") or s.tokens[count.trigger].lower in _REMAINS) and not _equals(s, count):
            moments = [m for m in moments if _dates_the_event(s, m) or _under(s, m, count.trigger)]
        moments = [m for m in moments if not _compared(s, m) and not self._of_saying(s, m, count.governor)]
        if running and any(m.grain in ("year", "month") or m.role == "since" for m in moments):
            moments = [m for m in moments if m.grain != "day" or m.role != "at"]
        moments = _of_the_verb(s, moments, count)
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
        pointed = any(t.lower in _THERE and t.tag == "RB" or (t.lower == "same" and k + 1 < len(s.tokens) and s.tokens[k + 1].lower in ("city", "town", "village", "place", "area", "region", "camp", "district")) for k, t in enumerate(s.tokens))
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
        background = (now.background and not fresh and s.paragraph == now.paragraph) or _older(interval, main.interval)
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


_BESIDE = frozenset({"with", "also", "had", "has", "recorded", "saw", ":", "reported", "counted", "registered", "lost", "-", "–", "("})
_THERE = frozenset({"there", "here"})


def _titled(spots: Sequence[Spot], title: str) -> tuple[int, ...]:
    """The place that the headline names first, where the text names it too."""
    low = title.casefold()
    named = [(low.find(p.name.casefold()), p.index) for p in spots if len(p.name) > 2 and p.name.casefold() in low]
    return (min(named)[1],) if named else ()


def _main_region(spots: Sequence[Spot]) -> tuple[int, ...]:
    """The region (no country) that the report names most, at least twice."""
    seen: dict[str, list[int]] = {}
    for p in spots:
        if p.broad and not p.country:
            seen.setdefault(p.name, []).append(p.index)
    best = max(seen.values(), key=len, default=[])
    return (best[0],) if len(best) >= 2 else ()


_REMAINS = frozenset({"bodies", "body", "corpses", "corpse", "remains"})
_COMPARED = (("up", "from"), ("down", "from"), ("rise", "from"), ("compared", "with"), ("compared", "to"), ("against",), ("than",))
_ELSEWHERE = frozenset({"separate", "separately", "elsewhere"})


def _compared(s: Sentence, m: Moment) -> bool:
    """The moment dates an earlier figure that this one is set against: "up from 56 in the morning"."""
    at = next((k for k, t in enumerate(s.tokens) if t.start >= m.start), len(s.tokens))
    words = [t.lower for t in s.tokens[max(0, at - 9) : at]]
    for k in range(len(words) - 1):
        if (words[k], words[k + 1]) in _COMPARED and "," not in words[k + 2 :]:
            return True
    superlative = [t for t in s.tokens[max(0, at - 8) : at + 1] if t.tag in ("JJS", "RBS") or t.lower in ("first", "worst")]
    return m.role == "since" and bool(superlative)


def _dates_the_event(s: Sentence, m: Moment) -> bool:
    """A day that belongs to the attack, not to the count of its dead: "Friday's strike", "the attack of 4 April", "on the night of"."""
    after = next((k for k, t in enumerate(s.tokens) if t.start >= m.end), len(s.tokens))
    before = next((k for k, t in enumerate(s.tokens) if t.start >= m.start), len(s.tokens)) - 1
    if m.role in ("since", "duration") or (after < len(s.tokens) and s.tokens[after].tag == "POS"):
        return True
    return before > 0 and any(t.tag[:1] == "N" and t.lower.rstrip("s") in EVENT_NOUNS for t in s.tokens[max(0, before - 4) : before + 1])


def _under(s: Sentence, m: Moment, trigger: int) -> bool:
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


def _of_the_verb(s: Sentence, moments: Sequence[Moment], count: Count) -> list[Moment]:
    """Where the outcome stands in a clause of its own with a day of its own, that day alone."""
    v = count.governor
    if not 0 <= v < len(s.tokens) or s.tokens[v].dep not in ("relcl", "acl", "advcl") or len(moments) < 2:
        return list(moments)
    inside = [m for m in moments if _under(s, m, v)]
    return inside or list(moments)


def _equals(s: Sentence, count: Count) -> bool:
    """The figure is what something was: "last year this figure was 217"."""
    return count.governor >= 0 and s.tokens[count.governor].lower in ("was", "is", "were", "are", "stood")


def _shifted(interval: Interval, first: int, last: int) -> Interval:
    from datetime import date  # noqa: PLC0415

    a, b = day_number(interval.start), day_number(interval.end)
    return Interval(
        start=date.fromordinal(a + first).isoformat() if a else None, end=date.fromordinal(b + last).isoformat() if b else None
    )  # fmt: skip


EVENT_NOUNS = frozenset("attack strike raid assault battle clash shelling bombing blast explosion massacre fighting ambush bombardment airstrike operation offensive violence killing shooting war conflict".split())


def _elsewhere(s: Sentence) -> bool:
    """The sentence opens a happening of its own: "In one friendly fire incident", "in a separate attack"."""
    words = [t.lower for t in s.tokens[:14]]
    if any(w in _ELSEWHERE for w in words):
        return True
    for k, w in enumerate(words[:-1]):
        if w in ("in", "during") and words[k + 1] in ("one", "another", "a") and any(x.rstrip("s") in ("incident", "attack", "case", "strike", "raid") for x in words[k + 2 : k + 6]):
            return words[k + 1] != "a" or any(x in ("previous", "similar", "earlier", "second", "further", "later") for x in words[k + 2 : k + 5])
    return False


def _brief(interval: Interval | None) -> bool:
    if interval is None:
        return True
    a, b = day_number(interval.start), day_number(interval.end)
    return a is not None and b is not None and b - a <= 12


_AWAY = frozenset({"from", "out", "of", "to", "for", "by", "via", "through"})


def _older(interval: Interval | None, main: Interval | None) -> bool:
    """An interval that ended more than a week before the main one began is background."""
    if interval is None or main is None or not interval.end or not main.start:
        return False
    a, b = day_number(interval.end), day_number(main.start)
    return a is not None and b is not None and a < b - 2


def _local_moments(items: Sequence[Moment], s: Sentence, count: Count, others: Sequence[int]) -> list[Moment]:
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
    close = [p for p in items if 0 < me - p.end <= 16 and all(t.lower in _BESIDE for t in s.tokens if p.end <= t.start < me)]
    if close:
        return close[-1:]
    bounds = sorted(o for o in others if o != me)
    left = max((o for o in bounds if o < me), default=s.start)
    right = min((o for o in bounds if o > me), default=s.end)
    mine = [p for p in items if me < p.start < right]
    return mine or [p for p in items if left < p.start < me] or list(items)
