"""The words of the quantities stage: its lexicon, the row of words a text is cut into, and number words' values.

Offsets count Unicode code points, half-open. Everything here is linear in the length of what it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
import yaml

Phrase = tuple[str, ...]
# first word -> phrases that begin with it, longest first
Phrases = Mapping[str, tuple[Phrase, ...]]

# Digit groups are capped at five (10^15) so that no input can make the expression go back over more than that.
_SPACES = "[ \u00a0\u2007\u2009\u202f]"
_TOKEN = re.compile(
    r"https?://\S+|www\.\S+"
    r"|[0-9]{1,3}(?:,[0-9]{2,3}){0,4},[0-9]{3}(?![0-9])(?:\.[0-9]+)?"
    rf"|(?<![:./,+-])[1-9][0-9]{{0,2}}(?:{_SPACES}[0-9]{{3}}){{1,4}}(?![0-9])"
    r"|[0-9]+(?:\.[0-9]+)*"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"
    r"|[^\s]"
)
_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_NOT_DIGIT = re.compile(r"[^0-9]")
_MAX_DIGITS = 13
_PAD = 10


class Line:
    """The words of one line: lower case, with where they start and end.

    Ten empty words stand at the end, so that a look a few words ahead, or behind (Python's negative indices land in
    them too), needs no test of bounds.
    """

    __slots__ = ("ends", "size", "starts", "text", "words")

    def __init__(self, text: str, start: int, end: int) -> None:
        spans = [found.span() for found in _TOKEN.finditer(text, start, end)]
        self.size = len(spans)
        self.words = [text[a:b].lower() for a, b in spans] + [""] * _PAD
        self.starts = [a for a, _ in spans] + [end + 1] * _PAD
        self.ends = [b for _, b in spans] + [-1] * _PAD
        self.text = text

    def glued(self, i: int) -> bool:
        """Whether word i stands against the word before it, nothing between."""
        return 0 < i < self.size and self.starts[i] == self.ends[i - 1]

    def gap(self, i: int) -> bool:
        """Whether word i exists and white space comes before it."""
        return 0 < i < self.size and self.starts[i] > self.ends[i - 1]

    def raw(self, i: int) -> str:
        """Word i as written; empty outside the line."""
        return self.text[self.starts[i] : self.ends[i]] if -self.size <= i < self.size and self.words[i] else ""

    def capital(self, i: int) -> bool:
        """Whether word i begins with a capital letter."""
        return bool(self.words[i]) and self.text[self.starts[i]].isupper()

    def numeral(self, i: int) -> tuple[int | None, str | None]:
        """Whole part and decimals of the digits at i; whole is None when there are more than 13 digits."""
        raw = self.words[i]
        whole, _, decimals = raw.partition(".")
        digits = _NOT_DIGIT.sub("", whole) if not whole.isdecimal() else whole
        if len(digits) > _MAX_DIGITS or len(decimals) > _MAX_DIGITS:
            return None, None
        return int(digits), decimals or None


def read_lines(text: str, start: int, end: int) -> Iterator[Line]:
    """Cut ``text[start:end]`` at line ends; a number never runs over one."""
    for found in _LINE.finditer(text, start, end):
        yield Line(text, found.start(), found.end())


def split_phrase(phrase: str) -> Phrase:
    """The words of a lexicon phrase, cut as a text is."""
    return tuple(word.lower() for word in _TOKEN.findall(phrase))


def match(line: Line, i: int, phrases: Phrases) -> int:
    """Length in words of the longest phrase at i, 0 for none."""
    words = line.words
    for phrase in phrases.get(words[i], ()):
        size = len(phrase)
        if size == 1 or tuple(words[i : i + size]) == phrase:
            return size
    return 0


def _phrases(source: Iterable[str]) -> dict[str, tuple[Phrase, ...]]:
    table: dict[str, list[Phrase]] = {}
    for phrase in source:
        words = split_phrase(phrase)
        table.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(set(found), key=lambda p: (-len(p), p))) for first, found in table.items()}


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The lexicon file as it is written. All words are lower case, save in name_before and formations."""

    meta: dict[str, object]
    cardinals: dict[str, int]
    scales: dict[str, int]
    scale_suffixes: dict[str, int]
    collectives: dict[str, int]
    phrases: dict[str, tuple[int, bool]]
    ordinals: frozenset[str]
    fractions: frozenset[str]
    vague: dict[str, tuple[int, int | None]]
    not_vague_after: frozenset[str]
    not_scores_before: frozenset[str]
    modifiers: dict[str, frozenset[str]]
    after: dict[str, frozenset[str]]
    phrasal: dict[str, frozenset[str]]
    change_words: frozenset[str]
    range_words: frozenset[str]
    percent_after: frozenset[str]
    times_after: frozenset[str]
    time_units: frozenset[str]
    time_adjectives: frozenset[str]
    measure_after: frozenset[str]
    money_after: frozenset[str]
    money_before: frozenset[str]
    clock_after: frozenset[str]
    clock_phrases: frozenset[str]
    households: frozenset[str]
    people_compounds: frozenset[str]
    months: frozenset[str]
    month_without_day: frozenset[str]
    year_before: frozenset[str]
    era_before: frozenset[str]
    age_before: frozenset[str]
    age_superlatives: frozenset[str]
    age_links: frozenset[str]
    age_after: frozenset[str]
    decades_before: frozenset[str]
    parents: frozenset[str]
    name_before: frozenset[str]
    name_before_any: frozenset[str]
    formations: frozenset[str]
    formation_ordinals: frozenset[str]
    skip_phrases: frozenset[str]
    one_not_after: frozenset[str]
    superlative_words: frozenset[str]
    superlative_not: frozenset[str]
    zero_words: frozenset[str]
    neither_before: frozenset[str]
    outcome_nouns: frozenset[str]
    not_outcome_before: frozenset[str]
    both_not: frozenset[str]
    partitive_after: frozenset[str]
    stop_words: frozenset[str]
    adjectival_nouns: frozenset[str]
    clause_words: frozenset[str]
    person_nouns: dict[str, str]
    people_words: frozenset[str]


class QuantityLexicon(_File, frozen=True, kw_only=True):
    """The lexicon with the tables that the stage looks words up in."""

    units: dict[str, int]
    tens: dict[str, int]
    phrase_table: dict[str, tuple[Phrase, ...]]
    phrase_value: dict[Phrase, tuple[int, bool]]
    vague_table: dict[str, tuple[Phrase, ...]]
    vague_value: dict[Phrase, tuple[int, int | None]]
    modifier_table: dict[str, tuple[Phrase, ...]]
    modifiers_by_last: dict[str, tuple[tuple[Phrase, str], ...]]
    after_table: dict[str, tuple[Phrase, ...]]
    after_value: dict[Phrase, str]
    after_more: frozenset[str]
    skip_table: dict[str, tuple[Phrase, ...]]
    zero_table: dict[str, tuple[Phrase, ...]]
    zero_triggers: frozenset[str]
    partitive_table: dict[str, tuple[Phrase, ...]]
    age_before_by_last: dict[str, tuple[Phrase, ...]]
    age_after_table: dict[str, tuple[Phrase, ...]]
    percent_table: dict[str, tuple[Phrase, ...]]
    clock_table: dict[str, tuple[Phrase, ...]]
    triggers: frozenset[str]
    number_starts: frozenset[str]
    after_article: frozenset[str]
    person_plurals: frozenset[str]
    people: frozenset[str]


def load_lexicon(path: str | Path) -> QuantityLexicon:
    """Read ``quantities.yaml``.

    Raises OSError when the file cannot be read and ValueError, naming the file and the section, when it is broken.
    """
    try:
        # BaseLoader keeps every scalar a string: "no", "on" and "off" are words here, not truth values.
        raw = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        file = msgspec.convert(raw, _File, strict=False)
    except (yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: {error}") from error
    return _build(file)


def _by_last(phrases: Iterable[tuple[str, str]]) -> dict[str, tuple[tuple[Phrase, str], ...]]:
    table: dict[str, list[tuple[Phrase, str]]] = {}
    for phrase, effect in phrases:
        words = split_phrase(phrase)
        table.setdefault(words[-1], []).append((words, effect))
    return {last: tuple(sorted(found, key=lambda p: (-len(p[0]), p))) for last, found in table.items()}


def _build(file: _File) -> QuantityLexicon:
    plurals = frozenset(file.person_nouns.values())
    modifiers = [(p, effect) for effect, phrases in file.modifiers.items() for p in phrases]
    after = [(p, effect) for effect, phrases in file.after.items() if effect != "more" for p in phrases]
    phrase_table, vague_table = _phrases(file.phrases), _phrases(file.vague)
    zero_table, skip_table = _phrases(file.zero_words), _phrases(file.skip_phrases)
    starts = {*file.cardinals, *file.scales, *file.collectives, *phrase_table, *vague_table, "a"}
    zero_triggers = {*zero_table, "no", "neither"}
    sections = {name: getattr(file, name) for name in file.__struct_fields__}
    return QuantityLexicon(
        **sections,
        units={w: n for w, n in file.cardinals.items() if n < 20},
        tens={w: n for w, n in file.cardinals.items() if n >= 20},
        phrase_table=phrase_table,
        phrase_value={split_phrase(p): v for p, v in file.phrases.items()},
        vague_table=vague_table,
        vague_value={split_phrase(p): v for p, v in file.vague.items()},
        modifier_table=_phrases(p for p, _ in modifiers),
        modifiers_by_last=_by_last(modifiers),
        after_table=_phrases(p for p, _ in after),
        after_value={split_phrase(p): effect for p, effect in after},
        after_more=file.after.get("more", frozenset()),
        skip_table=skip_table,
        zero_table=zero_table,
        zero_triggers=frozenset(zero_triggers),
        partitive_table=_phrases(file.partitive_after),
        age_before_by_last={k: tuple(p for p, _ in v) for k, v in _by_last((p, "") for p in file.age_before).items()},
        age_after_table=_phrases(file.age_after),
        percent_table=_phrases(file.percent_after),
        clock_table=_phrases(file.clock_phrases),
        triggers=frozenset({*starts, *zero_triggers, *skip_table, "an", "another", "both"}),
        number_starts=frozenset(starts),
        after_article=frozenset(
            {*file.scales, *file.collectives}
            | {p[1] for table in (phrase_table, vague_table, skip_table) for p in table.get("a", ()) if len(p) > 1}
        ),
        person_plurals=plurals,
        people=frozenset({*plurals, *file.people_words}),
    )


# --- number words -----------------------------------------------------------------------------------------------


class Value(NamedTuple):
    """What number words say: value, index of the last word, the scale that ends them (1 = none), loose or not."""

    value: int
    last: int
    factor: int
    loose: bool


def value_of(line: Line, i: int, lex: QuantityLexicon, allow_and: bool = True) -> Value | None:
    """Read number words at i: "twenty-seven", "one hundred and five", "two dozen"; None when there are none.

    A bare "a" is no number; "a hundred" and a bare "hundred" are. ``allow_and`` is False after "between", where
    "and" parts two numbers.
    """
    words = line.words
    total, ceiling, factor, k, last = 0, 10**15, 1, i, -1
    while True:
        group = _group(line, k, lex, allow_and)
        if group is None:
            break
        value, end = group
        scale = lex.scales.get(words[end + 1], 1)
        if last >= 0 and (scale >= ceiling or value * scale >= ceiling):
            break
        if words[end + 1] in lex.collectives:
            if last >= 0:
                break
            return Value(value * lex.collectives[words[end + 1]], end + 1, lex.collectives[words[end + 1]], True)
        half = _and_a_half(line, end + 1, lex)
        if half and last < 0:
            return Value(value * half + half // 2, end + 4, half, False)
        if scale == 1:
            total, last, factor = total + value, end, 100 if words[end] == "hundred" else 1
            break
        end += 1
        while lex.scales.get(words[end + 1], 1) >= 1000:  # "a hundred thousand million"
            end += 1
            scale *= lex.scales[words[end]]
        total, last, factor, ceiling = total + value * scale, end, scale, scale
        k = end + 1
        if words[k] == "and":
            if not allow_and or words[k + 1] not in lex.cardinals or not _small_tail(line, k + 1, lex):
                break
            k += 1
        elif words[k] not in lex.cardinals:
            break
    return Value(total, last, factor, False) if last >= 0 and total <= 10**12 else None


def _and_a_half(line: Line, k: int, lex: QuantityLexicon) -> int:
    """The scale in "and a half million" at k, else 0."""
    if tuple(line.words[k : k + 3]) == ("and", "a", "half"):
        return lex.scales.get(line.words[k + 3], 0)
    return 0


def _below_hundred(line: Line, k: int, lex: QuantityLexicon) -> tuple[int, int] | None:
    words = line.words
    value = lex.tens.get(words[k])
    if value is None:
        value = lex.units.get(words[k])
        return None if value is None else (value, k)
    step = 2 if words[k + 1] in ("-", "‑", "–") and line.glued(k + 1) and line.glued(k + 2) else 1
    unit = lex.units.get(words[k + step], 0)
    return (value + unit, k + step) if 0 < unit < 10 else (value, k)


def _small_tail(line: Line, k: int, lex: QuantityLexicon) -> bool:
    """Whether the words at k are below a hundred and no scale word follows: the "five" of "hundred and five"."""
    read = _below_hundred(line, k, lex)
    return read is not None and read[0] > 0 and line.words[read[1] + 1] not in lex.scales


def _group(line: Line, i: int, lex: QuantityLexicon, allow_and: bool) -> tuple[int, int] | None:
    """Value below a thousand (or "twenty-five hundred") at i and its last word. Scales above hundred are left."""
    words = line.words
    word = words[i]
    nxt = words[i + 1]
    if word == "a":
        if nxt not in lex.scales and nxt not in lex.collectives:
            return None
        value, last = 1, i
    elif word in lex.scales or word in lex.collectives:
        value, last = 1, i - 1
    else:
        read = _below_hundred(line, i, lex)
        if read is None:
            return None
        value, last = read
    if words[last + 1] != "hundred":
        return value, last
    value, last = value * 100, last + 1
    k = last + 1
    if words[k] == "and" and allow_and:
        k += 1
        tail = _below_hundred(line, k, lex)
        # "a hundred and two hundred": the second hundred shows that "and" parts two numbers
        if tail is None or tail[0] == 0 or words[tail[1] + 1] == "hundred":
            return value, last
        return value + tail[0], tail[1]
    tail = _below_hundred(line, k, lex)
    if tail is not None and tail[0] > 0 and words[tail[1] + 1] != "hundred":
        return value + tail[0], tail[1]
    return value, last
