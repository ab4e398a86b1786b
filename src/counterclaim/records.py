"""The frozen records that every stage reads and writes; they mirror ``seeds/schemas``.

Offsets count Unicode code points into ``Report.text`` and are half-open: ``text[start:end]``.
Dates are ISO 8601 calendar dates (``2024-12-16``).
"""

from __future__ import annotations

from typing import Literal

import msgspec

Outcome = Literal[
    "killed", "wounded", "casualties", "missing", "captured", "detained",
    "abducted", "displaced", "trapped", "rescued", "deployed",
]  # fmt: skip
SourceKind = Literal[
    "government", "military", "armed_group", "official", "international_organisation",
    "ngo", "health", "media", "witness", "anonymous", "other",
]  # fmt: skip
GroupKind = Literal["military", "civilian", "mixed", "unknown"]
Attribute = Literal[
    "children", "women", "elderly", "medical", "aid_worker", "journalist", "police", "prisoner", "patient"
]
Means = Literal[
    "airstrike", "drone", "missile", "shelling", "small_arms", "explosive", "ground_assault", "execution", "other"
]
Precision = Literal["point", "settlement", "district", "region", "country"]
Mode = Literal["direct", "indirect", "mixed"]
Stance = Literal["asserts", "confirms", "denies", "declines"]
Scope = Literal["incident", "cumulative"]
Certainty = Literal["stated", "estimated", "possible"]


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records: immutable, compared by value."""


class Report(_Record, frozen=True, kw_only=True):
    """One published text, the input. ``published`` is an ISO 8601 date or date-time, or empty when unknown."""

    publisher: str = ""
    published: str = ""
    text: str = ""
    id: str | None = None
    url: str | None = None
    title: str | None = None
    language: str | None = None
    channel: str | None = None
    synthetic: bool = False


class Span(_Record, frozen=True, kw_only=True):
    """A stretch of the report's text, code points, half-open."""

    start: int
    end: int
    text: str


class Interval(_Record, frozen=True, kw_only=True):
    """Calendar dates, both ends included; an open end is None."""

    start: str | None = None
    end: str | None = None


class Source(_Record, frozen=True, kw_only=True):
    """Who speaks: the words, and the speaker resolved to the fullest name in the report."""

    start: int
    end: int
    text: str
    name: str
    kind: SourceKind
    affiliation: str | None = None


class Via(_Record, frozen=True, kw_only=True):
    """A medium or body that relays the source."""

    name: str
    start: int
    end: int
    text: str


class Statement(_Record, frozen=True, kw_only=True):
    """Somebody is reported to have said something."""

    id: str
    source: Source
    via: tuple[Via, ...] = ()
    cue: Span
    content: tuple[Span, ...]
    mode: Mode
    stance: Stance
    channel: str | None = None
    said: Interval | None = None


class Quantity(_Record, frozen=True, kw_only=True):
    """A count with its bounds; an open bound is None."""

    start: int
    end: int
    text: str
    low: int | None
    high: int | None
    approximate: bool = False


class Group(_Record, frozen=True, kw_only=True):
    """Who is counted. The span is None where the words name nobody ("30 killed")."""

    start: int | None = None
    end: int | None = None
    text: str | None = None
    affiliation: str | None = None
    kind: GroupKind = "unknown"
    attributes: tuple[Attribute, ...] = ()


class Attacker(_Record, frozen=True, kw_only=True):
    """Who is said to have done it."""

    start: int
    end: int
    text: str
    affiliation: str | None = None


class Place(_Record, frozen=True, kw_only=True):
    """A toponym; degrees WGS 84, None where the gazetteer lacks the place."""

    start: int
    end: int
    text: str
    name: str
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    precision: Precision


class Claim(_Record, frozen=True, kw_only=True):
    """A count of people with one outcome, stated by somebody."""

    id: str
    statement: str | None
    quantity: Quantity
    outcome: Outcome
    group: Group
    attacker: Attacker | None = None
    means: Means | None = None
    places: tuple[Place, ...] = ()
    time: Interval | None = None
    scope: Scope = "incident"
    certainty: Certainty = "stated"
    negated: bool = False
    part_of: str | None = None


class Abstention(_Record, frozen=True, kw_only=True):
    """Something looked like a claim, a place or a date and was not recorded."""

    start: int
    end: int
    text: str
    code: str
    reason: str


class Reason(_Record, frozen=True, kw_only=True):
    """Which rule gave a field of a claim or statement its value, and from which words."""

    item: str
    field: str
    rule: str
    words: Span | None = None


class ReportInfo(_Record, frozen=True, kw_only=True):
    """What a record repeats of its report."""

    id: str | None = None
    publisher: str = ""
    published: str = ""
    title: str | None = None
    url: str | None = None
    language: str | None = None
    channel: str | None = None
    dateline: str | None = None
    synthetic: bool = False
    sha256: str = ""


class Record(_Record, frozen=True, kw_only=True):
    """All that one report says, with what was left out and why."""

    report: ReportInfo
    statements: tuple[Statement, ...] = ()
    claims: tuple[Claim, ...] = ()
    abstentions: tuple[Abstention, ...] = ()
    reasons: tuple[Reason, ...] = ()
