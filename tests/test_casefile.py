"""Case files: what must come out of the first case, and what must not change whatever the input looks like."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
import pytest
from bench import common

from counterclaim.casefile import LinkKnowledge, casefile, link_knowledge
from counterclaim.identity import canonical_json
from counterclaim.pipeline import default_knowledge, record
from counterclaim.records import CaseFile, Incident, Judgement, Record, Report

CASES = ("kursk-2024-12", "dedebit-2022-01", "g-alibori", "h-kryvyi-rih-2025-04")


@cache
def knowledge() -> LinkKnowledge:
    return link_knowledge(default_knowledge().actors)


@cache
def recorded(report_id: str) -> Record:
    gold = common.load_gold(common.GOLD / "reports" / f"{report_id}.json")
    return record(msgspec.convert(gold["report"], Report))


def case(name: str) -> list[Record]:
    found = json.loads((common.GOLD / "reports" / f"{name}.case.json").read_text("utf-8"))
    return [recorded(r) for r in found["reports"]]


def tie(records: Sequence[Record], judgements: Sequence[Judgement] = ()) -> CaseFile:
    return casefile(records, knowledge(), judgements)


def told(publisher: str, published: str, text: str, name: str | None = None) -> Record:
    return record(Report(id=name or f"{publisher} {published}", publisher=publisher, published=published, text=text))


def numbers(found: CaseFile) -> list[Any]:
    """Every estimate without the names of the claims that it rests on."""
    out = [
        (i.places[:1], e.outcome, e.low, e.best, e.high, e.open, sorted(e.origins))
        for i in found.incidents
        for e in i.estimates
    ]
    return sorted(out, key=repr)


def holding(found: CaseFile, ref: tuple[str, str]) -> Incident:
    return next(i for i in found.incidents if ref in i.claims)


def test_the_kursk_weekend() -> None:
    found = tie(case("kursk-2024-12"))
    post = "kursk-gur-telegram-2024-12-16"
    weekend = holding(found, (post, "c1"))
    (estimate,) = [e for e in weekend.estimates if e.outcome == "casualties"]
    assert (estimate.low, estimate.best, estimate.high, estimate.open) == (30, 36, 99, True)
    assert len(estimate.origins) == 2
    relays = [r for r in found.relays if r.origin.claim == (post, "c1")]
    assert {r.claim[0].split("-")[1] for r in relays} == {"nsn", "sloboda", "harbour"}
    (bent,) = [r for r in relays if "outcome_changed" in r.distortions]
    assert bent.claim[0] == "kursk-sloboda-courier-2024-12-17"
    assert {"outcome_changed", "bound_dropped"} <= set(bent.distortions)
    assert {(d.relay, d.origin) for d in bent.differences if d.label == "outcome_changed"} == {("killed", "casualties")}


@pytest.mark.parametrize("name", CASES)
def test_every_claim_is_in_one_incident_and_every_tie_has_its_reasons(name: str) -> None:
    found = tie(case(name))
    claims = [ref for i in found.incidents for ref in i.claims]
    assert len(claims) == len(set(claims)) == sum(len(r.claims) for r in found.records)
    for incident in found.incidents:
        tied = {link.claim for link in incident.links} | {link.to for link in incident.links}
        assert len(incident.claims) == 1 or set(incident.claims) <= tied
        assert all(link.reasons for link in incident.links)
        for estimate in incident.estimates:
            assert set(estimate.basis) <= set(incident.claims)
            assert len(estimate.origins) == len(set(estimate.origins))


@pytest.mark.parametrize("name", CASES)
def test_the_order_of_the_reports_changes_nothing(name: str) -> None:
    records = case(name)
    once = canonical_json(tie(records))
    for seed in range(3):
        shuffled = records.copy()
        random.Random(seed).shuffle(shuffled)
        assert canonical_json(tie(shuffled)) == once


@pytest.mark.parametrize("name", CASES)
def test_every_report_twice_changes_nothing(name: str) -> None:
    records = case(name)
    assert canonical_json(tie([*records, *records])) == canonical_json(tie(records))


def test_a_relay_of_a_known_origin_changes_no_estimate() -> None:
    first = [
        told("Norland Ministry of Defence", "2024-12-16", "At least 30 soldiers were killed on Sunday in Izium."),
        told(
            "Test Daily",
            "2024-12-16",
            "The hospital in Izium said that 24 soldiers had been killed on Sunday in Izium.",
        ),
    ]
    text = "At least 30 soldiers were killed on Sunday in Izium, the Norland Ministry of Defence said."
    relays = [told(f"Relay {n}", "2024-12-17", text) for n in range(3)]
    before = tie(first)
    for count in (1, 2, 3):
        after = tie([*first, *relays[:count]])
        assert numbers(after) == numbers(before)
        assert len(after.relays) == count


def test_one_real_relay_more_changes_no_estimate_of_the_first_case() -> None:
    records = case("kursk-2024-12")
    live = next(r for r in records if "harbour" in (r.report.id or ""))
    again = msgspec.structs.replace(
        live, report=msgspec.structs.replace(live.report, id="copy", publisher="Copy Daily", sha256="0" * 64)
    )
    kept = tuple(c for c in live.claims if c.id in ("c5", "c6"))
    copied = msgspec.structs.replace(again, claims=kept)
    assert numbers(tie([*records, copied])) == numbers(tie(records))


def test_a_total_is_never_one_with_an_incident() -> None:
    found = tie([
        told("Test Daily", "2024-12-16", "The army said that 12 soldiers were killed in Izium on Sunday."),
        told("Other Daily", "2024-12-17", "The army said that 12 soldiers had been killed in Izium since 1 October."),
    ])  # fmt: skip
    assert len(found.incidents) == 2


def pair() -> list[Record]:
    return [
        told("Test Daily", "2024-12-16", "The army said that 12 soldiers were killed in Izium on Sunday.", "a"),
        told("Other Daily", "2024-12-16", "The army said that 12 soldiers were killed in Izium on Sunday.", "b"),
    ]


def judged(same: bool, a: str = "a", b: str = "b", why: str = "") -> Judgement:
    return Judgement(a=(a, "c1"), b=(b, "c1"), same=same, who="reader", why=why)


def test_judgements_win_over_the_program() -> None:
    assert len(tie(pair()).incidents) == 1
    assert len(tie(pair(), [judged(False)]).incidents) == 2
    far = [*pair(), told("Third", "2024-12-17", "Police said that 4 people were killed in Lima on Monday.", "c")]
    assert len(tie(far).incidents) == 2
    assert len(tie(far, [judged(True, "a", "c")]).incidents) == 1


def test_contradictory_judgements_are_told_and_neither_is_followed() -> None:
    found = tie(pair(), [judged(False), judged(True)])
    assert [p.code for p in found.problems] == ["CC-403"]
    assert len(found.incidents) == 1


def test_a_judgement_of_a_missing_claim_is_told_and_the_rest_is_done() -> None:
    found = tie(pair(), [judged(False, "a", "nowhere"), judged(False)])
    assert [(p.code, p.claims) for p in found.problems] == [("CC-402", (("nowhere", "c1"),))]
    assert len(found.incidents) == 2


def test_two_reports_of_one_id_are_both_kept() -> None:
    records = pair()
    other = msgspec.structs.replace(
        records[1], report=msgspec.structs.replace(records[1].report, id="a", sha256="f" * 64)
    )
    found = tie([records[0], other])
    assert [p.code for p in found.problems] == ["CC-401"]
    assert len({r.report.id for r in found.records}) == 2
    assert len({ref for i in found.incidents for ref in i.claims}) == 2


def test_reports_that_cite_each_other_end() -> None:
    found = tie([
        told("Alpha News", "2024-12-16", "At least 30 people were killed in Izium on Sunday, Beta News reported.", "a"),
        told("Beta News", "2024-12-16", "At least 30 people were killed in Izium on Sunday, Alpha News reported.", "b"),
    ])  # fmt: skip
    chain = {r.claim: r.origin.claim for r in found.relays}
    for start in chain:
        seen, at = set(), start
        while at in chain and chain[at] is not None:
            assert at not in seen
            seen.add(at)
            at = chain[at]  # type: ignore[assignment]


def test_nothing_in_nothing_out() -> None:
    assert tie([]).incidents == ()
    empty = told("Test Daily", "2024-12-16", "It rained.")
    assert tie([empty]).records[0].claims == ()


def test_a_part_that_names_no_claim_and_a_statement_that_is_not_there_cost_nothing() -> None:
    (one, _) = pair()
    claim = msgspec.structs.replace(one.claims[0], part_of="gone", statement="gone")
    found = tie([msgspec.structs.replace(one, claims=(claim,))])
    assert len(found.incidents) == 1
