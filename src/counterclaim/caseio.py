"""Case files as JSON, judgements as JSON Lines, and what a case file holds by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from counterclaim.errors import CounterclaimError
from counterclaim.records import (
    CaseFile,
    Claim,
    ClaimRef,
    Estimate,
    Incident,
    Judgement,
    Problem,
    Record,
    Relay,
    Statement,
)

Failure = Mapping[str, Any]  # {"report": {"id": ...}, "error": {"code": ..., "message": ...}}, or "skipped"


class Opened(NamedTuple):
    """A case file, and what stands among its records for reports that could not be read."""

    case: CaseFile
    failures: tuple[Failure, ...] = ()
    stored: bool = False  # read from a case file, not made just now


def failed(error: CounterclaimError, report: str | None = None) -> Failure:
    """What stands for a report that could not be read."""
    return {"report": {"id": report}, "error": {"code": error.code, "message": error.message}}


def encode_case(opened: Opened, *, explain: bool = False) -> bytes:
    """A case file as one line of UTF-8 JSON; the failures behind the records, ``reasons`` only with ``explain``."""
    plain = msgspec.to_builtins(opened.case)
    if not explain:
        for record in plain["records"]:
            del record["reasons"]
    plain["records"] = [*plain["records"], *opened.failures]
    return msgspec.json.encode(plain)


def decode_case(data: bytes, where: str = "") -> Opened:
    """A case file from its JSON. Raises CC-405 where it is none, or names claims that its records do not hold."""
    try:
        value = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
        if not looks_like_case(value):
            raise CounterclaimError("CC-405", "no object with records and incidents", where=where)
        found = value["records"]
        failures = tuple(r for r in found if is_failure(r))
        value["records"] = [r for r in found if not is_failure(r)]
        case = msgspec.convert(value, CaseFile)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise CounterclaimError("CC-405", str(error), where=where) from None
    known = {(r.report.id or "", c.id) for r in case.records for c in r.claims}
    for ref in _refs(case):
        if ref not in known:
            raise CounterclaimError("CC-405", f"no record holds the claim {'/'.join(ref)}", where=where)
    return Opened(case, failures, stored=True)


def looks_like_case(value: object) -> bool:
    """Whether decoded JSON is meant as a case file."""
    return isinstance(value, dict) and all(isinstance(value.get(k), list) for k in ("records", "incidents"))


def looks_like_record(value: object) -> bool:
    """Whether decoded JSON is meant as a record and not as a report."""
    return isinstance(value, dict) and "claims" in value and "statements" in value and "text" not in value


def is_failure(value: object) -> bool:
    """Whether decoded JSON stands for a report that could not be read."""
    return isinstance(value, dict) and "report" in value and ("error" in value or "skipped" in value)


def _refs(case: CaseFile) -> Iterator[ClaimRef]:
    """Every claim that the case file names."""
    for incident in case.incidents:
        yield from incident.claims
        for link in incident.links:
            yield from (ref for ref in (link.claim, link.to) if ref is not None)
        for e in incident.estimates:
            yield from e.basis
            yield from (t.claim for t in e.terms)
            yield from (x.claim for x in e.left_out)
            yield from (ref for c in e.conflicts for ref in c.claims)
            yield from (ref for r in e.revisions for f in r.figures for ref in f.claims)
    for relay in case.relays:
        yield from (ref for ref in (relay.claim, relay.origin.claim) if ref is not None)


def read_judgements(lines: Iterable[tuple[int, bytes]]) -> tuple[list[Judgement], list[Problem]]:
    """The judgements of numbered lines; one that cannot be read becomes a problem, CC-406, and costs no other."""
    judgements: list[Judgement] = []
    problems: list[Problem] = []
    for number, line in lines:
        try:
            judgements.append(msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"), type=Judgement))
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            fault = CounterclaimError("CC-406", str(error), where=f"line {number}")
            problems.append(Problem(code=fault.code, message=fault.message))
    return judgements, problems


class Casebook:
    """What a case file holds, by name. Built from one that ``decode_case`` or ``casefile`` made, so all names lead
    somewhere."""

    def __init__(self, case: CaseFile) -> None:
        self.case = case
        self.records: dict[str, Record] = {r.report.id or "": r for r in case.records}
        self.claims: dict[ClaimRef, Claim] = {}
        self.statements: dict[ClaimRef, Statement] = {}
        for name, record in self.records.items():
            told = {s.id: s for s in record.statements}
            for claim in record.claims:
                self.claims[name, claim.id] = claim
                if claim.statement in told:
                    self.statements[name, claim.id] = told[claim.statement]
        self.relays: dict[ClaimRef, Relay] = {r.claim: r for r in case.relays}
        self.estimates: dict[str, tuple[Incident, Estimate]] = {
            e.id: (incident, e) for incident in case.incidents for e in incident.estimates
        }
        self._speakers = {name: s.name for s in reversed(case.speakers) for name in (*s.names, s.name)}

    @property
    def profiles(self) -> tuple[str, ...]:
        """The methods that the case file has estimates of, its own first."""
        told = (e.profile for i in self.case.incidents for e in i.estimates)
        return tuple(dict.fromkeys([self.case.profile, *told]))

    def claim_named(self, name: str) -> ClaimRef:
        """The claim of a name ``REPORT/CLAIM``. Raises CC-404."""
        report, _, claim = name.rpartition("/")
        if (report, claim) not in self.claims:
            raise CounterclaimError("CC-404", f"no claim {name!r}; a claim is named REPORT/CLAIM, as a/c1")
        return report, claim

    def estimate_named(self, name: str) -> tuple[Incident, Estimate]:
        """The estimate of an id and its incident. Raises CC-404."""
        if name not in self.estimates:
            raise CounterclaimError("CC-404", f"no estimate {name!r}; an estimate is named INCIDENT/OUTCOME/PROFILE")
        return self.estimates[name]

    def origin(self, ref: ClaimRef, estimates: Sequence[Estimate] = ()) -> str:
        """Whose figure a claim is: as the estimates and relays say, else its speaker, else its publisher."""
        for e in estimates:
            for revision in e.revisions:
                if any(ref in f.claims for f in revision.figures):
                    return revision.origin
            for term in e.terms:
                if term.claim == ref:
                    return term.origin
        if ref in self.relays:
            return self.relays[ref].origin.source
        return self._speakers.get(self.speaker(ref), self.speaker(ref))

    def speaker(self, ref: ClaimRef) -> str:
        """Who makes a claim by the words of its own report."""
        statement = self.statements.get(ref)
        return statement.source.name if statement is not None else self.publisher(ref)

    def publisher(self, ref: ClaimRef) -> str:
        """Who published the report of a claim."""
        info = self.records[ref[0]].report
        return info.publisher or info.id or ""
