"""What the program knows: actors and word lists, loaded once, checked, immutable, with a fingerprint.

All of it is data under ``knowledge/`` (or a conformance world given instead); no stage holds words of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import msgspec
import yaml

from counterclaim.errors import CounterclaimError
from counterclaim.paths import data_path
from counterclaim.records import SourceKind


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads ``on``, ``off``, ``yes`` and ``no`` as the words that they are: in word lists they are no truth values."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, found in _Loader.yaml_implicit_resolvers.items()
}
# a word that writes two classes of name is taken for the first of these
STATE_BODIES = frozenset({"military", "ministry", "agency", "police", "government", "health"})
_ORDER = ("state", "capital", "adjective", "body", "people", "media", "person")


class Actor(msgspec.Struct, frozen=True):
    """A state, force, armed group or body; ``affiliation``: the country or party its speakers and dead count under."""

    id: str
    name: str
    type: str
    kind: SourceKind
    country: str | None = None
    affiliation: str | None = None
    aliases: tuple[str, ...] = ()
    acronyms: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    capital: tuple[str, ...] = ()
    government: tuple[str, ...] = ()
    ambiguous: bool = False
    origin: str = ""

    def forms(self) -> Iterable[tuple[str, str]]:
        """(class of name, words) for each way to write this actor."""
        plain = {
            "state": "state",
            "territory": "state",
            "media": "media",
            "news_agency": "media",
            "people": "adjective",
        }
        own = plain.get(self.type, "body")
        for words in (self.name, *self.aliases, *self.acronyms):
            yield own, words
        for cls, many in (
            ("adjective", self.adjectives), ("people", self.people), ("person", self.person),
            ("capital", self.capital), ("body", self.government),
        ):  # fmt: skip
            for words in many:
                yield cls, words


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A body that every state has ("army"); ``phrases`` name it beside the state's name, in any case."""

    id: str
    type: str
    kind: SourceKind
    phrases: tuple[str, ...]


class Composed(msgspec.Struct, frozen=True, dict=True):
    """The bodies of every state (``composed.yaml``), and the words before which a body's name only describes them."""

    bodies: tuple[Body, ...] = ()
    not_before: frozenset[str] = frozenset()
    origin: str = ""
    licence: str = ""

    @cached_property
    def phrases(self) -> Mapping[str, str]:
        """Phrase in small letters -> id of the body."""
        return {p.casefold(): b.id for b in self.bodies for p in b.phrases}


class ActorIndex:
    """Actors by id, the classes and actors of each way to write a name, and the bodies of every state.

    ``shared`` holds the forms that write several actors; ``bodies`` gives for each state's id the actor that each of
    its bodies is: a named one of the files where one is called so, else one made here (``ke-defence-ministry``).
    """

    def __init__(self, actors: Iterable[Actor], composed: Composed | None = None) -> None:
        self.composed = composed or Composed()
        by_id = {a.id: a for a in actors}
        forms: dict[str, tuple[str, str]] = {}
        shared: dict[str, list[tuple[str, str]]] = {}
        for actor in by_id.values():
            for cls, written in actor.forms():
                words = written.removeprefix("the ").removesuffix("'s")
                have = forms.setdefault(words, (cls, actor.id))
                if have[1] != actor.id:
                    shared.setdefault(words, [have]).append((cls, actor.id))
                if _ORDER.index(cls) < _ORDER.index(have[0]):
                    forms[words] = (cls, actor.id)
        self.forms: Mapping[str, tuple[str, str]] = MappingProxyType(forms)
        self.shared: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
            {w: _first_of_each(o) for w, o in shared.items()}
        )
        self.states = frozenset(a.id for a in by_id.values() if a.type in ("state", "territory"))
        self.bodies: Mapping[str, Mapping[str, str]] = self._compose(by_id)
        self.by_id: Mapping[str, Actor] = MappingProxyType(by_id)

    def _compose(self, by_id: dict[str, Actor]) -> dict[str, dict[str, str]]:
        """Adds every state's bodies to ``by_id`` and says which actor each body is."""
        states = [by_id[i] for i in by_id if i in self.states] if self.composed.bodies else []
        named = self._named_bodies([a for a in by_id.values() if a.type in STATE_BODIES] if states else [], by_id)
        out: dict[str, dict[str, str]] = {}
        for state in states:
            own: dict[str, str] = {}
            for body in self.composed.bodies:
                have = named.get((state.id, body.id))
                own[body.id] = have or f"{state.id}-{body.id}"
                if have is None:
                    name, origin = f"{state.name} {body.phrases[0]}", self.composed.origin
                    by_id[own[body.id]] = Actor(
                        own[body.id], name, body.type, body.kind, state.country, state.affiliation, origin=origin
                    )
            out[state.id] = own
        return out

    def _named_bodies(self, actors: Sequence[Actor], by_id: Mapping[str, Actor]) -> dict[tuple[str, str], str]:
        """(state, body) -> the named actor called so; of several the one with the phrase that stands first."""
        kinds = {b.id: (b.type, b.kind) for b in self.composed.bodies}
        order = {b.id: n for n, b in enumerate(self.composed.bodies)}
        rank = {p: n for n, p in enumerate(self.composed.phrases)}
        best: dict[tuple[str, str], tuple[int, str]] = {}
        for actor in actors:
            for _, words in actor.forms():
                told = self.read_body(words)
                if (
                    told is None
                    or by_id[told[0]].affiliation != actor.affiliation
                    or kinds[told[1]] != (actor.type, actor.kind)
                ):
                    continue
                here = (rank[told[2]], actor.id)
                key = told[0], told[1]
                if key not in best or here[0] < best[key][0]:
                    best[key] = here
        out: dict[tuple[str, str], str] = {}
        taken: set[str] = set()
        for key in sorted(best, key=lambda k: order[k[1]]):
            actor_id = best[key][1]
            if actor_id not in taken:  # an actor is one body of a state, or two would be one in some states only
                out[key] = actor_id
                taken.add(actor_id)
        return out

    def read_body(self, words: str) -> tuple[str, str, str] | None:
        """(id of the state, of the body, phrase) where the words are a state's name beside a body's: "Peru's army"."""
        parts, phrases = words.split(" "), self.composed.phrases
        for k in range(1, min(len(parts), 7)):
            before, after = " ".join(parts[:k]), " ".join(parts[k:])
            state, phrase = before.removesuffix("'s").removesuffix("’s"), after.casefold()
            if phrase not in phrases:
                state, _, phrase = after.removeprefix("of ").removeprefix("the "), "", before.casefold()
                if phrase not in phrases or not after.startswith("of "):
                    continue
            cls, owner = self.forms.get(state, ("", ""))
            if cls in ("state", "adjective") and owner in self.states:
                return owner, phrases[phrase], phrase
        return None

    @cached_property
    def state_of(self) -> Mapping[str, str]:
        """ISO country code -> id of its state."""
        return {a.country: a.id for a in reversed(list(self.by_id.values())) if a.country and a.type == "state"}


def _first_of_each(owners: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """One (class, actor) for each actor: the first."""
    out: dict[str, tuple[str, str]] = {}
    for cls, actor in owners:
        out.setdefault(actor, (cls, actor))
    return tuple(out.values())


def load_yaml(path: Path) -> Any:
    """A YAML file's content. Raises CC-203 with the place of the fault."""
    try:
        return yaml.load(path.read_text("utf-8"), Loader=_Loader)
    except (OSError, yaml.YAMLError) as error:
        raise CounterclaimError("CC-203", str(error), where=str(path)) from None


def load_composed(path: Path) -> Composed:
    """The bodies of every state. Raises CC-203 for a broken entry."""
    try:
        return msgspec.convert(load_yaml(path), Composed)
    except msgspec.ValidationError as error:
        raise CounterclaimError("CC-203", str(error), where=str(path)) from None


def load_actors(paths: Iterable[Path], composed: Composed | None = None) -> ActorIndex:
    """Actors of YAML or JSON files ``{actors: [...]}``. Raises CC-203 for a broken entry."""
    actors: list[Actor] = []
    for path in paths:
        try:
            data = load_yaml(path) if path.suffix != ".json" else json.loads(path.read_text("utf-8"))
            actors.extend(msgspec.convert(data["actors"], list[Actor]))
        except (OSError, ValueError, KeyError, TypeError) as error:  # msgspec's and json's errors are ValueErrors
            raise CounterclaimError("CC-203", f"{type(error).__name__}: {error}", where=str(path)) from None
    return ActorIndex(actors, composed)


def fingerprint(paths: Iterable[Path]) -> str:
    """SHA-256 over the names and bytes of the knowledge files, so that a reading can say what it was made with."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def lexicon(name: str) -> Any:
    """The English word list of a stage, as written."""
    return load_yaml(data_path("lexicons", "en", name))


SOURCE_KINDS = get_args(SourceKind)
