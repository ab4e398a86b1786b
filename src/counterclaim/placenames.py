"""What a place name is: its bearers, the key that it is found under, and the words that tell its kind.

Degrees are WGS 84, radii kilometres.
"""

from __future__ import annotations

import math
import unicodedata
from functools import cache
from typing import Literal, NamedTuple

import msgspec
import yaml

from counterclaim.errors import CounterclaimError
from counterclaim.paths import data_path

Kind = Literal["settlement", "district", "region", "country"]
KINDS: tuple[Kind, ...] = ("settlement", "district", "region", "country")

_FOLD = str.maketrans(
    {
        # combining marks go: one table makes one pass in C
        **{chr(c): None for c in range(0x300, 0x1E000) if unicodedata.combining(chr(c))},
        **dict.fromkeys("-‐‑‒–—―_/", " "),
        **dict.fromkeys("'’‘ʼʻ`´ʹʿʾ\"“”.,ьъ", None),
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "æ": "ae", "œ": "oe", "ə": "a", "þ": "th", "ð": "d",
    }
)  # fmt: skip


class Candidate(NamedTuple):
    """One bearer of a name.

    ``country`` is ISO 3166-1 alpha-2, empty for a region across borders. ``lat``/``lon`` are None when no source
    gives them. ``radius_km`` is the reach of a region's or district's known towns around that point, 0 for a town.
    ``members`` are the first-order regions (``UA.05``) that an informal region is made of; ``bare`` says that the name
    alone usually means this region and not the town of that name.
    """

    name: str
    kind: Kind
    country: str
    admin1: str
    lat: float | None
    lon: float | None
    population: int
    radius_km: float
    source: str
    members: tuple[str, ...] = ()
    bare: bool = False


def normalise(name: str) -> str:
    """The key that a name is found under: no case, diacritics, apostrophes or full stops; hyphens are spaces."""
    folded = name.lower() if name.isascii() else unicodedata.normalize("NFKD", name).casefold()
    return " ".join(folded.translate(_FOLD).split())


def abbreviation(name: str) -> str | None:
    """The key of a country's short form in capitals (``U.S.``, ``UAE`` -> ``=US``, ``=UAE``), None for other names.

    Kept apart from ``normalise`` so that "us", "it" and "car" are no countries.
    """
    letters = name.replace(".", "")
    return f"={letters}" if 2 <= len(letters) <= 4 and letters.isupper() and letters.isascii() else None


def distance_km(a_lat: float, a_lon: float, b_lat: float, b_lon: float) -> float:
    """Great-circle distance in kilometres on a sphere of radius 6371 km (haversine)."""
    p = math.pi / 180
    h = math.sin((b_lat - a_lat) * p / 2) ** 2
    h += math.cos(a_lat * p) * math.cos(b_lat * p) * math.sin((b_lon - a_lon) * p / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(h)))


def apart_km(a: Candidate, b: Candidate) -> float:
    """Distance, infinite when a point is unknown."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return float("inf")
    return distance_km(a.lat, a.lon, b.lat, b.lon)


def to_point_km(c: Candidate, lat: float, lon: float) -> float:
    """Distance to a point, infinite when the candidate's is unknown."""
    return float("inf") if c.lat is None or c.lon is None else distance_km(c.lat, c.lon, lat, lon)


def inside(c: Candidate, area: Candidate) -> bool:
    """Whether bearer ``c`` can lie in ``area``, by codes where both have them, otherwise by distance."""
    if c == area:
        return True
    if area.country and c.country and c.country != area.country:
        return False
    if area.kind == "country":
        return c.country == area.country or any(m.startswith(f"{area.country}.") for m in c.members)
    if c.kind == "country":
        return False
    near = apart_km(c, area) <= max(40.0, area.radius_km * 1.5)
    code = f"{c.country}.{c.admin1}"
    if area.members:
        return code in area.members if c.admin1 else (set(c.members) <= set(area.members) if c.members else near)
    if area.admin1 and c.admin1:
        if (area.country, area.admin1) != (c.country, c.admin1):
            return False
        # the code settles it for a whole first-order region; a part of one also needs nearness
        whole = area.kind == "region" and area.source != "curated"
        return whole or near or c.lat is None or area.lat is None
    return near


class TypeWords(NamedTuple):
    """Words for kinds of places: by their last and by their first, longest first; ``vague`` ones are no names."""

    tails: dict[str, list[tuple[list[str], Kind]]]
    heads: dict[str, list[tuple[list[str], Kind]]]
    vague: frozenset[str]

    def split(self, text: str) -> tuple[str, Kind | None]:
        """``text`` without its word for a kind, and that kind: ``"the Kursk region"`` -> ``("Kursk", "region")``.

        Text without such a word, or with nothing else left, comes back as it is, with None.
        """
        words = text.split()
        if len(words) > 1 and words[0].casefold() == "the":
            words = words[1:]
        if len(words) < 2:
            return text, None
        lowered = [w.casefold().rstrip(",.") for w in words]
        for parts, kind in self.tails.get(lowered[-1], ()):
            if len(words) > len(parts) and lowered[-len(parts) :] == parts:
                return self._named(words[: -len(parts)], kind, text)
        for parts, kind in self.heads.get(lowered[0], ()):
            n = len(parts)
            if len(words) <= n or lowered[:n] != parts:
                continue
            if lowered[n] in ("of", "de") and len(words) > n + 1:
                return self._named(words[n + 1 :], kind, text)
            if kind == "settlement" and words[n][:1].isupper() and words[0].islower():
                return self._named(words[n:], kind, text)
        return text, None

    def _named(self, words: list[str], kind: Kind, text: str) -> tuple[str, Kind | None]:
        if len(words) > 1 and words[0].casefold() == "the":
            words = words[1:]
        name = " ".join(words)
        return (text, None) if name.casefold() in self.vague else (name, kind)


def kind_of(text: str) -> Kind:
    """``text`` as a kind. Raises ValueError when it is none."""
    for kind in KINDS:
        if text == kind:
            return kind
    raise ValueError(f"kind: {text!r}")


class _TypeFile(msgspec.Struct, frozen=True):
    region: list[str]
    district: list[str]
    settlement: list[str]
    vague: list[str]
    origin: str
    licence: str


@cache
def type_words() -> TypeWords:
    """The shipped ``types.yaml``. Raises CC-203 when it is broken."""
    path = data_path("gazetteer", "types.yaml")
    try:
        file = msgspec.convert(yaml.safe_load(path.read_bytes()), _TypeFile)
    except (OSError, yaml.YAMLError, msgspec.ValidationError) as error:
        raise CounterclaimError("CC-203", str(error), where=str(path)) from error
    kinds: tuple[tuple[Kind, list[str]], ...] = (
        ("region", file.region),
        ("district", file.district),
        ("settlement", file.settlement),
    )
    phrases = sorted(((p.split(), kind) for kind, ps in kinds for p in ps), key=lambda p: -len(p[0]))
    words = TypeWords({}, {}, frozenset(file.vague))
    for parts, kind in phrases:
        words.tails.setdefault(parts[-1], []).append((parts, kind))
        words.heads.setdefault(parts[0], []).append((parts, kind))
    return words
