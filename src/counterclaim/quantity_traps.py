"""Which numbers count no people: ages, dates, clock times, measures, money, shares, names, households.

Each rule looks a few words to either side of the number. The words are data (``quantities.yaml``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from counterclaim.quantity_words import Line, QuantityLexicon, match

Verdict = tuple[str, str] | None  # abstention code and rule, or None: nothing speaks against a count of people

DETERMINERS = frozenset({"the", "its", "their", "his", "her", "our", "those", "these"})
LINKS = frozenset({",", "and", "or", "to", "&", "-", "–", "—"})
FORWARD = frozenset({"aged", "person-age", "month-before", "age-compound"})
BACKWARD = frozenset({"month-after", "unit", "clock", "percent", "decade", "person-age-list"})
_DASHES = frozenset({"-", "–", "‑", "‒"})
_PHONE_SIGNS = frozenset({"-", "(", ")"})
_MAX_AGE = 119


class Spot(NamedTuple):
    """A number in its line: token indices of expression and core, its value, and whether a bound stands on it."""

    first: int
    core_first: int
    core_last: int
    low: int | None
    high: int | None
    modified: bool
    form: str

    def core_high_below(self, limit: int) -> bool:
        """Whether the number is below ``limit``."""
        return self.high is not None and self.high < limit


def judge(line: Line, spot: Spot, lex: QuantityLexicon) -> tuple[str | None, str]:
    """Abstention code (None: it may count people) and the name of the rule that decided."""
    for rule in _RULES:
        verdict = rule(line, spot, lex)
        if verdict is not None:
            return verdict
    return None, spot.form


# --- helpers that the stage uses as well ------------------------------------------------------------------------


def skip_age_compound(line: Line, k: int, lex: QuantityLexicon) -> int:
    """The word after "57-year-old" or "two month old" at k; k itself when there is none."""
    words = line.words
    end = k
    if words[k][:1].isdecimal() and words[k].isdecimal():
        end = k + 1
    elif words[k] in lex.cardinals:
        end = k + 1
        if words[k] in lex.tens and words[end] == "-" and words[end + 1] in lex.units:
            end += 2
    else:
        return k
    if words[end] in _DASHES:
        end += 1
    if words[end] not in ("year", "years", "month", "months", "week", "weeks", "day", "days"):
        return k
    end += 1
    if words[end] in _DASHES:
        end += 1
    return end + 1 if words[end] in ("old", "olds") else k


def chain(line: Line, i: int) -> tuple[int, str, str] | None:
    """Digits tied to digits by ":", "/", two or more dashes, or led by "+": last index, code, rule; None for none."""
    words, k, signs = line.words, i, []
    if words[i - 1] == "+" and line.glued(i):
        while words[k + 1][:1].isdecimal() or (words[k + 1] in _PHONE_SIGNS and words[k + 2][:1].isdecimal()):
            k += 1
        if k > i or (len(words[i]) > 6 and words[i].isdecimal()) or " " in words[i]:
            return k, "ABST-NAME", "phone"
    while words[k + 1] in (":", "/", "-", "–") and line.glued(k + 1) and line.glued(k + 2) and words[k + 2].isdecimal():
        signs.append(words[k + 1])
        k += 2
    if not signs:
        return None
    if signs[0] == ":":
        return i + 2 * sum(1 for s in signs if s == ":"), "ABST-MEASURE", "clock"
    if signs[0] == "/":
        return k, "ABST-DATE", "slash"
    if len(signs) > 1:
        return k, ("ABST-DATE" if is_year(line, i) or is_year(line, k) else "ABST-NAME"), "dash-chain"
    return None


def is_year(line: Line, i: int) -> bool:
    """Whether token i is written like a year, 1900-2099."""
    word = line.words[i]
    return len(word) == 4 and word.isdecimal() and word[:2] in ("19", "20")


def dated_year(line: Line, i: int, lex: QuantityLexicon) -> bool:
    """Whether token i is the year of a date: "since Oct. 8, 2023 to 3,013", "since October 2023 to 900"."""
    before = line.words[i - 1]
    if not is_year(line, i):
        return False
    return before in lex.months or before == "since" or (before == "," and line.words[i - 2].isdecimal())


def before_people(line: Line, k: int, lex: QuantityLexicon) -> bool:
    """Whether a person noun or an outcome word stands at k or one or two words on."""
    for j in range(k, k + 3):
        word = line.words[j]
        if word in lex.people:
            return True
        if not word.isalpha() or word in lex.stop_words:
            return False
    return False


def after_change(line: Line, first: int, lex: QuantityLexicon) -> bool:
    """Whether a word of change stands within four words before a "from": "rose on Monday from 54 to 70"."""
    words = line.words
    if words[first - 1] != "from":
        return words[first - 1] in lex.change_words
    return any(words[first - d] in lex.change_words for d in range(2, 6) if first - d >= 0)


# --- the rules, in order ----------------------------------------------------------------------------------------


def _left(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    """Signs and letters against the number's front: "T-72", "$300", "#7", "+380..."."""
    k = spot.core_first
    before = line.words[k - 1]
    if before in lex.money_before or (before == "." and line.words[k - 2] in lex.money_before):
        return "ABST-MEASURE", "money"
    if not line.glued(k):
        return None
    if before[-1:].isalnum() or before in ("_", "@", "#", "№", "\\", "/", "=", "&"):
        return "ABST-NAME", "glued"
    if before in _DASHES and line.glued(k - 1) and line.words[k - 2][-1:].isalnum():
        era = line.words[k - 2] in lex.era_before
        return ("ABST-DATE", "era") if era else ("ABST-NAME", "designation")
    if before == "[" and line.words[spot.core_last + 1] == "]":
        return "ABST-NAME", "footnote"
    if before == "." and line.glued(k - 1):
        return "ABST-NAME", "glued"
    return None


def _right(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    """Letters or a hyphen against the number's end: "94th", "155mm", "14-month"."""
    k = spot.core_last + 1
    word = line.words[k]
    if not line.glued(k):
        return None
    if word[:1].isalpha():
        return _suffix(line, spot, lex)
    if word == "_":
        return "ABST-NAME", "glued"
    if word in _DASHES and line.glued(k + 1):
        return _compound(line, spot, lex)
    return None


def _suffix(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    k = spot.core_last + 1
    word = line.words[k]
    if word in lex.formation_ordinals:
        return "ABST-NAME", "ordinal"
    if word == "s":
        if any(line.words[spot.core_first - d] in lex.decades_before for d in (1, 2)):
            return "ABST-AGE", "decade-of-life"
        return "ABST-DATE", "decade"
    if word in ("am", "pm", "a.m", "p.m", "h", "hrs"):
        return "ABST-MEASURE", "clock"
    if word in lex.measure_after or word in lex.money_after:
        return "ABST-MEASURE", "unit"
    return "ABST-NAME", "glued"


def _compound(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    """What follows a hyphen: "two-year-old", "six-week war", "120-mm", "15,000-strong"."""
    k = spot.core_last + 2
    words, word = line.words, line.words[k]
    after = words[k + 1] if words[k + 1] not in _DASHES else words[k + 2]
    if word in lex.time_units:
        return ("ABST-AGE", "age-compound") if after in ("old", "olds") else ("ABST-DATE", "time-compound")
    if word in lex.ordinals or word.rstrip("s") in lex.ordinals or word in lex.fractions:
        fraction = word in lex.fractions and words[spot.core_last] not in lex.tens
        return ("ABST-PERCENT", "fraction") if fraction else ("ABST-NAME", "ordinal")
    if word in lex.measure_after or word in lex.money_after:
        return "ABST-MEASURE", "unit"
    if word in lex.people_compounds:
        return None
    return ("ABST-NAME", "compound") if word[:1].isalnum() else None


def _share(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    """Per cent, fractions, "one in five", "three times as many", "12 fewer than before"."""
    k = spot.core_last + 1
    words = line.words
    if match(line, k, lex.percent_table):
        return "ABST-PERCENT", "percent"
    if words[k] in lex.times_after:
        return "ABST-PERCENT", "times"
    if words[k] in ("more", "fewer", "less") and words[k + 1] == "than":
        return "ABST-NOT-OUTCOME", "difference"
    if words[k] in lex.fractions and (spot.high or 0) < 20 and spot.form == "words" and words[k] != "second":
        return "ABST-PERCENT", "fraction"
    if words[k] in ("in", "out") and (spot.high or 0) <= 10:
        j = k + 2 if words[k] == "out" and words[k + 1] == "of" else k + 1
        if _small_number(line, j, lex) and words[k] == "in":
            return "ABST-PERCENT", "one-in"
    if words[spot.core_first - 1] == "in" and spot.core_first >= 2 and _small_number(line, spot.core_first - 2, lex):
        at = spot.core_first - 2
        bare = line.words[at].isdecimal() or line.words[at] in lex.cardinals
        if bare and (spot.high or 0) <= 100 and not is_year(line, spot.core_first):
            return "ABST-PERCENT", "one-in"
    return None


def _small_number(line: Line, k: int, lex: QuantityLexicon) -> bool:
    """Digits or a number word of at most two figures at k that no month, year or noun of time turns into a date."""
    word, after = line.words[k], line.words[k + 1]
    small = (word.isdecimal() and word.isascii() and len(word) <= 2) or word in lex.cardinals
    if not small or after in lex.months or after in lex.time_units:
        return False
    return not after[:1].isalpha() or after in lex.clause_words or after in lex.stop_words or after in lex.people


def _age(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    words = line.words
    k = spot.core_last + 1
    if match(line, k, lex.age_after_table):
        return "ABST-AGE", "years-old"
    if (spot.high is None and spot.low is None) or (spot.low or 0) > _MAX_AGE:
        return None
    for first in (spot.core_first, spot.first):
        for phrase in lex.age_before_by_last.get(words[first - 1], ()):
            if first >= len(phrase) and tuple(words[first - len(phrase) : first]) == phrase:
                turned = phrase[0] in ("turned", "turning")
                if not turned or not words[k][:1].isalpha():
                    return "ABST-AGE", "aged"
    verdict = _superlative_age(line, spot, lex)
    return verdict or _person_age(line, spot, lex)


def _superlative_age(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    """Ages of an extreme: "the youngest was three", "the oldest 17"."""
    words = line.words
    if words[spot.core_last + 1][:1].isalpha() and words[spot.core_last + 1] not in ("and", "years", "months", "when"):
        return None
    for d in range(1, 5):
        word = words[spot.core_first - d]
        if word in lex.age_superlatives:
            return "ABST-AGE", "youngest"
        if word not in lex.age_links:
            return None
    return None


def _person_age(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    """Ages and children: "a man, 57," "a girl of 16", "Ivan Petrov, 34, said", "a boy (9)", "a mother of three"."""
    words, f, k = line.words, spot.core_first, spot.core_last + 1
    sign, noun, after = words[f - 1], words[f - 2], words[k]
    open_end = not after[:1].isalnum() or after in lex.clause_words or after in lex.time_units
    person = noun in lex.person_nouns or noun in lex.person_plurals
    if sign == "of" and not spot.modified and f >= 2:
        if noun in lex.parents and after not in lex.time_units:
            return "ABST-NOT-OUTCOME", "parent-of"
        if noun in lex.person_nouns and open_end:
            return "ABST-AGE", "person-of"
    if spot.modified or f < 2 or spot.form not in ("digits", "words"):
        return None
    if sign == "(" and after == ")" and noun in lex.person_nouns:
        return "ABST-AGE", "person-age"
    if sign == "," and noun in lex.person_nouns and (not after or after in ",.;)—-–:" or after == "and"):
        return "ABST-AGE", "person-age"
    if sign == "," and after in (",", "and") and person and words[k + 1].isdecimal():
        return "ABST-AGE", "person-age"
    # a name and an age; a capital after the second comma is a tally: "Donetsk, 12, Luhansk, 7"
    named = line.capital(f - 2) and words[f - 2] not in lex.months and not line.words[f - 2].isdecimal()
    if sign == "," and after == "," and named and words[f].isdecimal() and not line.capital(k + 1):
        return ("ABST-AGE", "person-age") if words[k + 1] not in lex.months else None
    return None


def _limit_age(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    """Bounds of age: "children under five", "under 18s", "those over 60 were let go"."""
    words, f = line.words, spot.core_first
    if words[f - 1] not in ("under", "over", "below", "above") or (spot.core_last != f):
        return None
    noun, after = words[f - 2], words[spot.core_last + 1]
    ends = not after[:1].isalpha() or after in ("and", "were", "was", "are", "or", "in", "among", "who")
    if (noun in lex.person_plurals or noun in ("those", "anyone", "everyone")) and ends:
        return "ABST-AGE", "age-limit"
    if words[f] in ("18", "16", "15", "14", "five") and words[f - 1] == "under" and ends and noun in (
        "the", "all", "are", "were", "was", "is", ",", "them", "whom", "and",
    ):  # fmt: skip
        return "ABST-AGE", "age-limit"
    return None


def _month_at(line: Line, k: int, lex: QuantityLexicon) -> bool:
    """Whether a month's name, with its capital, stands at k ("May" and "March" are verbs too)."""
    return line.words[k] in lex.months and line.capital(k)


def _date(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    words, k = line.words, spot.core_last + 1
    day = spot.form in ("digits", "range", "words") and spot.core_high_below(32)
    if day and _month_at(line, k, lex):
        return "ABST-DATE", "month-after"
    if day and words[k] == "of" and _month_at(line, k + 1, lex):
        return "ABST-DATE", "month-after"
    before = spot.core_first - 1
    month = before if _month_at(line, before, lex) else before - 1 if words[before] in (".", ",") else -1
    if month >= 0 and _month_at(line, month, lex):
        taken = words[month - 1].isdecimal() or words[month - 1] in lex.formation_ordinals
        if is_year(line, spot.core_first):
            return "ABST-DATE", "year"
        split = words[before] == ","  # "In March, 30 people died"
        if day and not taken and not split and words[month - 1] not in lex.month_without_day:
            return "ABST-DATE", "month-before"
    return _year(line, spot, lex) or _time_unit(line, spot, lex)


def _year(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    words, k = line.words, spot.core_last + 1
    if spot.form == "range":
        last = spot.core_last
        return ("ABST-DATE", "years") if is_year(line, spot.core_first) and is_year(line, last) else None
    if spot.form != "digits" or not is_year(line, spot.core_first) or spot.core_first != spot.core_last:
        return None
    if words[spot.core_first - 1] in ("in", "since", "until", "till", "during", "late", "early", "mid"):
        return "ABST-DATE", "year"
    if spot.modified or words[k] in lex.after_more:
        return None
    # "the war of 2020 killed 300": after "of" only a noun shows that people are counted
    told = words[k] in lex.person_plurals if words[spot.core_first - 1] == "of" else before_people(line, k, lex)
    if told:
        return None
    return "ABST-DATE", "year"


def _time_unit(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    for k in range(spot.core_last + 1, spot.core_last + 4):
        if line.words[k] in lex.time_units:
            return "ABST-DATE", "time-unit"
        if line.words[k] not in lex.time_adjectives:
            break
    if tuple(line.words[spot.core_last + 1 : spot.core_last + 4]) == ("and", "a", "half"):
        return ("ABST-DATE", "time-unit") if line.words[spot.core_last + 4] in lex.time_units else None
    return None


def _measure(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    words, k = line.words, spot.core_last + 1
    word = words[k]
    if word in lex.clock_after or (len(word) == 1 and word in "ap" and words[k + 1] == "." and words[k + 2] == "m"):
        return "ABST-MEASURE", "clock"
    if match(line, k, lex.clock_table) and (spot.high or 0) <= 12:
        return "ABST-MEASURE", "clock"
    if word in lex.measure_after or word in lex.money_after:
        return "ABST-MEASURE", "unit"
    if word == "us" and words[k + 1] in lex.money_after and line.raw(k) == "US":
        return "ABST-MEASURE", "unit"
    return None


def _name(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    """Numbers in names: "Article 5", "16 Corps", "Ward 8", "No. 5", and the numbering of lists."""
    words, f, k = line.words, spot.core_first, spot.core_last + 1
    if spot.first == f and spot.form != "range":
        at = f - 2 if words[f - 1] == "." else f - 1
        dotted = at == f - 2
        if at >= 0 and words[at]:
            short = not dotted or words[at] in ("no", "nos", "tel", "vol", "fig", "art", "p", "pp", "para", "res")
            capital = line.raw(at) in lex.name_before or (line.raw(at).istitle() and words[at] in lex.name_before_any)
            if short and capital and not before_people(line, k, lex):
                return "ABST-NAME", "numbered"
            if short and words[at] in lex.name_before_any and words[at] != "no" and not before_people(line, k, lex):
                return "ABST-NAME", "numbered"
    if spot.form == "digits" and line.raw(k) in lex.formations and not line.raw(k).isupper():
        return "ABST-NAME", "formation"
    if spot.form == "digits" and (spot.high or 0) < 100:
        opened = f == 1 and words[0] in ("(", "[")
        if (f == 0 or opened) and words[k] in (".", ")", "]") and line.glued(k) and words[f].isdecimal():
            return ("ABST-NAME", "list-number") if line.gap(k + 1) or not words[k + 1] else None
    return None


def _household(line: Line, spot: Spot, lex: QuantityLexicon) -> Verdict:
    for k in range(spot.core_last + 1, spot.core_last + 4):
        word = line.words[k]
        if word in lex.households:
            after = line.words[k + 1]
            return None if after in lex.people and after not in lex.people_words else ("ABST-HOUSEHOLD", "household")
        if not word.isalpha() or (word in lex.stop_words and word not in ("more", "other")):
            return None
    return None


_RULES: tuple[Callable[[Line, Spot, QuantityLexicon], Verdict], ...] = (
    _left, _right, _share, _age, _limit_age, _date, _measure, _name, _household,
)  # fmt: skip
