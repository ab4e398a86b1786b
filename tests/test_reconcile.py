"""Estimates: the plain rule, every other method, what is left out, conflicts, and the derivation run again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterclaim.errors import CounterclaimError
from counterclaim.methods import METHODS, agreeing, candidates, high_end, low_end
from counterclaim.profiles import load_profile, profile_names
from counterclaim.reconcile import Case, Witness, reconcile
from counterclaim.records import Attacker, Claim, Estimate, Group, Quantity, Term

DAY = date(2024, 12, 16).toordinal()


def witness(n: int, origin: str, low: int | None, high: int | None, **more: Any) -> Witness:
    """A claim of 16 December 2024; ``more`` are fields of the claim or of the witness."""
    outcome = more.pop("outcome", "killed")
    words = more.pop("words", str(low if low is not None else high))
    approximate = more.pop("approximate", False)
    claim = Claim(
        id=f"c{n}", statement=None, outcome=outcome, group=Group(kind=more.pop("kind", "unknown")),
        quantity=Quantity(start=n, end=n + 1, text=words, low=low, high=high, approximate=approximate),
        attacker=Attacker(start=0, end=1, text="x", affiliation=more.pop("attacker", None)),
        negated=more.pop("negated", False), part_of=more.pop("part_of", None), told_as=more.pop("told_as", "figure"),
    )  # fmt: skip
    report = more.pop("report", f"r{n}")
    base: dict[str, Any] = {
        "ref": (report, f"c{n}"), "claim": claim, "origin": origin, "day": DAY, "order": (DAY, report, n),
        "figure": f"{origin}{low}{high}",
    }  # fmt: skip
    return Witness(**{**base, **more})


def estimates(*witnesses: Witness, profile: str = "plain", **case: Any) -> dict[str, Estimate]:
    made = reconcile(Case("i", witnesses, case.pop("total", False), **case), load_profile(profile))
    return {e.outcome: e for e in made}


def numbers(e: Estimate) -> tuple[int | None, int | None, int | None, bool]:
    return e.low, e.best, e.high, e.open


def test_the_weekend_at_kursk_comes_to_30_36_99() -> None:
    found = estimates(
        witness(1, "GUR", 30, None, outcome="casualties", words="at least 30", own=True),
        witness(2, "White House", 36, 99, outcome="casualties", words="several dozen", approximate=True, vague=True),
    )["casualties"]
    assert numbers(found) == (30, 36, 99, True)
    assert found.origins == ("GUR", "White House")
    assert [s.result for s in found.steps if s.value == 36] == ["best"]


def test_four_methods_give_four_answers() -> None:
    """The published rules on one case: at least 30 killed and wounded, and several dozen."""
    both = (
        witness(1, "ministry", 30, None, outcome="casualties", words="at least 30", kind="military", deaths_told=True),
        witness(2, "official", 36, 99, outcome="casualties", words="several dozen", approximate=True, vague=True,
                kind="military", deaths_told=True),
    )  # fmt: skip
    acled = estimates(*both, profile="acled-2019")["killed"]
    assert numbers(acled) == (10, 10, 10, False)
    only = [
        witness(3, "ministry", 30, None, outcome="casualties", words="at least 30"),
    ]
    assert estimates(*only, profile="acled-2019")["killed"].best == 0
    assert "killed" not in estimates(*both, profile="gtd-2017")
    assert estimates(*both, profile="airwars", civilians=False) == {}
    ucdp = estimates(*both, profile="ucdp-ged-23.1")["killed"]
    assert (ucdp.low, ucdp.best, ucdp.high, ucdp.open) == (1, None, 99, True)


def test_few_deaths_without_a_number_are_three_for_acled() -> None:
    few = witness(1, "police", 4, 4, outcome="casualties", words="four", deaths_told=True)
    assert estimates(few, profile="acled-2019")["killed"].best == 3


@pytest.mark.parametrize(("words", "low", "high", "number"), [
    ("several", 3, None, 10), ("dozens", 24, 99, 12), ("several dozen", 36, 99, 12), ("hundreds", 200, 999, 100),
    ("several hundred", 300, 999, 100), ("many", 3, None, 10), ("thousands", 2000, 9999, 2000),
])  # fmt: skip
def test_acled_puts_its_numbers_to_vague_words(words: str, low: int, high: int | None, number: int) -> None:
    told = witness(1, "mayor", low, high, words=words, approximate=True, vague=True)
    assert estimates(told, profile="acled-2019")["killed"].best == number


def test_gtd_leaves_vague_words_blank_and_takes_at_least_n_as_n() -> None:
    vague = witness(1, "mayor", 24, 99, words="dozens", approximate=True, vague=True)
    assert estimates(vague, profile="gtd-2017")["killed"].best is None
    assert estimates(witness(1, "mayor", 11, None), profile="gtd-2017")["killed"].best == 11


def test_gtd_takes_the_most_recent_then_the_majority_then_the_lowest() -> None:
    old, new = witness(1, "a", 20, 20, day=DAY - 3), witness(2, "b", 25, 25)
    found = estimates(old, new, profile="gtd-2017")["killed"]
    assert found.best == 25
    assert [(x.claim, x.code) for x in found.left_out] == [(("r1", "c1"), "not_recent")]
    majority = [witness(n, o, v, v) for n, (o, v) in enumerate([("a", 30), ("b", 25), ("c", 30)])]
    assert estimates(*majority, profile="gtd-2017")["killed"].best == 30
    none = [witness(n, o, v, v) for n, (o, v) in enumerate([("a", 30), ("b", 25), ("c", 28)])]
    assert estimates(*none, profile="gtd-2017")["killed"].best == 25


def test_gtd_bars_the_perpetrator_where_there_is_another() -> None:
    theirs = witness(1, "front", 70, 70, side="Front")
    ours = witness(2, "ministry", 8, 8, day=DAY - 1)
    found = estimates(theirs, ours, profile="gtd-2017", attackers=frozenset({"Front"}))["killed"]
    assert found.best == 8
    assert ("r1", "c1") in [x.claim for x in found.left_out if x.code == "perpetrator"]
    alone = estimates(theirs, profile="gtd-2017", attackers=frozenset({"Front"}))["killed"]
    assert alone.best == 70
    assert "perpetrator" in (alone.note or "")


def test_acled_takes_the_lowest_unless_corroborated() -> None:
    assert estimates(witness(1, "a", 9, 9), witness(2, "b", 12, 12), profile="acled-2019")["killed"].best == 9
    three = [witness(1, "a", 9, 9), witness(2, "b", 12, 12), witness(3, "c", 12, 12)]
    assert estimates(*three, profile="acled-2019")["killed"].best == 12


def test_a_total_is_split_subtracted_or_left_out() -> None:
    total = witness(1, "ngo", 146, None, words="at least 146")
    assert estimates(total, total=True, days=7) == {}
    acled = estimates(total, total=True, days=7, profile="acled-2019")["killed"]
    assert acled.note == "146 over 7 days: 26 on the first, 20 on each other"
    part = estimates(witness(2, "b", 50, 60), profile="ucdp-ged-23.1")["killed"]
    ucdp = estimates(total, total=True, profile="ucdp-ged-23.1", within=(part,))["killed"]
    assert numbers(ucdp)[:3] == (96, 96, 86)  # high may fall below best


def test_airwars_counts_civilians_and_grades_by_independent_origins() -> None:
    one, two = witness(1, "a", 5, 5), witness(2, "b", 7, 9)
    assert estimates(one, profile="airwars")["killed"].grade == "weak"
    found = estimates(one, two, profile="airwars")["killed"]
    assert (found.low, found.high, found.grade) == (5, 9, "fair")
    admits = witness(3, "army", 4, 4, side="Northland")
    assert estimates(one, admits, profile="airwars", attackers=frozenset({"Northland"}))["killed"].grade == "confirmed"
    soldiers = estimates(one, profile="airwars", civilians=False)["killed"]
    assert (soldiers.best, soldiers.grade) == (None, "discounted")


def test_only_the_latest_figure_of_an_origin_counts_and_the_rest_are_revisions() -> None:
    found = estimates(
        witness(1, "ministry", 8, 8, day=DAY - 5), witness(2, "ministry", 54, 54, report="r2"),
        witness(3, "ministry", 8, 8, told_as="earlier", report="r2"), witness(4, "front", 70, 70),
    )["killed"]  # fmt: skip
    assert numbers(found) == (54, 54, 70, False)
    (revised,) = found.revisions
    assert [(f.low, f.day) for f in revised.figures] == [(8, "2024-12-11"), (54, "2024-12-16")]
    assert {x.code for x in found.left_out} == {"replaced"}


@pytest.mark.parametrize(
    ("change", "code"),
    [({"negated": True}, "negated"), ({"part_of": "c9"}, "part"), ({"told_as": "among"}, "among"),
     ({"changed": ("outcome_changed",)}, "outcome_changed")],
)  # fmt: skip
def test_what_feeds_no_estimate_is_told_with_its_reason(change: dict[str, Any], code: str) -> None:
    found = estimates(witness(1, "a", 5, 5), witness(2, "b", 9, 9, **change))["killed"]
    assert (numbers(found), [x.code for x in found.left_out]) == ((5, 5, 5, False), [code])
    assert estimates(witness(2, "b", 9, 9, **change)) == {}


def test_most_relays_decide_how_a_figure_is_read_but_the_own_words_go_before() -> None:
    relays = [witness(1, "a", 100, None), witness(2, "a", 100, 100, approximate=True), witness(3, "a", 100, None)]
    relays = [w.__class__(**{**{f: getattr(w, f) for f in w.__struct_fields__}, "figure": "x"}) for w in relays]
    assert numbers(estimates(*relays)["killed"]) == (100, 100, 100, True)
    own = witness(4, "a", 100, 100, figure="x", own=True)
    assert numbers(estimates(*relays, own)["killed"]) == (100, 100, 100, False)


def test_conflicts_are_pairs_that_cannot_both_be_true() -> None:
    found = estimates(witness(1, "a", 20, 20), witness(2, "b", 25, None), witness(3, "c", 18, None))["killed"]
    assert [c.claims for c in found.conflicts] == [(("r1", "c1"), ("r2", "c2"))]
    part = witness(5, "a", 30, 30, part_of="c1", report="r1")
    found = estimates(witness(1, "a", 20, 20), part)["killed"]
    assert [c.reason for c in found.conflicts] == ["the part is larger than the whole"]


def test_the_admiralty_digit_comes_from_independent_origins() -> None:
    a, b, c = witness(1, "a", 5, 5), witness(2, "b", 5, None), witness(3, "c", 9, 9)
    assert estimates(a, b)["killed"].credibility == 1
    assert estimates(a)["killed"].credibility == 3
    assert estimates(a, c)["killed"].credibility == 4
    assert estimates(witness(1, "paper", 5, 5, publisher=True))["killed"].credibility == 6


bounds = st.one_of(
    st.integers(0, 300).map(lambda n: (n, n)),
    st.integers(0, 300).map(lambda n: (n, None)),
    st.integers(1, 300).map(lambda n: (None, n)),
    st.tuples(st.integers(0, 150), st.integers(150, 300)),
)


@given(st.lists(bounds, min_size=1, max_size=6), st.sampled_from([n for n in profile_names() if n != "gtd-2017"]))
def test_the_numbers_are_in_order_and_a_told_one_is_best(told: list[Any], profile: str) -> None:
    found = estimates(*[witness(n, f"o{n}", low, high) for n, (low, high) in enumerate(told)], profile=profile)[
        "killed"
    ]
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.high
    assert found.best is not None
    if profile == "plain":
        assert found.best in {n for t in found.terms for n in candidates(t)}
        assert found.low == min(map(low_end, found.terms))
        assert found.high == max(map(high_end, found.terms))


@given(st.lists(bounds, min_size=1, max_size=5), bounds)
def test_another_compatible_origin_never_narrows_the_plain_range(told: list[Any], new: Any) -> None:
    some = [witness(n, f"o{n}", low, high) for n, (low, high) in enumerate(told)]
    before = estimates(*some)["killed"]
    after = estimates(*some, witness(99, "new", *new))["killed"]
    assert (after.low or 0) <= (before.low or 0)
    assert (after.high or 0) >= (before.high or 0)
    assert after.open >= before.open


@given(st.lists(bounds, min_size=1, max_size=6), st.sampled_from(sorted(METHODS)))
def test_run_again_on_its_terms_a_method_gives_the_same(told: list[Any], method: str) -> None:
    terms = [Term(origin=f"o{n}", claim=("r", "c"), low=low, high=high) for n, (low, high) in enumerate(told)]
    assert METHODS[method](terms) == METHODS[method](list(terms))


def test_an_approximate_figure_is_widened_only_to_see_who_agrees() -> None:
    about = Term(origin="a", claim=("r", "c"), low=30, high=30, approximate=True)
    assert [n for n in range(20, 40) if agreeing(n, [about])] == list(range(27, 34))
    assert numbers(estimates(witness(1, "a", 30, 30, approximate=True), witness(2, "b", 28, 28))["killed"]) == (
        28,
        28,
        30,
        False,
    )


def test_every_method_says_what_is_published_and_what_is_ours() -> None:
    assert profile_names()[0] == "plain"
    for name in profile_names():
        profile = load_profile(name)
        assert profile.name == name
        assert all(p.where.strip() and p.status in ("published", "house") for p in profile.parameters.values())
    assert all(p.status == "house" for p in load_profile("plain").parameters.values())
    with pytest.raises(CounterclaimError) as caught:
        load_profile("no-such")
    assert caught.value.code == "CC-302"
