"""Who a speaker is: pronouns, titles and short names resolved to the speaker's fullest name in the report.

Knows the actors of ``knowledge/actors``; everything else comes from the report itself: full names, acronyms in
brackets after their expansion, descriptions beside a name ("the governor, Serhii Lysak").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from counterclaim.drafts import Range, Utterance
from counterclaim.knowledge import ActorIndex
from counterclaim.parse import Sentence, Token
from counterclaim.records import Source, SourceKind, Via
from counterclaim.resolve.names import clean, expansions, person_names
from counterclaim.resolve.speaker_words import Entity, SpeakerWords, channel, kind_of, load_words, personal_name

__all__ = ["SpeakerWords", "Speakers", "channel", "expansions", "load_words", "person_names"]

_PRONOUNS = frozenset(
    [
        *("he", "she", "it", "they", "him", "her", "them", "who", "which", "that", "we", "i", "his", "its", "their"),
        *("one", "both", "neither", "none", "some", "all"),
    ]
)
_DEFINITE = frozenset({"the", "this", "that", "his", "her", "its", "their"})
_SPEAKING = frozenset({"body", "media", "people", "state", "capital"})
_RECENT = 6  # stretches of speech looked back upon


def _is_person(shape: str) -> bool:
    return shape in ("person", "any")


def _is_plural(shape: str) -> bool:
    return shape in ("plural", "bodies")


def _is_body(shape: str) -> bool:
    return shape in ("body", "document", "any")


class Speakers:
    """Resolves the speakers of one report, in order of the text."""

    def __init__(
        self, text: str, sentences: Sequence[Sentence], index: ActorIndex, words: SpeakerWords, publisher: str
    ) -> None:
        self.text, self.sentences, self.index, self.words = text, sentences, index, words
        self.names = person_names(sentences, words.names)
        self.full = expansions(text)
        self.publisher = publisher.casefold()
        bare = re.sub(r"\s*\(.*", "", publisher).removeprefix("The ").removeprefix("the ")
        self.publishing = index.forms.get(bare, ("", ""))[1]
        self.said: list[Range] = []
        self.roles: dict[str, list[tuple[int, str, int]]] = {}
        self.by_start: dict[int, Token] = {}
        self._present()
        self.known: list[Entity] = []
        self.mentions: list[tuple[int, Entity, str]] = []
        self.longest: dict[str, str] = {}
        for s in sentences:
            for t in s.tokens:
                if (
                    t.actor
                    and t.name in ("state", "body", "media", "people")
                    and len(t.text) > len(self.longest.get(t.actor, ""))
                ):
                    self.longest[t.actor] = t.text

    # -- what a phrase says ----------------------------------------------------------------------------------------

    def _described(self, head: tuple[int, int], source: Range) -> tuple[list[Token], list[Token]]:
        """(tokens of the source's phrase, tokens of what stands in apposition to it)."""
        s = self.sentences[head[0]]
        inside = [t for t in s.tokens if source[0] <= t.start < source[1]]
        near: list[Token] = []
        for k in s.children[head[1]]:
            if s.tokens[k].dep == "appos" and abs(s.tokens[s.subtree(k)[0]].start - source[1]) <= 3:
                near.extend(s.tokens[m] for m in s.subtree(k))
        up = s.tokens[head[1]]
        if up.dep == "appos" and inside and 0 < inside[0].i - up.head <= 3 and self._shape(s.tokens[up.head]):
            near.extend(t for t in (s.tokens[m] for m in s.subtree(up.head)) if t.start < source[0])
        if not near and head[1] + 1 < len(s.tokens):
            near = self._named_behind(s, inside[-1].i if inside else head[1])
        return inside, near

    def _named_behind(self, s: Sentence, last: int) -> list[Token]:
        """A name between commas right behind a role: "the military spokesman, Lt Gen Ahmed Sharif Chaudhry, ..."."""
        tokens, in_name = s.tokens, self.words.names.in_name
        if tokens[last].lower not in self.words.persons or last + 2 >= len(tokens) or tokens[last + 1].text != ",":
            return []
        run: list[Token] = []
        for t in tokens[last + 2 :]:
            opens = not run and t.text[:1].isupper() and t.i + 1 < len(tokens) and in_name(tokens[t.i + 1], False)
            if not (opens or in_name(t, bool(run)) or t.text == "."):
                break
            run.append(t)
        closed = last + 2 + len(run) >= len(tokens) or tokens[last + 2 + len(run)].text in (",", ".", ";")
        return run if len(run) >= 2 and closed else []

    # -- resolving -------------------------------------------------------------------------------------------------

    def _kind_of(self, tokens: Sequence[Token]) -> tuple[SourceKind, str | None]:
        return kind_of(tokens, self.words, self.index)

    def _name_in(self, tokens: Sequence[Token], head: Token | None = None) -> str:
        return personal_name(tokens, self.words, head)

    def resolve(self, u: Utterance) -> Source:
        """The source of one utterance; call in order of the text."""
        s = self.sentences[u.head[0]]
        head = s.tokens[u.head[1]]
        words = self.text[u.source[0] : u.source[1]]
        inside, near = self._described(u.head, u.source)
        proper = self._name_in(inside, head) or self._name_in(near)
        if proper and len(near) > 1 and near[0].text[:1].isupper() and near[1].text == proper.split()[0]:
            proper = f"{near[0].text} {proper}"  # "Khaing Min Thu", its first word no name to the tagger
        if not proper and head.text in self.names and not head.name and head.tag[:1] == "N":
            proper = head.text
        entity: Entity | None = None
        if head.lower in _PRONOUNS and not proper:
            entity = self._antecedent(head, u)
        elif proper:
            entity = self._named(proper, inside, near)
        else:
            actor = next(
                (
                    t
                    for t in [head, *inside]
                    if t.actor and (t.name in _SPEAKING or (t is head and t.name == "adjective"))
                ),
                None,
            )
            entity = (
                self._definite(head, inside)
                if actor is None or head.lower in self.words.documents or actor is not head
                else None
            )
            if entity is None and actor is not None and actor is head:
                entity = self._actor(actor, inside)
        if entity is None:
            kind, affiliation = self._kind_of([*inside, *near])
            entity = Entity(
                clean(words) or words,
                {head.lower},
                {t.lower for t in inside},
                kind=kind,
                affiliation=affiliation,
                plural=head.tag in ("NNS", "NNPS"),
                person=head.lower in self.words.persons,
            )
        entity.heads.add(head.lower)
        for t in [*inside, *near]:
            if t.lower in self.words.persons or t.lower in self.words.bodies:
                entity.heads.add(t.lower)
        if entity.kind == "other" or entity.affiliation is None:
            kind, affiliation = self._kind_of([*inside, *near])
            entity.kind = kind if entity.kind == "other" else entity.kind
            entity.affiliation = entity.affiliation or affiliation
        kind_now = entity.kind
        if not proper and head.lower not in _PRONOUNS and not head.actor and self._unnamed(s, u):
            entity.kind = kind_now = "anonymous"
        self.said.extend(u.content)
        if any(e is entity for e in self.known):
            self.known = [e for e in self.known if e is not entity]
        self.known.append(entity)
        shape = (
            "document"
            if head.lower in self.words.documents
            else self._shape(head) or ("person" if entity.person else "plural" if entity.plural else "any")
        )
        if proper and proper.split()[-1] in self.names and head.text not in proper:
            shape = "person"  # "Russia's UN envoy, Vasily Nebenzya"
        if head.lower in _PRONOUNS:
            shape = "person" if entity.person else "plural" if entity.plural else "body"
        self.mentions.append((u.source[0], entity, shape))
        return Source(
            start=u.source[0],
            end=u.source[1],
            text=words,
            name=entity.name,
            kind=kind_now,
            affiliation=entity.affiliation,
        )

    def _named(self, name: str, inside: Sequence[Token], near: Sequence[Token]) -> Entity:
        last = name.rsplit(maxsplit=1)[-1]
        full = name if " " in name else self.names.get(last, self.full.get(name, name))
        for entity in reversed(self.known):
            if entity.name == full or last in entity.name.split() or full in entity.name:
                if len(full) > len(entity.name):
                    entity.name = full
                return entity
        kind, affiliation = self._kind_of([*inside, *near])
        heads = {t.lower for t in [*inside, *near] if t.lower in self.words.persons or t.lower in self.words.bodies}
        return Entity(
            full, heads | {last.lower()}, {t.lower for t in inside}, person=True, kind=kind, affiliation=affiliation
        )

    def _actor(self, token: Token, inside: Sequence[Token]) -> Entity:
        actor = self.index.by_id[token.actor]
        for entity in reversed(self.known):
            if entity.actor == token.actor:
                return entity
        name = self.full.get(token.text, self.longest.get(token.actor, token.text))
        if token.name in ("capital", "adjective"):
            name = actor.name
        return Entity(
            name,
            {token.lower},
            {t.lower for t in inside},
            actor=token.actor,
            kind=actor.kind,
            affiliation=actor.affiliation,
        )

    def _definite(self, head: Token, inside: Sequence[Token]) -> Entity | None:
        """The latest speaker that such words fit: "the minister", "the post", "his office"."""
        first = inside[0].lower if inside else ""
        house = next(
            (t for t in inside if t.actor and t.name in ("body", "media") and t.i > head.i and t.i - head.i <= 2), None
        )
        if house is not None and house.dep in ("appos", "compound", "nmod", "nsubj", "pobj", "dobj"):
            return self._actor(house, inside)  # "the broadcaster DVB"
        if first in ("a", "an", "another", "several", "some", "two", "three", "many", "other") or (
            head.tag == "NNS" and first not in ("the", "these", "those", "his", "its", "their")
        ):
            return None
        if head.lower in self.words.documents and len(inside) <= 4:
            owner = next((t for t in inside if t.actor), None)
            return None if owner else next(iter(reversed(self.known)), None)
        named = any(t.tag in ("NNP", "NNPS") and t is not head and not self.words.names.titled(t.text) for t in inside)
        own = {t.lower for t in inside if t is not head} - {"the", "a", "an", "'s", "his", "its", "their"}
        for entity in reversed(self.known):
            if head.lower in entity.heads or any(h.rstrip("s") == head.lower.rstrip("s") for h in entity.heads):
                if any(t.actor for t in inside) and not any(t.lower in entity.words for t in inside if t.actor):
                    continue
                if own and len(inside) > 3 and not own & entity.words:
                    continue
                if entity.plural and head.tag == "NN":
                    return Entity(
                        clean(" ".join(t.text for t in inside)),
                        {head.lower},
                        {t.lower for t in inside},
                        person=True,
                        kind=entity.kind,
                        affiliation=entity.affiliation,
                    )
                return entity
        if named or first not in _DEFINITE:
            return None
        presented = self._presented(head)
        plain = all(t is head or t.lower in _DEFINITE for t in inside)
        plain = plain or (head.lower in self.words.generic and not any(t.tag[:3] == "NNP" or t.name for t in inside))
        return presented or (self._generic(head, first) if plain else None)

    def _presented(self, head: Token) -> Entity | None:
        """A person or body told of before it speaks of that role: "Idris Halloun, the mayor ... The mayor"."""
        fits = [at for at in self.roles.get(head.lower, ()) if at[0] < head.start]
        if not fits:
            return None
        _, kind, what = fits[-1]
        if kind == "actor":
            token = self.by_start[what]
            return self._actor(token, [token])
        return self._named(self.text[what : fits[-1][0]], [head], [])

    def _unnamed(self, s: Sentence, u: Utterance) -> bool:
        """True where the speaker's name is said to be kept back near the cue."""
        low = self.text[max(s.start, u.source[0] - 40) : min(s.end, max(u.source[1], u.cue[1]) + 120)].casefold()
        return any(words in low for words in self.words.unnamed)

    def _present(self) -> None:
        """Index, by role or noun, of the persons and bodies that the report names; one pass over its tokens."""
        lex = self.words.names
        for s in self.sentences:
            tokens = s.tokens
            for t in tokens:
                if t.name in ("body", "media") and t.actor:
                    self.by_start[t.start] = t
                    words = {w.casefold() for w in t.text.split()[-1:]} & self.words.bodies
                    for word in words | (self.words.house if t.name == "media" else frozenset()):
                        self.roles.setdefault(word, []).append((t.end, "actor", t.start))
                elif (
                    t.tag == "NNP"
                    and t.text in self.names
                    and not (t.i + 1 < len(tokens) and lex.in_name(tokens[t.i + 1], True))
                ):
                    first = t.i
                    while first > 0 and lex.in_name(tokens[first - 1], True) and not lex.titled(tokens[first - 1].text):
                        first -= 1
                    if first == t.i:
                        continue
                    ahead = tokens[max(0, first - 4) : first]
                    behind = tokens[t.i + 2 : t.i + 8] if t.i + 1 < len(tokens) and tokens[t.i + 1].text == "," else ()
                    roles = {x.lower for x in (*ahead, *behind)} & self.words.persons
                    for role in roles:
                        self.roles.setdefault(role, []).append((t.end, "name", tokens[first].start))

    def _generic(self, head: Token, first: str) -> Entity | None:
        """A definite description that repeats no word of its speaker: "the diplomat", "the office"."""
        if first not in ("the", "this", "that"):
            return None
        shape = self._shape(head)
        for _, entity, other in reversed(self.mentions[-4:]):
            described = not entity.name.rsplit(maxsplit=1)[-1][:1].isupper()
            if described and head.lower not in self.words.generic | self.words.house:
                continue  # told of by another noun, "the old man": no "the chief"
            if (shape == "person" and other == "person") or (
                shape == "body" and other == "body" and (head.lower not in self.words.house or entity.kind == "media")
            ):
                return entity
        return None

    def _antecedent(self, head: Token, u: Utterance) -> Entity | None:
        """The nearest speaker or subject before a pronoun that it can stand for."""
        if head.lower in ("he", "she", "him", "her", "his", "i", "who"):
            fits = _is_person
        elif head.lower in ("they", "them", "their", "both", "neither", "some", "all", "one", "none", "we"):
            fits = _is_plural
        else:
            fits = _is_body
        last = next(((at, e) for at, e, shape in reversed(self.mentions) if at < u.source[0] and fits(shape)), None)
        subject = self._subject_before(u, fits)
        if subject and (last is None or (subject[0] > last[0] and not subject[2])):
            return subject[1]
        if last:
            return last[1]
        return self.known[-1] if self.known else None

    def _subject_before(self, u: Utterance, fits: Callable[[str], bool]) -> tuple[int, Entity, bool] | None:
        """(offset, speaker, told of) of a subject or agent named up to two sentences before in the paragraph.

        Somebody told of inside what another says is a worse guess than the one who says it.
        """
        here = self.sentences[u.head[0]]
        told = [*self.said[-_RECENT:], *u.content]
        best: tuple[int, Entity, bool] | None = None
        for back in range(3):
            k = u.head[0] - back
            if k < 0 or self.sentences[k].paragraph != here.paragraph:
                break
            for t in reversed(self.sentences[k].tokens):
                if (
                    t.start >= u.source[0]
                    or not self._leads(self.sentences[k], t)
                    or any(a <= t.start < b for a, b in u.via)
                ):
                    continue
                shape = self._shape(t)
                inside = any(a <= t.start < b for a, b in told)
                if not shape or not fits(shape) or (inside and best is not None):
                    continue
                found = (t.start, self._mentioned(self.sentences[k], t, shape), inside)
                if not inside:
                    return found
                best = found
        return best

    @staticmethod
    def _leads(s: Sentence, t: Token) -> bool:
        """A subject, or the agent of a passive; an apposition is its head's."""
        if s.tokens[t.head].dep == "relcl" and any(s.tokens[k].tag == "WP$" for k in s.children[t.i]):
            return False
        return t.dep in ("nsubj", "nsubjpass") or (t.dep == "pobj" and s.tokens[t.head].dep == "agent")

    def _mentioned(self, s: Sentence, t: Token, shape: str) -> Entity:
        inside = [
            s.tokens[m]
            for m in s.subtree(t.i)
            if s.tokens[m].dep not in ("relcl", "acl", "punct") and abs(m - t.i) <= 6
        ]
        proper = self._name_in([x for x in inside if x.i <= t.i + 1], t) or self._name_in(inside, t)
        if shape == "person" and proper:
            return self._named(proper, inside, [])
        if t.actor:
            return self._actor(t, inside)
        known = self._definite(t, inside)
        kind, affiliation = self._kind_of(inside)
        name = clean(self.text[min(x.start for x in inside) : t.end])
        person, plural = shape == "person", shape == "plural"
        return known or Entity(
            name, {t.lower}, {x.lower for x in inside}, person=person, plural=plural, kind=kind, affiliation=affiliation
        )

    def _shape(self, t: Token) -> str:
        """What a noun can be spoken of as: "person", "plural", "body", "document" or ""."""
        if t.name in ("people",):
            return "plural"
        if t.name in ("body", "media", "state", "capital"):
            return "body"
        if t.lower in self.words.persons:
            return "plural" if t.tag in ("NNS", "NNPS") or t.lower in self.words.collective else "person"
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
            name = (
                self.longest.get(token.actor, token.text)
                if token and token.actor and token.name == "media"
                else clean(words)
            )
            if name and not self.is_publisher(name) and not self.is_publisher(clean(words)):
                out.append(Via(name=name, start=a, end=b, text=words))
        return tuple(out)

    def is_speaking_publisher(self, words: str, head: Token) -> bool:
        """True where the speaker's phrase names the publisher in full, by its short form or by its surname."""
        own = self.publisher.removeprefix("the ")
        name = clean(re.sub(r"\s*\(.*", "", words)).casefold()
        if head.actor and head.actor == self.publishing:
            return True
        person = own.split(",")[0]
        if (
            name in (own, person)
            or f"({name})" in own
            or (own.startswith((f"{name} (", f"{name} of ")) and " " in name)
        ):
            return True
        short = own.split(" ")[0] if len(own.split()) > 1 and len(own) < 40 else ""
        house = any(w in self.words.media for w in re.findall(r"[a-z]+", own))
        return bool(short) and house and name == short and not head.actor

    def is_publisher(self, name: str) -> bool:
        """True where the name is the report's publisher or the core of its name."""
        n = name.casefold().removeprefix("the ")
        own = self.publisher.removeprefix("the ")
        return bool(n) and (n == own or (len(n) > 2 and re.search(rf"\b{re.escape(n)}\b", own) is not None))
