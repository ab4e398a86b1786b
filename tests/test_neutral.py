"""Neither side is treated otherwise than the other: exchanging their names exchanges them in the record, no more.

Every annotated report is recorded twice, as it is and with the names of its two sides exchanged (their adjectives,
plurals and capitals too). What still differs has to stand in ``data/neutral_exceptions.yaml`` with its reason, and
an exception that no longer happens has to go. ``python tests/test_neutral.py`` lists all differences.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import pytest
import yaml

import corpus
from neutrality import Difference, compare
from swapping import Sides, Swapped, choose, crossed, forms, neutral, swap

EXCEPTIONS = corpus.DATA / "neutral_exceptions.yaml"
RUSSIA_UKRAINE = Sides(forms("Russia"), forms("Ukraine"))
ISRAEL_KENYA = Sides(forms("Israel"), forms("Kenya"))


@cache
def exceptions() -> dict[str, list[dict[str, str]]]:
    """The told exceptions by report."""
    loaded = yaml.safe_load(EXCEPTIONS.read_text("utf-8")) or []
    out: dict[str, list[dict[str, str]]] = {}
    for entry in loaded:
        out.setdefault(entry["report"], []).append(entry)
    return out


def sides_of(report: dict[str, Any]) -> Sides | None:
    """The two sides of a report, from all its words."""
    told = choose(report["id"], "\n".join((report["text"], report.get("title") or "", report["publisher"])))
    return Sides(forms(told[0]), forms(told[1])) if told else None


def differences(report: dict[str, Any], sides: Sides) -> tuple[Swapped, list[Difference]]:
    """The exchanged text and everything that the exchange changed in the record."""
    swapped = swap(report["text"], sides)
    other = dict(report, text=swapped.text, publisher=swap(report["publisher"], sides).text)
    if report.get("title"):
        other["title"] = swap(report["title"], sides).text
    return swapped, compare(corpus.record(report), corpus.record(other), swapped, sides)


# every fourth report at each run, the others with the slow tests
EACH = [
    pytest.param(r, id=r["id"], marks=[] if n % 4 == 0 else [pytest.mark.slow]) for n, r in enumerate(corpus.reports())
]


@pytest.mark.parametrize("report", EACH)
def test_exchanging_the_sides_exchanges_them_in_the_record(report: dict[str, Any]) -> None:
    sides = sides_of(report)
    if sides is None:
        pytest.skip("names no side of the table")
    swapped, found = differences(report, sides)
    assert swapped.text != report["text"], "nothing was exchanged"
    told = {(e["item"], e["field"]) for e in exceptions().get(report["id"], [])}
    happened = {(d.item, d.field) for d in found}
    assert not [d for d in found if (d.item, d.field) not in told]
    assert not told - happened, "these exceptions no longer happen: take them out"


def test_nearly_every_report_names_a_side() -> None:
    have = [sides_of(r) for r in corpus.reports()]
    assert sum(s is not None for s in have) >= len(have) - 5


def test_every_exception_has_a_reason_and_a_report() -> None:
    ids = {r["id"] for r in corpus.reports()}
    for report, entries in exceptions().items():
        assert report in ids
        for entry in entries:
            assert set(entry) == {"report", "item", "field", "reason"}
            assert len(entry["reason"].split()) >= 4, "a reason is a sentence"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Ukraine said Russia's army lost 30.", "Russia said Ukraine's army lost 30."),
        ("Russians and Ukrainians met in Kyiv, not Moscow.", "Ukrainians and Russians met in Moscow, not Kyiv."),
        ("A Russian and a Ukrainian soldier", "A Ukrainian and a Russian soldier"),
        ("pro-Russian, Russian-held", "pro-Ukrainian, Ukrainian-held"),
        ("RUSSIA HITS KYIV", "UKRAINE HITS MOSCOW"),
        ("Russianness, Belorussia, Prussian", "Russianness, Belorussia, Prussian"),
        ("the Russians' claim", "the Ukrainians' claim"),
        ("nobody here", "nobody here"),
        ("", ""),
    ],
)
def test_swap_exchanges_whole_words(text: str, want: str) -> None:
    done = swap(text, RUSSIA_UKRAINE)
    assert done.text == want
    assert swap(done.text, RUSSIA_UKRAINE).text == text, "exchanging twice gives the text again"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("An Israeli and a Kenyan", "A Kenyan and an Israeli"),
        ("killed an\nIsraeli soldier", "killed a\nKenyan soldier"),
        ("Nairobi is not an issue", "Jerusalem is not an issue"),
    ],
)
def test_articles_follow_the_name(text: str, want: str) -> None:
    done = swap(text, ISRAEL_KENYA)
    assert done.text == want
    assert swap(done.text, ISRAEL_KENYA).text == text


def test_a_longer_name_of_somebody_else_stays() -> None:
    sides = Sides(forms("Sudan"), forms("Chad"))
    assert swap("Sudan, South Sudan and Chad", sides).text == "Chad, South Sudan and Sudan"
    assert swap("India, the Press Trust of India", Sides(forms("India"), forms("Iran"))).text == (
        "Iran, the Press Trust of India"
    )
    assert swap("North Korean", Sides({"name": "Korean"}, {"name": "Thai"})).text == "North Korean"


def test_every_offset_outside_a_name_comes_with_its_letter() -> None:
    text = "In Kyiv, an Israeli told Ukraine that Russia's 30 Russians left for Ukraine."
    for sides in (RUSSIA_UKRAINE, ISRAEL_KENYA):
        done = swap(text, sides)
        changed = {i for start, end, *_ in done.segments for i in range(start, end)}
        for i, letter in enumerate(text):
            if i not in changed:
                at = done.new(i)
                assert at is not None and done.text[at] == letter
        for start, end, new_start, new_end in done.segments:
            assert (done.new(start), done.new(end, True)) == (new_start, new_end)
            assert done.new(start + 1) is None or end - start == 1
        assert done.new(len(text), True) == len(done.text)


def test_names_compare_without_their_grammar() -> None:
    assert neutral("Russian Ministry of Russia", RUSSIA_UKRAINE) == "<1> Ministry of <1>"
    assert crossed(neutral("the Russians in Kyiv", RUSSIA_UKRAINE)) == neutral(
        "the Ukrainians in Moscow", RUSSIA_UKRAINE
    )
    assert neutral("brigade 12", RUSSIA_UKRAINE) == crossed("brigade 12") == "brigade 12"


def made(affiliation: str | None, text: str, low: int = 3) -> dict[str, Any]:
    """A record of one claim: ``3`` at the start, then its group."""
    q = {"start": 0, "end": 1, "text": "3", "low": low, "high": low, "approximate": False}
    group = {"start": 2, "end": 2 + len(text), "text": text, "affiliation": affiliation, "kind": "military"}
    claim: dict[str, Any] = {"id": "x", "statement": None, "quantity": q, "outcome": "killed"}
    claim |= {"group": {**group, "attributes": []}, "attacker": None, "means": None, "places": [], "time": None}
    claim |= {"scope": "incident", "certainty": "stated", "negated": False, "part_of": None}
    return {"statements": [], "claims": [claim], "abstentions": []}


def fields(before: dict[str, Any], after: dict[str, Any], text: str) -> list[str]:
    return [d.field for d in compare(before, after, swap(text, RUSSIA_UKRAINE), RUSSIA_UKRAINE)]


def test_comparison_sees_a_party_that_did_not_follow() -> None:
    text, right = "3 Russians died", made("Russia", "Russians")
    assert fields(right, made("Ukraine", "Ukrainians"), text) == []
    assert fields(right, made("Russia", "Ukrainians"), text) == ["group.affiliation"]
    assert fields(right, made(None, "Ukrainians"), text) == ["group.affiliation"]
    assert fields(right, made("Ukraine", "Ukrainians", low=4), text) == ["bounds"]
    assert fields(right, {"statements": [], "claims": [], "abstentions": []}, text) == ["*"]


def test_a_party_told_by_no_name_of_a_side_may_stay() -> None:
    text = "3 soldiers died"
    assert fields(made("Russia", "soldiers"), made("Russia", "soldiers"), text) == []
    assert fields(made("Russia", "soldiers"), made("Ukraine", "soldiers"), text) == []
    assert fields(made("Russia", "soldiers"), made(None, "soldiers"), text) == ["group.affiliation"]


def listing() -> str:
    """Every difference over all reports, in the form of the exceptions file, the reason left to a person."""
    out = []
    for report in corpus.reports():
        sides = sides_of(report)
        if sides is None:
            continue
        for d in differences(report, sides)[1]:
            print(f"{report['id']}: {d.item}: {d.field}: {d.before} -> {d.after}", file=sys.stderr)
            out.append({"report": report["id"], "item": d.item, "field": d.field, "reason": ""})
    return yaml.safe_dump(out, sort_keys=False, allow_unicode=True, width=110)


if __name__ == "__main__":
    print(listing())
