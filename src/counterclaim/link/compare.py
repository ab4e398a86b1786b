"""Are two claims about one happening? Features with weights, and what forbids it whatever the weights.

The weights are data (``knowledge/linking.yaml``) and house rules. Text is never compared as text: true duplicates of
one wire story share too few of their words for that.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import msgspec

from counterclaim.link.facts import Fact, Spot
from counterclaim.link.origins import Origins

_EARTH = 6371.0  # kilometres
_BREATH = 160  # code points between two numbers told together
_SMALL = 10  # told numbers below this meet by chance
_FAR = 12  # times
_TIMES = 4  # a count that is told anew hardly ever grows to more of itself
_LARGE = 100  # told numbers from here on hardly ever do
# outcomes of one group in one happening: soldiers killed and captured, people killed, trapped and dug out alive
_MEET = frozenset(
    frozenset(p)
    for p in (
        ("harm", "custody"),
        ("harm", "trapped"),
        ("harm", "rescued"),
        ("trapped", "rescued"),
        ("custody", "detained"),
    )
)
# people freed and people still held are told apart, though both were in one happening
_NEVER = frozenset(frozenset({"rescued", held}) for held in ("missing", "abducted", "captured", "detained"))
_BORDER = 300.0  # kilometres
_SPELLING = 3.0  # kilometres within which two names are one place
_BROAD = {"airstrike": {"drone", "missile"}, "missile": {"airstrike"}, "drone": {"airstrike"}}


OTHER_OUTCOME = "outcomes of different kinds"
OTHER_KIND = "soldiers and civilians"
# what a relay may have changed: no bar to the rest of a group that it ties
CHANGED = frozenset({OTHER_OUTCOME, OTHER_KIND})


class Rules(msgspec.Struct, frozen=True):
    """Threshold and weights of ``linking.yaml``."""

    threshold: float
    mean: float
    weights: dict[str, float]
    slack_days: int
    window_days: int
    regular: frozenset[str]
    irregular: frozenset[str]


def load_rules(data: Any) -> Rules:
    """The comparing part of ``linking.yaml``."""
    return msgspec.convert({k: data[k] for k in Rules.__struct_fields__}, Rules)


class Verdict(NamedTuple):
    """The sum of the weights, the features that made it, and what forbids the tie (empty: nothing)."""

    weight: float
    features: tuple[str, ...]
    veto: str = ""
    relay: bool = False  # one origin and one number in two reports: what the reports differ in is then a distortion


def compare(a: Fact, b: Fact, origins: Origins, rules: Rules) -> Verdict:
    """Weigh two claims. Symmetric."""
    same_origin = origins.of[a.n] == origins.of[b.n]
    same_figure = bool(a.told & b.told) and a.vague == b.vague
    relay = same_origin and same_figure and a.report != b.report
    tied = _tied(a, b)
    if a.report == b.report and a.claim.outcome == b.claim.outcome and "revision" not in tied:
        if not same_origin:
            tied.append("rivals")
        elif a.told != b.told and a.said == b.said and not _replaces(a, b):
            tied.append("two_figures")
    found: list[str] = []
    veto = _forbidden(a, b, relay, rules)
    found += [n for n in places(a, b) if n]
    found += _times(a, b, rules)
    if {"time_same", "time_overlap"} & set(found) and _past(a) and _past(b):
        found.append("time_past")
    if a.report == b.report:  # one scene gives both the same: that says less than two tellings
        if "place_same" in found and not (a.own_place and b.own_place):
            found[found.index("place_same")] = "place_scene"
        if "time_same" in found and not (a.own_time and b.own_time):
            found[found.index("time_same")] = "time_scene"
    else:  # what one of them only takes from its scene may be the extraction's mistake
        if "place_apart" in found and not (a.own_place and b.own_place):
            found[found.index("place_apart")] = "place_doubt"
        if "time_apart" in found and not (a.own_time and b.own_time):
            found[found.index("time_apart")] = "time_doubt"
    if a.claim.outcome == b.claim.outcome:
        found.append("outcome_same")
        if not same_figure and a.bare and b.bare:
            found.append("figure_differs")
    if a.family != b.family:
        found.append("family_other")
    if same_figure:
        number = max(a.told & b.told)
        found.append("figure_small" if number < _SMALL else "figure_same" if number < _LARGE else "figure_large")
    if same_origin:
        found.append("origin_same")
        if relay:
            found.append("origin_figure" if max(a.told & b.told) >= _SMALL else "origin_small")
    elif same_figure and max(a.told & b.told) >= _SMALL and _kin(a, b):
        found.append("kin_figure")
    if a.report != b.report and same_figure:
        company = len(a.told_here & b.told_here) - 1
        if company > 0:
            found.append("company" if company == 1 else "much_company")
    if same_origin or a.report != b.report:
        found += _far_apart(a, b)
    found += _groups(a, b)
    found += _doing(a, b)
    found += tied
    if not veto and not relay:
        veto = _apart(a, b, found, rules)
    return Verdict(sum(rules.weights[f] for f in found), tuple(found), veto, relay)


def _replaces(a: Fact, b: Fact) -> bool:
    """Whether one of two figures is told as taking another's place, and is not many times as large."""
    told = {a.claim.told_as, b.claim.told_as}
    small, large = sorted((max(a.told, default=0), max(b.told, default=0)))
    return "earlier" in told or ("raised" in told and large < _TIMES * max(small, 1))


def _far_apart(a: Fact, b: Fact) -> list[str]:
    """Numbers of one outcome that nobody who counts the same people could both give."""
    if a.claim.outcome != b.claim.outcome or not a.told or not b.told or a.vague or b.vague:
        return []
    small, large = sorted((max(a.told), max(b.told)))
    return ["figure_far"] if large >= _FAR * max(small, 1) and large >= _LARGE else []


def _kin(a: Fact, b: Fact) -> bool:
    """Whether two voices speak for one state."""
    return (
        a.report != b.report
        and a.voice.national
        and b.voice.national
        and bool(a.voice.side)
        and a.voice.side == b.voice.side
    )


def _tied(a: Fact, b: Fact) -> list[str]:
    """What one report says of both together."""
    if a.report != b.report:
        return []
    out = ["revision"] if b.n == a.replaced_by or a.n == b.replaced_by else []
    here = a.claim.places == b.claim.places and (a.start, a.end) == (b.start, b.end)
    near = abs(a.claim.quantity.start - b.claim.quantity.start) < _BREATH and a.voice.name == b.voice.name
    if near and a.claim.outcome != b.claim.outcome:
        out.append("together")
    elif here:
        out.append("report")
    return out


def _forbidden(a: Fact, b: Fact, relay: bool, rules: Rules) -> str:
    """What no weight outweighs."""
    if a.total != b.total:
        return "a running total is never one with an incident's figure"
    if a.family != b.family and not relay and frozenset({a.family, b.family}) not in _MEET:
        return OTHER_OUTCOME
    if frozenset({a.claim.outcome, b.claim.outcome}) in _NEVER and not relay:
        return OTHER_OUTCOME
    if a.own_place and b.own_place and _far_countries(a, b):
        return "different countries"
    return "" if relay else _other_people(a, b, rules)


def _far_countries(a: Fact, b: Fact) -> bool:
    """True where two claims have no country in common and no places that a border could run between."""
    x, y = ({s.country for s in f.spots if s.country} for f in (a, b))
    if not x or not y or x & y:
        return False
    near = [
        distance(s.lat, s.lon, t.lat, t.lon)
        for s in a.spots for t in b.spots
        if s.lat is not None and s.lon is not None and t.lat is not None and t.lon is not None
    ]  # fmt: skip
    return bool(near) and min(near) > _BORDER


def _other_people(a: Fact, b: Fact, rules: Rules) -> str:
    x, y = a.claim.group, b.claim.group
    if a.report == b.report and x.affiliation and y.affiliation and not _same_party(x.affiliation, y.affiliation):
        return "people of different parties"
    if a.party and b.party and not a.party & b.party:
        return "people of different states"
    if {x.kind, y.kind} == {"military", "civilian"}:
        return OTHER_KIND
    if (a.words & rules.regular and b.words & rules.irregular) or (
        a.words & rules.irregular and b.words & rules.regular
    ):
        return "a state's soldiers and those who fight it"
    return ""


def _apart(a: Fact, b: Fact, found: list[str], rules: Rules) -> str:
    if "time_apart" in found and not _neighbouring(a, b, rules):
        return "told days or windows that differ"
    if "place_apart" in found and a.report == b.report and a.claim.outcome == b.claim.outcome:
        return "places that one report tells apart"
    if "means_apart" in found and a.report == b.report:
        return "means that one report tells apart"
    return ""


def _same_party(a: str, b: str) -> bool:
    return bool({p.strip() for p in a.split(",")} & {p.strip() for p in b.split(",")})


def places(a: Fact, b: Fact) -> list[str]:
    """The strongest that any two of their places say; the finer places decide where both have them."""
    if not a.spots or not b.spots:
        return []
    fine_a, fine_b = (_finest(f.spots) for f in (a, b))
    told = a.report == b.report and a.own_place and b.own_place and a.claim.outcome == b.claim.outcome
    if told and _two_names(fine_a, fine_b):
        return ["place_apart"]
    best = max((_near(x, y) for x in a.spots for y in b.spots), key=_ORDER.index)
    if best in ("place_region", "place_country", "place_apart", ""):
        finer = {_near(x, y) for x in fine_a for y in fine_b}
        if finer == {"place_apart"}:
            return ["place_apart"]
    return [best]


_ORDER = ["place_apart", "", "place_country", "place_region", "place_within", "place_same"]


def _two_names(a: list[Spot], b: list[Spot]) -> bool:
    """True for settlements under names of which none is in another: one report means two places by two names."""
    if a[0].rank > 1 or b[0].rank > 1:
        return False
    if any(x.name in y.name or y.name in x.name for x in a for y in b):
        return False
    # two spellings of one place, or names that no map has, are not two places
    return all(
        x.lat is not None and x.lon is not None and y.lat is not None and y.lon is not None
        and distance(x.lat, x.lon, y.lat, y.lon) > _SPELLING
        for x in a for y in b
    )  # fmt: skip


def _finest(spots: tuple[Spot, ...]) -> list[Spot]:
    rank = min(s.rank for s in spots)
    return [s for s in spots if s.rank == rank]


def _near(a: Spot, b: Spot) -> str:
    if a.name == b.name or (a.rank <= 1 and b.rank <= 1 and len(a.name) > 3 and (a.name in b.name or b.name in a.name)):
        return {3: "place_region", 4: "place_country"}.get(min(a.rank, b.rank), "place_same")
    if a.country and b.country and a.country != b.country:
        return "place_apart"
    if a.lat is None or b.lat is None or a.lon is None or b.lon is None:
        return ""  # names that nobody can lay on the map say nothing
    far = distance(a.lat, a.lon, b.lat, b.lon)
    if a.rank <= 1 and b.rank <= 1:
        return "place_same" if far <= a.radius + b.radius else "place_apart"
    if a.rank != b.rank and far <= max(a.radius, b.radius):
        return "place_country" if max(a.rank, b.rank) == _COUNTRY else "place_within"
    if max(a.rank, b.rank) == _COUNTRY:
        return "place_country"
    return "place_region" if far <= max(a.radius, b.radius) / 2 else "place_apart"


_COUNTRY = 4
_NEWS = 3  # days for which a happening is told of without its day
_MONTH = 31  # days


def distance(lat: float, lon: float, lat2: float, lon2: float) -> float:
    """Kilometres between two points in degrees, along a great circle (haversine)."""
    p, q = math.radians(lat), math.radians(lat2)
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(lon2 - lon) / 2) ** 2
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(h)))


def _times(a: Fact, b: Fact, rules: Rules) -> list[str]:
    if not (a.start or a.end) or not (b.start or b.end):
        known, other = (a, b) if a.start or a.end else (b, a)
        recent = known.end and not other.total and 0 <= other.said - known.end <= _NEWS
        return ["time_recent"] if recent and known.end - known.start <= 1 else []
    if (a.start, a.end) == (b.start, b.end):
        return ["time_same"]
    if a.total and b.total:
        # totals since different days are different totals; one told to different days may be the same
        if a.start and b.start and a.start != b.start:
            return ["time_apart"]
        return ["time_same" if a.start and a.start == b.start else "time_overlap"]
    x, y = _ends(a), _ends(b)
    if _loose(*x) or _loose(*y):  # "in January": how well the day is known, not how long it took
        return ["time_overlap"] if x[0] <= y[1] and y[0] <= x[1] else ["time_apart"]
    told = a.report == b.report and a.own_time and b.own_time  # one report means two days by two days
    slack = 0 if told else rules.slack_days
    if x[0] > y[1] + slack or y[0] > x[1] + slack:
        return ["time_apart"]
    wide = [e[1] - e[0] for e in (x, y)]
    if min(wide) > 0 and x != y and max(wide) >= 1:
        return ["time_apart"] if abs(wide[0] - wide[1]) > 0 or x[0] != y[0] else ["time_overlap"]
    if x[0] > y[1] or y[0] > x[1]:
        return ["time_near"]
    return ["time_overlap"] if max(wide) < rules.window_days else ["time_near"]


def _past(f: Fact) -> bool:
    """True for days that lie well before the report and are told closely: few things of note happened just then."""
    start, end = _ends(f)
    return start > 0 and f.own_time and not f.total and end - start < _MONTH and f.published - end > _MONTH


def _neighbouring(a: Fact, b: Fact, rules: Rules) -> bool:
    """Days so near to each other that one may be read wrongly: a reason against, but no bar."""
    x, y = _ends(a), _ends(b)
    return x[0] == x[1] and y[0] == y[1] and abs(x[0] - y[0]) <= rules.slack_days


def _loose(start: int, end: int) -> bool:
    return end - start >= _MONTH - 4


def _ends(f: Fact) -> tuple[int, int]:
    """First and last day; an open one is as far as days are loosely told."""
    return f.start or f.end - _MONTH, f.end or f.start + _MONTH


def _groups(a: Fact, b: Fact) -> list[str]:
    x, y = a.claim.group, b.claim.group
    out = []
    if x.affiliation and y.affiliation:
        out.append("group_same" if _same_party(x.affiliation, y.affiliation) else "group_apart")
    if x.kind != "unknown" and x.kind == y.kind:
        out.append("kind_same")
    elif {x.kind, y.kind} == {"military", "civilian"}:
        out.append("kind_apart")
    elif "military" in (x.kind, y.kind) and "unknown" in (x.kind, y.kind) and a.words and b.words:
        out.append("kind_half")
    if a.hint and b.hint and not a.hint & b.hint and not (a.party and b.party):
        out.append("hint_apart")
    if _sides(a) & b.hint or _sides(b) & a.hint:
        out.append("own_people")
    return out


def _sides(f: Fact) -> frozenset[str]:
    done_by = f.claim.attacker.affiliation if f.claim.attacker is not None else None
    return frozenset({done_by}) if done_by else frozenset()


def _doing(a: Fact, b: Fact) -> list[str]:
    out = []
    x, y = a.claim.attacker, b.claim.attacker
    if x is not None and y is not None and x.affiliation and y.affiliation:
        out.append("attacker_same" if _same_party(x.affiliation, y.affiliation) else "attacker_apart")
    m, n = a.claim.means, b.claim.means
    if m and n:
        if m == n:
            out.append("means_same")
        elif (n not in _BROAD.get(m, ()) and "other" not in (m, n)) or {m, n} == {"drone", "missile"}:
            out.append("means_apart")
    return out
