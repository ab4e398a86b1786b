"""A quantity + an outcome = a count: which numbers of a text tell how many people were killed, wounded, ...

One extraction for all forms: ``outcomes`` finds the word that tells a number's outcome; items of a list, parts of a
figure and bare figures take it from the count they go on with. What stays without one becomes an abstention with a code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from counterclaim.drafts import Count, Number
from counterclaim.outcomes import HELD, LIST_TAGS, ClaimLexicon, Finder, Hit, load_lexicon
from counterclaim.parse import Sentence
from counterclaim.records import Abstention

__all__ = ["find", "load_lexicon"]


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


def find(text: str, sentences: Sequence[Sentence], numbers: Sequence[Number], lexicon: ClaimLexicon) -> tuple[tuple[Count, ...], tuple[Abstention, ...]]:
    """Counts of people with an outcome, in order, and an abstention for every other number. Linear in the text's length."""
    counts: list[Count] = []
    left: list[Abstention] = []
    for sentence, here in _by_sentence(sentences, numbers):
        if here:
            _sentence_counts(text, sentence, here, lexicon, counts, left)
    return tuple(counts), tuple(left)


def _abstain(number: Number, code: str, reason: str) -> Abstention:
    return Abstention(start=number.start, end=number.end, text=number.text, code=code, reason=reason)


def _sentence_counts(  # noqa: PLR0913, PLR0917
    text: str, sentence: Sentence, numbers: Sequence[Number], lexicon: ClaimLexicon, counts: list[Count], left: list[Abstention]
) -> None:
    f = Finder(sentence, lexicon)
    if len(sentence.tokens) > 400:
        left.extend(_abstain(n, n.code or "ABST-UNCLEAR", "the sentence is too long to read") for n in numbers)
        return
    units: dict[int, int] = {}  # unit token -> index in counts
    open_: list[tuple[Number, int, int, int]] = []
    placed: list[tuple[Number, int, int, int, Hit | None]] = []
    for number in numbers:
        if number.code:
            left.append(_abstain(number, number.code, "not a count of people"))
            continue
        t = _locate(sentence, number.core_start)
        unit, noun = f.unit(number, t)
        word = sentence.tokens[noun].lower if noun >= 0 else ""
        if word in lexicon.not_people and not f.is_person(noun):
            left.append(_abstain(number, "ABST-THING", f"counts {word}"))
            continue
        placed.append((number, t, unit, noun, None))
    words = {t.lower for t in sentence.tokens}
    disease = next((t.lower for t in sentence.tokens if t.lower in lexicon.nonviolent), "") if not words & lexicon.violent else ""
    for number, t, unit, noun, _ in placed:
        hit = _direct(f, unit, noun) or f.own(unit, noun) or f.adjacent(unit, number.end, noun) or f.climb(unit, noun, units)
        if hit is not None and hit.rule != "attackers" and number.form == "article" and hit.rule == "toll":
            hit = None
        if hit is not None and hit.rule == "attackers":
            left.append(_abstain(number, "ABST-ATTACKERS", "counts those who attacked"))
            continue
        if hit is None and noun >= 0 and f.tokens[noun].lower in HELD and f.tokens[noun].dep != "pobj":
            hit = Hit(lexicon.nouns[f.tokens[noun].lower], noun, "noun", f.over(noun))
        if hit is None:
            open_.append((number, t, unit, noun))
            continue
        if disease:
            left.append(_abstain(number, "ABST-NONVIOLENT", f"caused by {disease}"))
            continue
        if _supposed(f, hit):
            left.append(_abstain(number, "ABST-HYPOTHESIS", "told as what may or would happen"))
            continue
        if number.low == 0 and f.tokens[hit.trigger].lower in ("hurt", "harmed"):
            hit = msgspec.structs.replace(hit, outcome="casualties", rule="nobody-hurt")
        before = len(counts)
        _add(f, counts, number, unit, noun, hit)
        if len(counts) > before:
            units[unit] = before
    counted = {c.number.start for c in counts if c.sentence == sentence.index}
    for number, t, unit, noun in open_:
        previous = max((n.start for n in numbers if n.start < number.start and n.form != "article" and n.code not in ("ABST-AGE", "ABST-DATE", "ABST-NAME", "ABST-PERCENT")), default=-1)
        broken = previous >= 0 and previous not in counted or previous < 0 and bool(left) and counts and left[-1].start > counts[-1].number.start and left[-1].code in ("ABST-THING", "ABST-MEASURE") and noun < 0
        if not broken and _inherit(f, counts, number, t, unit, noun):
            counted.add(number.start)
        else:
            person = noun >= 0 and f.is_person(noun)
            left.append(_abstain(number, "ABST-NOT-OUTCOME" if person else "ABST-THING" if noun >= 0 else "ABST-UNCLEAR", "no outcome is tied to this number"))
    counts.sort(key=lambda c: (c.sentence, c.number.start)) if _in_order(counts, sentence.index) else None


def _in_order(counts: Sequence[Count], sentence: int) -> bool:
    """Sorting would not move a count that another one points to."""
    starts = [(c.sentence, c.number.start) for c in counts]
    return starts == sorted(starts)


def _direct(f: Finder, unit: int, noun: int) -> Hit | None:
    """The verb over the counted tells their death: it goes before what a noun or participle beside them says."""
    token = f.tokens[unit]
    head = token.head
    if token.dep not in ("nsubj", "nsubjpass", "dobj") or f.tokens[head].tag[:1] != "V":
        return None
    hit = f.by_verb(head, unit, token.dep, noun)
    return hit if hit is not None and hit.outcome == "killed" and hit.rule in ("subject", "object", "complement", "phrase") else None


def _supposed(f: Finder, hit: Hit) -> bool:
    """The governing verb stands under could / would / might / will without "have": nothing that has happened."""
    v = hit.governor
    for _ in range(3):
        if v < 0:
            return False
        words = [f.tokens[k].lower for k in f.kids(v, "aux", "auxpass")]
        if any(w in ("could", "would", "might", "will", "may", "should", "must", "can") for w in words) and "have" not in words and f.tokens[v].tag in ("VB", "VBN", "VBG"):
            return not any(w == "may" for w in words) or f.tokens[v].tag == "VB"
        if "to" in words and f.tokens[v].tag == "VB" and f.tokens[f.tokens[v].head].lower in ("be", "were", "was", "are", "need", "planned", "expected", "going", "due", "set", "threatened", "wants", "want", "vowed", "plans") and f.tokens[v].dep == "xcomp":
            return True
        if f.tokens[v].dep not in ("xcomp", "conj"):
            return False
        v = f.tokens[v].head
    return False


def _add(f: Finder, counts: list[Count], number: Number, unit: int, noun: int, hit: Hit) -> None:  # noqa: PLR0913, PLR0917
    bare = noun < 0
    if hit.via >= 0:
        base = next((k for k in range(len(counts) - 1, -1, -1) if counts[k].sentence == f.s.index and counts[k].unit == hit.via), -1)
        if base < 0:
            return
        parent = base if hit.part else counts[base].parent
        counts.append(Count(number, f.s.index, unit, noun, counts[base].outcome, counts[base].trigger, counts[base].governor, "shared", parent, bare, base if bare else -1))
        return
    outcome, more = f.joined(hit.trigger, hit.outcome) if hit.rule not in ("noun", "toll") else (hit.outcome, ())
    if hit.rule == "noun":
        outcome = f.joined(hit.trigger, hit.outcome)[0]
    for one in (outcome, *more):
        counts.append(Count(number, f.s.index, unit, noun, one, hit.trigger, hit.governor, hit.rule, -2 if hit.part else -1, bare))


def _inherit(f: Finder, counts: list[Count], number: Number, t: int, unit: int, noun: int) -> bool:  # noqa: PLR0913, PLR0917
    """A number without an outcome of its own that goes on with an earlier one: items of a list, parts, bare figures."""
    if not counts:
        return False
    tokens = f.tokens
    person = noun >= 0 and (f.is_person(noun) or tokens[noun].lower in ("others", "more"))
    bare = noun < 0
    if not (person or bare):
        return False
    same = next((k for k in range(len(counts) - 1, -1, -1) if counts[k].sentence == f.s.index and counts[k].number.start < number.start), -1)
    last = max((k for k in range(len(counts)) if counts[k].sentence < f.s.index), default=-1)
    near = last >= 0 and f.s.index - counts[last].sentence <= 2
    lead = [tok.lower for tok in tokens[max(0, t - 4) : t]]
    follow = [tok.lower for tok in tokens[t + 1 : t + 5]]
    further = [tok.lower for tok in tokens[t + 1 : t + 7]]
    among_them = "among" in further and "them" in further
    pointed = "whom" in lead or "in which" in " ".join(lead) or any(w in ("them", "whom") for w in follow[:3]) or number.form == "partitive" or among_them
    pointed = pointed or lead[-1:] == ["other"] or "included" in further[:5]
    of_the = follow[:1] == ["of"] and len(follow) > 1 and follow[1] in ("the", "these", "those")
    among = any(w in f.lex.including for w in lead) or (person and tokens[0].lower in f.lex.including and same < 0)
    breaking = any(tokens[k].lower in f.lex.breaking for k in range(max(0, t - 12), t))
    colon = _after_colon(f, counts[same], t) if same >= 0 else False
    shares = same >= 0 and bare and tokens[t].dep == "conj" and t - counts[same].unit <= 20
    goes_on = same >= 0 and counts[same].parent != -1 and t - counts[same].unit <= 10 and number.form != "article"
    at_place = same >= 0 and bare and follow[:1] == ["in"] and t + 2 < len(tokens) and tokens[t + 2].tag == "NNP" and t - counts[same].unit <= 14
    goes_on = goes_on or at_place
    if same >= 0 and (pointed or among or goes_on or colon or shares or _list_between(f, counts[same], t)):
        base = counts[same]
        fresh = pointed or among
        parent = same if (fresh or colon) and base.parent == -1 else base.parent if base.parent != -1 else -1
        if fresh and base.parent >= 0 and pointed and tokens[t - 1].text == "," and t - base.unit <= 4:
            parent = same
        counts.append(Count(number, f.s.index, unit, noun, base.outcome, base.trigger, base.governor, "list", parent, bare, same if bare else -1))
        return True
    whole = _whole(counts, last) if last >= 0 else -1
    if same < 0 and near and (pointed or of_the or among) and (not _plain_small(number) or among_them or (number.form == "article" and among)):
        base = counts[whole]
        counts.append(Count(number, f.s.index, unit, noun, base.outcome, t, f.over(t), "part-of-told", whole, bare, whole if bare else -1))
        return True
    if same < 0 and near and person and breaking and _has_figure(f, t):
        base = counts[whole]
        counts.append(Count(number, f.s.index, unit, noun, base.outcome, t, f.over(t), "broken-down", whole, bare, -1))
        return True
    if same >= 0 and bare and counts[same].rule in ("ellipsis", "part-of-told") and _figure_place(f, t):
        base = counts[same]
        counts.append(Count(number, f.s.index, unit, noun, base.outcome, t, f.over(t), base.rule, base.parent, True, same))
        return True
    if bare and not _plain_small(number) and _figure_place(f, t):
        k = same if same >= 0 else last
        if same < 0 and not near:
            return False
        counts.append(Count(number, f.s.index, unit, noun, counts[k].outcome, t, f.over(t), "ellipsis", -1, True, k))
        return True
    return False


def _plain_small(number: Number) -> bool:
    """"one", "none" and vague words are too often no figure at all."""
    return number.form in ("zero", "vague", "article", "both") or (number.low == 1 and number.form == "words")


def _whole(counts: Sequence[Count], last: int) -> int:
    """The figure that a later "of them" points to: the last one told that is no part itself."""
    sentence = counts[last].sentence
    k = last
    while k > 0 and counts[k].parent != -1 and counts[k - 1].sentence == sentence:
        k -= 1
    return k


def _has_figure(f: Finder, t: int) -> bool:
    return any(x.lower in ("figure", "total", "number", "toll", "into", "dead", "down", "figures", "wounded", "victims", "those") for x in f.tokens[:t])


def _after_colon(f: Finder, base: Count, t: int) -> bool:
    """The number opens or goes on with a list after a colon: "14 people died in X: ten relatives and four aides"."""
    at = next((k for k in range(t - 1, base.unit, -1) if f.tokens[k].text in (":", "--", "–", "—", "-") and (f.tokens[k].text != "-" or f.tokens[k].end < f.tokens[k + 1].start)), -1)
    return at >= 0 and all(x.tag in LIST_TAGS or x.name for x in f.tokens[at + 1 : t]) and t - at <= 9


def _list_between(f: Finder, base: Count, t: int) -> bool:
    """Only nouns, commas and "and" stand between the earlier number's unit and this one."""
    between = f.tokens[base.unit + 1 : t]
    tags = all(x.tag in LIST_TAGS or x.name for x in between)
    if between and between[-1].tag == "IN" and between[-1].lower not in f.lex.including:
        return False
    return len(between) <= 9 and tags and any(x.tag in (",", "CC", ":") for x in between) and not any(x.text == ";" for x in between)


def _figure_place(f: Finder, t: int) -> bool:
    """A bare number where a figure stands: object of a carrying or saying verb, or after from / to / of / at / as."""
    token = f.tokens[t]
    head = f.tokens[token.head]
    if token.dep in ("dobj", "attr", "nsubj", "nsubjpass", "oprd") and head.tag[:1] == "V":
        return True
    if t and f.tokens[t - 1].lower == "the" and f.tokens[max(0, t - 2)].tag == "IN":
        return True
    if token.dep == "pobj" and head.lower == "of":
        above = f.tokens[head.head]
        return above.tag[:1] == "V" or above.lower in f.lex.tolls or above.lower in f.lex.counters
    return token.dep == "pobj" and head.lower in ("from", "to", "at", "as", "than", "with")
