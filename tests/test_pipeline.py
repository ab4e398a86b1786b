"""The order of the stages: report in, record out; what it takes and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

import corpus
import counterclaim
from counterclaim import CounterclaimError, Record, Report, load_knowledge, record
from counterclaim.knowledge import Actor, ActorIndex
from counterclaim.pipeline import _meant, _published, _Stretches

TEXT = (
    "KYIV, Dec 16 (Reuters) - Ukraine's military intelligence said on Monday that at least 30 North Korean soldiers "
    "were killed or wounded near the village of Plekhovo in Russia's Kursk region."
)
REPORT = Report(id="r1", publisher="Reuters", published="2024-12-16", text=TEXT)


def read(**changes: Any) -> Record:
    return record(msgspec.structs.replace(REPORT, **changes), corpus.knowledge())


def test_a_report_becomes_a_record_of_typed_values() -> None:
    made = read()
    assert isinstance(made, Record)
    assert made.report.id == "r1" and made.report.dateline == "KYIV, Dec 16 (Reuters)"
    (statement,) = made.statements
    assert statement.source.name == "Ukraine's military intelligence" and statement.source.affiliation == "Ukraine"
    (claim,) = made.claims
    assert (claim.quantity.low, claim.quantity.high, claim.outcome) == (30, None, "casualties")
    assert claim.statement == statement.id and claim.group.affiliation == "North Korea"
    assert TEXT[claim.quantity.start : claim.quantity.end] == claim.quantity.text


def test_the_same_report_gives_the_same_record_and_another_text_another_hash() -> None:
    assert msgspec.json.encode(read()) == msgspec.json.encode(read())
    assert read(text=TEXT + " ").report.sha256 != read().report.sha256


@pytest.mark.parametrize("text", ["", " ", "\n\n", ".", "No number here.", "\ud800", "30", "("])
def test_a_text_without_claims_gives_an_empty_record(text: str) -> None:
    assert read(text=text).claims == ()


@pytest.mark.parametrize("published", ["0", "soon", "2024-13-40", "2024", "16.12.2024", "\ud800"])
def test_a_date_that_is_none_is_refused(published: str) -> None:
    with pytest.raises(CounterclaimError) as caught:
        read(published=published)
    assert caught.value.code == "CC-106"


@pytest.mark.parametrize("published", ["2024-12-16T23:59:59+14:00", "0001-01-01", "9999-12-31", ""])
def test_any_date_of_the_calendar_and_none_is_taken(published: str) -> None:
    assert len(read(published=published).claims) == 1
    assert (_published(Report(published=published)) is None) == (published == "")


def test_half_a_surrogate_pair_moves_no_offset() -> None:
    plain, broken = read(), read(text=TEXT.replace("said on", "s\udc00id on").replace("village", "v\ud83dllage"))
    assert [c.quantity for c in broken.claims] == [c.quantity for c in plain.claims]


def test_knowledge_is_loaded_once() -> None:
    from counterclaim.pipeline import default_knowledge

    assert default_knowledge() is default_knowledge()


def test_a_world_of_its_own_is_read(tmp_path: Path) -> None:
    actor = {
        "id": "xa",
        "name": "Arcadia",
        "type": "state",
        "kind": "government",
        "affiliation": "Arcadia",
        "country": "XA",
    }
    (tmp_path / "actors.json").write_text(json.dumps({"actors": [actor]}), "utf-8")
    (tmp_path / "places.json").write_text(json.dumps({"places": []}), "utf-8")
    know = load_knowledge(world=tmp_path)
    made = record(msgspec.structs.replace(REPORT, text="Arcadia's army said 12 people were killed."), know)
    assert made.statements[0].source.affiliation == "Arcadia"
    assert know.fingerprint != corpus.knowledge().fingerprint


@pytest.mark.parametrize("name", ["actors.json", "places.json"])
def test_a_broken_world_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "actors.json").write_text('{"actors": []}', "utf-8")
    (tmp_path / "places.json").write_text('{"places": []}', "utf-8")
    (tmp_path / name).write_text("{", "utf-8")
    with pytest.raises(CounterclaimError) as caught:
        load_knowledge(world=tmp_path)
    assert caught.value.code == "CC-203" and name in caught.value.message


def test_importing_the_package_loads_no_parser() -> None:
    code = "import sys, counterclaim; print('spacy' in sys.modules, 'counterclaim.pipeline' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_package_offers_no_other_name() -> None:
    with pytest.raises(AttributeError):
        _ = counterclaim.nothing


def index() -> ActorIndex:
    india = Actor("in", "India", "state", "government", "IN", "India", adjectives=("Indian",))
    israel = Actor("il", "Israel", "state", "government", "IL", "Israel", adjectives=("Israeli",))
    one = Actor("in-af", "Bharat Air Force", "military", "military", "IN", "India", acronyms=("IAF",))
    two = Actor("il-af", "Israeli Air Force", "military", "military", "IL", "Israel", acronyms=("IAF",))
    return ActorIndex([india, israel, one, two])


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("The IAF struck India's border.", "in-af"),
        ("The IAF, Israel said", "il-af"),
        ("The IAF said, as Israel and India did, and Indian officials", "in-af"),
        ("The Bharat Air Force (IAF) said", "in-af"),
        ("The IAF said", None),
        ("India and Israel on the IAF", None),
        ("The IAF over Indiana", None),
        ("India said", None),
    ],
)
def test_a_form_of_several_actors_means_the_one_that_the_report_speaks_of(text: str, want: str | None) -> None:
    told = _meant(text, index())
    assert (told["?IAF"].actor if told else None) == want


def test_offsets_are_looked_up_in_many_stretches() -> None:
    given = [(5, 9), (0, 2), (8, 12), (20, 20), (30, 31), (6, 7)]
    joined = _Stretches(given)
    assert [at for at in range(-1, 40) if at in joined] == [
        at for at in range(-1, 40) if any(a <= at < b for a, b in given)
    ]
    assert 3 not in _Stretches([])
