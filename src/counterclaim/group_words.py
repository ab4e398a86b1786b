"""Words and phrases for groups of people: the lexicon of ``groups`` and ``attacks``, noun phrases and their parties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from counterclaim.knowledge import ActorIndex
from counterclaim.parse import Sentence, Token
from counterclaim.records import GroupKind, Means
from counterclaim.words import plural


class GroupLexicon(msgspec.Struct, frozen=True):
    """The group words, compiled."""

    kinds: Mapping[str, GroupKind]
    attributes: Mapping[str, frozenset[str]]
    adjectives: Mapping[str, GroupKind]
    state_soldiers: frozenset[str]
    enemy: frozenset[str]
    bodies: frozenset[str]
    means: tuple[tuple[Means, frozenset[str]], ...]
    attacks: frozenset[str]
    launched: frozenset[str]
    again: frozenset[str]
    tolled: frozenset[str]
    an_armys: frozenset[str]
    army: frozenset[str]
    civil_bodies: frozenset[str]
    under_arms: frozenset[str]
    ours: frozenset[str]
    suffering: frozenset[str]


def load_lexicon(data: Any) -> GroupLexicon:
    """Compile ``groups.yaml``."""
    kinds: dict[str, GroupKind] = {}
    for kind, words in data["kinds"].items():
        for word in words:
            kinds.setdefault(word, kind)
            kinds.setdefault(plural(word), kind)
    kinds |= {word: kind for kind, words in data["irregular"].items() for word in words}
    sets = {name: frozenset(data[name]) for name in (
        "state_soldiers", "enemy", "bodies", "attacks", "launched", "again", "tolled", "an_armys", "army",
        "civil_bodies", "under_arms", "ours", "suffering",
    )}  # fmt: skip
    return GroupLexicon(
        kinds=kinds, attributes={k: frozenset(v) for k, v in data["attributes"].items()},
        adjectives={w: k for k, words in data["kind_adjectives"].items() for w in words},
        means=tuple((k, frozenset(v)) for k, v in data["means"].items()), **sets,
    )  # fmt: skip


def phrase(sentence: Sentence, noun: int, start: int) -> list[Token]:
    """The noun phrase of those counted, from ``start`` (code point), without relative clauses and far attachments."""
    keep = [noun]
    drop: set[int] = set()
    for k in sentence.children[noun]:
        token = sentence.tokens[k]
        if token.dep in ("relcl", "acl", "punct", "cc", "conj", "appos", "advcl", "prep") and not (
            token.dep == "prep" and token.lower in ("of", "from")
        ):
            drop.update(sentence.subtree(k))
    tree = [k for k in sentence.subtree(noun) if k not in drop and sentence.tokens[k].start >= start]
    for k in (k for k in tree if k > noun):
        if k == keep[-1] + 1 and k - noun <= 8:
            keep.append(k)
    for k in range(noun - 1, -1, -1):
        token = sentence.tokens[k]
        joins = token.tag == "CC" and k > 0 and (sentence.tokens[k - 1].tag == "JJ" or sentence.tokens[k - 1].name)
        if token.start < start or (
            token.tag not in ("JJ", "NN", "NNP", "NNPS", "NNS", "VBN", "POS", "HYPH", "VBG")
            and not token.name
            and not joins
        ):
            break
        keep.insert(0, k)
    return [sentence.tokens[k] for k in keep]


def party(tokens: Sequence[Token], index: ActorIndex) -> str | None:
    """The affiliation(s) that names among the tokens tell, joined by ", " where they differ."""
    out: list[str] = []
    for token in tokens:
        actor = index.by_id.get(token.actor) if token.actor else None
        if actor is None or token.name in ("media", "capital"):
            continue
        name = actor.affiliation or (actor.name if actor.type == "armed_group" else None)
        if name and name not in out:
            out.append(name)
    return ", ".join(out) or None
