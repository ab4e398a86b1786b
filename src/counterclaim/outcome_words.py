"""The outcome words, compiled from ``lexicons/en/claims.yaml`` and the person words of ``groups.yaml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from counterclaim.records import Outcome
from counterclaim.words import form_table, plural


class Complement(msgspec.Struct, frozen=True):
    """A verb with one of ``words`` below it tells ``outcome``; with ``preps`` it must stand after one of those."""

    words: frozenset[str]
    outcome: Outcome
    preps: frozenset[str]


class ClaimLexicon(msgspec.Struct, frozen=True):
    """The outcome words: ``verbs`` maps every form of a verb to its base; ``claims.yaml`` describes the others."""

    verbs: Mapping[str, str]
    by_object: Mapping[str, Outcome]
    by_subject: Mapping[str, Outcome]
    needs: Mapping[str, frozenset[str]]
    person_needed: frozenset[str]
    soldiers_only: frozenset[str]
    phrases: tuple[tuple[str, frozenset[str], Outcome], ...]
    complements: Mapping[str, tuple[Complement, ...]]
    nouns: Mapping[str, Outcome]
    tolls: Mapping[str, Outcome]
    counters: frozenset[str]
    adjectives: Mapping[str, Outcome]
    carriers: frozenset[str]
    losing: frozenset[str]
    paying: frozenset[str]
    including: frozenset[str]
    not_people: frozenset[str]
    households: frozenset[str]
    breaking: frozenset[str]
    wounds: frozenset[str]
    nonviolent: frozenset[str]
    violent: frozenset[str]
    attacking: frozenset[str]
    finding: frozenset[str]
    refuges: frozenset[str]
    verifying: frozenset[str]
    wards: Mapping[str, Outcome]
    forces: frozenset[str]
    hostages: frozenset[str]
    held: frozenset[str]
    taken_as: frozenset[str]
    lives: frozenset[str]
    fielded: frozenset[str]
    formations: frozenset[str]
    skipped: frozenset[str]
    at_home: frozenset[str]
    intent: frozenset[str]
    figured: frozenset[str]
    rising: frozenset[str]
    arriving: frozenset[str]
    joined_nouns: frozenset[str]
    amounts: frozenset[str]
    holding: tuple[tuple[Outcome, frozenset[str]], ...]
    person_kind: Mapping[str, str]
    person_endings: tuple[str, ...]

    def kind(self, word: str) -> str | None:
        """The kind of person a lower-cased noun names, or None: a listed word, or one with a person's ending."""
        known = self.person_kind.get(word)
        if known is None and len(word) > 6 and word.endswith(self.person_endings) and word not in self.not_people:
            return "unknown"
        return known


def _words_for_persons(data: Any, groups: Any) -> dict[str, str]:
    persons: dict[str, str] = {}
    for kind, words in [*groups["kinds"].items(), *data["persons"].items()]:
        for word in words:
            persons.setdefault(word, kind)
            persons.setdefault(plural(word), kind)
    return persons | dict(data["person_plurals"])


def load_lexicon(data: Any, groups: Any, irregular: Mapping[str, Sequence[str]]) -> ClaimLexicon:
    """Compile ``claims.yaml`` (``data``) and the person words of ``groups.yaml``; ``irregular``: see ``verbs.yaml``."""
    by_object = {v: o for o, ways in data["verbs"].items() for v in ways["object"]}
    by_subject = {v: o for o, ways in data["verbs"].items() for v in ways["subject"]}
    complements: dict[str, list[Complement]] = {}
    for entry in data["complements"]:
        one = Complement(frozenset(entry["word"]), entry["outcome"], frozenset(entry.get("after", ())))
        complements.setdefault(entry["verb"], []).append(one)
    phrases = tuple((p["verb"], frozenset(p["object"]), p["outcome"]) for p in data["phrases"])
    sets = {k: frozenset(data[k]) for k in (
        "person_needed", "soldiers_only", "counters", "carriers", "losing", "paying", "including", "not_people",
        "households", "breaking", "wounds", "nonviolent", "violent", "attacking", "forces", "finding",
        "refuges", "verifying", "hostages", "held", "taken_as", "lives", "fielded", "formations", "skipped", "at_home",
        "intent", "figured", "rising", "arriving", "joined_nouns", "amounts",
    )}  # fmt: skip
    bases = [*by_object, *by_subject, *complements, *(p[0] for p in phrases), *data["carriers"], *data["losing"],
             *data["paying"], *data["bearing"], *data["attacking"], *data["finding"],
             *data["other_verbs"]]  # fmt: skip
    forms = form_table(dict.fromkeys(bases), {**data["irregular"], **irregular}) | dict(data["variants"])
    return ClaimLexicon(
        verbs=forms, by_object=by_object, by_subject=by_subject,
        needs={k: frozenset(v) for k, v in data["verb_needs"].items()}, phrases=phrases,
        complements={k: tuple(v) for k, v in complements.items()},
        nouns={w: o for o, words in data["nouns"].items() for w in words}, tolls=dict(data["tolls"]),
        wards=dict(data["wards"]),
        adjectives={w: o for o, words in data["adjectives"].items() for w in words},
        holding=tuple((o, frozenset(words)) for o, words in data["holding"].items()),
        person_kind=_words_for_persons(data, groups), person_endings=tuple(data["person_endings"]), **sets,
    )  # fmt: skip
