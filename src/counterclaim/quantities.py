"""Find the numbers of a text: what each says (low, high, approximate), and which cannot count people.

The text is read as a row of words, signs and digit groups; a dictionary look-up at each word decides whether a
number may begin there. No parser and no model: what a number counts is for the claims stage to say, save
where the words beside it show that it counts no people (a code of ``errors.json`` is then given). Bounds follow the
project's record format. Time is linear in the length of the text. Offsets count Unicode code points, half-open.
"""

from __future__ import annotations

from typing import NamedTuple

from counterclaim import quantity_traps as traps
from counterclaim.drafts import Form, Number
from counterclaim.quantity_words import Line, QuantityLexicon, load_lexicon, match, read_lines, value_of

__all__ = ["Number", "QuantityLexicon", "find", "load_lexicon"]

_MAX_MODIFIERS = 4
_DIGITS = "0123456789"
_DIGIT_SET = frozenset(_DIGITS)


class _Core(NamedTuple):
    """Number words from token ``first`` to ``last``; ``factor`` is the scale word that ends them (1 = none)."""

    first: int
    last: int
    low: int | None
    high: int | None
    approximate: bool
    form: Form
    factor: int = 1
    fault: tuple[str, str] | None = None


class _Found(NamedTuple):
    """A number in tokens: the expression, its core, and its neighbours' view of it."""

    first: int
    last: int
    core: _Core
    low: int | None
    high: int | None
    approximate: bool
    bounded: bool
    more: bool
    code: str | None
    rule: str


def find(text: str, start: int, end: int, lexicon: QuantityLexicon) -> tuple[Number, ...]:
    """The numbers of ``text[start:end]``, in order, none overlapping. Nothing outside the slice is looked at."""
    out: list[Number] = []
    for line in read_lines(text, start, end):
        for found in _read_line(line, lexicon):
            out.append(_number(text, line, found))
    return tuple(out)


def _number(text: str, line: Line, found: _Found) -> Number:
    core = found.core
    start, end = line.starts[found.first], line.ends[found.last]
    return Number(
        start=start,
        end=end,
        text=text[start:end],
        core_start=line.starts[core.first],
        core_end=line.ends[core.last],
        low=found.low,
        high=found.high,
        approximate=found.approximate,
        form=core.form,
        more=found.more,
        code=found.code,
        rule=found.rule,
    )


def _read_line(line: Line, lex: QuantityLexicon) -> list[_Found]:
    out: list[_Found] = []
    triggers, i, floor = lex.triggers, 0, 0
    # A list of the places where a number may begin, then a look at each: cheaper than a test at every step.
    for at in [k for k, word in enumerate(line.words) if word in triggers or word[:1] in _DIGIT_SET]:
        if at < i:
            continue
        i = at
        word = line.words[i]
        if word == "an" or (word == "a" and line.words[i + 1] not in lex.after_article):
            found = _article(line, i, lex)  # the commonest case; "a hundred", "a few" go the long way
        else:
            skip = _skipped(line, i, lex)
            if skip:
                i += skip
                continue
            found = _zero(line, i, lex) or _both(line, i, lex) or _counted(line, i, floor, lex, out)
            found = found or _article(line, i, lex)
        if found is None:
            continue
        out.append(found)
        if found.code in ("ABST-DATE", "ABST-MEASURE", "ABST-AGE"):
            _spread_back(line, out, lex)
        i = floor = max(found.last, found.core.last) + 1
    return out


def _skipped(line: Line, i: int, lex: QuantityLexicon) -> int:
    """How many words an idiom without a number takes at i ("one another"), 0 for none."""
    long = match(line, i, lex.skip_table)
    if long:
        return long
    word, before = line.words[i], line.words[i - 1]
    if word == "one":
        if before in lex.one_not_after and not (before == "that" and line.words[i + 1] == "of"):
            return 1
        if line.words[i + 1] == "of" and line.words[i + 2] in traps.DETERMINERS:
            for k in range(i + 3, i + 5):
                w = line.words[k]
                if w in lex.superlative_words or (w.endswith("est") and w not in lex.superlative_not and len(w) > 4):
                    return 1
    return 0


# --- zero, both, a person ---------------------------------------------------------------------------------------


def _plain(first: int, last: int, core: _Core, rule: str, code: str | None = None) -> _Found:
    return _Found(first, last, core, core.low, core.high, core.approximate, False, False, code, rule)


def _zero(line: Line, i: int, lex: QuantityLexicon) -> _Found | None:
    word = line.words[i]
    if word not in lex.zero_triggers:
        return None
    if word == "neither":
        nxt = line.words[i + 1]
        if nxt in lex.neither_before or nxt in lex.person_nouns:
            return _plain(i, i, _Core(i, i, 0, 0, False, "zero"), "neither")
        return None
    size = match(line, i, lex.zero_table)
    if size:
        last = i + size - 1
        return _plain(i, last, _Core(i, last, 0, 0, False, "zero"), "zero-word")
    if word == "no" and match(line, i, lex.modifier_table) == 0 and line.words[i + 1] != ".":
        for k in range(i + 1, i + 4):
            w = line.words[k]
            if w in lex.outcome_nouns and line.words[k + 1] not in lex.not_outcome_before:
                return _plain(i, i, _Core(i, i, 0, 0, False, "zero"), "no-outcome")
            if w in lex.person_plurals or (w in lex.person_nouns and _names_person(line, k, lex)):
                return _plain(i, i, _Core(i, i, 0, 0, False, "zero"), "no-person")
            if w in lex.stop_words or not w.isalpha():
                return None
    return None


def _both(line: Line, i: int, lex: QuantityLexicon) -> _Found | None:
    if line.words[i] != "both" or line.words[i + 1] in lex.both_not:
        return None
    for k in range(i + 2, i + 4):  # "both killed and wounded" pairs two words; it counts nobody
        if line.words[k] == "and" and not any(w in lex.clause_words - {"killed", "wounded", "injured", "dead"}
                                              for w in line.words[i + 1 : k]):  # fmt: skip
            return None
    size = match(line, i + 1, lex.partitive_table)
    return _plain(i, i + size, _Core(i, i, 2, 2, False, "both"), "both")


def _names_person(line: Line, k: int, lex: QuantityLexicon) -> bool:
    """Whether the person noun at k names somebody, and is not the front of a thing: "a civilian bus"."""
    word, after = line.words[k], line.words[k + 1]
    if word not in lex.adjectival_nouns:
        return True
    return not after[:1].isalpha() or after in lex.clause_words or after.endswith("ed")


def _article(line: Line, i: int, lex: QuantityLexicon) -> _Found | None:
    """One person: "a soldier", "an elderly woman", "a two-year-old boy", "another civilian"."""
    word = line.words[i]
    if word not in ("a", "an", "another"):
        return None
    k = traps.skip_age_compound(line, i + 1, lex)
    aged = k > i + 1
    for _ in range(3):
        w = line.words[k]
        if w in lex.person_nouns:
            while line.words[k + 1] in lex.person_nouns and line.gap(k + 1) and not line.glued(k + 1):
                k += 1
            # "a co-pilot" is one word, "a soldier-turned-thief" is not looked into
            if _names_person(line, k, lex):
                return _Found(i, k, _Core(i, i, 1, 1, False, "article"), 1, 1, False, False,
                              word == "another", None, "article-person")  # fmt: skip
        if not w[:1].isalpha() or w in lex.stop_words:
            break
        after_age = traps.skip_age_compound(line, k, lex)
        k = after_age if after_age > k else k + 1
        while line.words[k] == "-" and line.glued(k) and line.glued(k + 1):
            k += 2
    if aged:
        k = traps.skip_age_compound(line, i + 1, lex)
        return _Found(i, k - 1, _Core(i, i, 1, 1, False, "article"), 1, 1, False, False,
                      word == "another", None, "article-age")  # fmt: skip
    return None


# --- counted numbers --------------------------------------------------------------------------------------------


def _counted(line: Line, i: int, floor: int, lex: QuantityLexicon, out: list[_Found]) -> _Found | None:
    core = _core(line, i, lex, between=line.words[i - 1] == "between")
    if core is None:
        return None
    core = _range(line, core, lex, out)
    return _dress(line, core, floor, lex, out)


def _core(line: Line, i: int, lex: QuantityLexicon, between: bool = False) -> _Core | None:
    words = line.words
    word = words[i]
    if word[0] in _DIGITS:
        chain = traps.chain(line, i)
        if chain is not None:
            last, code, rule = chain
            return _Core(i, last, None, None, False, "digits", 1, (code, rule))
        return _digits(line, i, lex)
    size = match(line, i, lex.phrase_table)
    if size:
        value, loose = lex.phrase_value[tuple(words[i : i + size])]
        return _Core(i, i + size - 1, value, value, loose, "words")
    size = match(line, i, lex.vague_table)
    # "a few of the 30", but "how many", "as many", "the many" count nothing
    if size and not _no_vague(line, i, size, lex):
        low, high = lex.vague_value[tuple(words[i : i + size])]
        return _Core(i, i + size - 1, low, high, True, "vague")
    read = value_of(line, i, lex, not between)
    if read is None:
        return None
    value, last, factor, loose = read
    return _Core(i, last, value, value, loose, "words", factor)


def _no_vague(line: Line, i: int, size: int, lex: QuantityLexicon) -> bool:
    words, before = line.words, line.words[i - 1]
    first = words[i]
    if first in ("many", "scores") and before in lex.not_vague_after:
        return True
    return first == "scores" and words[i + size] in lex.not_scores_before


def _digits(line: Line, i: int, lex: QuantityLexicon) -> _Core:
    whole, decimals = line.numeral(i)
    if whole is None:
        return _Core(i, i, None, None, False, "digits", 1, ("ABST-NAME", "too-long"))
    words, last, factor, loose = line.words, i, 1, False
    nxt = words[i + 1]
    if nxt in lex.scale_suffixes and line.glued(i + 1) and (nxt != "m" or traps.before_people(line, i + 2, lex)):
        last, factor = i + 1, lex.scale_suffixes[nxt]
    while words[last + 1] in lex.scales and line.gap(last + 1) and factor < 10**12:
        last += 1
        factor *= lex.scales[words[last]]
    if words[last + 1] in lex.collectives and line.gap(last + 1):
        last += 1
        factor, loose = factor * lex.collectives[words[last]], True
    if decimals is None:
        value = whole * factor
    elif factor == 1 or not decimals.isdecimal():  # "5.2.5 million" is no number
        return _Core(i, last, None, None, False, "digits", 1, ("ABST-MEASURE", "decimal"))
    else:
        value = int(f"{whole}{decimals}") * factor // 10 ** len(decimals)
    if value > 10**12:
        return _Core(i, last, None, None, False, "digits", factor, ("ABST-NAME", "too-large"))
    return _Core(i, last, value, value, loose, "digits", factor)


def _range(line: Line, core: _Core, lex: QuantityLexicon, out: list[_Found]) -> _Core:
    """Join "30-40", "30 to 40", "eight or nine", "between 30 and 40" to one core; other cores are left alone."""
    words, k = line.words, core.last + 1
    link, before = words[k], words[core.first - 1]
    between = before == "between" or (words[core.first - 2] == "between" and before in lex.modifiers_by_last)
    if core.fault is not None or not (link in lex.range_words or (between and link == "and")):
        return core
    dash = link not in ("to", "or", "and")
    if dash and line.glued(k) != line.glued(k + 1):
        return core
    if not _starts_number(line, k + 1, lex):
        return core
    other = _core(line, k + 1, lex)
    if other is None or other.fault is not None or core.low is None or other.high is None:
        return _allow_and(line, core, lex) if between and link == "and" else core
    low, high = core.low, other.high
    if not dash and traps.dated_year(line, core.first, lex) and not traps.is_year(line, other.first):
        return core
    if core.factor == 1 and other.factor > 1 and low < 1000 and low * other.factor <= high:
        low *= other.factor
    if high < low or (high == low and not dash):
        if dash and line.glued(k):
            code = "ABST-DATE" if traps.is_year(line, core.first) else "ABST-NAME"
            return _Core(core.first, other.last, None, None, False, "range", 1, (code, "score-or-years"))
        return _allow_and(line, core, lex) if between and link == "and" else core
    if link == "to" and traps.after_change(line, core.first, lex):
        return core
    form: Form = "range"
    return _Core(core.first, other.last, low, high, core.approximate or other.approximate, form, other.factor)


def _starts_number(line: Line, k: int, lex: QuantityLexicon) -> bool:
    word = line.words[k]
    return word[:1] in _DIGIT_SET or word in lex.number_starts


def _allow_and(line: Line, core: _Core, lex: QuantityLexicon) -> _Core:
    """Read "between one hundred and five and ..." again with "and" inside the number."""
    again = _core(line, core.first, lex)
    if again is None or again.last == core.last:
        return core
    other = _core(line, again.last + 2, lex) if line.words[again.last + 1] == "and" else None
    if other is None or other.high is None or again.low is None or other.high < again.low:
        return again
    return _Core(again.first, other.last, again.low, other.high, False, "range", other.factor)


def _dress(line: Line, core: _Core, floor: int, lex: QuantityLexicon, out: list[_Found]) -> _Found:
    """Add the bounds before and after the core, then ask the traps whether it can count people."""
    words = line.words
    low, high, approximate = core.low, core.high, core.approximate
    first, last, more, effects = core.first, core.last, False, []
    if core.form == "range" and words[first - 1] in ("between", "from") and first - 1 >= floor:
        first -= 1
    for _ in range(_MAX_MODIFIERS):
        size, effect = _modifier_before(line, first, floor, lex)
        if size == 0:
            break
        first -= size
        effects.append(effect)
    size, effect = _modifier_after(line, last + 1, lex)
    if size:
        last += size
        effects.append(effect)
    for effect in effects:
        if effect == "more":
            more = True
        elif effect == "approx":
            approximate = True
    low, high, bounded = _bound(low, high, effects)
    if bounded and core.form != "vague" and words[core.last] in lex.collectives:
        approximate = "approx" in effects  # "more than a dozen": the bound is sharp, as the record writes it
    if words[last + 1] in lex.after_more and words[last + 2] != "than" and not line.glued(last + 1):
        more, last = True, last + 1
    form: Form = core.form
    size = match(line, last + 1, lex.partitive_table)
    if size and words[core.first] != "one":
        last, form = last + size, "partitive" if form in ("digits", "words") else form
    elif size:
        last += size
    elif "all" in words[first : core.first] and form in ("digits", "words"):
        form = "partitive"
    core = core._replace(form=form)
    prior = out[-1] if out else None
    spot = traps.Spot(first, core.first, core.last, core.low, core.high, bounded or approximate, core.form)
    code, rule = core.fault or (None, "")
    if core.fault is None or core.fault[1] == "decimal":
        seen = traps.judge(line, spot, lex)
        code, rule = seen if seen[0] is not None else (code, rule or seen[1])
        if code is None and prior is not None and prior.code is not None:
            code, rule = _spread_on(line, prior, spot, lex) or (code, rule)
    return _Found(first, last, core, low, high, approximate, bounded, more, code, rule)


def _bound(low: int | None, high: int | None, effects: list[str]) -> tuple[int | None, int | None, bool]:
    bounded = False
    for effect in effects:
        if effect in ("ge", "gt") and low is not None:
            low, high, bounded = low + (effect == "gt"), None, True
        elif effect in ("le", "lt") and high is not None:
            low, high, bounded = None, max(0, high - (effect == "lt")), True
    return low, high, bounded


def _modifier_before(line: Line, first: int, floor: int, lex: QuantityLexicon) -> tuple[int, str]:
    """Length and effect of the bound that ends just before token ``first``; (0, "") for none."""
    words = line.words
    for phrase, effect in lex.modifiers_by_last.get(words[first - 1], ()):
        size = len(phrase)
        if first - size < floor or tuple(words[first - size : first]) != phrase:
            continue
        joined = " ".join(phrase)
        if words[first - size - 1] in lex.phrasal.get(joined, ()):
            return 0, ""
        if size == 1 and phrase[0] in ("further", "additional", "extra") and words[first - 2] in ("a", "an"):
            continue
        return size, effect
    return 0, ""


def _modifier_after(line: Line, k: int, lex: QuantityLexicon) -> tuple[int, str]:
    size = match(line, k, lex.after_table)
    if size == 0:
        return 0, ""
    effect = lex.after_value[tuple(line.words[k : k + size])]
    if line.words[k] in ("at", "over", "plus") and line.words[k + size][:1] in _DIGIT_SET:
        return 0, ""  # "killed 30, at least 12 of them children": the bound belongs to what follows
    if line.words[k] in ("at", "over") and _starts_number(line, k + size, lex):
        return 0, ""
    if line.words[k] in ("over", "odd", "plus") and not (line.words[k] == "odd" or line.words[k + 1] == ""):
        return (size, effect) if line.words[k] == "plus" and line.words[k + 1] in lex.person_plurals else (0, "")
    return size, effect


# --- lists: "7, 8 and 9 April", "aged 3, 5 and 9" ----------------------------------------------------------------


def _linked(line: Line, left: _Found, first: int, lex: QuantityLexicon) -> bool:
    between = line.words[left.core.last + 1 : first]
    return 0 < len(between) <= 3 and all(w in traps.LINKS for w in between)


def _spread_on(line: Line, prior: _Found, spot: traps.Spot, lex: QuantityLexicon) -> tuple[str, str] | None:
    """The code of the number before, when this one goes on the same list and no noun of its own follows."""
    if prior.rule not in traps.FORWARD or not _linked(line, prior, spot.first, lex) or spot.first != spot.core_first:
        return None
    after = line.words[spot.core_last + 1]
    if spot.form == "vague" or after in lex.after_more:
        return None
    if after[:1].isalpha() and after not in lex.clause_words and after not in lex.stop_words:
        return None
    if prior.code == "ABST-DATE" and (spot.high or 0) > 31:
        return None
    return prior.code or "", prior.rule


def _spread_back(line: Line, out: list[_Found], lex: QuantityLexicon) -> None:
    """Give the unit that follows the last of a bare list to the members before it."""
    last = out[-1]
    if last.rule not in traps.BACKWARD:
        return
    k = len(out) - 2
    right = last.first
    while k >= 0:
        left = out[k]
        if left.code is not None or left.bounded or left.last != left.core.last or left.core.form == "vague":
            return
        if not _linked(line, left, right, lex) or left.first != left.core.first:
            return
        if last.code == "ABST-DATE" and (left.high is None or left.high > 31):
            return
        out[k] = left._replace(code=last.code, rule=last.rule)
        right = left.first
        k -= 1
