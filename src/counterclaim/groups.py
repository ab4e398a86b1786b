"""Who is counted: the group of a count, by its noun, or by the figure that it goes on from.

Words and classes are data (``lexicons/en/groups.yaml``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast, get_args

import msgspec

from counterclaim.affiliations import Affiliations, Counted
from counterclaim.attacks import Attacks
from counterclaim.drafts import Count
from counterclaim.group_words import GroupLexicon, load_lexicon, party, phrase
from counterclaim.knowledge import ActorIndex
from counterclaim.parse import Sentence, Token
from counterclaim.parties import Sides
from counterclaim.records import Attribute, Group, GroupKind

_TAKEN = ("captured", "deployed")  # of fighters, by what the outcomes mean
_HARMED = ("killed", "wounded", "casualties", "missing")
_REACH = 16  # tokens


class _Earlier(NamedTuple):
    group: Group
    sentence: int
    whole: bool  # no part of another figure


class Grouper:
    """Tells the groups of one report's counts, in order; keeps what earlier counts told."""

    def __init__(
        self, text: str, sentences: Sequence[Sentence], words: tuple[ActorIndex, GroupLexicon], attacks: Attacks
    ) -> None:
        self.text, self.sentences = text, sentences
        self.index, self.lex = words
        self.affiliations = Affiliations(self.index, self.lex, attacks)
        self.fighting = self._fighting_parties()
        self.earlier: list[_Earlier] = []

    def group(self, count: Count, sides: Sides) -> Group:
        """The group of the next count."""
        made = self._group(count, sides)
        if made.kind == "unknown":
            kind = self._kind_of_unknown(count, made)
            made = msgspec.structs.replace(made, kind=kind) if kind else made
        self.earlier.append(_Earlier(made, count.sentence, count.parent < 0))
        return made

    # -- with a noun, and without --------------------------------------------------------------------------------------

    def _group(self, count: Count, sides: Sides) -> Group:
        s = self.sentences[count.sentence]
        named = self._toll_noun(s, count) if count.noun < 0 else count.noun
        if named < 0:
            told = self._around(s, count)
            return self._made(told, count, -1, sides) if told else self._bare(s, count)
        core = count.number
        tokens = phrase(s, named, core.core_start if named == count.noun else 0)
        tokens = [t for t in tokens if t.start >= core.core_end or t.end <= core.core_start] or [s.tokens[named]]
        if tokens[0].start < core.start <= s.tokens[named].start:
            tokens = [t for t in tokens if t.start >= core.start]
        return self._as_before(self._made(tokens, count, named, sides), count, s.tokens[named])

    def _bare(self, s: Sentence, count: Count) -> Group:
        """A figure without a noun: it goes on with an earlier one, or its loser is told."""
        first = s.tokens[0]
        like = self.earlier[count.like].group if 0 <= count.like < len(self.earlier) else self._before(count)
        if first.name == "people" and len(s.tokens) > 1 and s.tokens[1].text == ":":
            return Group(start=first.start, end=first.end, text=first.text, affiliation=party([first], self.index))
        loser = self.affiliations.loser(s, count)
        if loser is None and like is not None:
            return msgspec.structs.replace(like, start=None, end=None, text=None, attributes=())
        side = self.affiliations.last_military
        soldiers = all(e.group.kind == "military" for e in self.earlier)
        if loser is None and side and soldiers and count.outcome in _HARMED:
            return Group(affiliation=side, kind="military")
        return Group(affiliation=loser, kind="military" if count.rule == "losing" else "unknown")

    def _as_before(self, made: Group, count: Count, head: Token) -> Group:
        """Kind and party of those counted before: "Others", "eight of the men"."""
        again = head.lower in self.lex.again
        unknown = made.kind == "unknown"
        if unknown and again and self.earlier and self.earlier[-1].sentence == count.sentence:
            made = msgspec.structs.replace(made, kind=self.earlier[-1].group.kind)
        repeats = again or (unknown and (self._definite(count) or count.rule in ("toll", "noun")))
        if made.affiliation is None and repeats and made.kind in ("unknown", "military"):
            base = self._before(count)
            if base is not None and base.affiliation and base.kind == "military":
                return msgspec.structs.replace(made, affiliation=base.affiliation, kind="military")
        return made

    def _before(self, count: Count) -> Group | None:
        """The group of the last whole figure that a bare figure or "others" goes on with, here or just before."""
        if not self.earlier:
            return None
        last = next((e for e in reversed(self.earlier) if count.parent >= 0 or e.whole), self.earlier[-1])
        said = self.earlier[-1].sentence
        paragraph = self.sentences[count.sentence].paragraph
        near = count.sentence - said <= 1 or paragraph == self.sentences[said].paragraph
        if near and count.noun >= 0 and self._definite(count):
            return last.group
        goes_on = count.like >= 0 or count.noun < 0 or count.sentence == said or count.rule in ("toll", "noun")
        return last.group if near and goes_on else None

    def _definite(self, count: Count) -> bool:
        """The same people as counted before: "eight of the men"."""
        near = self.sentences[count.sentence].tokens[count.unit + 1 : count.unit + 3]
        return count.noun > count.unit and any(t.lower in ("the", "these", "those") for t in near)

    def _toll_noun(self, s: Sentence, count: Count) -> int:
        """Those counted in "the number of soldiers killed": the noun over the outcome's participle, or -1."""
        if count.rule != "toll" or not 0 <= count.trigger < len(s.tokens):
            return -1
        token = s.tokens[count.trigger]
        if token.dep in ("acl", "amod", "relcl") and self._people(s.tokens[token.head]):
            return token.head
        counter = token.head if token.dep in ("acl", "relcl") else count.trigger
        for k in s.children[counter]:
            if s.tokens[k].dep == "prep" and s.tokens[k].lower == "of":
                below = (m for m in s.children[k] if s.tokens[m].dep == "pobj" and m != count.unit)
                named = next((m for m in below if self._people(s.tokens[m])), -1)
                if named >= 0 and s.tokens[named].lower not in self.lex.tolled:
                    return named
        return -1

    def _people(self, token: Token) -> bool:
        return token.lower in self.lex.kinds or token.name in ("people", "person")

    def _around(self, s: Sentence, count: Count) -> list[Token]:
        """Those named by "of"/"among" right after a figure that has no noun of its own."""
        for k in s.children[count.unit]:
            if s.tokens[k].dep == "prep" and s.tokens[k].lower in ("of", "among"):
                below = [s.tokens[m] for m in s.subtree(k)][1:]
                below = [t for t in below if t.lower not in ("them", "whom", "which", "those")]
                if any(t.lower in self.lex.kinds or t.actor for t in below):
                    return below[:8]
        return []

    # -- kind and attributes -------------------------------------------------------------------------------------------

    def _made(self, tokens: Sequence[Token], count: Count, noun: int, sides: Sides) -> Group:
        s = self.sentences[count.sentence]
        head = s.tokens[noun] if noun >= 0 else tokens[-1]
        lower = {t.lower for t in tokens}
        kind = self._kind(s, tokens, head, count)
        told = (a for a in get_args(Attribute) if lower & self.lex.attributes.get(a, frozenset()))
        attributes = tuple(cast(Attribute, a) for a in told)
        if kind == "unknown" and attributes and attributes != ("prisoner",):
            kind = "civilian"
        affiliation, kind = self.affiliations.of(Counted(s, count, tokens, head, kind), sides)
        start, end = tokens[0].start, tokens[-1].end
        text = self.text[start:end]
        return Group(start=start, end=end, text=text, affiliation=affiliation, kind=kind, attributes=attributes)

    def _kind(self, s: Sentence, tokens: Sequence[Token], head: Token, count: Count) -> GroupKind:
        """By the head noun, else by an adjective or another noun of the phrase; nouns of two kinds joined are mixed."""
        kinds = self.lex.kinds
        kind: GroupKind = kinds.get(head.lower, "unknown")
        if kind == "unknown" or (kind == "military" and head.lower in ("officer", "officers")):
            told = [self.lex.adjectives[t.lower] for t in tokens if t.lower in self.lex.adjectives]
            other = [kinds[t.lower] for t in tokens if t is not head and kinds.get(t.lower, "unknown") != "unknown"]
            kind = told[0] if told else other[-1] if other else kind
        trigger = s.tokens[count.trigger].lower if 0 <= count.trigger < len(s.tokens) else ""
        losses = count.rule == "losing" or "losses" in (head.lower, trigger)
        if kind == "unknown" and (losses or any(self._fighters(t) for t in tokens)):
            kind = "military"
        joined = {kinds.get(s.tokens[k].lower, "unknown") for k in s.children[head.i] if self._conjoined(s, k)}
        return "mixed" if kind in ("military", "civilian") and joined - {"unknown", kind} else kind

    def _conjoined(self, s: Sentence, k: int) -> bool:
        """A noun joined to the counted one without a number of its own."""
        below = (s.tokens[m] for m in s.children[k])
        return s.tokens[k].dep == "conj" and not any(t.tag == "CD" or t.lower in ("a", "an", "another") for t in below)

    def _fighters(self, token: Token) -> bool:
        actor = self.index.by_id.get(token.actor) if token.actor else None
        return token.lower in self.lex.army or (actor is not None and actor.type in ("armed_group", "military"))

    def _kind_of_unknown(self, count: Count, made: Group) -> GroupKind | None:
        """What else tells the kind: words after the figure, the outcome, the party's people elsewhere."""
        s = self.sentences[count.sentence]
        told = self._told_after(s, count)
        if told is not None:
            return told
        if count.outcome in _TAKEN:
            return "military"
        noun = s.tokens[count.noun] if count.noun >= 0 else None
        people = noun is None or noun.name in ("people", "person", "adjective") or noun.lower in self.lex.again
        if made.affiliation and made.affiliation in self.fighting and people:
            return "military"
        if noun is None:
            return None
        of = (k for k in s.children[noun.i] if s.tokens[k].dep == "prep" and s.tokens[k].lower == "of")
        words = {s.tokens[m].lower for k in of for m in s.subtree(k)}
        if "police" in words:
            return "civilian"
        return "military" if words & (self.lex.bodies - self.lex.civil_bodies) else None

    def _told_after(self, s: Sentence, count: Count) -> GroupKind | None:
        """What the words after the figure say of all or most of those counted: "57 wounded, all of them civilians"."""
        tokens = s.tokens
        for k in range(count.unit + 1, min(len(tokens) - 1, count.unit + _REACH)):
            if tokens[k].lower not in ("all", "most", "mostly", "many"):
                continue
            told = (self.lex.kinds.get(t.lower) for t in tokens[k + 1 : k + 6])
            kind = next((x for x in told if x in ("military", "civilian")), None)
            if kind is not None:
                return kind if tokens[k].lower == "all" or kind == "civilian" else None
        if count.governor >= 0 and count.noun < 0:
            for k in s.children[count.governor]:
                if tokens[k].dep == "attr" and k > count.unit:
                    return self.lex.kinds.get(tokens[k].lower)
        return None

    def _fighting_parties(self) -> frozenset[str]:
        """Parties that the report names with soldiers and never with civilians: those counted of them are fighters."""
        armed: set[str] = set()
        plain: set[str] = set()
        for s in self.sentences:
            for t in s.tokens:
                if not t.actor or t.name not in ("adjective", "state", "people"):
                    continue
                side = party([t], self.index)
                near = [x.lower for x in s.tokens[t.i + 1 : t.i + 3] if x.tag[:1] == "N"]
                kinds = {self.lex.kinds.get(w) for w in near}
                if side and ("military" in kinds or self.lex.under_arms & set(near)):
                    armed.add(side)
                if side and "civilian" in kinds:
                    plain.add(side)
        return frozenset(armed - plain)


__all__ = ["Grouper", "load_lexicon"]
