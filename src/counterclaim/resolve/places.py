"""Which place a name means: chosen by what the report says around it, never by fame alone.

A toponym has many bearers. The ones outside a region or country that the text names as containing it are struck out
first; then the word for its kind ("region", "village"), the countries and regions that the report is about, the
distance to its other places and, only with a tenfold lead, population decide. What stays open is said to be open.
A place is never dropped: an unknown village stands at its region's point with precision ``region``.

Mentions of one name and kind are resolved together. The result does not depend on the order in which they are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from counterclaim.gazetteer import Gazetteer
from counterclaim.placenames import Candidate, TypeWords, apart_km, inside, normalise, to_point_km, type_words
from counterclaim.records import Place, Precision

Hint = Literal["region", "district", "settlement", "country", ""]

FAR_POPULATION = 100_000  # a town of a country that the report does not name must be this big to be meant
LEAD = 10  # how many times bigger a bearer must be to win by population alone
CHIEF_SHARE = 12  # a town with less than one twelfth of its region's townspeople is not what the bare name means
NEAR_KM = 250.0  # a bearer farther than this from all other places told is near to none
SUBURB_KM = 25.0  # a place this near to a town may be part of it
MAX_ANCHORS = 64  # distances are taken to this many of the places told

_FIRM = frozenset(f"places.{r}" for r in ("inside", "kind", "only", "family", "country", "region", "contents"))
_RANKS = {"country": 0, "region": 1, "district": 2, "settlement": 3}
UNKNOWN, AMBIGUOUS = "ABST-PLACE-UNKNOWN", "ABST-PLACE-AMBIGUOUS"


class PlaceMention(msgspec.Struct, frozen=True):
    """A toponym in the text: code points, half-open; ``hint`` is the kind that words beside it tell.

    ``within`` holds the indexes, in the sequence given to ``resolve``, of the mentions that contain it by the syntax.
    """

    start: int
    end: int
    text: str
    hint: Hint = ""
    within: tuple[int, ...] = ()


class Resolved(msgspec.Struct, frozen=True):
    """A place with the rule that chose it, the reason in words, and an abstention code or None."""

    place: Place
    reason: str
    rule: str
    code: str | None


class _Choice(NamedTuple):
    """``own`` is the chosen bearer; ``area`` what the place is located by: the bearer itself or its container."""

    own: Candidate | None
    area: Candidate | None
    country: str
    precision: Precision
    rule: str
    reason: str
    code: str | None = None


class _Name(NamedTuple):
    """A mention's name without its word for a kind, its key, and the kind told."""

    name: str
    key: str
    hint: Hint


_Group = tuple[str, Hint]  # all mentions of one key with one kind


class _Context(NamedTuple):
    """What the report as a whole tells: countries, first-order regions (``RU.41``), and points of settled places."""

    countries: frozenset[str]
    regions: frozenset[str]
    anchors: tuple[tuple[float, float], ...]


class _Report(NamedTuple):
    """The mentions sorted into groups."""

    names: tuple[_Name, ...]
    groups: Mapping[_Group, list[int]]
    of: tuple[_Group, ...]  # group of each mention
    containers: tuple[tuple[_Group, ...], ...]  # containing groups of each mention, sorted
    contents: Mapping[_Group, tuple[_Group, ...]]
    found: Mapping[str, tuple[Candidate, ...]]  # bearers by key


def resolve(
    mentions: Sequence[PlaceMention], gazetteer: Gazetteer, *, background: Sequence[str] = ()
) -> tuple[Resolved, ...]:
    """One ``Resolved`` a mention, in the same order.

    ``background`` holds the ISO codes of the countries that the report names or implies (demonyms, dateline, actors).
    Indexes in ``within`` that point nowhere, or to the mention itself, are passed over.
    """
    report = _sort(mentions, gazetteer)
    named = {c.country for cs in report.found.values() for c in cs if c.kind == "country"}
    context = _Context(frozenset(background) | named | _implied(report.found), frozenset(), ())
    order = _containers_first(report)
    draft = _decide(report, order, context, gazetteer, mentions)
    final = _decide(report, order, _gather(draft.values(), context), gazetteer, mentions)
    return tuple(_resolved(m, report.names[i], final[i], gazetteer) for i, m in enumerate(mentions))


def _implied(found: Mapping[str, Sequence[Candidate]]) -> frozenset[str]:
    """The countries that two or more of the names point to, each of them at home in this country alone."""
    alone = ({c.country for c in bearers} for bearers in found.values())
    votes = Counter(next(iter(countries)) for countries in alone if len(countries) == 1)
    return frozenset(country for country, names in votes.items() if country and names > 1)


# ------------------------------------------------------------------------------------------------- sorting


def _named(mention: PlaceMention, words: TypeWords, gazetteer: Gazetteer) -> _Name:
    """``the village of Plekhovo`` -> Plekhovo, settlement; ``Mexico City`` and ``State of Palestine`` stay whole."""
    text = " ".join(mention.text.split())
    short, kind = words.split(text)
    if kind is not None:
        whole = normalise(text)
        for c in gazetteer.lookup(text):
            if c.kind == "country" or (c.kind == "settlement" and normalise(c.name) == whole):
                return _Name(text, whole, mention.hint)
        return _Name(short, normalise(short), mention.hint or kind)
    if text.casefold().startswith("the ") and len(text) > 4:
        text = text[4:]
    return _Name(text, normalise(text), mention.hint)


def _sort(mentions: Sequence[PlaceMention], gazetteer: Gazetteer) -> _Report:
    words = type_words()
    cache: dict[tuple[str, Hint], _Name] = {}
    names = []
    for mention in mentions:
        if (mention.text, mention.hint) not in cache:
            cache[mention.text, mention.hint] = _named(mention, words, gazetteer)
        names.append(cache[mention.text, mention.hint])
    told: dict[str, set[Hint]] = {}
    for name in names:
        told.setdefault(name.key, set()).add(name.hint)
    found = {n.key: _distinct(gazetteer.lookup(n.name)) for n in {n.key: n for n in names}.values()}
    bare = {key: _bare_hint(hints, found[key]) for key, hints in told.items()}
    of = tuple((n.key, n.hint or bare[n.key]) for n in names)
    groups: dict[_Group, list[int]] = {}
    containers: list[tuple[_Group, ...]] = []
    contents: dict[_Group, set[_Group]] = {}
    for index, (mention, group) in enumerate(zip(mentions, of, strict=True)):
        groups.setdefault(group, []).append(index)
        around = {of[j] for j in mention.within if 0 <= j < len(of) and of[j] != group}
        containers.append(tuple(sorted(around)))
        for outer in around:
            contents.setdefault(outer, set()).add(group)
    return _Report(
        tuple(names), groups, of, tuple(containers), {g: tuple(sorted(s)) for g, s in contents.items()}, found
    )


def _bare_hint(hints: set[Hint], bearers: Sequence[Candidate]) -> Hint:
    """A bare name means what the report calls it elsewhere; the coarser kind first, for it holds the finer.

    "Gaza City" does not make a bare "Gaza" the town, where the bare name usually means the region.
    """
    kinds: tuple[Hint, ...] = ("country", "region", "district", "settlement", "")
    kind = next(k for k in kinds if k in hints)
    return "" if kind == "settlement" and any(c.bare for c in bearers) else kind


def _distinct(bearers: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Bearers in a fixed order, without a second record of one place from another source."""
    sources = {"user": 0, "world": 0, "curated": 1}
    ranked = sorted(bearers, key=lambda c: (sources.get(c.source, 2), -c.population, c.country, c.admin1, str(c)))
    kept: list[Candidate] = []
    for c in ranked:
        if not any(_same(c, k) for k in kept):
            kept.append(c)
    return tuple(kept)


def _same(a: Candidate, b: Candidate) -> bool:
    if (a.kind, a.country) != (b.kind, b.country) or a.source == b.source:
        return False
    return a.kind == "settlement" and apart_km(a, b) < 5


def _containers_first(report: _Report) -> list[_Group]:
    """Groups in an order where containers come before their contents; a circle is cut at its first group by name."""
    outer: dict[_Group, list[_Group]] = {}
    for group, around in zip(report.of, report.containers, strict=True):
        outer.setdefault(group, []).extend(around)
    order: list[_Group] = []
    state: dict[_Group, int] = {}
    for root in sorted(report.groups):
        stack = [root]
        while stack:
            group = stack[-1]
            if state.get(group, 0) == 0:
                state[group] = 1
                stack.extend(sorted({g for g in outer[group] if state.get(g, 0) == 0}, reverse=True))
            else:
                stack.pop()
                if state[group] == 1:
                    state[group] = 2
                    order.append(group)
    return order


# ------------------------------------------------------------------------------------------------- deciding


def _decide(
    report: _Report,
    order: Sequence[_Group],
    context: _Context,
    gazetteer: Gazetteer,
    mentions: Sequence[PlaceMention],
) -> dict[int, _Choice]:
    """The choice of each mention, by index."""
    settled: dict[_Group, _Choice] = {}
    out: dict[int, _Choice] = {}
    for group in order:
        members = report.groups[group]
        variants = sorted({report.containers[i] for i in members if report.containers[i]})
        union = sorted({g for v in variants for g in v})
        around = [settled[g] for g in union if g in settled]
        if len(variants) < 2 or _nested(around, gazetteer):
            choice = _choose(report, group, around, context, gazetteer)
            settled[group] = choice
            out.update(dict.fromkeys(members, choice))
            continue
        # one name in several regions: each mention goes with its own, a bare one with the last told before it
        each = {
            v: _choose(report, group, [settled[g] for g in v if g in settled], context, gazetteer) for v in variants
        }
        ordered = sorted(members, key=lambda i: (mentions[i].start, mentions[i].end, report.containers[i]))
        last = first = next(report.containers[i] for i in ordered if report.containers[i])
        for i in ordered:
            last = report.containers[i] or last
            out[i] = each[last]
        settled[group] = each[first]
    return out


def _nested(choices: Sequence[_Choice], gazetteer: Gazetteer) -> bool:
    """Whether the areas lie one in another, so that they can all contain one place."""
    areas = [c.area for c in choices if c.area is not None]
    areas.sort(key=lambda a: (_RANKS[a.kind], -a.radius_km))
    return all(inside(b, a) for a, b in pairwise(areas))


def _choose(
    report: _Report, group: _Group, around: Sequence[_Choice], context: _Context, gazetteer: Gazetteer
) -> _Choice:
    key, hint = group
    bearers = report.found[key]
    areas = [c.area for c in around if c.area is not None]
    within = [c for c in bearers if all(inside(c, a) for a in areas)]
    kept, seat = _of_kind(within, hint)
    if not kept:
        claimed = _claimed(bearers, hint, areas, context)
        if claimed is not None:
            why = f"the text puts it in {_finest(areas).name}, the gazetteer in {claimed.country}"
            return _taken(claimed, "", "places.claimed", why, gazetteer)
        return _fallback(hint, bearers, around, context, vetoed=bool(areas))
    if areas:
        rule, why = "places.inside", f"the text puts it in {_finest(areas).name}"
    else:
        kept, rule, why = _at_home([c for c in kept if hint or _placed(c, context)], key, context)
        if not kept:
            return _fallback(hint, bearers, around, context, vetoed=False)
    family = _one_family(kept, hint, report.contents.get(group, ()), report)
    if len(family) < len(kept) and rule == "places.only":
        rule, why = "places.family", f"of the region, district and town of the name, the {family[0].kind} is meant here"
    kept = family
    if len(kept) > 1:
        kept, rule, why = _narrow(kept, key, [report.found[g[0]] for g in report.contents.get(group, ())], context)
    if len(kept) > 1:
        return _open(kept, hint, around, gazetteer)
    if hint and len(within) > 1 and rule == "places.only" and not seat:
        rule, why = "places.kind", f"the words call it a {hint}"
    return _taken(kept[0], hint if seat else "", rule, why, gazetteer)


def _claimed(
    bearers: Sequence[Candidate], hint: Hint, areas: Sequence[Candidate], context: _Context
) -> Candidate | None:
    """The region of a disputed claim ("X's A region" where the gazetteer has A in Y, and the report names Y too).

    Only a region that is the one bearer of its name among the countries told; a namesake far away is none.
    """
    regions = [c for c in bearers if c.kind == "region" and c.country in context.countries]
    if hint in ("region", "") and len(regions) == 1 and areas and all(a.kind == "country" for a in areas):
        return regions[0]
    return None


def _of_kind(bearers: list[Candidate], hint: Hint) -> tuple[list[Candidate], bool]:
    """The bearers of the kind told; for a region or district unknown as such, the towns that it is named after."""
    if not hint:
        return bearers, False
    instead = {"region": ("district", "settlement"), "district": ("settlement",)}
    for kind in (hint, *instead.get(hint, ())):
        kept = [c for c in bearers if c.kind == kind]
        if kept:
            return kept, kind != hint
    return [], False


def _placed(c: Candidate, context: _Context) -> bool:
    """Not a district of unknown position in a region that the report does not name: too weak for a bare name."""
    return c.kind != "district" or c.lat is not None or f"{c.country}.{c.admin1}" in context.regions


def _at_home(kept: list[Candidate], key: str, context: _Context) -> tuple[list[Candidate], str, str]:
    """The bearers in the countries that the report names; elsewhere only countries, regions and big towns."""
    if any(c.kind == "country" for c in kept):
        return [c for c in kept if c.kind == "country"], "places.country-name", "it is a country's name"
    if not context.countries:
        return kept, "places.only", "no other bearer of the name is known"
    home = [c for c in kept if c.country in context.countries or any(m[:2] in context.countries for m in c.members)]
    if home:
        if len(home) < len(kept):
            return home, "places.country", "it lies in a country that the report names"
        return home, "places.only", "no other bearer of the name is known"
    if len(kept) == 1 and kept[0].kind == "region":
        return kept, "places.only", "no other bearer of the name is known"  # a region named brings its country with it
    big = [c for c in kept if c.kind == "region" or _weight(c, key) >= FAR_POPULATION]
    return big, "places.far", "no country that the report names has a place of the name, and this one is well known"


def _one_family(kept: list[Candidate], hint: Hint, inner: Sequence[_Group], report: _Report) -> list[Candidate]:
    """Reduce a region or district and its chief town, which share a name, to the one that is meant."""
    if hint:
        return kept
    usual = [c for c in kept if c.bare]
    if usual:
        return usual
    out = list(kept)
    for town in [c for c in kept if c.kind == "settlement"]:
        wider = [
            c
            for c in out
            if c.kind in ("region", "district")
            and (c.country, c.admin1) == (town.country, town.admin1)
            and (c.kind == "region" or c.lat is None or apart_km(c, town) <= max(40.0, c.radius_km))
        ]
        if not wider:
            continue
        chief = town.population * CHIEF_SHARE >= max(c.population for c in wider)
        if not chief or _holds_villages(town, inner, report):
            out.remove(town)
        else:
            out = [c for c in out if c not in wider]
    return out


def _holds_villages(town: Candidate, inner: Sequence[_Group], report: _Report) -> bool:
    """Whether the text puts a place in it that is not known to lie at the town itself."""
    return any(not any(apart_km(c, town) <= SUBURB_KM for c in report.found[key]) for key, _ in inner)


def _narrow(
    kept: list[Candidate], key: str, inner: Sequence[tuple[Candidate, ...]], context: _Context
) -> tuple[list[Candidate], str, str]:
    """Break the tie by contents, regions told, nearness, and population, in this order."""
    holding = [c for c in kept if any(inside(i, c) for bearers in inner for i in bearers)]
    if holding and len(holding) < len(kept):
        kept = holding
        if len(kept) == 1:
            return kept, "places.contents", "a place that the text puts in it lies there"
    told = [c for c in kept if f"{c.country}.{c.admin1}" in context.regions]
    if told and len(told) < len(kept):
        kept = told
        if len(kept) == 1:
            return kept, "places.region", "it lies in a region that the report names"
    away = [min((to_point_km(c, *a) for a in context.anchors), default=float("inf")) for c in kept]
    near = sorted((km, n) for n, km in enumerate(away))
    if near[0][0] <= NEAR_KM and near[1][0] >= 2 * near[0][0] + SUBURB_KM:
        return [kept[near[0][1]]], "places.nearest", f"it is the nearest to the other places told ({near[0][0]:.0f} km)"
    weights = sorted(((_weight(c, key), n) for n, c in enumerate(kept)), key=lambda w: (-w[0], w[1]))
    if weights[0][0] >= LEAD * max(weights[1][0], 1):
        return [kept[weights[0][1]]], "places.population", f"it is more than {LEAD} times as big as the next bearer"
    return kept, "places.ambiguous", ""


def _weight(c: Candidate, key: str) -> float:
    """People, a tenth of them where the name is only another name of the place."""
    return float(c.population) if normalise(c.name) == key else c.population / 10


# ------------------------------------------------------------------------------------------------- outcomes


def _finest(areas: Sequence[Candidate]) -> Candidate:
    return max(areas, key=lambda a: (_RANKS[a.kind], a.lat is not None, -a.radius_km, a.name))


def _taken(c: Candidate, seat_of: Hint, rule: str, why: str, gazetteer: Gazetteer) -> _Choice:
    where = f"{c.name} ({c.country or 'several countries'})"
    if c.kind == "country":
        return _Choice(c, c, c.country, "country", rule, f"{where}: {why}; the point is the capital's")
    if c.lat is None:
        region = gazetteer.region_of(c.country, c.admin1)
        if region is not None and region.lat is not None and c.kind != "region":
            why += f"; its own coordinates are not known, the point is that of {region.name}"
            return _Choice(c, region, c.country, "region", rule, f"{where}: {why}")
    if seat_of:
        why += f"; the point is that of the town which the {seat_of} is named after"
    return _Choice(c, c, c.country, seat_of or c.kind, rule, f"{where}: {why}")


def _fallback(
    hint: Hint, bearers: Sequence[Candidate], around: Sequence[_Choice], context: _Context, *, vetoed: bool
) -> _Choice:
    """No bearer is left: stay with the container. Coordinates are None when there is none."""
    areas = [c.area for c in around if c.area is not None]
    others = sorted({c.country for c in bearers if c.country})
    if not bearers:
        why = "no gazetteer here has the name"
    elif vetoed:
        shown = ", ".join(others[:5]) + (", ..." if len(others) > 5 else "")
        why = f"its known bearers ({shown}) do not lie where the text puts it"
    else:
        why = "its known bearers are of another kind, or lie in countries that the report does not name"
    if not areas:
        countries = {c.country for c in around if c.country} or set(context.countries)
        country = countries.pop() if len(countries) == 1 else ""
        if country:
            why += f"; {country} is the only country that the report names"
        return _Choice(None, None, country, hint or "settlement", "places.unknown", why, UNKNOWN)
    area = _finest(areas)
    country = area.country or next((a.country for a in areas if a.country), "")
    reason = f"{why}; the point is that of {area.name}, which contains it"
    return _Choice(None, area, country, area.kind, "places.parent", reason, UNKNOWN)


def _open(kept: list[Candidate], hint: Hint, around: Sequence[_Choice], gazetteer: Gazetteer) -> _Choice:
    """Several bearers and nothing to choose by: what they share, or what contains them."""
    countries = {c.country for c in kept}
    regions = {(c.country, c.admin1) for c in kept}
    country = countries.pop() if len(countries) == 1 else ""
    names = ", ".join(sorted({f"{c.country or '?'}.{c.admin1}" for c in kept})[:6])
    reason = f"{len(kept)} places of the name ({names}) and nothing to choose by"
    areas = [c.area for c in around if c.area is not None]
    shared = gazetteer.region_of(*next(iter(regions))) if len(regions) == 1 else None
    area = shared or (_finest(areas) if areas else None)
    if area is not None:
        reason += f"; the point is that of {area.name}"
        country, precision = country or area.country, area.kind
        return _Choice(None, area, country, precision, "places.ambiguous", reason, AMBIGUOUS)
    kinds = {c.kind for c in kept}
    precision = kept[0].kind if len(kinds) == 1 else hint or "settlement"
    return _Choice(None, None, country, precision, "places.ambiguous", reason, AMBIGUOUS)


def _gather(choices: Iterable[_Choice], context: _Context) -> _Context:
    """The report's own evidence, from the choices that needed no guess."""
    countries, regions = set(context.countries), set(context.regions)
    points: Counter[tuple[float, float]] = Counter()
    for choice in choices:
        c = choice.own
        if c is None or choice.rule not in _FIRM:
            continue
        if c.country and (c.kind == "region" or choice.rule not in ("places.only", "places.family")):
            countries.add(c.country)
        if c.kind == "region":
            regions.update(c.members or (f"{c.country}.{c.admin1}",))
        if c.lat is not None and c.lon is not None:
            points[c.lat, c.lon] += 1
    nearest = sorted(points.items(), key=lambda p: (-p[1], p[0]))[:MAX_ANCHORS]
    return _Context(frozenset(countries), frozenset(regions), tuple(p for p, _ in nearest))


def _resolved(mention: PlaceMention, name: _Name, choice: _Choice, gazetteer: Gazetteer) -> Resolved:
    area = choice.area
    place = Place(
        start=mention.start,
        end=mention.end,
        text=mention.text,
        name=name.name,
        country=choice.country or None,
        lat=area.lat if area else None,
        lon=area.lon if area else None,
        precision=choice.precision,
    )
    return Resolved(place, choice.reason, choice.rule, choice.code)
