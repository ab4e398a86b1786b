"""What the program knows: broken files are told by name, the fingerprint follows the content, all states are alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import corpus
from counterclaim.errors import CounterclaimError
from counterclaim.knowledge import (
    STATE_BODIES,
    Actor,
    ActorIndex,
    Body,
    Composed,
    fingerprint,
    load_actors,
    load_composed,
    load_yaml,
)
from counterclaim.paths import data_path

ARMY = Body("army", "military", "military", ("army", "land army"))
MINISTRY = Body("ministry", "ministry", "government", ("ministry of war", "war ministry"))


def index() -> ActorIndex:
    made: ActorIndex = corpus.knowledge().actors
    return made


def state(ident: str, name: str, adjective: str) -> Actor:
    return Actor(ident, name, "state", "government", ident.upper(), name, adjectives=(adjective,))


@pytest.mark.parametrize("broken", ["actors: [", "a: b: c", "\t- x", "actors:\n  - {id: x, name"])
def test_broken_yaml_is_told_with_its_file(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(broken, "utf-8")
    for load in (load_yaml, lambda p: load_actors([p])):
        with pytest.raises(CounterclaimError) as caught:
            load(path)
        assert caught.value.code == "CC-203" and str(path) in caught.value.message


@pytest.mark.parametrize(
    "content", ["[]", "x: 1", "actors: 3", "actors: [{id: x}]", "actors: [{id: x, name: X, type: state, kind: nobody}]"]
)
def test_an_entry_of_another_shape_is_told_with_its_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(CounterclaimError) as caught:
        load_actors([path])
    assert caught.value.code == "CC-203" and str(path) in caught.value.message


def test_broken_json_of_a_world_and_a_missing_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "actors.json"
    with pytest.raises(CounterclaimError, match="CC-203"):
        load_actors([path])
    path.write_text("{", "utf-8")
    with pytest.raises(CounterclaimError, match="CC-203"):
        load_actors([path])


def test_broken_bodies_are_told(tmp_path: Path) -> None:
    path = tmp_path / "composed.yaml"
    path.write_text("bodies: [{id: army, colour: red}]", "utf-8")
    with pytest.raises(CounterclaimError) as caught:
        load_composed(path)
    assert caught.value.code == "CC-203" and str(path) in caught.value.message


def test_the_fingerprint_follows_names_and_content_and_not_the_order(tmp_path: Path) -> None:
    a, b = tmp_path / "a.yaml", tmp_path / "b.yaml"
    a.write_text("one", "utf-8")
    b.write_text("two", "utf-8")
    first = fingerprint([a, b])
    assert first == fingerprint([b, a]) and len(first) == 64
    a.write_text("one ", "utf-8")
    assert fingerprint([a, b]) != first
    a.write_text("one", "utf-8")
    assert fingerprint([a, b]) == first
    assert fingerprint([a, b.rename(tmp_path / "c.yaml")]) != first


def test_actors_of_json_and_yaml_are_the_same(tmp_path: Path) -> None:
    entry = {"id": "xa", "name": "Arcadia", "type": "state", "kind": "government", "country": "XA"}
    (tmp_path / "a.json").write_text(json.dumps({"actors": [entry]}), "utf-8")
    (tmp_path / "a.yaml").write_text("actors:\n  - " + json.dumps(entry), "utf-8")
    made = [load_actors([tmp_path / name]).by_id for name in ("a.json", "a.yaml")]
    assert made[0] == made[1]


def test_every_state_gets_every_body_alike() -> None:
    know = index()
    bodies = {b.id: b for b in know.composed.bodies}
    assert len(bodies) >= 25 and len(know.bodies) >= 230
    for ident, own in know.bodies.items():
        assert set(own) == set(bodies)
        assert len(set(own.values())) == len(own), "two bodies of one state are two actors"
        for body, actor_id in own.items():
            actor = know.by_id[actor_id]
            assert (actor.type, actor.kind) == (bodies[body].type, bodies[body].kind), actor_id
            assert actor.affiliation == know.by_id[ident].affiliation, actor_id


def test_no_phrase_names_two_bodies_and_all_are_of_known_types() -> None:
    phrases = [p.casefold() for b in index().composed.bodies for p in b.phrases]
    assert len(phrases) == len(set(phrases))
    assert {b.type for b in index().composed.bodies} <= STATE_BODIES


def test_a_named_body_keeps_its_id() -> None:
    bodies = index().bodies
    assert bodies["ua"]["defence-ministry"] == "ministry-of-defence-of-ukraine"
    assert bodies["ua"]["armed-forces"] == "armed-forces-of-ukraine"
    assert bodies["ke"]["presidency"] == "ke-presidency"


def test_counted_groups_are_no_names_of_bodies() -> None:
    states = {
        form
        for form, (cls, actor) in index().forms.items()
        if cls in ("state", "adjective") and actor in index().states
    }
    counted = {f"{name} {noun}" for name in states for noun in ("troops", "soldiers", "fighters", "occupation forces")}
    assert not counted & set(index().forms)


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("Arcadia's army", ("xa", "army", "army")),
        ("Arcadia’s Land Army", ("xa", "army", "land army")),
        ("Arcadian war ministry", ("xa", "ministry", "war ministry")),
        ("Ministry of War of Arcadia", ("xa", "ministry", "ministry of war")),
        ("Ministry of War of the Arcadia", ("xa", "ministry", "ministry of war")),
        ("Arcadia", None),
        ("Arcadia's navy", None),
        ("army", None),
        ("Utopian army", None),
        ("army Arcadia", None),
    ],
)
def test_a_bodys_name_is_read(words: str, want: tuple[str, str, str] | None) -> None:
    know = ActorIndex([state("xa", "Arcadia", "Arcadian")], Composed((ARMY, MINISTRY)))
    assert know.read_body(words) == want


def test_of_several_named_actors_the_first_phrase_decides_and_a_strange_kind_never() -> None:
    arcadia = state("xa", "Arcadia", "Arcadian")
    land = Actor("land", "Arcadian land army", "military", "military", "XA", "Arcadia")
    army = Actor("guard", "Arcadian Guard", "military", "military", "XA", "Arcadia", aliases=("Arcadia's army",))
    wrong = Actor("wrong", "Arcadian war ministry", "ministry", "military", "XA", "Arcadia")
    rebels = Actor("rebels", "Ministry of War of Arcadia", "ministry", "government", "XA", "Rebels")
    know = ActorIndex([arcadia, land, army, wrong, rebels], Composed((ARMY, MINISTRY)))
    assert know.bodies["xa"] == {"army": "guard", "ministry": "xa-ministry"}
    assert know.by_id["xa-ministry"] == Actor(
        "xa-ministry", "Arcadia ministry of war", "ministry", "government", "XA", "Arcadia"
    )


def test_forms_of_several_actors_are_told() -> None:
    one = Actor("one", "One", "military", "military", acronyms=("AF",))
    two = Actor("two", "Two", "military", "military", acronyms=("AF",))
    know = ActorIndex([one, two])
    assert know.shared == {"AF": (("body", "one"), ("body", "two"))}
    assert "IAF" in index().shared and "IDF" not in index().shared


def test_without_bodies_nothing_is_made() -> None:
    know = ActorIndex([state("xa", "Arcadia", "Arcadian")])
    assert set(know.by_id) == {"xa"} and know.bodies == {}


def test_the_packaged_file_of_bodies_has_an_origin() -> None:
    made = load_composed(data_path("actors", "composed.yaml"))
    assert made.origin and made.licence and made.not_before
    assert made.not_before == {word.lower() for word in made.not_before}
