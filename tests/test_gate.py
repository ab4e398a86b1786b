"""The gate itself: it must shut under a floor, refuse to lower one, and notice other files."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from bench import common, gate

import corpus


def figures(value: float, broken: int = 0, failed: int = 0) -> dict[str, object]:
    levels = {level: {"p": value, "r": value, "f1": value} for level in gate.LEVELS}
    return {**levels, "broken": broken, "failed": failed}


def kept(value: float, corpus_hash: str = "abc") -> dict[str, object]:
    floors = {level: {"p": value, "r": value, "f1": value} for level in gate.LEVELS}
    return {"fingerprint": corpus_hash, "floors": {"developed_on": floors}}


@pytest.fixture
def small_gold(tmp_path: Path) -> Path:
    """A corpus of three one-line reports, one of them held back."""
    folder = tmp_path / "gold"
    (folder / "reports").mkdir(parents=True)
    (folder / "seed").mkdir()

    def annotated(rid: str, number: int) -> str:
        text = f"Police said {number} people were killed."
        claim = {"quantity": str(number), "low": number, "high": number, "outcome": "killed"}
        claim |= {"source": ["Police"], "group": [None], "time": [None]}
        statement = {"source": ["Police"], "cue": "said", "content": f"{number} people were killed"}
        report = {"id": rid, "publisher": "Test", "published": "2024-01-02", "text": text}
        return json.dumps({"report": report, "statements": [statement], "claims": [claim]})

    (folder / "reports" / "one.json").write_text(annotated("one", 11))
    (folder / "reports" / "two.json").write_text(annotated("two", 12))
    (folder / "reports" / "both.case.json").write_text("{}")
    (folder / "seed" / "first-report.json").write_text(annotated("first", 13))
    (folder / "held_back.json").write_text('["two"]')
    return folder


def perfect(reports: list[dict]) -> list[dict]:
    """A record program that is right about the small corpus."""
    out = []
    for report in reports:
        text, number = report["text"], report["text"].split()[2]
        at = text.index(number)
        end = text.index("killed") + 6
        statement = {
            "id": "s1",
            "source": {"start": 0, "end": 6, "text": "Police", "name": "Police"},
            "cue": {"start": 7, "end": 11, "text": "said"},
            "content": [{"start": at, "end": end, "text": text[at:end]}],
        }
        quantity = {"start": at, "end": at + 2, "text": number, "low": int(number), "high": int(number)}
        claim = {"id": "c1", "statement": "s1", "quantity": quantity, "outcome": "killed", "group": {}, "places": []}
        out.append({"report": {"id": report["id"]}, "statements": [statement], "claims": [claim]})
    return out


def silent(reports: list[dict]) -> list[dict]:
    """A record program that finds nothing."""
    return [{"report": {"id": r["id"]}, "statements": [], "claims": []} for r in reports]


def test_at_or_over_the_floor_passes() -> None:
    assert gate.gate({"developed_on": figures(0.5)}, kept(0.5), "abc") == []


def test_one_figure_under_its_floor_fails_and_is_named() -> None:
    measured = {"developed_on": figures(0.5)}
    measured["developed_on"]["strict"]["r"] = 0.499  # type: ignore[index]
    why = gate.gate(measured, kept(0.5), "abc")
    assert why == ["developed_on strict r: 0.499 is under its floor 0.500"]


def test_a_broken_span_fails_however_good_the_figures() -> None:
    assert gate.gate({"developed_on": figures(1.0, broken=1)}, kept(0.5), "abc")


def test_a_report_that_ends_in_an_error_fails_and_is_counted() -> None:
    why = gate.gate({"developed_on": figures(1.0, failed=2)}, kept(0.5), "abc")
    assert why == ["developed_on: 2 reports ended in an error"]
    error = {"report": {"id": "x"}, "error": {"code": "CC-901", "message": "broken"}}
    gold = {"report": {"id": "x", "text": "nothing"}, "statements": [], "claims": []}
    assert gate.score_set([gold], [error])["failed"] == 1


def test_other_files_fail_even_with_perfect_figures() -> None:
    why = gate.gate({"developed_on": figures(1.0)}, kept(0.1), "another")
    assert len(why) == 1 and "annotated files" in why[0]


def test_a_set_without_floor_or_without_measurement_fails() -> None:
    assert gate.gate({"developed_on": figures(1.0), "extra": figures(1.0)}, kept(0.1), "abc")
    assert gate.gate({}, kept(0.1), "abc")


def test_a_missing_figure_in_the_floors_fails() -> None:
    floors = kept(0.1)
    del floors["floors"]["developed_on"]["found"]["p"]  # type: ignore[index]
    assert gate.gate({"developed_on": figures(1.0)}, floors, "abc") == ["developed_on found p: has no floor"]


@pytest.mark.parametrize(("value", "floor"), [(1.0, 0.995), (0.5, 0.495), (0.004, 0.0), (0.0, 0.0)])
def test_floor_is_the_value_less_the_margin(value: float, floor: float) -> None:
    assert gate.floor_of(value) == pytest.approx(floor)


def test_raising_writes_and_lowering_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    assert gate.set_floors({"developed_on": figures(0.6)}, path, "abc", allow_lower=False) == []
    before = path.read_bytes()
    assert json.loads(before)["floors"]["developed_on"]["found"]["f1"] == 0.595
    lower = {"developed_on": figures(0.9)}
    lower["developed_on"]["found"]["p"] = 0.2  # type: ignore[index]
    refused = gate.set_floors(lower, path, "abc", allow_lower=False)
    assert refused == ["developed_on found p: 0.595 would sink to 0.195"]
    assert path.read_bytes() == before, "a refusal writes nothing, not even the figures that rose"
    assert gate.set_floors(lower, path, "abc", allow_lower=True) == []
    assert json.loads(path.read_text())["floors"]["developed_on"]["found"]["p"] == 0.195


def test_setting_the_floors_twice_from_the_same_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    measured = {"developed_on": figures(0.777)}
    gate.set_floors(measured, path, "abc", allow_lower=False)
    before = path.read_bytes()
    assert gate.set_floors(measured, path, "abc", allow_lower=False) == []
    assert path.read_bytes() == before


def test_broken_spans_set_no_floors(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    assert gate.set_floors({"developed_on": figures(0.9, broken=2)}, path, "abc", allow_lower=True)
    assert not path.exists()


def test_whole_gate_over_a_small_corpus(small_gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floors = ["--floors", str(tmp_path / "floors.json")]
    assert gate.main(floors, run=perfect, gold=small_gold) == 1, "no floors yet: shut"
    assert gate.main([*floors, "--raise"], run=perfect, gold=small_gold) == 0
    assert gate.main(floors, run=perfect, gold=small_gold) == 0
    assert "the gate is open" in capsys.readouterr().err
    assert gate.main(floors, run=silent, gold=small_gold) == 1
    assert "is under its floor" in capsys.readouterr().err
    assert gate.main([*floors, "--raise"], run=silent, gold=small_gold) == 1
    report = small_gold / "reports" / "one.json"
    report.write_text(report.read_text() + "\n")
    assert gate.main(floors, run=perfect, gold=small_gold) == 1, "one byte more is another corpus"


def test_sets_divide_the_corpus(small_gold: Path) -> None:
    sets = common.gold_sets(small_gold)
    ids = {name: [g["report"]["id"] for g in members] for name, members in sets.items()}
    assert ids == {"developed_on": ["one"], "held_back": ["two"], "first_report": ["first"]}


def test_held_back_must_name_existing_reports(small_gold: Path) -> None:
    (small_gold / "held_back.json").write_text('["three"]')
    with pytest.raises(SystemExit, match="three"):
        common.gold_sets(small_gold)


def test_fingerprint_sees_every_file(small_gold: Path) -> None:
    seen = {common.fingerprint(small_gold)}
    for path in sorted(p for p in small_gold.rglob("*.json")):
        path.write_text(path.read_text() + " ")
        seen.add(common.fingerprint(small_gold))
    assert len(seen) == 6, "one for the start and one for each of the five files"


def test_a_failing_program_stops_the_gate() -> None:
    with pytest.raises(SystemExit, match="ended with 3"):
        common.run_program(["python3", "-c", "raise SystemExit(3)"], [])
    with pytest.raises(SystemExit, match="1 reports went in, 0 records came out"):
        common.run_program(["python3", "-c", "pass"], [{"text": "x"}])


def test_the_committed_floors_are_of_the_committed_files() -> None:
    committed = gate.load_floors(gate.FLOORS)
    assert committed["fingerprint"] == common.fingerprint(), "annotated files changed: run bench/gate.py --raise"
    assert set(committed["floors"]) == {"developed_on", "held_back", "first_report"}


def test_every_annotation_fits_its_report() -> None:
    from bench.score import main as score

    assert score([str(common.GOLD / "reports"), "--check"]) == 0
    assert score([str(common.GOLD / "seed" / "first-report.json"), "--check"]) == 0
    assert len(corpus.reports()) == len(common.gold_files()) + 1


def test_perfect_scores_are_one(small_gold: Path) -> None:
    measured = gate.measure(common.gold_sets(small_gold), perfect)
    assert copy.deepcopy(measured["held_back"]) == figures(1.0)
