"""The specification under seeds/ holds together, whatever program is judged by it."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from seeds_oracle import oracle

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
PROGRAMS = ("judge.py", "shape.py", "baseline.py")
SCHEMAS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((SEEDS / "schemas").glob("*.json"))}
REGISTRY: Registry[Any] = Registry().with_resources([(s["$id"], Resource.from_contents(s)) for s in SCHEMAS.values()])
BASELINE = [sys.executable, str(SEEDS / "baseline.py"), "record", "--world", str(SEEDS / "world")]


def load_judge() -> ModuleType:
    sys.path.insert(0, str(SEEDS))  # judge.py finds shape.py beside itself
    spec = importlib.util.spec_from_file_location("seeds_judge", SEEDS / "judge.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(SEEDS))
    return module


JUDGE = load_judge()
CASES = JUDGE.load_cases()
LEVELS = JUDGE.load_requirements()
ONE_REPORT = [case for case in CASES if "report" in case]


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(SCHEMAS[name], registry=REGISTRY, format_checker=FormatChecker())


def faults(name: str, value: object) -> list[str]:
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator(name).iter_errors(value)]


def judged(*args: str, command: list[str] | None = None) -> tuple[int, dict[str, Any]]:
    run = [sys.executable, str(SEEDS / "judge.py"), "--json", *args, "--", *(command or BASELINE)]
    done = subprocess.run(run, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_schema_is_valid_and_all_its_references_resolve(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$id"].endswith(f"/{name}.json")
    for ref in re.findall(r'"\$ref": "([a-z]+)\.json"', json.dumps(SCHEMAS[name])):
        assert ref in SCHEMAS


def test_schemas_refuse_what_is_wrong() -> None:
    span = {"start": 0, "end": 2, "text": "30"}
    assert not faults("quantity", {**span, "low": 30, "high": None, "approximate": False})
    assert faults("quantity", {**span, "low": None, "high": None, "approximate": False})
    assert faults("quantity", {**span, "low": "30", "high": None, "approximate": False})
    assert faults("interval", {"start": "14 December", "end": None})
    assert faults("report", {"publisher": "Kestrel Wire", "published": "2024-12-17", "text": " "})


@pytest.mark.parametrize("name", ["places", "actors"])
def test_world_is_valid(name: str) -> None:
    world = json.loads((SEEDS / "world" / f"{name}.json").read_text("utf-8"))
    assert not faults("world", world)
    assert name in world


def test_world_names_are_unambiguous_but_where_a_case_needs_two_bearers() -> None:
    world = {n: json.loads((SEEDS / "world" / f"{n}.json").read_text("utf-8"))[n] for n in ("places", "actors")}
    twice = {name for name, n in Counter(p["name"] for p in world["places"]).items() if n > 1}
    assert twice == {"Santa Rosa", "Tripoli"}
    ids = Counter(a["id"] for a in world["actors"])
    assert max(ids.values()) == 1
    known = {a["name"] for a in world["actors"]}
    assert {a["affiliation"] for a in world["actors"]} - {None} <= known
    assert {p["admin1"] for p in world["places"]} - {None} <= {p["name"] for p in world["places"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_case_is_valid(case: dict[str, Any]) -> None:
    assert not faults("case", case)
    for requirement in case["requirements"]:
        assert requirement in LEVELS
        assert case["level"] != "MUST" or LEVELS[requirement] == "MUST"


@pytest.mark.parametrize("case", ONE_REPORT, ids=lambda case: str(case["id"]))
def test_case_points_into_its_report(case: dict[str, Any]) -> None:
    text, expect = case["report"]["text"], case["expect"]
    pointers = [(item, "quantity") for item in expect.get("claims", []) + expect.get("no_claims", [])]
    pointers += [(item, "text") for item in expect.get("abstentions", [])]
    for item in expect.get("claims", []):
        pointers += [(parent, "quantity") for parent in JUDGE.options(item.get("part_of")) if parent]
    for item, key in pointers:
        start, end = JUDGE.place_of(text, item, key)
        assert not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum(), item
    for item in expect.get("statements", []):
        for part in item["content"] if isinstance(item["content"], list) else [item["content"]]:
            JUDGE.locate(text, part, item.get("nth", 1))
        for cue in JUDGE.options(item.get("cue", "")):
            assert cue.casefold() in text.casefold()
    outcomes = {outcome for item in expect.get("claims", []) for outcome in JUDGE.options(item["outcome"])}
    assert outcomes <= set(SCHEMAS["claim"]["properties"]["outcome"]["enum"])


@pytest.mark.parametrize("case", ONE_REPORT, ids=lambda case: str(case["id"]))
def test_case_can_be_passed_and_an_empty_record_fails_it_unless_it_expects_nothing(case: dict[str, Any]) -> None:
    report, codes = JUDGE.report_of(case), JUDGE.known_codes()
    record = oracle(case, JUDGE)
    assert not faults("record", record)
    assert JUDGE.judge_line(case["expect"], report, json.dumps(record), codes) == ("pass", [])
    empty = {"report": {"id": report["id"]}, "statements": [], "claims": [], "abstentions": []}
    asks = any(case["expect"].get(key) for key in ("claims", "statements", "places", "abstentions"))
    verdict, _ = JUDGE.judge_line(case["expect"], report, json.dumps(empty), codes)
    assert verdict == ("fail" if asks else "pass")


def test_cases_are_named_once_and_stand_in_the_folder_of_their_stage() -> None:
    for path in (SEEDS / "cases").glob("*/*.json"):
        for case in json.loads(path.read_text("utf-8")):
            assert case["stage"] == path.parent.name, case["id"]
    for key in ("id", "shows"):
        assert [v for v, n in Counter(case[key] for case in CASES).items() if n > 1] == []
    assert len(CASES) >= 210


def test_every_requirement_has_a_number_of_its_own_and_a_case() -> None:
    numbers = re.findall(r"^- \*\*(R-[A-Z]+-\d{3})\*\*", (SEEDS / "requirements.md").read_text("utf-8"), re.M)
    assert len(numbers) == len(set(numbers)) == len(LEVELS)
    assert set(LEVELS) - {r for case in CASES for r in case["requirements"]} == set()


def test_codes_in_cases_and_schemas_exist() -> None:
    codes = json.loads((SEEDS / "errors.json").read_text("utf-8"))
    used = set(re.findall(r"\b(?:ABST-[A-Z-]+|CC-\d{3})\b", json.dumps(CASES)))
    assert used <= set(codes["errors"]) | set(codes["abstentions"])
    text = (SEEDS / "protocol.md").read_text("utf-8")
    assert set(re.findall(r"\bCC-\d{3}\b", text)) <= set(codes["errors"])


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_need_the_standard_library_only(name: str) -> None:
    tree = ast.parse((SEEDS / name).read_text("utf-8"))
    imported = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    own = {Path(program).stem for program in PROGRAMS}
    assert {module.partition(".")[0] for module in imported} <= sys.stdlib_module_names | own


def test_specification_names_no_implementation() -> None:
    for path in (p for p in SEEDS.rglob("*") if p.suffix in (".md", ".json")):
        assert not re.search(r"\b(?:counterclaim|spacy|msgspec|pydantic)\b", path.read_text("utf-8"), re.I), path


def test_baseline_is_a_floor_strictly_between_nothing_and_everything() -> None:
    status, card = judged()
    assert status == 1
    assert card["cases"] == len(CASES)
    assert 0 < card["score"] < 1
    assert card["stages"]["quantities"][0] > 0
    broken = [m["id"] for m in card["missed"] if any("in, 0 out" in fault for fault in m["faults"])]
    assert not broken


def test_baseline_keeps_the_schemas() -> None:
    lines = "".join(json.dumps(JUDGE.report_of(case)) + "\n" for case in ONE_REPORT)
    done = subprocess.run(BASELINE, input=lines, capture_output=True, text=True, encoding="utf-8", check=True)
    for case, line in zip(ONE_REPORT, done.stdout.splitlines(), strict=True):
        record = json.loads(line)
        assert not faults("record", record)
        assert not JUDGE.shape_faults(record, case["report"]["text"], JUDGE.known_codes())


def test_judge_selects_cases_and_refuses_to_judge_nothing() -> None:
    status, card = judged("--case", "quantity-figures")
    assert (status, card["cases"], card["passed"]) == (0, 1, 1)
    _, card = judged("--stage", "record", "--must")
    assert set(card["levels"]) == {"MUST"} and set(card["stages"]) == {"record"}
    run = [sys.executable, str(SEEDS / "judge.py"), "--case", "no-such-case", "--", "true"]
    assert subprocess.run(run, capture_output=True, check=False).returncode == 2


def test_judge_fails_a_program_that_answers_nothing_or_skips() -> None:
    status, card = judged("--stage", "quantities", command=[sys.executable, "-c", "pass"])
    assert (status, card["passed"]) == (1, 0)
    skip = 'import sys\nfor line in sys.stdin: print(\'{"report": {"id": null}, "skipped": "English"}\')'
    status, card = judged("--stage", "quantities", command=[sys.executable, "-c", skip])
    assert (status, card["passed"], card["skipped"]) == (1, 0, card["cases"])


def perfect_record(text: str) -> dict[str, Any]:
    """A right record of 'Two people were killed in Kelmur.'"""
    at = text.index("Kelmur")
    place = {
        "start": at,
        "end": at + 6,
        "text": "Kelmur",
        "name": "Kelmur",
        "country": "XA",
        "lat": 44.21,
        "lon": 61.35,
    }
    group = {"start": 4, "end": 10, "text": "people", "affiliation": None, "kind": "unknown", "attributes": []}
    claim = {
        "id": "c1", "statement": None, "outcome": "killed", "group": group, "attacker": None, "means": None,
        "time": None,
        "quantity": {"start": 0, "end": 3, "text": "Two", "low": 2, "high": 2, "approximate": False},
        "places": [{**place, "precision": "settlement"}], "scope": "incident", "certainty": "stated", "negated": False,
        "part_of": None,
    }  # fmt: skip
    return {"report": {"id": "x"}, "statements": [], "claims": [claim], "abstentions": []}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda c: None, None),
        (lambda c: c["quantity"].update(low=3, high=3), "low"),
        (lambda c: c.update(outcome="wounded"), "not found"),
        (lambda c: c["quantity"].update(start=1, end=4), "does not stand at"),
        (lambda c: c["places"].clear(), "places"),
        (lambda c: c.update(statement="s9"), "no statement"),
        (lambda c: c.update(part_of="c1"), "part_of"),
        (lambda c: c.update(time={"start": "2024-13-01", "end": None}), "no dates"),
        (lambda c: c.update(means="knife"), "no accepted value"),
        (lambda c: c["places"][0].update(lat=None), "both coordinates"),
    ],
)
def test_judge_sees_each_fault(change: Any, fault: str | None) -> None:
    text = "Two people were killed in Kelmur."
    record = perfect_record(text)
    change(record["claims"][0])
    want = {"quantity": "Two", "outcome": "killed", "low": 2, "high": 2, "places": ["Kelmur"], "source": None}
    expect = {"claims": [want], "claim_count": 1}
    verdict, found = JUDGE.judge_line(expect, {"id": "x", "text": text}, json.dumps(record), JUDGE.known_codes())
    assert verdict == ("fail" if fault else "pass")
    assert not fault or any(fault in f for f in found), found


def pipeline_is_there() -> bool:
    try:
        return importlib.util.find_spec("counterclaim.pipeline") is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not pipeline_is_there(), reason="the program itself is not built yet")
def test_our_own_program_passes_every_must() -> None:
    command = [sys.executable, "-m", "counterclaim.cli", "record", "--world", str(SEEDS / "world")]
    status, card = judged("--must", command=command)
    assert card["missed"] == []
    assert status == 0
