"""Made claims repeat with their seed, and the figures about linking them are right."""

from __future__ import annotations

import random

import pytest
from bench import link
from bench.link import bcubed
from bench.link_claims import Made, make

from counterclaim.casefile import LinkKnowledge, casefile, link_knowledge
from counterclaim.link import origins
from counterclaim.link.candidates import pairs
from counterclaim.link.facts import gather
from counterclaim.link.incidents import group
from counterclaim.pipeline import default_knowledge
from counterclaim.records import ClaimRef, Judgement, Record

SIZE = 1000


@pytest.fixture(scope="module")
def made() -> Made:
    return make(SIZE, 1)


@pytest.fixture(scope="module")
def knowledge() -> LinkKnowledge:
    return link_knowledge(default_knowledge().actors)


def grouped(records: list[Record], knowledge: LinkKnowledge, judgements: list[Judgement]) -> set[frozenset[ClaimRef]]:
    facts = gather(records, knowledge.actors)
    groups = group(facts, origins.identify(facts, knowledge.words), knowledge.rules, judgements)
    assert sorted(n for m in groups.members for n in m) == list(range(len(facts))), "each claim is in one group"
    return {frozenset(facts[n].ref for n in m) for m in groups.members}


def test_made_claims_repeat_with_their_seed_only(made: Made) -> None:
    assert made == make(SIZE, 1)
    assert made != make(SIZE, 2)


def test_made_claims_are_as_many_as_asked_for_and_each_has_its_incident(made: Made) -> None:
    assert sum(len(r.claims) for r in made.records) == len(made.truth) == SIZE
    assert len({r.report.id for r in made.records}) == len(made.records)
    for record in made.records:
        told = {c.id for c in record.claims}
        assert {s.id for s in record.statements} >= {c.statement for c in record.claims if c.statement}
        assert {c.part_of for c in record.claims if c.part_of} <= told


def test_made_claims_have_what_makes_linking_hard(made: Made) -> None:
    claims = [c for r in made.records for c in r.claims]
    assert {c.outcome for c in claims} == {"killed", "wounded", "casualties", "missing"}
    assert {"earlier", "raised", "figure"} <= {c.told_as for c in claims}
    assert any(c.part_of for c in claims) and any(c.scope == "cumulative" for c in claims)
    assert any(not c.places for c in claims) and any(p.lat is None for c in claims for p in c.places)
    assert 0.05 < sum(c.time is None for c in claims) / SIZE < 0.15


@pytest.mark.parametrize(
    ("found", "truth", "precision", "recall"),
    [
        ("aabb", "xxyy", 1.0, 1.0),
        ("aaaa", "xxyy", 0.5, 1.0),
        ("abcd", "xxyy", 1.0, 0.5),
        # one of y in the group of x: (3 * 2/3 ... ) by hand: x x y | y -> precision (2/3 + 2/3 + 1/3 + 1) / 4
        ("aaab", "xxyy", (2 / 3 + 2 / 3 + 1 / 3 + 1) / 4, (1 + 1 + 1 / 2 + 1 / 2) / 4),
        ("", "", 0.0, 0.0),
    ],
)
def test_bcubed_by_hand(found: str, truth: str, precision: float, recall: float) -> None:
    score = bcubed(found, truth)
    assert score.precision == pytest.approx(precision) and score.recall == pytest.approx(recall)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    assert score.f1 == pytest.approx(f1)


def test_bcubed_is_the_mean_over_items() -> None:
    rng = random.Random(5)
    found, truth = ([rng.randrange(12) for _ in range(200)] for _ in range(2))
    precisions, recalls = [], []
    for a, b in zip(found, truth, strict=True):
        ours = {k for k in range(200) if found[k] == a}
        theirs = {k for k in range(200) if truth[k] == b}
        precisions.append(len(ours & theirs) / len(ours))
        recalls.append(len(ours & theirs) / len(theirs))
    score = bcubed(found, truth)
    assert score.precision == pytest.approx(sum(precisions) / 200)
    assert score.recall == pytest.approx(sum(recalls) / 200)


def test_bcubed_wants_as_many_of_both() -> None:
    with pytest.raises(ValueError, match="2 items were grouped, 1 are known"):
        bcubed("ab", "x")


def test_linking_made_claims_finds_their_incidents(made: Made, knowledge: LinkKnowledge) -> None:
    out = link.link(made, knowledge)
    assert out["claims"] == SIZE and set(out["seconds"]) == set(link.STAGES)
    assert out["linked"] == pytest.approx(sum(out["seconds"].values()) - out["seconds"]["gather"])
    assert out["bcubed"]["f1"] > 0.9
    row = link.line({**out, "casefile": None, "records_mb": 1.0, "peak_mb": 2.0}, None)
    assert row.count("|") == len(link.HEAD) + 1


def test_the_order_of_the_reports_changes_no_group(made: Made, knowledge: LinkKnowledge) -> None:
    mixed = list(made.records)
    random.Random(3).shuffle(mixed)
    assert grouped(mixed, knowledge, []) == grouped(made.records, knowledge, [])


def test_judgements_win_over_what_is_found(made: Made, knowledge: LinkKnowledge) -> None:
    groups = sorted((sorted(g) for g in grouped(made.records, knowledge, [])), key=lambda g: (-len(g), g))
    a, b = groups[0][0], groups[1][0]
    joined = grouped(made.records, knowledge, [Judgement(a=a, b=b, same=True)])
    assert any({a, b} <= g for g in joined)


def test_each_pair_comes_up_once(made: Made, knowledge: LinkKnowledge) -> None:
    facts = gather(made.records, knowledge.actors)
    found = list(pairs(facts, origins.identify(facts, knowledge.words), 1))
    assert len(found) == len(set(found)) and all(i < j for i, j in found)


def test_a_block_of_one_town_and_day_does_not_make_every_pair(made: Made, knowledge: LinkKnowledge) -> None:
    """Ten times as many reports on one day of one place make about ten times as many pairs."""
    record = next(r for r in made.records if len(r.claims) > 1 and r.claims[0].places)

    def count(n: int) -> int:
        copies = [_renamed(record, k) for k in range(n)]
        facts = gather(copies, knowledge.actors)
        return sum(1 for _ in pairs(facts, origins.identify(facts, knowledge.words), 1))

    assert count(1000) < 15 * count(100)


def _renamed(record: Record, k: int) -> Record:
    info = record.report
    changed = type(info)(id=f"copy{k:05d}", publisher=info.publisher, published=info.published, sha256=f"{k:064x}")
    return Record(report=changed, statements=record.statements, claims=record.claims)


def test_a_small_run_prints_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert link.main(["--one", "--sizes", "200", "--casefile-up-to", "200"]) == 0
    assert '"claims": 200' in capsys.readouterr().out


def test_the_case_file_holds_every_made_claim(knowledge: LinkKnowledge) -> None:
    small = make(150, 1)
    case = casefile(small.records, knowledge)
    assert sum(len(i.claims) for i in case.incidents) == 150
