"""Who did it and how: the attacker and the means of a count, from its sentence and the one before."""

from __future__ import annotations

from collections.abc import Sequence

from counterclaim.drafts import Count
from counterclaim.group_words import GroupLexicon, party
from counterclaim.knowledge import ActorIndex
from counterclaim.parse import Sentence, Token
from counterclaim.records import Attacker, Means
from counterclaim.syntax import path

_OWN_DOING = frozenset({"losing", "toll", "subject", "phrase", "ellipsis", "paying"})
_NAMED = ("adjective", "state", "body", "people")
_CLAUSES = ("conj", "advcl", "xcomp")


class Attacks:
    """Reads the attacks of one report."""

    def __init__(self, text: str, sentences: Sequence[Sentence], index: ActorIndex, lexicon: GroupLexicon) -> None:
        self.text, self.sentences, self.index, self.lex = text, sentences, index, lexicon
        self.means_of: dict[str, Means] = {w: name for name, words in reversed(lexicon.means) for w in words}

    def attacker(self, count: Count, victims: str | None = None) -> Attacker | None:
        """Who is told to have done it: the subject of an active verb, the agent of a passive one, or the party named
        with the attack ("Israeli air strikes", "an attack claimed by X"); a party, fighters or a force."""
        s, v = self.sentences[count.sentence], count.governor
        for k in self._doers(s, count) if 0 <= v < len(s.tokens) and count.rule not in _OWN_DOING else ():
            tokens = [t for t in (s.tokens[m] for m in s.subtree(k)) if t.tag not in ("WP", "WDT")]
            side = party([t for t in tokens if t.start <= s.tokens[k].end + 40], self.index)
            head = s.tokens[k]
            if side or self.lex.kinds.get(head.lower) == "military" or head.lower in self.lex.bodies:
                words = [t for t in tokens if t.end <= head.end] or [head]
                start, end = words[0].start, words[-1].end
                return Attacker(start=start, end=end, text=self.text[start:end], affiliation=side)
        return self._with_attack(s, count, victims)

    def _doers(self, s: Sentence, count: Count) -> list[int]:
        """Subjects and agents of the verb that told the outcome, or of the one it goes on from."""
        for at in path(s, count.governor, 4):
            below = s.children[at]
            perfect = any(s.tokens[k].lower in ("had", "has", "have") for k in below)
            found: list[int] = []
            if s.tokens[at].tag != "VBN" or perfect:
                found = [k for k in below if s.tokens[k].dep == "nsubj" and count.unit not in s.subtree(k)]
            agents = [k for k in below if s.tokens[k].dep == "agent"]
            found += [m for k in agents for m in s.children[k] if s.tokens[m].dep == "pobj"]
            if found or s.tokens[at].dep not in _CLAUSES:
                return found
        return []

    def _with_attack(self, s: Sentence, count: Count, victims: str | None) -> Attacker | None:
        """The party whose attack the sentence names nearest to the count; never that of those counted."""
        best: tuple[int, Attacker] | None = None
        for t in s.tokens:
            side = party([t], self.index) if t.name in _NAMED else None
            if side is None or (victims and side in victims) or not (self._owns(s, t) or self._agent(s, t)):
                continue
            distance = abs(t.i - count.unit)
            if best is None or distance < best[0]:
                best = distance, Attacker(start=t.start, end=t.end, text=t.text, affiliation=side)
        return best[1] if best else None

    def _owns(self, s: Sentence, t: Token) -> bool:
        """The party owns the attack: "Israeli air strikes", "Israel's bombardment"."""
        after = [x.lower for x in s.tokens[t.i + 1 : t.i + 5]]
        near = after[: after.index(",")] if "," in after else after
        if t.name not in ("adjective", "state", "body") or not any(w in self.lex.attacks for w in near):
            return False
        return t.name != "state" or after[0] in ("'s", "’s") or after[0] in self.lex.attacks

    def _agent(self, s: Sentence, t: Token) -> bool:
        """The party is told after the attack: "an attack claimed by X", "shells fired from X"."""
        before = [x.lower for x in s.tokens[max(0, t.i - 5) : t.i]]
        attack = any(w in self.lex.attacks or w in self.lex.launched for w in before)
        return attack and any(w in ("by", "from") for w in before[-3:])

    def means(self, count: Count) -> tuple[Means, Token] | None:
        """How it was done, by the nearest word for it: in the count's clause, its sentence, or the one before."""
        s = self.sentences[count.sentence]
        verb = count.governor if count.governor >= 0 else count.trigger
        if 0 <= verb < len(s.tokens) and count.rule not in ("list", "toll", "ellipsis"):
            found = self._nearest([s.tokens[k] for k in s.subtree(verb)], count.unit)
            if found:
                return found
        found = self._nearest(s.tokens, count.unit)
        if found or s.index == 0:
            return found
        before = self.sentences[s.index - 1]
        if before.paragraph == s.paragraph and count.outcome in ("killed", "wounded", "casualties"):
            return self._nearest(before.tokens, len(before.tokens))
        return None

    def _nearest(self, tokens: Sequence[Token], at: int) -> tuple[Means, Token] | None:
        """The class of means told by the word nearest to token ``at``."""
        best: tuple[int, Means, Token] | None = None
        for t in tokens:
            name = self.means_of.get(t.lower)
            if name is not None and (best is None or abs(t.i - at) < best[0]):
                best = abs(t.i - at), name, t
        return (best[1], best[2]) if best else None
