"""The gazetteer: what a name is found under, the user's own file, building, and use across processes."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from counterclaim.errors import CounterclaimError
from counterclaim.gazetteer import Gazetteer, build, distance_km, normalise, open_gazetteer, type_words
from counterclaim.paths import data_path

WORLD = {
    "places": [
        {"name": "Aland", "aliases": ["Alandish"], "kind": "country", "country": "AX", "lat": 1.0, "lon": 2.0},
        {"name": "Highmark", "aliases": ["Хаймарк"], "kind": "region", "country": "AX", "admin1": "01"},
        {"name": "Ford", "kind": "settlement", "country": "AX", "admin1": "01", "lat": 1, "lon": 2, "population": 900},
    ]
}  # fmt: skip


def line(name: str, **cells: str) -> str:
    """A line of a GeoNames dump."""
    names = ["id", "name", "ascii", "other", "lat", "lon", "class", "code", "country", "cc2", "a1", "a2", "a3", "a4"]
    names += ["people", "el", "dem", "zone", "date"]
    usual = f"1|{name}|{name}||51.1|35.33|P|PPL|RU||41||||120||200|Europe/Moscow|2024-01-01".split("|")
    row = dict(zip(names, usual, strict=True))
    return "\t".join((row | cells).values())


@pytest.fixture(scope="session")
def packaged() -> Gazetteer:
    return open_gazetteer()


def found(gazetteer: Gazetteer, name: str) -> set[tuple[str, str, str]]:
    return {(c.kind, c.country, c.admin1) for c in gazetteer.lookup(name)}


@pytest.mark.parametrize(
    ("name", "bearer"),
    [
        ("Kursk", ("region", "RU", "41")),
        ("Kursk", ("settlement", "RU", "41")),
        ("kursk oblast", ("region", "RU", "41")),
        ("Курск", ("settlement", "RU", "41")),
        ("Суджа", ("settlement", "RU", "41")),
        ("Kharkov", ("region", "UA", "07")),
        ("Kharkiv", ("settlement", "UA", "07")),
        ("Donets'k", ("region", "UA", "05")),
        ("Crimea", ("region", "UA", "11")),
        ("غزة", ("settlement", "PS", "GZ")),
        ("Gaza Strip", ("region", "PS", "GZ")),
        ("West Bank", ("region", "PS", "WE")),
        ("Tigray", ("region", "ET", "53")),
        ("Sagaing", ("region", "MM", "10")),
        ("Rakhine", ("region", "MM", "01")),
        ("North Kivu", ("region", "CD", "11")),
        ("Ituri", ("region", "CD", "17")),
        ("Jammu and Kashmir", ("region", "IN", "12")),
        ("North Darfur", ("region", "SD", "55")),
        ("Darfur", ("region", "SD", "")),
        ("Donbas", ("region", "UA", "")),
        ("Kashmir", ("region", "", "")),
        ("tibu", ("settlement", "CO", "21")),
        ("Qamishli", ("settlement", "SY", "01")),
        ("hodeidah", ("settlement", "YE", "08")),
        ("Djugu", ("district", "CD", "17")),
        ("Plekhovo", ("settlement", "RU", "41")),
        ("Vorozhba", ("settlement", "RU", "41")),
    ],
)
def test_names_of_the_press_are_found(packaged: Gazetteer, name: str, bearer: tuple[str, str, str]) -> None:
    assert bearer in found(packaged, name)


def test_every_first_order_region_of_both_sides_has_its_bare_name(packaged: Gazetteer) -> None:
    for name in ("Belgorod", "Bryansk", "Rostov", "Voronezh", "Sumy", "Kherson", "Luhansk", "Zaporizhzhia"):
        assert any(c.kind == "region" and c.lat is not None for c in packaged.lookup(name)), name


def test_a_region_is_located_among_its_towns(packaged: Gazetteer) -> None:
    region = packaged.region_of("RU", "41")
    assert region is not None and region.lat is not None and region.lon is not None
    assert distance_km(region.lat, region.lon, 51.73, 36.19) < region.radius_km < 300


def test_an_informal_region_is_located_by_its_members(packaged: Gazetteer) -> None:
    donbas = next(c for c in packaged.lookup("Donbas") if c.members)
    assert donbas.lat is not None and donbas.lon is not None
    for code in donbas.members:
        part = packaged.region_of(*code.split("."))
        assert part is not None and part.lat is not None and part.lon is not None
        assert distance_km(part.lat, part.lon, donbas.lat, donbas.lon) <= donbas.radius_km


def test_unknown_names_and_codes_that_are_no_names_find_nothing(packaged: Gazetteer) -> None:
    assert packaged.lookup("Qwertyville-upon-Nothing") == ()
    assert packaged.lookup("") == ()
    assert found(packaged, "URS") == set()  # an airport code of Kursk
    assert packaged.region_of("RU", "no such code") is None


@pytest.mark.parametrize(
    ("word", "iso"),
    [("Russia", "RU"), ("Russian", "RU"), ("UKRAINIANS", "UA"), ("RU", "RU"), ("RUS", "RU"), ("Burma", "MM"),
     ("UAE", "AE"), ("DRC", "CD"), ("U.S.", "US"), ("Côte d’Ivoire", "CI"), ("Palestinian", "PS"), ("Israeli", "IL")],
)  # fmt: skip
def test_countries_by_name_demonym_and_code(packaged: Gazetteer, word: str, iso: str) -> None:
    country = packaged.country(word)
    assert country is not None and country.country == iso and country.kind == "country" and country.lat is not None


def test_lower_case_words_are_no_country_codes(packaged: Gazetteer) -> None:
    assert packaged.country("us") is None
    assert packaged.country("in") is None
    assert packaged.lookup("Russian") == () or all(c.kind != "country" for c in packaged.lookup("Russian"))


def test_a_world_replaces_everything_else() -> None:
    gazetteer = open_gazetteer(world=WORLD)
    assert found(gazetteer, "ХАЙМАРК") == {("region", "AX", "01")}
    assert gazetteer.lookup("Kursk") == ()
    country = gazetteer.country("Alandish")
    assert country is not None and country == gazetteer.country("AX") and gazetteer.country("Russia") is None
    region = gazetteer.region_of("AX", "01")
    assert region is not None and region.name == "Highmark"
    assert gazetteer.region_of("AX", "02") is None


def test_a_broken_world_is_named() -> None:
    with pytest.raises(CounterclaimError, match=r"CC-203.*places\[0\]"):
        Gazetteer.from_world({"places": [{"name": "A", "kind": "planet"}]})


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.txt"
    path.write_text(
        "\n".join(
            [
                line("Verkhnyaya Test", other="Upper Test,Верхняя Тест"),
                "only\tthree\tcolumns",
                line("Nowhere", lat="95"),
                line("Testowo", lat="not a number"),
                "",
                line("Test District", **{"class": "A", "code": "ADM2"}),
                line("Test Oblast", **{"class": "A", "code": "ADM1"}),
                line("Test Park", **{"class": "L", "code": "PRK"}),
                line("Test Bridge", **{"class": "S", "code": "BDG"}),
                line("Test Hill", **{"class": "T", "code": "HLL"}),
                line("Nocountry", country="Russia"),
            ]
        ),
        encoding="utf-8",
    )
    return path


def test_a_users_file_comes_first_and_its_broken_lines_are_told(packaged: Gazetteer, own: Path) -> None:
    gazetteer = open_gazetteer(extra=own)
    assert {(c.kind, c.source) for c in gazetteer.lookup("верхняя тест")} == {("settlement", "user")}
    assert [c.kind for c in gazetteer.lookup("Test District")] == ["district"]
    assert gazetteer.lookup("Test Oblast")[0].kind == "region"
    assert gazetteer.lookup("Test Park")[0].kind == "district"
    assert gazetteer.lookup("Test Bridge")[0].kind == gazetteer.lookup("Test Hill")[0].kind == "settlement"
    assert gazetteer.lookup("Kursk") == packaged.lookup("Kursk")
    assert [(f.code, f.where) for f in gazetteer.faults] == [("CC-204", f"{own}:{n}") for n in (2, 3, 4, 11)]
    assert "3 columns instead of 19" in str(gazetteer.faults[0])
    assert packaged.faults == ()


def test_bytes_that_are_no_utf8_are_one_broken_line(tmp_path: Path, packaged: Gazetteer) -> None:
    path = tmp_path / "own.txt"
    path.write_bytes(b"\xff\xfe broken\r\n" + line("Goodplace").encode() + b"\r\n")
    gazetteer = open_gazetteer(extra=path)
    assert len(gazetteer.faults) == 1
    assert [c.lat for c in gazetteer.lookup("Goodplace")] == [51.1]


def test_a_users_file_that_is_missing(tmp_path: Path, packaged: Gazetteer) -> None:
    with pytest.raises(CounterclaimError) as caught:
        open_gazetteer(extra=tmp_path / "none.txt")
    assert caught.value.code == "CC-108"


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("no folder")
    monkeypatch.setenv("COUNTERCLAIM_CACHE", str(blocker))
    with pytest.raises(CounterclaimError) as caught:
        open_gazetteer()
    assert caught.value.code == "CC-202"


def test_a_damaged_file_is_an_error_with_a_code(tmp_path: Path, packaged: Gazetteer) -> None:
    path = tmp_path / "g.sqlite"
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(CounterclaimError) as caught:
        Gazetteer((path,))
    assert caught.value.code == "CC-202"


@pytest.mark.slow
def test_the_build_is_reproducible_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "g.sqlite"
    build(path)
    first = path.read_bytes()
    build(path)
    assert path.read_bytes() == first
    assert os.listdir(path.parent) == [path.name]


def _ask(gazetteer: Gazetteer, answers: multiprocessing.SimpleQueue[object]) -> None:
    answers.put([c.country for c in gazetteer.lookup("Plekhovo")])


def test_it_works_after_a_fork_and_through_pickle(packaged: Gazetteer) -> None:
    want = [c.country for c in packaged.lookup("Plekhovo")]
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    children = [context.Process(target=_ask, args=(packaged, answers)) for _ in range(3)]
    for child in children:
        child.start()
    assert [answers.get() for _ in children] == [want] * 3
    for child in children:
        child.join()
    assert [c.country for c in pickle.loads(pickle.dumps(packaged)).lookup("Plekhovo")] == want


def _open(path: Path, answers: multiprocessing.SimpleQueue[object]) -> None:
    answers.put(len(open_gazetteer(extra=path).lookup("Verkhnyaya Test")))


def test_two_processes_may_build_at_once(own: Path, tmp_path: Path, packaged: Gazetteer) -> None:
    own.write_text(
        "\n".join(line(f"Verkhnyaya {n}") for n in range(3000)) + "\n" + line("Verkhnyaya Test"), encoding="utf-8"
    )
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    children = [context.Process(target=_open, args=(own, answers)) for _ in range(3)]
    for child in children:
        child.start()
    assert [answers.get() for _ in children] == [1, 1, 1]
    for child in children:
        child.join()


@pytest.mark.parametrize(
    ("a", "b"),
    [("Nagorno-Karabakh", "nagorno karabakh"),
     ("Sana'a", "Sana’a"), ("Côte", "COTE"), ("Łódź", "lodz"),
     ("St. Petersburg", "St Petersburg"),     ("Плёхово", "плехово"), ("al-Bab", "Al  Bab"), ("İzmir", "izmir")],
)  # fmt: skip
def test_spellings_that_are_one_key(a: str, b: str) -> None:
    assert normalise(a) == normalise(b)


@given(st.text(max_size=30))
def test_the_key_is_stable(name: str) -> None:
    key = normalise(name)
    assert normalise(key) == key
    assert key == " ".join(key.split())


@given(st.text(alphabet="abcdéñçüž", min_size=1, max_size=12))
def test_composed_and_decomposed_letters_are_one(name: str) -> None:
    assert normalise(unicodedata.normalize("NFD", name)) == normalise(unicodedata.normalize("NFC", name))


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("the Kursk region", ("Kursk", "region")),
        ("the village of Plekhovo", ("Plekhovo", "settlement")),
        ("Kanbalu township", ("Kanbalu", "district")),
        ("Republic of Tyva", ("Tyva", "region")),
        ("the port city of Hodeidah", ("Hodeidah", "settlement")),
        ("Northern District", ("Northern District", None)),
        ("Gaza", ("Gaza", None)),
        ("region", ("region", None)),
        ("", ("", None)),
    ],
)
def test_words_for_kinds(text: str, want: tuple[str, str | None]) -> None:
    assert type_words().split(text) == want


def test_curated_places_have_an_origin_and_no_double() -> None:
    curated = yaml.safe_load(data_path("gazetteer", "curated.yaml").read_text(encoding="utf-8"))
    keys = [(normalise(p["name"]), p.get("country")) for p in curated["places"]]
    assert len(keys) == len(set(keys))
    assert all(p["origin"] and p["kind"] in ("settlement", "district", "region") for p in curated["places"])
    known = {
        tuple(row.split("\t")[:2]) for row in data_path("gazetteer", "regions.tsv").read_text("utf-8").splitlines()
    }
    codes = [*curated["regions"], *curated["bare"], *(m for p in curated["places"] for m in p.get("members", ()))]
    assert [c for c in codes if tuple(c.split(".", 1)) not in known] == []
