"""Records -> case file: the order of the stages that tie many reports together. The other one that knows an order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from counterclaim.errors import CounterclaimError
from counterclaim.identity import canonical_json, text_sha256
from counterclaim.knowledge import ActorIndex, load_yaml
from counterclaim.link import attribution, origins, relays
from counterclaim.link.attribution import Attribution
from counterclaim.link.compare import Rules, load_rules, places
from counterclaim.link.facts import Fact, gather, interval_of, ordinal
from counterclaim.link.incidents import Groups, group
from counterclaim.link.origins import Origins
from counterclaim.link.speakers import Actors, SpeakerWords, load_words
from counterclaim.paths import data_path
from counterclaim.profiles import Profile, load_profile
from counterclaim.reconcile import Case, Witness, reconcile
from counterclaim.records import (
    CaseFile,
    ClaimRef,
    Estimate,
    Incident,
    Judgement,
    Link,
    Problem,
    Record,
    Relay,
)


class LinkKnowledge(msgspec.Struct, frozen=True):
    """What linking needs besides the records."""

    actors: Actors
    words: SpeakerWords
    rules: Rules
    without_deaths: frozenset[str]


def link_knowledge(index: ActorIndex) -> LinkKnowledge:
    """The packaged rules of linking with the actors given. Raises CC-203."""
    data = load_yaml(data_path("linking.yaml"))
    words = load_words(data)
    return LinkKnowledge(Actors(index, words), words, load_rules(data), frozenset(data["without_deaths"]))


def casefile(
    records: Sequence[Record],
    knowledge: LinkKnowledge,
    judgements: Sequence[Judgement] = (),
    profiles: Sequence[Profile] | None = None,
) -> CaseFile:
    """All records tied into incidents, relays and estimates. Pure; the order of the records changes nothing.

    With several ``profiles`` each incident has the estimates of all of them, in that order. A report that is there
    twice counts once; two reports of one id, and judgements that contradict each other or name no claim, are recorded
    as problems and cost nothing else.
    """
    profiles = profiles or (load_profile("plain"),)
    kept, problems = _distinct(records)
    facts = gather(kept, knowledge.actors)
    judged, faults = _judged(facts, judgements)
    found = origins.identify(facts, knowledge.words)
    groups = group(facts, found, knowledge.rules, judged)
    att = attribution.attribute(facts, groups, found)
    passed_on = relays.find(facts, groups, found, att, knowledge.rules)
    words = {
        (_id(r), x.item): x.words.text.casefold()
        for r in kept for x in r.reasons if x.field == "outcome" and x.words is not None
    }  # fmt: skip
    by_claim = {r.claim: r for r in passed_on}
    work = _Work(found, att, by_claim, profiles, knowledge.without_deaths, words)
    incidents = _incidents(facts, groups, work)
    return CaseFile(
        records=tuple(kept), incidents=incidents, relays=passed_on, speakers=found.speakers,
        profile=profiles[0].name, problems=(*problems, *faults),
    )  # fmt: skip


def _distinct(records: Sequence[Record]) -> tuple[list[Record], list[Problem]]:
    """Each report once, in order of publication; two reports under one id get an id each, and a problem."""
    problems: list[Problem] = []
    out: dict[tuple[str, str], Record] = {}
    for record in sorted(records, key=lambda r: (r.report.published[:10], _id(r), r.report.sha256)):
        out.setdefault((record.report.publisher, record.report.sha256 or _id(record)), record)
    names: dict[str, int] = {}
    kept = []
    for record in out.values():
        name = _id(record)
        names[name] = names.get(name, 0) + 1
        if names[name] > 1:
            new = f"{name}~{record.report.sha256[:8]}"
            problems.append(_problem("CC-401", f"{name}; the later one is called {new} here"))
            name = new
        kept.append(msgspec.structs.replace(record, report=msgspec.structs.replace(record.report, id=name)))
    return kept, problems


def _id(record: Record) -> str:
    return record.report.id or "sha256:" + record.report.sha256[:16]


def _problem(code: str, detail: str, claims: Iterable[ClaimRef] = ()) -> Problem:
    error = CounterclaimError(code, detail)
    return Problem(code=code, message=error.message, claims=tuple(claims))


def _judged(facts: Sequence[Fact], judgements: Iterable[Judgement]) -> tuple[list[Judgement], list[Problem]]:
    """The judgements that can be followed. Contradictory ones are reported, and neither is followed."""
    known = {f.ref for f in facts}
    problems, usable = [], []
    for j in sorted(judgements, key=lambda j: (j.when, j.a, j.b, j.same)):
        missing = [r for r in (j.a, j.b) if r not in known]
        if missing:
            problems.append(_problem("CC-402", f"{' / '.join(missing[0])}", missing))
        else:
            usable.append(j)
    at = {ref: k for k, ref in enumerate(sorted(known))}
    union = origins.Union()
    for j in usable:
        if j.same:
            union.join(at[j.a], at[j.b])
    torn = {union.find(at[j.a]) for j in usable if not j.same and union.find(at[j.a]) == union.find(at[j.b])}
    kept = []
    for j in usable:
        if union.find(at[j.a]) in torn and union.find(at[j.a]) == union.find(at[j.b]):
            if not j.same:
                problems.append(_problem("CC-403", f"{'/'.join(j.a)} and {'/'.join(j.b)}", (j.a, j.b)))
        else:
            kept.append(j)
    return kept, problems


class _Work(msgspec.Struct, frozen=True):
    """What the incidents are made with."""

    origins: Origins
    att: Attribution
    relays: dict[ClaimRef, Relay]
    profiles: Sequence[Profile]
    without_deaths: frozenset[str]
    outcome_words: dict[ClaimRef, str]


def _incidents(facts: Sequence[Fact], groups: Groups, work: _Work) -> tuple[Incident, ...]:
    named = sorted((_told_order([facts[n] for n in m]) for m in groups.members), key=lambda m: _moment(m[0]))
    cases = [_case(own, work) for own in named]
    out = []
    for own, case in zip(named, cases, strict=True):
        estimates: list[Estimate] = []
        for profile in work.profiles:
            within = _within(own, case, profile, named, cases) if case.total else ()
            estimates += reconcile(case._replace(within=within), profile)
        out.append(
            Incident(
                id=case.key, claims=tuple(f.ref for f in own), places=_place_names(own), time=interval_of(own),
                groups=_group_names(own), scope="cumulative" if case.total else "incident", estimates=tuple(estimates),
                links=_links(own, groups, facts),
            )
        )  # fmt: skip
    return tuple(out)


def _moment(f: Fact) -> tuple[int, str, int, str]:
    return f.published, f.ref[0], f.claim.quantity.start, f.ref[1]


def _told_order(own: Iterable[Fact]) -> list[Fact]:
    return sorted(own, key=_moment)


def _case(own: Sequence[Fact], work: _Work) -> Case:
    """The incident's claims as reconciling needs them."""
    kinds = {f.claim.group.kind for f in own}
    days = interval_of(own)
    span = 0
    if days is not None and days.start and days.end:
        span = ordinal(days.end) - ordinal(days.start) + 1
    totals = sum(f.claim.scope == "cumulative" for f in own if f.parent < 0)
    figures = _figures(own, work)
    return Case(
        key="i-" + text_sha256(canonical_json(own[0].ref))[:12],
        witnesses=tuple(_witness(f, figures[f.n], work) for f in own),
        total=2 * totals > sum(f.parent < 0 for f in own),
        civilians=kinds != {"military"},
        attackers=frozenset(
            f.claim.attacker.affiliation for f in own if f.claim.attacker and f.claim.attacker.affiliation
        ),
        days=span,
    )


def _witness(f: Fact, figure: str, work: _Work) -> Witness:
    relay = work.relays.get(f.ref)
    speaker = work.origins.speakers[work.att.origin[f.n]]
    words = work.outcome_words.get(f.ref, "")
    return Witness(
        ref=f.ref, claim=f.claim, origin=speaker.name, day=f.said, order=_moment(f)[:3], figure=figure,
        own=f.voice.level == "self", changed=relay.distortions if relay is not None else (), side=speaker.affiliation,
        publisher=f.voice.level in ("publisher", "medium"), vague=f.vague,
        deaths_told=f.claim.outcome == "casualties" and bool(words) and words not in work.without_deaths,
    )  # fmt: skip


def _figures(own: Sequence[Fact], work: _Work) -> dict[int, str]:
    """For each fact the name of its figure: an origin's one number of one outcome, under whatever distortion."""
    at = {f.ref: f for f in own}
    out: dict[int, str] = {}
    first: dict[tuple[int, str, bool, int], int] = {}
    for f in own:
        relay = work.relays.get(f.ref)
        measure = at.get(relay.origin.claim) if relay is not None and relay.origin.claim is not None else None
        if measure is not None and measure.n in out and measure.claim.outcome == f.claim.outcome:
            out[f.n] = out[measure.n]
            continue
        keys = [(work.att.origin[f.n], f.claim.outcome, f.vague, n) for n in sorted(f.told)]
        known = next((first[k] for k in keys if k in first), f.n)
        for k in keys:
            first.setdefault(k, known)
        out[f.n] = str(known)
    return out


def _within(
    own: Sequence[Fact], case: Case, profile: Profile, named: Sequence[Sequence[Fact]], cases: Sequence[Case]
) -> tuple[Estimate, ...]:
    """The estimates of the identified incidents that a total takes in: inside its days and its place, of its people."""
    if profile.choice("totals") not in ("keep_and_subtract", "distribute"):
        return ()
    out: list[Estimate] = []
    whole = own[0]
    for facts, other in zip(named, cases, strict=True):
        f = facts[0]
        inside = whole.start and f.start and whole.start <= f.start and (f.end or f.start) <= (whole.end or f.start)
        people = not (f.party and whole.party and not f.party & whole.party)
        if not other.total and inside and people and f.family == whole.family and places(f, whole) != ["place_apart"]:
            out += reconcile(other, profile)
    return tuple(out)


def _place_names(own: Sequence[Fact]) -> tuple[str, ...]:
    """The places told, the most often told first."""
    votes: dict[str, int] = {}
    for f in own:
        for p in f.claim.places:
            votes[p.name] = votes.get(p.name, 0) + 1
    return tuple(sorted(votes, key=lambda n: (-votes[n], n)))


def _group_names(own: Sequence[Fact]) -> tuple[str, ...]:
    """Who is counted: party and kind, the most often told first."""
    votes: dict[str, int] = {}
    for f in own:
        g = f.claim.group
        name = " ".join(filter(None, (g.affiliation, g.kind if g.kind != "unknown" else None)))
        if name:
            votes[name] = votes.get(name, 0) + 1
    return tuple(sorted(votes, key=lambda n: (-votes[n], n)))


def _links(own: Sequence[Fact], groups: Groups, facts: Sequence[Fact]) -> tuple[Link, ...]:
    out = []
    for f in own:
        tie = groups.ties.get(f.n)
        if tie is not None:
            out.append(
                Link(
                    claim=f.ref, to=facts[tie.to].ref, weight=round(tie.weight, 2), reasons=tuple(sorted(tie.features))
                )
            )
    return tuple(out)
