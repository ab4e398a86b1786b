"""What a speaker's phrase says: kind of speaker, affiliation, personal name; and where something was said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec

from counterclaim.knowledge import ActorIndex
from counterclaim.parse import Token
from counterclaim.records import SourceKind
from counterclaim.resolve.names import NameLexicon


class SpeakerWords(msgspec.Struct, frozen=True):
    """Word classes that say what kind of speaker a phrase names."""

    kinds: tuple[tuple[SourceKind, frozenset[str]], ...]
    persons: frozenset[str]
    bodies: frozenset[str]
    documents: frozenset[str]
    media: frozenset[str]
    house: frozenset[str]  # what a news house alone is called
    generic: frozenset[str]  # bodies of any kind, told of again by such a word ("the armed group")
    unnamed: tuple[str, ...]  # words that keep a speaker's name back
    collective: frozenset[str]  # persons of a word without a plural ending
    names: NameLexicon


def load_words(data: Any) -> SpeakerWords:
    """Compile the speaker classes of ``statements.yaml``."""
    speakers = data["speakers"]
    return SpeakerWords(
        kinds=tuple((k, frozenset(v)) for k, v in data["kinds"].items()),
        persons=frozenset(speakers["persons"]),
        bodies=frozenset(speakers["bodies"]),
        documents=frozenset(speakers["documents"]),
        media=frozenset(data["media_nouns"]),
        house=frozenset(data["house_nouns"]),
        generic=frozenset(data["generic_bodies"]),
        unnamed=tuple(data["unnamed"]),
        collective=frozenset(data["collective"]),
        names=NameLexicon(*(frozenset(data["names"][k]) for k in NameLexicon.__struct_fields__)),
    )


class Entity(msgspec.Struct):
    """A speaker met in the report so far."""

    name: str
    heads: set[str]
    words: set[str]
    actor: str = ""
    person: bool = False
    plural: bool = False
    kind: SourceKind = "other"
    affiliation: str | None = None


def kind_of(tokens: Sequence[Token], words: SpeakerWords, index: ActorIndex) -> tuple[SourceKind, str | None]:
    """(kind, affiliation) that the words of a phrase tell."""
    affiliation: str | None = None
    found: SourceKind | None = None
    lower = {t.lower.strip(".") for t in tokens} | {t.lower for t in tokens}
    for token in tokens:
        actor = index.by_id.get(token.actor) if token.actor else None
        if actor is None:
            continue
        if affiliation is None:
            affiliation = actor.affiliation
        if (
            token.name in ("body", "media", "people")
            and actor.type not in ("state", "territory", "people")
            and found is None
        ):
            found = actor.kind
    for kind, many in words.kinds:
        if lower & many:
            if kind in ("anonymous", "witness") or found is None:
                return kind, affiliation
            break
    if found is None:
        named = [t for t in tokens if t.name in ("state", "capital")]
        found = "government" if named and len(tokens) <= 2 else "other"
    return found, affiliation


def personal_name(tokens: Sequence[Token], words: SpeakerWords, head: Token | None = None) -> str:
    """The personal name among the tokens of a phrase, or ""; names behind a preposition are another's."""
    if head is not None and not head.name and head.tag in ("NN", "NNS") and head.lower in words.bodies:
        return ""
    names = words.names
    runs: list[list[Token]] = [[]]
    behind = False
    for t in tokens:
        if t.tag in ("IN", "TO") and t.lower not in names.particles - {"of"}:
            behind = True
        elif t.text in (",", "(", "–", "—") or t.tag in ("WP", "WDT"):
            behind = False
        run = runs[-1]
        if not behind and names.in_name(t, bool(run)) and (not run or t.start - run[-1].end <= 1):
            run.append(t)
        elif run:
            runs.append([])
    best: list[Token] = []
    for run in runs:
        kept = run
        while kept and (names.titled(kept[0].text) or kept[0].lower in names.particles or kept[0].text in ("-", ".")):
            kept = kept[1:]
        while kept and kept[-1].lower in names.particles:
            kept = kept[:-1]
        if len(kept) >= len(best) and kept and kept[-1].lower not in words.bodies:
            best = kept
    if not best or (len(best) == 1 and best[0].lower in words.persons):
        return ""
    return best[0].text + "".join((" " if b.start > a.end else "") + b.text for a, b in pairwise(best))


def channel(words: str, verb: str, table: Mapping[str, Sequence[str]], verbs: Mapping[str, str]) -> str | None:
    """Where something was said, by the words of the cue's own stretch."""
    low = f" {re.sub(r'[^a-z0-9-]+', ' ', words.casefold())} "
    for name, keys in table.items():
        for key in keys:
            if name == "X":
                if re.search(r"\b(?:on|to|via) X\b", words):
                    return name
            elif f" {key} " in low:
                return name
    return verbs.get(verb)
