"""The claims of a text: golden cases (data/claims.yaml), and what must hold for any text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterclaim.pipeline import default_knowledge, record
from counterclaim.records import Claim, Record, Report
from work import steps

CASES = yaml.safe_load((Path(__file__).parent / "data" / "claims.yaml").read_text(encoding="utf-8"))
OUTCOMES = {
    "killed", "wounded", "casualties", "missing", "captured", "detained", "abducted", "displaced", "trapped",
    "rescued", "deployed",
}  # fmt: skip
CODES = {
    "ABST-THING", "ABST-NOT-OUTCOME", "ABST-ATTACKERS", "ABST-HOUSEHOLD", "ABST-NONVIOLENT", "ABST-HYPOTHESIS",
    "ABST-PERCENT",
}  # fmt: skip
PIECES = [
    "12", "at least 30", "a soldier", "people", "were", "killed", "wounded", "and", ",", "including", "of them",
    "eight",
    ":", ".", "missing", "the toll rose to", "fled", "hostage", "took", "(+120)", "families", "or", "up from", "none",
    "\n", "In Kirkuk", "Siversk:", "may", "so far", "not", "another", "among", "the dead", "five were women",
]  # fmt: skip


def read(text: str) -> Record:
    report = Report(id="t", publisher="Test Wire", published="2024-12-16", text=text)
    return record(report, default_knowledge())


def written(claim: Claim, claims: dict[str, Claim]) -> str:
    """One claim in the notation of the golden cases."""
    low, high = ("*" if end is None else end for end in (claim.quantity.low, claim.quantity.high))
    line = f"{claim.quantity.text} | {claim.outcome} {low}..{high}" + " ~" * claim.quantity.approximate
    if claim.part_of:
        line += f" < {claims[claim.part_of].quantity.text}"
    line += " cumulative" * (claim.scope == "cumulative")
    line += "" if claim.certainty == "stated" else f" {claim.certainty}"
    return line + " negated" * claim.negated


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:50] for case in CASES])
def test_golden(case: dict[str, Any]) -> None:
    found = read(case["text"])
    claims = {claim.id: claim for claim in found.claims}
    assert [written(claim, claims) for claim in found.claims] == case["claims"]
    left = [f"{a.text} | {a.code}" for a in found.abstentions]
    assert [line for line in case.get("left", ()) if line not in left] == []


def test_the_cases_cover_every_outcome_and_the_reasons_for_no_claim() -> None:
    lines = [line for case in CASES for line in case["claims"]]
    assert {line.split(" | ")[1].split()[0] for line in lines} == OUTCOMES
    assert {line.split(" | ")[1] for case in CASES for line in case.get("left", ())} >= CODES
    assert len(CASES) > 190


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=30))
def test_whatever_the_words_a_record_is_whole(pieces: list[str]) -> None:
    text = " ".join(pieces)
    found = read(text)
    by_id = {claim.id: claim for claim in found.claims}
    for claim in found.claims:
        quantity = claim.quantity
        assert text[quantity.start : quantity.end] == quantity.text
        assert quantity.low is None or quantity.high is None or quantity.low <= quantity.high
        if claim.part_of:
            assert by_id[claim.part_of].outcome == claim.outcome
            assert claim.part_of != claim.id
    starts = [(claim.quantity.start, claim.outcome) for claim in found.claims]
    assert len(set(starts)) == len(starts)
    counted = {claim.quantity.start for claim in found.claims}
    assert not counted & {a.start for a in found.abstentions if a.code in CODES}


def test_work_is_linear_in_the_number_of_counts() -> None:
    line = "Shelling killed 12 people in Izium and wounded 30, five of them children, officials said. "

    assert len(read(line * 20).claims) == 60
    assert steps(lambda: read(line * 160)) < 4.4 * steps(lambda: read(line * 40))
