"""Numbers that go on with an earlier count: items of a list, parts of a figure, bare figures.

They have no outcome word of their own and take outcome and trigger from the count before them.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from counterclaim.drafts import Count, Number
from counterclaim.outcomes import LIST_TAGS, ClaimLexicon, Finder
from counterclaim.records import Abstention, Outcome
from counterclaim.syntax import token_at


class Spot(msgspec.Struct, frozen=True, gc=False):
    """A number in its sentence: its token, the token that stands for those counted, and the counted noun or -1."""

    number: Number
    t: int
    unit: int
    noun: int


class Reading:
    """What has been read of a report: the counts and abstentions so far, and where the sentence at hand begins."""

    def __init__(self, lexicon: ClaimLexicon) -> None:
        self.lex = lexicon
        self.counts: list[Count] = []
        self.left: list[Abstention] = []
        self.first = 0  # index of the first count of the sentence at hand
        self.latest: dict[Outcome, int] = {}
        self.toll = -1  # the last sentence that named a toll
        self.hostages = False  # whether hostages have been told of
        self.here: Sequence[Number] = ()  # the numbers of the sentence at hand

    def same(self, number: Number) -> int:
        """The count before this number in its sentence, or -1."""
        k = len(self.counts) - 1
        while k >= self.first and self.counts[k].number.start >= number.start:
            k -= 1
        return k if k >= self.first else -1

    def add(self, count: Count) -> None:
        self.counts.append(count)
        self.latest[count.outcome] = len(self.counts) - 1

    def abstain(self, number: Number, code: str, reason: str) -> None:
        self.left.append(Abstention(start=number.start, end=number.end, text=number.text, code=code, reason=reason))


def _goes_on(r: Reading, f: Finder, spot: Spot, rule: str, base: int, parent: int) -> bool:
    """Add the number as a count that repeats count ``base``."""
    told, bare = r.counts[base], spot.noun < 0
    inside = told.sentence == f.s.index
    trigger, governor = (told.trigger, told.governor) if rule == "list" and inside else (spot.t, f.over(spot.t))
    like = -1 if rule == "broken-down" or not bare else base
    r.add(
        Count(spot.number, f.s.index, spot.unit, spot.noun, told.outcome, trigger, governor, rule, parent, bare, like)
    )
    return True


def points(f: Finder, spot: Spot) -> bool:
    """The words around say that the number is a part: "of whom 12", "among them 12", "12 of them", "12 among these"."""
    tokens, t = f.tokens, spot.t
    lead = [x.lower for x in tokens[max(0, t - 4) : t]]
    further = [x.lower for x in tokens[t + 1 : t + 7]]
    if (
        "whom" in lead
        or "in which" in " ".join(lead)
        or lead[-1:] in (["other"], ["remaining"])
        or spot.number.form == "partitive"
    ):
        return True
    if any(w in ("them", "whom") for w in further[:3]) or "included" in further[:5]:
        return True
    return (
        "among" in further and any(w in further[further.index("among") :] for w in ("them", "these", "those"))
    ) or any(w in f.lex.including for w in lead)


def _in_sentence(r: Reading, f: Finder, spot: Spot, same: int) -> bool:
    """Go on with the count before in the same sentence: an item of its list, a part of it."""
    tokens, t, base = f.tokens, spot.t, r.counts[same]
    lead = [x.lower for x in tokens[max(0, t - 4) : t]]
    bare = spot.noun < 0
    fresh = points(f, spot)
    colon = after_colon(f, base, t)
    denied = bare and (lead[-1:] == ["not"] or (lead[-1:] == ["("] and tokens[t].text[:1] == "+"))  # "(+120)"
    shares = bare and tokens[t].dep == "conj" and t - base.unit <= 20
    goes_on = base.parent != -1 and t - base.unit <= 10 and spot.number.form != "article"
    ahead, behind = tokens[t + 1 : t + 3], tokens[max(0, t - 3) : t]
    at_place = bare and [x.lower for x in ahead[:1]] == ["in"] and ahead[-1].tag == "NNP" and t - base.unit <= 14
    at_place = at_place or (
        bare and [x.lower for x in behind[::2]] == ["in", ","] and t - base.unit <= 20
    )  # "in Man, 7"
    if not (fresh or colon or denied or shares or goes_on or at_place or _list_between(f, base, t)):
        return False
    if spot.number.form == "article" and base.number.low == base.number.high == 1 and fresh:
        return False  # "one of them a child aged five" is one person
    parent = base.parent
    if (fresh or colon) and base.parent == -1:
        parent = same
    if lead[-1:] and lead[-1] in ("from", "than"):
        parent = -1  # "up from 25": the figure that was before
    if fresh and base.parent >= 0 and tokens[t - 1].text == "," and t - base.unit <= 4:
        parent = same
    return _goes_on(r, f, spot, "list", same, parent)


def go_on(r: Reading, f: Finder, spot: Spot, same: int) -> bool:
    """Add a number without an outcome of its own that goes on with an earlier count; False where it does not."""
    if not r.counts:
        return False
    tokens, t, number = f.tokens, spot.t, spot.number
    person = spot.noun >= 0 and (f.is_person(spot.noun) or tokens[spot.noun].lower in ("others", "more"))
    bare = spot.noun < 0
    if not (person or bare):
        return False
    if [x.lower for x in tokens[max(0, t - 2) : t]] == ["among", "the"]:
        return False  # "are among the 26": the figure that was told before
    whole = _among_figure(r, f, t)
    if whole >= 0:
        return _goes_on(r, f, spot, "part-of-told", whole, whole)
    if same >= 0 and _in_sentence(r, f, spot, same):
        return True
    last = r.first - 1
    near = last >= 0 and f.s.index - r.counts[last].sentence <= 2
    if same < 0 and near:
        follow = [x.lower for x in tokens[t + 1 : t + 3]]
        of_the = follow[:1] == ["of"] and follow[1:2] and follow[1] in ("the", "these", "those")
        opening = person and tokens[0].lower in f.lex.including
        told = [x.lower for x in tokens[t + 1 : t + 7]]
        among = opening or any(w in f.lex.including for w in [x.lower for x in tokens[max(0, t - 4) : t]])
        if (points(f, spot) or of_the or among) and (
            not _plain_small(number) or "them" in told or (number.form == "article" and among)
        ):
            whole = _whole(r.counts, last)
            return _goes_on(r, f, spot, "part-of-told", whole, whole)
        breaking = any(tokens[k].lower in f.lex.breaking for k in range(max(0, t - 12), t))
        if person and breaking and _has_figure(f, t):
            whole = _whole(r.counts, last)
            return _goes_on(r, f, spot, "broken-down", whole, whole)
    if not bare or _plain_small(number):
        return False
    if (
        same >= 0
        and r.counts[same].rule in ("ellipsis", "part-of-told")
        and (_figure_place(f, t) or _gapped(f, r.counts[same], t))
    ):
        return _goes_on(r, f, spot, r.counts[same].rule, same, r.counts[same].parent)
    if _figure_place(f, t) and (same >= 0 or near):
        return not _of_things(f, t) and _goes_on(r, f, spot, "ellipsis", _topic(r, same if same >= 0 else last), -1)
    return False


def _among_figure(r: Reading, f: Finder, t: int) -> int:
    """The count told before that has the figure of "Three policemen are among the 26", or -1."""
    words = [x.lower for x in f.tokens[t + 1 : t + 15]]
    if "among" not in words[:-2]:
        return -1
    k = words.index("among") + t + 1
    figure = next((n for n in r.here if n.core_start == f.tokens[k + 2].start), None)
    if f.tokens[k + 1].lower != "the" or figure is None or figure.low is None:
        return -1
    back = range(len(r.counts) - 1, max(-1, len(r.counts) - 16), -1)
    return next((c for c in back if r.counts[c].number.low == figure.low and r.counts[c].parent == -1), -1)


def _topic(r: Reading, last: int) -> int:
    """The count that a bare figure repeats: the last one, or the last of the killed where a toll was named since.

    After "eight dead and 13 wounded" a bare figure is one of deaths.
    """
    k = r.latest.get("killed", last)
    if r.toll > r.counts[last].sentence or (k >= r.first and r.counts[last].outcome == "wounded"):
        return k
    return last


def _of_things(f: Finder, t: int) -> bool:
    """The figure before the number is one of things: "put the number of craft shot down at 25"."""
    words = [x.lower for x in f.tokens[max(0, t - 12) : t]]
    return any(
        a in f.lex.counters and b == "of" and c in f.lex.not_people
        for a, b, c in zip(words, words[1:], words[2:], strict=False)
    )


def _gapped(f: Finder, base: Count, t: int) -> bool:
    """The same word leads to both figures: "At noon I wrote of 68, in the morning of 56"."""
    first = token_at(f.s, base.number.core_start)
    return (
        0 < first < t
        and t - first <= 8
        and f.tokens[first - 1].tag == "IN"
        and f.tokens[t - 1].lower == f.tokens[first - 1].lower
    )


def _plain_small(number: Number) -> bool:
    """Words that are too often no figure at all: "one", "none" and vague ones."""
    return number.form in ("zero", "vague", "article", "both") or (number.low == 1 and number.form == "words")


def _whole(counts: Sequence[Count], last: int) -> int:
    """The figure that a later "of them" points to: the last one told that is no part itself."""
    sentence = counts[last].sentence
    k = last
    while k > 0 and counts[k].parent != -1 and counts[k - 1].sentence == sentence:
        k -= 1
    return k


def _has_figure(f: Finder, t: int) -> bool:
    return any(x.lower in f.lex.figured for x in f.tokens[:t])


def after_colon(f: Finder, base: Count, t: int) -> bool:
    """The number opens or goes on with a list after a colon: "14 people died in X: ten relatives and four aides"."""
    at = next(
        (
            k
            for k in range(t - 1, base.unit, -1)
            if f.tokens[k].text in (":", "--", "–", "—", "-")
            and (f.tokens[k].text != "-" or f.tokens[k].end < f.tokens[k + 1].start)
        ),
        -1,
    )
    return at >= 0 and all(x.tag in LIST_TAGS or x.tag == "CD" or x.name for x in f.tokens[at + 1 : t]) and t - at <= 12


def _list_between(f: Finder, base: Count, t: int) -> bool:
    """Only nouns, commas and "and" stand between the earlier number's unit and this one."""
    between = f.tokens[base.unit + 1 : t]
    tags = all(x.tag in LIST_TAGS or x.name for x in between)
    if between and between[-1].tag == "IN" and between[-1].lower not in f.lex.including:
        return False
    return (
        len(between) <= 9
        and tags
        and any(x.tag in (",", "CC", ":") for x in between)
        and not any(x.text == ";" for x in between)
    )


def _figure_place(f: Finder, t: int) -> bool:
    """A bare number where a figure stands: object of a carrying or saying verb, or after from / to / of / at / as."""
    token = f.tokens[t]
    head = f.tokens[token.head]
    if token.dep == "nsubjpass" and head.lower in f.lex.intent:
        return False  # "100 more are expected to leave"
    if (
        token.dep in ("nsubj", "nsubjpass")
        and head.tag[:1] == "V"
        and any(k > token.head for k in f.kids(token.head, "dobj"))
    ):
        return False  # "almost 13 million needed help": the number does something of its own
    if (
        token.dep == "nsubj"
        and head.tag in ("VBD", "VBZ", "VBP")
        and (f.verb(token.head) or "other") not in f.lex.carriers
    ):
        return False  # "27 escaped"
    if token.dep in ("dobj", "attr", "nsubj", "nsubjpass", "oprd") and head.tag[:1] == "V":
        return True
    if token.dep == "npadvmod" and head.tag[:1] == "V" and token.head == t - 1:
        return f.verb(token.head) in f.lex.carriers
    before = f.tokens[max(0, t - 2)]
    if t and f.tokens[t - 1].lower == "the" and before.tag == "IN" and before.lower != "among":
        return True
    if token.dep == "pobj" and head.lower == "of":
        above = f.tokens[head.head]
        return above.tag[:1] == "V" or above.lower in f.lex.tolls or above.lower in f.lex.counters
    return token.dep == "pobj" and head.lower in ("from", "to", "at", "as", "than", "with", "past")
