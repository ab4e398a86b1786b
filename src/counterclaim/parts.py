"""Which figure is a part of which: "seven of them", "13 in X alone", a breakdown, "bringing the toll to 59".

Works on the counts of a whole report, after their outcomes are known; a part always has its whole's outcome.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from counterclaim.drafts import Count
from counterclaim.parse import Sentence
from counterclaim.sums import by_outcome, fits, lines, regrouped, sums

_AMONG = re.compile(r"[a-z][a-z\s-]{0,36}\bamong (?:them|these|those|whom)\b")
_BEING = ("was", "were", "are")


class PartLexicon(msgspec.Struct, frozen=True):
    """The words that tell of parts: ``breakdown`` opens one of a figure; ``claims.yaml`` describes the others."""

    breakdown: tuple[str, ...]
    bringing: frozenset[str]
    totals: frozenset[str]
    repeated: frozenset[str]
    among: frozenset[str]
    alive: frozenset[str]
    saying: frozenset[str]
    told_of: frozenset[str]
    remaining: frozenset[str]
    gravely: re.Pattern[str]
    being_among: tuple[str, ...]


def load_lexicon(data: Any) -> PartLexicon:
    """Compile the part words of ``claims.yaml``."""
    words = data["parts"]
    conditions, gravely = ("|".join(map(re.escape, words[k])) for k in ("conditions", "gravely"))
    sets = {name: frozenset(words[name]) for name in (
        "bringing", "totals", "repeated", "among", "alive", "saying", "told_of", "remaining",
    )}  # fmt: skip
    return PartLexicon(
        breakdown=tuple(data["breakdown"]),
        gravely=re.compile(rf"(?:of them )?(?:in (?:a |an )?(?:{conditions})|{gravely})\b"),
        being_among=tuple(
            f"{noun}{verb} among" for noun in ("", *(f"{n} " for n in words["also_people"])) for verb in _BEING
        ),
        **sets,
    )


def link(text: str, sentences: Sequence[Sentence], counts: Sequence[Count], lexicon: PartLexicon) -> tuple[Count, ...]:
    """The counts with ``parent`` set for every part (-1 for none). Linear in the number of counts."""
    out = list(counts)
    _appositions(text, sentences, out)
    regrouped(text, out)
    for step in (_of_number, _of_first, _pointed, _copular, _definite, _alone, _bringing, _still):
        for n in range(len(out)):
            if out[n].parent in (-1, -2) or (step in (_pointed, _copular) and out[n].rule in ("part-of-told", "list")):
                found = step(text, sentences, out, n, lexicon)
                if (
                    found is not None
                    and found != n
                    and out[found].outcome == out[n].outcome
                    and fits(out[n], out[found])
                ):
                    out[n] = msgspec.structs.replace(out[n], parent=found)
    _breakdown(text, sentences, out, lexicon)
    _goes_on(text, sentences, out, lexicon)
    for same in by_outcome(out):
        sums(text, sentences, out, same)
        lines(text, sentences, out, same)
    for n, c in enumerate(out):
        added = c.number.more and c.rule in ("shared", "list", "ellipsis") and not _pointing(text, sentences, c)
        if (
            c.parent == -2
            or added
            or c.number.high == 0
            or (c.parent < n and _said_anew(text, c))
            or (c.parent >= 0 and not fits(c, out[c.parent]))
            or (c.parent >= 0 and (out[c.parent].outcome != c.outcome or _loops(out, n)))
        ):
            out[n] = msgspec.structs.replace(c, parent=-1)
    return tuple(out)


def _pointing(text: str, sentences: Sequence[Sentence], c: Count) -> bool:
    """Words just around the figure make even "another 12" a part."""
    before = text[sentences[c.sentence].start : c.number.start].lower()[-30:]
    return any(w in before for w in ("includ", "whom", "among")) or any(
        w in _after(text, c) for w in ("of them", "of whom", "among")
    )


def _said_anew(text: str, c: Count) -> bool:
    """A figure that repeats or precedes the whole: "all five were shot", "up from 56", "an earlier figure of 12"."""
    before = text[max(0, c.number.start - 40) : c.number.start].lower().rstrip()
    word = c.number.text.lower()
    again = (before.endswith("all") or word.startswith("all ")) and not before.endswith("of all")
    return again or before.endswith(("up from", "down from", "'s figure of", "earlier figure of", "previous figure of"))


def _loops(counts: Sequence[Count], n: int) -> bool:
    seen, k = {n}, counts[n].parent
    while k >= 0:
        if k in seen:
            return True
        seen.add(k)
        k = counts[k].parent
    return False


def _after(text: str, c: Count, length: int = 40) -> str:
    return text[c.number.core_end : c.number.core_end + length].lower().lstrip(" ")


def _wholes(counts: Sequence[Count], n: int, sentences: Sequence[Sentence]) -> list[int]:
    """Earlier figures with the same outcome that are no parts, nearest first, at most eight back."""
    found = [
        k
        for k in range(n - 1, max(-1, n - 30), -1)
        if counts[k].outcome == counts[n].outcome and counts[k].parent == -1
    ][:8]
    return [k for k in found if not _compared(sentences, counts[k])] or found


def _compared(sentences: Sequence[Sentence], c: Count) -> bool:
    """An earlier figure that another is set against: "up from 25"."""
    words = [t.lower for t in sentences[c.sentence].tokens if t.start < c.number.start][-3:]
    return "from" in words and ("up" in words or "down" in words or "rise" in words)


def _of_number(
    text: str, sentences: Sequence[Sentence], counts: Sequence[Count], n: int, lex: PartLexicon
) -> int | None:
    """A part of the figure right behind it: "71 of at least 107"."""
    c = counts[n]
    for k in (n + 1, n + 2):
        if (
            k < len(counts)
            and counts[k].sentence == c.sentence
            and text[c.number.end : counts[k].number.start].strip().lower()
            in ("of", "of the", "of all", "out of", "out of the", *lex.being_among)
        ):
            again = [
                m
                for m in _wholes(counts, n, sentences)
                if counts[m].number.low == counts[k].number.low and c.sentence - counts[m].sentence <= 3
            ]
            return next(iter(again), k)  # "one of the three dead": the three that were told before
    if c.rule == "list" and n and counts[n - 1].sentence == c.sentence:
        return next(
            (
                counts[k].parent
                for k in range(n - 1, max(-1, n - 4), -1)
                if counts[k].sentence == c.sentence and counts[k].parent > k
            ),
            None,
        )
    return None


def _pointed(text: str, sentences: Sequence[Sentence], counts: Sequence[Count], n: int, lex: PartLexicon) -> int | None:
    """The last whole told before, in the sentence or just before it: "of them", "of whom", "of the dead"."""
    c = counts[n]
    after = _after(text, c)
    if c.number.form == "partitive" and not after.startswith("of "):
        after = "of them"
    led = text[max(0, c.number.start - 16) : c.number.start].lower()
    if (
        led.endswith((", of which ", " of whom "))
        and n
        and counts[n - 1].sentence == c.sentence
        and counts[n - 1].outcome == c.outcome
    ):
        return n - 1
    before = counts[n - 1] if n else c
    beside = before is not c and before.sentence == c.sentence and before.outcome == c.outcome and fits(c, before)
    if beside and led.endswith(("among them ", "including ", "of whom ")):
        return n - 1
    opening = [t.lower for t in sentences[c.sentence].tokens[:3]]
    if (
        opening[:1] == ["of"]
        and opening[1:2]
        and opening[1] in ("these", "those", "them", "whom")
        and opening[2:] == [","]
    ):
        told = [k for k in _wholes(counts, n, sentences) if counts[k].sentence < c.sentence and fits(c, counts[k])]
        return next(iter(told), None)  # "Of these, 187 were killed by the army and 52 by rebels"
    pointing = bool(_AMONG.match(after)) or after.startswith(
        ("of them", "of whom", "of which", "of those", "of these", "among them")
    )
    if not pointing and not (after.startswith("of the ") and after.split()[2].strip(".,;:") in lex.repeated):
        return None
    state = after.split()[2].strip(".,;:") if after.startswith("of the ") and len(after.split()) > 2 else ""
    if c.outcome == "killed" and state in lex.alive:
        return None  # "one of the wounded has died": no part of those who had died before
    if after.startswith("of the ") and c.noun >= 0:
        noun = sentences[c.sentence].tokens[c.noun].lower
        same = [
            k
            for k in range(n - 1, max(-1, n - 30), -1)
            if counts[k].noun >= 0
            and sentences[counts[k].sentence].tokens[counts[k].noun].lower == noun
            and fits(c, counts[k])
            and not _after(text, counts[k]).startswith("of the ")
            and counts[k].outcome == c.outcome
        ]
        if same:
            return same[0]
    if (
        " among these" in after
        and n
        and counts[n - 1].outcome == c.outcome
        and counts[n - 1].sentence == c.sentence - 1
    ):
        return n - 1
    own = c.rule in ("beside", "subject", "object", "predicate", "complement", "modifier")
    if own and n and counts[n - 1].sentence == c.sentence and counts[n - 1].outcome != c.outcome:
        return None  # "23 wounded were brought in and four of them had since died"
    back = 8 if after.startswith("of the ") else 4
    wholes = [k for k in _wholes(counts, n, sentences) if c.sentence - counts[k].sentence < back]
    wholes = [k for k in wholes if fits(c, counts[k])]
    near = [k for k in wholes if counts[k].sentence == c.sentence]
    plain = [k for k in wholes if counts[k].rule != "ellipsis"]
    same_paragraph = [k for k in plain if sentences[counts[k].sentence].paragraph == sentences[c.sentence].paragraph]
    return next(iter(near or same_paragraph or plain or wholes), None)


def _definite(
    text: str, sentences: Sequence[Sentence], counts: Sequence[Count], n: int, lex: PartLexicon
) -> int | None:
    """The last whole of the paragraph, else the first: "among the dead were", "The dead include 50 children"."""
    c = counts[n]
    s = sentences[c.sentence]
    before = text[s.start : c.number.start].lower()
    after = text[c.number.end : s.end].lower()
    include = (
        any(w in before for w in ("include ", "included ", "including "))
        and any(t.lower == "the" for t in s.tokens[max(0, c.trigger - 1) : c.trigger])
        and c.rule in ("toll", "noun")
    )
    among = (
        any(f"among the {w}" in before or f"among the {w}" in after for w in lex.among)
        or "among those" in before
        or c.parent == -2
    )
    if not (include or among):
        return None
    wholes = _wholes(counts, n, sentences)
    near = [k for k in wholes if sentences[counts[k].sentence].paragraph == s.paragraph]
    near = [k for k in near if counts[k].sentence < c.sentence or c.rule == "among"]
    near = [k for k in near if counts[k].rule != "ellipsis"] or near
    return next(iter(near or wholes[-1:]), None)


def _alone(text: str, sentences: Sequence[Sentence], counts: Sequence[Count], n: int, lex: PartLexicon) -> int | None:
    """A part by its place: "13 people were killed in X alone"."""
    c = counts[n]
    end = sentences[c.sentence].end
    if n + 1 < len(counts) and counts[n + 1].sentence == c.sentence:
        end = min(end, counts[n + 1].number.start)
    if " alone" not in text[c.number.end : min(end, c.number.end + 80)].lower():
        return None
    return next((k for k in _wholes(counts, n, sentences) if c.sentence - counts[k].sentence <= 4), None)


def _bringing(
    text: str, sentences: Sequence[Sentence], counts: Sequence[Count], n: int, lex: PartLexicon
) -> int | None:
    """A new death before "bringing the toll to 59" is one of the 59."""
    c = counts[n]
    for k in range(n + 1, min(len(counts), n + 4)):
        if counts[k].sentence != c.sentence:
            return None
        words = text[c.number.end : counts[k].number.start].lower().split()
        if (
            counts[k].outcome == c.outcome
            and any(w.strip(',."') in lex.bringing for w in words)
            and any(w.strip(",.") in lex.totals for w in words)
            and words[-1:] == ["to"]
        ):
            return k
    return None


def _still(text: str, sentences: Sequence[Sentence], counts: Sequence[Count], n: int, lex: PartLexicon) -> int | None:
    """Those to whom something still happens: "20 were abducted, and 17 are still held"."""
    c = counts[n]
    if not n or counts[n - 1].sentence != c.sentence:
        return None
    if c.bare and lex.gravely.match(_after(text, c)) and counts[n - 1].outcome == c.outcome:
        return n - 1
    if c.rule not in ("ellipsis", "complement", "list"):
        return None
    words = text[c.number.end : c.number.end + 30].lower().split()[:3]
    return (
        next(iter(k for k in _wholes(counts, n, sentences) if counts[k].sentence == c.sentence), None)
        if set(words) & lex.remaining
        else None
    )


def _breakdown(text: str, sentences: Sequence[Sentence], out: list[Count], lexicon: PartLexicon) -> None:
    """After "as follows", "by place": the counts that come are parts of the totals told before, outcome by outcome."""
    totals: dict[str, int] = {}
    opened, paragraph = False, -1
    at = 0
    for s in sentences:
        words = text[s.start : s.end].lower()
        here = []
        while at < len(out) and out[at].sentence == s.index:
            here.append(at)
            at += 1
        if opened:
            for n in here:
                c = out[n]
                whole = totals.get(c.outcome)
                if whole is not None and c.parent == -1 and fits(c, out[whole]) and (c.number.low or c.number.high):
                    out[n] = msgspec.structs.replace(c, parent=whole)
        opens = any(w in words for w in lexicon.breakdown)
        if not opened or opens:
            for n in here:
                held = totals.get(out[n].outcome)
                larger = (
                    held is None
                    or sentences[out[held].sentence].paragraph < s.paragraph - 1
                    or (out[n].number.low or 0) >= (out[held].number.low or 0)
                )
                if out[n].parent == -1 and out[n].rule != "ellipsis" and larger and not _compared(sentences, out[n]):
                    totals[out[n].outcome] = n
        elif s.paragraph > paragraph + 12:
            opened = False
        if opens:
            opened, paragraph = True, s.paragraph


def _goes_on(text: str, sentences: Sequence[Sentence], out: list[Count], lexicon: PartLexicon) -> None:
    """The next item of a list is part of what the item before it is part of."""
    for n in range(1, len(out)):
        c, before = out[n], out[n - 1]
        if (
            c.parent != -1
            or before.parent < 0
            or before.sentence != c.sentence
            or before.outcome != c.outcome
            or out[before.parent].outcome != c.outcome
        ):
            continue
        between = text[before.number.end : c.number.start]
        verbs = any(
            t.tag in ("VBD", "VBZ", "VBP") and t.lower not in lexicon.saying and t.i != before.trigger
            for t in sentences[c.sentence].tokens if before.number.end <= t.start < c.number.start
        )  # fmt: skip
        if (
            c.rule in ("shared", "apposed", "list", "part-of-told", "ellipsis", "broken-down")
            and not verbs
            and len(between) <= 60
            and ("," in between or " and " in between)
        ):
            out[n] = msgspec.structs.replace(c, parent=before.parent)


def _appositions(text: str, sentences: Sequence[Sentence], out: list[Count]) -> None:
    """Figures set beside a figure are its parts only where they add up to it: "Two women, three men and a child"."""
    n = 0
    while n < len(out):
        base, items, run = out[n].parent, [], n
        while run < len(out) and base >= 0 and (out[run].parent == base or out[run].parent in items):
            if out[run].parent == base:
                items.append(run)
            run += 1
        after = out[run] if run < len(out) and items else None
        listed = (
            after is not None
            and after.sentence == out[n].sentence
            and " and " in text[out[run - 1].number.end : after.number.start][-12:]
        )
        apposed = items and out[n].rule == "apposed" and not _pointing(text, sentences, out[n])
        if apposed and (listed or sum(out[k].number.low or 0 for k in items) != (out[base].number.low or 0)):
            for k in items:
                out[k] = msgspec.structs.replace(out[k], parent=out[base].parent)
        n = max(run, n + 1)


def _of_first(
    text: str, sentences: Sequence[Sentence], counts: Sequence[Count], n: int, lex: PartLexicon
) -> int | None:
    """All that come are parts of the first: "Of the 54 abducted pupils, 20 have been freed and 34 are still held"."""
    s = sentences[counts[n].sentence]
    opening = [t.lower for t in s.tokens[:2]]
    if opening not in (["of", "the"], ["of", "those"], ["of", "these"], ["of", "its"], ["of", "their"]) and opening[
        :1
    ] not in (["of"], ["out"]):
        return None
    first = n
    while first > 0 and counts[first - 1].sentence == counts[n].sentence:
        first -= 1
    opens = first < n and counts[first].number.start - s.start <= 12 and counts[first].parent == -1
    return first if opens and counts[first].outcome == counts[n].outcome else None


def _copular(text: str, sentences: Sequence[Sentence], counts: Sequence[Count], n: int, lex: PartLexicon) -> int | None:
    """A bare figure whose verb only says who they were: "Thirty died. Twelve were women"."""
    c = counts[n]
    if not c.bare or c.rule not in ("ellipsis", "list", "part-of-told"):
        return None
    words = _after(text, c, 30).replace("of them ", "", 1).split()
    if words[:1] not in (["were"], ["was"], ["are"]) or len(words) < 2 or words[1].strip(",.") in lex.told_of:
        return None
    for k in range(n - 1, max(-1, n - 8), -1):
        d = counts[k]
        if c.sentence - d.sentence > 2:
            return None
        if d.outcome == c.outcome:
            return d.parent if d.parent >= 0 and d.sentence == c.sentence else k
    return None
