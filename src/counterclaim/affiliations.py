"""Whose people are counted: the party of a group, by the names at the count, by who lost them, or by what was told
before.

Parties come from the names that the parser joined; classes of words are data (``lexicons/en/groups.yaml``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from counterclaim.attacks import Attacks
from counterclaim.drafts import Count
from counterclaim.group_words import GroupLexicon, party
from counterclaim.knowledge import ActorIndex
from counterclaim.parse import Sentence, Token
from counterclaim.parties import Sides
from counterclaim.records import GroupKind
from counterclaim.syntax import path, verb_over

_OWNED = ("poss", "amod", "nmod", "compound")


class Counted(NamedTuple):
    """Those counted: the tokens of the phrase, its head and kind as the words alone tell them."""

    sentence: Sentence
    figure: Count
    tokens: Sequence[Token]
    head: Token
    kind: GroupKind


class Affiliations:
    """Tells the parties of one report's groups; remembers whose soldiers were counted last."""

    def __init__(self, index: ActorIndex, lexicon: GroupLexicon, attacks: Attacks) -> None:
        self.index, self.lex, self.attacks = index, lexicon, attacks
        self.of_soldiers: dict[str, str] = {}
        self.last_military: str | None = None
        self.counted: set[str] = set()

    def of(self, group: Counted, sides: Sides) -> tuple[str | None, GroupKind]:
        """Affiliation and kind of those counted."""
        s, count, kind = group.sentence, group.figure, group.kind
        found, kind = self._told(group, sides)
        if found is None and group.head.lower in self.lex.state_soldiers:
            found = self._soldiers(group, sides)
        elif found is None and group.head.lower in self.lex.an_armys:
            found = self._named_here(s)
            kind = "military" if found else kind
        elif found and group.head.lower in self.lex.state_soldiers and ", " not in found:
            self.of_soldiers[group.head.lower] = found
        if found is None and kind == "military":
            unknown = (t.text for t in group.tokens if t.tag in ("NNP", "NNPS") and not t.name and t is not group.head)
            found = next(unknown, None)
        soldiers = self.lex.bodies | self.lex.state_soldiers
        if kind == "unknown" and found and set(self._loser_words(s, count)) & soldiers:
            kind = "military"
        if kind == "military" and found is None:
            found = self._other_side(s, count)
        if kind == "military" and found:
            self.last_military = found
            self.counted.add(found)
        return found, kind

    def _told(self, group: Counted, sides: Sides) -> tuple[str | None, GroupKind]:
        """By names at the count, "the enemy", the sender or the loser."""
        s, count, kind = group.sentence, group.figure, group.kind
        after = self._after(s, count)
        found = party(group.tokens, self.index) or party(after, self.index)
        if found is None and count.rule in ("noun", "toll") and group.head.lower in self.lex.again:
            found = party(self._rest(s, group.head), self.index)
        words = {t.lower for t in (*group.tokens, *after)} | set(self._loser_words(s, count))
        if found is None and words & self.lex.enemy:
            found, kind = sides.enemy, "military"
        if found is None and count.outcome == "deployed":
            found = self._sender(s, count)
        if found is None and (kind == "military" or count.rule in ("losing", "toll", "noun")):
            found = self.loser(s, count)
        return found, kind

    def _soldiers(self, group: Counted, sides: Sides) -> str | None:
        """Unnamed soldiers: the speaker's own, those of a party named here, those counted before, the country's."""
        own = sides.own if sides.speaks_for and sides.home in (None, sides.own) else None
        own = None if group.figure.number.more else own
        ours = sides.own if {t.lower for t in group.tokens} & self.lex.ours else None
        before = self.of_soldiers.get(group.head.lower)
        return (
            ours or self._named_here(group.sentence) or before or own or self.last_military or sides.home or sides.own
        )

    def _after(self, s: Sentence, count: Count) -> list[Token]:
        """Names that a phrase right after the noun gives its people: "soldiers of the DPRK army", "losses of X"."""
        out: list[Token] = []
        units = {count.noun, count.unit, count.trigger if count.rule in ("toll", "noun") else count.unit}
        for unit in sorted(u for u in units if u >= 0):
            for k in s.children[unit]:
                token = s.tokens[k]
                if token.dep == "prep" and token.lower in ("of", "from", "among", "in") and k > unit:
                    out.extend(self._named_in(s, token))
                if token.dep == "poss":
                    out.extend(s.tokens[m] for m in s.subtree(k))
        return out

    def _named_in(self, s: Sentence, prep: Token) -> list[Token]:
        """Names of peoples and bodies below a preposition; after "in" only where a body stands there."""
        below = [s.tokens[m] for m in s.subtree(prep.i)]
        if prep.lower == "in" and not any(t.lower in self.lex.bodies for t in below):
            return []
        named = ["adjective", "people", "body", "person"] + (["state"] if prep.lower != "in" else [])
        return [t for t in below if t.name in named]

    def _rest(self, s: Sentence, head: Token) -> list[Token]:
        """Peoples named after the noun up to the next mark: "200 casualties in mixed units of Xs and Ys"."""
        out: list[Token] = []
        for t in s.tokens[head.i + 1 :]:
            if t.text in (",", ";", ":", "."):
                break
            if t.name == "people":
                out.append(t)
        return out

    def loser(self, s: Sentence, count: Count) -> str | None:
        """The party that suffered the losses: the subject of losing, the owner of "losses", the object of costing."""
        tokens: list[Token] = []
        v = count.governor
        if not 0 <= v < len(s.tokens) or s.tokens[v].lower not in self.lex.suffering:
            v = verb_over(s, count.unit, 6)
        if v >= 0 and (count.rule in ("losing", "paying") or s.tokens[v].lower in self.lex.suffering):
            subjects = (k for k in s.children[v] if s.tokens[k].dep in ("nsubj", "dative", "nsubjpass", "agent"))
            tokens.extend(s.tokens[m] for k in subjects for m in s.subtree(k))
        if 0 <= count.trigger < len(s.tokens) and s.tokens[count.trigger].tag[:1] == "N":
            for k in s.children[count.trigger]:
                token = s.tokens[k]
                if token.dep in _OWNED or (token.dep == "prep" and token.lower in ("of", "among", "on")):
                    tokens.extend(s.tokens[m] for m in s.subtree(k))
        return party(tokens, self.index)

    def _loser_words(self, s: Sentence, count: Count) -> list[str]:
        """Words of the subject of losing or the owner of "losses"."""
        out: list[str] = []
        v = verb_over(s, count.unit, 6)
        if v >= 0 and s.tokens[v].lower in self.lex.suffering:
            out += [s.tokens[m].lower for k in s.children[v] if s.tokens[k].dep == "nsubj" for m in s.subtree(k)]
        if 0 <= count.trigger < len(s.tokens) and s.tokens[count.trigger].tag[:1] == "N":
            owners = (k for k in s.children[count.trigger] if s.tokens[k].dep in ("poss", "amod", "prep"))
            out += [s.tokens[m].lower for k in owners for m in s.subtree(k)]
        return out

    def _other_side(self, s: Sentence, count: Count) -> str | None:
        """The second of two parties that the sentence names, where the first is the attacker: "X opened fire on Y
        vehicles, killing eight fighters"."""
        attacker = self.attacks.attacker(count)
        if attacker is None or not attacker.affiliation:
            return None
        told = (party([t], self.index) for t in s.tokens if t.name in ("adjective", "people", "state"))
        named = dict.fromkeys(side for side in told if side)
        others = [side for side in named if side != attacker.affiliation]
        return others[0] if len(named) == 2 and len(others) == 1 else None

    def _named_here(self, s: Sentence) -> str | None:
        """The one party whose army, troops or people the sentence names."""
        found: set[str] = set()
        for t in s.tokens:
            actor = self.index.by_id.get(t.actor) if t.actor else None
            if actor is None or not actor.affiliation:
                continue
            after = s.tokens[t.i + 1].lower if t.i + 1 < len(s.tokens) else ""
            acts = t.dep in ("nsubj", "nsubjpass", "appos") or self._by(s, t)
            army = t.name == "body" and actor.type == "military" and not acts
            owner = t.name in ("adjective", "state") and after in self.lex.bodies | self.lex.state_soldiers
            if army or owner or t.name == "people":
                found.add(actor.affiliation)
        return found.pop() if len(found) == 1 else None

    def _by(self, s: Sentence, t: Token) -> bool:
        """The name stands below "by": it is of those who did it."""
        for k in path(s, t.i, len(s.tokens)):
            if k != t.i and (s.tokens[k].dep == "agent" or s.tokens[k].lower == "by"):
                return True
            if s.tokens[k].tag[:1] == "V":
                return False
        return False

    def _sender(self, s: Sentence, count: Count) -> str | None:
        """Who sent those deployed: the subject of sending, a capital standing for its state."""
        v = count.governor
        if not 0 <= v < len(s.tokens):
            return None
        for k in s.children[v]:
            if s.tokens[k].dep == "nsubj" and k != count.unit and count.unit not in s.subtree(k):
                for m in s.subtree(k):
                    actor = self.index.by_id.get(s.tokens[m].actor) if s.tokens[m].actor else None
                    if actor is not None and actor.affiliation:
                        return actor.affiliation
        return None
