"""Place names in parsed sentences: which words name a place, what kind they say it is, and what contains what.

No gazetteer decides here what is a place; a name in a place's position is one ("in X", "the village of X", "X region"),
so that a village in no gazetteer is kept. A gazetteer's word is asked only for positions that people share with places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from counterclaim.namewords import Known, NameWords
from counterclaim.parse import Sentence
from counterclaim.place_words import Kind, PlaceLexicon, load_lexicon
from counterclaim.syntax import verb_above

__all__ = ["PlaceLexicon", "Toponym", "find", "load_lexicon"]


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


class Names(msgspec.Struct, frozen=True):
    """What the report says of names: the gazetteer's word, personal names by their parts, and the headline."""

    known: Known
    persons: Mapping[str, str]
    title: str = ""

    def person(self, name: str) -> bool:
        """A personal name of the report, or a part of one."""
        return name in self.persons.values() or any(self.persons.get(part, name) != name for part in name.split())


_LISTS = ([","], ["and"], [",", "and"], ["or"], [",", "or"], ["/"], ["("])
_BULLETS = frozenset("•*·-–▪◦")
_DASHES = frozenset({"-", "–", "—"})
_ORDER = {"settlement": 0, "": 1, "district": 2, "region": 3, "country": 4}


def find(text: str, sentences: Sequence[Sentence], lex: PlaceLexicon, names: Names) -> tuple[Toponym, ...]:
    """Place names in order of the text. Linear in its length."""
    out: list[Toponym] = []
    persons = {k: v for k, v in names.persons.items() if not names.known(v)}
    names = Names(known=names.known, persons=persons, title=names.title.casefold())
    finder = NameWords(text, names.known, lex)
    for s in sentences:
        if len(s.tokens) > 400:
            continue
        here: list[Toponym] = []
        for run in finder.runs(s):
            made = _Run(text, s, run, lex, names).toponym(here[-1] if here else None)
            if made:
                here.append(made)
        out.extend(_contained(s, here, len(out), lex.inside))
    return tuple(out)


class _Run:
    """One run of name words with what stands around it. Each rule answers with the preposition under which the name is
    a place ("in" where none is told), or None."""

    def __init__(self, text: str, s: Sentence, run: tuple[int, int], lex: PlaceLexicon, names: Names) -> None:
        self.text, self.s, self.lex = text, s, lex
        self.tokens = s.tokens
        a, b = run
        while b > a and (
            self.tokens[b].lower in lex.kinds or self.tokens[b].lower == "local"
        ):  # "Maru Local Government Area"
            b -= 1
        self.a, self.b = a, b
        self.first = self.tokens[a]
        self.name = text[self.first.start : self.tokens[b].end]
        self.after = self.tokens[b + 1] if b + 1 < len(self.tokens) else None
        self.after_words = [t.lower for t in self.tokens[b + 2 : b + 6]]
        titled = a > 0 and self.tokens[a - 1].lower == "the"  # nobody is called "the X"
        self.known = names.known(self.name)
        self.person = not titled and not self.first.name and names.person(self.name)
        self.likely = bool(self.first.name) or self.known or not self.person
        self.in_title = len(self.name) > 3 and self.name.casefold() in names.title
        self.hint: Kind = lex.kinds[self.after.lower] if self.after and self.after.lower in lex.kinds else ""
        self.of_kind = False
        self.k = self._leading(a - 1)
        lead = self.tokens[self.k] if self.k >= 0 else None
        self.lead = lead.lower if lead is not None else ""
        self.prep = self.lead if lead is not None and lead.tag in ("IN", "TO", "RP", "RB") else ""
        if self.first.name == "state":
            self.hint = self.hint or "country"
        self._line()

    def _leading(self, k: int) -> int:
        """Index of the word that governs the name: over articles, directions, adjectives, "the village of"."""
        tokens, lex = self.tokens, self.lex
        while k >= 0 and self.a - k <= 5 and self._skipped(k):
            k -= 2 if tokens[k].tag == "POS" and k > 0 and tokens[k - 1].name in ("state", "capital") else 1
        if k >= 0 and tokens[k].lower in lex.kinds and not self.hint:
            self.hint = lex.kinds[tokens[k].lower]
            k -= 1
            while k >= 0 and tokens[k].tag in ("DT", "JJ"):
                k -= 1
        if k > 0 and tokens[k].lower == "of" and tokens[k - 1].lower in lex.grounds:
            k -= 2
            while k >= 0 and tokens[k].tag in ("DT", "JJ"):
                k -= 1
        elif k > 0 and tokens[k].lower == "of" and tokens[k - 1].lower in lex.kinds:
            self.hint = self.hint or lex.kinds[tokens[k - 1].lower]
            self.of_kind = True
            k -= 2
            while k >= 0 and tokens[k].tag in ("DT", "JJ", "CD"):
                k -= 1
        return k

    def _skipped(self, k: int) -> bool:
        token = self.tokens[k]
        if token.lower in self.lex.directions or token.name == "adjective" or token.text == "-":
            return True
        held = token.tag == "VBN" and k > 0 and self.tokens[k - 1].text == "-"  # "Indian-held Kashmir"
        return held or token.tag in ("DT", "POS", "JJ", "JJS", "CD", "RB", "HYPH")

    def _line(self) -> None:
        """Whether the name is a heading or opens its line as a label ("Siversk: artillery, ...")."""
        tokens, text, s = self.tokens, self.text, self.s
        begin = text.rfind("\n", 0, s.start) + 1
        own = not any(c.isalnum() for c in text[begin : s.start]) and (begin > 0 or s.start == 0)
        starts = self.a == 0 or (self.a <= 2 and tokens[self.a - 1].tag in ("DT", "IN"))
        ends = self.b >= len(tokens) - 2 and text[s.end : s.end + 1] in ("", "\n")
        mark = self.after.text if self.after is not None and self.a == 0 and own else ""
        bullet = own and any(c in _BULLETS for c in text[begin : s.start])
        self.opens = mark == ":" or (mark == "(" and self.known) or (bullet and mark in _DASHES)
        short = own and starts and ends and len(tokens) <= 6 and not any(t.tag[:1] == "V" for t in tokens)
        self.heading = (short and (self.known or not self.name.isupper())) or (mark == "(" and self.known)

    def toponym(self, before: Toponym | None) -> Toponym | None:
        """The place name, or None where nothing makes the run one. ``before`` is the sentence's place before it."""
        if self._no_place():
            return None
        prep = self._prep(before)
        if prep is None:
            return None
        speaks = prep in ("in", "at", "from") and self.k > 0 and self.lead == prep and not self.hint
        counted = any(t.tag == "CD" for t in self.tokens[max(0, self.k - 3) : self.k])  # "17 officials in Gojjam"
        if speaks and not counted and self.tokens[self.k - 1].lower in self.lex.speaking_at:
            prep = "by"
        goal = prep in self.lex.toward and self._moves()
        start, last = self.first.start, self.b
        while (
            len(self.name) <= 2
            and last + 1 < len(self.tokens)
            and last - self.b < 3
            and self.tokens[last].lower not in self.lex.kinds
        ):
            last += 1  # "the W national park" has no shorter name
        end = self.tokens[last].end
        return Toponym(
            self.s.index, self.a, last, start, end, self.text[start:end], self.hint, prep, (), goal, self.heading
        )

    def _no_place(self) -> bool:
        after, lex = self.after, self.lex
        last = self.tokens[self.b].lower
        if self.a == self.b and self.first.lower in lex.directions:
            return True
        if last in lex.buildings or (after is not None and after.lower in lex.buildings):
            return True
        if self.first.name:
            return False
        article = self.a > 0 and self.tokens[self.a - 1].lower in ("a", "an")
        kind_after = after is not None and after.lower in lex.kinds
        if article and not kind_after:
            return True
        body_after = (
            after is not None and after.lower in lex.organisations and not (kind_after and after.text.islower())
        )
        return last in lex.organisations or body_after

    def _prep(self, before: Toponym | None) -> str | None:
        for rule in (
            self._line_of_its_own,
            self._acted_upon,
            self._told_kind,
            self._attacked,
            self._where,
            self._owner,
        ):
            found = rule()
            if found is not None:
                return found
        if self._possessor():
            return None
        for rule in (self._counted, self._titled, self._plainly):
            found = rule()
            if found is not None:
                return found
        return self._listed(before) or self._chain()

    def _line_of_its_own(self) -> str | None:
        named = self.known or (self.heading and len(self.tokens) <= 3) or (self.opens and self.b - self.a <= 2)
        return "in" if (self.heading or self.opens) and named else None

    def _told_kind(self) -> str | None:
        """A kind of place is told: "the village of X", "X region", "in X district"."""
        if self.of_kind:
            return "in"
        return self.prep if self.hint and self.hint != "country" else None

    def _attacked(self) -> str | None:
        """A happening is told of it: "the strike on X", "the bombing of X"."""
        around = {t.lower for t in self.tokens[max(0, self.k - 3) : self.k]}
        happens = self.k > 0 and bool(around & self.lex.happenings)
        before = self.tokens[self.k - 1].lower if self.k > 0 else ""
        if self.prep in ("on", "against", "upon") and happens and self.likely:
            return "in"
        if self.prep == "for" and before.rstrip("s") in self.lex.contests and self.likely:
            return "in"
        of_it = self.prep == "of" and self.k > 0 and self.tokens[self.k - 1].lower in self.lex.happenings
        owns = self.after is not None and self.after.tag == "POS"
        return "in" if of_it and not owns and (bool(self.first.name) or not self.person) else None

    def _acted_upon(self) -> str | None:
        """The object or subject of such a verb: "shelled X", "fled X"; "X recorded nine deaths"."""
        sure = (self.known or self.first.name == "state" or self.hint in ("settlement", "district")) and not self.person
        sure = sure or (self.lead in self.lex.upon_places and not self.person)
        hit = self.lead in self.lex.upon and "dobj" in (self.first.dep, self.tokens[self.b].dep)
        if sure and hit:
            return self.lex.upon_as.get(self.lead, "in")
        saw = self.known and not self.person and self.first.name in ("", "state")
        return "in" if saw and self.after is not None and self.after.lower in self.lex.witnessed else None

    def _where(self) -> str | None:
        """A clause of place follows: "X, where ..."."""
        if self.after is None:
            return None
        parted = self.after.text == "," and self.after_words[:1] == ["where"] and bool(self.prep)
        return "in" if self.after.lower == "where" or parted else None

    def _owner(self) -> str | None:
        """A state that owns a happening or an area: "Lebanon's deadliest day", "Russia's Kursk region"."""
        if self.first.name != "state" or self.after is None or self.after.tag != "POS":
            return None
        words = set(self.after_words[:3])
        if words & self.lex.happenings or words & self.lex.superlatives:
            return "in"
        return self.prep or "in" if any(w in self.lex.kinds for w in self.after_words) else None

    def _possessor(self) -> bool:
        """Whoever X is in "X's army", it is no place of a happening."""
        if self.first.name or self.after is None or self.after.tag != "POS":
            return False
        return not any(w in self.lex.kinds or w in self.lex.directions for w in self.after_words[:3])

    def _counted(self) -> str | None:
        """A figure or a word for places leads to it: "X with five"; "at two places, X and Y"."""
        if not self.known or self.person:
            return None
        number = self.b + 2 < len(self.tokens) and self.tokens[self.b + 2].tag == "CD"
        if self.after is not None and self.after.lower == "with" and number:
            return "in"
        parted = self.a > 1 and self.tokens[self.a - 1].text in (",", ":", "-", "–")
        before = self.tokens[self.a - 2].lower if self.a > 1 else ""
        return "in" if parted and (before in self.lex.kinds or before in self.lex.several) else None

    def _titled(self) -> str | None:
        owned = self.after is not None and (self.after.tag == "POS" or self.after.lower in self.lex.organisations)
        named = not self.first.name and self.in_title and self.known and not owned
        return self.prep or "title" if named else None

    def _plainly(self) -> str | None:
        """A preposition of place: "in X"; after "to", "from", "of" only what the gazetteer knows."""
        if self.prep in self.lex.at and self.likely:
            return self.prep
        contained = (
            self.after is not None and self.after.lower == "in" and self.prep in ("from", "to") and not self.person
        )
        sure = self.first.name == "state" or (self.known and not self.person) or contained
        return self.prep if self.prep in self.lex.also and sure else None

    def _listed(self, before: Toponym | None) -> str | None:
        """The next of a list or chain: "Plekhovo, Vorozhba and Martynovka", "Kotzebue, in Alaska"."""
        if before is None or not self.likely:
            return None
        words = [t.lower for t in self.tokens[before.last + 1 : self.a] if t.tag not in ("DT", "POS")]
        sided = len(words) == 2 and words[0] in (",", "and") and words[1] in self.lex.sides
        if words not in _LISTS and not sided:
            return None
        if self.after is not None and (
            self.after.lower in self.lex.telling or (self.after.tag in ("VBD", "VBZ") and not self.known)
        ):
            return None
        return self.prep or before.prep

    def _chain(self) -> str | None:
        """Nothing before X, but its container behind: "X, in the Y region"."""
        chained = (
            self.after is not None and self.after.text == "," and self.known and not self.first.name and not self.person
        )
        if (
            not chained
            or self.first.dep not in ("nsubj", "appos", "pobj", "npadvmod")
            or self.b + 2 >= len(self.tokens)
        ):
            return None
        follows = self.tokens[self.b + 2]
        return self.prep if follows.lower in ("in", "near") or follows.name == "state" else None

    def _moves(self) -> bool:
        """The place hangs on a verb of moving somebody."""
        k = verb_above(self.s, self.a, 6)
        return k >= 0 and self.tokens[k].lower in self.lex.moved


def _contained(s: Sentence, here: list[Toponym], base: int, small: frozenset[str]) -> list[Toponym]:
    """Which place of a sentence holds which: "X in Y", "X, Y", "Y's X region"."""
    covered = {n for o in here for n in range(o.first, o.last + 1)}
    out = []
    for i, t in enumerate(here):
        within = tuple(base + j for j, other in enumerate(here) if i != j and _holds(s, (other, t), covered, small))
        out.append(msgspec.structs.replace(t, within=within))
    return out


def _holds(s: Sentence, pair: tuple[Toponym, Toponym], covered: set[int], small: frozenset[str]) -> bool:
    """Whether the syntax makes the first of two places the container of the second."""
    other, t = pair
    if _ORDER[other.hint] < _ORDER[t.hint] or (_ORDER[other.hint] == _ORDER[t.hint] and t.hint != ""):
        return False
    if other.first < t.first:
        owner = s.tokens[min(other.last + 1, len(s.tokens) - 1)].tag == "POS"
        return owner and t.first - other.last <= 5
    between = s.tokens[t.last + 1 : other.first]
    words = [x.lower for x in between]
    if len(words) > 7 or not all(x.lower in small or x.text in (",", "(") or x.i in covered for x in between):
        return False
    inside = "in" in words or "of" in words
    joined = inside or words in ([","], ["("])
    listed = "and" in words and not joined
    wide = other.hint in ("region", "country", "district") and (inside or "," in words)
    return (joined and not listed) or wide
