"""How sure, denied or not, one attack or a running total."""

from __future__ import annotations

import pytest

from counterclaim.pipeline import default_knowledge, record
from counterclaim.records import Claim, Report


def only(text: str) -> Claim:
    found = record(Report(id="t", publisher="Test Wire", published="2024-12-16", text=text), default_knowledge())
    assert len(found.claims) == 1
    return found.claims[0]


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("Ten people were killed in Gao on 3 May.", "stated"),
        ("Ten people may have been killed in Gao.", "possible"),
        ("Ten people are feared dead after the attack in Gao.", "possible"),
        ("Up to ten people were killed in Gao.", "possible"),
        ("An estimated 200 people fled Gao.", "estimated"),
        ("The ministry claimed that its forces had killed ten rebels in Gao.", "stated"),
        ("Some 200 fighters are thought to have been killed in Gao.", "estimated"),
    ],
)
def test_certainty(text: str, certainty: str) -> None:
    assert only(text).certainty == certainty


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("More than 900 people have been killed in Sudan so far.", "cumulative"),
        ("Since January 900 people have been killed in Sudan.", "cumulative"),
        ("The war has killed 100,000 people.", "cumulative"),
        ("It was the deadliest attack since January, killing 90 people in Gao.", "incident"),
        ("All told, the army lost 300 soldiers over the past 24 hours.", "incident"),
        ("The shell hit a market in Gao and killed nine people.", "incident"),
    ],
)
def test_scope(text: str, scope: str) -> None:
    assert only(text).scope == scope


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("It is not true that 30 soldiers died in Gao.", True),
        ("The army denied that 30 soldiers had died in Gao.", True),
        ("The attack did not kill 30 soldiers, an aide said.", True),
        ("No soldiers were killed in Gao.", False),
        ("Thirty soldiers were killed in Gao.", False),
    ],
)
def test_negation(text: str, negated: bool) -> None:
    assert only(text).negated is negated
