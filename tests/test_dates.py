"""Dates: golden cases, the joined meaning of a clause, and properties that hold for any text."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from counterclaim.records import Interval
from counterclaim.resolve.dates import DateContext, DateMention, combine, find, load_lexicon, resolve_anaphoric
from work import steps

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "knowledge" / "lexicons" / "en" / "dates.yaml"
LEXICON = load_lexicon(TABLE)
RULES = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
GOLD = yaml.safe_load((ROOT / "tests" / "data" / "dates.yaml").read_text(encoding="utf-8"))
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 12, 31))


def mentions(text: str, context: DateContext) -> tuple[DateMention, ...]:
    return find(text, 0, len(text), context, LEXICON)


def context_of(case: dict[str, Any]) -> DateContext:
    return DateContext(case.get("published", GOLD["published"]), case.get("said"), case.get("tense", "past"))


def seen(mention: DateMention) -> list[Any]:
    """A mention in the shape the cases have."""
    if mention.rule.endswith("-unclear"):
        assert mention.interval is None
        return [mention.text, "unclear"]
    if mention.role == "anaphoric":
        return [mention.text, "anaphoric", mention.grain, *(mention.offset or (None, None))]
    assert mention.interval is not None
    return [mention.text, mention.interval.start, mention.interval.end, mention.role]


def told(want: list[Any]) -> list[Any]:
    return [item.isoformat() if isinstance(item, date) else item for item in want]


@pytest.mark.parametrize("case", GOLD["cases"], ids=lambda case: case["text"][:60])
def test_golden(case: dict[str, Any]) -> None:
    context = context_of(case)
    found = mentions(case["text"], context)
    assert [seen(m) for m in found] == [told(want) for want in case["want"]]
    if "combined" in case:
        whole = combine(found, context)
        assert (whole and [whole.start, whole.end]) == (case["combined"] and told(case["combined"]))


def test_the_golden_cases_are_many_and_distinct() -> None:
    keys = [(c["text"], str(c.get("published")), c.get("tense")) for c in GOLD["cases"]]
    assert len(keys) == len(set(keys)) >= 150


@pytest.mark.parametrize("rule", RULES["rules"], ids=lambda rule: rule["id"])
def test_every_rule_has_an_origin_and_reads_its_own_example(rule: dict[str, Any]) -> None:
    assert rule["origin"] in RULES["origins"]
    text = f"x {rule['example']} y" if not str(rule["example"]).endswith(".") else f"x {rule['example']}"
    found = mentions(text, DateContext(date(2024, 12, 16)))
    assert any(
        m.rule.split("+")[-1].split("..")[-1].removesuffix("-unclear") == rule["id"].removesuffix("-unclear")
        for m in found
    )


def test_rule_ids_are_unique() -> None:
    ids = [rule["id"] for rule in RULES["rules"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("words", "antecedent", "want"),
    [
        ("the next day", ("2022-01-10", "2022-01-10"), ("2022-01-11", "2022-01-11")),
        ("the next day", ("2022-01-10", "2022-01-12"), ("2022-01-13", "2022-01-13")),
        ("a day earlier", ("2022-01-01", "2022-01-03"), ("2021-12-31", "2021-12-31")),
        ("that day", ("2022-01-10", "2022-01-10"), ("2022-01-10", "2022-01-10")),
        ("hours later", ("2022-01-10", "2022-01-11"), ("2022-01-10", "2022-01-11")),
        ("a week earlier", ("2022-01-10", "2022-01-10"), ("2022-01-03", "2022-01-03")),
        ("a month before that", ("2022-10-01", "2022-10-31"), ("2022-09-01", "2022-09-30")),
        ("a month later", ("2022-12-31", "2022-12-31"), ("2023-01-01", "2023-01-31")),
        ("two years earlier", ("2024-03-01", "2024-03-31"), ("2022-01-01", "2022-12-31")),
        ("in the three weeks that followed", ("2022-08-10", "2022-08-10"), ("2022-08-11", "2022-08-31")),
        ("since then", ("2021-02-01", "2021-02-28"), ("2021-02-01", "2024-12-16")),
        ("until then", ("2021-02-01", "2021-02-28"), (None, "2021-02-28")),
        ("days earlier", ("2021-02-01", "2021-02-10"), (None, "2021-02-10")),
        ("days later", ("2021-02-01", "2021-02-10"), ("2021-02-01", None)),
        ("the next day", (None, "2021-02-10"), ("2021-02-11", "2021-02-11")),
    ],
)
def test_anaphoric(words: str, antecedent: tuple[str | None, str], want: tuple[str | None, str | None]) -> None:
    (mention,) = mentions(words, DateContext(date(2024, 12, 16)))
    assert mention.role == "anaphoric"
    assert resolve_anaphoric(mention, Interval(start=antecedent[0], end=antecedent[1])) == (
        Interval(start=want[0], end=want[1])
    )


def test_nothing_told_combines_to_nothing() -> None:
    context = DateContext(date(2024, 12, 16))
    assert combine((), context) is None
    assert combine(mentions("the next day", context), context) is None
    assert combine(mentions("on 31 February", context), context) is None


@given(DAYS, st.sampled_from(WEEKDAYS), st.sampled_from(["on {}", "{} night", "late on {}", "in {}'s attack"]))
def test_a_past_weekday_is_the_latest_one(day: date, name: str, frame: str) -> None:
    (mention,) = mentions(frame.format(name), DateContext(day))
    (later,) = mentions(frame.format(name), DateContext(day + timedelta(days=7)))
    assert mention.interval and mention.interval.start and later.interval and later.interval.start
    found = date.fromisoformat(mention.interval.start)
    assert found.weekday() == WEEKDAYS.index(name) and 0 <= (day - found).days <= 6
    assert date.fromisoformat(later.interval.start) - found == timedelta(days=7)


@given(DAYS, DAYS)
def test_a_written_date_is_read_back(day: date, published: date) -> None:
    forms = [
        day.isoformat(),
        f"{day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day}.{day.month}.{day.year}",
    ]
    for form in forms:
        (mention,) = mentions(f"killed on {form}.", DateContext(published))
        assert mention.interval == Interval(start=day.isoformat(), end=day.isoformat()), form


PIECES = [
    "on",
    "in",
    "of",
    "since",
    "by",
    "until",
    "between",
    "and",
    "to",
    ",",
    "-",
    ".",
    "7",
    "31",
    "2022",
    "May",
    "the",
    "\n",
]
WORDS = st.lists(
    st.sampled_from([c["text"] for c in GOLD["cases"]] + PIECES),
    max_size=8,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), WORDS), st.dates(), st.one_of(st.none(), st.dates()), st.sampled_from(["past", "future"]))
def test_any_text_gives_ordered_mentions_with_their_own_words(
    text: str, day: date, said: date | None, tense: Any
) -> None:
    context = DateContext(day, said, tense)
    found = mentions(text, context)
    last = 0
    for mention in found:
        assert last <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.text
        last = mention.end
        interval = mention.interval
        if interval and interval.start and interval.end:
            assert interval.start <= interval.end
        if mention.role == "anaphoric":
            resolve_anaphoric(mention, Interval(start=day.isoformat(), end=day.isoformat()))
    whole = combine(found, context)
    assert whole is None or not (whole.start and whole.end) or whole.start <= whole.end


def test_a_slice_is_read_by_itself() -> None:
    text = "On Monday it began. On Tuesday it ended."
    (mention,) = find(text, 19, len(text), DateContext(date(2024, 12, 16)), LEXICON)
    assert (mention.start, mention.text) == (23, "Tuesday")


@pytest.mark.parametrize(
    "unit", ["1", "on ", "1 ", "from 1 to ", "the last ", "May ", "since ", "7, ", "Monday, ", "x"]
)
def test_work_grows_with_length_only(unit: str) -> None:
    def work(count: int) -> int:
        return steps(lambda: mentions(unit * count, DateContext(date(2024, 12, 16))))

    assert work(8_000) <= 4.4 * work(2_000) + 100


def test_a_broken_table_names_its_rule(tmp_path: Path) -> None:
    broken = tmp_path / "dates.yaml"
    broken.write_text(
        TABLE.read_text(encoding="utf-8").replace("pattern: 'overnight'", "pattern: '(overnight'"), encoding="utf-8"
    )
    with pytest.raises(ValueError, match="rule overnight"):
        load_lexicon(broken)
