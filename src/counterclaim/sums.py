"""Figures that add up: parts of a total by arithmetic, the lines of a bulletin by place, the items after a colon.

Sources of method: sums over runs of figures, bounded to ``_ITEMS`` figures; offsets are Unicode code points.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from counterclaim.drafts import Count
from counterclaim.parse import Sentence, Token

_DASHES = ("-", "–", "—")
_ITEMS = 14  # the most figures that are added up to a total


def regrouped(text: str, out: list[Count]) -> None:
    """Items after a colon that add up: "64 people: 38 farmers, among them two women, 19 herders and seven guards".

    A figure told inside an item ("among them two women") stays that item's part. Linear: ``_ITEMS`` items at most.
    """
    for n in range(len(out) - 1):
        if ":" not in text[out[n].number.end : out[n + 1].number.start]:
            continue
        items: list[int] = []
        held = 0
        for k in range(n + 1, min(len(out), n + 1 + _ITEMS)):
            if out[k].sentence != out[n].sentence or out[k].outcome != out[n].outcome:
                break
            value = out[k].number.low or 0
            lead = text[out[k - 1].number.end : out[k].number.start].rstrip().lower()
            if k > n + 1 and lead.endswith(("among them", "including", "of whom", "of which")):
                held = out[k - 1].number.low or 0
            follows = text[out[k].number.end : out[k].number.end + 12].lower().lstrip()
            if k > n + 1 and follows.startswith(("of them", "of whom")):
                held = out[items[-1]].number.low or 0 if items else 0
                continue
            article = out[k].number.form == "article" and lead.endswith(" and")
            if held and value <= held and (lead.endswith(("among them", "including", "of whom")) or article):
                held -= value
                continue
            held = 0
            items.append(k)
        if len(items) > 1 and sum(out[k].number.low or 0 for k in items) == out[n].number.low:
            for k in items:
                out[k] = msgspec.structs.replace(out[k], parent=n)


def _spaced(tokens: Sequence[Token], k: int) -> bool:
    """A dash that stands free: "Beryslav - four injured"."""
    return 0 < k < len(tokens) - 1 and tokens[k - 1].end < tokens[k].start and tokens[k].end < tokens[k + 1].start


def labelled(sentences: Sequence[Sentence], c: Count) -> bool:
    """The figure stands in a line that opens with a name and a colon; a line's date is no such name."""
    first = sentences[c.sentence].tokens[:6]
    at = next((k for k, t in enumerate(first) if t.text == ":" or (t.text in _DASHES and _spaced(first, k))), 0)
    return (
        at > 0
        and first[0].text[:1].isupper()
        and not any(t.tag in ("CD", "VBZ", "VBP", "MD") or t.text[:1].isdigit() for t in first[:at])
    )


def fits(part: Count, whole: Count) -> bool:
    """Whether a part is no larger than its whole."""
    high = whole.number.high if whole.number.high is not None else part.number.low
    return part.number.low is None or high is None or part.number.low <= high


def told_value(text: str, c: Count) -> int | None:
    """The number as written, without its bound: 300 for "more than 300"; None for a vague word."""
    n = c.number
    if n.form == "digits":
        digits = "".join(ch for ch in text[n.core_start : n.core_end] if ch.isdigit())
        if digits.isascii() and digits and abs(int(digits) - (n.low or n.high or 0)) <= 1:
            return int(digits)
    return None if n.form in ("vague", "range") else n.low if n.low is not None else n.high


def by_outcome(out: Sequence[Count]) -> list[list[int]]:
    """The indexes of the counts, outcome by outcome, in order."""
    same: dict[str, list[int]] = {}
    for n, c in enumerate(out):
        same.setdefault(c.outcome, []).append(n)
    return list(same.values())


def sums(text: str, sentences: Sequence[Sentence], out: list[Count], same: Sequence[int]) -> None:
    """Figures that follow a total and add up to it are its parts, where they are told within a few paragraphs of it.

    ``same`` are the indexes of the counts of one outcome. For each, at most ``_ITEMS`` figures are added up.
    """
    row = [n for n in same if out[n].parent == -1 and (told_value(text, out[n]) or 0) > 0]
    totals: dict[int, int] = {}
    at = 0
    while at < len(row):
        total, last = _segment(text, sentences, out, (row, at, totals))
        if last > at:
            for k in row[at : last + 1]:
                out[k] = msgspec.structs.replace(out[k], parent=total)
            at = last + 1
            continue
        value = told_value(text, out[row[at]]) or 0
        if value > 2 and out[row[at]].rule != "ellipsis":
            totals[value] = row[at]
        at += 1


def _segment(
    text: str, sentences: Sequence[Sentence], out: Sequence[Count], where: tuple[Sequence[int], int, dict[int, int]]
) -> tuple[int, int]:
    """(total, last place in the row) of the longest run from a place on that adds up to a total told before."""
    row, at, totals = where
    sum_, best = 0, (-1, -1)
    for last in range(at, min(len(row), at + _ITEMS)):
        value = told_value(text, out[row[last]]) or 0
        apart = sentences[out[row[last]].sentence].paragraph - sentences[out[row[max(at, last - 1)]].sentence].paragraph
        if apart > 1:
            break
        sum_ += value
        whole = totals.get(sum_, -1)
        if whole < 0 or value == sum_ or any(k == whole for k in row[at : last + 1]):
            continue
        items = last - at + 1
        far = sentences[out[row[at]].sentence].paragraph - sentences[out[whole].sentence].paragraph
        listed = all(labelled(sentences, out[k]) for k in row[at : last + 1])
        places = [out[k].sentence for k in (row[at], row[last])]
        together = sentences[places[0]].paragraph == sentences[places[1]].paragraph
        pair = places[0] == places[1] and places[0] - out[whole].sentence <= 1 and sum_ > 4
        if far <= 3 and (listed or (together and (items > 2 or pair))):
            best = whole, last
    return best


def lines(text: str, sentences: Sequence[Sentence], out: list[Count], same: Sequence[int]) -> None:
    """The lines of a bulletin by place ("Siversk: one killed") are parts of the figure that was told before them."""
    k = 0
    while k < len(same):
        run: list[int] = []
        while k + len(run) < len(same) and labelled(sentences, out[same[k + len(run)]]):
            run.append(same[k + len(run)])
        if (
            len(run) >= 2
            and k
            and sentences[out[run[0]].sentence].paragraph - sentences[out[same[k - 1]].sentence].paragraph <= 3
        ):
            whole = next((n for n in reversed(same[max(0, k - 4) : k]) if out[n].parent == -1), -1)
            limit = (told_value(text, out[whole]) or 0) if whole >= 0 else 0
            items = [n for n in run if out[n].parent == -1 and out[n].number.low]
            if sum(told_value(text, out[n]) or 0 for n in items) <= limit:
                for n in items:
                    out[n] = msgspec.structs.replace(out[n], parent=whole)
        k += max(1, len(run))
