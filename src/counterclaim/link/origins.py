"""One origin under many names: voices of all reports joined by what is known and by the reports' own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from counterclaim.link.facts import Fact, fold
from counterclaim.link.speakers import SpeakerWords, Voice
from counterclaim.records import Speaker

_PER_REPORT = frozenset({"anonymous", "document"})  # an origin of its own in each report


class Union:
    """Sets that only grow together; the smallest member stands for its set, so the order of joining is no matter."""

    def __init__(self) -> None:
        self._up: dict[int, int] = {}  # filled on demand: most sets have one member

    def find(self, a: int) -> int:
        """The member that stands for the set of ``a``."""
        up = self._up
        while (over := up.get(a, a)) != a:
            up[a] = up.get(over, over)
            a = over
        return a

    def join(self, a: int, b: int) -> bool:
        """Make two sets one; False where they are one already."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return False
        self._up[max(a, b)] = min(a, b)
        return True


class Origins(msgspec.Struct, frozen=True):
    """``of[n]`` is the origin of fact n, a position in ``speakers``; ``national`` the origins that speak for a state
    or its forces, with the state's affiliation."""

    of: tuple[int, ...]
    speakers: tuple[Speaker, ...]
    national: dict[int, str]
    state: frozenset[int]
    anonymous: frozenset[int]
    publishers: frozenset[int]


def identify(facts: Sequence[Fact], words: SpeakerWords) -> Origins:
    """The origin of each fact. The same set of facts gives the same origins, in whatever order they come."""
    voices = {voice_key(f): f.voice for f in facts}
    keys = sorted(voices)
    order = [voices[k] for k in keys]
    at = {k: i for i, k in enumerate(keys)}
    union = Union()
    reasons: dict[int, set[str]] = {}

    def join(a: int, b: int, why: str) -> None:
        if union.join(a, b):
            reasons.setdefault(a, set()).add(why)

    _by_actor(order, join)
    _by_office(order, join)
    _by_person(order, join)
    _by_words(order, join, words)
    roots = sorted({union.find(i) for i in range(len(order))})
    place = {r: k for k, r in enumerate(roots)}
    members: dict[int, list[int]] = {}
    for i in range(len(order)):
        members.setdefault(place[union.find(i)], []).append(i)
    speakers = tuple(
        _speaker(k, [order[i] for i in m], sorted({w for i in m for w in reasons.get(i, ())}))
        for k, m in sorted(members.items())
    )
    speakers = _distinct(speakers)
    levels = {k: {order[i].level for i in m} for k, m in members.items()}
    national = {
        k: next(order[i].side or "" for i in m if order[i].national)
        for k, m in members.items()
        if any(order[i].national for i in m)
    }
    return Origins(
        of=tuple(place[union.find(at[voice_key(f)])] for f in facts),
        speakers=speakers,
        national=national,
        state=frozenset(k for k, found in levels.items() if "state" in found),
        anonymous=frozenset(k for k, found in levels.items() if found == {"anonymous"}),
        publishers=frozenset(k for k, found in levels.items() if found & {"publisher", "medium"}),
    )


def voice_key(f: Fact) -> str:
    """What makes two voices the same before anything is compared."""
    v = f.voice
    where = v.anonymous_in if v.level in _PER_REPORT else ""
    own = " ".join(sorted(v.words))
    return "|".join((v.level, str(v.national), where, v.actor, fold(v.name), v.side or "", own, v.person))


def _by_actor(voices: Sequence[Voice], join: Callable[[int, int, str], None]) -> None:
    first: dict[str, int] = {}
    for i, v in enumerate(voices):
        if v.actor:
            if v.actor in first:
                join(first[v.actor], i, f"both are {v.actor}")
            first.setdefault(v.actor, i)


def _by_office(voices: Sequence[Voice], join: Callable[[int, int, str], None]) -> None:
    """An office named without its state ("Ministry of Health") where the case knows it of one state only."""
    of: dict[str, dict[str, int]] = {}
    for i, v in enumerate(voices):
        if v.office and v.actor:
            of.setdefault(v.office, {}).setdefault(v.actor, i)
    for i, v in enumerate(voices):
        known = of.get(v.office, {}) if v.office and not v.actor else {}
        if len(known) == 1:
            join(next(iter(known.values())), i, f"the only {v.office} of the case")


def _by_person(voices: Sequence[Voice], join: Callable[[int, int, str], None]) -> None:
    """The same surname, and first names that begin alike where both are told."""
    first: dict[str, list[tuple[int, list[str]]]] = {}
    for i, v in enumerate(voices):
        name = fold(v.person).split() if v.person else []
        if not name and v.level in ("body", "person") and not v.actor:
            bare = fold(v.name).split()
            name = bare if len(bare) == 1 and v.name[:1].isupper() else []
        if not name:
            continue
        for j, other in first.setdefault(name[-1], []):
            within = set(name) <= set(other) or set(other) <= set(name)  # a rank before the name
            if within or len(name) == 1 or len(other) == 1 or name[0][0] == other[0][0]:
                join(j, i, f"one person: {v.name}")
                break
        first[name[-1]].append((i, name))


def _by_words(voices: Sequence[Voice], join: Callable[[int, int, str], None], words: SpeakerWords) -> None:
    """Bodies without a known actor: the same words, or all words of the one in the other's."""
    general = words.of_state_words | words.forces_words | words.general
    nouns = general | words.bodies
    bodies: list[tuple[frozenset[str], int]] = []
    for i, v in enumerate(voices):
        if v.level in ("anonymous", "publisher", "document") or (v.actor and v.level != "self"):
            continue
        own = v.words - frozenset(v.person.casefold().split())
        own = own if v.level != "common" else v.words
        if own:
            bodies.append((own, i))
    by_word: dict[str, list[int]] = {}
    for k, (own, _) in enumerate(bodies):
        for w in own:
            by_word.setdefault(w, []).append(k)
    for own, i in bodies:
        near = min((by_word[w] for w in own), key=len)
        for k in near:
            other, j = bodies[k]
            same_side = not (voices[i].side and voices[j].side) or voices[i].side == voices[j].side
            alike = own == other or (own <= other and own & nouns)  # a town's name makes no two of its bodies one
            if j != i and alike and same_side and not own <= general:
                join(min(i, j), max(i, j), f"one body: {' '.join(sorted(own))}")


def _distinct(speakers: Sequence[Speaker]) -> tuple[Speaker, ...]:
    """Two unnamed officials of one description are two origins, and must not look like one."""
    seen: dict[str, int] = {}
    out = []
    for s in speakers:
        seen[s.name] = seen.get(s.name, 0) + 1
        out.append(s if seen[s.name] == 1 else msgspec.structs.replace(s, name=f"{s.name} ({seen[s.name]})"))
    return tuple(out)


def _speaker(k: int, voices: Iterable[Voice], reasons: Sequence[str]) -> Speaker:
    voices = sorted(voices, key=lambda v: (v.level == "person", -len(v.name), v.name))
    best = next((v for v in voices if v.kind != "other"), voices[0])
    sides = sorted({v.side for v in voices if v.side})
    return Speaker(
        id=f"o{k + 1}", name=voices[0].name, kind=best.kind, affiliation=sides[0] if sides else None,
        names=tuple(sorted({v.name for v in voices})), reasons=tuple(reasons),
    )  # fmt: skip
