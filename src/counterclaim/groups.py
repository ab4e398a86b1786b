"""Who is counted, who did it and how: the group, attacker and means of a count.

Words and classes are data (``lexicons/en/groups.yaml``); parties come from the names the parser joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast, get_args

import msgspec

from counterclaim.drafts import Count
from counterclaim.knowledge import ActorIndex
from counterclaim.parse import Sentence, Token
from counterclaim.records import Attacker, Attribute, Group, GroupKind, Means
from counterclaim.words import plural

_SKIP = frozenset({"the", "a", "an", "of", "its", "their", "his", "her", "our"})


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


def load_lexicon(data: Any) -> GroupLexicon:
    """Compile ``groups.yaml``."""
    kinds: dict[str, GroupKind] = {}
    for kind, words in data["kinds"].items():
        for word in words:
            kinds.setdefault(word, kind)
            kinds.setdefault(plural(word), kind)
    kinds |= {"children": "civilian", "grandchildren": "civilian", "schoolchildren": "civilian", "people": "unknown", "men": "unknown", "women": "civilian", "personnel": "military", "troops": "military", "police": "civilian", "policemen": "civilian", "firemen": "civilian"}
    return GroupLexicon(
        kinds=kinds, attributes={k: frozenset(v) for k, v in data["attributes"].items()},
        adjectives={w: k for k, words in data["kind_adjectives"].items() for w in words},
        state_soldiers=frozenset(data["state_soldiers"]), enemy=frozenset(data["enemy"]), bodies=frozenset(data["bodies"]),
        means=tuple((k, frozenset(v)) for k, v in data["means"].items()),
        attacks=frozenset(data["attacks"]),
    )  # fmt: skip


def phrase(sentence: Sentence, noun: int, start: int) -> list[Token]:
    """The noun phrase of those counted, from ``start`` (code point), without relative clauses and far attachments."""
    keep = [noun]
    drop: set[int] = set()
    for k in sentence.children[noun]:
        token = sentence.tokens[k]
        if token.dep in ("relcl", "acl", "punct", "cc", "conj", "appos", "advcl", "prep") and not (token.dep == "prep" and token.lower in ("of", "from")):
            drop.update(sentence.subtree(k))
    tree = [k for k in sentence.subtree(noun) if k not in drop and sentence.tokens[k].start >= start]
    for k in (k for k in tree if k > noun):
        if k == keep[-1] + 1 and k - noun <= 8:
            keep.append(k)
    for k in range(noun - 1, -1, -1):
        token = sentence.tokens[k]
        joins = token.tag == "CC" and k > 0 and (sentence.tokens[k - 1].tag == "JJ" or sentence.tokens[k - 1].name)
        if token.start < start or (token.tag not in ("JJ", "NN", "NNP", "NNPS", "NNS", "VBN", "POS", "HYPH", "VBG") and not token.name and not joins):
            break
        keep.insert(0, k)
    return [sentence.tokens[k] for k in keep]


class Sides(NamedTuple):
    """What the report tells of the parties around a count, or None: the country whose own soldiers its speaker counts,
    that party's enemy, and the country where it happened."""

    own: str | None = None
    enemy: str | None = None
    home: str | None = None
    speaks_for: bool = False  # the speaker is an army, and has not done it itself


_OWN_DOING = frozenset({"losing", "toll", "subject", "phrase", "ellipsis", "paying"})
_AGAIN = frozenset("others other more men people dead those women soldiers persons losses casualties deaths bodies".split())
_LOSING = frozenset("suffered suffer suffers sustained sustain lost lose loses losing suffering had took".split())


class Grouper:
    """Tells group, attacker and means of the counts of one report; keeps what earlier counts told of unnamed soldiers."""

    def __init__(self, text: str, sentences: Sequence[Sentence], index: ActorIndex, lexicon: GroupLexicon) -> None:
        self.text, self.sentences, self.index, self.lex = text, sentences, index, lexicon
        self.of_soldiers: dict[str, str] = {}
        self.means_of: dict[str, Means] = {w: name for name, words in reversed(lexicon.means) for w in words}
        self.fighting = self._fighting_parties()
        self.last: list[int] = []  # sentences of the counts so far
        self.wholes: list[bool] = []  # whether they are no parts of others
        self.last_military: str | None = None
        self.counted: set[str] = set()

    def party(self, tokens: Sequence[Token]) -> str | None:
        """The affiliation(s) that names among the tokens tell, joined by ", " where they differ."""
        out: list[str] = []
        for token in tokens:
            actor = self.index.by_id.get(token.actor) if token.actor else None
            if actor is None or token.name in ("media", "capital"):
                continue
            name = actor.affiliation or (actor.name if actor.type == "armed_group" else None)
            if name and name not in out:
                out.append(name)
        return ", ".join(out) or None

    def group(self, count: Count, earlier: Sequence[Group], sides: Sides) -> Group:
        """The group of a count; ``earlier`` are the groups of the counts before it."""
        made = self._group(count, earlier, sides)
        if made.kind != "unknown":
            return made
        s = self.sentences[count.sentence]
        kind = self._told_after(s, count) or ("military" if count.outcome in ("captured", "deployed") else None)
        if kind is None and made.affiliation and made.affiliation in self.fighting and (count.noun < 0 or s.tokens[count.noun].name in ("people", "person", "adjective") or s.tokens[count.noun].lower in _AGAIN):
            kind = "military"
        if kind is None and count.noun >= 0:
            of = [s.tokens[m].lower for k in s.children[count.noun] if s.tokens[k].dep == "prep" and s.tokens[k].lower == "of" for m in s.subtree(k)]
            kind = "civilian" if "police" in of else "military" if set(of) & (self.lex.bodies - {"group", "side", "government", "authorities", "regime", "ministry"}) else None
        return msgspec.structs.replace(made, kind=kind) if kind else made

    def _group(self, count: Count, earlier: Sequence[Group], sides: Sides) -> Group:
        s = self.sentences[count.sentence]
        named = self._toll_noun(s, count) if count.noun < 0 else count.noun
        if named < 0:
            told = self._around(s, count)
            if told:
                return self._made(s, told, count, -1, sides)
            base = earlier[count.like] if 0 <= count.like < len(earlier) else self._before(count, earlier)
            loser = self._loser(s, count)
            if s.tokens[0].name == "people" and len(s.tokens) > 1 and s.tokens[1].text == ":":
                return Group(start=s.tokens[0].start, end=s.tokens[0].end, text=s.tokens[0].text, affiliation=self.party(s.tokens[:1]))
            if base is None and loser is None and self.last_military and len(self.counted) == 1 and count.outcome in ("killed", "wounded", "casualties", "missing"):
                return Group(affiliation=self.last_military, kind="military")
            if base is not None and loser is None:
                return msgspec.structs.replace(base, start=None, end=None, text=None, attributes=())
            return Group(affiliation=loser, kind="military" if count.rule == "losing" else "unknown")
        tokens = phrase(s, named, count.number.core_start if named == count.noun else 0)
        tokens = [t for t in tokens if t.start >= count.number.core_end or t.end <= count.number.core_start] or [s.tokens[named]]
        if tokens[0].start < count.number.start <= s.tokens[named].start:
            tokens = [t for t in tokens if t.start >= count.number.start]
        made = self._made(s, tokens, count, named, sides)
        repeats = s.tokens[named].lower in _AGAIN or (self._definite(s, count) and made.kind == "unknown") or (count.rule in ("toll", "noun") and made.kind == "unknown")
        if made.kind == "unknown" and s.tokens[named].lower in _AGAIN and self.last and self.last[-1] == count.sentence and earlier:
            made = msgspec.structs.replace(made, kind=earlier[-1].kind)
        if made.affiliation is None and repeats and made.kind in ("unknown", "military"):
            base = self._before(count, earlier)
            if base is not None and base.affiliation and base.kind == "military":
                made = msgspec.structs.replace(made, affiliation=base.affiliation, kind=base.kind if made.kind == "unknown" else made.kind)
        return made

    def _fighting_parties(self) -> frozenset[str]:
        """Parties that the report names with soldiers and never with civilians: their people, where counted, are fighters."""
        armed: set[str] = set()
        plain: set[str] = set()
        for s in self.sentences:
            for t in s.tokens:
                if not t.actor or t.name not in ("adjective", "state", "people"):
                    continue
                party = self.party([t])
                near = [x.lower for x in s.tokens[t.i + 1 : t.i + 3] if x.tag[:1] == "N"]
                if party and any(self.lex.kinds.get(w) == "military" or w in ("army", "units", "unit", "forces") for w in near):
                    armed.add(party)
                if party and any(self.lex.kinds.get(w) == "civilian" for w in near):
                    plain.add(party)
        return frozenset(armed - plain)

    def _told_after(self, s: Sentence, count: Count) -> GroupKind | None:
        """What the words after the figure say of all or most of those counted: "57 wounded, all of them civilians"."""
        tokens = s.tokens
        for k in range(count.unit + 1, min(len(tokens), count.unit + 16)):
            if tokens[k].lower in ("all", "most", "mostly", "many") and k + 1 < len(tokens):
                for m in range(k + 1, min(len(tokens), k + 6)):
                    kind = self.lex.kinds.get(tokens[m].lower)
                    if kind in ("military", "civilian"):
                        return kind if tokens[k].lower == "all" or kind == "civilian" else None
        if count.governor >= 0 and count.noun < 0:
            for k in s.children[count.governor]:
                if tokens[k].dep == "attr" and k > count.unit:
                    return self.lex.kinds.get(tokens[k].lower)
        return None

    def _toll_noun(self, s: Sentence, count: Count) -> int:
        """Those counted in "the number of soldiers killed": the noun over the participle that told the outcome, or -1."""
        if count.rule != "toll" or not 0 <= count.trigger < len(s.tokens):
            return -1
        token = s.tokens[count.trigger]
        head = s.tokens[token.head]
        if token.dep in ("acl", "amod", "relcl") and (head.lower in self.lex.kinds or head.name in ("people", "person")):
            return token.head
        counter = token.head if token.dep in ("acl", "relcl") else count.trigger
        for k in s.children[counter]:
            if s.tokens[k].dep == "prep" and s.tokens[k].lower == "of":
                named = [m for m in s.children[k] if s.tokens[m].dep == "pobj" and (s.tokens[m].lower in self.lex.kinds or s.tokens[m].name in ("people", "person")) and m != count.unit]
                if named and s.tokens[named[0]].lower not in ("dead", "wounded", "injured", "missing", "deaths", "casualties"):
                    return named[0]
        return -1

    def _definite(self, s: Sentence, count: Count) -> bool:
        """"eight of the men": the same as counted before."""
        return any(t.lower in ("the", "these", "those") for t in s.tokens[count.unit + 1 : count.unit + 3]) and count.noun > count.unit

    def _before(self, count: Count, earlier: Sequence[Group]) -> Group | None:
        """The group of the last figure where a bare figure or "others" goes on with it, in the sentence or the one before."""
        if not earlier or not self.last:
            return None
        last = next((k for k in range(len(earlier) - 1, -1, -1) if count.parent >= 0 or self.wholes[k]), len(earlier) - 1)
        near = count.sentence - self.last[-1] <= 1 or self.sentences[count.sentence].paragraph == self.sentences[self.last[-1]].paragraph
        if near and count.noun >= 0 and self._definite(self.sentences[count.sentence], count):
            return earlier[last]
        goes_on = count.like >= 0 or count.noun < 0 or count.sentence == self.last[-1] or count.rule in ("toll", "noun")
        return earlier[last] if near and goes_on else None

    def _around(self, s: Sentence, count: Count) -> list[Token]:
        """Those named by "of"/"among" right after a figure that has no noun of its own."""
        for k in s.children[count.unit]:
            if s.tokens[k].dep == "prep" and s.tokens[k].lower in ("of", "among"):
                below = [s.tokens[m] for m in s.subtree(k)][1:]
                below = [t for t in below if t.lower not in ("them", "whom", "which", "those")]
                if below and any(t.lower in self.lex.kinds or t.actor for t in below):
                    return below[:8]
        return []

    def _made(self, s: Sentence, tokens: Sequence[Token], count: Count, noun: int, sides: Sides) -> Group:
        lower = [t.lower for t in tokens]
        head = s.tokens[noun] if noun >= 0 else tokens[-1]
        kind: GroupKind = self.lex.kinds.get(head.lower, "unknown")
        if kind == "unknown" or kind == "military" and head.lower in ("officer", "officers"):
            told = [self.lex.adjectives[w] for w in lower if w in self.lex.adjectives]
            other = [self.lex.kinds[t.lower] for t in tokens if t is not head and self.lex.kinds.get(t.lower, "unknown") != "unknown"]
            kind = told[0] if told else other[-1] if other else kind
        if kind == "unknown" and (count.rule in ("losing",) or head.lower == "losses" or (0 <= count.trigger < len(s.tokens) and s.tokens[count.trigger].lower == "losses") or any(self._fighters(t) for t in tokens)):
            kind = "military"
        joined = {self.lex.kinds.get(s.tokens[k].lower, "unknown") for k in s.children[head.i] if s.tokens[k].dep == "conj" and not any(s.tokens[m].tag == "CD" or s.tokens[m].lower in ("a", "an", "another") for m in s.children[k])} - {"unknown"}
        if kind in ("military", "civilian") and joined - {kind}:
            kind = "mixed"
        attributes = tuple(cast(Attribute, a) for a in get_args(Attribute) if set(lower) & self.lex.attributes.get(a, frozenset()))
        if kind == "unknown" and attributes and attributes != ("prisoner",):
            kind = "civilian"
        after = self._after(s, count)
        affiliation = self.party(tokens) or self.party(after)
        if affiliation is None and count.rule in ("noun", "toll") and head.lower in _AGAIN:
            affiliation = self.party(self._rest(s, head))
        if affiliation is None and (set(lower) | {t.lower for t in after} | set(self._loser_words(s, count))) & self.lex.enemy:
            affiliation, kind = sides.enemy, "military"
        if affiliation is None and count.outcome == "deployed":
            affiliation = self._sender(s, count)
        if affiliation is None and (kind == "military" or count.rule in ("losing", "toll", "noun")):
            affiliation = self._loser(s, count)
        if affiliation is None and head.lower in self.lex.state_soldiers:
            own = sides.own if sides.speaks_for and not count.number.more and sides.home in (None, sides.own) else None
            ours = sides.own if set(lower) & {"country", "our", "nation"} else None
            affiliation = ours or self._named_here(s) or self.of_soldiers.get(head.lower) or own or self.last_military or sides.home or sides.own
        elif affiliation is None and head.lower in ("men", "losses", "casualties"):
            affiliation = self._named_here(s)
            kind = "military" if affiliation else kind
        elif affiliation and head.lower in self.lex.state_soldiers and ", " not in affiliation:
            self.of_soldiers[head.lower] = affiliation
        if affiliation is None and kind == "military":
            affiliation = next((t.text for t in tokens if t.tag in ("NNP", "NNPS") and not t.name and t is not head), None)
        if kind == "unknown" and affiliation and set(self._loser_words(s, count)) & (self.lex.bodies | self.lex.state_soldiers):
            kind = "military"
        if kind == "military" and affiliation is None:
            affiliation = self._other_side(s, count)
        if kind == "military" and affiliation:
            self.last_military = affiliation
            self.counted.add(affiliation)
        start, end = tokens[0].start, tokens[-1].end
        return Group(start=start, end=end, text=self.text[start:end], affiliation=affiliation, kind=kind, attributes=attributes)

    def _fighters(self, token: Token) -> bool:
        actor = self.index.by_id.get(token.actor) if token.actor else None
        return actor is not None and actor.type in ("armed_group", "military") or token.lower in ("army", "military", "brigade", "battalion", "regiment")

    def _after(self, s: Sentence, count: Count) -> list[Token]:
        """Names that a phrase right after the noun gives its people: "soldiers of the DPRK army", "losses of the AFU"."""
        out: list[Token] = []
        for unit in {count.noun, count.unit, count.trigger if count.rule in ("toll", "noun") else count.unit}:
            if unit < 0:
                continue
            for k in s.children[unit]:
                token = s.tokens[k]
                if token.dep == "prep" and token.lower in ("of", "from", "among", "in") and k > unit:
                    below = [s.tokens[m] for m in s.subtree(k)]
                    if token.lower != "in" or any(t.lower in self.lex.bodies for t in below):
                        out.extend(t for t in below if t.name in ("adjective", "people", "body", "person") or (t.name == "state" and token.lower != "in"))
                if token.dep == "poss":
                    out.extend(s.tokens[m] for m in s.subtree(k))
        return out

    def _rest(self, s: Sentence, head: Token) -> list[Token]:
        """Peoples named after the noun up to the next mark: "200 casualties so far in mixed units of Russians and North Koreans"."""
        out: list[Token] = []
        for t in s.tokens[head.i + 1 :]:
            if t.text in (",", ";", ":", "."):
                break
            if t.name == "people":
                out.append(t)
        return out

    def _loser(self, s: Sentence, count: Count) -> str | None:
        """The party that suffered the losses: the subject of losing, the owner of "losses", the indirect object of costing."""
        tokens: list[Token] = []
        v = count.governor
        if not 0 <= v < len(s.tokens) or s.tokens[v].lower not in _LOSING:
            v = self._verb_over(s, count.unit)
        if count.rule in ("losing", "paying") or (v >= 0 and s.tokens[v].lower in _LOSING):
            for k in s.children[v] if v >= 0 else ():
                if s.tokens[k].dep in ("nsubj", "dative", "nsubjpass") or (s.tokens[k].dep == "agent"):
                    tokens.extend(s.tokens[m] for m in s.subtree(k))
        trigger = s.tokens[count.trigger] if 0 <= count.trigger < len(s.tokens) else None
        if trigger and trigger.tag[:1] == "N":
            for k in s.children[count.trigger]:
                if s.tokens[k].dep in ("poss", "amod", "nmod", "compound") or (s.tokens[k].dep == "prep" and s.tokens[k].lower in ("of", "among", "on")):
                    tokens.extend(s.tokens[m] for m in s.subtree(k))
        return self.party(tokens)

    def _verb_over(self, s: Sentence, k: int) -> int:
        for _ in range(6):
            if s.tokens[k].tag[:1] == "V":
                return k
            if s.tokens[k].head == k:
                return -1
            k = s.tokens[k].head
        return -1

    def _loser_words(self, s: Sentence, count: Count) -> list[str]:
        """Words of the subject of losing or the owner of "losses"."""
        out: list[str] = []
        v = self._verb_over(s, count.unit)
        if v >= 0 and s.tokens[v].lower in _LOSING:
            out += [s.tokens[m].lower for k in s.children[v] if s.tokens[k].dep == "nsubj" for m in s.subtree(k)]
        if 0 <= count.trigger < len(s.tokens) and s.tokens[count.trigger].tag[:1] == "N":
            out += [s.tokens[m].lower for k in s.children[count.trigger] if s.tokens[k].dep in ("poss", "amod", "prep") for m in s.subtree(k)]
        return out

    def _other_side(self, s: Sentence, count: Count) -> str | None:
        """The second of two parties that the sentence names, where the first is the attacker: "X opened fire on Y vehicles, killing eight fighters"."""
        attacker = self.attacker(count)
        if attacker is None or not attacker.affiliation:
            return None
        named = dict.fromkeys(a for t in s.tokens if t.name in ("adjective", "people", "state") and (a := self.party([t])))
        others = [a for a in named if a != attacker.affiliation]
        return others[0] if len(named) == 2 and len(others) == 1 else None

    def _named_here(self, s: Sentence) -> str | None:
        """The one party whose army, troops or people the sentence names."""
        found: list[str] = []
        for t in s.tokens:
            actor = self.index.by_id.get(t.actor) if t.actor else None
            if actor is None or not actor.affiliation:
                continue
            after = s.tokens[t.i + 1].lower if t.i + 1 < len(s.tokens) else ""
            if (t.name == "body" and actor.type == "military" and t.dep not in ("nsubj", "nsubjpass", "appos")) or (t.name in ("adjective", "state") and after in self.lex.bodies | self.lex.state_soldiers) or t.name == "people":
                found.append(actor.affiliation)
        return found[0] if len(set(found)) == 1 else None

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

    def attacker(self, count: Count, victims: str | None = None) -> Attacker | None:
        """Who is told to have done it: the subject of an active verb, the agent of a passive one, or the party named with the
        attack ("Israeli air strikes", "an attack claimed by X"); it must be a party, fighters or a force."""
        s, v = self.sentences[count.sentence], count.governor
        if 0 <= v < len(s.tokens) and count.rule not in _OWN_DOING:
            found = self._doers(s, v, count)
            for k in found:
                tokens = [t for t in (s.tokens[m] for m in s.subtree(k)) if t.tag not in ("WP", "WDT")]
                party = self.party([t for t in tokens if t.start <= s.tokens[k].end + 40])
                head = s.tokens[k]
                if party or self.lex.kinds.get(head.lower) == "military" or head.lower in self.lex.bodies:
                    words = [t for t in tokens if t.end <= head.end] or [head]
                    return Attacker(start=words[0].start, end=words[-1].end, text=self.text[words[0].start : words[-1].end], affiliation=party)
        return self._with_attack(s, count, victims)

    def _doers(self, s: Sentence, v: int, count: Count) -> list[int]:
        at = v
        for _ in range(4):
            perfect = any(s.tokens[k].lower in ("had", "has", "have") for k in s.children[at])
            found = [k for k in s.children[at] if s.tokens[k].dep == "nsubj" and count.unit not in s.subtree(k)] if s.tokens[at].tag != "VBN" or perfect else []
            found += [m for k in s.children[at] if s.tokens[k].dep == "agent" for m in s.children[k] if s.tokens[m].dep == "pobj"]
            if found or s.tokens[at].dep not in ("conj", "advcl", "xcomp") or s.tokens[at].head == at:
                return found
            at = s.tokens[at].head
        return []

    def _with_attack(self, s: Sentence, count: Count, victims: str | None) -> Attacker | None:
        """The party whose attack the sentence names nearest to the count; never that of those counted."""
        best: tuple[int, Attacker] | None = None
        for t in s.tokens:
            party = self.party([t]) if t.name in ("adjective", "state", "body", "people") else None
            if party is None or (victims and party in victims):
                continue
            after = [x.lower for x in s.tokens[t.i + 1 : t.i + 5]]
            before = [x.lower for x in s.tokens[max(0, t.i - 5) : t.i]]
            owns = any(w in self.lex.attacks for w in after[: after.index(",") if "," in after else None]) and t.name in ("adjective", "state", "body")
            owns = owns and (t.name != "state" or after[:1] in (["'s"], ["’s"]) or after[0] in self.lex.attacks)
            by = any(w in ("by", "from") for w in before[-3:]) and any(w in self.lex.attacks or w in ("claimed", "fired", "carried", "flown", "launched", "hands") for w in before)
            if not owns and not by:
                continue
            distance = abs(t.i - count.unit)
            if best is None or distance < best[0]:
                best = distance, Attacker(start=t.start, end=t.end, text=t.text, affiliation=party)
        return best[1] if best else None

    def means(self, count: Count) -> tuple[Means, Token] | None:
        """How it was done, by the nearest word for it: in the count's own clause, else in its sentence, else in the one before."""
        s = self.sentences[count.sentence]
        verb = count.governor if count.governor >= 0 else count.trigger
        if 0 <= verb < len(s.tokens) and count.rule not in ("list", "toll", "ellipsis"):
            found = self._means_near([s.tokens[k] for k in s.subtree(verb)], count.unit)
            if found:
                return found
        found = self._means_near(s.tokens, count.unit)
        if found or s.index == 0:
            return found
        before = self.sentences[s.index - 1]
        if before.paragraph == s.paragraph and count.outcome in ("killed", "wounded", "casualties"):
            return self._means_near(before.tokens, len(before.tokens))
        return None

    def _means_near(self, tokens: Sequence[Token], at: int) -> tuple[Means, Token] | None:
        """The class of means told by the word nearest to token ``at``."""
        best: tuple[int, Means, Token] | None = None
        for t in tokens:
            name = self.means_of.get(t.lower)
            if name is not None and (best is None or abs(t.i - at) < best[0]):
                best = abs(t.i - at), name, t
        return (best[1], best[2]) if best else None
