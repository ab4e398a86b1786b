"""How a figure is told: as replaced by another, as the one that replaces, or as one of a whole without a number.

What a reader of many reports needs to put one speaker's figures in order. The words are data:
``lexicons/en/told.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from counterclaim.parse import Sentence
from counterclaim.records import Claim, ToldAs

_PART = re.compile(r"[,;:—()]|\s[-–]\s")  # where one part of a sentence ends and the next begins
_OPENING = 24  # code points from a sentence's start in which a phrase is about all of it


class ToldLexicon(msgspec.Struct, frozen=True):
    """Compiled patterns; each looks at the words in front of a number, or at a part of a sentence."""

    replaced: re.Pattern[str]
    replaced_beside: re.Pattern[str]
    telling: re.Pattern[str]
    before: re.Pattern[str]
    risen_from: re.Pattern[str]
    raised: re.Pattern[str]
    among: re.Pattern[str]


def load_lexicon(data: Any) -> ToldLexicon:
    """Compile ``told.yaml``."""
    words = {
        name: "|".join(sorted(map(re.escape, data[name]), key=len, reverse=True)) for name in data if name[0] != "_"
    }
    flags = re.IGNORECASE
    return ToldLexicon(
        replaced=re.compile(rf"\b(?:{words['earlier']})\b", flags),
        replaced_beside=re.compile(rf"\b(?:{words['earlier_beside_telling']})\b(?!\s+(?:this|on|in|that)\b)", flags),
        telling=re.compile(rf"\b(?:{words['telling']})\b", flags),
        before=re.compile(rf"\b(?:{words['from']})\s+(?:[a-z]+\s+){{0,2}}$", flags),
        risen_from=re.compile(rf"\b(?:{words['raised']})\b.{{0,40}}\bfrom\s+(?:[a-z]+\s+){{0,2}}$", flags),
        raised=re.compile(rf"\b(?:{words['raised']})\b(?:\s+\w+){{0,8}}\s*$", flags),
        among=re.compile(
            rf"\b(?:{words['among']})\s+(?:the|those|its|their|his|her)\s+(?:\w+\s+)?(?:{words['wholes']})\b", flags
        ),
    )


def mark(text: str, sentences: Sequence[Sentence], claims: Iterable[Claim], lex: ToldLexicon) -> tuple[Claim, ...]:
    """The claims with ``told_as`` set. Offsets are code points into ``text``."""
    bounds = [(s.tokens[0].start, s.tokens[-1].end) for s in sentences if s.tokens]
    out, at = [], 0
    for claim in sorted(claims, key=lambda c: c.quantity.start):
        while at + 1 < len(bounds) and bounds[at][1] <= claim.quantity.start:
            at += 1
        told = _told(text, bounds[at], claim, lex) if bounds else "figure"
        out.append(claim if told == "figure" else msgspec.structs.replace(claim, told_as=told))
    order = {c.id: n for n, c in enumerate(claims)}
    return tuple(sorted(out, key=lambda c: order[c.id]))


def _told(text: str, sentence: tuple[int, int], claim: Claim, lex: ToldLexicon) -> ToldAs:
    start, end = claim.quantity.start, claim.quantity.end
    if not sentence[0] <= start < sentence[1]:
        return "figure"
    lead = text[sentence[0] : start]
    if lex.before.search(lead[-40:]) or lex.risen_from.search(lead[-80:]):
        return "earlier"
    begin = sentence[0] + max((m.end() for m in _PART.finditer(lead)), default=0)
    stop = _PART.search(text, end, sentence[1])
    part = text[begin : stop.start() if stop else sentence[1]]
    head = text[sentence[0] : sentence[0] + _OPENING]
    if lex.raised.search(lead[-60:]):
        return "raised"
    if claim.part_of is None and lex.among.search(part):
        return "among"
    opened = lex.replaced.match(head) or (lex.replaced_beside.match(head) and lex.telling.search(lead))
    if opened or lex.replaced.search(part) or (lex.replaced_beside.search(part) and lex.telling.search(part)):
        return "earlier"
    return "figure"
