"""Words for places, and for where and when something happened: the lexicon of ``toponyms`` and ``settings``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

import msgspec

Kind = Literal["region", "district", "settlement", "country", ""]
Phrase = tuple[str, ...]


class PlaceLexicon(msgspec.Struct, frozen=True):
    """The place words, compiled: each field is the list of its name in ``places.yaml``, which says what it holds."""

    kinds: Mapping[str, Kind]
    never: frozenset[str]
    upon_as: Mapping[str, str]
    grand: tuple[Phrase, ...]
    compared: tuple[Phrase, ...]
    at: frozenset[str]
    also: frozenset[str]
    toward: frozenset[str]
    whither: frozenset[str]
    whence: frozenset[str]
    away: frozenset[str]
    moved: frozenset[str]
    directions: frozenset[str]
    sides: frozenset[str]
    buildings: frozenset[str]
    organisations: frozenset[str]
    happenings: frozenset[str]
    events: frozenset[str]
    incidents: frozenset[str]
    contests: frozenset[str]
    superlatives: frozenset[str]
    upon: frozenset[str]
    upon_places: frozenset[str]
    grounds: frozenset[str]
    witnessed: frozenset[str]
    speaking_at: frozenset[str]
    telling: frozenset[str]
    receiving: frozenset[str]
    inside: frozenset[str]
    several: frozenset[str]
    areas: frozenset[str]
    towns: frozenset[str]
    nations: frozenset[str]
    pointed: frozenset[str]
    there: frozenset[str]
    elsewhere: frozenset[str]
    another: frozenset[str]
    periods: frozenset[str]
    labels: frozenset[str]
    beside: frozenset[str]
    remains: frozenset[str]
    totalling: frozenset[str]
    name_links: frozenset[str]
    name_particles: frozenset[str]


def load_lexicon(data: Any) -> PlaceLexicon:
    """Compile ``places.yaml``."""
    made: dict[str, Any] = {
        "kinds": {w: cast(Kind, k) for k, words in data["kinds"].items() for w in words},
        "never": frozenset(data["not_places"]),
        "upon_as": dict(data["upon_as"]),
        **{name: tuple(tuple(p.split()) for p in data[name]) for name in ("grand", "compared")},
    }
    sets: dict[str, Any] = {name: frozenset(data[name]) for name in PlaceLexicon.__struct_fields__ if name not in made}
    return PlaceLexicon(**made, **sets)
