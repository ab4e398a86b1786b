"""Attributions of one report -> its statements: nested ones resolved to source and relay, quotations that go on,
speakers named, channel and day of saying.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import Any

import msgspec

from counterclaim.drafts import Range, Utterance
from counterclaim.parse import Sentence, Token
from counterclaim.records import Interval, Mode, Reason, Report, Span, Statement
from counterclaim.resolve.actors import Speakers, channel

_PRONOUNS = frozenset({"he", "she", "it", "they", "we", "i"})
_OWN = frozenset({"we", "i", "our"})
_RELAYED, _TOLD = 0.5, 0.75  # share of the outer attribution that makes a medium, or anybody, its relay
_GOES_ON_OVER = 2  # sentences that may stand between a quotation and the one that goes on


class Voices:
    """One report's statements. ``know`` is the pipeline's Knowledge; work is linear in the report's length."""

    def __init__(self, report: Report, know: Any, sentences: Sequence[Sentence], quotes: Sequence[Range]) -> None:
        self.report, self.know, self.text = report, know, report.text
        self.sentences, self.quotes = sentences, quotes
        self.reasons: list[Reason] = []
        self.who = Speakers(self.text, sentences, know.actors, know.speakers, report.publisher)
        self._quote_starts = [q[0] for q in quotes]
        self._sentence_starts = [s.start for s in sentences]
        missing = "|".join(sorted(know.cues.missing))
        self._lacking = re.compile(
            rf"(?:that )?\w+(?: \w+)? (?:had|has|have) (?:yet )?no (?:\w+ )?(?:{missing})\b", re.I
        )

    def span(self, a: int, b: int) -> Span:
        return Span(start=a, end=b, text=self.text[a:b])

    def read(
        self, utterances: Sequence[Utterance], moments: Sequence[Any]
    ) -> tuple[list[Utterance], tuple[Statement, ...]]:
        """The utterances that stand, in order, and the statement of each."""
        whole = [self._lacks(self._whole_quotes(u)) for u in utterances if not self._own_voice(u)]
        nested = [u for _, many in groupby(whole, key=lambda u: u.sentence) for u in self._nested(list(many))]
        told = self._quoted_on(nested)
        return told, self._statements(told, sorted(moments, key=lambda m: m.start))

    def _near_quotes(self, a: int, b: int) -> Sequence[Range]:
        """Quotations that touch the stretch a..b."""
        first = max(0, bisect_right(self._quote_starts, a) - 1)
        return self.quotes[first : bisect_right(self._quote_starts, b)]

    def _own_voice(self, u: Utterance) -> bool:
        """The publisher speaking of itself makes no statement."""
        head = self.sentences[u.head[0]].tokens[u.head[1]]
        return head.lower in _OWN or self.who.is_speaking_publisher(self.text[u.source[0] : u.source[1]], head)

    def _lacks(self, u: Utterance) -> Utterance:
        """A refusal told as a clause: "said she had no information" declines."""
        if u.stance == "asserts" and self._lacking.match(self.text[slice(*u.content[0])]):
            return msgspec.structs.replace(u, stance="declines")
        return u

    def _whole_quotes(self, u: Utterance) -> Utterance:
        """Content that starts or ends inside a quotation takes the whole of it where that crosses the sentence."""
        s = self.sentences[u.sentence]
        out = []
        for start, end in u.content:
            a, b = start, end
            for q in self._near_quotes(start - 2, end + 2):
                if q[0] < s.start < q[1] and a <= q[1] and b > s.start and a - s.start < 3:
                    a = q[0]
                if a <= q[0] < b <= q[1] and q[1] > s.end:
                    b = q[1]
                if q[0] == a - 1 and a < q[1] <= b + 2:
                    a = q[0]
                if b < q[1] <= b + 2 and q[0] >= a:
                    b = q[1]
            out.append((a, b))
        return msgspec.structs.replace(u, content=tuple(out))

    def _nested(self, here: list[Utterance]) -> list[Utterance]:
        """An attribution that is what another one says: whoever tells it becomes its relay.

        "The BBC reported that the army had counted 30" is the army's via the BBC; "he said he believed" stays one
        attribution; a refusal that another tells is that other's statement.
        """
        gone: set[int] = set()
        out = list(here)
        for j, inner in enumerate(out):
            for i, outer in enumerate(out):
                if i == j or i in gone or j in gone or not any(a <= inner.cue[0] < b for a, b in outer.content):
                    continue
                if outer.stance in ("denies", "declines"):
                    continue
                forward = inner.content[0][0] > inner.cue[0]
                if inner.stance == "declines" or (forward and self._head(inner).lower in _PRONOUNS):
                    gone.add(j)
                    continue
                if self._share(inner, outer) >= (_RELAYED if self._is_media(outer) else _TOLD):
                    gone.add(i)
                    old = out[j]
                    out[j] = msgspec.structs.replace(
                        old, via=(*outer.via, outer.source, *old.via), group=(*old.group, *outer.group)
                    )
        return [u for k, u in enumerate(out) if k not in gone]

    @staticmethod
    def _share(inner: Utterance, outer: Utterance) -> float:
        """The part of what ``outer`` says that is ``inner``'s: its content, speaker and cue."""
        own = [*inner.content, *inner.group]
        covered = sum(max(0, min(b, y) - max(a, x)) for a, b in outer.content for x, y in own)
        return covered / (sum(b - a for a, b in outer.content) or 1)

    def _head(self, u: Utterance) -> Token:
        return self.sentences[u.head[0]].tokens[u.head[1]]

    def _is_media(self, u: Utterance) -> bool:
        head = self._head(u)
        return head.name == "media" or head.lower in self.know.speakers.media

    def _quoted_on(self, utterances: list[Utterance]) -> list[Utterance]:
        """Quotations without a cue of their own go on with the speaker of the one before them."""
        taken = sorted(r for u in utterances for r in (*u.content, u.cue))
        starts, reach = [r[0] for r in taken], list(accumulate((r[1] for r in taken), max))
        ends = sorted((max(b for _, b in u.content), n) for n, u in enumerate(utterances))
        out, at, index = list(utterances), 0, -1
        for q in self.quotes:
            while at < len(ends) and ends[at][0] <= q[0]:
                index = max(index, ends[at][1])
                at += 1
            left = bisect_left(starts, q[1])
            overlaps = left > 0 and reach[left - 1] > q[0]
            if index < 0 or overlaps or not self._is_sentence(q):
                continue
            last = utterances[index]
            if last.cue[0] >= q[0] or ("\n" in self.text[last.cue[0] : q[0]] and not self._running_on(last, q)):
                continue
            between = bisect_right(self._sentence_starts, q[0]) - bisect_right(self._sentence_starts, last.cue[0])
            if between <= _GOES_ON_OVER:
                out.append(msgspec.structs.replace(last, content=(q,), rule="quote-goes-on", follows=index))
        out.sort(key=lambda u: (min(u.content[0][0], u.cue[0]), u.cue))
        return out

    def _is_sentence(self, q: Range) -> bool:
        inside = self.text[q[0] + 1 : q[1] - 1].strip()
        return q[1] - q[0] >= 15 and inside[:1].isupper() and inside[-1] in ".!?…,"

    def _running_on(self, u: Utterance, q: Range) -> bool:
        """The speaker's quotation ended a paragraph without a closing mark."""
        end = max(b for _, b in u.content)
        return self.text.find("\n", end) + 1 == q[0] and self.text[end - 1] not in '"”'

    def _statements(self, told: Sequence[Utterance], moments: Sequence[Any]) -> tuple[Statement, ...]:
        out: list[Statement] = []
        last_channel: str | None = None
        starts = [m.start for m in moments]
        for n, u in enumerate(told):
            sid, source = f"s{n + 1}", self.who.resolve(u)
            where = self._channel(u, last_channel)
            last_channel = where or last_channel
            relays = self.who.via(self._relays(u), {t.start: t for t in self.sentences[u.sentence].tokens})
            out.append(
                Statement(
                    id=sid,
                    source=source,
                    via=relays,
                    cue=self.span(*u.cue),
                    content=tuple(self.span(a, b) for a, b in u.content),
                    mode=self._mode(u),
                    stance=u.stance,
                    channel=where,
                    said=self._said(u, moments, starts),
                )
            )
            self.reasons.append(Reason(item=sid, field="source", rule=u.rule, words=self.span(*u.cue)))
        return tuple(out)

    def _channel(self, u: Utterance, last: str | None) -> str | None:
        know = self.know
        verb = know.cues.verbs.get(self.text[slice(*u.cue)].casefold(), "")
        words = " ".join(self.text[a:b] for a, b in u.group)
        head = self._head(u)
        if head.lower not in know.speakers.documents:
            return channel(words, verb, know.channels, know.channel_verbs)
        again = head.lower in ("post", "statement") and last not in (None, "statement", "post")
        return last if again else channel(head.text, "", know.channels, {})

    def _relays(self, u: Utterance) -> list[Range]:
        """Stretches of the relaying bodies: those told of, and media named among the cue's own words."""
        out = list(u.via)
        for t in self.sentences[u.sentence].tokens:
            inside = t.name == "media" and any(a <= t.start < b for a, b in u.group)
            if inside and not any(a <= t.start < b for a, b in (*out, u.source)):
                out.append((t.start, t.end))
        for a, b in (*self._listeners(u), *self._carriers(u)):
            if not any(a < y and x < b for x, y in (*out, u.source, *u.content)):
                out.append((a, b))
        return out

    def _listeners(self, u: Utterance) -> list[Range]:
        """A house that no list knows, by its name right behind the verb of telling: "told Radio Lac that ..."."""
        tokens = self.sentences[u.sentence].tokens
        cue = next((t.i for t in tokens if t.start == u.cue[0]), None)
        if cue is None or self.know.cues.verbs.get(tokens[cue].lower) != "tell":
            return []
        k = cue + 1
        while k < len(tokens) and (tokens[k].tag in ("DT", "JJ") or tokens[k].lower in self.know.speakers.media):
            if tokens[k].text[:1].isupper():
                break
            k += 1
        run: list[Token] = []
        while k < len(tokens) and (tokens[k].tag in ("NNP", "NNPS", "HYPH") or (run and tokens[k].tag == "CD")):
            if tokens[k].name or self.know.speakers.names.titled(tokens[k].text):
                return []
            run.append(tokens[k])
            k += 1
        named = run and run[-1].lower not in self.know.speakers.bodies - self.know.speakers.media
        people = any(t.lower in self.know.speakers.persons for t in run)
        day = bool(run) and run[0].lower in self.know.cues.days
        return [(run[0].start, run[-1].end)] if named and not people and not day else []

    def _carriers(self, u: Utterance) -> list[Range]:
        """The media that carried it: "in a statement carried by local media"."""
        tokens = self.sentences[u.sentence].tokens
        out: list[Range] = []
        for t in tokens[:-2]:
            inside = any(a <= t.start < b for a, b in u.group)
            if not (inside and t.lower in self.know.cues.carried and tokens[t.i + 1].lower == "by"):
                continue
            for k in range(t.i + 2, min(len(tokens), t.i + 7)):
                if tokens[k].lower in self.know.speakers.media and tokens[k].tag[:1] == "N":
                    out.append((tokens[t.i + 2].start, tokens[k].end))
                    break
                if tokens[k].tag not in ("DT", "JJ", "NN", "NNP", "HYPH"):
                    break
        return out

    def _mode(self, u: Utterance) -> Mode:
        total = sum(b - a for a, b in u.content)
        quoted = sum(max(0, min(b, q[1]) - max(a, q[0])) for a, b in u.content for q in self._near_quotes(a, b))
        return "direct" if quoted >= total - 2 else "mixed" if quoted else "indirect"

    def _said(self, u: Utterance, moments: Sequence[Any], starts: Sequence[int]) -> Interval | None:
        """The day among the cue's own words, none of what is said."""
        for a, b in u.group:
            for m in moments[bisect_left(starts, a) : bisect_left(starts, b)]:
                if m.interval is None or m.role != "at" or any(x <= m.start < y for x, y in u.content):
                    continue
                if u.aside and m.start < u.source[0] and m.start < u.cue[0]:
                    continue
                return Interval(start=m.interval.start, end=m.interval.end)
        return None
