"""The specification under seeds/ holds together, whatever program is judged by it."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from seeds_oracle import oracle, oracle_casefile

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
PROGRAMS = ("judge.py", "casefiles.py", "compare.py", "shape.py", "baseline.py")
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
SEVERAL = [case for case in CASES if "reports" in case]
TIES = sys.modules["casefiles"]  # which judge.py imports from beside itself


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


@pytest.mark.parametrize("case", SEVERAL, ids=lambda case: str(case["id"]))
def test_case_of_several_reports_points_into_them(case: dict[str, Any]) -> None:
    texts = dict(TIES.texts_of(case["reports"]))
    refs = list(refs_in([case["expect"], case.get("judgements")]))
    assert refs or "errors" in case["expect"]
    for ref in refs:
        JUDGE.locate(texts[ref["report"]], ref["quantity"], ref.get("nth", 1))
    ids = [r["id"] for r in case["reports"] if isinstance(r, dict)]
    assert len(ids) == len(set(ids)) or "CC-401" in case["expect"]["problems"]
    for report in case["reports"]:
        if isinstance(report, dict) and not case["expect"].get("errors"):
            assert not faults("report", report)


def refs_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every reference to a claim, however deep."""
    if isinstance(value, dict):
        if {"report", "quantity"} <= set(value):
            yield value
        for part in value.values():
            yield from refs_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from refs_in(part)


@pytest.mark.parametrize("case", SEVERAL, ids=lambda case: str(case["id"]))
def test_case_of_several_reports_can_be_passed_and_an_empty_case_file_fails_it(case: dict[str, Any]) -> None:
    right = oracle_casefile(case, JUDGE, TIES)
    assert not faults("casefile", right)
    # the one answer that is made here fits the reports as they are, not with their names exchanged
    same_when = [c for c in case["expect"].get("same_when", []) if "swapped" not in c]
    case = {**case, "expect": {**case["expect"], "same_when": same_when}}

    def verdict(answer: dict[str, Any]) -> tuple[str, list[str]]:
        found: tuple[str, list[str]] = TIES.judge_casefile(case, lambda *_: (answer, None), JUDGE.known_codes())
        return found

    assert verdict(right) == ("pass", [])
    empty = {"records": [], "incidents": [], "relays": [], "profile": "plain"}
    assert verdict(empty)[0] == "fail"


def test_cases_are_named_once_and_stand_in_the_folder_of_their_stage() -> None:
    for path in (SEEDS / "cases").glob("*/*.json"):
        for case in json.loads(path.read_text("utf-8")):
            assert case["stage"] == path.parent.name, case["id"]
    for key in ("id", "shows"):
        assert [v for v, n in Counter(case[key] for case in CASES).items() if n > 1] == []
    assert len(CASES) >= 450


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


def test_baseline_keeps_the_schemas_of_case_files() -> None:
    run = [sys.executable, str(SEEDS / "baseline.py"), "casefile", "--world", str(SEEDS / "world")]
    reports = [r for case in SEVERAL[:40] for r in case["reports"] if isinstance(r, dict) and len(case["reports"]) > 1]
    reports = [{**r, "id": f"{r['id']}-{n}"} for n, r in enumerate(reports)]
    lines = "".join(line + "\n" for line in TIES.lines_of(reports))
    done = subprocess.run(run, input=lines, capture_output=True, text=True, encoding="utf-8", check=True)
    answer = json.loads(done.stdout)
    assert not faults("casefile", answer)
    assert not TIES.casefile_faults(answer, TIES.texts_of(reports), JUDGE.known_codes())


def test_judge_asks_for_case_files_by_their_own_word() -> None:
    words = ["python", "record.py", "record", "--world", "seeds/world"]
    assert TIES.command_for(words, "casefile") == ["python", "record.py", "casefile", "--world", "seeds/world"]
    assert TIES.command_for(["python", "-c", "pass"], "casefile") == ["python", "-c", "pass"]
    status, card = judged("--case", "judgement-of-no-claim")
    assert (status, card["passed"]) == (1, 0)
    status, card = judged("--case", "input-nothing-to-read")
    assert (status, card["passed"]) == (0, 1)
    status, card = judged("--case", "input-reversed", command=[sys.executable, "-c", "print('[]')", "record"])
    assert card["missed"][0]["faults"] == ["a case file has records, incidents and relays"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda a: None, None),
        (lambda a: a["relays"].clear(), "no relay"),
        (lambda a: a["relays"][0]["distortions"].append("place_changed"), "not ['bound_dropped']"),
        (lambda a: a["relays"][0]["origin"].update(claim=None), "measured by None"),
        (lambda a: a["relays"][0]["origin"].update(source="Red Cross"), "of 'Red Cross'"),
        (lambda a: a["relays"][0].update(distortions=["exaggerated"]), "distortions ['exaggerated']"),
        (lambda a: a["relays"].append(a["relays"][0]), "relay twice"),
        (lambda a: a["incidents"].pop(), "in no incident"),
        (lambda a: a["incidents"][0]["claims"].append(["wire", "c9"]), "claims are pairs"),
        (lambda a: a["records"].pop(0), "claims are pairs"),
        (lambda a: a["records"][0]["claims"][0]["quantity"].update(start=0, end=1), "does not stand at"),
        (lambda a: a.pop("profile"), "profile is a name"),
    ],
)
def test_judge_sees_each_fault_of_a_case_file(change: Any, fault: str | None) -> None:
    case = next(c for c in SEVERAL if c["id"] == "relay-own-post-comes-later")
    answer = oracle_casefile(case, JUDGE, TIES)
    change(answer)
    verdict, found = TIES.judge_casefile(case, lambda *_: (answer, None), JUDGE.known_codes())
    assert verdict == ("fail" if fault else "pass")
    assert not fault or any(fault in f for f in found), found


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda e: None, None),
        (lambda e: e.update(best=17), "best is 17"),
        (lambda e: e.update(low=15), "not in order"),
        (lambda e: e.update(open=None), "true or false"),
        (lambda e: e["origins"].pop(), "origins"),
        (lambda e: e["basis"].pop(), "does not rest on"),
        (lambda e: e.update(rule=" "), "no rule"),
        (lambda e: e.pop("revisions"), "lacks revisions"),
        (lambda e: e.update(outcome="deployed"), "no outcome to estimate"),
        (lambda e: e["conflicts"].append({"claims": [["wire", "c1"]], "reason": "x"}), "a conflict is two claims"),
        (lambda e: e["revisions"].append({"origin": "x", "figures": []}), "two or more figures"),
    ],
)
def test_judge_sees_each_fault_of_an_estimate(change: Any, fault: str | None) -> None:
    case = next(c for c in SEVERAL if c["id"] == "estimate-of-two-origins")
    answer = oracle_casefile(case, JUDGE, TIES)
    change(answer["incidents"][0]["estimates"][0])
    verdict, found = TIES.judge_casefile(case, lambda *_: (answer, None), JUDGE.known_codes())
    assert verdict == ("fail" if fault else "pass")
    assert not fault or any(fault in f for f in found), found


def test_judge_exchanges_names_both_ways() -> None:
    report = {
        "id": "a",
        "publisher": "Varkian Army",
        "published": "2024-12-17",
        "text": "Varkians left Kelmur for Dravets.",
    }
    (other,) = TIES.swapped([report], {"Varkian": "Sarnovian", "Kelmur": "Dravets"})
    assert (other["publisher"], other["text"]) == ("Sarnovian Army", "Varkians left Dravets for Kelmur.")


def test_judge_sees_a_case_file_that_hangs_on_the_order_of_the_reports() -> None:
    case = next(c for c in SEVERAL if c["id"] == "input-reversed")
    answers = [oracle_casefile(case, JUDGE, TIES) for _ in range(2)]
    whole = answers[1]["incidents"][0]
    answers[1]["incidents"].append({**whole, "claims": [whole["claims"].pop()], "estimates": []})
    verdict, found = TIES.judge_casefile(case, lambda *_: (answers.pop(0), None), JUDGE.known_codes())
    assert (verdict, found) == ("fail", ["in reversed order: not the same case file"])


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
    cases = [case for case in CASES if case["level"] == "MUST" and "reports" not in case]
    assert [(case["id"], found) for case, verdict, found in JUDGE.judge(cases, command) if verdict != "pass"] == []


# MUST cases of case files that the program still misses; the list only gets shorter
NOT_YET = frozenset(
    {
        "link-weekend-and-its-saturday",
        "revision-by-order-of-a-day",
    }
)


@cache
def read_once(line: str) -> Any:
    """The program's record of one line, or what stands for a report that cannot be read."""
    import msgspec

    from counterclaim.engines.local import Line, Settings, record_line
    from counterclaim.records import Record

    value = json.loads(record_line(Line(1, line.encode("utf-8")), Settings(None, SEEDS / "world", True)))
    return value if "error" in value else msgspec.convert(value, Record)


def tied(lines: list[str], profiles: list[str], judgements: list[str] | None) -> tuple[Any, None]:
    """The program's case file, made in this process: its knowledge is loaded once, and each report read once."""
    from counterclaim.casefile import casefile, link_knowledge
    from counterclaim.caseio import Opened, encode_case, read_judgements
    from counterclaim.engines.local import knowledge_for
    from counterclaim.profiles import load_profile

    found = [read_once(line) for line in lines]
    decided, problems = read_judgements(enumerate((j.encode("utf-8") for j in judgements or []), 1))
    knowledge = link_knowledge(knowledge_for(None, SEEDS / "world").actors)
    records = [r for r in found if not isinstance(r, dict)]
    made = casefile(records, knowledge, decided, [load_profile(p) for p in profiles] or None)
    answer = json.loads(encode_case(Opened(made, tuple(r for r in found if isinstance(r, dict)))))
    return {**answer, "problems": answer["problems"] + [{"code": p.code} for p in problems]}, None


@pytest.mark.slow
@pytest.mark.skipif(not pipeline_is_there(), reason="the program itself is not built yet")
@pytest.mark.parametrize("stage", ["link", "relay", "reconcile", "profile"])
def test_our_own_program_ties_reports_as_every_must_says(stage: str) -> None:
    codes = JUDGE.known_codes()
    cases = [c for c in SEVERAL if c["stage"] == stage and c["level"] == "MUST"]
    verdicts = {case["id"]: TIES.judge_casefile(case, tied, codes) for case in cases}
    missed = {name: found for name, (verdict, found) in verdicts.items() if verdict != "pass"}
    assert {name: found for name, found in missed.items() if name not in NOT_YET} == {}


def test_what_is_not_yet_right_is_named_by_cases_that_are_there() -> None:
    assert {c["id"] for c in SEVERAL if c["level"] == "MUST"} >= NOT_YET
