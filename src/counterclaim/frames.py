"""Cues after or inside what is said: "..., the GUR said on Monday", "The Houthis, he alleged, had never ...".

Each frame takes a Reader and the verb's index and gives an Utterance or None. Surface order (commas, quotation marks,
"that") is trusted before the dependency tree where the two differ: parsers err most on long reported clauses.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from counterclaim.cues import FINITE, SUBJECTS, Reader
from counterclaim.drafts import Utterance
from counterclaim.records import Stance

NOUN_PHRASE = frozenset(
    [
        *("DT", "JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "PRP", "PRP$", "POS", "CD", "IN", "CC", "VBN", "VBG"),
        *("HYPH", "RB", "RBR", "RBS", "-LRB-", "-RRB-", "TO", "PDT", "FW", "``", "''"),
    ]
)
_SUBORDINATE = frozenset({"where", "which", "that", "when", "because", "but", "and", "while", "although"})


def made(r: Reader, i: int, source: int, said: Iterable[int], group: Iterable[int]) -> Utterance | None:
    """The attribution of a cue verb, its stance read from the verb; None where nothing is left to be said."""
    base, own = r.base(i), set(group)
    content = tuple(c for c in r.runs(k for k in set(said) - {i} if 0 <= k < len(r.tokens)) if c[1] - c[0] > 1)
    if not content:
        return None
    stance: Stance = r.lex.clause.get(base) or (r.lex.objects[base][0] if base in r.lex.objects else "asserts")
    if stance == "denies" and r.kids(i, "neg"):
        stance = "asserts"
    last = i + 1 if r.lower(i + 1) in r.lex.particles.get(base, ()) else i
    return Utterance(
        sentence=r.s.index,
        cue=(r.tokens[i].start, r.tokens[last].end),
        source=r.phrase(source),
        head=(r.s.index, source),
        content=content,
        stance=stance,
        group=r.runs(own),
        rule=f"cue-{base}",
        aside=bool(own) and _aside(r, own),
    )


def _aside(r: Reader, group: set[int]) -> bool:
    a, b = min(group), max(group)
    return a > 0 and r.breaks(a - 1) and b + 1 < len(r.tokens) and r.breaks(b + 1)


# -- the cue after or inside what is said ------------------------------------------------------------------------------


def back_over_auxiliaries(r: Reader, i: int, low: int) -> int:
    """Index of the last token before a verb's auxiliaries and adverbs; ``low - 1`` where there is none."""
    k = i - 1
    own = {m for m in r.kids(i, "aux", "neg", "advmod")}
    while k >= low and (k in own or r.tokens[k].tag in ("RB", "MD") or r.lower(k) in ("has", "had", "have", "also")):
        k -= 1
    return k


def chunk_head(r: Reader, start: int, end: int) -> int | None:
    """Head of the noun phrase in tokens start..end (end included): the last noun before a preposition or a mark."""
    for m in range(start, end + 1):
        token = r.tokens[m]
        if token.lower == "one" and (m == end or r.lower(m + 1) == "of"):
            return m
        if token.tag == "JJ" and m == end and (token.lower in r.lex.bodies or token.lower in r.lex.persons):
            return m
        joined = (
            m + 2 <= end
            and r.tokens[m].tag == "NNP"
            and r.lower(m + 1) in r.lex.name_joints
            and r.tokens[m + 2].text[:1].isupper()
        )
        if r.noun(m) and (
            m == end or not (joined or r.noun(m + 1) or r.tokens[m + 1].tag == "POS" or r.tokens[m + 1].text == "-")
        ):
            return m
    return None


def speaker_before(r: Reader, i: int, low: int) -> tuple[int, int] | None:
    """(start, head) of the speaker's phrase that ends right before the verb at i and is set off by a mark before it.

    ``low`` is the segment's start. Clauses between commas after the speaker are stepped over.
    """
    k = back_over_auxiliaries(r, i, low)
    own = [m for m in r.kids(i, *SUBJECTS) if m < i and r.can_speak(m) and r.tokens[m].tag not in ("WP", "WDT")]
    for _ in range(4):
        end = k
        while k >= low and ((not r.breaks(k) and r.tokens[k].tag in NOUN_PHRASE) or r.tokens[k].name):
            k -= 1
        if k >= low and not r.breaks(k):
            if not any(r.lower(m) in ("who", "which", "whose") for m in range(max(low, k - 12), end + 1)):
                return None
            while k >= low and not r.breaks(k):
                k -= 1
        start = k + 1
        if own and any(r.tokens[m].tag in ("WP", "WDT", "WP$") for m in range(start, min(own[0], end))):
            own = []  # the parser took the end of a relative clause for the subject
        if start <= end and own and start <= own[0] <= end:
            edge = min(m for m in r.s.subtree(own[0]) if m >= start)
            flush = all(r.tokens[m].tag in ("CC", "RB", "DT", "``") for m in range(start, edge))
            return (start, own[0]) if k >= low and flush else None
        while start <= end and (r.marks_quote(start) or r.tokens[start].tag == "CC"):
            start += 1
        who = next((m for m in range(start, end + 1) if r.tokens[m].tag in ("WP", "WDT", "WP$")), end + 1)
        goes_on = i + 2 < len(r.tokens) and r.breaks(i + 1) and r.tokens[i + 2].tag in FINITE
        if own and own[0] < start < who and k >= low and goes_on and not r.breaks(i - 1):
            own = []  # "Three fishermen, the governor of Sittwe said, were killed"
        if own and start < who and k > low and r.breaks(i - 1):
            described = _described_before(r, k, low)
            if described and own[0] < described[0] and _plain_speaker(r, start, who - 1, "") is not None:
                return described  # the parser took a noun of what is said for the subject
        head = _plain_speaker(r, start, who - 1, r.base(i)) if start < who and k >= low and not own else None
        if head is not None:
            described = _described_before(r, k, low) if r.breaks(i - 1) and k > low else None
            return described or (start, head)
        if k < low or r.tokens[k].text not in (",", "–", "—", "--"):
            return None
        k -= 1
    return None


def _described_before(r: Reader, comma: int, low: int) -> tuple[int, int] | None:
    """(start, head) of "a senior official in the capital" where an apposition stands between it and the verb."""
    if r.tokens[comma].text != ",":
        return None
    k = comma - 1
    while k >= low and ((not r.breaks(k) and r.tokens[k].tag in NOUN_PHRASE) or r.tokens[k].name):
        k -= 1
    if k < low or not r.breaks(k) or k + 1 >= comma or r.tokens[k + 1].tag not in ("DT", "PRP$", "JJ", "NN", "NNS"):
        return None
    head = chunk_head(r, k + 1, comma - 1)
    if head is None or not (r.lower(head) in r.lex.persons or r.lower(head) in r.lex.bodies):
        return None
    return k + 1, head


def _plain_speaker(r: Reader, start: int, end: int, base: str) -> int | None:
    """Head of the phrase where it can speak with such a verb."""
    while start <= end and r.marks_quote(start):
        start += 1
    if start > end or r.tokens[start].tag in ("IN", "VBN", "VBG", "CC", "RB", "TO"):
        return None
    head = chunk_head(r, start, end)
    return head if head is not None and r.speaks(head, base) else None


def _tail_verb(r: Reader, i: int, high: int) -> int:
    """Index after the cue's own words to its right (listener, day, channel), or -1 where a clause follows."""
    k = i + 1
    while k < high and not (r.breaks(k) and not r.marks_quote(k)):
        if r.quoted(k):
            break
        if r.tokens[k].text == ":":
            return k
        if (r.lower(k) == "that" and r.tokens[k].dep == "mark") or r.tokens[k].tag in FINITE:
            return -1
        k += 1
    return k


def parenthetical(r: Reader, i: int) -> Utterance | None:
    """A cue set apart: "..., the GUR said on Monday", "The Houthis, he alleged, had never ...", "..., said X"."""
    low, high = r.segment(i)
    token = r.tokens[i]
    hanging = token.dep in ("amod", "relcl", "acl")
    if token.tag == "VB" or r.kids(i, "neg") or r.lower(i - 1) in ("neither", "nor", "not"):
        return None
    by = r.lower(i + 1) == "by" and not r.by_channel(i)
    if hanging and (by or token.tag == "VBG" or token.dep == "amod"):
        return None
    if token.tag == "VBN" and not r.kids(i, "aux") and r.lower(i + 1) and r.tokens[i + 1].tag[:1] == "N":
        return None
    before_verb = speaker_before(r, i, low)
    if hanging and not (
        before_verb and r.tokens[before_verb[1]].dep not in ("dobj", "pobj") and r.breaks(before_verb[0] - 1)
    ):
        return None
    place = (*before_verb, _tail_verb(r, i, high)) if before_verb else _inverted(r, i, low, high)
    if place is None:
        return None
    start, subject, end = place
    if end < 0 or not r.speaks(subject, r.base(i)) or r.quoted(subject):
        return None
    before = [k for k in range(low, start) if r.tokens[k].text[:1].isalnum() or r.tokens[k].text in "$€£"]
    quoted_before = any(r.quoted(k) for k in before)
    after = _resumed(r, end, high, inverted=before_verb is None)
    if after and r.tokens[after[0]].tag == "CC" and _has_own_cue(r, after):
        after = []
    finite = quoted_before or any(r.tokens[k].tag in FINITE or r.tokens[k].tag in ("VBN", "VBG") for k in before)
    if end < high and r.tokens[end].text == ":" and before and r.tokens[low].tag in ("VBN", "VBG", "IN"):
        return None  # "Asked about losses, the commander said: ..."
    counted = (
        token.tag in ("NNS", "NN", *FINITE) and end + 1 >= high and r.number_in(before) and r.base(i) not in r.lex.weak
    )
    if not before or not (finite or after or counted) or len(before) + len(after) < 2:
        return None
    if after and not quoted_before and any(r.other_cue(k) for k in after):
        after = [] if finite else after
    said = set(range(low, start)) | set(after)
    if r.lower(low) in ("and", "but") and low < start:
        said.discard(low)
    if end >= high - 1 and not quoted_before:
        said.update(_next_part(r, high))
        said.update(_parts_before(r, low, high))
    opens = before[-1]
    if after and r.lower(opens) in _SUBORDINATE and (opens == low or r.breaks(opens - 1)):
        said = set(after)  # "..., where, it says, no count is possible"
    found = made(r, i, subject, said, set(range(start, end)) - said)
    if found is None:
        return None
    source = found.source
    if (
        before_verb
        and r.tokens[start].tag in NOUN_PHRASE - {"IN", "CC", "RB"}
        and not any(r.breaks(k) for k in range(start, subject))
    ):
        source = (min(source[0], r.tokens[start].start), source[1])
    return msgspec.structs.replace(found, aside=bool(after), source=source)


def _has_own_cue(r: Reader, part: Iterable[int]) -> bool:
    """True where a preposition or verb of saying with a speaker of its own stands in the part."""
    return any(r.other_cue(k) or (r.lower(k) == "according" and r.lower(k + 1) == "to") for k in part)


def _parts_before(r: Reader, low: int, high: int) -> range:
    """Parts without a cue before a closing one: "Four died; two are in hospital, the officer confirmed."."""
    if high < len(r.tokens) - 1 or low == 0:
        return range(0)
    start = low
    while start > 0:
        first, end = r.segment(start - 2)
        part = range(first, end)
        if any((r.base(k) and r.tokens[k].tag[:1] == "V") or r.lower(k) == "according" or r.quoted(k) for k in part):
            break
        if not any(r.tokens[k].tag in FINITE for k in part):
            break
        start = first
    return range(start, low)


def _next_part(r: Reader, high: int) -> range:
    """A part behind the semicolon that has a number and no cue goes on: "..., he wrote; four children were hurt"."""
    if high + 1 >= len(r.tokens) or r.tokens[high].text != ";":
        return range(0)
    part = range(high + 1, r.segment(high + 1)[1])
    cue = any((r.base(k) and r.tokens[k].tag[:1] == "V") or r.lower(k) == "according" for k in part)
    return range(0) if cue or not r.number_in(part) else part


def _inverted(r: Reader, i: int, low: int, high: int) -> tuple[int, int, int] | None:
    """(start, speaker, end) of "..., said a defence source in Srinagar, who would not be named"."""
    if (
        i <= low
        or not r.breaks(i - 1)
        or any(m < i for m in r.kids(i, "nsubj"))
        or r.tokens[i].tag not in (*FINITE, "VBN")
    ):
        return None
    end = i + 1
    while (
        end < high
        and not r.breaks(end)
        and r.tokens[end].tag not in FINITE
        and r.tokens[end].tag != "WP"
        and r.tokens[end].text != ":"
    ):
        end += 1
    own = [m for m in r.kids(i, "nsubj") if i < m < end]
    if own and min(r.s.subtree(own[0])) > i + 2:
        return None
    subject = own[0] if own else chunk_head(r, i + 1, end - 1) if end > i + 1 else None
    some = r.tokens[i + 1].tag == "CD" and subject is not None and r.lower(subject) in r.lex.persons
    if subject is None or (not some and r.tokens[i + 1].tag in ("IN", "TO", "CD", "VBN", "VBG")):
        return None
    firm = r.base(i) in r.lex.inverted and r.lower(subject) in r.lex.persons
    if r.base(i) in r.lex.weak and not r.marks_quote(i - 1) and not firm:
        return None
    return i, subject, end


def _resumed(r: Reader, end: int, high: int, *, inverted: bool) -> list[int]:
    """What goes on being said behind the cue's closing comma."""
    rest = end + 1
    if end >= high or not r.breaks(end) or rest >= high:
        return []
    if r.marks_quote(end):
        rest = end
    if (
        r.lower(rest) != "including"
        and not r.quoted(rest)
        and (r.lower(rest) in r.lex.resumed or r.tokens[rest].tag in ("VBG", "WP", "WDT", "WP$"))
    ):
        return []
    if r.tokens[rest].tag == "CC" and rest + 1 < high and r.tokens[rest + 1].tag in FINITE and r.base(rest + 1):
        return []
    after = list(range(rest, high))
    if inverted and not r.quoted(rest):
        clause = next((k for k in after if r.tokens[k].tag in FINITE), None)
        if clause is None or r.lower(rest) in ("a", "an", "the"):
            return []
    return after
