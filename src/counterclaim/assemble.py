"""Puts the stages' findings of one report together into its record: statements with speakers, claims in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from counterclaim.attacks import Attacks
from counterclaim.clauses import Clauses, Dating, Words
from counterclaim.drafts import Count, Range, Utterance
from counterclaim.groups import Grouper
from counterclaim.hedges import certainty_of, denied, running_total
from counterclaim.intervals import lasting
from counterclaim.marks import Moment, Spot, Told
from counterclaim.parse import Sentence
from counterclaim.parties import Parties
from counterclaim.records import (
    Claim,
    Group,
    Interval,
    Place,
    Quantity,
    Reason,
    Record,
    Report,
    ReportInfo,
    Span,
    Statement,
)
from counterclaim.resolve.date_rules import DateContext
from counterclaim.resolve.dates import DateMention
from counterclaim.resolve.places import Resolved
from counterclaim.settings import Frame, Scenes, Setting
from counterclaim.timeline import Timeline
from counterclaim.toponyms import Toponym

_WEEKS = 28  # days from which a period dates a total, not a saying
_LONG = 60  # days: two months or more are no single attack
_SOME_DAYS = 3


class Found(NamedTuple):
    """What the stages found in one report, in order of the text; ``told`` and ``statements`` go in pairs, as do
    ``toponyms`` and ``places``."""

    told: Sequence[Utterance]
    statements: tuple[Statement, ...]
    counts: Sequence[Count]
    toponyms: Sequence[Toponym]
    places: Sequence[Resolved]
    dates: Sequence[DateMention]
    context: DateContext | None


class Assembler:
    """One report's assembly. ``know`` is the pipeline's Knowledge."""

    def __init__(
        self, report: Report, know: Any, sentences: Sequence[Sentence], quotes: Sequence[Range], found: Found
    ) -> None:
        self.report, self.know, self.text = report, know, report.text
        self.sentences, self.quotes, self.found = sentences, quotes, found
        self.told, self.statements, self.counts = found.told, found.statements, found.counts
        self.reasons: list[Reason] = []
        self.owners = self._owners()
        self.spots = [_spot(i, t, p) for i, (t, p) in enumerate(zip(found.toponyms, found.places, strict=True))]

    def build(self) -> Record:
        """The record of the report (its ``report`` part is the caller's)."""
        settings = self._settings()
        parties = Parties(self.sentences, self.know.actors, self.report.publisher)
        attacks = Attacks(self.text, self.sentences, self.know.actors, self.know.groups)
        grouper = Grouper(self.text, self.sentences, (self.know.actors, self.know.groups), attacks)
        claims: list[Claim] = []
        for n, count in enumerate(self.counts):
            owner = self.owners[n]
            source = self.statements[owner].source if owner is not None else None
            countries = (self.found.places[i].place.country for i in settings[n].places)
            sides = parties.sides(source, next((c for c in countries if c), None))
            group = grouper.group(count, sides)
            claims.append(self._claim(n, settings[n], group, attacks))
        return Record(
            report=ReportInfo(), statements=self.statements, claims=tuple(claims), abstentions=(),
            reasons=tuple(self.reasons),
        )  # fmt: skip

    # -- where and when --------------------------------------------------------------------------------------------

    def _settings(self) -> list[Setting]:
        found, places, title = self.found, self.know.place_words, self.report.title or ""
        timeline = Timeline(self.text, found.context, self.know.dates, places.events)
        moments = timeline.read(found.dates, self.quotes, list(zip(self.told, self.statements, strict=True)))
        words = Words(places, self.know.saying)
        dating = Dating(timeline.joined, timeline.anaphoric)
        clauses = Clauses(self.sentences, Told(self.spots, moments), dating, words)
        scenes = Scenes(clauses, self.counts, self._cues(moments), self._running)
        frame = Frame(title, timeline.period(title, self.sentences), timeline.live_day())
        self.running = scenes.running
        return [self._before_said(n, setting) for n, setting in enumerate(scenes.assign(frame))]

    def _running(self, n: int, here: Told) -> bool:
        count = self.counts[n]
        return running_total(self.text, self.sentences[count.sentence], count, here, self.know.hedges)

    def _cues(self, moments: Sequence[Moment]) -> dict[int, list[Range]]:
        """By sentence, the stretches whose places and dates are those of a saying."""
        out: dict[int, list[Range]] = {}
        periods = [m.start for m in moments if m.interval is not None and lasting(m.interval) >= _WEEKS]
        for u in self.told:
            stretch = [(u.source[0], u.cue[1])]
            inside = any(a <= u.source[0] < b for a, b in u.content)
            if inside or u.source[0] >= u.cue[0] or u.head[0] != u.sentence:
                stretch = [u.cue]
            said = [r for r in u.group if not (u.aside and r[1] <= u.source[0]) and not self._of_content(u, r, periods)]
            begin = self.text.rfind(";", self.sentences[u.sentence].start, min(u.source[0], u.cue[0])) + 1
            said = [(max(a, begin), b) for a, b in said if b > begin]
            out.setdefault(u.sentence, []).extend(_minus([*_without_lead(said, u), *stretch], u.content))
        return out

    def _of_content(self, u: Utterance, r: Range, periods: Sequence[int]) -> bool:
        """The stretch belongs to what is told: it follows its noun ("confirmed 29 deaths on Sunday"), dates a total."""
        if u.rule.removeprefix("cue-") not in self.know.cues.number_needed or r[0] <= min(a for a, _ in u.content):
            return False
        before = next((t for t in reversed(self.sentences[u.sentence].tokens) if t.end <= r[0]), None)
        noun = before is not None and (before.tag in ("NNS", "NN", "VBN", "JJ") or before.name == "people")
        return noun or any(r[0] <= p < r[1] for p in periods)

    def _before_said(self, n: int, setting: Setting) -> Setting:
        """A statement made before a happening was over is not about it: an inherited later time is dropped."""
        owner, time = self.owners[n], setting.interval
        if owner is None or time is None or time.end is None or setting.time_rule == "own-clause":
            return setting
        said = self._said(owner)
        if said is None or said.end is None or said.end >= time.end:
            return setting
        if time.start and said.end >= time.start and lasting(time) >= _SOME_DAYS:
            return setting._replace(interval=Interval(start=time.start, end=said.end))
        own = setting.place_rule == "own-clause"
        places = setting.places if own else tuple(i for i in setting.places if self.spots[i].broad)
        return setting._replace(interval=None, time_rule="said-before", places=places)

    def _said(self, owner: int) -> Interval | None:
        """When the statement was made, by itself or by the same source's before it in this or the last paragraph."""
        paragraph = self.sentences[self.told[owner].sentence].paragraph
        for k in range(owner, -1, -1):
            if self.sentences[self.told[k].sentence].paragraph not in (paragraph, paragraph - 1):
                return None
            same = self.statements[k].source.name == self.statements[owner].source.name
            if same and self.statements[k].said is not None:
                return self.statements[k].said
        return None

    # -- claims ----------------------------------------------------------------------------------------------------

    def _owners(self) -> list[int | None]:
        """For each count the statement that holds it most closely, or None. One sweep over the text."""
        stretches = sorted(
            (a, b, n) for n, u in enumerate(self.told) if u.stance != "declines" for a, b in u.content
        )  # fmt: skip
        out: dict[int, int | None] = {}
        open_now: list[tuple[int, int, int]] = []
        at = 0
        for n in sorted(range(len(self.counts)), key=lambda k: self.counts[k].number.core_start):
            start = self.counts[n].number.core_start
            while at < len(stretches) and stretches[at][0] <= start:
                open_now.append(stretches[at])
                at += 1
            open_now = [r for r in open_now if r[1] > start]
            out[n] = min(((b - a, k) for a, b, k in open_now), default=(0, None))[1]
        return [out[n] for n in range(len(self.counts))]

    def _claim(self, n: int, setting: Setting, group: Group, attacks: Attacks) -> Claim:
        count, owner = self.counts[n], self.owners[n]
        s = self.sentences[count.sentence]
        utterance = self.told[owner] if owner is not None else None
        means = attacks.means(count)
        certainty, hedge = certainty_of(s, count, utterance, self.know.hedges)
        cumulative = self.running[n] or (setting.interval is not None and lasting(setting.interval) >= _LONG)
        number = count.number
        self._reasons(n, [("places", setting.place_rule), ("time", setting.time_rule), ("certainty", hedge)])
        if means:
            words = self._span(means[1].start, means[1].end)
            self.reasons.append(Reason(item=f"c{n + 1}", field="means", rule="word", words=words))
        return Claim(
            id=f"c{n + 1}", statement=self.statements[owner].id if owner is not None else None,
            quantity=Quantity(
                start=number.start, end=number.end, text=number.text, low=number.low, high=number.high,
                approximate=number.approximate,
            ),
            outcome=count.outcome, group=group, attacker=attacks.attacker(count, group.affiliation),
            means=means[0] if means else None, places=self._places(setting), time=setting.interval,
            scope="cumulative" if cumulative else "incident", certainty=certainty,
            negated=denied(self.text, s, count, utterance, self.know.hedges), part_of=self._parent(n),
        )  # fmt: skip

    def _reasons(self, n: int, rules: Sequence[tuple[str, str | None]]) -> None:
        """Notes how each field was found: the outcome by its word, the others by rule."""
        count = self.counts[n]
        tokens = self.sentences[count.sentence].tokens
        trigger = tokens[count.trigger] if 0 <= count.trigger < len(tokens) else None
        words = self._span(trigger.start, trigger.end) if trigger else None
        self.reasons.append(Reason(item=f"c{n + 1}", field="outcome", rule=count.rule, words=words))
        self.reasons += [Reason(item=f"c{n + 1}", field=f, rule=rule, words=None) for f, rule in rules if rule]

    def _places(self, setting: Setting) -> tuple[Place, ...]:
        named: dict[str, Place] = {}
        for i in setting.places:
            named.setdefault(self.found.places[i].place.name, self.found.places[i].place)
        return tuple(named.values())

    def _parent(self, n: int) -> str | None:
        count = self.counts[n]
        parent = count.parent
        if parent == -2:  # a part of the last whole of its outcome
            wholes = (k for k in range(n - 1, -1, -1) if self.counts[k].parent == -1)
            parent = next((k for k in wholes if self.counts[k].outcome == count.outcome), -1)
        if parent < 0 or parent == n or self.counts[parent].outcome != count.outcome:
            return None
        return f"c{parent + 1}"

    def _span(self, a: int, b: int) -> Span:
        return Span(start=a, end=b, text=self.text[a:b])


def _spot(i: int, t: Toponym, found: Resolved) -> Spot:
    place = found.place
    return Spot(
        t.start, t.end, t.sentence, t.prep, index=i, name=place.name, within=t.within,
        broad=place.precision in ("region", "country") and t.hint != "settlement" and found.code is None,
        country=t.hint == "country", goal=t.goal, heading=t.heading,
    )  # fmt: skip


def _without_lead(ranges: Sequence[Range], u: Utterance) -> list[Range]:
    """The cue's stretches, without a leading adverbial that belongs to what is said between."""
    early = min(u.source[0], u.cue[0])
    return [(early if u.aside and a < u.source[0] < b and a < u.cue[0] else a, b) for a, b in ranges]


def _minus(ranges: Sequence[Range], content: Sequence[Range]) -> list[Range]:
    """The stretches without what is said."""
    out = list(ranges)
    for c, d in content:
        cut: list[Range] = []
        for a, b in out:
            if d <= a or c >= b:
                cut.append((a, b))
            else:
                cut.extend(r for r in ((a, c), (d, b)) if r[0] < r[1])
        out = cut
    return out
