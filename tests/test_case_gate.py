"""The gate of case files: figures from known answers, floors that hold and are not lowered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from bench import case_gate, common


def nothing(reports: Sequence[Any]) -> Any:
    """A program that finds no claim."""
    return {"records": [{"report": {"id": r["id"]}, "claims": []} for r in reports], "incidents": [], "relays": []}


def test_whole_cases_are_held_back() -> None:
    sets = case_gate.case_sets()
    kept = common.held_back()
    assert all(sets.values())
    for path in sets["held_back"]:
        assert set(json.loads(path.read_text("utf-8"))["reports"]) <= kept
    for path in (*sets["developed_on"], *sets["own"]):
        assert not set(json.loads(path.read_text("utf-8"))["reports"]) & kept


def test_a_program_that_finds_nothing_scores_nothing_but_lone_claims() -> None:
    figures = case_gate.measure(case_gate.case_sets()["developed_on"][:1], nothing)
    assert figures["relays"] == figures["distortions"] == figures["estimates"] == 0
    assert 0 < figures["incidents"] < 0.5


def test_floors_hold_and_are_not_lowered_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floors = tmp_path / "floors.json"
    assert case_gate.main(["--raise"], nothing, floors) == 0
    assert case_gate.main([], nothing, floors) == 0
    high = {"floors": {name: dict.fromkeys(case_gate.FIGURES, 0.9) for name in case_gate.case_sets()}}
    floors.write_text(json.dumps(high), "utf-8")
    assert case_gate.main([], nothing, floors) == 1
    assert "is under its floor 0.900" in capsys.readouterr().err
    assert case_gate.main(["--raise"], nothing, floors) == 1
    assert json.loads(floors.read_text("utf-8")) == high
    assert case_gate.main(["--raise", "--allow-lower"], nothing, floors) == 0


def test_the_kept_floors_name_every_set_and_figure() -> None:
    kept = json.loads(case_gate.FLOORS.read_text("utf-8"))["floors"]
    assert {name: set(figures) for name, figures in kept.items()} == {
        name: set(case_gate.FIGURES) for name in case_gate.case_sets()
    }
