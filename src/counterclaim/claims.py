"""A quantity + an outcome = a count: which numbers of a text tell how many people were killed, wounded, ...

One extraction for all forms: ``outcomes`` finds the word that tells a number's outcome; items of a list, parts of a
figure and bare figures take it from the count they go on with. What stays without one becomes an abstention.
Numbers are read in the order of the text, so a count only ever goes on with one that stands before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from counterclaim.continuing import Reading, Spot, after_colon, go_on, points
from counterclaim.drafts import Count, Number
from counterclaim.outcomes import ClaimLexicon, Finder, Hit, load_lexicon
from counterclaim.parse import Sentence
from counterclaim.records import Abstention
from counterclaim.syntax import path, token_at

__all__ = ["find", "load_lexicon"]

_LONGEST = 400  # tokens; a longer "sentence" is a table or a list of names, which the grammar says nothing about
_MODALS = frozenset(["could", "would", "might", "will", "may", "should", "must", "can"])
_SILENT = ("ABST-AGE", "ABST-DATE", "ABST-NAME", "ABST-PERCENT")


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
    reading = Reading(lexicon)
    for sentence, here in _by_sentence(sentences, numbers):
        words = {t.lower for t in sentence.tokens}
        if words & lexicon.tolls.keys():
            reading.toll = sentence.index
        reading.hostages = reading.hostages or bool(words & lexicon.hostages)
        reading.here = here
        if here:
            reading.first = len(reading.counts)
            _sentence(reading, sentence, here)
    return tuple(reading.counts), tuple(reading.left)


def _sentence(r: Reading, sentence: Sentence, numbers: Sequence[Number]) -> None:
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
    share = -1  # token after "70 per cent", where "of" and the whole follow
    broken = False  # the number before, which could have led on to this one, counts something else
    for number in numbers:
        if number.code:
            if number.code == "ABST-HOUSEHOLD":
                at = token_at(sentence, number.core_start)
                household = at, f.unit(number, at)[0]
            if number.code == "ABST-PERCENT":
                at = token_at(sentence, number.end)
                share = at if any(x.lower == "of" for x in sentence.tokens[at : at + 3]) else -1
            r.abstain(number, number.code, "not a count of people")
            broken = (broken and number.code in _SILENT) or number.code in ("ABST-THING", "ABST-MEASURE")
            continue
        t = token_at(sentence, number.core_start)
        spot = Spot(number, t, *f.unit(number, t))
        word = sentence.tokens[spot.noun].lower if spot.noun >= 0 else ""
        if word in r.lex.not_people and not f.is_person(spot.noun):
            at_home = word in r.lex.households
            household = (t, spot.unit) if at_home else household
            r.abstain(number, "ABST-HOUSEHOLD" if at_home else "ABST-THING", f"counts {word}")
            broken = True
            continue
        if share >= 0 and t - share <= 7:
            r.abstain(number, "ABST-NOT-OUTCOME", "a share is told of these, not an outcome of them all")
            continue
        before = len(r.counts)
        _one(r, f, spot, (units, disease, broken, household))
        if len(r.counts) > before:
            units[spot.unit] = before
        if number.form != "article":
            broken = len(r.counts) == before


def _one(r: Reading, f: Finder, spot: Spot, around: tuple[dict[int, int], str, bool, tuple[int, int] | None]) -> None:
    """Make the number a count, or leave it with a reason. ``around``: units so far, a cause that is no violence, ..."""
    units, disease, broken, household = around
    number, t, unit, noun = spot.number, spot.t, spot.unit, spot.noun
    hit = _hit(f, spot, units)
    if (
        hit is None
        and household is not None
        and all(x.lower in r.lex.at_home or x.text in (",", "(") for x in f.tokens[household[0] + 2 : t])
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
        listed = same >= 0 and after_colon(f, r.counts[same], t)
        if (broken and not listed and not (person and points(f, spot))) or not go_on(r, f, spot, same):
            code = "ABST-NOT-OUTCOME" if person else "ABST-THING" if noun >= 0 else "ABST-UNCLEAR"
            r.abstain(number, code, "no outcome is tied to this number")
        return
    disease = disease or _unarmed(f, hit)
    if disease:
        r.abstain(number, "ABST-NONVIOLENT", f"caused by {disease}")
    elif _supposed(f, hit):
        r.abstain(number, "ABST-HYPOTHESIS", "told as what may or would happen")
    else:
        if number.low == 0 and f.tokens[hit.trigger].lower in ("hurt", "harmed", "hit"):
            hit = msgspec.structs.replace(hit, outcome="casualties", rule="nobody-hurt")
        if hit.rule == "losing" and number.form == "article":
            hit = msgspec.structs.replace(hit, outcome="killed")
        if r.hostages and hit.outcome == "captured" and f.tokens[hit.trigger].lower in ("captive", "captives"):
            hit = msgspec.structs.replace(hit, outcome="abducted")
        _add(r, f, spot, hit)


def _hit(f: Finder, spot: Spot, units: dict[int, int]) -> Hit | None:
    """The word that tells the number's outcome, from the surest place to the farthest."""
    unit, noun = spot.unit, spot.noun
    hit = (
        f.direct(unit, noun)
        or f.of_dead(unit)
        or f.victims(unit, noun)
        or f.own(unit, noun)
        or f.adjacent(unit, spot.t, noun)
        or f.climb(unit, noun, units)
        or f.headline(spot.t, noun)
        or f.joined_later(unit)
        or f.opened(spot.t, noun)
    )
    if hit is None and noun >= 0 and f.tokens[noun].lower in f.lex.held and f.tokens[noun].dep != "pobj":
        return Hit(f.lex.nouns[f.tokens[noun].lower], noun, "noun", f.over(noun))
    return hit


def _unarmed(f: Finder, hit: Hit) -> str:
    """The cause that is no armed violence in the clause of the word that told the outcome, or ""."""
    v = hit.governor
    if v < 0 or f.tokens[v].dep not in ("ccomp", "conj", "advcl", "relcl", "parataxis"):
        return ""
    words = [f.tokens[k].lower for k in f.s.subtree(v)]
    return "" if any(w in f.lex.violent for w in words) else next((w for w in words if w in f.lex.nonviolent), "")


def _of_before(f: Finder, base: Count, spot: Spot, hit: Hit) -> bool:
    """The word found was the earlier figure's: "57 hurt, 42 of them in Poonch", "Seven were killed: four in Lyman"."""
    if hit.rule == "apposed":
        return after_colon(f, base, spot.t)
    if hit.trigger > spot.t or hit.via >= 0 or hit.rule in ("label", "beside", "noun", "modifier"):
        return False
    follow = [x.lower for x in f.tokens[spot.t + 1 : spot.t + 4]]
    if follow[:1] == ["of"] and follow[1:2] and follow[1] in ("them", "whom", "these", "those"):
        return True
    return hit.trigger < base.unit or (hit.trigger == base.trigger and after_colon(f, base, spot.t))


def _supposed(f: Finder, hit: Hit) -> bool:
    """The governing verb stands under could / would / might / will without "have": nothing that has happened."""
    for v in path(f.s, hit.governor, 3):
        words = [f.tokens[k].lower for k in f.kids(v, "aux", "auxpass")]
        bare = f.tokens[v].tag in ("VB", "VBN", "VBG")
        if "could" in words and f.verb(v) in f.lex.verifying:
            return False  # "could confirm 12 deaths"
        if any(w in _MODALS for w in words) and "have" not in words and bare:
            # "could still be buried" tells of the present, and so does "may be trapped"
            still = any(f.tokens[k].lower == "still" for k in f.s.children[v]) or hit.outcome in ("trapped", "missing")
            return not still and (not any(w == "may" for w in words) or f.tokens[v].tag == "VB")
        above = f.tokens[f.tokens[v].head].lower
        if "to" in words and f.tokens[v].tag == "VB" and above in f.lex.intent and f.tokens[v].dep == "xcomp":
            return True
        if f.tokens[v].dep not in ("xcomp", "conj"):
            return False
    return False


def _add(r: Reading, f: Finder, spot: Spot, hit: Hit) -> None:
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
