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
ToldAs = Literal["figure", "earlier", "raised", "among"]
Distortion = Literal[
    "outcome_changed", "bound_added", "bound_dropped", "number_changed", "group_changed", "place_changed",
    "time_changed", "means_changed", "attacker_changed", "certainty_raised", "attribution_dropped",
]  # fmt: skip


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
    """A count of people with one outcome, stated by somebody.

    ``told_as``: ``earlier`` for a figure told as replaced ("up from 25", "at first 25"), ``raised`` for the one that
    replaces another ("has risen to 31"), ``among`` for one of a whole without a number ("a driver was among the
    dead"), else ``figure``.
    """

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
    told_as: ToldAs = "figure"


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


ClaimRef = tuple[str, str]  # the report's id and the claim's id within its record


class Origin(_Record, frozen=True, kw_only=True):
    """Who first made a figure: the origin's name, and its own claim or the earliest relay of it."""

    source: str
    claim: ClaimRef | None = None


class Difference(_Record, frozen=True, kw_only=True):
    """One thing that a relay changed: the field, and the words or values of both sides."""

    label: Distortion
    field: str
    relay: str
    origin: str


class Relay(_Record, frozen=True, kw_only=True):
    """A claim that passes on a claim first made by another source.

    ``via``: the media and bodies it came through, outermost first. ``by``: ``attribution`` where the words name the
    origin, ``match`` where figure, wording and time show it.
    """

    claim: ClaimRef
    origin: Origin
    distortions: tuple[Distortion, ...] = ()
    differences: tuple[Difference, ...] = ()
    via: tuple[str, ...] = ()
    by: Literal["attribution", "match"] = "attribution"
    reason: str = ""


class Conflict(_Record, frozen=True, kw_only=True):
    """Two claims that cannot both be true, and why."""

    claims: tuple[ClaimRef, ClaimRef]
    reason: str


class Figure(_Record, frozen=True, kw_only=True):
    """One figure of an origin: its bounds, the day it is first on record, and every claim that carries it."""

    low: int | None
    high: int | None
    day: str | None
    words: str
    claims: tuple[ClaimRef, ...]


class Revision(_Record, frozen=True, kw_only=True):
    """An origin's successive figures for one outcome, in order of saying."""

    origin: str
    figures: tuple[Figure, ...]


class LeftOut(_Record, frozen=True, kw_only=True):
    """A claim of the incident that feeds no number of the estimate, and the rule that keeps it out."""

    claim: ClaimRef
    code: str
    reason: str


class Term(_Record, frozen=True, kw_only=True):
    """What one origin brings into the arithmetic. ``value`` is a profile's number for vague words, else None."""

    origin: str
    claim: ClaimRef
    low: int | None
    high: int | None
    approximate: bool = False
    vague: bool = False
    value: int | None = None
    words: str = ""


class Step(_Record, frozen=True, kw_only=True):
    """One step of the arithmetic: an operation over named inputs and its result; running it again gives the same."""

    result: str
    operation: str
    inputs: tuple[str, ...] = ()
    value: int | None = None
    words: str = ""


class Estimate(_Record, frozen=True, kw_only=True):
    """Low, best and high of one outcome of one incident under one coding method, with everything they rest on."""

    id: str
    outcome: Outcome
    low: int | None
    best: int | None
    high: int | None
    open: bool
    origins: tuple[str, ...]
    basis: tuple[ClaimRef, ...]
    rule: str
    profile: str = "plain"
    grade: str | None = None
    credibility: int | None = None
    note: str | None = None
    terms: tuple[Term, ...] = ()
    steps: tuple[Step, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    revisions: tuple[Revision, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Link(_Record, frozen=True, kw_only=True):
    """Why a claim is in its incident: the claim it was tied to, the weight of what speaks for it, and the reasons."""

    claim: ClaimRef
    to: ClaimRef | None
    weight: float
    reasons: tuple[str, ...]


class Incident(_Record, frozen=True, kw_only=True):
    """Claims about the same happening, and what they come to."""

    id: str
    claims: tuple[ClaimRef, ...]
    places: tuple[str, ...] = ()
    time: Interval | None = None
    groups: tuple[str, ...] = ()
    scope: Scope = "incident"
    estimates: tuple[Estimate, ...] = ()
    links: tuple[Link, ...] = ()


class Speaker(_Record, frozen=True, kw_only=True):
    """One origin across the reports, every name and phrase it goes by, and what made them one."""

    id: str
    name: str
    kind: SourceKind
    affiliation: str | None = None
    names: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


class Problem(_Record, frozen=True, kw_only=True):
    """A numbered error or a recorded conflict of the input; nothing else is lost by it."""

    code: str
    message: str
    claims: tuple[ClaimRef, ...] = ()


class Judgement(_Record, frozen=True, kw_only=True):
    """What a person says of two claims: one happening or not. Always wins over the program's own decision."""

    a: ClaimRef
    b: ClaimRef
    same: bool
    who: str = ""
    when: str = ""
    why: str = ""


class CaseFile(_Record, frozen=True, kw_only=True):
    """Many reports' records, tied together: the incidents, who relays whom, and the estimates under one profile."""

    records: tuple[Record, ...]
    incidents: tuple[Incident, ...] = ()
    relays: tuple[Relay, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    profile: str = "plain"
    problems: tuple[Problem, ...] = ()
