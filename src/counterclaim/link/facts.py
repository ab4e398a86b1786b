"""Claims of many records laid flat, each with what it can be compared by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

import msgspec

from counterclaim.link.speakers import Actors, Speakers, Voice
from counterclaim.records import Claim, ClaimRef, Interval, Place, Record

FAMILIES = {
    "killed": "harm", "wounded": "harm", "casualties": "harm", "missing": "harm",
    "captured": "custody", "abducted": "custody", "detained": "detained",
    "rescued": "rescued", "displaced": "displaced", "trapped": "trapped", "deployed": "deployed",
}  # fmt: skip
_RADIUS = {"point": 2.0, "settlement": 8.0, "district": 40.0, "region": 150.0, "country": 600.0}  # kilometres
_RANK = {"point": 0, "settlement": 1, "district": 2, "region": 3, "country": 4}
_LETTERS = str.maketrans("ıłøđßæœ", "ilodsao")


class Spot(msgspec.Struct, frozen=True, gc=False):
    """One place of a claim: folded name, country, degrees (None where unknown), radius in km and rank of precision."""

    name: str
    country: str
    lat: float | None
    lon: float | None
    radius: float
    rank: int


class Fact(msgspec.Struct, frozen=True, gc=False):
    """One claim with its features. ``start`` and ``end`` are ordinals of days, 0 where unknown or open."""

    n: int  # position over all records
    ref: ClaimRef
    claim: Claim
    report: int
    voice: Voice
    family: str
    total: bool  # a running total: told as one, or told for all days up to one
    told: frozenset[int]  # the numbers that the words tell: 30 for "at least 30", 70 for "more than 70"
    bare: bool  # told without a bound, an "about" or a range
    vague: bool  # "dozens"
    spots: tuple[Spot, ...]
    start: int
    end: int
    said: int  # ordinal of the day of saying, or of publication
    published: int
    via: tuple[str, ...]
    quoted: bool  # told in quotation marks, wholly or in part: the origin's own words
    words: frozenset[str]  # the words that name those counted
    party: frozenset[str]  # the states that those counted belong to
    hint: frozenset[str]  # the same, or where nothing is told the state whose voice counts them
    by_state: bool  # a state is told to have done it
    told_here: frozenset[tuple[str, int]]  # every outcome and number of note that the report tells
    own_place: bool  # the claim's own clause tells the place, it is not taken from the scene
    own_time: bool
    parent: int = -1  # position of the claim that this one is part of
    replaced_by: int = -1  # position of the claim whose figure takes the place of this one


@lru_cache(maxsize=1 << 16)
def fold(name: str) -> str:
    """A name for comparison: small letters without accents, marks or doubled spaces."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return " ".join(re.sub(r"[^\w\s]", " ", "".join(c for c in plain if not unicodedata.combining(c))).split())


def ordinal(day: str | None) -> int:
    """The number of an ISO 8601 day, 0 for none or for what is no day."""
    try:
        return date.fromisoformat((day or "")[:10]).toordinal()
    except ValueError:
        return 0


def day(number: int) -> str | None:
    """The ISO 8601 day of an ordinal, None for 0."""
    return date.fromordinal(number).isoformat() if number else None


def gather(records: Sequence[Record], actors: Actors) -> list[Fact]:
    """Every claim of the records, in their order."""
    out: list[Fact] = []
    for k, record in enumerate(records):
        speakers = Speakers(record, actors)
        statements = {s.id: s for s in record.statements}
        report = record.report.id or record.report.sha256
        published = ordinal(record.report.published)
        own = {(r.item, r.field) for r in record.reasons if r.rule == "own-clause"}
        here = frozenset((c.outcome, n) for c in record.claims for n in told_numbers(c) if n >= _OF_NOTE)
        at = {c.id: len(out) + i for i, c in enumerate(record.claims)}
        for claim in record.claims:
            statement = statements.get(claim.statement or "")
            said = statement.said if statement is not None else None
            voice = speakers.of(statement)
            party = frozenset(p for p in (claim.group.affiliation or "").split(", ") if p in actors.states)
            out.append(
                Fact(
                    n=len(out),
                    ref=(report, claim.id),
                    claim=claim,
                    report=k,
                    voice=voice,
                    family=FAMILIES[claim.outcome],
                    total=is_total(claim, record.claims),
                    told=told_numbers(claim),
                    bare=is_bare(claim),
                    vague=is_vague(claim),
                    spots=tuple(spot(p) for p in claim.places),
                    start=ordinal(claim.time.start) if claim.time else 0,
                    end=ordinal(claim.time.end) if claim.time else 0,
                    said=(ordinal(said.end or said.start) if said else 0) or published,
                    published=published,
                    via=tuple(v.name for v in statement.via) if statement else (),
                    quoted=statement is not None and statement.mode != "indirect",
                    words=frozenset(fold(claim.group.text or "").split()),
                    party=party,
                    hint=party or _hint(claim, voice),
                    by_state=claim.attacker is not None and claim.attacker.affiliation in actors.states,
                    told_here=here,
                    own_place=(claim.id, "places") in own or not record.reasons,
                    own_time=(claim.id, "time") in own or not record.reasons,
                    parent=at.get(claim.part_of or "", -1),
                    replaced_by=_replaced_by(claim, record.claims, at),
                )
            )
    return out


def _hint(claim: Claim, voice: Voice) -> frozenset[str]:
    """A state's own voice that names neither soldiers nor attackers of its own most likely counts its own people."""
    own = voice.level in ("state", "forces") or (voice.level == "self" and voice.side)
    done_by = claim.attacker.affiliation if claim.attacker is not None else None
    told = claim.group.affiliation is not None or claim.group.kind == "military"
    return frozenset({voice.side} if own and voice.side and not told and done_by != voice.side else ())


def _replaced_by(claim: Claim, claims: Iterable[Claim], at: Mapping[str, int]) -> int:
    """For a figure told as replaced: the nearest figure of the same outcome that is not, before it where it can be."""
    if claim.told_as != "earlier":
        return -1
    here = claim.quantity.start
    rest = [c for c in claims if c.outcome == claim.outcome and c.told_as not in ("earlier", "among") and not c.part_of]
    rest = [c for c in rest if c.scope == claim.scope and not c.negated]
    near = min(rest, key=lambda c: abs(c.quantity.start - here) * (1 if c.quantity.start < here else 6), default=None)
    return at[near.id] if near is not None else -1


def spot(place: Place) -> Spot:
    """What a place is compared by."""
    return Spot(
        fold(place.name), place.country or "", place.lat, place.lon, _RADIUS[place.precision], _RANK[place.precision]
    )


def is_total(claim: Claim, claims: Iterable[Claim]) -> bool:
    """True for a running total over more than one attack; not where one attack has the same number in the report."""
    time = claim.time
    if not (claim.scope == "cumulative" or (time is not None and time.start is None and time.end is not None)):
        return False
    q = claim.quantity
    return not any(
        c.outcome == claim.outcome and c.scope == "incident" and (c.quantity.low, c.quantity.high) == (q.low, q.high)
        and c.time is not None and c.time.start and (q.low or 0) >= _CHANCE
        for c in claims
    )  # fmt: skip


_OF_NOTE = 5  # smaller numbers are in every report
_CHANCE = 10  # told numbers below this meet by chance
_STRICT = re.compile(r"\b(?:more than|over|upwards of|exceeding|above|in excess of)\b|\+", re.IGNORECASE)
_UNDER = re.compile(r"\b(?:fewer than|less than|under|below)\b", re.IGNORECASE)


def told_numbers(claim: Claim) -> frozenset[int]:
    """The numbers that the words tell, whatever their bounds mean."""
    q = claim.quantity
    low = q.low - 1 if q.low is not None and q.high is None and _STRICT.search(q.text) else q.low
    high = q.high + 1 if q.high is not None and q.low is None and _UNDER.search(q.text) else q.high
    return frozenset(n for n in (low, high) if n is not None)


def is_vague(claim: Claim) -> bool:
    """True for a word without a number of its own ("dozens", "several")."""
    q = claim.quantity
    return q.approximate and q.low != q.high


def is_bare(claim: Claim) -> bool:
    """True for a single number without bound or "about"."""
    q = claim.quantity
    return q.low is not None and q.low == q.high and not q.approximate


def interval_of(facts: Iterable[Fact]) -> Interval | None:
    """The days that most of the facts tell, the narrower and then the earlier of equals; None where none tells any."""
    votes: dict[tuple[int, int], int] = {}
    for f in facts:
        if f.start or f.end:
            votes[f.start, f.end] = votes.get((f.start, f.end), 0) + 1
    if not votes:
        return None
    start, end = min(votes, key=lambda k: (-votes[k], not (k[0] and k[1]), k[1] - k[0], k))
    return Interval(start=day(start), end=day(end))
