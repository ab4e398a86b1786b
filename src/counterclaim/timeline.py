"""The dates of one report as its settings need them, and what the report as a whole says of when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from counterclaim.drafts import Range, Utterance
from counterclaim.intervals import lasting
from counterclaim.marks import Moment
from counterclaim.parse import Sentence
from counterclaim.records import Interval, Statement
from counterclaim.resolve.date_rules import DateContext, DateLexicon
from counterclaim.resolve.dates import DateMention, combine, find, resolve_anaphoric

_OPENING = re.compile(r"(?:over|in|during|for|within) the (?:past|last|previous) ", re.IGNORECASE)
_STAMPED = re.compile(r"^(?:[01]?\d|2[0-3])[.:][0-5]\d\b", re.M)  # entries of a live page


class Timeline:
    """The date expressions of one text; without ``context`` (day of publication) it has none.

    ``events`` are nouns of happenings that a day may belong to.
    """

    def __init__(self, text: str, context: DateContext | None, lexicon: DateLexicon, events: frozenset[str]) -> None:
        self.text, self.context, self.lexicon, self.events = text, context, lexicon, events
        self.found: list[DateMention] = []

    def read(
        self, found: Sequence[DateMention], quotes: Sequence[Range], told: Sequence[tuple[Utterance, Statement]]
    ) -> list[Moment]:
        """The moments; those of a dated quotation and lengths of time are read against the day of saying. None lies
        after the day of publication."""
        if self.context is None:
            return []
        out = {m.start: m for m in found}
        for utterance, statement in told:
            said = statement.said
            if said is None or said.start is None or said.start != said.end:
                continue
            day = date.fromisoformat(said.start)
            then = DateContext(published=self.context.published, said=day, tense=self.context.tense)
            for a, b in utterance.content:
                for m in find(self.text, a, b, then, self.lexicon):
                    quoted = any(q[0] < m.start < q[1] for q in quotes)
                    if m.start in out and (quoted or m.role == "duration"):
                        out[m.start] = m
        self.found = [out[k] for k in sorted(out)]
        last = self.context.published.isoformat()
        return [self._moment(m, i, last) for i, m in enumerate(self.found) if not _ahead(m, last)]

    def _moment(self, m: DateMention, i: int, last: str) -> Moment:
        after = self.text[m.end : m.end + 60]
        words = [w.strip("'’,.;").lower() for w in after.split()[:5]]
        owner = after[:2] in ("'s", "’s") and any(w.rstrip("s") in self.events for w in words[:4])
        lead = self.text[max(0, m.start - 40) : m.start].lower().split()
        of = lead[-1:] == ["of"] and any(w.rstrip("s,") in self.events for w in lead[-4:-1])
        phrase = m.text.lower()
        return Moment(
            m.start, m.end, m.interval, m.role, m.grain, m.offset, i,
            names_event=owner or of,
            inverse=phrase.endswith(" after") or (m.role == "anaphoric" and words[:1] == ["after"]),
            now=m.role == "as_of" and m.interval is not None and m.interval.end == last,
            then="then" in phrase,
            inner=self._inner(m),
        )  # fmt: skip

    def _inner(self, m: DateMention) -> Interval | None:
        """Of "since August 2024" the days of August 2024."""
        begin = self.text.find(" ", m.start, m.end) + 1
        if m.role != "since" or not begin:
            return None
        inside = find(self.text, begin, m.end, self.context, self.lexicon) if self.context else ()
        return inside[0].interval if inside else None

    def joined(self, indexes: Sequence[int]) -> Interval | None:
        """The days that moments tell together."""
        return combine([self.found[i] for i in indexes], self.context) if self.context and indexes else None

    def anaphoric(self, index: int, antecedent: Interval) -> Interval | None:
        """The days of "the next morning" after ``antecedent``."""
        return resolve_anaphoric(self.found[index], antecedent)

    def live_day(self) -> Interval | None:
        """The day of a live page's entries: that of publication."""
        if self.context is None or len(_STAMPED.findall(self.text)) < 3:
            return None
        day = self.context.published.isoformat()
        return Interval(start=day, end=day)

    def period(self, title: str, sentences: Sequence[Sentence]) -> Interval | None:
        """The period that the headline, the first line or an opening "Over the past 24 hours" says is covered."""
        if self.context is None:
            return None
        first = self.text[: self.text.find("\n") + 1 or 200]
        headed = first if len(first) < 160 and not first.rstrip().endswith(".") else ""
        for line in (title, headed):
            for m in find(line, 0, len(line), self.context, self.lexicon):
                if m.role == "at" and m.interval is not None and lasting(m.interval) >= 2:
                    return m.interval
        for s in sentences[:3]:
            if _OPENING.match(self.text, s.start, s.end):
                told = find(self.text, s.start, s.end, self.context, self.lexicon)
                if told and told[0].interval:
                    return told[0].interval
        return None


def _ahead(m: DateMention, last: str) -> bool:
    """The expression tells of days after ``last``, which no count can."""
    if m.interval is None:
        return False
    if (m.interval.start or "") > last:
        return True
    return m.role in ("until", "at") and (m.interval.end or "") > last and m.interval.start is None
