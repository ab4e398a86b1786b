"""The commands over many reports: the case file, its view, the way of a claim, and an estimate done again."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from counterclaim import cli
from counterclaim.caseio import Casebook, Opened, decode_case, encode_case
from counterclaim.profiles import load_profile, profile_names
from counterclaim.reconcile import Case, Witness, reconcile
from counterclaim.records import (
    CaseFile,
    Claim,
    ClaimRef,
    Difference,
    Group,
    Incident,
    Interval,
    Origin,
    Place,
    Quantity,
    Record,
    Relay,
    ReportInfo,
    Source,
    Span,
    Speaker,
    Statement,
    Via,
)
from counterclaim.rerun import rerun

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "birket-amara.jsonl"
COMMAND = [sys.executable, "-m", "counterclaim.cli"]


class Result(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[Run]:
    """Runs the command line in this process; the language model is loaded once for all tests."""

    def call(*arguments: str | Path, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = cli.main([str(a) for a in arguments])
        out, err = capfdbinary.readouterr()
        result = Result(status, out.decode("utf-8"), err.decode("utf-8"))
        assert "Traceback" not in result.out + result.err
        return result

    yield call


# --- a small case, made by hand ------------------------------------------------------------------------------------

WORDS = "At least 30 soldiers were killed or wounded"


def claim(number: int, text: str, low: int | None, high: int | None, outcome: str) -> Claim:
    return Claim(
        id=f"c{number}", statement=f"s{number}",
        quantity=Quantity(start=0, end=len(text), text=text, low=low, high=high), outcome=outcome,  # type: ignore[arg-type]
        group=Group(start=12, end=20, text="soldiers", affiliation="Northland", kind="military"),
        places=(Place(start=0, end=1, text="X", name="Kelmur", precision="settlement"),),
        time=Interval(start="2024-12-14", end="2024-12-15"),
    )  # fmt: skip


def statement(number: int, name: str, words: str, via: str = "") -> Statement:
    passed = (Via(name=via, start=60, end=70, text=via),) if via else ()
    return Statement(
        id=f"s{number}", source=Source(start=50, end=60, text=f"the {name}", name=name, kind="military"), via=passed,
        cue=Span(start=61, end=65, text="said"), content=(Span(start=0, end=len(words), text=words),), mode="indirect",
        stance="asserts",
    )  # fmt: skip


@cache
def small() -> CaseFile:
    """Two reports: an army's "at least 30" casualties, one paper makes of it 30 killed, and a clinic's 21 dead."""
    first = Record(
        report=ReportInfo(id="a", publisher="Wire", published="2024-12-16", synthetic=True, sha256="1"),
        statements=(statement(1, "Northland army", WORDS), statement(2, "clinic", "21 dead")),
        claims=(claim(1, "At least 30", 30, None, "casualties"), claim(2, "21", 21, 21, "killed")),
    )
    second = Record(
        report=ReportInfo(id="x/b", publisher="Daily \x1b[31m", published="2024-12-17", sha256="2"),
        statements=(statement(1, "Northland army", "30 soldiers were killed", "Delta"),),
        claims=(claim(1, "30", 30, 30, "killed"),),
    )
    refs: list[ClaimRef] = [("a", "c1"), ("a", "c2"), ("x/b", "c1")]
    made = {("a", "c1"): first.claims[0], ("a", "c2"): first.claims[1], ("x/b", "c1"): second.claims[0]}
    witnesses = tuple(
        Witness(
            ref=ref, claim=made[ref], origin="clinic" if ref == refs[1] else "Northland army", day=9,
            order=(n, ref[0], 0), figure=str(n), changed=("outcome_changed",) if ref == refs[2] else (),
        )
        for n, ref in enumerate(refs)
    )  # fmt: skip
    case = Case(key="i-1", witnesses=witnesses, total=False, civilians=False)
    estimates = tuple(e for name in profile_names() for e in reconcile(case, load_profile(name)))
    dropped = Difference(label="bound_dropped", field="quantity", relay="30", origin="At least 30")
    outcome = Difference(label="outcome_changed", field="outcome", relay="killed", origin="casualties")
    relays = (
        Relay(claim=refs[0], origin=Origin(source="Northland army")),
        Relay(
            claim=refs[2], origin=Origin(source="Northland army", claim=refs[0]), via=("Delta",),
            distortions=("outcome_changed", "bound_dropped"), differences=(outcome, dropped),
            reason="the report names Northland army",
        ),
    )  # fmt: skip
    names = ("Northland army", "clinic")
    speakers = tuple(Speaker(id=f"o{n}", name=name, kind="military", names=(name,)) for n, name in enumerate(names))
    incident = Incident(
        id="i-1", claims=tuple(refs), places=("Kelmur",), time=Interval(start="2024-12-14", end="2024-12-15"),
        groups=("Northland military",), estimates=estimates,
    )  # fmt: skip
    return CaseFile(records=(first, second), incidents=(incident,), relays=relays, speakers=speakers)


def small_json(**changes: Any) -> bytes:
    return encode_case(Opened(msgspec.structs.replace(small(), **changes)))


# --- casefile -------------------------------------------------------------------------------------------------------


def one(result: Result) -> dict[str, Any]:
    assert result.status == 0 and result.out.count("\n") == 1, result
    found = json.loads(result.out)
    assert isinstance(found, dict)
    return found


def test_one_case_file_on_one_line(run: Run) -> None:
    case = one(run("casefile", stdin=EXAMPLE.read_bytes()))
    assert list(case) == list(CaseFile.__struct_fields__)
    assert case["profile"] == "plain" and case["problems"] == []
    assert [r["report"]["id"] for r in case["records"]] == ["amara-wire", "amara-daily", "amara-radio", "amara-courier"]
    assert all("reasons" not in r for r in case["records"])
    told = sorted([r["report"]["id"], c["id"]] for r in case["records"] for c in r["claims"])
    assert sorted(ref for i in case["incidents"] for ref in i["claims"]) == told
    explained = one(run("casefile", "--explain", stdin=EXAMPLE.read_bytes()))
    assert all(r["reasons"] for r in explained["records"])


def test_records_of_an_earlier_run_give_the_same_case_file(run: Run) -> None:
    records = run("record", "--explain", stdin=EXAMPLE.read_bytes()).out.encode()
    assert run("casefile", stdin=records) == run("casefile", stdin=EXAMPLE.read_bytes())


def test_the_order_of_the_reports_changes_nothing(run: Run) -> None:
    turned = b"\n".join(reversed(EXAMPLE.read_bytes().splitlines()))
    assert run("casefile", stdin=turned) == run("casefile", stdin=EXAMPLE.read_bytes())


def test_a_line_that_cannot_be_read_costs_no_other(run: Run) -> None:
    bad = [
        b"nope", b'{"id": "b", "text": 5}', b'{"id": "c", "text": ""}', b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"report": {"id": 5}, "statements": [], "claims": []}',
        b'{"report": {"id": "d"}, "error": {"code": "CC-103", "message": "m"}}',
    ]  # fmt: skip
    case = one(run("casefile", stdin=b"\n".join([*bad[:3], EXAMPLE.read_bytes().strip(), *bad[3:]])))
    assert [r["error"]["code"] for r in case["records"][4:]] == [
        "CC-101", "CC-110", "CC-103", "CC-101", "CC-110", "CC-103",
    ]  # fmt: skip
    assert [r["report"]["id"] for r in case["records"][4:]] == [None, "b", "c", None, None, "d"]
    assert "(line 2)" in case["records"][5]["error"]["message"]
    whole = one(run("casefile", stdin=EXAMPLE.read_bytes()))
    assert case["incidents"] == whole["incidents"] and case["records"][:4] == whole["records"]


def test_several_methods_stand_beside_each_other(run: Run) -> None:
    names = [a for name in profile_names() for a in ("--profile", name)]
    case = one(run("casefile", *names, "--profile", "plain", stdin=EXAMPLE.read_bytes()))
    told = [e["id"] for i in case["incidents"] for e in i["estimates"]]
    assert len(told) == len(set(told)) and {t.rpartition("/")[2] for t in told} >= {"plain", "gtd-2017", "acled-2019"}


def test_judgements_win_and_a_bad_line_costs_no_other(run: Run, tmp_path: Path) -> None:
    wire, daily = ["amara-wire", "c1"], ["amara-daily", "c1"]
    told = [{"a": wire, "b": daily, "same": False, "who": "N", "when": "2026-03-07", "why": "test"}]
    told += [{"a": wire, "b": ["amara-wire", "c99"], "same": True}]
    path = tmp_path / "judgements.jsonl"
    path.write_text("\n".join(["nope", *map(json.dumps, told), '{"a": wrong}', '{"a": ["x", "y"]}']), "utf-8")
    case = one(run("casefile", "--judgements", path, stdin=EXAMPLE.read_bytes()))
    assert [p["code"] for p in case["problems"]] == ["CC-406", "CC-406", "CC-406", "CC-402"]
    assert [re.findall(r"line \d+", p["message"]) for p in case["problems"][:3]] == [["line 1"], ["line 4"], ["line 5"]]
    homes = [i["id"] for ref in (wire, daily) for i in case["incidents"] if ref in i["claims"]]
    assert len(homes) == 2 and homes[0] != homes[1]
    assert run("casefile", "--judgements", tmp_path / "none").err.startswith("[CC-108]")


def test_nothing_in_gives_an_empty_case_file(run: Run) -> None:
    case = one(run("casefile", stdin=b"\n"))
    assert case["records"] == case["incidents"] == case["relays"] == []


def test_processes_give_the_same_bytes() -> None:
    stdin = EXAMPLE.read_bytes() + b"nope\n"
    outs = {
        subprocess.run(
            [*COMMAND, "casefile", "--processes", n], input=stdin, capture_output=True, timeout=300, check=True
        ).stdout
        for n in ("1", "2")
    }
    assert len(outs) == 1 and outs.pop().count(b"\n") == 1


def test_the_world_of_the_conformance_cases_can_be_given(run: Run) -> None:
    case = one(run("casefile", "--world", ROOT / "seeds" / "world", stdin=EXAMPLE.read_bytes()))
    assert len(case["records"]) == 4
    assert run("casefile", "--world", ROOT / "nowhere", stdin=EXAMPLE.read_bytes()).err.startswith("[CC-203]")


# --- case -----------------------------------------------------------------------------------------------------------


def test_the_example_as_a_person_sees_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    result = run("case", EXAMPLE)
    assert result.status == 0 and result.err == ""
    for words in (
        "SYNTHETIC", "Harrow Gate Wire", "Birket Amara", "Low / best / high", "Sudan's health ministry",
        "Passed on with changes", "the bound dropped: “At least 18” → “Eighteen”",
        "another outcome: “casualties” → “killed”", "Conflicts", "Left out", "an earlier figure of this origin",
        "Running totals told once", "140 killed",
    ):  # fmt: skip
        assert words in result.out, words


def test_all_ways_to_give_a_case_show_the_same(run: Run, tmp_path: Path) -> None:
    shown = run("case", EXAMPLE).out
    data = EXAMPLE.read_bytes()
    case = run("casefile", stdin=data).out.encode()
    records = run("record", "--explain", stdin=data).out.encode()
    files = []
    for n, line in enumerate(data.splitlines()):
        files.append(tmp_path / f"{n}.json")
        files[-1].write_text(json.dumps(json.loads(line), indent=1), "utf-8")
    (tmp_path / "case.json").write_text(json.dumps(json.loads(case), indent=1), "utf-8")
    assert run("case", *files).out == shown
    assert run("case", tmp_path / "case.json").out == shown
    for stdin in (data, case, records):
        assert run("case", "-", stdin=stdin).out == shown
    assert run("case", "--json", EXAMPLE).out.encode() == case


def test_methods_stand_side_by_side(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    result = run("case", "-", *(a for n in profile_names() for a in ("--profile", n)), stdin=small_json())
    assert result.status == 0
    assert "low / best / high (independent origins)" in result.out
    assert re.search(r"Outcome +┃ plain +┃ acled-2019 +┃ airwars +┃ gtd-2017 +┃ ucdp-ged-23.1", result.out)
    assert "blank (1)" in result.out and "30 / 30 / 30+ (1)" in result.out and "grade" not in result.out
    alone = run("case", "-", "--profile", "plain", stdin=small_json())
    assert "acled" not in alone.out and "30 / 30 / 30+" in alone.out


@pytest.mark.parametrize("columns", ["30", "60", "200"])
def test_the_view_holds_on_any_terminal(run: Run, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for arguments in (("case", "-"), ("trace", "x/b/c1"), ("explain", "i-1/killed/plain")):
        out = run(*arguments, stdin=small_json()).out
        assert max(map(len, out.splitlines())) <= int(columns)
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", out)


def test_what_cannot_be_read_is_told_and_the_rest_shown(run: Run, tmp_path: Path) -> None:
    mixed = tmp_path / "mixed.jsonl"
    mixed.write_bytes(EXAMPLE.read_bytes() + b'nope\n{"id": "z", "text": ""}\n')
    result = run("case", mixed, tmp_path / "none.txt")
    assert result.status == 1 and "4 reports" in result.out and "3 reports could not be read" in result.out
    assert [line[:8] for line in result.err.splitlines()] == ["[CC-101]", "[CC-103]", "[CC-108]"]
    empty = run("case", tmp_path / "none.txt")
    assert empty.status == 1 and empty.out == "" and empty.err.startswith("[CC-108]")
    twice = [{"id": "a", "publisher": p, "published": "2024-12-16", "text": f"{p}: 12 killed."} for p in ("P", "Q")]
    mixed.write_text("\n".join(map(json.dumps, twice)), "utf-8")
    assert run("case", mixed).err.startswith("[CC-401]")


def test_wrong_uses_end_with_their_code(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(small_json())
    for arguments, code, status in (
        (("case",), "CC-301", 2),
        (("case", "--nope", "x"), "CC-301", 2),
        (("case", "-x"), "CC-301", 2),
        (("case", path, EXAMPLE), "CC-301", 2),
        (("casefile", "--processes", "0"), "CC-301", 2),
        (("casefile", "--profile", "nope"), "CC-302", 1),
        (("case", EXAMPLE, "--profile", "nope"), "CC-302", 1),
        (("profiles", "nope"), "CC-302", 1),
        (("trace", "a/c9", "--case", path), "CC-404", 1),
        (("trace", "c1", "--case", path), "CC-404", 1),
        (("explain", "i-1/killed/nope", "--case", path), "CC-404", 1),
        (("trace", "a/c1", "--case", tmp_path / "none"), "CC-108", 1),
        (("trace", "a/c1", "--case", EXAMPLE), "CC-405", 1),
    ):
        result = run(*arguments)
        assert (result.status, result.out, result.err[1:7], result.err.count("\n")) == (status, "", code, 1), arguments
    plain = msgspec.structs.replace(small().incidents[0], estimates=())
    bare = small_json(incidents=(plain,))
    assert run("case", "-", "--profile", "gtd-2017", stdin=bare).err.startswith("[CC-301]")


@pytest.mark.parametrize(
    "stdin",
    [
        b"", b"nope", b"[]", b'{"text": "30"}', b'{"records": [], "incidents": 5}', b"[" * 50_000,
        b'{"records": [{"claims": 3}], "incidents": []}',
        b'{"records": [], "incidents": [{"id": "i", "claims": [["a", "c1"]]}]}', b"\xff\xfe",
    ],
)  # fmt: skip
def test_what_is_no_case_file_is_refused(run: Run, stdin: bytes) -> None:
    for arguments in (("trace", "a/c1"), ("explain", "i-1/killed/plain")):
        result = run(*arguments, stdin=stdin)
        assert result.status == 1 and result.out == "" and result.err.startswith("[CC-405]")


# --- trace ----------------------------------------------------------------------------------------------------------


def test_the_way_of_a_claim_with_the_words_of_each_step(run: Run) -> None:
    out = run("trace", "x/b/c1", stdin=small_json()).out
    steps = ["published by", "by way of", "said by", "origin", "the earliest record"]
    places = [out.index(step) for step in steps]
    assert places == sorted(places)
    for words in ("Delta", "“the Northland army” … “said”", "“30 soldiers were killed”", f"“{WORDS}”", "“At least 30”"):
        assert words in out, words
    assert re.search(r"outcome +│ killed +│ casualties +│ another outcome", out)
    assert re.search(r"quantity +│ “30” \(30\) +│ “At least 30” \(≥30\) +│ the bound dropped", out)
    for field in ("group", "places", "time", "certainty", "source"):
        assert re.search(rf"│{field} .*│ same +│", out), field
    assert re.search(r"means +│ – +│ – +│ not told", out)


def test_where_the_way_begins(run: Run) -> None:
    assert "passed on by x/b/c1" in run("trace", "a/c1", stdin=small_json()).out
    assert "no other claim passes it on" in run("trace", "a/c2", stdin=small_json()).out


# --- explain --------------------------------------------------------------------------------------------------------


def test_every_estimate_comes_out_the_same_again(run: Run) -> None:
    data = run("casefile", *(a for n in profile_names() for a in ("--profile", n)), stdin=EXAMPLE.read_bytes()).out
    for case in (decode_case(data.encode()).case, small()):
        book = Casebook(case)
        assert len(book.estimates) > 4
        for name, (_, estimate) in book.estimates.items():
            assert rerun(name, book, load_profile(estimate.profile)).differences == (), name


def test_totals_come_out_the_same_again() -> None:
    """A total shared out over its days, and one from which an identified incident is taken away."""
    first = small().incidents[0]
    ref = ("a", "c2")
    claim = small().records[0].claims[1]
    witness = Witness(ref=ref, claim=claim, origin="clinic", day=9, order=(0, "a", 0), figure="0")
    inside = tuple(
        msgspec.structs.replace(e, id="i-0/killed/ucdp-ged-23.1", low=1, best=2, high=3)
        for e in first.estimates
        if e.id == "i-1/killed/ucdp-ged-23.1"
    )
    total = Case(key="i-1", witnesses=(witness,), total=True, within=inside, days=2)
    made = tuple(e for n in ("acled-2019", "ucdp-ged-23.1", "gtd-2017") for e in reconcile(total, load_profile(n)))
    assert {s.operation for e in made for s in e.steps} >= {"split_evenly", "subtract"}
    whole = msgspec.structs.replace(first, claims=(ref,), scope="cumulative", estimates=made)
    part = msgspec.structs.replace(first, id="i-0", claims=(("a", "c1"),), estimates=inside)
    book = Casebook(msgspec.structs.replace(small(), incidents=(part, whole)))
    for e in made:
        assert rerun(e.id, book, load_profile(e.profile)).differences == (), e.id
    later = msgspec.structs.replace(whole, time=Interval(start="2024-12-14", end="2024-12-16"))
    changed = Casebook(msgspec.structs.replace(small(), incidents=(part, later)))
    assert rerun("i-1/killed/acled-2019", changed, load_profile("acled-2019")).differences


def test_the_steps_and_the_claims_of_an_estimate(run: Run) -> None:
    result = run("explain", "i-1/killed/plain", stdin=small_json())
    assert result.status == 0
    for words in ("21 / 21 / 21", "The plain rule", "“21 dead”", "most_agreed", "a relay that changed the outcome"):
        assert words in result.out, words
    assert "the same terms, steps and numbers (21 / 21 / 21)" in result.out


@pytest.mark.parametrize("what", ["best", "term", "claim", "step", "rule"])
def test_an_estimate_that_does_not_follow_from_its_claims_is_told(run: Run, what: str) -> None:
    value = json.loads(small_json())
    (estimate,) = [e for e in value["incidents"][0]["estimates"] if e["id"] == "i-1/killed/plain"]
    if what == "best":
        estimate["best"] = 22
    elif what == "term":
        estimate["terms"][0]["low"] = 20
    elif what == "claim":
        value["records"][0]["claims"][1]["quantity"]["low"] = 12
    elif what == "step":
        estimate["steps"][-1]["value"] = 20
    else:
        value["records"][0]["claims"][1]["negated"] = True
    result = run("explain", "i-1/killed/plain", stdin=json.dumps(value).encode())
    assert result.status == 1 and "NOT THE SAME" in result.out


# --- profiles -------------------------------------------------------------------------------------------------------


def test_the_methods_with_what_is_published_and_what_is_not(run: Run) -> None:
    out = run("profiles").out
    for name in profile_names():
        profile = load_profile(name)
        assert name in out and profile.version in out and profile.title in out
    assert "published" in out and "house rule" in out
    alone = run("profiles", "acled-2019").out
    assert "dozens 12" in alone and "ucdp" not in alone
    found = json.loads(run("profiles", "--json").out)
    assert [p["name"] for p in found] == list(profile_names())
    assert json.loads(run("profiles", "--json", "plain").out) == found[0]


def test_reading_a_case_file_loads_no_language_model(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(small_json())
    code = (
        "import sys; from counterclaim.cli import main; "
        f"main(['case', {str(path)!r}]); main(['explain', 'i-1/killed/plain', '--case', {str(path)!r}]); "
        "print(sorted({'spacy', 'trafilatura', 'numpy', 'lxml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.endswith("[]\n")
