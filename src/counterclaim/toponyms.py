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
    organisations: frozenset[str]
    happenings: frozenset[str]
    upon: frozenset[str]
    witnessed: frozenset[str]
    speaking_at: frozenset[str]


def load_lexicon(data: Any) -> PlaceLexicon:
    """Compile ``places.yaml``."""
    kinds = {w: cast(Kind, k) for k, words in data["kinds"].items() for w in words}
    return PlaceLexicon(
        kinds=kinds, at=frozenset(data["at"]), also=frozenset(data["also"]), toward=frozenset(data["toward"]), moved=frozenset(data["moved"]),
        never=frozenset(data["not_places"]), directions=frozenset(data["directions"]), buildings=frozenset(data["buildings"]),
        organisations=frozenset(data["organisations"]), happenings=frozenset(data["happenings"]), upon=frozenset(data["upon"]), witnessed=frozenset(data["witnessed"]), speaking_at=frozenset(data["speaking_at"]),
    )  # fmt: skip


def _nameable(token: Token, lex: PlaceLexicon, known: Callable[[str], bool] | None = None) -> bool:
    if token.name:
        return token.name in ("state", "capital") or (known is not None and token.name == "body" and token.text[:1].isupper() and known(token.text))
    return token.tag in ("NNP", "NNPS") and token.text[:1].isupper() and token.lower not in lex.never and any(c.isalpha() for c in token.text)


_FUNCTION = frozenset({"IN", "WRB", "WP", "RB", "DT", "PRP", "CC", "WDT", "TO"})
_LINKS = frozenset("of and al el de du del la le des dos".split())


def _runs(s: Sentence, lex: PlaceLexicon, known: Callable[[str], bool], text: str) -> list[tuple[int, int]]:
    """Maximal runs of name words, (first, last); over "of" and "and" where the gazetteer knows the whole."""
    out = _plain_runs(s, lex, known)
    joined: list[tuple[int, int]] = []
    for a, b in out:
        if joined:
            c, d = joined[-1]
            between = s.tokens[d + 1 : a]
            the = c > 0 and s.tokens[c - 1].lower == "the" and len(between) == 1 and between[0].lower == "of" and s.tokens[d].lower not in lex.kinds and s.tokens[d].lower not in lex.organisations
            if 1 <= len(between) <= 2 and all(t.lower in _LINKS or t.lower == "the" for t in between) and not s.tokens[c].name and (the or known(text[s.tokens[c].start : s.tokens[b].end])):
                joined[-1] = (c, b)
                continue
        joined.append((a, b))
    return joined


def text_of(tokens: Sequence[Token]) -> str:
    """The words of a short line without its closing mark."""
    return " ".join(t.text for t in tokens if t.text[:1].isalnum())


def _plain_runs(s: Sentence, lex: PlaceLexicon, known: Callable[[str], bool]) -> list[tuple[int, int]]:
    out, i, tokens = [], 0, s.tokens
    while i < len(tokens):
        alone = i == 0 and len(tokens) <= 3 and tokens[0].text[:1].isupper() and not tokens[0].name and known(text_of(tokens))
        label = alone or i == 0 and not tokens[0].name and len(tokens) > 1 and (tokens[1].text in (":", "(") or tokens[1].lower in lex.witnessed) and tokens[0].text.istitle() and tokens[0].tag not in _FUNCTION
        token = tokens[i]
        odd = i > 0 and not token.name and token.text[:1].isupper() and token.tag not in ("NNP", "NNPS") and tokens[i - 1].tag == "IN" and token.lower not in lex.never and known(token.text)
        area = token.name == "adjective" and i + 1 < len(tokens) and tokens[i + 1].lower in lex.kinds and tokens[i + 1].text.islower() and known(token.text)
        if area:
            out.append((i, i))
            i += 1
            continue
        if not (_nameable(token, lex, known) or label or odd) or (tokens[i].lower in lex.kinds and not (i + 1 < len(tokens) and _nameable(tokens[i + 1], lex))):
            i += 1
            continue
        j = i
        while j + 1 < len(tokens) and not tokens[i].name:
            nxt = tokens[j + 1]
            if nxt.name or not (_nameable(nxt, lex) or (nxt.text[:1].isupper() and nxt.text.isalpha() and nxt.lower not in lex.never) or (nxt.text in ("-", "'", "’") and j + 2 < len(tokens) and _nameable(tokens[j + 2], lex) and tokens[j + 2].start == nxt.end)):
                break
            if nxt.lower in lex.kinds and nxt.text.islower():
                break
            j += 1
        out.append((i, j))
        i = j + 1
    return out


def find(
    text: str, sentences: Sequence[Sentence], lex: PlaceLexicon, known: Callable[[str], bool], persons: Mapping[str, str], title: str = ""
) -> tuple[Toponym, ...]:
    """Place names in order. ``known`` tells whether the gazetteer holds a name, ``persons`` the report's personal names."""
    out: list[Toponym] = []
    persons = {k: v for k, v in persons.items() if not known(v)}
    for s in sentences:
        if len(s.tokens) > 400:
            continue
        here: list[Toponym] = []
        for a, b in _runs(s, lex, known, text):
            made = _toponym(text, s, (a, b), lex, known, persons, here, title.casefold())
            if made:
                here.append(made)
        out.extend(_contained(s, here, len(out)))
    return tuple(out)


def _toponym(  # noqa: PLR0913, PLR0917
    text: str, s: Sentence, run: tuple[int, int], lex: PlaceLexicon, known: Callable[[str], bool], persons: Mapping[str, str], before: Sequence[Toponym], title: str
) -> Toponym | None:
    tokens = s.tokens
    a, b = run
    while b > a and tokens[b].lower in lex.kinds:
        b -= 1
    hint: Kind = ""
    after = tokens[b + 1] if b + 1 < len(tokens) else None
    if a > 0 and tokens[a - 1].lower in ("a", "an") and not tokens[a].name and not (after and after.lower in lex.kinds):
        return None
    if after and after.lower in lex.kinds:
        hint = lex.kinds[after.lower]
    if after and after.lower in lex.buildings or tokens[b].lower in lex.buildings:
        return None
    kind_after = after is not None and after.lower in lex.kinds and after.text.islower()
    if not tokens[a].name and (tokens[b].lower in lex.organisations or (after and after.lower in lex.organisations and not kind_after)):
        return None
    if a > 0 and tokens[a - 1].lower == "the":
        persons = {}  # nobody is called "the X"
    k = a - 1
    while k >= 0 and (tokens[k].lower in lex.directions or tokens[k].tag in ("DT", "POS", "JJ", "JJS", "CD", "RB", "HYPH") or (tokens[k].tag == "VBN" and k > 0 and tokens[k - 1].text == "-") or (tokens[k].name == "adjective") or tokens[k].text == "-") and a - k <= 5:
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
        of_of = k - 1
        m = k - 2
        while m >= 0 and tokens[m].tag in ("DT", "JJ", "CD") or m >= 0 and tokens[m].text.isdigit():
            m -= 1
        lead, k = (tokens[m] if m >= 0 else None), m
        of_kind = of_of >= 0
    else:
        of_kind = False
    name = text[tokens[a].start : tokens[b].end]
    first = tokens[a]
    if a == b and tokens[a].lower in lex.directions:
        return None
    if first.name == "state":
        hint = hint or "country"
    prep = lead.lower if lead is not None and lead.tag in ("IN", "TO", "RP", "RB") else ""
    listed = _listed(s, a, before)
    first_word = a == 0 or (a <= 2 and tokens[a - 1].tag in ("DT", "IN"))
    own_line = text[s.start - 1 : s.start] in ("", "\n") or text.rfind("\n", 0, s.start) >= 0 and not any(c.isalnum() for c in text[text.rfind("\n", 0, s.start) + 1 : s.start])
    ends = b >= len(tokens) - 2 and text[s.end : s.end + 1] in ("", "\n")
    opens = a == 0 and own_line and after is not None and after.text in (":", "(")
    heading = own_line and first_word and ends and len(tokens) <= 6 and not any(t.tag[:1] == "V" for t in tokens) or opens and after is not None and after.text == "("
    ok = bool(hint and hint != "country") or of_kind or heading and (known(name) or len(tokens) <= 3) or (opens and (known(name) or b - a <= 2))
    if opens or heading:
        prep = "in"
    elif of_kind or (prep == "of" and k > 0 and tokens[k - 1].lower in lex.happenings):
        ok, prep = ok or of_kind or not _person(name, first, persons), "in"
    if not ok and prep in ("on", "against", "upon") and k > 0 and any(t.lower in lex.happenings for t in tokens[max(0, k - 3) : k]):
        ok, prep = first.name != "" or not _person(name, first, persons) or known(name), "in"
    verb = tokens[k].lower if k >= 0 else ""
    if not ok and verb in lex.upon and (tokens[a].dep == "dobj" or tokens[b].dep == "dobj") and (known(name) or first.name == "state") and not _person(name, first, persons):
        ok, prep = True, "from" if verb in ("fled", "left") else "in"
    if not ok and after is not None and first.name in ("", "state") and known(name) and after.lower in lex.witnessed and not _person(name, first, persons):
        ok, prep = True, "in"
    if not ok and after is not None and after.lower == "where" or (after is not None and after.text == "," and b + 2 < len(tokens) and tokens[b + 2].lower == "where" and prep):
        ok, prep = True, "in"
    if not ok and first.name == "state" and after is not None and after.tag == "POS" and any(t.lower in lex.happenings or t.lower in ("deadliest", "worst", "bloodiest", "death") for t in tokens[b + 2 : b + 5]):
        ok, prep = True, "in"
    if not ok and after is not None and after.tag == "POS" and not first.name and not any(t.lower in lex.kinds or t.lower in lex.directions for t in tokens[b + 2 : b + 5]):
        return None
    if not ok and known(name) and after is not None and after.lower == "with" and b + 2 < len(tokens) and tokens[b + 2].tag == "CD" and not _person(name, first, persons):
        ok, prep = True, "in"
    places_word = a > 1 and tokens[a - 1].text in (",", ":", "-", "–") and tokens[a - 2].lower in (*lex.kinds, "places", "place", "areas")
    if not ok and places_word and known(name) and not _person(name, first, persons):
        ok, prep = True, "in"
    if not ok and not first.name and name.casefold() in title and len(name) > 3 and known(name) and not (after is not None and (after.tag == "POS" or after.lower in lex.organisations)):
        ok, prep = True, prep or "title"
    if not ok and prep in lex.at:
        ok = first.name != "" or not _person(name, first, persons) or known(name)
    if not ok and prep in lex.also:
        ok = first.name == "state" or (known(name) and not _person(name, first, persons))
    if not ok and listed is not None and not (after is not None and after.tag in ("VBD", "VBZ") and not known(name)) and not (after is not None and after.lower in ("reported", "reports", "said", "says", "wrote")):
        ok = not _person(name, first, persons) or known(name)
        prep = prep or listed.prep
    if not ok and after and after.tag == "POS" and first.name == "state" and any(t.lower in lex.kinds for t in tokens[b + 2 : b + 6]):
        ok, prep = True, prep or "in"
    if not ok and after and after.text == "," and known(name) and first.name == "" and tokens[a].dep in ("nsubj", "appos", "pobj", "npadvmod") and not _person(name, first, persons) and b + 2 < len(tokens) and (tokens[b + 2].lower in ("in", "near") or tokens[b + 2].name == "state"):
        ok = True
    if not ok:
        return None
    if prep in ("in", "at", "from") and k > 0 and tokens[k].lower == prep and tokens[k - 1].lower in lex.speaking_at and not hint:
        prep = "by"
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
