"""Every failure has a code, a meaning and a remedy, and survives the way between processes."""

from __future__ import annotations

import ast
import json
import pickle
import re
from pathlib import Path

import pytest

from counterclaim.errors import CounterclaimError, abstention_codes, error_codes, shorten
from counterclaim.paths import data_path

ROOT = Path(__file__).resolve().parent.parent


def test_message_tells_meaning_detail_place_and_remedy() -> None:
    error = CounterclaimError("CC-106", "'2024-13-40'", where="line 3")
    assert str(error) == (
        "[CC-106] published is not an ISO 8601 date: '2024-13-40' (line 3). "
        "Write published as 2024-12-16 or 2024-12-16T18:05:00+00:00."
    )
    assert error.message == str(error).removeprefix("[CC-106] ")
    assert (error.code, error.detail, error.where) == ("CC-106", "'2024-13-40'", "line 3")


def test_message_without_detail_and_place() -> None:
    assert str(CounterclaimError("CC-103")) == "[CC-103] the text is empty or holds no words. Give the report's text."


def test_an_error_can_be_sent_between_processes() -> None:
    error = CounterclaimError("CC-110", "text: Expected `str`", where="line 7")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert (again.code, again.where) == ("CC-110", "line 7")


def test_a_code_that_does_not_exist_cannot_be_raised() -> None:
    with pytest.raises(KeyError):
        CounterclaimError("CC-000")


@pytest.mark.parametrize("code", sorted(error_codes()))
def test_every_code_has_a_meaning_and_a_remedy(code: str) -> None:
    entry = error_codes()[code]
    assert re.fullmatch(r"CC-[1-9]\d\d", code)
    assert entry.meaning and entry.remedy
    assert not entry.meaning.endswith(".") and not entry.remedy.endswith("."), "the message adds the full stop"


def test_abstentions_have_reasons() -> None:
    codes = abstention_codes()
    assert codes and all(re.fullmatch(r"ABST-[A-Z]+(-[A-Z]+)*", code) and reason for code, reason in codes.items())


def test_codes_stand_once_in_the_file() -> None:
    seen: list[str] = []
    text = data_path("errors.json").read_text("utf-8")
    json.loads(text, object_pairs_hook=lambda pairs: seen.extend(name for name, _ in pairs))
    codes = [name for name in seen if name.startswith(("CC-", "ABST-"))]
    assert len(codes) == len(set(codes))


def test_the_program_raises_only_codes_of_the_file_and_knows_their_shape() -> None:
    raised = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                raised.update(re.findall(r"\ACC-\d{3}\Z", node.value))
    assert raised, "no code found in the source: the search itself is broken"
    assert raised <= set(error_codes())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\nlines\tand  more", "two lines and more"),
        ("\x1b[31mred\u202e", "[31mred"),
        ("half \ud800 pair", "half pair"),
        ("x" * 500, "x" * 199 + "…"),
    ],
)
def test_details_are_shortened_and_safe_to_print(text: str, shown: str) -> None:
    assert shorten(text) == shown
