"""What the program knows: actors and word lists, loaded once, checked, immutable, with a fingerprint.

All of it is data under ``knowledge/`` (or a conformance world given instead); no stage holds words of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import msgspec
import yaml

from counterclaim.errors import CounterclaimError
from counterclaim.paths import data_path
from counterclaim.records import SourceKind

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# a word that writes two classes of name is taken for the first of these
_ORDER = ("state", "capital", "adjective", "body", "people", "media", "person")


class Actor(msgspec.Struct, frozen=True):
    """A state, force, armed group or body; ``affiliation`` is the country or party its speakers and dead count under."""

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
        plain = {"state": "state", "territory": "state", "media": "media", "news_agency": "media", "people": "adjective"}
        own = plain.get(self.type, "body")
        for words in (self.name, *self.aliases, *self.acronyms):
            yield own, words
        for cls, many in (
            ("adjective", self.adjectives), ("people", self.people), ("person", self.person),
            ("capital", self.capital), ("body", self.government),
        ):  # fmt: skip
            for words in many:
                yield cls, words


class ActorIndex:
    """Actors by id, and the classes and actors of each way to write a name."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        self.by_id: Mapping[str, Actor] = MappingProxyType({a.id: a for a in actors})
        forms: dict[str, tuple[str, str]] = {}
        for actor in self.by_id.values():
            for cls, words in actor.forms():
                words = words.removeprefix("the ").removesuffix("'s")
                have = forms.get(words)
                if have is None or _ORDER.index(cls) < _ORDER.index(have[0]):
                    forms[words] = (cls, actor.id)
        self.forms: Mapping[str, tuple[str, str]] = MappingProxyType(forms)

    @cached_property
    def state_of(self) -> Mapping[str, str]:
        """ISO country code -> id of its state."""
        return {a.country: a.id for a in reversed(self.by_id.values()) if a.country and a.type == "state"}


def load_yaml(path: Path) -> Any:
    """A YAML file's content. Raises CC-203 with the place of the fault."""
    try:
        return yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506  (a safe loader)
    except (OSError, yaml.YAMLError) as error:
        raise CounterclaimError("CC-203", str(error), where=str(path)) from None


def load_actors(paths: Iterable[Path]) -> ActorIndex:
    """Actors of YAML or JSON files ``{actors: [...]}``. Raises CC-203 for a broken entry."""
    actors: list[Actor] = []
    for path in paths:
        data = load_yaml(path) if path.suffix != ".json" else json.loads(path.read_text("utf-8"))
        try:
            actors.extend(msgspec.convert(data["actors"], list[Actor]))
        except (KeyError, TypeError, msgspec.ValidationError) as error:
            raise CounterclaimError("CC-203", str(error), where=str(path)) from None
    return ActorIndex(actors)


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
