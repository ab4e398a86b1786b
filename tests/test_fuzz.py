"""Any text whatever gives a record or a foreseen error, and what a record says of the text is true of the text.

The texts here are the same at every run; ``bench/fuzz.py`` looks for new ones for as long as it is given.
"""

from __future__ import annotations

import json
import random

import pytest
from bench import common, mutate
from bench.checks import faults, spans
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import corpus
from counterclaim.errors import CounterclaimError, error_codes

FEW = settings(deadline=None, derandomize=True, max_examples=50, suppress_health_check=list(HealthCheck))
TEXTS = [gold["report"]["text"] for gold in common.gold_sets()["developed_on"]]


def check(text: str, published: str = "2024-12-16", title: str | None = None) -> None:
    """Record a text; a foreseen error is an answer too, anything else is not."""
    report = {"id": "x", "publisher": "Test", "published": published, "text": text, "title": title}
    try:
        made = corpus.record(report)
    except CounterclaimError as error:
        assert error.code in error_codes() and not error.code.startswith("CC-9")
        return
    assert faults(text, made) == []


@FEW
@given(st.text(max_size=400))
def test_arbitrary_text(text: str) -> None:
    check(text)


@FEW
@given(st.lists(st.sampled_from([*mutate.ODD, *mutate.SNIPPETS, "people", "soldiers", "were"]), max_size=80))
def test_telling_words_and_odd_marks_in_any_order(parts: list[str]) -> None:
    check(" ".join(parts))
    check("".join(parts))


@FEW
@given(st.recursive(st.sampled_from(["30 killed", "he said", "a"]), lambda inner: st.builds(
    lambda pair, body, times: pair[0] + " ".join([body] * times) + pair[1],
    st.sampled_from(["“”", '""', "''", "()", "[]", "«»", "„“", "”“", ")(", "\u2067\u2069", "\u202e\u202c"]),
    inner, st.integers(1, 3)), max_leaves=12))  # fmt: skip
def test_nested_quotes_and_brackets(text: str) -> None:
    check(f"The ministry said {text} on Monday.")


@FEW
@given(st.integers(0, 10**6))
def test_damaged_annotated_reports(seed: int) -> None:
    rng = random.Random(seed)
    text, _ = mutate.mutate(rng.choice(TEXTS), rng, TEXTS)
    check(text, title=rng.choice([None, "", "At least 30 killed, ministry says"]))


@FEW
@given(st.from_regex(r"[0-9,. \u00a0/:-]{1,60}", fullmatch=True), st.sampled_from(["killed", "people", ""]))
def test_digits(number: str, word: str) -> None:
    check(f"Police said {number} {word} were wounded.")


@FEW
@given(st.one_of(st.text(max_size=30), st.dates().map(str), st.datetimes().map(lambda d: d.isoformat())))
def test_days_of_publication(published: str) -> None:
    check("On Monday and last week at least 30 people were killed since May, police said.", published)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "\x00", "\u200b", "\ufeff", "\ud800", "30 \udfff killed",
    "1 naxalites killed in k,two jans martyred", '"', "(" * 3000, "30 " * 3000,
     "said " * 2000, "9" * 5000 + " people were killed", "\u202e" + "killed 30 said " * 50, "e" + "\u0301" * 2000],
    ids=lambda t: ascii(t[:12]),
)  # fmt: skip
def test_awkward_texts(text: str) -> None:
    check(text)


@pytest.mark.parametrize("gap", ["\u00a0", "\u2009", "\u202f", "\u3000", "\t", "\r\n", "\u2028", "\u200b "])
def test_odd_spaces_between_words(gap: str) -> None:
    sentence = "The ministry said at least 30 soldiers were killed in Kursk on Monday."
    check(sentence.replace(" ", gap))


def test_offsets_are_code_points_after_letters_of_two_units() -> None:
    text = "🇺🇦👩‍👩‍👧 𝟛 The ministry said on Monday that at least 30 soldiers were killed in Kursk."
    made = corpus.record({"id": "x", "publisher": "T", "published": "2024-12-16", "text": text})
    assert faults(text, made) == []
    assert [c["quantity"]["low"] for c in made["claims"]] == [30]


def test_the_check_itself_sees_faults() -> None:
    text = "Police said 30 people were killed."
    made = corpus.record({"id": "x", "publisher": "T", "published": "2024-12-16", "text": text})
    assert made["claims"] and made["statements"] and faults(text, made) == []
    assert len(spans(made)) >= 4
    assert faults(text + " ", made) == [] and faults("x" + text, made), "one letter more in front moves every span"
    for path, value in (("statement", "no such"), ("part_of", "no such"), ("part_of", made["claims"][0]["id"])):
        broken = json.loads(json.dumps(made))
        broken["claims"][0][path] = value
        assert faults(text, broken)
    broken = json.loads(json.dumps(made))
    broken["claims"][0]["quantity"] |= {"low": 40, "high": 30}
    assert faults(text, broken)
    broken["claims"].append(made["claims"][0])
    assert any("twice" in f for f in faults(text, broken))


def test_a_changed_text_repeats_with_its_seed() -> None:
    for seed in range(40):
        one = mutate.mutate(TEXTS[0], random.Random(seed), TEXTS)
        assert one == mutate.mutate(TEXTS[0], random.Random(seed), TEXTS)
        assert one[0] and one[1]
    changed = {mutate.mutate(TEXTS[0], random.Random(seed), TEXTS)[0] for seed in range(40)}
    assert len(changed) > 35
