"""The tree of a parsed sentence, climbed: the way up from a word, the verb over it, what hangs on what.

Indexes are those of ``Sentence.tokens``. ``reach`` is how many words are looked at, the first one included: in a long
tangled sentence the far heads are the parser's guesses.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from counterclaim.parse import Sentence, Token


def token_from(s: Sentence, offset: int) -> int:
    """The first token that begins at an offset of the text or after it; the number of tokens where none does."""
    return bisect_left(s.tokens, offset, key=_start)


def token_at(s: Sentence, offset: int) -> int:
    """The token at an offset of the text, or the one after it; the last one where none follows."""
    return min(bisect_right(s.tokens, offset, key=_end), len(s.tokens) - 1)


def _start(token: Token) -> int:
    return token.start


def _end(token: Token) -> int:
    return token.end


def path(s: Sentence, k: int, reach: int) -> Iterator[int]:
    """Token ``k``, its head, the head's head, up to the root; nothing where ``k`` is no token of the sentence."""
    if not 0 <= k < len(s.tokens):
        return
    for _ in range(reach):
        yield k
        head = s.tokens[k].head
        if head == k:
            return
        k = head


def above(s: Sentence, k: int, reach: int) -> Iterator[int]:
    """The way up from token ``k`` without ``k`` itself, which ``reach`` does not count."""
    way = path(s, k, reach + 1)
    next(way, None)
    return way


def verb_over(s: Sentence, k: int, reach: int) -> int:
    """The nearest verb on the way up, token ``k`` itself included, or -1."""
    return next((m for m in path(s, k, reach) if s.tokens[m].tag[:1] == "V"), -1)


def verb_above(s: Sentence, k: int, reach: int) -> int:
    """The nearest verb above token ``k``, or -1."""
    return next((m for m in above(s, k, reach) if s.tokens[m].tag[:1] == "V"), -1)


def hangs_on(s: Sentence, k: int, top: int, reach: int) -> bool:
    """Token ``k`` is ``top`` or stands below it."""
    return top in path(s, k, reach)
