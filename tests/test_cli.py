"""The command line: the line protocol, the readable view, and an end with a code whatever happens."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from counterclaim import cli, cli_io
from counterclaim.engines import local
from counterclaim.errors import CounterclaimError
from counterclaim.identity import report_id, text_sha256
from counterclaim.records import (
    Abstention,
    Claim,
    Group,
    Interval,
    Place,
    Quantity,
    Reason,
    Record,
    Report,
    ReportInfo,
    Source,
    Span,
    Statement,
    Via,
)
from counterclaim.render import clipped, evidence, interval_words, marked_text, place_words, quantity_words, visible

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
COMMAND = [sys.executable, "-m", "counterclaim.cli"]
TEXT = "At least 30 soldiers were killed, the ministry told Delta."


def fake_record(report: Report, knowledge: object = None) -> Record:
    """A stand-in for the stages, so that these tests are about the command line alone."""
    if "CRASH" in report.text:
        raise RuntimeError("a stage broke\nover two lines")
    text = report.text
    claims: tuple[Claim, ...] = ()
    statements: tuple[Statement, ...] = ()
    if text.startswith(TEXT):
        at = text.index("the ministry")
        source = Source(start=at, end=at + 12, text="the ministry", name="Ministry of Defence", kind="government")
        via = Via(name="Delta", start=at + 18, end=at + 23, text="Delta")
        cue = Span(start=at + 13, end=at + 17, text="told")
        content = (Span(start=0, end=32, text=text[:32]),)
        says = Statement(
            id="s1", source=source, via=(via,), cue=cue, content=content, mode="indirect", stance="asserts"
        )
        statements = (says,)
        claims = (
            Claim(
                id="c1", statement="s1", outcome="killed",
                quantity=Quantity(start=0, end=11, text="At least 30", low=30, high=None),
                group=Group(start=12, end=20, text="soldiers", affiliation="Northland", kind="military"),
                places=(Place(start=0, end=2, text="At", name="Plekhovo", country="RU", precision="settlement"),),
                time=Interval(start="2024-12-14", end="2024-12-15"),
            ),
        )  # fmt: skip
    info = ReportInfo(
        id=report_id(report), publisher=report.publisher, published=report.published, title=report.title,
        synthetic=report.synthetic, sha256=text_sha256(text),
    )  # fmt: skip
    left = (Abstention(start=0, end=2, text=text[:2], code="ABST-THING", reason=""),)
    why = (Reason(item="c1", field="outcome", rule="verb", words=Span(start=0, end=2, text=text[:2])),)
    return Record(report=info, statements=statements, claims=claims, abstentions=left, reasons=why)


class Result(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[Run]:
    """Runs the command line in this process with the stand-in for the stages."""
    fake = types.ModuleType("counterclaim.pipeline")
    fake.record = fake_record  # type: ignore[attr-defined]
    fake.load_knowledge = lambda *, gazetteer=None, world=None: ("knowledge", gazetteer, world)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "counterclaim.pipeline", fake)
    local.knowledge_for.cache_clear()

    def call(*arguments: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = cli.main(list(arguments))
        out, err = capfdbinary.readouterr()
        result = Result(status, out.decode("utf-8"), err.decode("utf-8"))
        assert "Traceback" not in result.out + result.err
        return result

    yield call
    local.knowledge_for.cache_clear()


def lines_of(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.out.splitlines()]


# --- record ------------------------------------------------------------------------------------------------------


def test_record_answers_each_line_in_order(run: Run) -> None:
    bad = [
        b'{"id": "b", "text": 5}', b'{"id": "c", "text": "30 killed", "published": "2024-13-16"}', b"nope",
        b'{"id": "d"}',
        b'{"id": "e", "text": "CRASH here"}', b'{"id": "f", "text": ""}', b'{"id": "g", "text": "half \\ud800"}',
        b'{"text": "30 \xff"}', b'{"a":' * 5000 + b"1" + b"}" * 5000,
    ]  # fmt: skip
    good = json.dumps({"id": "a", "publisher": "P", "published": "2024-12-16", "text": TEXT}).encode()
    result = run("record", stdin=b"\n\n".join([good, *bad, good]) + b"\n")
    found = lines_of(result)
    assert result.status == 0 and result.err == ""
    assert len(found) == len(bad) + 2
    codes = [line["error"]["code"] if "error" in line else "" for line in found]  # type: ignore[index]
    assert codes == ["", "CC-110", "CC-106", "CC-101", "CC-102", "CC-901", "CC-103", "CC-111", "CC-101", "CC-101", ""]
    ids = [line["report"]["id"] for line in found]  # type: ignore[index]
    assert ids == ["a", "b", "c", None, "d", "e", "f", "g", None, None, "a"]
    assert found[1] == {
        "report": {"id": "b"},
        "error": {
            "code": "CC-110",
            "message": "a field has a value of the wrong type: text: Expected `str`, got `int` (line 3). "
            "See schemas/report.json for the types.",
        },
    }
    assert result.out.splitlines()[0] == result.out.splitlines()[-1]


def test_a_record_has_all_fields_in_order_and_no_reasons(run: Run) -> None:
    (record,) = lines_of(run("record", stdin=json.dumps({"text": TEXT}).encode()))
    assert list(record) == ["report", "statements", "claims", "abstentions"]
    (claim,) = record["claims"]  # type: ignore[misc]
    assert list(claim) == list(Claim.__struct_fields__)
    assert claim["attacker"] is None and claim["part_of"] is None and claim["quantity"]["high"] is None


def test_explain_adds_the_reasons(run: Run) -> None:
    (record,) = lines_of(run("record", "--explain", stdin=json.dumps({"text": TEXT}).encode()))
    assert list(record)[-1] == "reasons"
    assert record["reasons"] == [
        {"item": "c1", "field": "outcome", "rule": "verb", "words": {"start": 0, "end": 2, "text": "At"}}
    ]


def test_output_is_utf8_whatever_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run("record", stdin=json.dumps({"text": "Téra 😀 30", "publisher": "Радио"}).encode())
    assert '"publisher":"Радио"' in result.out


@pytest.mark.parametrize("stdin", [b"", b"\n \n\r\n", b"\xef\xbb\xbf\n"])
def test_nothing_in_nothing_out(run: Run, stdin: bytes) -> None:
    assert run("record", stdin=stdin) == Result(0, "", "")


def test_a_line_that_is_too_long_is_skipped_to_its_end(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_io, "MAX_LINE", 100)
    long = json.dumps({"id": "long", "text": "x" * 3_000_000}).encode()
    found = lines_of(run("record", stdin=long + b"\n" + b'{"id": "b", "text": "30"}\n' + long))
    assert [line.get("error", {}).get("code") for line in found] == ["CC-105", None, "CC-105"]  # type: ignore[attr-defined]
    assert found[1]["report"]["id"] == "b"  # type: ignore[index]


def test_text_in_a_line_keeps_what_offsets_count(run: Run) -> None:
    text = TEXT + "\r\n\u200b\u202e killed \u0000 " + "9" * 100_000 + "(" * 50_000
    (record,) = lines_of(run("record", stdin=json.dumps({"text": text}).encode()))
    assert record["report"]["sha256"] == text_sha256(text)  # type: ignore[index]


def test_knowledge_that_cannot_be_loaded_ends_the_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise CounterclaimError("CC-204", "3 columns", where="places.tsv, line 2")

    monkeypatch.setattr(sys.modules["counterclaim.pipeline"], "load_knowledge", broken)
    for arguments in (["record", "--gazetteer", "places.tsv"], ["read", str(EXAMPLES / "kursk-wire.json")]):
        result = run(*arguments, stdin=b'{"text": "30 killed"}')
        assert result.status == 1 and result.out == ""
        assert result.err.startswith("[CC-204]") and "places.tsv, line 2" in result.err


# --- read --------------------------------------------------------------------------------------------------------


def write(folder: Path, name: str, data: bytes) -> str:
    (folder / name).write_bytes(data)
    return str(folder / name)


def test_the_readable_view(run: Run, tmp_path: Path) -> None:
    told = {
        "text": TEXT,
        "publisher": "The Lowland Daily",
        "published": "2024-12-16",
        "title": "Toll",
        "synthetic": True,
    }
    result = run("read", write(tmp_path, "a.json", json.dumps(told).encode()))
    assert result.status == 0 and result.err == ""
    shown = (
        "SYNTHETIC", "The Lowland Daily", "2024-12-16", "Toll", "≥30", "killed", "soldiers [Northland, military]",
        "Plekhovo (RU, no coordinates)", "2024-12-14 – 2024-12-15", "Ministry of Defence", "Delta", "told",
        "At least 30 [c1] soldiers were killed",
    )  # fmt: skip
    for words in shown:
        assert words in result.out, words
    assert "ABST-THING" not in result.out


def test_no_synthetic_mark_on_other_reports(run: Run, tmp_path: Path) -> None:
    assert "SYNTHETIC" not in run("read", write(tmp_path, "a.txt", TEXT.encode())).out


def test_explain_shows_what_was_left_out_and_why(run: Run, tmp_path: Path) -> None:
    out = run("read", "--explain", write(tmp_path, "a.txt", TEXT.encode())).out
    assert "ABST-THING" in out and "counts things, not people" in out
    assert re.search(r"c1\s+│ outcome\s+│ verb\s+│ At", out)


def test_a_text_without_a_day_is_read_with_a_note(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", TEXT.encode())
    result = run("read", path, "--json")
    assert result.status == 0 and result.err.startswith("note: [CC-107]")
    assert run("read", path, "--json", "--published", "2124-12-16").err == ""


def test_options_go_before_the_file(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, "a.json", json.dumps({"text": TEXT, "publisher": "File"}).encode())
    result = run("read", path, "--json", "--publisher", "User", "--published", "2024-12-16", "--title", "T")
    (record,) = lines_of(result)
    assert record["report"]["publisher"] == "User" and record["report"]["title"] == "T"  # type: ignore[index]


def test_standard_input(run: Run) -> None:
    (record,) = lines_of(run("read", "-", "--json", stdin=TEXT.encode()))
    assert record["claims"][0]["quantity"]["text"] == "At least 30"  # type: ignore[index]


def test_several_files_of_which_some_cannot_be_read(run: Run, tmp_path: Path) -> None:
    good = write(tmp_path, "a.json", json.dumps({"text": TEXT, "published": "2024-12-16"}).encode())
    crash = write(tmp_path, "crash.json", b'{"text": "CRASH 30", "published": "2024-12-16"}')
    result = run("read", "--json", good, str(tmp_path / "none.txt"), str(tmp_path), crash, "file:///etc/passwd", good)
    assert result.status == 1 and len(lines_of(result)) == 2
    assert [line[:8] for line in result.err.splitlines()] == ["[CC-108]", "[CC-108]", "[CC-901]", "[CC-112]"]
    assert "a stage broke over two lines" in result.err


BAD = [
    ("a.txt", b"", "CC-103"),
    ("a.txt", b"\n\n", "CC-103"),
    ("a.pdf", b"%PDF-1.7 x", "CC-104"),
    ("a.txt", bytes(range(256)), "CC-104"),
    ("a.txt", "Тридцать убитых".encode("cp1251"), "CC-104"),
    ("a.json", b'{"text": ', "CC-101"),
    ("a.json", b"[]", "CC-102"),
    ("a.json", b'{"text": "30", "published": "yesterday"}', "CC-106"),
    ("a.json", b'{"text": {"en": "30"}}', "CC-110"),
    ("a.json", b'{"text": "\\udfff 30"}', "CC-111"),
    ("a.html", b"<html><body></body></html>", "CC-109"),
    ("a.md", b"---\ndate: soon\n---\n30 killed", "CC-106"),
]


@pytest.mark.parametrize(
    ("name", "data", "code"), BAD, ids=[f"{code}-{index}" for index, (_, _, code) in enumerate(BAD)]
)
def test_bad_files_end_with_their_code(run: Run, tmp_path: Path, name: str, data: bytes, code: str) -> None:
    result = run("read", write(tmp_path, name, data))
    assert result.status == 1 and result.out == ""
    assert result.err.startswith(f"[{code}]") and result.err.count("\n") == 1


def test_no_report_can_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    told = {"text": TEXT + " \x1b[2J\x9b31m \x07 \u202e evil \u200b", "publisher": "P\x1b]0;x\x07", "title": "\x1b[8m"}
    out = run("read", "--explain", write(tmp_path, "a.json", json.dumps(told).encode())).out
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202e]", out)


# --- table -------------------------------------------------------------------------------------------------------


def test_table_shows_the_claims_of_many_records(run: Run) -> None:
    told = [{"text": TEXT, "publisher": f"Paper {n}", "published": "2024-12-16", "synthetic": n == 1} for n in (1, 2)]
    records = run("record", "--explain", stdin=b"\n".join(json.dumps(one).encode() for one in told) + b"\nnope\n")
    result = run("table", stdin=records.out.encode())
    assert result.status == 0
    for words in (
        "Paper 1",
        "(synthetic)",
        "Paper 2",
        "≥30",
        "At least 30 soldiers",
        "2 claims in 2 reports",
        "not be read: 1",
    ):
        assert words in result.out, words


@pytest.mark.parametrize("stdin", [b"nope", b"[]", b'{"text": "30"}', b"[" * 50_000, b'{"report": {"id": 5}}'])
def test_table_refuses_what_is_no_record(run: Run, stdin: bytes) -> None:
    result = run("table", stdin=stdin)
    assert result.status == 1 and result.err.startswith("[CC-101]") and "line 1" in result.err


# --- the command itself ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope"], ["read"], ["read", "--nope"], ["read", "-x", "a"], ["record", "--processes", "many"],
        ["record", "extra"],
        ["record", "--processes", "0"], ["record", "--processes", "-3"], ["read", "a", "--published"], ["--nope"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_command_lines(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.status == 2 and result.out == ""
    assert result.err.startswith("[CC-301]") and result.err.count("\n") == 1


def test_help_and_version(run: Run) -> None:
    shown = run("--help")
    assert shown.status == 0 and all(command in shown.out for command in ("read", "record", "table"))
    assert "--published" in run("read", "--help").out
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", run("--version").out)


def test_help_loads_neither_the_language_model_nor_the_web_reader() -> None:
    code = (
        "import sys; from counterclaim.cli import main; main(['--help']); "
        "print(sorted({'spacy', 'trafilatura', 'numpy', 'yaml', 'lxml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.endswith("[]\n")


def test_an_unforeseen_failure_has_a_code_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("disk on fire")

    monkeypatch.setattr(cli_io, "write", broken)
    result = run("record", stdin=b'{"text": "30 killed"}')
    assert result.status == 1 and result.err.startswith("[CC-901]") and "disk on fire" in result.err


def test_a_reader_that_goes_away_ends_the_run_quietly() -> None:
    lines = b'{"text": 5}\n' * 20_000
    worker = subprocess.Popen(
        [*COMMAND, "record"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert worker.stdin and worker.stdout and worker.stderr
    worker.stdout.close()
    try:
        worker.stdin.write(lines)
        worker.stdin.close()
    except BrokenPipeError:
        pass
    assert worker.wait(60) == 130
    assert worker.stderr.read() == b""
    worker.stderr.close()


@pytest.mark.parametrize("processes", ["1", "2"])
def test_ctrl_c_ends_the_run_quietly(processes: str) -> None:
    worker = subprocess.Popen(
        [*COMMAND, "record", "--processes", processes],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert worker.stdin and worker.stdout and worker.stderr
    worker.stdin.write(b'{"text": 5}\n')
    worker.stdin.flush()
    if processes == "1":
        assert worker.stdout.readline().startswith(b'{"report":')  # the input stays open: it waits for more
    else:
        time.sleep(1.0)  # while the processes start
    os.killpg(worker.pid, signal.SIGINT)
    _, err = worker.communicate(timeout=60)
    assert (worker.returncode, err) == (130, b"")


def test_the_output_of_processes_is_the_same_byte_for_byte() -> None:
    told = [json.loads(path.read_bytes()) for path in sorted(EXAMPLES.glob("*.json"))]
    lines = [json.dumps(report).encode() for report in told]
    stdin = b"\n".join([*lines[:3], b"nope", b"", *lines[3:], b'{"id": "x", "text": ""}']) + b"\n"
    one, two = (
        subprocess.run(
            [*COMMAND, "record", "--processes", count], input=stdin, capture_output=True, timeout=300, check=True
        )
        for count in ("1", "2")
    )
    assert one.stdout == two.stdout
    found = [json.loads(line) for line in one.stdout.splitlines()]
    assert len(found) == len(lines) + 2
    for report, record in zip([*told[:3], None, *told[3:]], found, strict=False):
        if report is None:
            assert record["error"]["code"] == "CC-101"
            continue
        assert record["report"]["id"] == report["id"] and record["claims"]
        for claim in record["claims"]:
            quantity = claim["quantity"]
            assert report["text"][quantity["start"] : quantity["end"]] == quantity["text"]


# --- the words of the view ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "approximate", "words"),
    [
        (30, 30, False, "30"), (30, None, False, "≥30"), (None, 12_000, False, "≤12,000"), (24, 99, True, "24–99 ~"),
        (200, 200, True, "200 ~"), (0, 0, False, "0"), (None, None, False, "?"),
    ],
)  # fmt: skip
def test_quantities_in_words(low: int | None, high: int | None, approximate: bool, words: str) -> None:
    quantity = Quantity(start=0, end=1, text="x", low=low, high=high, approximate=approximate)
    assert quantity_words(quantity) == words
    assert quantity_words(quantity, negated=True) == f"not {words}"


def test_dates_and_places_in_words() -> None:
    assert interval_words(None) == "" == interval_words(Interval())
    assert interval_words(Interval(start="2024-12-14", end="2024-12-14")) == "2024-12-14"
    assert interval_words(Interval(end="2024-12-16")) == "… – 2024-12-16"
    kursk = Place(
        start=0, end=5, text="Kursk", name="Kursk Oblast", country="RU", lat=51.8, lon=36.2, precision="region"
    )
    nowhere = Place(start=0, end=1, text="X", name="X", precision="settlement")
    assert place_words((kursk, nowhere)) == "Kursk Oblast (RU, region); X (no coordinates)"


def test_the_evidence_holds_the_count() -> None:
    record = fake_record(Report(text=TEXT))
    assert evidence(record.claims[0], record.statements[0]) == "At least 30 soldiers were killed"
    assert evidence(record.claims[0], None) == "At least 30 … soldiers"


def test_marks_stand_behind_their_counts_and_the_text_is_whole() -> None:
    record = fake_record(Report(text=TEXT))
    assert marked_text(record, TEXT).plain == TEXT.replace("At least 30", "At least 30 [c1]")


def test_visible_keeps_length_so_that_offsets_hold() -> None:
    text = "a\x1b\x07\u202e\u200b\ufeff\x9b\u2066b\n\tc"
    assert len(visible(text)) == len(text) and visible(text) == "a␛␇·····b\n\tc"


def test_clipped() -> None:
    assert clipped("short\nwords") == "short words"
    assert clipped("x" * 300) == "x" * 109 + "…"
