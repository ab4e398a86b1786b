"""Puts the stages' findings of one report together into its record: statements with their speakers, claims with all fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from counterclaim.clauses import EVENT_NOUNS, Clauses, Dating, Moment, Spot, Told, Words, lasting
from counterclaim.drafts import Count, Range, Utterance
from counterclaim.groups import Grouper, Sides
from counterclaim.hedges import certainty_of, denied, running_total
from counterclaim.parse import Sentence
from counterclaim.records import (
    Abstention,
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
from counterclaim.resolve.dates import DateContext, combine, resolve_anaphoric
from counterclaim.resolve.dates import find as find_dates
from counterclaim.settings import Frame, Scenes, Setting

_OPENING = re.compile(r"(?:over|in|during|for|within) the (?:past|last|previous) ", re.IGNORECASE)
_STAMPED = re.compile(r"^(?:[01]?\d|2[0-3])[.:][0-5]\d\b", re.M)  # entries of a live page


class Assembler:
    """One report's assembly. ``know`` is the pipeline's Knowledge."""

    def __init__(self, report: Report, know: Any, sentences: Sequence[Sentence], quotes: Sequence[Range]) -> None:
        self.report, self.know, self.text = report, know, report.text
        self.sentences, self.quotes = sentences, quotes
        self.reasons: list[Reason] = []
        self.abstentions: list[Abstention] = []

    def span(self, a: int, b: int) -> Span:
        return Span(start=a, end=b, text=self.text[a:b])

    def build(self, told: Sequence[Utterance], statements: tuple[Statement, ...], counts: Sequence[Count], spots: Any, moments: Any) -> Record:  # noqa: PLR0913, PLR0917
        """The record of the report (its ``report`` part is the caller's)."""
        claims = self._claims(counts, told, statements, spots, moments)
        return Record(report=ReportInfo(), statements=statements, claims=claims, abstentions=tuple(self.abstentions), reasons=tuple(self.reasons))

    # -- claims ----------------------------------------------------------------------------------------------------

    def _claims(self, counts: Sequence[Count], told: Sequence[Utterance], statements: Sequence[Statement], spots: Any, moments: Any) -> tuple[Claim, ...]:  # noqa: PLR0913, PLR0917
        toponyms, resolved = spots
        self.context = moments[1]
        found, context = self._told_then(moments[0], moments[1], told, statements), moments[1]
        kept = [Spot(t.start, t.end, t.sentence, t.prep, r.place.precision in ("region", "country") and t.hint != "settlement" and r.code is None, t.hint == "country", t.goal, t.heading, i, r.place.name, t.within) for i, (t, r) in enumerate(zip(toponyms, resolved, strict=True))]
        last = context.published.isoformat() if context else None
        times = [
            self._moment(m, i, last)
            for i, m in enumerate(found)
            if not (last and m.interval and ((m.interval.start or "") > last or (m.role in ("until", "at") and (m.interval.end or "") > last and m.interval.start is None)))
        ]

        self.broad = [k.broad for k in kept]

        def joined(indexes: Sequence[int]) -> Interval | None:
            return combine([found[i] for i in indexes], context) if context and indexes else None

        def anaphoric(index: int, antecedent: Interval) -> Interval | None:
            return resolve_anaphoric(found[index], antecedent)

        cues: dict[int, list[Range]] = {}
        for u in told:
            said = [r for r in u.group if not (u.aside and r[1] <= u.source[0])]
            stretch = [(u.source[0], u.cue[1])] if u.source[0] < u.cue[0] and u.head[0] == u.sentence else [u.cue]
            if any(a <= u.source[0] < b for a, b in u.content):
                stretch = [u.cue]
            periods = [m for m in times if m.interval is not None and lasting(m.interval) >= 28]
            first = min(a for a, _ in u.content)
            base = u.rule.removeprefix("cue-")
            said = [r for r in said if not (base in self.know.cues.number_needed and r[0] > first and self._after_noun(u, r[0]))]
            said = [r for r in said if not (base in self.know.cues.number_needed and r[0] > first and any(r[0] <= m.start < r[1] for m in periods))]
            begin = self.text.rfind(";", self.sentences[u.sentence].start, min(u.source[0], u.cue[0])) + 1
            said = [(max(a, begin), b) for a, b in said if b > begin]
            cues.setdefault(u.sentence, []).extend(_minus([*self._without(said, u), *stretch], u.content))
        words = Words(self.know.place_words.happenings, self.know.saying, self.know.place_words.buildings, self.know.place_words.receiving)
        clauses = Clauses(self.sentences, Told(kept, times), Dating(joined, anaphoric), words)
        scenes = Scenes(clauses, counts, cues, lambda n, here: running_total(self.text, self.sentences[counts[n].sentence], counts[n], here))
        settings = scenes.assign(self._frame(context))
        settings = [self._before_said(x, counts[n], told, statements) for n, x in enumerate(settings)]
        grouper = Grouper(self.text, self.sentences, self.know.actors, self.know.groups)
        home = self._home()
        groups: list[Group] = []
        out: list[Claim] = []
        for n, c in enumerate(counts):
            owner = self._owner(c, told)
            groups.append(grouper.group(c, groups, self._sides(statements[owner] if owner is not None else None, settings[n], resolved, home)))
            grouper.last.append(c.sentence)
            grouper.wholes.append(c.parent < 0)
            out.append(self._claim(n, c, (groups[-1], grouper), (owner, told, statements), (settings[n], scenes.told(c.sentence)), resolved, counts))
        return tuple(out)

    def _told_then(self, found: Sequence[Any], context: Any, told: Sequence[Utterance], statements: Sequence[Statement]) -> Sequence[Any]:
        """The date expressions, those of a dated quotation and lengths of time read against the day of saying."""
        out = {m.start: m for m in found}
        for u, statement in zip(told, statements, strict=True):
            said = statement.said
            if context is None or said is None or said.start is None or said.start != said.end:
                continue
            then = DateContext(published=context.published, said=date.fromisoformat(said.start), tense=context.tense)
            for a, b in u.content:
                for m in find_dates(self.text, a, b, then, self.know.dates):
                    quoted = any(q[0] < m.start < q[1] for q in self.quotes)
                    if m.start in out and (quoted or m.role == "duration"):
                        out[m.start] = m
        return [out[k] for k in sorted(out)]

    def _moment(self, m: Any, i: int, last: str | None) -> Moment:
        after = self.text[m.end : m.end + 60]
        words = [w.strip("'’,.;").lower() for w in after.split()[:5]]
        named = after[:2] in ("'s", "’s") and any(w.rstrip("s") in EVENT_NOUNS for w in words[:4])
        lead = self.text[max(0, m.start - 40) : m.start].lower().split()
        named = named or (len(lead) >= 2 and lead[-1] in ("of", "on") and any(w.rstrip("s,") in EVENT_NOUNS for w in lead[-4:-1]) and lead[-1] == "of")
        phrase = self.text[m.start : m.end].lower()
        inverse = phrase.endswith(" after") or (m.role == "anaphoric" and words[:1] == ["after"])
        return Moment(
            m.start, m.end, m.interval, m.role, m.grain, m.offset, i, named, inverse,
            m.role == "as_of" and m.interval is not None and m.interval.end == last, "then" in phrase, self._inner(m, i),
        )  # fmt: skip

    def _after_noun(self, u: Utterance, offset: int) -> bool:
        """The stretch follows the noun of what is told, not its number: "confirmed 29 deaths on Sunday"."""
        before = [t for t in self.sentences[u.sentence].tokens if t.end <= offset]
        return bool(before) and (before[-1].tag in ("NNS", "NN", "VBN", "JJ") or before[-1].name == "people")

    def _inner(self, m: Any, i: int) -> Interval | None:
        """Of "since August 2024" the days of August 2024."""
        if m.role != "since" or self.context is None:
            return None
        begin = self.text.find(" ", m.start, m.end) + 1
        inside = find_dates(self.text, begin, m.end, self.context, self.know.dates) if begin else ()
        return inside[0].interval if inside else None

    def _frame(self, context: Any) -> Frame:
        """The headline, the period that the headline or the first line says the report covers, and a live page's day."""
        title = self.report.title or ""
        if context is None:
            return Frame(title)
        stamped = len(_STAMPED.findall(self.text)) >= 3
        day = context.published.isoformat()
        period: Interval | None = None
        first = self.text[: self.text.find("\n") + 1 or 200]
        for line in (title, first if len(first) < 160 and not first.rstrip().endswith(".") else ""):
            told = [m for m in find_dates(line, 0, len(line), context, self.know.dates) if m.role == "at" and m.interval]
            days = [m.interval for m in told if lasting(m.interval) >= 2]
            period = period or (days[0] if days else None)
        for sentence in self.sentences[:3]:
            words = self.text[sentence.start : sentence.end]
            told = find_dates(self.text, sentence.start, sentence.end, context, self.know.dates) if _OPENING.match(words) else []
            period = period or next((m.interval for m in told[:1] if m.interval), None)
        return Frame(title, period, Interval(start=day, end=day) if stamped else None)

    def _before_said(self, setting: Setting, c: Count, told: Sequence[Utterance], statements: Sequence[Statement]) -> Setting:
        """A statement made before a happening was over is not about it: an inherited time later than the saying is dropped."""
        owner = self._owner(c, told)
        if owner is None or setting.interval is None or setting.time_rule == "own-clause" or setting.interval.end is None:
            return setting
        said, paragraph = statements[owner].said, self.sentences[told[owner].sentence].paragraph
        for k in range(owner, -1, -1):
            if said is not None or self.sentences[told[k].sentence].paragraph not in (paragraph, paragraph - 1):
                break
            if statements[k].source.name == statements[owner].source.name:
                said = statements[k].said
        if said is not None and said.end is not None and said.end < setting.interval.end:
            if setting.interval.start and said.end >= setting.interval.start and lasting(setting.interval) >= 3:
                return setting._replace(interval=Interval(start=setting.interval.start, end=said.end))
            places = setting.places if setting.place_rule == "own-clause" else tuple(i for i in setting.places if self.broad[i])
            return setting._replace(interval=None, time_rule="said-before", places=places)
        return setting

    def _without(self, ranges: Sequence[Range], u: Utterance) -> list[Range]:
        """The cue's stretches, without a leading adverbial that belongs to what is said between."""
        out = []
        for a, b in ranges:
            if u.aside and a < u.source[0] < b and a < u.cue[0]:
                a = min(u.source[0], u.cue[0])
            out.append((a, b))
        return out

    def _sides(self, statement: Statement | None, setting: Setting, resolved: Any, home: str | None) -> Sides:
        """The parties around a count: its speaker's or publisher's own, that one's enemy, and the country of the place."""
        source = statement.source if statement else None
        own = source.affiliation if source and source.kind in ("military", "government", "official") else None
        own = own if own in self.states else None
        if source is None:
            own = self.publisher_side
        country = next((resolved[i].place.country for i in setting.places if resolved[i].place.country), None)
        state = self.know.actors.state_of.get(country) if country else None
        place = self.know.actors.by_id[state].affiliation if state else None
        side = own or (source.affiliation if source else None)
        others = [a for a in self.parties if a != side]
        enemy = others[0] if side and others else None
        army = source is not None and source.kind == "military" and own is not None
        return Sides(own, enemy, place or home, army)

    def _home(self) -> str | None:
        """The country that the report is about: the one named most by place, demonym or capital."""
        seen: dict[str, int] = {}
        parties: dict[str, int] = {}
        for s in self.sentences:
            for t in s.tokens:
                actor = self.know.actors.by_id[t.actor] if t.actor else None
                if actor is None or not actor.affiliation or t.name == "media":
                    continue
                parties[actor.affiliation] = parties.get(actor.affiliation, 0) + 1
                if t.name in ("state", "adjective", "capital", "people") and actor.type == "state":
                    seen[actor.affiliation] = seen.get(actor.affiliation, 0) + 1
        ranked = sorted(seen, key=lambda c: -seen[c])
        self.parties = sorted(parties, key=lambda c: -parties[c])
        self.states = frozenset(seen)
        publisher = f" {self.report.publisher} "
        self.publisher_side = next(
            (a.affiliation for name, (cls, i) in self.know.actors.forms.items() if cls in ("state", "adjective") and f" {name} " in publisher and (a := self.know.actors.by_id[i]).affiliation), None
        )  # fmt: skip
        return ranked[0] if ranked and (len(ranked) == 1 or seen[ranked[0]] >= 2 * seen[ranked[1]]) else None

    def _owner(self, c: Count, told: Sequence[Utterance]) -> int | None:
        best, size = None, 0
        for n, u in enumerate(told):
            for a, b in u.content:
                if a <= c.number.core_start < b and (best is None or b - a < size) and u.stance != "declines":
                    best, size = n, b - a
        return best

    def _claim(self, n: int, c: Count, who: Any, said: Any, where: Any, resolved: Any, counts: Sequence[Count]) -> Claim:  # noqa: PLR0913, PLR0917
        cid = f"c{n + 1}"
        group, grouper = who
        owner, told, statements = said
        setting, here = where
        s = self.sentences[c.sentence]
        utterance = told[owner] if owner is not None else None
        means = grouper.means(c)
        places: list[Place] = []
        for i in setting.places:
            place = resolved[i].place
            if all(p.name != place.name for p in places):
                places.append(place)
        certainty, hedge = certainty_of(self.text, s, c, utterance)
        cumulative = running_total(self.text, s, c, here) or _long(setting.interval)
        number = c.number
        trigger = s.tokens[c.trigger] if 0 <= c.trigger < len(s.tokens) else None
        self.reasons.append(Reason(item=cid, field="outcome", rule=c.rule, words=self.span(trigger.start, trigger.end) if trigger else None))
        for field, rule in (("places", setting.place_rule), ("time", setting.time_rule), ("certainty", hedge)):
            if rule:
                self.reasons.append(Reason(item=cid, field=field, rule=rule, words=None))
        if means:
            self.reasons.append(Reason(item=cid, field="means", rule="word", words=self.span(means[1].start, means[1].end)))
        return Claim(
            id=cid, statement=statements[owner].id if owner is not None else None,
            quantity=Quantity(start=number.start, end=number.end, text=number.text, low=number.low, high=number.high, approximate=number.approximate),
            outcome=c.outcome, group=group, attacker=grouper.attacker(c, group.affiliation), means=means[0] if means else None, places=tuple(places),
            time=setting.interval, scope="cumulative" if cumulative else "incident", certainty=certainty,
            negated=denied(self.text, s, c, utterance), part_of=self._parent(n, c, counts),
        )  # fmt: skip

    def _parent(self, n: int, c: Count, counts: Sequence[Count]) -> str | None:
        if c.parent >= 0 and c.parent != n:
            return f"c{c.parent + 1}" if counts[c.parent].outcome == c.outcome else None
        if c.parent == -2:
            k = next((k for k in range(n - 1, -1, -1) if counts[k].outcome == c.outcome and counts[k].parent == -1), None)
            return f"c{k + 1}" if k is not None else None
        return None


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


def _long(interval: Interval | None) -> bool:
    """Two months or more are no single attack."""
    return interval is not None and lasting(interval) >= 60


__all__ = ["Assembler", "Setting", "Told"]
