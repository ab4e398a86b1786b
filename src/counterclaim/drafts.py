"""What one stage leaves for the next inside one report: drafts that only the pipeline turns into records.

All offsets are code points into the report's text, half-open.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from counterclaim.records import Outcome, Stance

Range = tuple[int, int]
Form = Literal["digits", "words", "vague", "range", "article", "zero", "both", "partitive"]


class Utterance(msgspec.Struct, frozen=True, gc=False):
    """One attribution found in the text, its speaker not yet resolved to a name.

    ``source`` is the speaker's whole phrase and ``head`` (sentence, token) its head word; ``group`` is the stretch of
    the cue's own words (speaker, cue, listener, day of saying); ``via`` are the relaying bodies, outermost first.
    """

    sentence: int
    cue: Range
    source: Range
    head: tuple[int, int]
    content: tuple[Range, ...]
    stance: Stance
    group: tuple[Range, ...]
    rule: str
    via: tuple[Range, ...] = ()
    aside: bool = False  # the cue stands between commas inside what is said
    follows: int = -1  # a quotation going on: index of the utterance whose speaker it has


class Number(msgspec.Struct, frozen=True, gc=False):
    """One number expression.

    ``start``/``end`` and ``text`` take in the words that bound it ("at least 30"), ``core_*`` the number words alone.
    ``low`` and ``high`` are people, None for an open end. ``more`` marks a count on top of another ("another 12").
    ``code`` is None where it may count people, else an abstention code; ``rule`` names the rule that decided.
    """

    start: int
    end: int
    text: str
    core_start: int
    core_end: int
    low: int | None
    high: int | None
    approximate: bool
    form: Form
    more: bool
    code: str | None
    rule: str


class Count(msgspec.Struct, frozen=True, gc=False):
    """A number tied to an outcome: a claim without its place, time and source.

    ``unit`` is the token that stands for those counted in ``sentence`` (a noun, or the number itself), ``noun`` the
    index of the counted noun or -1, ``trigger`` the token that told the outcome, ``governor`` the verb over both or -1.
    ``parent`` is the index (in the list of counts) of the figure that this one is a part of, or -1.
    """

    number: Number
    sentence: int
    unit: int
    noun: int
    outcome: Outcome
    trigger: int
    governor: int
    rule: str
    parent: int = -1
    bare: bool = False
    like: int = -1  # an elliptic figure: index of the count whose outcome and group it repeats
    trigger_sentence: int = -1
