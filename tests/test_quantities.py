"""The quantities stage: golden cases (data/quantities.yaml), and properties over made-up and arbitrary text."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from counterclaim.quantities import Number, find, load_lexicon

HERE = Path(__file__).parent
LEXICON = load_lexicon(HERE.parent / "knowledge/lexicons/en/quantities.yaml")
FORMS = {"digits", "words", "vague", "range", "article", "zero", "both", "partitive"}
CASES = yaml.safe_load((HERE / "data/quantities.yaml").read_text(encoding="utf-8"))
UNITS = [word for word, n in sorted(LEXICON.cardinals.items(), key=lambda item: item[1]) if n < 20]
TENS = ["", "", *["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]]
# Pieces of news prose whose combinations reach most branches.
PIECES = yaml.safe_load("""
[at least, more than, 30, "1,200", 2022, a, an, one, two, hundred, thousand, million, dozen, dozens, several, few, and,
or, to, of, them, between, from, "-", "–", ",", ".", "(", ")", +, "%", $, km, April, May, aged, year, old, -year-old,
soldier, people, killed, "no", none, both, neither, T-, th, s, m, ":", /, another, more, half, twenty-, five, Ward,
"\\n", "\\u00a0", in, up, over, ten thousand, 12.5, "'s", families, …, ١٢, ½]
""")
PIECES = [str(piece) for piece in PIECES]


def numbers(text: str) -> tuple[Number, ...]:
    return find(text, 0, len(text), LEXICON)


def written(number: Number) -> str:
    """One number in the notation of the golden cases."""
    if number.code is not None:
        return f"{number.text} => {number.code}"
    low = "*" if number.low is None else number.low
    high = "*" if number.high is None else number.high
    return f"{number.text} => {low}..{high}" + " ~" * number.approximate + " +" * number.more


def spell(n: int) -> str:
    """English number words of 1 to 999,999,999."""
    if n < 20:
        return UNITS[n]
    if n < 100:
        return TENS[n // 10] + (f"-{UNITS[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{UNITS[n // 100]} hundred" + (f" and {spell(n % 100)}" if n % 100 else "")
    scale, name = (1000, "thousand") if n < 10**6 else (10**6, "million")
    rest = n % scale
    link = " and " if 0 < rest < 100 else " "
    return f"{spell(n // scale)} {name}" + (f"{link}{spell(rest)}" if rest else "")


@pytest.mark.parametrize("case", CASES, ids=[case[0][:50] for case in CASES])
def test_golden(case: list[str]) -> None:
    text, *expected = case
    form = expected.pop() if expected and expected[-1] in FORMS else None
    found = numbers(text)
    assert [written(n) for n in found] == expected
    if form:
        assert found[0].form == form


def test_golden_cases_are_many_and_differ() -> None:
    assert len(CASES) >= 200
    assert len({case[0] for case in CASES}) == len(CASES)


def test_core_is_the_number_words_alone() -> None:
    text = "at least several dozen others, between 30 and 40, an elderly woman"
    cores = [text[n.core_start : n.core_end] for n in numbers(text)]
    assert cores == ["several dozen", "30 and 40", "an"]


def test_slice_is_all_that_is_read() -> None:
    text = "at least 30 dead"
    (number,) = find(text, 9, 11, LEXICON)
    assert (number.text, number.low, number.high) == ("30", 30, 30)


def test_lexicon_has_enough_person_nouns() -> None:
    assert len(LEXICON.person_nouns) >= 150
    assert LEXICON.person_nouns["policeman"] == "policemen"
    assert all(word == word.lower() for word in LEXICON.person_nouns)


@pytest.mark.parametrize("broken", ["cardinals: [1", "cardinals: {one: x}", "nonsense: 1", "\xff"])
def test_broken_lexicon_names_its_file(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "quantities.yaml"
    path.write_bytes(broken.encode("latin-1"))
    with pytest.raises(ValueError, match=r"quantities\.yaml"):
        load_lexicon(path)


@given(st.integers(1, 999_999_999))
def test_number_words_come_back(n: int) -> None:
    (number,) = numbers(f"They say {spell(n)} people died")
    assert (number.text, number.low, number.high, number.code) == (spell(n), n, n, None)


@given(st.integers(1, 999_999_999), st.sampled_from(["", ",", " ", "\u00a0", "\u202f", "\u2009"]))
def test_digits_come_back(n: int, separator: str) -> None:
    digits = f"{n:,}".replace(",", separator)
    (number,) = numbers(f"They say {digits} people died")
    assert (number.text, number.low, number.high, number.code) == (digits, n, n, None)


@given(st.integers(1, 99_999), st.sampled_from([("thousand", 1000), ("million", 10**6)]))
def test_decimals_with_a_scale_come_back(tenths: int, scale: tuple[str, int]) -> None:
    (number,) = numbers(f"They say {tenths / 10:.1f} {scale[0]} people died")
    assert number.low == number.high == tenths * scale[1] // 10


@given(st.integers(1, 9999), st.sampled_from(sorted((p, e) for e, ps in LEXICON.modifiers.items() for p in ps)))
def test_bounds_before_a_number(n: int, bound: tuple[str, str]) -> None:
    phrase, effect = bound
    (number,) = [x for x in numbers(f"They say {phrase} {n} people died") if x.core_end - x.core_start == len(str(n))]
    expected = {"ge": (n, None), "gt": (n + 1, None), "le": (None, n), "lt": (None, n - 1)}.get(effect, (n, n))
    assert (number.low, number.high) == expected
    assert number.approximate == (effect == "approx")
    assert number.more == (effect == "more")


@given(st.integers(1, 999_999), st.integers(1, 999_999), st.sampled_from(["between {} and {}", "{}-{}", "{} to {}"]))
def test_ranges_come_back(one: int, other: int, shape: str) -> None:
    low, high = min(one, other), max(one, other) + 1
    (number,) = numbers(f"They say {shape.format(f'{low:,}', f'{high:,}')} people died")
    assert (number.low, number.high, number.form) == (low, high, "range")


def check(text: str) -> None:
    last = 0
    for number in numbers(text):
        assert last <= number.start < number.end <= len(text)
        assert number.text == text[number.start : number.end]
        assert number.start <= number.core_start < number.core_end <= number.end
        assert number.low is None or number.high is None or number.low <= number.high
        assert number.form in FORMS
        assert number.rule
        last = number.end


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " "])), max_size=20))
def test_any_row_of_news_words_is_well_formed(row: list[tuple[str, str]]) -> None:
    check("".join(piece + gap for piece, gap in row))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_arbitrary_text_is_well_formed(text: str) -> None:
    check(text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join), st.sampled_from(["Shells fell.\n", "¶\n", "\n"]))
def test_a_sentence_before_only_shifts(text: str, before: str) -> None:
    moved = find(before + text, len(before), len(before) + len(text), LEXICON)
    assert [(n.start - len(before), n.end - len(before), n.text, n.low, n.high, n.code) for n in moved] == [
        (n.start, n.end, n.text, n.low, n.high, n.code) for n in numbers(text)
    ]


@pytest.mark.parametrize(
    "unit", ["9", "1,234,", "1 ", "9-", "9:", "9/", "1.", "one ", "a ", "hundred and ", "7, ", "$", "-", "no "]
)
def test_huge_input_is_read(unit: str) -> None:
    check(unit * (80_000 // len(unit)))


def test_a_hundred_thousand_digits_are_no_count() -> None:
    (number,) = numbers("9" * 100_000)
    assert number.code == "ABST-NAME"
    assert number.low is None
