"""The way up a sentence's tree, on sentences put together by hand."""

from __future__ import annotations

import pytest

from counterclaim.parse import Sentence, Token
from counterclaim.syntax import above, hangs_on, path, token_at, token_from, verb_above, verb_over

# "Shells fired from Xar killed nine men": (word, tag, head)
WORDS = [
    ("Shells", "NNS", 4), ("fired", "VBN", 0), ("from", "IN", 1), ("Xar", "NNP", 2),
    ("killed", "VBD", 4), ("nine", "CD", 6), ("men", "NNS", 4),
]  # fmt: skip
BEGIN = 10  # where the sentence stands in its text


def sentence() -> Sentence:
    tokens: list[Token] = []
    at = BEGIN
    for i, (word, tag, head) in enumerate(WORDS):
        tokens.append(Token(i, at, at + len(word), word, word.lower(), tag, "", head))
        at += len(word) + 1
    children = tuple(tuple(t.i for t in tokens if t.head == i != t.i) for i in range(len(tokens)))
    return Sentence(0, 0, BEGIN, at - 1, tuple(tokens), children)


@pytest.mark.parametrize(
    ("offset", "begins", "stands"),
    [(0, 0, 0), (10, 0, 0), (11, 1, 0), (16, 1, 1), (17, 1, 1), (44, 6, 6), (45, 7, 6), (99, 7, 6)],
)
def test_tokens_are_found_by_offset(offset: int, begins: int, stands: int) -> None:
    assert sentence().tokens[6].start == 44
    assert (token_from(sentence(), offset), token_at(sentence(), offset)) == (begins, stands)


def test_the_way_up_ends_at_the_root_or_where_the_reach_does() -> None:
    s = sentence()
    assert list(path(s, 3, 9)) == [3, 2, 1, 0, 4]
    assert list(path(s, 3, 2)) == [3, 2]
    assert list(above(s, 3, 2)) == [2, 1]
    assert list(path(s, 4, 9)) == [4] and list(above(s, 4, 9)) == []


@pytest.mark.parametrize("k", [-1, 7])
def test_no_token_has_no_way_up(k: int) -> None:
    s = sentence()
    assert list(path(s, k, 9)) == [] and list(above(s, k, 9)) == []
    assert verb_over(s, k, 9) == -1 and not hangs_on(s, k, k, 9)


def test_the_verb_over_a_word() -> None:
    s = sentence()
    assert [verb_over(s, k, 9) for k in range(7)] == [4, 1, 1, 1, 4, 4, 4]
    assert [verb_above(s, k, 9) for k in range(7)] == [4, 4, 1, 1, -1, 4, 4]
    assert verb_over(s, 3, 2) == -1 and verb_over(s, 3, 3) == 1
    assert verb_above(s, 3, 1) == -1 and verb_above(s, 3, 2) == 1


def test_what_hangs_on_what() -> None:
    s = sentence()
    assert hangs_on(s, 3, 0, 9) and hangs_on(s, 5, 5, 1)
    assert not hangs_on(s, 3, 6, 9) and not hangs_on(s, 3, 0, 3)
