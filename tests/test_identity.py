"""The same content has the same name, and other content another."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterclaim.identity import canonical_json, claim_identity, record_sha256, report_id, text_sha256
from counterclaim.records import Interval, Report

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_canonical_json_sorts_keys_and_adds_no_spaces() -> None:
    assert canonical_json({"b": [1, 2.5, None], "a": "é\u200b"}) == '{"a":"é\u200b","b":[1,2.5,null]}'


def test_canonical_json_of_a_record() -> None:
    assert canonical_json(Interval(start="2024-12-14")) == '{"end":null,"start":"2024-12-14"}'


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_canonical_json_refuses_what_json_lacks(value: float) -> None:
    with pytest.raises(ValueError):
        canonical_json([value])


@given(JSON)
def test_canonical_json_can_be_read_back_and_is_stable(value: object) -> None:
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(st.text(), st.integers(), min_size=2, max_size=6))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    turned = dict(reversed(value.items()))
    assert record_sha256(value) == record_sha256(turned)


def test_text_hash_is_sha256_of_utf8_and_does_not_normalise() -> None:
    assert text_sha256("Téra") == hashlib.sha256("Téra".encode()).hexdigest()
    assert text_sha256("Te\u0301ra") != text_sha256("T\u00e9ra")


def test_report_id_is_kept_or_made_of_publisher_and_text() -> None:
    assert report_id(Report(id="own", text="a")) == "own"
    made = report_id(Report(publisher="P", text="30 killed", published="2024-12-16"))
    assert made.startswith("sha256:") and len(made) == len("sha256:") + 16
    assert made == report_id(Report(publisher="P", text="30 killed", published="2024-12-17"))
    assert made != report_id(Report(publisher="Q", text="30 killed"))
    # the border between the two parts counts
    assert report_id(Report(publisher="ab", text="c")) != report_id(Report(publisher="a", text="bc"))


def test_claim_identity_depends_on_each_part() -> None:
    base = claim_identity("f" * 64, 10, 12, "killed")
    others = {
        claim_identity("e" * 64, 10, 12, "killed"),
        claim_identity("f" * 64, 11, 12, "killed"),
        claim_identity("f" * 64, 10, 13, "killed"),
        claim_identity("f" * 64, 10, 12, "wounded"),
    }
    assert len(others | {base}) == 5
    assert base == claim_identity("f" * 64, 10, 12, "killed")
