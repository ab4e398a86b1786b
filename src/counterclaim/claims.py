"""A quantity + an outcome = a count: which numbers of a text tell how many people were killed, wounded, ...

One extraction for all forms: ``outcomes`` finds the word that tells a number's outcome; items of a list, parts of a
figure and bare figures take it from the count they go on with. What stays without one becomes an abstention.
Numbers are read in the order of the text, so a count only ever goes on with one that stands before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from counterclaim.drafts import Count, Number
from counterclaim.outcomes import HELD, LIST_TAGS, ClaimLexicon, Finder, Hit, load_lexicon
from counterclaim.parse import Sentence
from counterclaim.records import Abstention, Outcome

__all__ = ["find", "load_lexicon"]

_LONGEST = 400  # tokens; a longer "sentence" is a table or a list of names, which the grammar says nothing about
_MODALS = frozenset(["could", "would", "might", "will", "may", "should", "must", "can"])
_INTENT = frozenset((
    "be", "were", "was", "are", "need", "planned", "expected", "going", "due", "set", "threatened", "wants",
    "want", "vowed", "plans", "plan", "intends", "intend", "ready", "prepared",
))  # fmt: skip
_ALSO = frozenset(
    [",", "or", "(", "about", "some", "roughly", "with", "comprising", "of", "and", "i.e.", "totalling", "around"]
)
_SILENT = ("ABST-AGE", "ABST-DATE", "ABST-NAME", "ABST-PERCENT")


class _Spot(msgspec.Struct, frozen=True, gc=False):
    """A number in its sentence: its token, the token that stands for those counted, and the counted noun or -1."""

    number: Number
    t: int
    unit: int
    noun: int


class _Reading:
    """What has been read of a report: the counts and abstentions so far, and where the sentence at hand begins."""

    def __init__(self, lexicon: ClaimLexicon) -> None:
        self.lex = lexicon
        self.counts: list[Count] = []
        self.left: list[Abstention] = []
        self.first = 0  # index of the first count of the sentence at hand
        self.latest: dict[Outcome, int] = {}
        self.toll = -1  # the last sentence that named a toll

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


def _locate(sentence: Sentence, offset: int) -> int:
    lo, hi = 0, len(sentence.tokens)
    while lo < hi:
        mid = (lo + hi) // 2
        if sentence.tokens[mid].end <= offset:
            lo = mid + 1
        else:
            hi = mid
    return min(lo, len(sentence.tokens) - 1)


def _by_sentence(sentences: Sequence[Sentence], numbers: Sequence[Number]) -> Iterator[tuple[Sentence, list[Number]]]:
    at = 0
    for sentence in sentences:
        while at < len(numbers) and numbers[at].core_start < sentence.start:
            at += 1
        end = at
        while end < len(numbers) and numbers[end].core_start < sentence.end:
            end += 1
        yield sentence, list(numbers[at:end])
        at = end


def find(
    text: str, sentences: Sequence[Sentence], numbers: Sequence[Number], lexicon: ClaimLexicon
) -> tuple[tuple[Count, ...], tuple[Abstention, ...]]:
    """Counts of people with an outcome, in order, and an abstention for every other number. Takes linear time."""
    reading = _Reading(lexicon)
    for sentence, here in _by_sentence(sentences, numbers):
        if any(t.lower in lexicon.tolls for t in sentence.tokens):
            reading.toll = sentence.index
        if here:
            reading.first = len(reading.counts)
            _sentence(reading, sentence, here)
    return tuple(reading.counts), tuple(reading.left)


def _sentence(r: _Reading, sentence: Sentence, numbers: Sequence[Number]) -> None:
    """Read one sentence's numbers in order."""
    if len(sentence.tokens) > _LONGEST:
        for n in numbers:
            r.abstain(n, n.code or "ABST-UNCLEAR", "the sentence is too long to read")
        return
    f = Finder(sentence, r.lex)
    words = {t.lower for t in sentence.tokens}
    disease = (
        "" if words & r.lex.violent else next((t.lower for t in sentence.tokens if t.lower in r.lex.nonviolent), "")
    )
    units: dict[int, int] = {}  # unit token -> index in counts
    household: tuple[int, int] | None = None  # (end, unit) of the last number of households
    broken = False  # the number before, which could have led on to this one, counts something else
    for number in numbers:
        if number.code:
            if number.code == "ABST-HOUSEHOLD":
                at = _locate(sentence, number.core_start)
                household = at, f.unit(number, at)[0]
            r.abstain(number, number.code, "not a count of people")
            broken = (broken and number.code in _SILENT) or number.code in ("ABST-THING", "ABST-MEASURE")
            continue
        t = _locate(sentence, number.core_start)
        spot = _Spot(number, t, *f.unit(number, t))
        word = sentence.tokens[spot.noun].lower if spot.noun >= 0 else ""
        if word in r.lex.not_people and not f.is_person(spot.noun):
            at_home = word in r.lex.households
            household = (t, spot.unit) if at_home else household
            r.abstain(number, "ABST-HOUSEHOLD" if at_home else "ABST-THING", f"counts {word}")
            broken = True
            continue
        before = len(r.counts)
        _one(r, f, spot, (units, disease, broken, household))
        if len(r.counts) > before:
            units[spot.unit] = before
        if number.form != "article":
            broken = len(r.counts) == before


def _one(r: _Reading, f: Finder, spot: _Spot, around: tuple[dict[int, int], str, bool, tuple[int, int] | None]) -> None:
    """Make the number a count, or leave it with a reason. ``around``: units so far, a cause that is no violence, ..."""
    units, disease, broken, household = around
    number, t, unit, noun = spot.number, spot.t, spot.unit, spot.noun
    hit = _hit(f, spot, units)
    if (
        hit is None
        and household is not None
        and all(x.lower in _ALSO for x in f.tokens[household[0] + 2 : t])
        and t - household[0] <= 6
    ):
        hit = f.climb(household[1], noun if noun >= 0 else household[1], units)
    if hit is not None and hit.rule == "toll" and number.form == "article":
        hit = None
    if (hit is not None and hit.rule == "attackers") or (hit is None and f.attacks(unit)):
        r.abstain(number, "ABST-ATTACKERS", "counts those who attacked")
        return
    single = number.low == number.high == 1 and f.tokens[t].dep == "attr"  # "he was one of 13 wounded"
    if (number.form == "article" and f.named(noun)) or (single and f.named(t)):
        r.abstain(number, "ABST-NOT-OUTCOME", "tells who a named person is")
        return
    same = r.same(number)
    if hit is not None and same >= 0 and _of_before(f, r.counts[same], spot, hit):
        hit = None
    if hit is None:
        person = noun >= 0 and f.is_person(noun)
        listed = same >= 0 and _after_colon(f, r.counts[same], t)
        if (broken and not listed and not (person and _points(f, spot))) or not _inherit(r, f, spot, same):
            code = "ABST-NOT-OUTCOME" if person else "ABST-THING" if noun >= 0 else "ABST-UNCLEAR"
            r.abstain(number, code, "no outcome is tied to this number")
        return
    disease = disease or _unarmed(f, hit)
    if disease:
        r.abstain(number, "ABST-NONVIOLENT", f"caused by {disease}")
    elif _supposed(f, hit):
        r.abstain(number, "ABST-HYPOTHESIS", "told as what may or would happen")
    else:
        if number.low == 0 and f.tokens[hit.trigger].lower in ("hurt", "harmed"):
            hit = msgspec.structs.replace(hit, outcome="casualties", rule="nobody-hurt")
        _add(r, f, spot, hit)


def _hit(f: Finder, spot: _Spot, units: dict[int, int]) -> Hit | None:
    """The word that tells the number's outcome, from the surest place to the farthest."""
    unit, noun = spot.unit, spot.noun
    hit = (
        f.direct(unit, noun)
        or f.own(unit, noun)
        or f.adjacent(unit, spot.t, noun)
        or f.climb(unit, noun, units)
        or f.headline(spot.t, noun)
    )
    if hit is None and noun >= 0 and f.tokens[noun].lower in HELD and f.tokens[noun].dep != "pobj":
        return Hit(f.lex.nouns[f.tokens[noun].lower], noun, "noun", f.over(noun))
    return hit


def _unarmed(f: Finder, hit: Hit) -> str:
    """The cause that is no armed violence in the clause of the word that told the outcome, or ""."""
    v = hit.governor
    if v < 0 or f.tokens[v].dep not in ("ccomp", "conj", "advcl", "relcl", "parataxis"):
        return ""
    words = [f.tokens[k].lower for k in f.s.subtree(v)]
    return "" if any(w in f.lex.violent for w in words) else next((w for w in words if w in f.lex.nonviolent), "")


def _of_before(f: Finder, base: Count, spot: _Spot, hit: Hit) -> bool:
    """ "57 hurt, 42 of them in Poonch", "Seven were killed: four in Lyman": the word found was the earlier figure's."""
    if hit.rule == "apposed":
        return _after_colon(f, base, spot.t)
    if hit.trigger > spot.t or hit.via >= 0 or hit.rule in ("label", "beside", "noun", "modifier"):
        return False
    follow = [x.lower for x in f.tokens[spot.t + 1 : spot.t + 4]]
    if follow[:1] == ["of"] and follow[1:2] and follow[1] in ("them", "whom", "these", "those"):
        return True
    return hit.trigger < base.unit or (hit.trigger == base.trigger and _after_colon(f, base, spot.t))


def _supposed(f: Finder, hit: Hit) -> bool:
    """The governing verb stands under could / would / might / will without "have": nothing that has happened."""
    v = hit.governor
    for _ in range(3):
        if v < 0:
            return False
        words = [f.tokens[k].lower for k in f.kids(v, "aux", "auxpass")]
        bare = f.tokens[v].tag in ("VB", "VBN", "VBG")
        if any(w in _MODALS for w in words) and "have" not in words and bare:
            # "could still be buried" tells of the present, and so does "may be trapped"
            still = any(f.tokens[k].lower == "still" for k in f.s.children[v]) or hit.outcome in ("trapped", "missing")
            return not still and (not any(w == "may" for w in words) or f.tokens[v].tag == "VB")
        above = f.tokens[f.tokens[v].head].lower
        if "to" in words and f.tokens[v].tag == "VB" and above in _INTENT and f.tokens[v].dep == "xcomp":
            return True
        if f.tokens[v].dep not in ("xcomp", "conj"):
            return False
        v = f.tokens[v].head
    return False


def _add(r: _Reading, f: Finder, spot: _Spot, hit: Hit) -> None:
    number, bare, at = spot.number, spot.noun < 0, f.s.index
    if hit.via >= 0:
        base = next((k for k in range(len(r.counts) - 1, r.first - 1, -1) if r.counts[k].unit == hit.via), -1)
        if base < 0:
            return
        told = r.counts[base]
        parent = base if hit.part else told.parent
        r.add(
            Count(
                number,
                at,
                spot.unit,
                spot.noun,
                told.outcome,
                told.trigger,
                told.governor,
                hit.rule,
                parent,
                bare,
                base if bare else -1,
            )
        )
        return
    outcome, more = f.joined(hit.trigger, hit.outcome) if hit.rule not in ("noun", "toll") else (hit.outcome, ())
    if hit.rule == "noun":
        outcome = f.joined(hit.trigger, hit.outcome)[0]
    if (
        hit.rule == "losing"
        and bare
        and r.counts
        and r.counts[-1].outcome == "killed"
        and at - r.counts[-1].sentence <= 1
    ):
        outcome = "killed"  # "19 men lay dead. Their side had lost 17": the loss is of lives
    if hit.rule == "object":
        more = (*more, *f.done_to_them(hit.governor, outcome))
    for one in (outcome, *more):
        r.add(
            Count(
                number, at, spot.unit, spot.noun, one, hit.trigger, hit.governor, hit.rule, -2 if hit.part else -1, bare
            )
        )


# --- numbers that go on with an earlier count ---------------------------------------------------------------------


def _goes_on(r: _Reading, f: Finder, spot: _Spot, rule: str, base: int, parent: int) -> bool:
    """Add the number as a count that repeats count ``base``."""
    told, bare = r.counts[base], spot.noun < 0
    inside = told.sentence == f.s.index
    trigger, governor = (told.trigger, told.governor) if rule == "list" and inside else (spot.t, f.over(spot.t))
    like = -1 if rule == "broken-down" or not bare else base
    r.add(
        Count(spot.number, f.s.index, spot.unit, spot.noun, told.outcome, trigger, governor, rule, parent, bare, like)
    )
    return True


def _points(f: Finder, spot: _Spot) -> bool:
    """The words around say that the number is a part: "of whom 12", "among them 12", "12 of them", "12 among these"."""
    tokens, t = f.tokens, spot.t
    lead = [x.lower for x in tokens[max(0, t - 4) : t]]
    further = [x.lower for x in tokens[t + 1 : t + 7]]
    if "whom" in lead or "in which" in " ".join(lead) or lead[-1:] == ["other"] or spot.number.form == "partitive":
        return True
    if any(w in ("them", "whom") for w in further[:3]) or "included" in further[:5]:
        return True
    return (
        "among" in further and any(w in further[further.index("among") :] for w in ("them", "these", "those"))
    ) or any(w in f.lex.including for w in lead)


def _in_sentence(r: _Reading, f: Finder, spot: _Spot, same: int) -> bool:
    """Go on with the count before in the same sentence: an item of its list, a part of it."""
    tokens, t, base = f.tokens, spot.t, r.counts[same]
    lead = [x.lower for x in tokens[max(0, t - 4) : t]]
    bare = spot.noun < 0
    fresh = _points(f, spot)
    colon = _after_colon(f, base, t)
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


def _inherit(r: _Reading, f: Finder, spot: _Spot, same: int) -> bool:
    """Add a number without an outcome of its own that goes on with an earlier count; False where it does not."""
    if not r.counts:
        return False
    tokens, t, number = f.tokens, spot.t, spot.number
    person = spot.noun >= 0 and (f.is_person(spot.noun) or tokens[spot.noun].lower in ("others", "more"))
    bare = spot.noun < 0
    if not (person or bare):
        return False
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
        if (_points(f, spot) or of_the or among) and (
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


def _topic(r: _Reading, last: int) -> int:
    """The count that a bare figure repeats: the last one, or the last of the killed where a toll was named since.

    After "eight dead and 13 wounded" a bare figure is one of deaths.
    """
    k = r.latest.get("killed", last)
    if r.toll > r.counts[last].sentence or (k >= r.first and r.counts[last].outcome == "wounded"):
        return k
    return last


def _of_things(f: Finder, t: int) -> bool:
    """ "put the number of craft shot down at 25": the figure before the number is one of things."""
    words = [x.lower for x in f.tokens[max(0, t - 12) : t]]
    return any(
        a in f.lex.counters and b == "of" and c in f.lex.not_people
        for a, b, c in zip(words, words[1:], words[2:], strict=False)
    )


def _gapped(f: Finder, base: Count, t: int) -> bool:
    """ "At noon I wrote of 68, in the morning of 56": the same word leads to both figures."""
    first = _locate(f.s, base.number.core_start)
    return (
        0 < first < t
        and t - first <= 8
        and f.tokens[first - 1].tag == "IN"
        and f.tokens[t - 1].lower == f.tokens[first - 1].lower
    )


def _plain_small(number: Number) -> bool:
    """ "one", "none" and vague words are too often no figure at all."""
    return number.form in ("zero", "vague", "article", "both") or (number.low == 1 and number.form == "words")


def _whole(counts: Sequence[Count], last: int) -> int:
    """The figure that a later "of them" points to: the last one told that is no part itself."""
    sentence = counts[last].sentence
    k = last
    while k > 0 and counts[k].parent != -1 and counts[k - 1].sentence == sentence:
        k -= 1
    return k


def _has_figure(f: Finder, t: int) -> bool:
    return any(
        x.lower
        in ("figure", "total", "number", "toll", "into", "dead", "down", "figures", "wounded", "victims", "those")
        for x in f.tokens[:t]
    )


def _after_colon(f: Finder, base: Count, t: int) -> bool:
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
    if t and f.tokens[t - 1].lower == "the" and f.tokens[max(0, t - 2)].tag == "IN":
        return True
    if token.dep == "pobj" and head.lower == "of":
        above = f.tokens[head.head]
        return above.tag[:1] == "V" or above.lower in f.lex.tolls or above.lower in f.lex.counters
    return token.dep == "pobj" and head.lower in ("from", "to", "at", "as", "than", "with")
