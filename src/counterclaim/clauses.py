"""What one clause tells of where and when: which place names and dates in a sentence belong to which count.

Pure helpers of ``settings``; all offsets are code points into the report's text, half-open.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from counterclaim.drafts import Count, Range
from counterclaim.intervals import ending, shifted
from counterclaim.marks import Moment, Spot, Told
from counterclaim.parse import Sentence
from counterclaim.place_words import PlaceLexicon
from counterclaim.records import Interval
from counterclaim.syntax import above, hangs_on, token_from, verb_above, verb_over


class Words(NamedTuple):
    """The place words, and the verbs of saying."""

    places: PlaceLexicon
    saying: frozenset[str]


class Dating(NamedTuple):
    """The dates stage's arithmetic: moments (by index) joined to one interval; an anaphoric one dated by another."""

    combine: Callable[[Sequence[int]], Interval | None]
    anaphoric: Callable[[int, Interval], Interval | None]


_JOINTS = (":", "-", "–", "(")  # marks between a place and its figure


class Clauses:
    """Reads the clauses of one report: its place names and dates by sentence."""

    def __init__(self, sentences: Sequence[Sentence], told: Told, dating: Dating, words: Words) -> None:
        self.sentences, self.spots, self.dating = sentences, told.spots, dating
        self.lex, self.saying = words
        self.starts = [p.start for p in told.spots]
        self.spots_of: dict[int, list[Spot]] = {}
        for p in told.spots:
            self.spots_of.setdefault(p.sentence, []).append(p)
        begins = [m.start for m in told.moments]
        self.moments_of = {
            s.index: told.moments[bisect_left(begins, s.start) : bisect_left(begins, s.end)] for s in sentences
        }  # fmt: skip

    def told(self, sentence: int, cues: Sequence[Range]) -> Told:
        """Spots and moments of a sentence outside the given stretches."""
        return Told(
            [p for p in self.spots_of.get(sentence, ()) if not any(a <= p.start < b for a, b in cues)],
            [m for m in self.moments_of.get(sentence, ()) if not any(a <= m.start < b for a, b in cues)],
        )

    def plain(self, here: Told, sentence: int) -> Told:
        """Without the moments of comparisons ("the heaviest since July")."""
        s = self.sentences[sentence]
        return Told(here.spots, [m for m in here.moments if compared(s, m, self.lex) < 0])

    def earlier(self, sentence: int) -> list[Moment]:
        """The moments of this sentence and of up to two before it in the paragraph."""
        paragraph = self.sentences[sentence].paragraph
        near = [k for k in range(max(0, sentence - 2), sentence + 1) if self.sentences[k].paragraph == paragraph]
        return [m for k in near for m in self.moments_of.get(k, ())]

    def happens(self, sentence: int) -> bool:
        """A word of the sentence tells of something done."""
        return any(t.lower in self.lex.happenings for t in self.sentences[sentence].tokens)

    def verbal(self, sentence: int) -> bool:
        """The sentence has a verb: it is no headline or heading."""
        return any(t.tag[:1] == "V" for t in self.sentences[sentence].tokens)

    def label(self, sentence: int) -> bool:
        """A line of a box of facts: "When: Thursday, 17 April"."""
        tokens = self.sentences[sentence].tokens
        return len(tokens) > 1 and tokens[1].text == ":" and tokens[0].lower in self.lex.labels

    def joined(self, moments: Sequence[Moment]) -> Interval | None:
        """The days that all the moments tell together."""
        return self.dating.combine([m.index for m in moments])

    def events(self, sentence: int, here: Told) -> list[Moment]:
        """The moments of a sentence without counts that can date a happening."""
        s = self.sentences[sentence]
        usable = [m for m in here.moments if m.role in ("at", "anaphoric", "duration")]
        return [m for m in usable if compared(s, m, self.lex) < 0 and not self.of_saying(s, m, -1)]

    def places(self, count: Count, here: Told, starts: Sequence[int]) -> list[Spot]:
        """The places of the count's own clause; none where it tells of the house that took in the wounded or dead."""
        s = self.sentences[count.sentence]
        part = clause(s, count)
        if self._taken_in(s, count, part):
            return []
        spots = local(nearest(here.spots, count, part, self.lex), (s, count), starts, self.lex)
        if not spots and part[0] > s.start:
            spots = nearest(here.spots, count, (s.start, part[0]), self.lex)
        return spots or self._meant(s)

    def _taken_in(self, s: Sentence, count: Count, part: Range) -> bool:
        if count.outcome not in ("wounded", "killed", "casualties"):
            return False
        words = {t.lower for t in s.tokens if part[0] <= t.start < part[1]}
        if words & {"life", "lives"}:  # "took the lives of"
            return False
        return bool(words & self.lex.buildings) and bool(words & self.lex.receiving)

    def _meant(self, s: Sentence) -> list[Spot]:
        """The last place told before, where the words only point at it: "in the region", "in the town"."""
        for k, t in enumerate(s.tokens):
            wide, nation = t.lower in self.lex.areas, t.lower in self.lex.nations
            if (
                k < 2
                or not (wide or nation or t.lower in self.lex.towns)
                or s.tokens[k - 1].lower not in ("the", "that", "this")
            ):
                continue
            if s.tokens[k - 2].lower not in ("in", "across", "throughout"):
                continue
            if k + 1 < len(s.tokens) and (s.tokens[k + 1].lower == "of" or s.tokens[k + 1].tag == "NNP"):
                continue
            for p in reversed(self.spots[: bisect_left(self.starts, t.start)][-40:]):
                if p.country == nation and (nation or p.broad == wide) and (nation or p.prep not in self.lex.away):
                    return [p]
        return []

    def dates(self, count: Count, here: Told, starts: Sequence[int], running: bool) -> list[Moment]:
        """The moments of the count's own clause."""
        s = self.sentences[count.sentence]
        part = clause(s, count)
        when = when_clause(s, here.moments, count)
        if when is not None:
            return [when]
        moments = local_moments([m for m in here.moments if part[0] <= m.start < part[1]], s, count, starts)
        carried = count.rule in ("toll", "ellipsis") or s.tokens[count.trigger].lower in self.lex.remains
        if carried and not running and not equals(s, count):
            moments = [m for m in moments if dates_the_event(s, m, self.lex) or under(s, m, count.trigger)]
        beside = {m.index: compared(s, m, self.lex) for m in moments}
        within = [m for m in moments if s.start < beside[m.index] < count.number.start]
        moments = within or [m for m in moments if beside[m.index] < 0]
        moments = [
            m for m in moments if not tallied(s, m, count, self.lex) and not self.of_saying(s, m, count.governor)
        ]
        if running and any(m.grain in ("year", "month") or m.role == "since" for m in moments):
            moments = [m for m in moments if m.grain != "day" or m.role != "at"]
        moments = [
            m for m in moments if m.role != "anaphoric" or m.start < count.number.start or same_verb(s, m, count)
        ]
        return of_the_verb(s, moments, count)

    def interval(
        self, moments: Sequence[Moment], scene: Interval | None, before: Sequence[Moment] = ()
    ) -> Interval | None:
        """The days that moments tell together. A day that names the attack's own day ("Friday's strike") goes before
        others; anaphoric ones count from the day told before them, in the sentence (``before``) or the scene."""
        if len(moments) == 1 and moments[0].inner is not None and moments[0].role == "at":
            return moments[0].interval
        dated = [m for m in moments if m.role == "at" and m.interval]
        for m in moments:
            if m.inverse and m.role == "anaphoric" and m.offset:
                base = self.joined([x for x in dated if x.start < m.start][-1:]) or scene
                if base:
                    return shifted(base, -m.offset[1], -m.offset[0])
        named = [m for m in dated if m.names_event]
        if named and len(named) < len(dated):
            return self.joined(named)
        length = [m for m in moments if m.role == "duration" and m.interval]
        if length and len(dated) == 1:
            return ending(length[0].interval, dated[0].interval)
        told = self.joined(moments)
        if told is not None and (dated or any(m.role == "since" for m in moments)):
            return told
        return self._counted_from(moments, scene, before) or told

    def _counted_from(
        self, moments: Sequence[Moment], scene: Interval | None, before: Sequence[Moment]
    ) -> Interval | None:
        for m in moments:
            if m.role != "anaphoric" or not (m.interval is None or m.interval.start is not None or m.then):
                continue
            near = [x for x in (*before, *moments) if x.start < m.start and x.interval and x.role in ("at", "since")]
            antecedent = self.joined(near[-1:]) if near else scene
            found = self.dating.anaphoric(m.index, antecedent) if antecedent else None
            if found is not None:
                return found
        return None

    def of_saying(self, s: Sentence, m: Moment, governor: int) -> bool:
        """The moment hangs on another verb, of telling: "data that officials gave to X on Monday", "made public"."""
        k = verb_above(s, token_from(s, m.start), 6)
        if k in (-1, governor):
            return False
        token = s.tokens[k]
        low, high = min(m.start, token.start), max(m.start, token.start)
        apart = any(t.text in (":", ";") for t in s.tokens if low <= t.start < high)
        below = [s.tokens[c] for c in s.children[k]]
        public = token.lower in ("made", "make", "makes") and any(t.lower == "public" for t in below)
        tells = token.lower in self.saying and any(t.dep == "nsubj" for t in below)
        return not apart and (public or tells)


def same_verb(s: Sentence, m: Moment, count: Count) -> bool:
    """The moment and the count hang on the same verb."""
    at = token_from(s, m.start)
    return at < len(s.tokens) and verb_over(s, at, 10) in (verb_over(s, count.unit, 10), count.governor)


def when_clause(s: Sentence, moments: Sequence[Moment], count: Count) -> Moment | None:
    """The moment whose "when" clause holds the count: "the deadliest since August 2024, when 37 people died"."""
    for k, t in enumerate(s.tokens):
        if t.lower != "when" or not 0 < count.unit - k <= 12:
            continue
        for m in moments:
            if m.interval is not None and 0 <= t.start - m.end <= 3:
                told = m.inner or m.interval
                return msgspec.structs.replace(m, role="at", interval=told, inner=told)
    return None


def compared(s: Sentence, m: Moment, lex: PlaceLexicon) -> int:
    """Where a comparison begins that the moment belongs to ("up from 56 in the morning"), or -1. A figure before it is
    not of that moment; a figure inside it is."""
    at = token_from(s, m.start)
    first = max(0, at - 9)
    words = [t.lower for t in s.tokens[first:at]]
    for k in range(len(words)):
        led = any(tuple(words[k : k + len(p)]) == p for p in lex.compared)
        if led and "," not in words[k + 2 :]:
            return s.tokens[first + k].start
    superlative = any(
        t.tag in ("JJS", "RBS") or t.lower in ("first", "worst") for t in s.tokens[max(0, at - 8) : at + 1]
    )
    return s.start if m.role == "since" and superlative else -1


def tallied(s: Sentence, m: Moment, count: Count, lex: PlaceLexicon) -> bool:
    """The moment dates a total told after the count: "1,660 losses in a day, which takes the total since 2022 past"."""
    at = next((k for k in above(s, token_from(s, m.start), 8) if s.tokens[k].lower in lex.totalling), -1)
    return at >= 0 and s.tokens[at].start > count.number.start and not hangs_on(s, count.unit, at, 8)


def dates_the_event(s: Sentence, m: Moment, lex: PlaceLexicon) -> bool:
    """A day that belongs to the attack, not to the count of its dead: "Friday's strike", "the attack of 4 April", "on
    the night of"."""
    after, before = token_from(s, m.end), token_from(s, m.start) - 1
    if m.role in ("since", "duration") or (after < len(s.tokens) and s.tokens[after].tag == "POS"):
        return True
    return before > 0 and any(
        t.tag[:1] == "N" and t.lower.rstrip("s") in lex.events for t in s.tokens[max(0, before - 4) : before + 1]
    )


def under(s: Sentence, m: Moment, trigger: int) -> bool:
    """The moment hangs on the word that told the outcome: "the number of people uprooted since July"."""
    return hangs_on(s, token_from(s, m.start), trigger, 8)


def of_the_verb(s: Sentence, moments: Sequence[Moment], count: Count) -> list[Moment]:
    """Where the outcome stands in a clause of its own with a day of its own, that day alone."""
    v = count.governor
    if not 0 <= v < len(s.tokens) or s.tokens[v].dep not in ("relcl", "acl", "advcl") or len(moments) < 2:
        return list(moments)
    inside = [m for m in moments if under(s, m, v)]
    return inside or list(moments)


def equals(s: Sentence, count: Count) -> bool:
    """The figure is what something was: "last year this figure was 217"."""
    return count.governor >= 0 and s.tokens[count.governor].lower in ("was", "is", "were", "are")


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
    """The stretch of the sentence between the semicolons around the count."""
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


def nearest(spots: Sequence[Spot], count: Count, part: Range, lex: PlaceLexicon) -> list[Spot]:
    """The places in a part of the sentence that can be the count's: whence for the displaced and the taken, whither
    for the deployed, else where."""
    inside = [p for p in spots if part[0] <= p.start < part[1]]
    moving = count.outcome == "displaced"
    kept = [p for p in inside if not p.goal or moving]
    if count.outcome in ("captured", "abducted", "rescued", "detained", "missing"):
        taken = [p for p in inside if p.prep == "from"]
        if taken:
            return taken
    if moving and any(p.prep in lex.whence for p in kept):
        kept = [
            p for p in kept if p.prep in lex.whence or any(p.index in q.within for q in kept if q.prep in lex.whence)
        ]
    elif not moving:
        to = lex.whither if count.outcome == "deployed" else frozenset()
        if count.outcome == "deployed":
            kept = inside
        plain = [p for p in kept if p.prep not in lex.away or p.prep in to]
        kept = plain or [p for p in kept if p.prep in ("through",)]
    return kept


def local(
    items: Sequence[Spot], figure: tuple[Sentence, Count], others: Sequence[int], lex: PlaceLexicon
) -> list[Spot]:
    """Where a sentence tells several figures with a place each, the count's own places: those on its side."""
    if len(items) < 2 or not others:
        return list(items)
    s, count = figure
    me = count.number.start
    close = [
        p
        for p in items
        if 0 < me - p.end <= 16
        and all(t.lower in lex.beside or t.text in _JOINTS for t in s.tokens if p.end <= t.start < me)
    ]
    if close:
        return close[-1:]
    bounds = sorted(o for o in others if o != me)
    left = max((o for o in bounds if o < me), default=s.start)
    right = min((o for o in bounds if o > me), default=s.end)
    mine = [p for p in items if me < p.start < right] or [p for p in items if left < p.start < me]
    for a, b in pairwise([*(o for o in bounds if o > me), s.end]):
        mine = mine or [p for p in items if a < p.start < b]
    return mine or list(items)
