"""Who speaks, across reports: one origin under all the names and phrases that reports give it.

A phrase is first looked up among the actors that are known ("GUR", "the Main Intelligence Directorate"), then tied to
others by the reports' own words: a spokesman to the body named beside him, a person to the fullest form of the name.
An unnamed official is an origin of its own in each report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from counterclaim.knowledge import Actor, ActorIndex
from counterclaim.records import Record, SourceKind, Statement

_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W\d_]+)*")
_LONGEST = 7  # words of an actor's name
_NAMING = frozenset({"body", "media", "state", "capital", "adjective"})
_OFFICIAL = frozenset({"government", "military", "official"})
_FOR_STATE = frozenset({"state", "forces"})
_NATIONAL = frozenset({"military", "ministry", "government"})


class SpeakerWords(msgspec.Struct, frozen=True):
    """The word classes of ``linking.yaml``."""

    voices: frozenset[str]
    documents: frozenset[str]
    of_state: frozenset[str]
    of_state_words: frozenset[str]
    of_forces: frozenset[str]
    forces_words: frozenset[str]
    common: frozenset[str]
    plain: frozenset[str]
    publishers: frozenset[str]
    spokesmen: frozenset[str]
    national_offices: frozenset[str]
    general: frozenset[str]
    indefinite: frozenset[str]
    single: frozenset[str]
    heads: frozenset[str]
    bodies: frozenset[str]
    local: frozenset[str]


class Voice(msgspec.Struct, frozen=True, gc=False):
    """Who makes one statement, or a report's own voice.

    ``actor``: the known actor's id, or empty. ``level``: ``state`` speaks for the whole state, ``forces`` for its
    army, ``body``, ``person``, ``medium`` (named as the source), ``anonymous``, ``common`` ("residents"),
    ``document`` (of nobody named), ``publisher`` (a medium) or ``self`` (a body that publishes its own word);
    ``national``: speaks for a state or its forces, at whatever level. ``words``: content words of the phrase that
    names the body, for comparison.
    """

    name: str
    kind: SourceKind
    side: str | None
    actor: str
    level: str
    person: str = ""
    words: frozenset[str] = frozenset()
    anonymous_in: str = ""
    national: bool = False
    single: str = ""  # the body of which a happening has one
    office: str = ""  # the body of a state that the phrase names, whichever state it is of


def _offices(words: Iterable[str]) -> list[str]:
    """Words in small letters, a minister as his ministry."""
    return [{"minister": "ministry", "ministers": "ministry"}.get(w.casefold(), w.casefold()) for w in words]


def words_of(text: str) -> list[str]:
    """The words of a phrase, without possessive endings."""
    return [w.removesuffix("'s").removesuffix("’s") for w in _WORD.findall(text)]


class Actors:
    """Looks up known actors in a speaker's phrase."""

    def __init__(self, index: ActorIndex, words: SpeakerWords) -> None:
        self.index = index
        self.words = words
        self.states = frozenset(a.affiliation or a.name for a in index.by_id.values() if a.id in index.states)
        self._state_of = {a.name: a.id for a in index.by_id.values() if a.id in index.states}
        self._of_state = {own[b]: "state" for own in index.bodies.values() for b in words.of_state if b in own} | {
            own[b]: "forces" for own in index.bodies.values() for b in words.of_forces if b in own
        }

    def find(self, phrase: str, side: str | None) -> Actor | None:
        """The actor that a phrase names: the first body in it, else a body of the speaker's state, else a state."""
        parts = words_of(phrase)
        best: tuple[int, int, Actor] | None = None
        for a in range(len(parts)):
            for b in range(min(len(parts), a + _LONGEST), a, -1):
                form = self._form(" ".join(parts[a:b]))
                if form is None:
                    continue
                cls, actor = form
                rank = 1 if cls != "body" and actor.type in ("state", "territory", "people") else 0
                if best is None or (rank, a) < (best[0], best[1]):
                    best = rank, a, actor
                break
        if best is not None and best[0] == 0:
            return best[2]
        state = best[2].id if best is not None else self._state_of.get(side or "")
        body = self._composed(parts, state)
        if body is not None:
            return body
        return best[2] if best is not None and len(parts) <= 3 else None

    def office(self, phrases: Iterable[str]) -> str:
        """The body that every state has and that a phrase names: "the health ministry", "Ministry of Health"."""
        for phrase in phrases:
            low = _offices(words_of(phrase))
            for size in range(min(len(low), _LONGEST), 1, -1):
                for a in range(len(low) - size + 1):
                    body = self.index.composed.phrases.get(" ".join(low[a : a + size]))
                    if body is not None:
                        return body
        return ""

    def level(self, actor: Actor) -> str:
        """Whether the actor speaks for its state, for the state's forces, or as a body."""
        if actor.type in ("state", "territory"):
            return "state"
        return self._of_state.get(actor.id, "forces" if actor.type in _NATIONAL else "body")

    def side(self, phrases: Iterable[str]) -> str | None:
        """The party whose name or adjective a phrase holds ("the Indian defence minister")."""
        for phrase in phrases:
            for word in words_of(phrase):
                form = self._form(word)
                if form is not None and form[1].affiliation:
                    return form[1].affiliation
        return None

    def _form(self, words: str) -> tuple[str, Actor] | None:
        found = self.index.forms.get(words)
        if found is None or found[0] not in _NAMING:
            return None
        return found[0], self.index.by_id[found[1]]

    def _composed(self, parts: Sequence[str], state: str | None) -> Actor | None:
        own = self.index.bodies.get(state or "")
        if own is None:
            return None
        low = _offices(parts)
        for size in range(min(len(low), _LONGEST), 0, -1):
            for a in range(len(low) - size + 1):
                body = self.index.composed.phrases.get(" ".join(low[a : a + size]))
                if body is not None:
                    return self.index.by_id[own[body]]
        return None


class Speakers:
    """The voices of one report: ``of(statement)`` is who makes its claims, ``own`` the report's own voice."""

    def __init__(self, record: Record, actors: Actors) -> None:
        self.actors = actors
        self.report = record.report.id or record.report.sha256
        self.texts: dict[str, list[str]] = {}
        for s in record.statements:
            self.texts.setdefault(s.source.name, []).append(s.source.text)
        self.before = _bodies_before(record.statements, actors.words)
        self.own = self._publisher(record.report.publisher)
        self._made: dict[str, Voice] = {}

    def of(self, statement: Statement | None) -> Voice:
        """The voice of a statement, or of the report itself where there is none."""
        if statement is None:
            return self.own
        name = statement.source.name
        if self.own.level == "self" and words_of(statement.source.text.casefold())[:1] in (["our"], ["we"]):
            return self.own
        if name not in self._made:
            made = self._voice(statement)
            words = {x.casefold() for p in self.texts[name] for x in words_of(p)}
            self._made[name] = msgspec.structs.replace(made, single=min(words & self.actors.words.single, default=""))
        return self._made[name]

    def _voice(self, statement: Statement) -> Voice:
        source, w = statement.source, self.actors.words
        phrases = [*self.texts[source.name], source.name]
        low = source.name.casefold().removeprefix("the ")
        if source.kind in ("anonymous", "witness") or low in w.common:
            common = low in w.common or source.kind == "witness"
            return Voice(
                source.name, source.kind, source.affiliation, "", "common" if common else "anonymous",
                words=frozenset(words_of(low)), anonymous_in=self.report,
            )  # fmt: skip
        actor = next((a for p in phrases if (a := self.actors.find(p, source.affiliation))), None)
        if actor is None and statement.id in self.before:
            actor = self.actors.find(self.before[statement.id], source.affiliation)
        if source.kind == "media":
            maker = actor.id if actor is not None else ""
            return Voice(source.name, source.kind, source.affiliation, maker, "medium", words=_content(phrases, w))
        named = _is_person(source.name, w) and self.actors.find(source.name, None) is None
        person = _person(source.name, w) if named else ""
        if actor is not None:
            level = self.actors.level(actor)
            if level == "state" and person and not _speaks_for(phrases, w):
                level = "body"
            return Voice(
                source.name, source.kind, actor.affiliation or source.affiliation, actor.id, level, person,
                _content(phrases, w), national=level in _FOR_STATE, office=self.actors.office(phrases),
            )  # fmt: skip
        first = words_of(source.text.casefold())[:1]
        words = {x.casefold() for p in phrases for x in words_of(p)}
        paper = bool(words & w.documents) and not words & (w.voices | w.bodies | w.general)
        nameless = words <= w.documents | w.plain | w.spokesmen | w.heads
        if actor is None and not person and (paper or nameless) and source.kind not in ("government", "military"):
            return Voice(
                source.name, source.kind, source.affiliation, "", "document", words=frozenset(words_of(low)),
                anonymous_in=self.report,
            )  # fmt: skip
        if actor is None and not person and first and first[0] in w.indefinite and source.kind != "other":
            return Voice(
                source.name, source.kind, source.affiliation, "", "anonymous", words=frozenset(words_of(low)),
                anonymous_in=self.report,
            )  # fmt: skip
        level = "person" if person else "body"
        side = source.affiliation or self.actors.side(phrases)
        if source.kind in ("government", "official", "other") and words & w.of_state_words and not words & w.local:
            level = "state"
        elif source.kind == "military" and not person and not words & w.local:
            level = "forces"
        office = source.kind in _OFFICIAL and bool(words & w.national_offices)
        national = (level in _FOR_STATE or office) and not words & w.local
        return Voice(
            source.name, source.kind, side, "", level, person, _content(phrases, w), self.report, national,
            office="" if words & w.local else self.actors.office(phrases),
        )  # fmt: skip

    def _publisher(self, publisher: str) -> Voice:
        w = self.actors.words
        head = re.split(r"[(,]", publisher)[0].strip()
        inside = re.findall(r"\(([^)]*)\)", publisher)
        for phrase in (head, *inside, publisher):
            actor = self.actors.find(phrase, None)
            if actor is not None and actor.type not in ("media", "news_agency") and not _is_medium(head, w):
                return Voice(
                    publisher, actor.kind, actor.affiliation, actor.id, "self", words=_content([publisher], w),
                    national=self.actors.level(actor) != "body",
                )  # fmt: skip
        own = {x.casefold() for x in words_of(publisher)}
        if own & w.voices and "," in publisher:
            return Voice(publisher, "official", None, "", "self", _person(head, w), _content([publisher], w))
        if own & w.bodies and not own & w.publishers:
            return Voice(publisher, "other", None, "", "self", words=_content([publisher], w))
        return Voice(publisher, "media", None, "", "publisher", words=frozenset(own))


def load_words(data: Any) -> SpeakerWords:
    """The speakers' part of ``linking.yaml``."""
    return SpeakerWords(**{k: frozenset(v) for k, v in data["speakers"].items()})


def _is_medium(name: str, w: SpeakerWords) -> bool:
    return bool({x.casefold() for x in words_of(name)} & w.publishers)


def _is_person(name: str, w: SpeakerWords) -> bool:
    """True for a name of two to five capital words none of which is a word of office or body."""
    parts = words_of(name)
    if {p.casefold() for p in parts} & ((w.general | w.bodies) - w.voices):
        return False
    return 1 < len(parts) <= 5 and all(p[:1].isupper() or p.casefold() in w.plain for p in parts) and not name.isupper()


def _person(name: str, w: SpeakerWords) -> str:
    parts = [p for p in words_of(name) if p.casefold() not in w.plain | w.voices]
    return " ".join(parts)


def _speaks_for(phrases: Iterable[str], w: SpeakerWords) -> bool:
    return any({x.casefold() for x in words_of(p)} & (w.voices | w.of_state_words) for p in phrases)


def _content(phrases: Iterable[str], w: SpeakerWords) -> frozenset[str]:
    """The words that tell one body from another."""
    out: set[str] = set()
    for phrase in phrases:
        out |= {x.casefold() for x in words_of(phrase)}
    return frozenset(x for x in out if x not in w.plain and x not in w.voices and x not in w.documents and len(x) > 1)


def _bodies_before(statements: Sequence[Statement], w: SpeakerWords) -> Mapping[str, str]:
    """For "its chief" and a spokesman of nobody named: the body that spoke before, of a kind that has such."""
    out: dict[str, str] = {}
    last = official = ""
    for s in sorted(statements, key=lambda s: s.source.start):
        low = s.source.text.casefold()
        if low.startswith(("its ", "their ")) and last:
            out[s.id] = last
        elif {x.casefold() for x in words_of(low)} & w.spokesmen and official:
            out[s.id] = official
        elif s.source.kind not in ("anonymous", "witness", "media") and not _is_person(s.source.name, w):
            last = s.source.name
            if s.source.kind != "armed_group":
                official = s.source.name
    return out
