"""Made claims whose incidents are known, for bench/link.py.

What is made: records, not texts, so nothing is measured but linking. The invented publishers report over four years on
invented towns of twelve countries; countries, regions and towns stay the same whatever the size, so that the larger
size is also the denser one, as with real reports. An incident has one to twelve reports with figures by a ministry, an
army, a hospital, a governor, an armed group, witnesses, unnamed officials and the publishers' own voices: killed,
wounded, casualties, missing, parts of them, figures revised over days. Reports drop bounds and attributions, tell of
other incidents of the day and of weeks before, and running totals; some incidents have a twin in the same town on the
same day with other means. Noise is that of extraction: only the region or no place, the day missing or off, the kind,
party or means of attack missing, towns that no gazetteer knows. The seed and the size decide everything.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from counterclaim.records import (
    Attacker,
    Attribute,
    Claim,
    Group,
    GroupKind,
    Interval,
    Means,
    Outcome,
    Place,
    Quantity,
    Record,
    ReportInfo,
    Scope,
    Source,
    SourceKind,
    Span,
    Statement,
    ToldAs,
)

FIRST_DAY, DAYS = date(2021, 1, 1), 1461
# state, ISO code, south, north, west, east
COUNTRIES = (
    ("Ukraine", "UA", 46, 52, 24, 39), ("Sudan", "SD", 10, 20, 23, 36), ("Myanmar", "MM", 15, 26, 94, 99),
    ("Syria", "SY", 33, 37, 36, 42), ("Ethiopia", "ET", 5, 14, 35, 43), ("Nigeria", "NG", 5, 13, 4, 14),
    ("Democratic Republic of the Congo", "CD", -8, 4, 17, 30), ("Yemen", "YE", 13, 17, 43, 51),
    ("Pakistan", "PK", 25, 35, 63, 73), ("Somalia", "SO", 0, 11, 42, 50), ("Mali", "ML", 11, 19, -10, 3),
    ("Colombia", "CO", -2, 10, -78, -69),
)  # fmt: skip
REGIONS, TOWNS = 16, 80  # of a country, of a region: about as many places as lists of real events have
MEANS: tuple[Means, ...] = ("airstrike", "drone", "missile", "shelling", "small_arms", "explosive")
PARTS: tuple[Attribute, ...] = ("children", "women", "medical", "police")
KIND_WORDS: dict[GroupKind, str] = {"civilian": "civilians", "military": "soldiers", "unknown": "people"}


class Town(NamedTuple):
    """A settlement with its region, both as a place of a claim; its governor and its hospital."""

    name: str
    lat: float | None
    lon: float | None
    region: str
    middle: tuple[float, float]
    country: int
    governor: str


class Speaker(NamedTuple):
    """A source of one incident and its figures by day: (days after, killed, wounded, the words of the bound)."""

    text: str
    kind: SourceKind
    side: str | None
    figures: tuple[tuple[int, int, int, str], ...]


class Happening(NamedTuple):
    """A made incident: what the reports draw on."""

    truth: int
    town: Town
    day: int
    means: Means
    kind: GroupKind
    state: str
    attacker: str
    speakers: tuple[Speaker, ...]
    part: Attribute
    share: float


class Made(NamedTuple):
    """Records, and for each of their claims in order the incident that it is about."""

    records: list[Record]
    truth: list[int]


class World:
    """Countries, regions, towns, people and publishers: the same for one seed at every size."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(f"world {seed}")
        self._taken: set[str] = set()
        self.publishers = [f"{self._name(rng)} {rng.choice(('Courier', 'Herald', 'Post'))}" for _ in range(300)]
        self.groups = [f"{self._name(rng)} Front" for _ in COUNTRIES]
        self.towns: list[list[Town]] = []
        self.weights: list[list[float]] = []
        for k, (_, _, south, north, west, east) in enumerate(COUNTRIES):
            towns, weights = [], []
            for r in range(REGIONS):
                lat, lon = rng.uniform(south, north), rng.uniform(west, east)
                region = f"{self._name(rng)} Region"
                governor = f"{self._name(rng)} {self._name(rng)}"
                for t in range(TOWNS):
                    known = rng.random() < 0.95
                    x, y = round(lat + rng.uniform(-0.9, 0.9), 4), round(lon + rng.uniform(-0.9, 0.9), 4)
                    spot = (x, y) if known else (None, None)
                    towns.append(Town(self._name(rng), *spot, region, (lat, lon), k, governor))
                    weights.append(1 / ((r + 2) * (t + 6)))
            self.towns.append(towns)
            self.weights.append(weights)

    def _name(self, rng: random.Random) -> str:
        while True:
            name = "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") + rng.choice("nrls") for _ in range(3))
            if name not in self._taken:
                self._taken.add(name)
                return name.capitalize()


class Maker:
    """Reports on incidents, day by day, until there are claims enough."""

    def __init__(self, claims: int, seed: int) -> None:
        self.size = claims
        self.rng = random.Random(f"claims {seed}")
        self.world = World(seed)
        self.records: list[Record] = []
        self.truth: list[int] = []
        self.next_truth = 0
        self.recent: list[deque[Happening]] = [deque(maxlen=400) for _ in COUNTRIES]

    def make(self) -> Made:
        """All records; the last report is cut where the number of claims is reached."""
        rng = self.rng
        while len(self.truth) < self.size:
            day = len(self.truth) * DAYS // self.size
            country = rng.choices(range(len(COUNTRIES)), [1 / (k + 2) for k in range(len(COUNTRIES))])[0]
            town = rng.choices(self.world.towns[country], self.world.weights[country])[0]
            told = [self._happening(town, day)]
            if rng.random() < 0.04:
                told.append(self._happening(town, day, told[0].means))
            for what in told:
                for _ in range(min(12, 1 + int(rng.expovariate(1 / 2.6)))):
                    if len(self.truth) < self.size:
                        self._report(what, [t for t in told if t is not what])
            self.recent[country].extend(told)
        return Made(self.records, self.truth)

    def _new(self) -> int:
        self.next_truth += 1
        return self.next_truth

    def _happening(self, town: Town, day: int, other: Means | None = None) -> Happening:
        rng = self.rng
        state = COUNTRIES[town.country][0]
        killed = max(1, int(rng.lognormvariate(2.2, 1.0)))
        wounded = int(killed * rng.uniform(0.5, 3.0))
        kind: GroupKind = rng.choices(("civilian", "military", "unknown"), (0.55, 0.2, 0.25))[0]
        front = self.world.groups[town.country]
        attacker = front if kind == "military" or rng.random() < 0.4 else state
        all_speakers: list[tuple[str, SourceKind, str | None, float]] = [
            (f"{state}'s Health Ministry", "government", state, 1.0),
            (f"{town.name} Hospital", "health", None, 0.9),
            (f"{state}'s army", "military", state, 1.0),
            (town.governor, "official", state, 1.0),
            (front, "armed_group", None, 2.0),
            ("witnesses", "witness", None, 1.2),
            ("an official", "anonymous", state, 1.0),
            (f"{town.name} police", "official", state, 1.0),
        ]
        speakers = []
        for text, source, side, bias in rng.sample(all_speakers, rng.choice((1, 2, 2, 3, 4))):
            first = rng.uniform(0.5, 1.0) * bias
            bound = rng.choices(("", "at least ", "about "), (0.6, 0.3, 0.1))[0]
            figures = [(0, max(1, int(killed * first)), int(wounded * first), bound)]
            if rng.random() < 0.4:
                figures.append((rng.choice((1, 2)), max(1, int(killed * bias)), int(wounded * bias), bound))
            speakers.append(Speaker(text, source, side, tuple(figures)))
        means = rng.choice([m for m in MEANS if m != other])
        share = rng.uniform(0.1, 0.5)
        return Happening(
            self._new(), town, day, means, kind, state, attacker, tuple(speakers), rng.choice(PARTS), share
        )

    def _report(self, what: Happening, twins: Sequence[Happening]) -> None:
        rng = self.rng
        offset = rng.choices((0, 1, 2, 3, 5), (0.45, 0.33, 0.12, 0.06, 0.04))[0]
        paper = _Paper(self, f"r{len(self.records):07d}", what.day + offset)
        told = rng.sample(what.speakers, min(len(what.speakers), rng.choice((1, 1, 2, 3))))
        if rng.random() < 0.5:
            paper.tell(what, told[0], own_voice=True)
        for speaker in told:
            paper.tell(what, speaker, own_voice=rng.random() < 0.12)
        others = self.recent[what.town.country]
        today = [h for h in (*others,)[-6:] if abs(h.day - what.day) <= 1]
        if twins and rng.random() < 0.3:
            paper.tell(twins[0], twins[0].speakers[0], own_voice=True)
        elif today and rng.random() < 0.08:
            paper.tell(today[0], today[0].speakers[0], own_voice=rng.random() < 0.5)
        if others and rng.random() < 0.06:
            old = rng.choice(others)
            if old.day < what.day - 14:
                paper.tell(old, old.speakers[0], own_voice=rng.random() < 0.7, background=True)
        if rng.random() < 0.05:
            paper.total(what)
        claims = paper.claims[: self.size - len(self.truth)]
        self.truth += paper.truth[: len(claims)]
        publisher = rng.choice(self.world.publishers)
        self.records.append(
            Record(
                report=ReportInfo(
                    id=paper.id, publisher=publisher, published=_iso(paper.day), sha256=f"{len(self.records):064x}"
                ),
                statements=tuple(paper.statements),
                claims=tuple(claims),
            )
        )


class _Paper:
    """One report while it is made."""

    def __init__(self, maker: Maker, name: str, day: int) -> None:
        self.maker, self.rng, self.id, self.day = maker, maker.rng, name, day
        self.claims: list[Claim] = []
        self.truth: list[int] = []
        self.statements: list[Statement] = []
        self.at = 0  # the next offset in the text that is not there
        self.means_told = self.rng.random() < 0.6
        self.by_told = self.rng.random() < 0.4

    def tell(self, what: Happening, speaker: Speaker, own_voice: bool, background: bool = False) -> None:
        """What one speaker counts: killed, most often wounded too, and now and then a part of the killed."""
        rng = self.rng
        known = [f for f in speaker.figures if what.day + f[0] <= self.day] or list(speaker.figures[:1])
        _, killed, wounded, bound = known[-1]
        bound = "" if own_voice and rng.random() < 0.4 else bound
        statement = None if own_voice else self._statement(speaker)
        self.at += 300
        outcome: Outcome = "casualties" if rng.random() < 0.04 else "killed"
        told_as: ToldAs = "raised" if len(known) > 1 and rng.random() < 0.2 else "figure"
        whole = self._claim(what, statement, (outcome, killed, bound), told_as=told_as)
        if background:
            return
        if len(known) > 1 and rng.random() < 0.3:
            self._claim(what, statement, (outcome, known[0][1], ""), told_as="earlier")
        if killed > 3 and rng.random() < 0.2:
            part = max(1, int(killed * what.share))
            self._claim(what, statement, (outcome, part, ""), part_of=whole)
        if wounded and rng.random() < 0.55:
            self._claim(what, statement, ("wounded", wounded, bound))
        if rng.random() < 0.05:
            self._claim(what, statement, ("missing", 1 + killed // 3, ""))

    def total(self, what: Happening) -> None:
        """A running total since a day, told with the incident."""
        since = max(0, what.day - self.rng.choice((30, 60, 90)))
        self.at += 400
        count = 100 + self.rng.randrange(5000)
        interval = Interval(start=_iso(since), end=_iso(self.day))
        claim = self._made(what, None, (self._outcome(), count, "more than "), interval, "cumulative")
        self._add(claim, self.maker._new())

    def _outcome(self) -> Outcome:
        return "killed" if self.rng.random() < 0.8 else "wounded"

    def _statement(self, speaker: Speaker) -> str:
        name = f"s{len(self.statements) + 1}"
        at, text = self.at + 100, speaker.text
        source = Source(start=at, end=at + len(text), text=text, name=text, kind=speaker.kind, affiliation=speaker.side)
        cue = Span(start=at + 90, end=at + 94, text="said")
        self.statements.append(
            Statement(id=name, source=source, cue=cue, content=(), mode="indirect", stance="asserts")
        )
        return name

    def _claim(
        self, what: Happening, statement: str | None, figure: tuple[Outcome, int, str], told_as: ToldAs = "figure",
        part_of: str | None = None,
    ) -> str:  # fmt: skip
        rng = self.rng
        draw = rng.random()
        off = 0 if draw > 0.05 else rng.choice((-1, 1)) if draw > 0.01 else rng.choice((-3, -2, 2, 3))
        day = _iso(what.day + off)
        interval = None if rng.random() < 0.08 else Interval(start=day, end=day)
        claim = self._made(what, statement, figure, interval, "incident")
        if part_of is not None:
            g = Group(text=what.part, kind=claim.group.kind, attributes=(what.part,))
            claim = _with(claim, group=g, part_of=part_of)
        self._add(_with(claim, told_as=told_as), what.truth)
        return claim.id

    def _add(self, claim: Claim, truth: int) -> None:
        self.claims.append(claim)
        self.truth.append(truth)

    def _made(
        self, what: Happening, statement: str | None, figure: tuple[Outcome, int, str], interval: Interval | None,
        scope: Scope,
    ) -> Claim:  # fmt: skip
        rng = self.rng
        outcome, count, bound = figure
        start = self.at
        self.at += 40
        low = count + 1 if bound == "more than " else count
        high = None if bound in ("at least ", "more than ") else count
        text = f"{bound}{count}"
        quantity = Quantity(
            start=start, end=start + len(text), text=text, low=low, high=high, approximate=bound == "about "
        )
        kind = what.kind if rng.random() < 0.7 else "unknown"
        attacker = None
        if self.by_told and rng.random() < 0.8:
            side = what.attacker if what.attacker == what.state else None
            attacker = Attacker(start=start, end=start, text=what.attacker, affiliation=side)
        return Claim(
            id=f"c{len(self.claims) + 1}", statement=statement, quantity=quantity, outcome=outcome,
            group=Group(
                start=start, end=start, text=KIND_WORDS[kind], kind=kind,
                affiliation=what.state if rng.random() < 0.3 else None,
            ),
            attacker=attacker,
            means=what.means if self.means_told and rng.random() < 0.75 else None,
            places=self._places(what.town, scope), time=interval, scope=scope,
        )  # fmt: skip

    def _places(self, town: Town, scope: Scope) -> tuple[Place, ...]:
        draw = self.rng.random()
        if draw < 0.05:
            return ()
        lat, lon = town.middle
        state, code, south, north, west, east = COUNTRIES[town.country]
        if draw < 0.07 or (scope == "cumulative" and draw < 0.6):
            middle = (south + north) / 2, (west + east) / 2
            return (_place(state, code, *middle, "country"),)
        region = _place(town.region, code, lat, lon, "region")
        if draw < 0.15 or scope == "cumulative":
            return (region,)
        code_told = code if town.lat is not None else None
        settlement = _place(town.name, code_told, town.lat, town.lon, "settlement")
        return (settlement, region) if draw < 0.5 else (settlement,)


def _place(name: str, code: str | None, lat: float | None, lon: float | None, precision: Any) -> Place:
    return Place(start=0, end=len(name), text=name, name=name, country=code, lat=lat, lon=lon, precision=precision)


def _with(claim: Claim, **changes: Any) -> Claim:
    values = {k: getattr(claim, k) for k in claim.__struct_fields__}
    return Claim(**{**values, **changes})


def _iso(number: int) -> str:
    return (FIRST_DAY + timedelta(days=number)).isoformat()


def make(claims: int, seed: int = 1) -> Made:
    """So many made claims in their reports."""
    return Maker(claims, seed).make()
