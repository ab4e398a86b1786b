"""Damaged and rearranged report texts for looking for failures: letters, words, sentences and marks.

Everything is drawn from the generator that is given, so a seed repeats a text.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

# marks that have broken text programs before: quotes and brackets of many kinds, direction and zero-width marks,
# combining accents, odd spaces and line ends, digits of other scripts, a flag of two code points, NUL
ODD = (
    *"\"'“”‘’«»„‹›()[]{}<>-–—…/%$€#@*_~|\\;:,.?!",
    "\u200b", "\u200d", "\u200e", "\u200f", "\u202e", "\u2066", "\u2069", "\ufeff", "\u00ad",
    "\u0301", "\u0338", "\u00a0", "\u2009", "\u202f", "\u3000", "\u2028", "\u0085", "\t", "\r", "\n", "\x0b", "\x00",
    "٣", "४", "Ⅻ", "½", "²", "①", "０", "🇺🇦", "👩‍👩‍👧", "ﬁ", "ß", "İ", "𝟛𝟘", "ק", "م", "한",
)  # fmt: skip
SNIPPETS = (
    "at least", "up to", "between 30 and", "dozens", "hundreds of thousands", "said", "according to", "killed",
    "wounded", "including", "no", "one", "a dozen", "1,200", "1 200", "12.5 million", "10^9", "9" * 40, "-5", "0",
    "30-40", "40-30", "two to", "three thousand five hundred and", "million million", "Monday", "Feb. 30", "last week",
    "since", "31 April 2023", "0000-00-00", "he said, she said", "according to according to", "of whom", "the former",
)  # fmt: skip
_SENTENCE = re.compile(r"(?<=[.!?])\s+")

Change = Callable[[str, random.Random, Sequence[str]], str]


def letters(text: str, rng: random.Random, _others: Sequence[str]) -> str:
    """Up to 20 letters left out, doubled, or with an odd mark put in."""
    out = list(text)
    for _ in range(rng.randint(1, 20)):
        at = rng.randrange(len(out) + 1)
        kind = rng.randrange(3)
        if kind == 0 and at < len(out):
            del out[at]
        elif kind == 1 and at < len(out):
            out.insert(at, out[at])
        else:
            out.insert(at, rng.choice(ODD))
    return "".join(out)


def words(text: str, rng: random.Random, others: Sequence[str]) -> str:
    """Words left out, exchanged, doubled, or replaced by telling ones or by another text's."""
    out = text.split(" ")
    pool = rng.choice(others).split(" ") if others else out
    for _ in range(rng.randint(1, 15)):
        at, kind = rng.randrange(len(out)), rng.randrange(5)
        if kind == 0 and len(out) > 1:
            del out[at]
        elif kind == 1:
            other = rng.randrange(len(out))
            out[at], out[other] = out[other], out[at]
        elif kind == 2:
            out.insert(at, out[at])
        elif kind == 3:
            out.insert(at, rng.choice(SNIPPETS))
        else:
            out[at] = rng.choice(pool)
    return " ".join(out)


def sentences(text: str, rng: random.Random, others: Sequence[str]) -> str:
    """Sentences shuffled, left out, repeated, joined into one, or mixed with another text's."""
    out = _SENTENCE.split(text)
    kind = rng.randrange(5)
    if kind == 0:
        rng.shuffle(out)
    elif kind == 1:
        out = [s for s in out if rng.random() < 0.6] or out[:1]
    elif kind == 2:
        out = [s for s in out for _ in range(rng.choice((1, 1, 1, 4)))]
    elif kind == 3:
        return ", and ".join(s.rstrip(".!?") for s in out)
    elif others:
        out += _SENTENCE.split(rng.choice(others))
        rng.shuffle(out)
    return rng.choice((" ", "\n", "  ", "\n\n")).join(out)


def marks(text: str, rng: random.Random, _others: Sequence[str]) -> str:
    """Quotation marks, brackets and full stops taken away, doubled, nested or exchanged over the whole text."""
    kind = rng.randrange(8)
    if kind == 0:
        return text.replace('"', "")
    if kind == 1:
        return text.replace(".", "")
    if kind == 2:
        return text.replace('"', rng.choice(("“", "”", "''", "«", '""')))
    if kind == 3:
        pairs = rng.choice(('"{}"', "“{}”", "({})", "[{}]", "«{}»", "'{}'"))
        for _ in range(rng.randint(1, 30)):
            at = rng.randrange(len(text) + 1)
            end = min(len(text), at + rng.randint(1, 200))
            text = text[:at] + pairs.format(text[at:end]) + text[end:]
        return text
    if kind == 4:
        return text.upper()
    if kind == 5:
        return text.lower()
    if kind == 6:
        return text.replace(" ", rng.choice(("\n", "\u00a0", "  ", "\t", "\u200b ")))
    return re.sub(r"\d+", lambda _m: rng.choice(SNIPPETS), text)


def cut(text: str, rng: random.Random, _others: Sequence[str]) -> str:
    """Some stretch of the text only, cut anywhere."""
    start, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    return text[start:end] or text[:1]


CHANGES: tuple[Change, ...] = (letters, words, sentences, marks, cut)


def mutate(text: str, rng: random.Random, others: Sequence[str] = ()) -> tuple[str, list[str]]:
    """A text changed one to four times, and the names of the changes; never empty for a text that is not."""
    done = []
    for _ in range(rng.randint(1, 4)):
        change = rng.choice(CHANGES)
        text = change(text, rng, others) or text
        done.append(change.__name__)
    return text, done
