"""What word tells the outcome of a number in one sentence: the grammar climbed from the number's unit.

A number stands for a unit (the noun it counts, or itself). Which words tell what, and of which of their parts, is data
(``lexicons/en/claims.yaml``).
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from counterclaim.drafts import Number
from counterclaim.outcome_words import ClaimLexicon, load_lexicon
from counterclaim.parse import Sentence
from counterclaim.records import Outcome

__all__ = ["ATTACKERS", "HELD", "LIST_TAGS", "ClaimLexicon", "Finder", "Hit", "load_lexicon"]

_POINTERS = frozenset({"them", "whom", "these", "those", "which", "us"})
_TAKEN = frozenset({"hostage", "prisoner", "captive"})
HELD = frozenset("prisoner prisoners hostage hostages captive captives detainee detainees pow pows".split())
_AUX = frozenset("was were is are be been being have has had having also then later since reportedly allegedly all still each more others other people men women also so far".split())


LIST_TAGS = frozenset([",", "CC", ":", "NN", "NNS", "JJ", "IN", "DT", "NNP", "-LRB-", "-RRB-", "POS", "PRP$", "PRP"])


class Hit(msgspec.Struct, frozen=True, gc=False):
    outcome: Outcome
    trigger: int
    rule: str
    governor: int = -1
    via: int = -1  # the unit token of another number whose outcome this one shares
    part: bool = False


ATTACKERS = Hit("killed", 0, "attackers")


class Finder:
    """The search in one sentence."""

    def __init__(self, sentence: Sentence, lexicon: ClaimLexicon) -> None:
        self.s, self.lex, self.tokens = sentence, lexicon, sentence.tokens

    def kids(self, i: int, *deps: str) -> list[int]:
        return [k for k in self.s.children[i] if self.tokens[k].dep in deps]

    def verb(self, i: int) -> str | None:
        token = self.tokens[i]
        return self.lex.verbs.get(token.lower) if token.tag[:1] == "V" or token.tag in ("JJ", "NN") else None

    def is_person(self, i: int) -> bool:
        token = self.tokens[i]
        return self.kind(i) is not None or token.name in ("people", "person") or (token.name == "adjective" and token.tag.startswith("N"))

    def kind(self, i: int) -> str | None:
        return self.lex.kind(self.tokens[i].lower)

    # -- the unit ------------------------------------------------------------------------------------------------

    def unit(self, number: Number, t: int) -> tuple[int, int]:
        """(unit, counted noun or -1) of the number at token t."""
        tokens = self.tokens
        last = t
        while last + 1 < len(tokens) and tokens[last + 1].end <= number.core_end:
            last += 1
        if number.form == "article":
            noun = next((k for k in range(t + 1, min(len(tokens), t + 6)) if self.is_person(k) and not self.compounded(k)), -1)
            return (noun, noun) if noun >= 0 else (t, -1)
        for k in range(last, t - 1, -1):
            token = tokens[k]
            head = tokens[token.head]
            if token.head > last and not head.text[-1:].isdigit() and token.dep in ("nummod", "amod", "det", "compound", "nmod", "quantmod", "poss", "predet", "advmod", "nsubj") and head.tag[:1] == "N":
                if (token.dep != "nsubj" or token.head == last + 1) and not any(tokens[m].tag == "DT" and tokens[m].lower == "the" for m in range(last + 1, token.head)):
                    return self.real_noun(token.head), self.real_noun(token.head)
        after = last + 1
        while after < len(tokens) and tokens[after].lower in ("more", "other", "others", "further", "additional", "of") and tokens[after].lower != "of":
            after += 1
        if after < len(tokens) and after > last + 1 and tokens[after - 1].lower == "others":
            return after - 1, after - 1
        k = after
        while k < len(tokens) and k < after + 5 and (tokens[k].tag in ("JJ", "VBN", "NN", "NNP", "NNPS") or tokens[k].name) and not (tokens[k].lower in self.lex.adjectives and not self.follows_noun(k)):
            if self.is_person(k) and not (k + 1 < len(tokens) and (self.is_person(k + 1) or tokens[k + 1].tag in ("NNS",))):
                return k, k
            k += 1
        if k < len(tokens) and k < after + 5 and tokens[k].tag in ("NNS", "NNPS", "NN") and not any(x.text in "()" for x in tokens[after : k + 1]):
            return k, k
        if last + 2 < len(tokens) and tokens[last + 1].lower == "of" and tokens[last + 2].lower in _POINTERS:
            after = last + 3
            while after < len(tokens) and after < last + 6 and tokens[after].tag in ("JJ", "VBN", "NN"):
                if self.is_person(after):
                    break
                after += 1
            return t, after if after < len(tokens) and self.is_person(after) else -1
        of = self.kids(t, "prep") + self.kids(last, "prep")
        for p in of:
            if tokens[p].lower in ("of", "among"):
                for noun in self.kids(p, "pobj"):
                    return t, noun
        return t, -1

    def follows_noun(self, k: int) -> bool:
        return k + 1 < len(self.tokens) and self.tokens[k + 1].tag[:1] == "N"

    def compounded(self, k: int) -> bool:
        return self.tokens[k].dep == "compound" and self.tokens[k].head == k + 1

    def real_noun(self, k: int) -> int:
        """The counted noun where the parser took "12 villagers hostage" for one compound."""
        return k - 1 if self.tokens[k].lower in ("hostage", "prisoner", "captive") and k and self.is_person(k - 1) else k

    # -- what tells the outcome ------------------------------------------------------------------------------------

    def below(self, i: int, words: frozenset[str]) -> bool:
        return any(self.tokens[k].lower in words for k in self.s.subtree(i))

    def satisfied(self, v: int, base: str, unit: int, noun: int) -> bool:
        need = self.lex.needs.get(base)
        if base == "fall" and (self.kind(noun if noun >= 0 else unit) == "military" or self.tokens[noun].name == "people"):
            need = None
        if need and not any(self.tokens[k].lower in need for k in range(v, min(len(self.tokens), v + 12))) and not (need and self.below(v, need)):
            return False
        who = noun if noun >= 0 else unit
        if base in self.lex.soldiers_only:
            return self.kind(who) == "military" or self.tokens[who].name in ("people", "person")
        return not (base in self.lex.person_needed and noun >= 0 and not self.is_person(noun))

    def direct(self, unit: int, noun: int) -> Hit | None:
        """The verb over the counted tells their death: it goes before what a noun or participle beside them says."""
        token = self.tokens[unit]
        head = token.head
        if token.dep not in ("nsubj", "nsubjpass", "dobj") or self.tokens[head].tag[:1] != "V":
            return None
        hit = self.by_verb(head, unit, token.dep, noun)
        return hit if hit is not None and hit.outcome == "killed" and hit.rule in ("subject", "object", "complement", "phrase") else None

    def headline(self, t: int, noun: int) -> Hit | None:
        """"BLAST KILLS 19", "Grenade wounds 16": the verb right before, where the parser took it for a noun."""
        tokens, k = self.tokens, t - 1
        if k < 1 or (noun >= 0 and not self.is_person(noun)) or tokens[k].tag not in ("NNP", "NNS", "NN", "NNPS", "VBZ", "VBD", "VBG"):
            return None
        base = self.lex.verbs.get(tokens[k].lower)
        if base in self.lex.by_object and base not in self.lex.needs and (noun >= 0 or base not in self.lex.person_needed) and tokens[k].lower != base:
            return Hit(self.lex.by_object[base], k, "beside", k)
        return None

    def attacks(self, unit: int) -> bool:
        """The counted do what attackers do: "20 gunmen stormed the village"."""
        token = self.tokens[unit]
        return token.dep == "nsubj" and self.verb(token.head) in self.lex.attacking and self.tokens[token.head].tag[:1] == "V"

    def named(self, noun: int) -> bool:
        """A noun after "a" says who a person told by name is: "Salem, a detainee, escaped", "Salem was a detainee"."""
        if noun < 0:
            return False
        token = self.tokens[noun]
        head = self.tokens[token.head]
        if token.dep == "appos":
            told = [self.tokens[k] for k in self.s.children[token.head]]
            mine = any(k.tag in ("PRP$", "POS") or k.dep == "poss" for k in told) or any(k.tag == "DT" and k.lower == "the" for k in told)
            return mine or (head.tag in ("NNP", "NNPS") and not head.name and not any(k.tag == "CD" for k in told))
        if token.dep == "attr" and head.tag[:1] == "V":
            return any(self.tokens[k].tag in ("NNP", "PRP") for k in self.kids(token.head, "nsubj"))
        return False

    def adjacent(self, unit: int, t: int, noun: int) -> Hit | None:
        """The word right after the counted: "30 people were killed", "126 injured", "20 dead"."""
        tokens, k = self.tokens, unit + 1
        label = self.labelled(t)
        if label is not None:
            return label
        while k < len(tokens) and k <= unit + 6 and (tokens[k].lower in _AUX or tokens[k].tag == "RB" or tokens[k].tag == "MD"):
            k += 1
        if k < len(tokens) and tokens[k].text == "," and k <= unit + 4:
            k = self.over_insertion(k)
            while k < len(tokens) and (tokens[k].lower in _AUX or tokens[k].tag in ("RB", "MD")):
                k += 1
        if k >= len(tokens):
            return None
        word, after = tokens[k].lower, tokens[k + 1] if k + 1 < len(tokens) else None
        if word in self.lex.adjectives and not (after and after.tag[:1] == "N" and tokens[k].dep == "amod"):
            if tokens[k].tag in ("VBD",) and self.kids(k, "dobj") and tokens[k].lower not in ("dead", "missing"):
                return None
            aux = any(t.lower in ("was", "were", "been", "be", "are", "is") for t in tokens[unit + 1 : k])
            if tokens[k].tag == "VBD" and not aux and after and after.tag in ("DT", "CD", "PRP$", "NNP", "NNPS", "JJ"):
                return None
            return Hit(self.lex.adjectives[word], k, "beside", k)
        base = self.lex.verbs.get(word)
        if base and tokens[k].tag in ("VBN", "VBD") and base in self.lex.by_object and (tokens[k].tag == "VBN" or any(t.lower in ("was", "were", "been") for t in tokens[unit + 1 : k])):
            if not self.kids(k, "dobj") and self.satisfied(k, base, unit, noun):
                return Hit(self.lex.by_object[base], k, "beside", k)
        if base and base in self.lex.by_subject and tokens[k].tag[:1] == "V" and self.satisfied(k, base, unit, noun):
            return Hit(self.lex.by_subject[base], k, "beside", k)
        return None

    def labelled(self, t: int) -> Hit | None:
        """"Killed: 3", "Wounded - 14 people", "Personnel lost since the start of the war: 61,190"."""
        tokens = self.tokens
        k = t - 1
        while k > 0 and (tokens[k].tag in ("RB", "IN", "JJR", "JJS", "RBR", "RBS") or tokens[k].text == "~"):
            k -= 1
        if k < 1 or tokens[k].text not in (":", "-", "–", "—", "=") or (tokens[k].text == "-" and tokens[k].start == tokens[k - 1].end):
            return None
        word = tokens[k - 1].lower
        outcome = self.lex.adjectives.get(word) or self.lex.nouns.get(word)
        told = k > 2 and any(x.dep in ("auxpass", "aux") or x.tag == "CD" for x in tokens[max(0, k - 6) : k])  # noqa: PLR2004
        if outcome and word not in HELD and not told:
            return Hit(outcome, k - 1, "label")
        if tokens[k].text != ":" or k > 14 or any(x.tag in ("VBZ", "VBP") or x.dep == "auxpass" or x.tag == "CD" or x.text == ":" for x in tokens[:k]):  # noqa: PLR2004
            return None
        for m in range(k):
            low = tokens[m].lower
            outcome = self.lex.adjectives.get(low) or (self.lex.nouns.get(low) if low not in HELD and low not in ("life", "lives") else None)
            if outcome and tokens[m].dep != "amod":
                return Hit(outcome, m, "label")
            if self.lex.verbs.get(low) in self.lex.losing and any(self.is_person(j) for j in range(m)):
                return Hit("casualties", m, "label")
        return None

    def over_insertion(self, k: int) -> int:
        """The index after a short stretch between commas that begins at the comma k; the sentence's end where there is none."""
        for m in range(k + 2, min(len(self.tokens), k + 16)):
            if self.tokens[m].text == ",":
                return m + 1 if m + 1 < len(self.tokens) and (self.tokens[m + 1].lower in _AUX or self.tokens[m + 1].tag in ("VBD", "VBZ", "VBP")) else len(self.tokens)
            if self.tokens[m].tag in ("VBD", "VBZ", "VBP") and self.tokens[m].lower not in _AUX:
                return len(self.tokens)
        return len(self.tokens)

    def own(self, unit: int, noun: int) -> Hit | None:
        """The counted noun itself: "12 deaths", "scores of casualties", "80 bodies"."""
        for k in (unit, noun):
            if k >= 0 and self.tokens[k].lower in self.lex.nouns and self.tokens[k].tag != "CD":
                word = self.tokens[k].lower
                if word in ("lives", "life") and not self.lives(k):
                    continue
                if word in HELD:
                    continue
                return Hit(self.lex.nouns[word], k, "noun", self.over(k))
        return None

    def over(self, k: int) -> int:
        """The verb above a token, or -1."""
        for _ in range(12):
            token = self.tokens[k]
            if token.tag[:1] == "V":
                return k
            if token.head == k:
                return -1
            k = token.head
        return -1

    def lives(self, k: int) -> bool:
        v = self.over(k)
        return v >= 0 and self.lex.verbs.get(self.tokens[v].lower, "") in ("claim", "take", "cost", "lose")

    def modifiers(self, i: int, unit: int, noun: int) -> Hit | None:
        """Participles, adjectives and relative clauses of the counted: "soldiers killed", "wounded civilians", "who died"."""
        for k in self.s.children[i]:
            token = self.tokens[k]
            if token.dep in ("amod", "acl", "oprd", "acomp", "advcl", "appos", "nmod") and token.lower in self.lex.adjectives:
                if token.dep in ("acl", "advcl") and token.tag == "VBG":
                    continue
                return Hit(self.lex.adjectives[token.lower], k, "modifier", k)
            if token.dep == "prep" and token.lower in ("among", "amongst"):
                for m in self.kids(k, "pobj"):
                    if self.tokens[m].lower in self.lex.nouns:
                        return Hit(self.lex.nouns[self.tokens[m].lower], m, "among", k, part=True)
            if token.dep == "prep" and token.lower == "with" and any(self.tokens[m].lower in self.lex.wounds for m in self.s.subtree(k)):
                return Hit("wounded", k, "with-wounds", k)
            if token.dep in ("acl", "relcl") and token.tag[:1] == "V":
                if token.dep == "acl" and token.tag == "VBG":
                    continue
                passive = bool(self.kids(k, "auxpass", "nsubjpass")) or (token.dep == "acl" and token.tag == "VBN")
                role = "nsubjpass" if passive else "nsubj"
                subjects = self.kids(k, "nsubj", "nsubjpass")
                if subjects and self.tokens[subjects[0]].lower not in ("who", "that", "which"):
                    role = "dobj"
                hit = self.by_verb(k, i, role, noun if noun >= 0 else i)
                if hit and hit.rule != "attackers":
                    return hit
        return None

    def by_verb(self, v: int, arg: int, dep: str, noun: int) -> Hit | None:
        """What verb v tells of its part ``arg`` in the grammatical role ``dep``."""
        lex, tokens = self.lex, self.tokens
        base = lex.verbs.get(tokens[v].lower)
        objects = [k for k in self.kids(v, "dobj", "attr", "oprd") if k != arg and self.tokens[k].lower not in lex.adjectives and self.tokens[k].tag != "JJ"]
        passive = bool(self.kids(v, "auxpass", "nsubjpass"))
        if dep == "npadvmod" and arg > v and not objects:
            dep = "dobj"
        suffers = dep in ("dobj", "nsubjpass", "oprd", "dative", "attr") or (dep == "nsubj" and tokens[v].tag == "VBN" and not objects)
        if base:
            if suffers or (dep == "nsubj" and not objects):
                told = self.completed(v, base, arg)
                if told:
                    return Hit(told, v, "complement", v)
            if dep == "nsubj":
                for verb, words, outcome in lex.phrases:
                    if base == verb and any(tokens[k].lower in words for k in objects):
                        return Hit(outcome, v, "phrase", v)
            if base in lex.by_object and suffers and self.satisfied(v, base, arg, noun):
                return Hit(lex.by_object[base], v, "object", v)
            if base in lex.by_subject and dep in ("nsubj", "nsubjpass") and self.satisfied(v, base, arg, noun):
                return Hit(lex.by_subject[base], v, "subject", v)
            if base in lex.by_object and dep == "nsubj" and objects and not passive:
                return ATTACKERS
            if base in lex.losing and dep in ("dobj", "nsubjpass"):
                kind = self.kind(noun) if noun >= 0 else "military"
                if noun >= 0 and not self.is_person(noun):
                    return None
                return Hit("casualties" if kind == "military" or self.military_subject(v) else "killed", v, "losing", v)
            if base in lex.paying and noun >= 0 and self.is_person(noun):
                return Hit("casualties" if self.kind(noun) == "military" else "killed", v, "paying", v)
        for k in self.kids(v, "acomp", "attr", "oprd", "xcomp", "advcl"):
            word = tokens[k].lower
            if k != arg and word in lex.adjectives and dep in ("nsubj", "nsubjpass", "dobj") and (tokens[k].dep != "advcl" or tokens[k].tag == "JJ"):
                return Hit(lex.adjectives[word], k, "predicate", v)
        if dep in ("nsubj", "nsubjpass", "attr"):
            for p in self.kids(v, "prep"):
                if tokens[p].lower in ("among", "amongst"):
                    for k in self.kids(p, "pobj"):
                        if tokens[k].lower in lex.nouns:
                            return Hit(lex.nouns[tokens[k].lower], k, "among", v, part=True)
            for k in self.kids(v, "xcomp"):
                if tokens[k].tag[:1] == "V":
                    role = "nsubjpass" if self.kids(k, "auxpass") else "nsubj"
                    hit = self.by_verb(k, arg, role, noun)
                    if hit:
                        return hit
        if self.present(v, base, dep, noun):
            return Hit("deployed", v, "present", v)
        hit = self.carried(v, arg) if base in lex.carriers or base is None else None
        return hit or self.also_does(v, arg, dep, noun)

    def present(self, v: int, base: str | None, dep: str, noun: int) -> bool:
        """Forces said to be somewhere: "there are 900 troops in Niger", "has 1,500 soldiers on the ground"."""
        if noun < 0 or self.tokens[noun].lower not in self.lex.forces or (base, dep) not in (("be", "nsubj"), ("be", "attr"), ("have", "dobj"), ("keep", "dobj"), ("maintain", "dobj")):
            return False
        where = [*self.kids(v, "prep"), *self.kids(noun, "prep")]
        return any(self.tokens[k].lower in ("in", "on", "at", "near", "inside", "along", "across", "around") for k in where)

    def also_does(self, v: int, arg: int, dep: str, noun: int) -> Hit | None:
        """A verb joined to v that has the same subject: "were ambushed and killed", "laid down their arms and surrendered"."""
        if dep not in ("nsubj", "nsubjpass"):
            return None
        for k in self.kids(v, "conj"):
            if self.tokens[k].tag[:1] != "V" or self.kids(k, "nsubj", "nsubjpass"):
                continue
            passive = bool(self.kids(k, "auxpass")) or (dep == "nsubjpass" and self.tokens[k].tag == "VBN")
            hit = self.by_verb(k, arg, "nsubjpass" if passive else "nsubj", noun)
            if hit is not None and hit.rule in ("subject", "object", "complement", "phrase"):
                return hit
        return None

    def completed(self, v: int, base: str, arg: int) -> Outcome | None:
        """What a word that completes the verb tells: "left dead", "taken prisoner", "are in hospital"."""
        tokens = self.tokens
        for way in self.lex.complements.get(base, ()):
            for k in (*(m for m in self.s.children[v] if m < v), *range(v + 1, min(len(tokens), v + 16))):
                if tokens[k].lower not in way.words or (k == arg and tokens[k].lower not in HELD | _TAKEN) or not self.same_clause(v, k):
                    continue
                if not way.preps or tokens[tokens[k].head].lower in way.preps:
                    return way.outcome
        return None

    def military_subject(self, v: int) -> bool:
        subjects = self.kids(v, "nsubj")
        return bool(subjects) and (self.tokens[subjects[0]].lower in ("army", "forces", "military", "troops", "units", "enemy", "side", "afu") or self.tokens[subjects[0]].name in ("state", "capital"))

    def same_clause(self, v: int, k: int) -> bool:
        """Token k hangs on verb v without another finite verb between."""
        for _ in range(10):
            if k == v:
                return True
            token = self.tokens[k]
            if token.head == k or (token.tag in ("VBD", "VBZ", "VBP") and k != v):
                return False
            k = token.head
        return False

    def carried(self, v: int, arg: int) -> Hit | None:
        """A toll, a "number of wounded" or "losses" among the verb's other parts: "put the toll at 55"."""
        mine = self.s.subtree(arg)
        own = set(mine)
        for k in self.s.children[v]:
            if k in own or self.tokens[k].dep not in ("nsubj", "nsubjpass", "dobj", "attr", "prep", "oprd", "dative", "ccomp") or arg in self.s.subtree(k):
                continue
            if self.tokens[k].dep == "prep" and self.tokens[k].lower not in ("of", "to", "for", "in", "on"):
                continue
            hit = self.toll(k, v)
            if hit:
                return hit
        return None

    def toll(self, k: int, v: int) -> Hit | None:
        """The outcome that a noun phrase standing for a figure tells."""
        tokens, lex = self.tokens, self.lex
        words = self.s.subtree(k)
        head = tokens[k].lower
        if tokens[k].dep == "prep":
            return next((h for m in self.kids(k, "pobj") if (h := self.toll(m, v))), None)
        figure = head in lex.tolls or head in lex.counters
        if head in lex.nouns and head not in ("lives", "life"):
            return Hit(self.joined(k, lex.nouns[head])[0], k, "toll", v)
        if not figure:
            return None
        for m in words:
            if m != k and (tokens[m].lower in lex.nouns or tokens[m].lower in lex.adjectives) and tokens[m].lower not in ("lives", "life"):
                outcome = lex.nouns.get(tokens[m].lower) or lex.adjectives[tokens[m].lower]
                return Hit(self.joined(m, outcome)[0], m, "toll", v)
            base = lex.verbs.get(tokens[m].lower) if tokens[m].tag[:1] == "V" else None
            if m != k and base in lex.by_object:
                return Hit(self.joined(m, lex.by_object[base])[0], m, "toll", v)
        return Hit(lex.tolls[head], k, "toll", v) if head in lex.tolls else None

    def joined(self, k: int, outcome: Outcome) -> tuple[Outcome, tuple[Outcome, ...]]:
        """The outcome with that of a word joined to it ("killed and wounded" -> casualties), and further ones."""
        tokens = self.tokens
        more: list[Outcome] = []
        for step, order in ((1, ("and", "or", "/", "&")), (-1, ("and", "or", "/", "&"))):
            j = k + step
            if not (0 < j < len(tokens)) or tokens[j].lower not in order:
                continue
            m = j + step
            while 0 <= m < len(tokens) and (tokens[m].tag == "RB" or tokens[m].lower in ("then", "were")):
                m += step
            if not 0 <= m < len(tokens):
                continue
            other = self.lex.adjectives.get(tokens[m].lower) or (self.lex.nouns.get(tokens[m].lower) if tokens[m].lower in ("wounded", "dead", "injured") else None)
            base = self.lex.verbs.get(tokens[m].lower)
            if other is None and base in self.lex.by_object and tokens[m].tag[:1] == "V" and base not in self.lex.person_needed:
                other = self.lex.by_object[base]
            if other is None or other == outcome:
                continue
            after = tokens[m + 1] if m + 1 < len(tokens) else None
            if step == 1 and after is not None and (after.tag in ("CD", "DT", "PRP$", "PDT", "QP") or after.lower in ("dozens", "scores", "hundreds", "thousands", "several", "many", "at")):
                continue
            if {outcome, other} == {"killed", "wounded"}:
                return "casualties", ()
            if step == 1:
                more.append(other)
        return outcome, tuple(more)

    def climb(self, unit: int, noun: int, units: Mapping[int, int]) -> Hit | None:
        """From the unit upwards until a word tells the outcome."""
        tokens, cur, part, apposed, listed = self.tokens, unit, False, False, False
        for _ in range(9):
            token = tokens[cur]
            if cur != unit and cur in units:
                return Hit("killed", cur, "apposed" if apposed else "shared", via=cur, part=part)
            if cur == unit and noun >= 0 and noun == unit and token.dep == "pobj" and tokens[token.head].lower == "of" and not self.is_person(noun) and token.lower not in self.lex.nouns:
                return None  # "22 members of one clan": the clan is not counted
            if cur != unit and token.lower in self.lex.not_people:
                return None
            hit = self.modifiers(cur, unit, noun if cur == unit else cur)
            if hit:
                return hit
            head = token.head
            if head == cur:
                return None
            role = token.dep
            if tokens[head].dep in ("aux", "auxpass") and role == "nsubj":  # "remain stranded", read as a passive
                role, head = ("nsubjpass" if tokens[head].dep == "auxpass" else role), tokens[head].head
            up = tokens[head]
            if token.dep == "appos" and up.lower in self.lex.nouns and up.lower not in HELD and noun < 0:
                return Hit(self.lex.nouns[up.lower], head, "toll", self.over(head))
            if up.tag[:1] == "V" or up.lower in self.lex.adjectives:
                if up.tag[:1] != "V":
                    return Hit(self.lex.adjectives[up.lower], head, "predicate", head)
                hit = self.by_verb(head, cur, role, noun if cur == unit else cur)
                if hit:
                    return msgspec.structs.replace(hit, part=hit.part or part)
                if token.dep in ("conj", "dep") or up.dep == "conj" and token.dep in ("nsubj", "npadvmod", "dep"):
                    cur = head
                    continue
                return None
            if token.dep == "pobj" or up.tag == "IN" or token.dep in ("pcomp", "prep"):
                word = up.lower
                if word in self.lex.including:
                    part, apposed, listed = True, False, True
                    cur = up.head
                    continue
                if up.dep == "agent" or (word == "by" and tokens[up.head].tag[:1] == "V"):
                    return ATTACKERS if word == "by" and tokens[up.head].lower not in ("rose", "risen", "rise", "increased", "rising") else None
                above = up.head
                if word in ("of", "at", "to", "from", "with", "for", "as", "in", "into", "on", "by", "behind", "among", "between", "than"):
                    if tokens[above].tag[:1] == "N" or tokens[above].lower in self.lex.nouns:
                        hit = self.toll(above, self.over(above)) or (self.own(above, -1) if word in ("of", "among", "on", "for") else None)
                        if hit and (word in ("of", "to", "at", "from", "among", "for") or hit.rule == "toll"):
                            return hit
                        if word == "of":
                            cur = above
                            continue
                        return None
                    if tokens[above].tag[:1] == "V" and word != "of":
                        return self.by_verb(above, head, "prep", noun) or self.carried(above, head)
                    if tokens[above].tag[:1] == "V":
                        return self.carried(above, head)
                    if tokens[above].tag == "IN" or tokens[above].dep == "prep":
                        cur = above
                        continue
                return None
            if token.dep in ("appos",):
                part, apposed = True, not listed
            cur = head
        return None

    def done_to_them(self, v: int, outcome: Outcome) -> tuple[Outcome, ...]:
        """What a verb joined to v tells of the same people: "seized 14 policemen and later executed them"."""
        more: list[Outcome] = []
        for k in self.kids(v, "conj"):
            told = self.lex.by_object.get(self.verb(k) or "")
            if told and told != outcome and any(self.tokens[m].lower == "them" for m in self.kids(k, "dobj")):
                more.append(told)
        return tuple(more)


