"""Attributions of one report -> its statements: nested ones resolved to source and relay, quotations that go on,
speakers named, channel and day of saying.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from counterclaim.drafts import Range, Utterance
from counterclaim.parse import Sentence, Token
from counterclaim.records import Interval, Mode, Reason, Report, Span, Statement
from counterclaim.resolve.actors import Speakers, channel

_THINKING = frozenset({"cue-believe", "cue-estimate", "cue-assess", "cue-reckon", "cue-suspect", "cue-think", "cue-calculate"})


class Voices:
    """One report's statements. ``know`` is the pipeline's Knowledge."""

    def __init__(self, report: Report, know: Any, sentences: Sequence[Sentence], quotes: Sequence[Range]) -> None:
        self.report, self.know, self.text = report, know, report.text
        self.sentences, self.quotes = sentences, quotes
        self.reasons: list[Reason] = []

    def span(self, a: int, b: int) -> Span:
        return Span(start=a, end=b, text=self.text[a:b])

    def read(self, utterances: Sequence[Utterance], moments: Sequence[Any]) -> tuple[list[Utterance], tuple[Statement, ...]]:
        """The utterances that stand, in order, and the statement of each."""
        told = self._quoted_on(self._nested([self._whole_quotes(u) for u in utterances]))
        return told, self._statements(told, moments)

    def _whole_quotes(self, u: Utterance) -> Utterance:
        """Content that starts or ends inside a quotation takes the whole of it where the quotation crosses the sentence."""
        s = self.sentences[u.sentence]
        out = []
        for a, b in u.content:
            for q in self.quotes:
                if q[0] < s.start < q[1] and a <= q[1] and b > s.start and a - s.start < 3:
                    a = q[0]
                if q[0] >= a and q[0] < b <= q[1] and q[1] > s.end:
                    b = q[1]
                if q[0] == a - 1 and q[1] <= b + 2 and q[1] > a:
                    a = q[0]
                if b < q[1] <= b + 2 and q[0] >= a:
                    b = q[1]
            out.append((a, b))
        return msgspec.structs.replace(u, content=tuple(out))

    def _nested(self, utterances: Sequence[Utterance]) -> list[Utterance]:
        """An attribution inside another's content: a relaying medium, or somebody telling another's estimate, becomes via."""
        gone: set[int] = set()
        out = list(utterances)
        for j, inner in enumerate(out):
            for i, outer in enumerate(out):
                if i == j or i in gone or outer.sentence != inner.sentence or not any(a <= inner.cue[0] < b for a, b in outer.content):
                    continue
                if outer.stance == "denies" or inner.stance == "declines":
                    continue
                size = sum(b - a for a, b in outer.content) or 1
                share = sum(b - a for a, b in inner.content) / size
                relays = self._is_media(outer) and share >= 0.35
                if relays or (inner.rule in _THINKING and share >= 0.5):
                    gone.add(i)
                    out[j] = msgspec.structs.replace(out[j], via=(*outer.via, outer.source, *out[j].via), group=(*out[j].group, *outer.group))
        return [u for k, u in enumerate(out) if k not in gone]

    def _is_media(self, u: Utterance) -> bool:
        head = self.sentences[u.head[0]].tokens[u.head[1]]
        return head.name == "media" or head.lower in self.know.speakers.media

    def _quoted_on(self, utterances: list[Utterance]) -> list[Utterance]:
        """Quotations without a cue of their own go on with the speaker of the quotation before them in the paragraph."""
        taken = [r for u in utterances for r in (*u.content, u.cue)]
        out = list(utterances)
        for q in self.quotes:
            if q[1] - q[0] < 15 or any(a < q[1] and b > q[0] for a, b in taken):
                continue
            inside = self.text[q[0] + 1 : q[1] - 1].strip()
            if not inside or not inside[0].isupper() or inside[-1] not in ".!?…,":
                continue
            before = [u for u in utterances if max(b for _, b in u.content) <= q[0] and u.cue[0] < q[0]]
            if not before or "\n" in self.text[before[-1].cue[0] : q[0]] and not self._running_on(before[-1], q):
                continue
            if len([s for s in self.sentences if before[-1].cue[0] < s.start <= q[0]]) > 2:
                continue
            index = utterances.index(before[-1])
            out.append(msgspec.structs.replace(before[-1], content=(q,), rule="quote-goes-on", follows=index))
        out.sort(key=lambda u: (min(u.content[0][0], u.cue[0]), u.cue))
        return out

    def _running_on(self, u: Utterance, q: Range) -> bool:
        """The speaker's quotation ended a paragraph without a closing mark."""
        end = max(b for _, b in u.content)
        return self.text.find("\n", end) + 1 == q[0] and self.text[end - 1] not in '"”'

    def _statements(self, told: Sequence[Utterance], moments: Sequence[Any]) -> tuple[Statement, ...]:
        know = self.know
        who = Speakers(self.text, self.sentences, know.actors, know.speakers, self.report.publisher)
        out: list[Statement] = []
        last_channel: str | None = None
        for n, u in enumerate(told):
            sid = f"s{n + 1}"
            source = who.resolve(u)
            words = " ".join(self.text[a:b] for a, b in u.group)
            verb = know.cues.verbs.get(self.text[slice(*u.cue)].casefold(), "")
            where = channel(words, verb, know.channels, know.channel_verbs)
            head = self.sentences[u.head[0]].tokens[u.head[1]]
            if head.lower in know.speakers.documents:
                where = channel(head.text, "", know.channels, {}) if last_channel in (None, "statement", "post") or head.lower not in ("post", "statement") else last_channel
            last_channel = where or last_channel
            tokens = self._tokens(u)
            via = [*u.via, *((t.start, t.end) for t in tokens if t.name == "media" and not any(a <= t.start < b for a, b in (*u.via, u.source)))]
            out.append(
                Statement(
                    id=sid, source=source, via=who.via(via, {t.start: t for t in self.sentences[u.sentence].tokens}), cue=self.span(*u.cue),
                    content=tuple(self.span(a, b) for a, b in u.content), mode=self._mode(u), stance=u.stance, channel=where, said=self._said(u, moments),
                )  # fmt: skip
            )
            self.reasons.append(Reason(item=sid, field="source", rule=u.rule, words=self.span(*u.cue)))
        return tuple(out)

    def _tokens(self, u: Utterance) -> list[Token]:
        return [t for t in self.sentences[u.sentence].tokens if any(a <= t.start < b for a, b in u.group)]

    def _mode(self, u: Utterance) -> Mode:
        total = sum(b - a for a, b in u.content)
        quoted = sum(max(0, min(b, q[1]) - max(a, q[0])) for a, b in u.content for q in self.quotes)
        return "direct" if quoted >= total - 2 else "mixed" if quoted else "indirect"

    def _said(self, u: Utterance, moments: Sequence[Any]) -> Interval | None:
        for m in moments:
            if m.interval is None or m.role not in ("at",):
                continue
            if any(a <= m.start < b for a, b in u.group) and not any(a <= m.start < b for a, b in u.content):
                if u.aside and m.start < u.source[0] and m.start < u.cue[0]:
                    continue
                return Interval(start=m.interval.start, end=m.interval.end)
        return None
