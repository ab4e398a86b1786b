"""The parties of one report: who is named most, whose country it is about, and who stands on which side of a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from counterclaim.knowledge import ActorIndex
from counterclaim.parse import Sentence
from counterclaim.records import Source

_OFFICIAL = frozenset({"military", "government", "official"})


class Sides(NamedTuple):
    """What the report tells of the parties around a count, or None: the country whose own soldiers its speaker counts,
    that party's enemy, and the country where it happened."""

    own: str | None = None
    enemy: str | None = None
    home: str | None = None
    speaks_for: bool = False  # the speaker is an army, and has not done it itself


class Parties:
    """The parties that a report names. ``publisher`` is asked for a country's name: "Radio Free X"."""

    def __init__(self, sentences: Sequence[Sentence], index: ActorIndex, publisher: str | None) -> None:
        self.index = index
        named: Counter[str] = Counter()
        states: Counter[str] = Counter()
        for s in sentences:
            for t in s.tokens:
                actor = index.by_id[t.actor] if t.actor else None
                if actor is None or not actor.affiliation or t.name == "media":
                    continue
                named[actor.affiliation] += 1
                if t.name in ("state", "adjective", "capital", "people") and actor.type == "state":
                    states[actor.affiliation] += 1
        self.ranked = [name for name, _ in named.most_common()]
        self.states = frozenset(states)
        first = states.most_common(2)
        clear = len(first) == 1 or (len(first) == 2 and first[0][1] >= 2 * first[1][1])
        self.home = first[0][0] if clear else None
        self.publisher = self._of_publisher(publisher or "")

    def _of_publisher(self, publisher: str) -> str | None:
        words = publisher.split()
        for size in (3, 2, 1):
            for k in range(len(words) - size + 1):
                found = self.index.forms.get(" ".join(words[k : k + size]))
                if found is not None and found[0] in ("state", "adjective"):
                    return self.index.by_id[found[1]].affiliation
        return None

    def sides(self, source: Source | None, country: str | None) -> Sides:
        """The sides of a count told by ``source`` (None: the publisher) that happened in ``country`` (ISO 3166-1)."""
        own = source.affiliation if source and source.kind in _OFFICIAL else None
        own = own if own in self.states else None
        if source is None:
            own = self.publisher
        state = self.index.state_of.get(country) if country else None
        place = self.index.by_id[state].affiliation if state else None
        side = own or (source.affiliation if source else None)
        others = [name for name in self.ranked if name != side]
        enemy = others[0] if side and others else None
        return Sides(
            own, enemy, place or self.home, source is not None and source.kind == "military" and own is not None
        )
