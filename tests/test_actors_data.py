"""The actor knowledge (``knowledge/actors/*.yaml``) is complete, well formed and free of unmarked clashes."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from counterclaim.records import SourceKind

ACTORS = Path(__file__).parents[1] / "knowledge" / "actors"
FILES = sorted(f for f in ACTORS.glob("*.yaml") if f.name != "composed.yaml")
EXPECTED_FILES = {
    "states", "peoples", "forces", "armed_groups", "international", "ngos", "media", "health",
}  # fmt: skip
TYPES = {
    "state", "territory", "government", "military", "ministry", "agency", "police", "armed_group", "coalition",
    "un_body", "igo", "ngo", "news_agency", "media", "health", "party", "people",
}  # fmt: skip
REQUIRED = ("id", "name", "type", "country", "affiliation", "kind")
NAME_LISTS = ("aliases", "acronyms", "adjectives", "people", "person", "capital", "government")
ALLOWED = {*REQUIRED, *NAME_LISTS, "ambiguous", "origin", "licence"}
# Capitalised at the start of a sentence these are ordinary words and name nobody.
ORDINARY_WORDS = {
    "Police", "Army", "Force", "Forces", "Military", "Government", "Ministry", "Council", "Navy", "Guard", "Guards",
    "Border", "State", "Security", "Defence", "Defense", "Front", "Movement", "Resistance", "Province", "Republic",
    "Union", "Coalition", "Hospital", "Health", "Media", "Agency", "Television", "Radio", "Time", "Times", "Dawn",
    "Vanguard", "Nation", "National", "Post", "Sun", "Star", "Mirror", "Punch", "Guardian", "Independent", "Observer",
    "Insider", "Wire", "Print", "Bell", "Memorial", "Amnesty", "Concern", "Emergency", "Goal", "Care", "Rebels",
    "Militants", "Gunmen", "Fighters", "Tigers", "Male", "Victoria", "Shot", "Mash", "Will", "May", "Who", "Western",
    "Northern", "Southern", "Eastern", "Central", "Beehive", "Fur", "Rescue", "Center", "Centre", "West",
}  # fmt: skip


def _load(path: Path) -> dict[str, Any]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


DATA = {path.stem: _load(path) for path in FILES}
ENTRIES = [(stem, entry) for stem, data in DATA.items() for entry in data["actors"]]


def _strings(entry: dict[str, Any]) -> set[str]:
    return {entry["name"], *(text for key in NAME_LISTS for text in entry.get(key, []))}


def test_every_file_is_there() -> None:
    assert set(DATA) >= EXPECTED_FILES


@pytest.mark.parametrize("stem", sorted(DATA))
def test_file_shape(stem: str) -> None:
    data = DATA[stem]
    assert set(data) == {"origin", "licence", "actors"}
    assert data["actors"]
    for entry in data["actors"]:
        assert entry.get("origin", data["origin"]), entry["id"]
        assert entry.get("licence", data["licence"]), entry["id"]
        assert set(entry) <= ALLOWED, entry["id"]
        assert all(key in entry for key in REQUIRED), entry
        assert entry["type"] in TYPES, entry["id"]
        assert entry["kind"] in get_args(SourceKind), entry["id"]
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry["id"]), entry["id"]
        assert entry["country"] is None or re.fullmatch(r"[A-Z]{2}", entry["country"]), entry["id"]
        assert entry["affiliation"] is None or entry["affiliation"].strip(), entry["id"]
        assert entry.get("ambiguous") in (None, True), entry["id"]


def test_names_are_clean_strings_without_repeats() -> None:
    for _, entry in ENTRIES:
        for key in NAME_LISTS:
            values = entry.get(key, ["x"])
            # An unquoted NO or 38 would arrive as a boolean or a number.
            assert values and all(isinstance(text, str) and text == text.strip() != "" for text in values), entry["id"]
            assert len(values) == len(set(values)), (entry["id"], key)
        for text in _strings(entry):
            assert "  " not in text and not re.search(r"[|;\n]", text), (entry["id"], text)
            assert not text.startswith("the "), (entry["id"], text)
            assert len(text) > 1, entry["id"]


def test_ids_are_unique() -> None:
    ids = [entry["id"] for _, entry in ENTRIES]
    assert len(ids) == len(set(ids)), sorted({one for one in ids if ids.count(one) > 1})


def test_a_name_of_two_actors_is_marked_on_both_and_no_mark_is_idle() -> None:
    owners: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for _, entry in ENTRIES:
        for text in _strings(entry):
            owners[text].append(entry)
    shared = {text: actors for text, actors in owners.items() if len(actors) > 1}
    unmarked = {text for text, actors in shared.items() if not all("ambiguous" in actor for actor in actors)}
    assert not unmarked
    clashing = {actor["id"] for actors in shared.values() for actor in actors}
    assert {entry["id"] for _, entry in ENTRIES if "ambiguous" in entry} == clashing


def test_no_ordinary_word_stands_for_an_actor() -> None:
    found = {text for _, entry in ENTRIES for text in _strings(entry)} & ORDINARY_WORDS
    assert not found


def test_affiliations_name_known_actors() -> None:
    names = {text for _, entry in ENTRIES for text in (entry["name"], *entry.get("people", []))}
    told = {(entry["id"], entry["affiliation"]) for _, entry in ENTRIES if entry["affiliation"]}
    assert not {pair for pair in told if pair[1] not in names}


def test_breadth() -> None:
    states = [entry for entry in DATA["states"]["actors"] if entry["type"] == "state"]
    groups = [entry for entry in DATA["armed_groups"]["actors"] if entry["type"] == "armed_group"]
    media = DATA["media"]["actors"]
    assert len(states) >= 190
    assert len(groups) >= 150
    assert len({entry["country"] for entry in groups} - {None}) >= 40
    assert len({entry["country"] for entry in DATA["forces"]["actors"]} - {None}) >= 60
    assert len(DATA["peoples"]["actors"]) >= 60
    assert sum(entry["type"] == "media" for entry in media) >= 120
    assert sum(entry["type"] == "news_agency" for entry in media) >= 25


def test_every_state_can_be_named_as_an_adjective_and_by_its_people() -> None:
    for entry in DATA["states"]["actors"]:
        if entry["type"] == "state" and entry["id"] != "va":
            assert entry.get("adjectives") and entry.get("people") and entry.get("person"), entry["id"]


def test_armed_groups_are_counted_under_their_own_or_their_parents_name() -> None:
    for entry in DATA["armed_groups"]["actors"]:
        assert entry["affiliation"], entry["id"]
        if entry["type"] == "armed_group":
            assert entry["kind"] == "armed_group", entry["id"]


@pytest.mark.parametrize(
    ("text", "affiliation"),
    [
        ("Russian", "Russia"), ("Ukrainian", "Ukraine"), ("Israeli", "Israel"), ("Palestinians", "Palestine"),
        ("North Korean", "North Korea"), ("South Korean", "South Korea"), ("DPRK", "North Korea"),
        ("Ivory Coast", "Côte d'Ivoire"), ("Burma", "Myanmar"), ("DRC", "Democratic Republic of the Congo"),
        ("Brazzaville", "Republic of the Congo"), ("Kremlin", "Russia"), ("White House", "United States"),
        ("Kiev", "Ukraine"), ("Kyiv", "Ukraine"), ("Nigerien", "Niger"), ("Nigerian", "Nigeria"),
        ("Chechens", "Russia"), ("Uyghurs", "China"), ("GUR", "Ukraine"), ("IDF", "Israel"), ("FARDC",
        "Democratic Republic of the Congo"), ("Houthi", "Houthis"), ("Ansar Allah", "Houthis"), ("Naxalites",
        "Communist Party of India (Maoist)"), ("al-Qassam Brigades", "Hamas"), ("ISWAP",
        "Islamic State West Africa Province"), ("OCHA", None), ("AFP", None), ("MSF", None),
    ],
)  # fmt: skip
def test_well_known_names_lead_to_one_affiliation(text: str, affiliation: str | None) -> None:
    found = {entry["affiliation"] for stem, entry in ENTRIES if text in _strings(entry)}
    assert found == {affiliation}
