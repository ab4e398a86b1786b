"""Attributions: golden passages of agency style, the marks of quotation, and properties that hold for any text."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from counterclaim.cues import trim
from counterclaim.pipeline import default_knowledge, record
from counterclaim.records import Record, Report, Statement
from counterclaim.statements import find_quotes
from work import steps

ROOT = Path(__file__).resolve().parents[1]
GOLD: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "data" / "statements.yaml").read_text(encoding="utf-8"))


def read(text: str, publisher: str = "Test Daily") -> Record:
    report = Report(id="t", publisher=publisher, published="2025-03-10", text=text)
    return record(report, default_knowledge())


def shown(s: Statement) -> dict[str, Any]:
    """A statement in the terms of the golden file."""
    out: dict[str, Any] = {"name": s.source.name, "cue": s.cue.text, "content": [c.text for c in s.content]}
    if s.stance != "asserts":
        out["stance"] = s.stance
    if s.via:
        out["via"] = [v.name for v in s.via]
    if s.source.kind == "anonymous":
        out["kind"] = "anonymous"
    if s.channel:
        out["channel"] = s.channel
    return out


@pytest.mark.parametrize("case", GOLD, ids=lambda case: case["text"][:40])
def test_a_passage_makes_these_statements_and_no_other(case: dict[str, Any]) -> None:
    assert [shown(s) for s in read(case["text"]).statements] == case["statements"]


def test_golden_passages_are_many_and_some_say_nothing() -> None:
    assert len(GOLD) >= 25
    assert any(not case["statements"] for case in GOLD)
    assert {s.get("stance") for case in GOLD for s in case["statements"]} >= {None, "denies", "declines", "confirms"}


def test_every_span_is_its_text_and_content_leaves_out_cue_and_source() -> None:
    for case in GOLD:
        for s in read(case["text"]).statements:
            for span in (s.source, s.cue, *s.content, *s.via):
                assert case["text"][span.start : span.end] == span.text
            for c in s.content:
                if s.stance != "declines":
                    assert s.cue.end <= c.start or c.end <= s.cue.start or s.mode == "direct"
                    assert s.source.end <= c.start or c.end <= s.source.start


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('"One," he said. "Two."', ['"One,"', '"Two."']),
        ("“Eins,” she said.", ["“Eins,”"]),
        ("'We lost 30,' said the mayor of Saint-Denis.", ["'We lost 30,'"]),
        ("The soldiers' homes and the army's bases", []),
        ('"Open to the end\n"and on."', ['"Open to the end', '"and on."']),
        ("He stood 6'2\" tall.", []),
    ],
)
def test_quotations_are_found_by_their_marks(text: str, quoted: list[str]) -> None:
    assert [text[a:b] for a, b in find_quotes(text)] == quoted


@given(st.text(alphabet=st.sampled_from("ab .,\n\"'“”‘’«»!"), max_size=120))
@settings(max_examples=150, deadline=None)
def test_quotations_never_overlap_and_stay_on_their_line(text: str) -> None:
    found = find_quotes(text)
    assert all(a < b <= len(text) and "\n" not in text[a:b] for a, b in found)
    assert all(p[1] <= q[0] for p, q in itertools.pairwise(found))


@given(st.text(alphabet=st.sampled_from('a .,"-\n'), max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_a_trimmed_stretch_has_no_blank_at_its_ends(text: str, a: int, b: int) -> None:
    a, b = min(a, b, len(text)), min(max(a, b), len(text))
    found = trim(text, a, b)
    if found is not None:
        assert a <= found[0] < found[1] <= b
        assert text[found[0] : found[1]].strip(" ,;:-\n") == text[found[0] : found[1]]


def test_a_quotation_over_two_sentences_is_one_content() -> None:
    (s,) = read('"We walked out. God granted us safety," the driver, Ali Hassan, said.').statements
    assert [c.text for c in s.content] == ['"We walked out. God granted us safety,"']
    assert s.mode == "direct"


def test_the_publisher_speaking_of_itself_makes_no_statement() -> None:
    text = "Kestrel Aid said on Monday that its clinic had received 12 wounded. The army said two soldiers had died."
    assert [s.source.text for s in read(text, "Kestrel Aid").statements] == ["The army"]
    assert len(read(text, "Test Daily").statements) == 2


def test_work_grows_with_the_length_of_the_text() -> None:
    passage = 'The army said 12 men had died. "We are holding," a colonel told AFP. "They will not pass."\n'

    assert steps(lambda: read(passage * 160)) < 4.4 * steps(lambda: read(passage * 40))
