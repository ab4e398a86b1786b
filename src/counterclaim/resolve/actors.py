"""Who a speaker is: pronouns, titles and short names resolved to the speaker's fullest name in the report.

Knows the actors of ``knowledge/actors``; everything else comes from the report itself: full names, acronyms in
brackets after their expansion, descriptions beside a name ("the governor, Serhii Lysak").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from counterclaim.drafts import Range, Utterance
from counterclaim.knowledge import ActorIndex
from counterclaim.parse import Sentence, Token
from counterclaim.records import Source, SourceKind, Span, Via

_PRONOUNS = frozenset("he she it they him her them who which that we i his its their one both neither none some all".split())
_PARTICLES = frozenset("al el bin ibn van von de da di du la le ul ur ud of".split())
_MARK = re.compile(r"[\"“”‘’']+")
_ARTICLE = re.compile(r"^(?:the|a|an|its|his|her|their|our|one|another)\s+", re.I)


class SpeakerWords(msgspec.Struct, frozen=True):
    """Word classes that say what kind of speaker a phrase names."""

    kinds: tuple[tuple[SourceKind, frozenset[str]], ...]
    persons: frozenset[str]
    bodies: frozenset[str]
    documents: frozenset[str]
    media: frozenset[str]


def load_words(data: Any) -> SpeakerWords:
    """Compile the speaker classes of ``statements.yaml``."""
    speakers = data["speakers"]
    return SpeakerWords(
        kinds=tuple((k, frozenset(v)) for k, v in data["kinds"].items()), persons=frozenset(speakers["persons"]),
        bodies=frozenset(speakers["bodies"]), documents=frozenset(speakers["documents"]), media=frozenset(data["media_nouns"]),
    )  # fmt: skip


class _Entity(msgspec.Struct):
    """A speaker met in the report so far."""

    name: str
    heads: set[str]
    words: set[str]
    actor: str = ""
    person: bool = False
    plural: bool = False
    kind: SourceKind = "other"
    affiliation: str | None = None


def _clean(text: str) -> str:
    text = _MARK.sub("", text).strip(" ,.;:-–—")
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" s$", "", text)
    return _ARTICLE.sub("", text)


def person_names(sentences: Sequence[Sentence]) -> dict[str, str]:
    """Last word of each full personal name of the report -> the full name ("Kirby" -> "John Kirby")."""
    out: dict[str, str] = {}
    places: set[str] = set()
    for s in sentences:
        i, tokens = 0, s.tokens
        while i < len(tokens):
            j = i
            while j < len(tokens) and _in_name(tokens[j], j > i) and (j == i or tokens[j].start - tokens[j - 1].end <= 1):
                j += 1
            while j > i and tokens[j - 1].lower in _PARTICLES:
                j -= 1
            place = i > 0 and tokens[i - 1].lower in ("in", "at", "near", "around", "outside", "from", "north", "south", "east", "west")
            if place:
                places.add(tokens[i].text)
            if j - i >= 2 and not place:
                words = [t.text for t in tokens[i:j]]
                while len(words) > 2 and _titled(words[0]):
                    words = words[1:]
                name = _glue(tokens[i:j], words)
                for part in (words[-1], *words[:1]):
                    have = out.get(part)
                    if have is None or (len(name) > len(have) and have in name):
                        out[part] = name
            i = max(j, i + 1)
    return {k: v for k, v in out.items() if v.split()[0] not in places}


def _glue(tokens: Sequence[Token], words: Sequence[str]) -> str:
    kept = tokens[len(tokens) - len(words) :]
    out = kept[0].text
    for a, b in zip(kept, kept[1:], strict=False):
        out += (" " if b.start > a.end else "") + b.text
    return out


def _in_name(token: Token, inner: bool) -> bool:
    if token.name:
        return False
    if token.tag in ("NNP", "NNPS") and token.text[:1].isupper():
        return True
    return inner and (token.lower in _PARTICLES or token.text == "-")


_TITLES = frozenset("Mr Mrs Ms Dr Gen Col Maj Lt Brig Capt Sgt Adm Maj. Gen. Col. Lt. Brig. Brigadier General Colonel Major Lieutenant Captain President Minister Prime Secretary Governor Mayor Spokesman Spokeswoman Chief Foreign Defence Defense Sir Sheikh Ayatollah Pope King Prince Senator Sen. Rep. Ambassador Director Chairman Inspector Vice Deputy Field Marshal Admiral Commander Special Envoy Press State Union Home Interior Health SP IG DG Mr. Mrs. Ms. Dr.".split())


def _titled(word: str) -> bool:
    return word in _TITLES or word.rstrip(".") in _TITLES


def expansions(text: str) -> dict[str, str]:
    """Acronyms the report expands itself: "Jama'at ... (JNIM)" -> {"JNIM": "Jama'at ..."}."""
    out: dict[str, str] = {}
    for found in re.finditer(r"((?:[A-ZÀ-Þ][\w'’.\-]*[ ,]+(?:(?:of|the|for|and|al|wal|to|on|de|des|in)\s+){0,2}){1,9})\(([A-Z][A-Za-z\-]{1,9})\)", text):
        words, short = found.group(1).strip(" ,"), found.group(2)
        parts = words.split()
        letters = [c for c in short if c.isupper()]
        initials = [p for p in parts if p[:1].isupper()]
        take = next((k for k in range(len(parts)) if parts[k][:1].upper() == letters[0] and len([p for p in parts[k:] if p[:1].isupper()]) <= len(letters) + 2), 0)
        if len(initials) >= 2 or len(parts) == 1:
            out.setdefault(short, " ".join(parts[take:]) if len(initials) > len(letters) + 1 else words)
    return out


def _is_person(shape: str) -> bool:
    return shape == "person"


def _is_plural(shape: str) -> bool:
    return shape in ("plural", "bodies")


def _is_body(shape: str) -> bool:
    return shape in ("body", "document")


class Speakers:
    """Resolves the speakers of one report, in order of the text."""

    def __init__(self, text: str, sentences: Sequence[Sentence], index: ActorIndex, words: SpeakerWords, publisher: str) -> None:
        self.text, self.sentences, self.index, self.words = text, sentences, index, words
        self.names = person_names(sentences)
        self.full = expansions(text)
        self.publisher = publisher.casefold()
        bare = re.sub(r"\s*\(.*", "", publisher).removeprefix("The ").removeprefix("the ")
        self.publishing = index.forms.get(bare, ("", ""))[1]
        self.known: list[_Entity] = []
        self.mentions: list[tuple[int, _Entity, str]] = []
        self.longest: dict[str, str] = {}
        for s in sentences:
            for t in s.tokens:
                if t.actor and t.name in ("state", "body", "media", "people") and len(t.text) > len(self.longest.get(t.actor, "")):
                    self.longest[t.actor] = t.text

    # -- what a phrase says ----------------------------------------------------------------------------------------

    def _token(self, head: tuple[int, int]) -> Token:
        return self.sentences[head[0]].tokens[head[1]]

    def _described(self, head: tuple[int, int], source: Range) -> tuple[list[Token], list[Token]]:
        """(tokens of the source's phrase, tokens of what stands in apposition to it)."""
        s = self.sentences[head[0]]
        inside = [t for t in s.tokens if source[0] <= t.start < source[1]]
        near: list[Token] = []
        for k in s.children[head[1]]:
            if s.tokens[k].dep == "appos":
                near.extend(s.tokens[m] for m in s.subtree(k))
        up = s.tokens[head[1]]
        if up.dep == "appos":
            near.extend(s.tokens[m] for m in s.subtree(up.head))
        return inside, near

    def kind_of(self, tokens: Sequence[Token]) -> tuple[SourceKind, str | None]:
        """(kind, affiliation) that the words of a phrase tell."""
        affiliation: str | None = None
        found: SourceKind | None = None
        lower = {t.lower.strip(".") for t in tokens} | {t.lower for t in tokens}
        for token in tokens:
            actor = self.index.by_id.get(token.actor) if token.actor else None
            if actor is None:
                continue
            if affiliation is None:
                affiliation = actor.affiliation
            if token.name in ("body", "media", "people") and actor.type not in ("state", "territory", "people") and found is None:
                found = actor.kind
        for kind, many in self.words.kinds:
            if lower & many:
                if kind in ("anonymous", "witness") or found is None:
                    return kind, affiliation
                break
        if found is None:
            named = [t for t in tokens if t.name in ("state", "capital")]
            found = "government" if named and len(tokens) <= 2 else "other"
        return found, affiliation

    # -- resolving -------------------------------------------------------------------------------------------------

    def resolve(self, u: Utterance) -> Source:
        """The source of one utterance; call in order of the text."""
        s = self.sentences[u.head[0]]
        head = s.tokens[u.head[1]]
        words = self.text[u.source[0] : u.source[1]]
        inside, near = self._described(u.head, u.source)
        proper = self._proper(inside) or self._proper(near)
        entity: _Entity | None = None
        if head.lower in _PRONOUNS and not proper:
            entity = self._antecedent(head, u)
        elif proper:
            entity = self._named(proper, inside, near)
        else:
            actor = next((t for t in [head, *inside] if t.actor and t.name in ("body", "media", "people", "state", "capital")), None)
            entity = self._definite(head, inside) if actor is None or head.lower in self.words.documents or actor is not head else None
            if entity is None and actor is not None and actor is head:
                entity = self._actor(actor, inside)
        if entity is None:
            kind, affiliation = self.kind_of([*inside, *near])
            entity = _Entity(_clean(words) or words, {head.lower}, {t.lower for t in inside}, kind=kind, affiliation=affiliation, plural=head.tag in ("NNS", "NNPS"), person=head.lower in self.words.persons)
        entity.heads.add(head.lower)
        for t in [*inside, *near]:
            if t.lower in self.words.persons or t.lower in self.words.bodies:
                entity.heads.add(t.lower)
        if entity.kind == "other" or entity.affiliation is None:
            kind, affiliation = self.kind_of([*inside, *near])
            entity.kind = kind if entity.kind == "other" else entity.kind
            entity.affiliation = entity.affiliation or affiliation
        if any(e is entity for e in self.known):
            self.known = [e for e in self.known if e is not entity]
        self.known.append(entity)
        shape = "document" if head.lower in self.words.documents else self._shape(head) or ("person" if entity.person else "plural" if entity.plural else "body")
        if head.lower in _PRONOUNS:
            shape = "person" if entity.person else "plural" if entity.plural else "body"
        self.mentions.append((u.source[0], entity, shape))
        return Source(start=u.source[0], end=u.source[1], text=words, name=entity.name, kind=entity.kind, affiliation=entity.affiliation)

    def _proper(self, tokens: Sequence[Token]) -> str:
        """The personal name among the tokens, or ""."""
        run: list[Token] = []
        best: list[Token] = []
        for t in tokens:
            if _in_name(t, bool(run)) and (not run or t.start - run[-1].end <= 1):
                run.append(t)
            else:
                best, run = (run, []) if len(run) >= len(best) and run else (best, [])
        best = run if len(run) >= len(best) and run else best
        while best and (_titled(best[0].text) or best[0].lower in _PARTICLES or best[0].text == "-"):
            best = best[1:]
        while best and best[-1].lower in _PARTICLES:
            best = best[:-1]
        if not best:
            return ""
        name = best[0].text
        for a, b in zip(best, best[1:], strict=False):
            name += (" " if b.start > a.end else "") + b.text
        if len(best) == 1 and (best[0].lower in self.words.bodies or best[0].lower in self.words.persons):
            return ""
        return name

    def _named(self, name: str, inside: Sequence[Token], near: Sequence[Token]) -> _Entity:
        last = name.split()[-1]
        full = name if " " in name else self.names.get(last, self.full.get(name, name))
        for entity in reversed(self.known):
            if entity.name == full or last in entity.name.split() or full in entity.name:
                if len(full) > len(entity.name):
                    entity.name = full
                return entity
        kind, affiliation = self.kind_of([*inside, *near])
        heads = {t.lower for t in [*inside, *near] if t.lower in self.words.persons or t.lower in self.words.bodies}
        return _Entity(full, heads | {last.lower()}, {t.lower for t in inside}, person=True, kind=kind, affiliation=affiliation)

    def _actor(self, token: Token, inside: Sequence[Token]) -> _Entity:
        actor = self.index.by_id[token.actor]
        for entity in reversed(self.known):
            if entity.actor == token.actor:
                return entity
        name = self.full.get(token.text, self.longest.get(token.actor, token.text))
        if token.name == "capital":
            name = actor.name
        return _Entity(name, {token.lower}, {t.lower for t in inside}, actor=token.actor, kind=actor.kind, affiliation=actor.affiliation)

    def _definite(self, head: Token, inside: Sequence[Token]) -> _Entity | None:
        """"the minister", "the post", "his office": the latest speaker that such words fit."""
        first = inside[0].lower if inside else ""
        if first in ("a", "an", "another", "several", "some", "two", "three", "many", "other") or (head.tag == "NNS" and first not in ("the", "these", "those", "his", "its", "their")):
            return None
        if head.lower in self.words.documents and len(inside) <= 4:
            owner = next((t for t in inside if t.actor), None)
            return None if owner else next(iter(reversed(self.known)), None)
        own = {t.lower for t in inside if t is not head} - {"the", "a", "an", "'s", "his", "its", "their"}
        for entity in reversed(self.known):
            if head.lower in entity.heads or any(h.rstrip("s") == head.lower.rstrip("s") for h in entity.heads):
                if any(t.actor for t in inside) and not any(t.lower in entity.words for t in inside if t.actor):
                    continue
                if own and len(inside) > 3 and not own & entity.words:
                    continue
                if entity.plural and head.tag == "NN":
                    return _Entity(_clean(" ".join(t.text for t in inside)), {head.lower}, {t.lower for t in inside}, person=True, kind=entity.kind, affiliation=entity.affiliation)
                return entity
        return self._generic(head, first)

    def _generic(self, head: Token, first: str) -> _Entity | None:
        """A definite description that repeats no word of its speaker: "the diplomat", "the office"."""
        if first not in ("the", "this", "that"):
            return None
        shape = self._shape(head)
        for _, entity, other in reversed(self.mentions[-4:]):
            if shape == "person" and other == "person" or shape == "body" and other == "body" and (head.lower in self.words.media) == (entity.kind == "media"):
                return entity
        return None

    def _antecedent(self, head: Token, u: Utterance) -> _Entity | None:
        """The nearest speaker or subject before a pronoun that it can stand for."""
        if head.lower in ("he", "she", "him", "her", "his", "i", "who"):
            fits = _is_person
        elif head.lower in ("they", "them", "their", "both", "neither", "some", "all", "one", "none", "we"):
            fits = _is_plural
        else:
            fits = _is_body
        spoken = [(at, e) for at, e, shape in self.mentions if at < u.source[0] and fits(shape)]
        last = spoken[-1] if spoken else None
        subject = self._subject_before(u, fits)
        if subject and (last is None or subject[0] > last[0]):
            return subject[1]
        if last:
            return last[1]
        return self.known[-1] if self.known else None

    def _subject_before(self, u: Utterance, fits: Callable[[str], bool]) -> tuple[int, _Entity] | None:
        """A subject or agent named in this sentence or up to two before it in the paragraph."""
        here = self.sentences[u.head[0]]
        for back in range(3):
            k = u.head[0] - back
            if k < 0 or self.sentences[k].paragraph != here.paragraph:
                return None
            s = self.sentences[k]
            for t in reversed(s.tokens):
                if t.start >= u.source[0] or not (t.dep in ("nsubj", "nsubjpass", "appos") or (t.dep == "pobj" and s.tokens[t.head].dep == "agent")):
                    continue
                shape = self._shape(t)
                if shape and fits(shape):
                    inside = [s.tokens[m] for m in s.subtree(t.i) if s.tokens[m].dep not in ("relcl", "acl", "punct")]
                    inside = [x for x in inside if abs(x.i - t.i) <= 6]
                    proper = self._proper([x for x in inside if x.i <= t.i + 1]) or self._proper(inside)
                    if shape == "person" and proper:
                        return t.start, self._named(proper, inside, [])
                    if t.actor:
                        return t.start, self._actor(t, inside)
                    known = self._definite(t, inside)
                    kind, affiliation = self.kind_of(inside)
                    near = [x for x in inside if x.i <= t.i]
                    return t.start, known or _Entity(_clean(" ".join(x.text for x in near)), {t.lower}, {x.lower for x in inside}, person=shape == "person", plural=shape == "plural", kind=kind, affiliation=affiliation)
        return None

    def _shape(self, t: Token) -> str:
        """"person", "plural", "body", "document" or "" for what a noun can be spoken of as."""
        if t.name in ("people",):
            return "plural"
        if t.name in ("body", "media", "state", "capital"):
            return "body"
        if t.lower in self.words.persons:
            return "plural" if t.tag in ("NNS", "NNPS") or t.lower in ("people", "police", "staff", "both", "others") else "person"
        if t.lower in self.words.documents:
            return "document"
        if t.lower in self.words.bodies:
            return "bodies" if t.tag == "NNS" else "body"
        if t.tag == "NNP" and t.text in self.names:
            return "person"
        return ""

    def via(self, stretches: Sequence[Range], tokens_of: Mapping[int, Token]) -> tuple[Via, ...]:
        """Relays, named; the publisher itself is none."""
        out: list[Via] = []
        for a, b in stretches:
            words = self.text[a:b]
            token = tokens_of.get(a) or next((t for o, t in tokens_of.items() if a <= o < b and t.actor), None)
            name = self.longest.get(token.actor, token.text) if token and token.actor and token.name == "media" else _clean(words)
            if name and not self.is_publisher(name) and not self.is_publisher(_clean(words)):
                out.append(Via(name=name, start=a, end=b, text=words))
        return tuple(out)

    def is_speaking_publisher(self, words: str, head: Token) -> bool:
        """True where the speaker's phrase names the publisher in full, by its short form or by its surname."""
        own = self.publisher.removeprefix("the ")
        name = _clean(re.sub(r"\s*\(.*", "", words)).casefold()
        if head.actor and head.actor == self.publishing:
            return True
        person = own.split(",")[0]
        if name in (own, person) or f"({name})" in own or own.startswith((f"{name} (", f"{name} of ")) and " " in name:
            return True
        short = own.split(" ")[0] if len(own.split()) > 1 and len(own) < 40 else ""
        house = any(w in self.words.media for w in re.findall(r"[a-z]+", own))
        return bool(short) and house and name == short and not head.actor

    def is_publisher(self, name: str) -> bool:
        """True where the name is the report's publisher or the core of its name."""
        n = name.casefold().removeprefix("the ")
        own = self.publisher.removeprefix("the ")
        return bool(n) and (n == own or (len(n) > 2 and re.search(rf"\b{re.escape(n)}\b", own) is not None))


def channel(words: str, verb: str, table: Mapping[str, Sequence[str]], verbs: Mapping[str, str]) -> str | None:
    """Where something was said, by the words of the cue's own stretch."""
    low = f" {re.sub(r'[^a-z0-9-]+', ' ', words.casefold())} "
    for name, keys in table.items():
        for key in keys:
            if name == "X":
                if re.search(r"\b(?:on|to|via) X\b", words):
                    return name
            elif f" {key} " in low:
                return name
    return verbs.get(verb)


def span(text: str, where: Range) -> Span:
    """A Span of the stretch."""
    return Span(start=where[0], end=where[1], text=text[where[0] : where[1]])
