"""Place names in parsed sentences: which words name a place, what kind they say it is, and what contains what.

No gazetteer decides here what is a place; a name in a place's position is one ("in X", "the village of X", "X region"),
so that a village in no gazetteer is kept. A gazetteer's word is asked only for positions that people share with places.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, cast

import msgspec

from counterclaim.parse import Sentence, Token

Kind = Literal["region", "district", "settlement", "country", ""]


class Toponym(msgspec.Struct, frozen=True, gc=False):
    """A place name; ``tokens`` are the first and last index in the sentence, ``prep`` the preposition before it."""

    sentence: int
    first: int
    last: int
    start: int
    end: int
    text: str
    hint: Kind
    prep: str
    within: tuple[int, ...] = ()
    goal: bool = False  # whither somebody was taken or went
    heading: bool = False


class PlaceLexicon(msgspec.Struct, frozen=True):
    """The place words, compiled."""

    kinds: Mapping[str, Kind]
    at: frozenset[str]
    also: frozenset[str]
    toward: frozenset[str]
    moved: frozenset[str]
    never: frozenset[str]
    directions: frozenset[str]
    buildings: frozenset[str]


def load_lexicon(data: Any) -> PlaceLexicon:
    """Compile ``places.yaml``."""
    kinds = {w: cast(Kind, k) for k, words in data["kinds"].items() for w in words}
    return PlaceLexicon(
        kinds=kinds, at=frozenset(data["at"]), also=frozenset(data["also"]), toward=frozenset(data["toward"]), moved=frozenset(data["moved"]),
        never=frozenset(data["not_places"]), directions=frozenset(data["directions"]), buildings=frozenset(data["buildings"]),
    )  # fmt: skip


def _nameable(token: Token, lex: PlaceLexicon) -> bool:
    if token.name:
        return token.name in ("state", "capital")
    return token.tag in ("NNP", "NNPS") and token.text[:1].isupper() and token.lower not in lex.never and any(c.isalpha() for c in token.text)


def _runs(s: Sentence, lex: PlaceLexicon) -> list[tuple[int, int]]:
    """Maximal runs of name words, (first, last)."""
    out, i, tokens = [], 0, s.tokens
    while i < len(tokens):
        if not _nameable(tokens[i], lex):
            i += 1
            continue
        j = i
        while j + 1 < len(tokens) and not tokens[i].name:
            nxt = tokens[j + 1]
            if nxt.name or not (_nameable(nxt, lex) or (nxt.text in ("-", "'", "’") and j + 2 < len(tokens) and _nameable(tokens[j + 2], lex) and tokens[j + 2].start == nxt.end)):
                break
            if nxt.lower in lex.kinds and nxt.text.islower():
                break
            j += 1
        out.append((i, j))
        i = j + 1
    return out


def find(
    text: str, sentences: Sequence[Sentence], lex: PlaceLexicon, known: Callable[[str], bool], persons: Mapping[str, str]
) -> tuple[Toponym, ...]:
    """Place names in order. ``known`` tells whether the gazetteer holds a name, ``persons`` the report's personal names."""
    out: list[Toponym] = []
    for s in sentences:
        if len(s.tokens) > 400:
            continue
        here: list[Toponym] = []
        for a, b in _runs(s, lex):
            made = _toponym(text, s, (a, b), lex, known, persons, here)
            if made:
                here.append(made)
        out.extend(_contained(s, here, len(out)))
    return tuple(out)


def _toponym(  # noqa: PLR0913, PLR0917
    text: str, s: Sentence, run: tuple[int, int], lex: PlaceLexicon, known: Callable[[str], bool], persons: Mapping[str, str], before: Sequence[Toponym]
) -> Toponym | None:
    tokens = s.tokens
    a, b = run
    while b > a and tokens[b].lower in lex.kinds:
        b -= 1
    hint: Kind = ""
    after = tokens[b + 1] if b + 1 < len(tokens) else None
    if after and after.lower in lex.kinds:
        hint = lex.kinds[after.lower]
    if after and after.lower in lex.buildings:
        return None
    k = a - 1
    while k >= 0 and (tokens[k].lower in lex.directions or tokens[k].tag in ("DT", "POS", "JJ", "JJS", "CD", "RB", "HYPH") or tokens[k].text == "-") and a - k <= 5:
        if tokens[k].tag == "POS" and k > 0 and tokens[k - 1].name in ("state", "capital"):
            k -= 2
            continue
        k -= 1
    lead = tokens[k] if k >= 0 else None
    if lead and lead.lower in lex.kinds and not hint:
        hint = lex.kinds[lead.lower]
        k -= 1
        while k >= 0 and tokens[k].tag in ("DT", "JJ"):
            k -= 1
        lead = tokens[k] if k >= 0 else None
    if lead and lead.lower == "of" and k > 0 and tokens[k - 1].lower in lex.kinds:
        hint = hint or lex.kinds[tokens[k - 1].lower]
        m = k - 2
        while m >= 0 and tokens[m].tag in ("DT", "JJ", "CD") or m >= 0 and tokens[m].text.isdigit():
            m -= 1
        lead, k = (tokens[m] if m >= 0 else None), m
        of_kind = True
    else:
        of_kind = False
    name = text[tokens[a].start : tokens[b].end]
    first = tokens[a]
    if first.name == "state":
        hint = hint or "country"
    prep = lead.lower if lead is not None and lead.tag in ("IN", "TO", "RP", "RB") else ""
    listed = _listed(s, a, before)
    heading = len(tokens) <= 6 and a <= 1 and b >= len(tokens) - 2 and s.tokens[0].start == s.start
    ok = bool(hint and hint != "country") or of_kind or heading and known(name)
    if not ok and prep in lex.at:
        ok = first.name != "" or not _person(name, first, persons) or known(name)
    if not ok and prep in lex.also:
        ok = first.name == "state" or (known(name) and not _person(name, first, persons))
    if not ok and listed is not None:
        ok = not _person(name, first, persons) or known(name)
        prep = prep or listed.prep
    if not ok and after and after.tag == "POS" and first.name == "state" and any(t.lower in lex.kinds for t in tokens[b + 2 : b + 6]):
        ok, prep = True, prep or "in"
    if not ok and after and after.text == "," and known(name) and first.name == "" and tokens[a].dep in ("nsubj", "appos", "pobj", "npadvmod") and not _person(name, first, persons) and b + 2 < len(tokens) and (tokens[b + 2].lower in ("in", "near") or tokens[b + 2].name == "state"):
        ok = True
    if not ok:
        return None
    goal = prep in lex.toward and _moves(s, a, lex)
    return Toponym(s.index, a, b, tokens[a].start, tokens[b].end, name, hint, prep, (), goal, heading)


def _person(name: str, first: Token, persons: Mapping[str, str]) -> bool:
    return not first.name and any(part in persons and persons[part] != name for part in name.split()) or name in persons.values()


def _listed(s: Sentence, a: int, before: Sequence[Toponym]) -> Toponym | None:
    """The place just before in a list or a chain: "Plekhovo, Vorozhba and Martynovka", "Kotzebue, in Alaska"."""
    if not before:
        return None
    last = before[-1]
    between = s.tokens[last.last + 1 : a]
    words = [t.lower for t in between if t.tag not in ("DT", "POS")]
    if words in ([","], ["and"], [",", "and"], ["or"], [",", "or"], ["/"], ["("]) or (len(words) == 2 and words[0] in (",", "and") and words[1] in ("northern", "southern", "eastern", "western", "central", "near")):
        return last
    return None


def _moves(s: Sentence, a: int, lex: PlaceLexicon) -> bool:
    """The place hangs on a verb of moving somebody."""
    k = a
    for _ in range(6):
        head = s.tokens[k].head
        if head == k:
            return False
        k = head
        if s.tokens[k].tag[:1] == "V":
            return s.tokens[k].lower in lex.moved
    return False


def _contained(s: Sentence, here: list[Toponym], base: int) -> list[Toponym]:
    """Which place of a sentence holds which: "X in Y", "X, Y", "Y's X region"."""
    order = {"settlement": 0, "": 1, "district": 2, "region": 3, "country": 4}
    out = []
    for i, t in enumerate(here):
        within: list[int] = []
        for j, other in enumerate(here):
            if i == j or order[other.hint] < order[t.hint] or (order[other.hint] == order[t.hint] and t.hint != ""):
                continue
            if j > i:
                between = [x.lower for x in s.tokens[t.last + 1 : other.first]]
                tight = len(between) <= 7 and all(x in (",", "in", "of", "the", "and", "region", "district", "'s", "western", "eastern", "northern", "southern", "central", "township", "village", "town", "city", "camp", "near", "(", "a", "province", "oblast", "territory", "department") or any(o.first <= t.last + 1 + n <= o.last for o in here) for n, x in enumerate(between))
                joined = any(x in ("in", "of") for x in between) or between == [","] or between == ["("]
                listed = "and" in between and not joined
                if tight and joined and not listed or (tight and other.hint in ("region", "country", "district") and any(x in ("in", "of", ",") for x in between)):
                    within.append(base + j)
            elif s.tokens[min(other.last + 1, len(s.tokens) - 1)].tag == "POS" and t.first - other.last <= 5:
                within.append(base + j)
        out.append(msgspec.structs.replace(t, within=tuple(within)))
    return out
