"""The measuring scripts measure what they say."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import pytest
from bench import fuzz, generate, linear, speed

SMALL = [
    {
        "publisher": "Test",
        "text": 'Police said 30 people died on Monday. "No," he said. "Never."\n'
        "On Dec. 14 at least 1,200 fled to Kursk.",
    }
]


def test_generated_text_repeats_with_its_seed_only() -> None:
    one = generate.generate(3000, 5, SMALL)
    assert one == generate.generate(3000, 5, SMALL)
    assert one != generate.generate(3000, 6, SMALL)


def test_generated_text_has_the_words_asked_for_and_no_more_reports_than_needed() -> None:
    made = generate.generate(3000, 1, SMALL)
    sizes = [len(r["text"].split()) for r in made]
    assert sum(sizes) >= 3000 > sum(sizes[:-1])
    assert len({r["id"] for r in made}) == len(made)


def test_generated_text_varies_numbers_and_days() -> None:
    text = "\n".join(r["text"] for r in generate.generate(5000, 1, SMALL))
    numbers = {word for word in text.replace(",", "").split() if word.isdigit()}
    assert len(numbers) > 50
    assert all(day in text for day in ("Monday", "Tuesday", "Sunday"))


def test_sentences_keep_quotations_closed_and_abbreviations_whole() -> None:
    assert generate.sentences(SMALL[0]["text"]) == [
        ["Police said 30 people died on Monday.", '"No," he said.', '"Never."'],
        ["On Dec. 14 at least 1,200 fled to Kursk."],
    ]
    assert generate.sentences('He said: "One. Two." Then three.') == [['He said: "One. Two."', "Then three."]]
    assert generate.sentences('An "open one. No end.') == []


def test_generate_writes_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--words", "500"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(len(json.loads(line)["text"].split()) for line in lines) >= 500


@pytest.mark.parametrize("power", [1.0, 2.0, 1.5])
def test_exponent_of_known_growth(power: float) -> None:
    sizes = [1000 * 2**k for k in range(8)]
    assert linear.exponent(sizes, [(s / 1000) ** power for s in sizes]) == pytest.approx(power)


def test_exponent_looks_at_the_large_sizes() -> None:
    sizes = [1000 * 2**k for k in range(8)]
    seconds = [1.0 + (s / 1000) ** 2 / 1000 for s in sizes]
    slope = linear.exponent(sizes, seconds)
    assert slope is not None and slope > 1.0, "the fixed cost of small texts must not hide the growth"
    assert linear.exponent(sizes[:2], seconds[:2]) is None


class Fake:
    """A program with a clock of its own, which takes its time in proportion to a power of the text's length."""

    def __init__(self, power: float) -> None:
        self.power = power
        self.now = 0.0

    def run(self, data: bytes) -> bytes:
        self.now += (len(json.loads(data)["text"]) / 1000) ** self.power
        return b'{"statements": [], "claims": []}'

    def clock(self) -> float:
        return self.now


def test_linear_passes_the_linear_and_stops_the_quadratic(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ["--smallest", "10", "--largest", "80", "--limit", "1e9", "--only", "said"]
    linear_one, quadratic = Fake(1.0), Fake(2.0)
    assert linear.main(sizes, linear_one.run, linear_one.clock) == 0
    assert linear.main(sizes, quadratic.run, quadratic.clock) == 1
    assert "not linear, or failed: said" in capsys.readouterr().err


def test_growth_stops_at_the_limit_and_at_a_refusal() -> None:
    ticks = iter(range(0, 1000, 7))
    chars, seconds, why = linear.growth("a", [10, 20, 40], 5.0, lambda _d: b"{}", lambda: next(ticks))
    assert (len(chars), seconds, why) == (1, [7], "over 5 s")
    refused = b'{"error": {"code": "CC-105", "message": "long"}}'
    assert linear.growth("a", [10, 20], 5.0, lambda _d: refused) == ([], [], "CC-105")


@pytest.mark.parametrize("piece", linear.PATHOLOGICAL.values(), ids=linear.PATHOLOGICAL.keys())
def test_pathological_texts_have_their_size(piece: str) -> None:
    assert 9_900 <= len(linear.make(piece, 10_000)) <= 10_100


def empty(data: bytes) -> bytes:
    """A program that finds nothing, without fault."""
    return b'{"report": {}, "statements": [], "claims": [], "abstentions": []}'


def hunt(program: fuzz.Program, count: int = 40) -> fuzz.Findings:
    opts = argparse.Namespace(minutes=1.0, seed=1, count=count, ratio=8.0)
    return fuzz.hunt(program, lambda record: "" if "report" in record else "schema: no report", opts)


def test_hunt_finds_nothing_in_a_faultless_program() -> None:
    found = hunt(empty)
    assert (found.tried, found.kinds) == (40, {})


def test_hunt_finds_and_shortens_a_crash() -> None:
    def crash(data: bytes) -> bytes:
        if "killed" in json.loads(data)["text"]:
            raise ZeroDivisionError
        return empty(data)

    found = hunt(crash)
    assert set(found.kinds) == {"raised ZeroDivisionError"}
    assert json.loads(found.examples["raised ZeroDivisionError"])["text"] == "killed"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b'{"error": {"code": "CC-901", "message": "the program failed"}}', "CC-901 the program failed"),
        (b'{"statements": [], "claims": []}', "schema: no report"),
        (b'{"report": {"start": 0, "end": 9, "text": "nonsense"}, "statements": [], "claims": []}', "fault: span"),
    ],
)
def test_hunt_names_what_is_wrong(answer: bytes, kind: str) -> None:
    def shape(record: dict) -> str:
        return "" if "report" in record else "schema: no report"

    assert fuzz.failure({"text": "Some text of a report."}, lambda _d: answer, shape)[0] == kind


def test_hunt_takes_a_foreseen_error_as_an_answer() -> None:
    found = hunt(lambda _d: b'{"error": {"code": "CC-103", "message": "empty"}}', 5)
    assert (found.refused, found.kinds) == (5, {})


def test_hunt_notices_a_second_answer_that_differs() -> None:
    answers = iter([empty(b""), empty(b"").replace(b"[]", b"[ ]")])
    assert "second" in fuzz.failure({"text": "x"}, lambda _d: next(answers), lambda _r: "")[0]


def test_hunt_notices_a_slow_text() -> None:
    calls = 0

    def slow(data: bytes) -> bytes:
        nonlocal calls
        calls += 1
        end = time.process_time() + (0.3 if calls in (61, 62, 63) else 0.001)
        while time.process_time() < end:
            pass
        return empty(data)

    assert hunt(slow).kinds == {"slow": 1}


def test_run_once_measures_a_whole_process(tmp_path: Path) -> None:
    source = tmp_path / "lines"
    source.write_text("a\nb\n")
    code = "import sys, time; x = bytearray(80_000_000); time.sleep(0.2); sys.stdout.write(sys.stdin.read())"
    run = speed.run_once([sys.executable, "-c", code], source)
    assert run.lines == 2 and run.wall >= 0.2 and run.peak_mb > 70 and 0 < run.cpu < run.wall + 0.1
    with pytest.raises(SystemExit, match="ended with 5"):
        speed.run_once([sys.executable, "-c", "raise SystemExit(5)"], source)


def test_summary_takes_ratios_pair_by_pair() -> None:
    ours = [speed.Run(1.0, 1.0, 10.0, 1), speed.Run(2.0, 2.0, 12.0, 1), speed.Run(4.0, 4.0, 11.0, 1)]
    peer = [speed.Run(2.0, 4.0, 50.0, 1), speed.Run(4.0, 4.0, 50.0, 1), speed.Run(8.0, 4.0, 50.0, 1)]
    made = speed.summary({"ours": ours, "peer": peer}, 100)
    assert made["ours"]["words_per_second"] == {"min": 25.0, "median": 50.0, "max": 100.0}
    assert made["ours"]["peak_mb"] == 12.0
    assert made["peer"]["ours_over_words_per_second"] == {"min": 2.0, "median": 2.0, "max": 2.0}
    assert made["peer"]["ours_over_words_per_cpu_second"]["median"] == 2.0
