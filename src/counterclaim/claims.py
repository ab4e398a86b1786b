"""A quantity + an outcome = a count: which numbers of a text tell how many people were killed, wounded, ...

One extraction for all forms. A number stands for a unit (the noun it counts, or itself); from the unit the grammar is
climbed until a word tells an outcome. Which words tell what, and of which of their parts, is data
(``lexicons/en/claims.yaml``). What stays without an outcome becomes an abstention with a code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from counterclaim.drafts import Count, Number
from counterclaim.parse import Sentence
from counterclaim.records import Abstention, Outcome
from counterclaim.words import form_table, plural

_POINTERS = frozenset({"them", "whom", "these", "those", "which", "us"})
_HELD = frozenset("prisoner prisoners hostage hostages captive captives detainee detainees pow pows".split())
_AUX = frozenset("was were is are be been being have has had having also then later since reportedly allegedly all still each more others other people men women also so far".split())


_LIST_TAGS = frozenset([",", "CC", ":", "NN", "NNS", "JJ", "IN", "DT", "NNP", "-LRB-", "-RRB-", "POS", "PRP$", "PRP"])


class ClaimLexicon(msgspec.Struct, frozen=True):
    """The outcome words, compiled."""

    verbs: Mapping[str, str]
    by_object: Mapping[str, Outcome]
    by_subject: Mapping[str, Outcome]
    needs: Mapping[str, frozenset[str]]
    person_needed: frozenset[str]
    soldiers_only: frozenset[str]
    phrases: tuple[tuple[str, frozenset[str], Outcome], ...]
    complements: Mapping[str, tuple[tuple[frozenset[str], Outcome], ...]]
    nouns: Mapping[str, Outcome]
    tolls: Mapping[str, Outcome]
    counters: frozenset[str]
    adjectives: Mapping[str, Outcome]
    carriers: frozenset[str]
    losing: frozenset[str]
    paying: frozenset[str]
    including: frozenset[str]
    not_people: frozenset[str]
    breaking: frozenset[str]
    person_kind: Mapping[str, str]


def load_lexicon(data: Any, groups: Any, irregular: Mapping[str, Sequence[str]]) -> ClaimLexicon:
    """Compile ``claims.yaml`` and the person words of ``groups.yaml``."""
    by_object = {v: o for o, ways in data["verbs"].items() for v in ways["object"]}
    by_subject = {v: o for o, ways in data["verbs"].items() for v in ways["subject"]}
    complements: dict[str, list[tuple[frozenset[str], Outcome]]] = {}
    for entry in data["complements"]:
        complements.setdefault(entry["verb"], []).append((frozenset(entry["word"]), entry["outcome"]))
    phrases = tuple((p["verb"], frozenset(p["object"]), p["outcome"]) for p in data["phrases"])
    bases = [*by_object, *by_subject, *complements, *(p[0] for p in phrases), *data["carriers"], *data["losing"], *data["paying"], *data["bearing"]]
    persons: dict[str, str] = {}
    for kind, words in groups["kinds"].items():
        for word in words:
            persons.setdefault(word, kind)
            persons.setdefault(plural(word), kind)
    persons |= {"children": "civilian", "grandchildren": "civilian", "schoolchildren": "civilian", "people": "unknown", "men": "unknown", "persons": "unknown", "policemen": "civilian", "troops": "military", "personnel": "military"}
    return ClaimLexicon(
        verbs=form_table(dict.fromkeys(bases), irregular), by_object=by_object, by_subject=by_subject,
        needs={k: frozenset(v) for k, v in data["verb_needs"].items()}, person_needed=frozenset(data["person_needed"]),
        soldiers_only=frozenset(data["soldiers_only"]), phrases=phrases,
        complements={k: tuple(v) for k, v in complements.items()},
        nouns={w: o for o, words in data["nouns"].items() for w in words}, tolls=dict(data["tolls"]),
        counters=frozenset(data["counters"]), adjectives={w: o for o, words in data["adjectives"].items() for w in words},
        carriers=frozenset(data["carriers"]), losing=frozenset(data["losing"]), paying=frozenset(data["paying"]),
        including=frozenset(data["including"]), not_people=frozenset(data["not_people"]), breaking=frozenset(data["breaking"]), person_kind=persons,
    )  # fmt: skip


class _Hit(msgspec.Struct, frozen=True, gc=False):
    outcome: Outcome
    trigger: int
    rule: str
    governor: int = -1
    via: int = -1  # the unit token of another number whose outcome this one shares
    part: bool = False


_ATTACKERS = _Hit("killed", 0, "attackers")


class _Finder:
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
        return token.lower in self.lex.person_kind or token.name in ("people", "person") or (token.name == "adjective" and token.tag.startswith("N"))

    def kind(self, i: int) -> str | None:
        return self.lex.person_kind.get(self.tokens[i].lower)

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
            if token.head > last and token.dep in ("nummod", "amod", "det", "compound", "nmod", "quantmod", "poss", "predet", "advmod", "nsubj") and head.tag[:1] == "N":
                if token.dep != "nsubj" or token.head == last + 1:
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
        if k < len(tokens) and k < after + 5 and tokens[k].tag in ("NNS", "NNPS", "NN"):
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
        """Behind an appositive or a 'people' head the noun itself; the parser sometimes hangs the number one word too far."""
        return k

    # -- what tells the outcome ------------------------------------------------------------------------------------

    def below(self, i: int, words: frozenset[str]) -> bool:
        return any(self.tokens[k].lower in words for k in self.s.subtree(i))

    def satisfied(self, v: int, base: str, unit: int, noun: int) -> bool:
        need = self.lex.needs.get(base)
        if need and not any(self.tokens[k].lower in need for k in range(v, min(len(self.tokens), v + 12))) and not (need and self.below(v, need)):
            return False
        who = noun if noun >= 0 else unit
        if base in self.lex.soldiers_only:
            return self.kind(who) == "military" or self.tokens[who].name in ("people", "person")
        return not (base in self.lex.person_needed and noun >= 0 and not self.is_person(noun))

    def adjacent(self, unit: int, end: int, noun: int) -> _Hit | None:
        """The word right after the counted: "30 people were killed", "126 injured", "20 dead"."""
        tokens, k = self.tokens, unit + 1
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
            return _Hit(self.lex.adjectives[word], k, "beside", k)
        base = self.lex.verbs.get(word)
        if base and tokens[k].tag in ("VBN", "VBD") and base in self.lex.by_object and (tokens[k].tag == "VBN" or any(t.lower in ("was", "were", "been") for t in tokens[unit + 1 : k])):
            if not self.kids(k, "dobj") and self.satisfied(k, base, unit, noun):
                return _Hit(self.lex.by_object[base], k, "beside", k)
        if base and base in self.lex.by_subject and tokens[k].tag[:1] == "V" and self.satisfied(k, base, unit, noun):
            return _Hit(self.lex.by_subject[base], k, "beside", k)
        return None

    def over_insertion(self, k: int) -> int:
        """The index after a short stretch between commas that begins at the comma k; the sentence's end where there is none."""
        for m in range(k + 2, min(len(self.tokens), k + 16)):
            if self.tokens[m].text == ",":
                return m + 1 if m + 1 < len(self.tokens) and (self.tokens[m + 1].lower in _AUX or self.tokens[m + 1].tag in ("VBD", "VBZ", "VBP")) else len(self.tokens)
            if self.tokens[m].tag in ("VBD", "VBZ", "VBP") and self.tokens[m].lower not in _AUX:
                return len(self.tokens)
        return len(self.tokens)

    def own(self, unit: int, noun: int) -> _Hit | None:
        """The counted noun itself: "12 deaths", "scores of casualties", "80 bodies"."""
        for k in (unit, noun):
            if k >= 0 and self.tokens[k].lower in self.lex.nouns and self.tokens[k].tag != "CD":
                word = self.tokens[k].lower
                if word in ("lives", "life") and not self.lives(k):
                    continue
                if word in _HELD:
                    continue
                return _Hit(self.lex.nouns[word], k, "noun", self.over(k))
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

    def modifiers(self, i: int, unit: int, noun: int) -> _Hit | None:
        """Participles, adjectives and relative clauses of the counted: "soldiers killed", "wounded civilians", "who died"."""
        for k in self.s.children[i]:
            token = self.tokens[k]
            if token.dep in ("amod", "acl", "oprd", "acomp", "advcl", "appos", "nmod") and token.lower in self.lex.adjectives:
                if token.dep in ("acl", "advcl") and token.tag == "VBG":
                    continue
                return _Hit(self.lex.adjectives[token.lower], k, "modifier", k)
            if token.dep in ("acl", "relcl") and token.tag[:1] == "V":
                if token.dep == "acl" and token.tag == "VBG":
                    continue
                passive = bool(self.kids(k, "auxpass", "nsubjpass")) or (token.dep == "acl" and token.tag == "VBN")
                role = "nsubjpass" if passive else "nsubj"
                subjects = self.kids(k, "nsubj", "nsubjpass")
                if subjects and self.tokens[subjects[0]].lower not in ("who", "that", "which"):
                    role = "dobj"
                hit = self.by_verb(k, i, role, noun if noun >= 0 else i)
                if hit and hit is not _ATTACKERS:
                    return hit
        return None

    def by_verb(self, v: int, arg: int, dep: str, noun: int) -> _Hit | None:
        """What verb v tells of its part ``arg`` in the grammatical role ``dep``."""
        lex, tokens = self.lex, self.tokens
        base = lex.verbs.get(tokens[v].lower)
        objects = [k for k in self.kids(v, "dobj", "attr", "oprd") if k != arg and self.tokens[k].lower not in lex.adjectives]
        passive = bool(self.kids(v, "auxpass", "nsubjpass"))
        suffers = dep in ("dobj", "nsubjpass", "oprd", "dative", "attr") or (dep == "nsubj" and tokens[v].tag == "VBN" and not objects)
        if base:
            for words, outcome in lex.complements.get(base, ()):
                if (suffers or (dep == "nsubj" and not objects)) and any(tokens[k].lower in words for k in range(v + 1, min(len(tokens), v + 16)) if k != arg and self.same_clause(v, k)):
                    return _Hit(outcome, v, "complement", v)
            if dep == "nsubj":
                for verb, words, outcome in lex.phrases:
                    if base == verb and any(tokens[k].lower in words for k in objects):
                        return _Hit(outcome, v, "phrase", v)
            if base in lex.by_object and suffers and self.satisfied(v, base, arg, noun):
                return _Hit(lex.by_object[base], v, "object", v)
            if base in lex.by_subject and dep in ("nsubj", "nsubjpass") and self.satisfied(v, base, arg, noun):
                return _Hit(lex.by_subject[base], v, "subject", v)
            if base in lex.by_object and dep == "nsubj" and objects and not passive:
                return _ATTACKERS
            if base in lex.losing and dep in ("dobj", "nsubjpass"):
                kind = self.kind(noun) if noun >= 0 else "military"
                if noun >= 0 and not self.is_person(noun):
                    return None
                return _Hit("casualties" if kind == "military" or self.military_subject(v) else "killed", v, "losing", v)
            if base in lex.paying and noun >= 0 and self.is_person(noun):
                return _Hit("casualties" if self.kind(noun) == "military" else "killed", v, "paying", v)
        for k in self.kids(v, "acomp", "attr", "oprd", "xcomp", "advcl"):
            word = tokens[k].lower
            if k != arg and word in lex.adjectives and dep in ("nsubj", "nsubjpass", "dobj") and (tokens[k].dep != "advcl" or tokens[k].tag == "JJ"):
                return _Hit(lex.adjectives[word], k, "predicate", v)
        if dep in ("nsubj", "nsubjpass"):
            for p in self.kids(v, "prep"):
                if tokens[p].lower in ("among", "amongst"):
                    for k in self.kids(p, "pobj"):
                        if tokens[k].lower in lex.nouns:
                            return _Hit(lex.nouns[tokens[k].lower], k, "among", v, part=True)
            for k in self.kids(v, "xcomp"):
                if tokens[k].tag[:1] == "V":
                    role = "nsubjpass" if self.kids(k, "auxpass") else "nsubj"
                    hit = self.by_verb(k, arg, role, noun)
                    if hit:
                        return hit
        if base and base in lex.soldiers_only and base == "be":
            return None
        return self.carried(v, arg) if base in lex.carriers or base is None else None

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

    def carried(self, v: int, arg: int) -> _Hit | None:
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

    def toll(self, k: int, v: int) -> _Hit | None:
        """The outcome that a noun phrase standing for a figure tells."""
        tokens, lex = self.tokens, self.lex
        words = self.s.subtree(k)
        head = tokens[k].lower
        if tokens[k].dep == "prep":
            return next((h for m in self.kids(k, "pobj") if (h := self.toll(m, v))), None)
        figure = head in lex.tolls or head in lex.counters
        if head in lex.nouns and head not in ("lives", "life"):
            return _Hit(self.joined(k, lex.nouns[head])[0], k, "toll", v)
        if not figure:
            return None
        for m in words:
            if m != k and (tokens[m].lower in lex.nouns or tokens[m].lower in lex.adjectives) and tokens[m].lower not in ("lives", "life"):
                outcome = lex.nouns.get(tokens[m].lower) or lex.adjectives[tokens[m].lower]
                return _Hit(self.joined(m, outcome)[0], m, "toll", v)
            base = lex.verbs.get(tokens[m].lower) if tokens[m].tag[:1] == "V" else None
            if m != k and base in lex.by_object:
                return _Hit(self.joined(m, lex.by_object[base])[0], m, "toll", v)
        return _Hit(lex.tolls[head], k, "toll", v) if head in lex.tolls else None

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

    def climb(self, unit: int, noun: int, units: Mapping[int, int]) -> _Hit | None:
        """From the unit upwards until a word tells the outcome."""
        tokens, cur, part = self.tokens, unit, False
        for _ in range(9):
            token = tokens[cur]
            if cur != unit and cur in units:
                return _Hit("killed", cur, "shared", via=cur, part=part)
            if cur != unit and token.lower in self.lex.not_people:
                return None
            hit = self.modifiers(cur, unit, noun if cur == unit else cur)
            if hit:
                return hit
            head = token.head
            if head == cur:
                return None
            up = tokens[head]
            if up.tag[:1] == "V" or up.lower in self.lex.adjectives:
                if up.tag[:1] != "V":
                    return _Hit(self.lex.adjectives[up.lower], head, "predicate", head)
                hit = self.by_verb(head, cur, token.dep, noun if cur == unit else cur)
                if hit:
                    return msgspec.structs.replace(hit, part=hit.part or part)
                if token.dep in ("conj", "dep") or up.dep == "conj" and token.dep in ("nsubj", "npadvmod", "dep"):
                    cur = head
                    continue
                return None
            if token.dep == "pobj" or up.tag == "IN" or token.dep in ("pcomp", "prep"):
                word = up.lower
                if word in self.lex.including:
                    part = True
                    cur = up.head
                    continue
                if up.dep == "agent" or (word == "by" and tokens[up.head].tag[:1] == "V"):
                    return _ATTACKERS if word == "by" and tokens[up.head].lower not in ("rose", "risen", "rise", "increased", "rising") else None
                above = up.head
                if word in ("of", "at", "to", "from", "with", "for", "as", "in", "on", "by", "behind", "among", "between", "than"):
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
                part = True
            cur = head
        return None


def _locate(sentence: Sentence, offset: int) -> int:
    lo, hi = 0, len(sentence.tokens)
    while lo < hi:
        mid = (lo + hi) // 2
        if sentence.tokens[mid].end <= offset:
            lo = mid + 1
        else:
            hi = mid
    return min(lo, len(sentence.tokens) - 1)


def _by_sentence(sentences: Sequence[Sentence], numbers: Sequence[Number]) -> Iterator[tuple[Sentence, list[Number]]]:
    at = 0
    for sentence in sentences:
        while at < len(numbers) and numbers[at].core_start < sentence.start:
            at += 1
        end = at
        while end < len(numbers) and numbers[end].core_start < sentence.end:
            end += 1
        yield sentence, list(numbers[at:end])
        at = end


def find(text: str, sentences: Sequence[Sentence], numbers: Sequence[Number], lexicon: ClaimLexicon) -> tuple[tuple[Count, ...], tuple[Abstention, ...]]:
    """Counts of people with an outcome, in order, and an abstention for every other number. Linear in the text's length."""
    counts: list[Count] = []
    left: list[Abstention] = []
    for sentence, here in _by_sentence(sentences, numbers):
        if here:
            _sentence_counts(text, sentence, here, lexicon, counts, left)
    return tuple(counts), tuple(left)


def _abstain(number: Number, code: str, reason: str) -> Abstention:
    return Abstention(start=number.start, end=number.end, text=number.text, code=code, reason=reason)


def _sentence_counts(  # noqa: PLR0913, PLR0917
    text: str, sentence: Sentence, numbers: Sequence[Number], lexicon: ClaimLexicon, counts: list[Count], left: list[Abstention]
) -> None:
    f = _Finder(sentence, lexicon)
    if len(sentence.tokens) > 400:
        left.extend(_abstain(n, n.code or "ABST-UNCLEAR", "the sentence is too long to read") for n in numbers)
        return
    units: dict[int, int] = {}  # unit token -> index in counts
    open_: list[tuple[Number, int, int, int]] = []
    placed: list[tuple[Number, int, int, int, _Hit | None]] = []
    for number in numbers:
        if number.code:
            left.append(_abstain(number, number.code, "not a count of people"))
            continue
        t = _locate(sentence, number.core_start)
        unit, noun = f.unit(number, t)
        word = sentence.tokens[noun].lower if noun >= 0 else ""
        if word in lexicon.not_people and not f.is_person(noun):
            left.append(_abstain(number, "ABST-THING", f"counts {word}"))
            continue
        placed.append((number, t, unit, noun, None))
    for number, t, unit, noun, _ in placed:
        hit = _direct(f, unit, noun) or f.own(unit, noun) or f.adjacent(unit, number.end, noun) or f.climb(unit, noun, units)
        if hit is not None and hit is not _ATTACKERS and number.form == "article" and hit.rule == "toll":
            hit = None
        if hit is _ATTACKERS:
            left.append(_abstain(number, "ABST-ATTACKERS", "counts those who attacked"))
            continue
        if hit is None and noun >= 0 and f.tokens[noun].lower in _HELD and f.tokens[noun].dep != "pobj":
            hit = _Hit(lexicon.nouns[f.tokens[noun].lower], noun, "noun", f.over(noun))
        if hit is None:
            open_.append((number, t, unit, noun))
            continue
        if _supposed(f, hit):
            left.append(_abstain(number, "ABST-HYPOTHESIS", "told as what may or would happen"))
            continue
        if number.low == 0 and f.tokens[hit.trigger].lower in ("hurt", "harmed"):
            hit = msgspec.structs.replace(hit, outcome="casualties", rule="nobody-hurt")
        before = len(counts)
        _add(f, counts, number, unit, noun, hit)
        if len(counts) > before:
            units[unit] = before
    counted = {c.number.start for c in counts if c.sentence == sentence.index}
    for number, t, unit, noun in open_:
        previous = max((n.start for n in numbers if n.start < number.start and n.code not in ("ABST-AGE", "ABST-DATE", "ABST-NAME", "ABST-PERCENT")), default=-1)
        broken = previous >= 0 and previous not in counted or previous < 0 and bool(left) and counts and left[-1].start > counts[-1].number.start and left[-1].code in ("ABST-THING", "ABST-MEASURE") and noun < 0
        if not broken and _inherit(f, counts, number, t, unit, noun):
            counted.add(number.start)
        else:
            person = noun >= 0 and f.is_person(noun)
            left.append(_abstain(number, "ABST-NOT-OUTCOME" if person else "ABST-THING" if noun >= 0 else "ABST-UNCLEAR", "no outcome is tied to this number"))
    counts.sort(key=lambda c: (c.sentence, c.number.start)) if _in_order(counts, sentence.index) else None


def _in_order(counts: Sequence[Count], sentence: int) -> bool:
    """Sorting would not move a count that another one points to."""
    starts = [(c.sentence, c.number.start) for c in counts]
    return starts == sorted(starts)


def _direct(f: _Finder, unit: int, noun: int) -> _Hit | None:
    """The verb over the counted tells their death: it goes before what a noun or participle beside them says."""
    token = f.tokens[unit]
    head = token.head
    if token.dep not in ("nsubj", "nsubjpass", "dobj") or f.tokens[head].tag[:1] != "V":
        return None
    hit = f.by_verb(head, unit, token.dep, noun)
    return hit if hit is not None and hit.outcome == "killed" and hit.rule in ("subject", "object", "complement", "phrase") else None


def _supposed(f: _Finder, hit: _Hit) -> bool:
    """The governing verb stands under could / would / might / will without "have": nothing that has happened."""
    v = hit.governor
    for _ in range(3):
        if v < 0:
            return False
        words = [f.tokens[k].lower for k in f.kids(v, "aux", "auxpass")]
        if any(w in ("could", "would", "might", "will", "may", "should", "must", "can") for w in words) and "have" not in words and f.tokens[v].tag in ("VB", "VBN", "VBG"):
            return not any(w == "may" for w in words) or f.tokens[v].tag == "VB"
        if "to" in words and f.tokens[v].tag == "VB" and f.tokens[f.tokens[v].head].lower in ("be", "were", "was", "are", "need", "planned", "expected", "going", "due", "set", "threatened", "wants", "want", "vowed", "plans") and f.tokens[v].dep == "xcomp":
            return True
        if f.tokens[v].dep not in ("xcomp", "conj"):
            return False
        v = f.tokens[v].head
    return False


def _add(f: _Finder, counts: list[Count], number: Number, unit: int, noun: int, hit: _Hit) -> None:  # noqa: PLR0913, PLR0917
    bare = noun < 0
    if hit.via >= 0:
        base = next((k for k in range(len(counts) - 1, -1, -1) if counts[k].sentence == f.s.index and counts[k].unit == hit.via), -1)
        if base < 0:
            return
        parent = base if hit.part else counts[base].parent
        counts.append(Count(number, f.s.index, unit, noun, counts[base].outcome, counts[base].trigger, counts[base].governor, "shared", parent, bare, base if bare else -1))
        return
    outcome, more = f.joined(hit.trigger, hit.outcome) if hit.rule not in ("noun", "toll") else (hit.outcome, ())
    if hit.rule == "noun":
        outcome = f.joined(hit.trigger, hit.outcome)[0]
    for one in (outcome, *more):
        counts.append(Count(number, f.s.index, unit, noun, one, hit.trigger, hit.governor, hit.rule, -2 if hit.part else -1, bare))


def _inherit(f: _Finder, counts: list[Count], number: Number, t: int, unit: int, noun: int) -> bool:  # noqa: PLR0913, PLR0917
    """A number without an outcome of its own that goes on with an earlier one: items of a list, parts, bare figures."""
    if not counts:
        return False
    tokens = f.tokens
    person = noun >= 0 and (f.is_person(noun) or tokens[noun].lower in ("others", "more"))
    bare = noun < 0
    if not (person or bare):
        return False
    same = next((k for k in range(len(counts) - 1, -1, -1) if counts[k].sentence == f.s.index and counts[k].number.start < number.start), -1)
    last = max((k for k in range(len(counts)) if counts[k].sentence < f.s.index), default=-1)
    near = last >= 0 and f.s.index - counts[last].sentence <= 2
    lead = [tok.lower for tok in tokens[max(0, t - 4) : t]]
    follow = [tok.lower for tok in tokens[t + 1 : t + 5]]
    pointed = "whom" in lead or any(w in ("them", "whom") for w in follow[:3]) or number.form == "partitive"
    of_the = follow[:1] == ["of"] and len(follow) > 1 and follow[1] in ("the", "these", "those")
    among = any(w in f.lex.including for w in lead) or (person and tokens[0].lower in f.lex.including and same < 0)
    breaking = any(tokens[k].lower in f.lex.breaking for k in range(max(0, t - 12), t))
    colon = _after_colon(f, counts[same], t) if same >= 0 else False
    shares = same >= 0 and bare and tokens[t].dep == "conj" and t - counts[same].unit <= 20
    goes_on = same >= 0 and counts[same].parent != -1 and t - counts[same].unit <= 10
    if same >= 0 and (pointed or among or goes_on or colon or shares or _list_between(f, counts[same], t)):
        base = counts[same]
        fresh = pointed or among
        parent = same if (fresh or colon) and base.parent == -1 else base.parent if base.parent != -1 else -1
        if fresh and base.parent >= 0 and pointed and tokens[t - 1].text == "," and t - base.unit <= 4:
            parent = same
        counts.append(Count(number, f.s.index, unit, noun, base.outcome, base.trigger, base.governor, "list", parent, bare, same if bare else -1))
        return True
    whole = _whole(counts, last) if last >= 0 else -1
    if same < 0 and near and (pointed or of_the or among) and not _plain_small(number):
        base = counts[whole]
        counts.append(Count(number, f.s.index, unit, noun, base.outcome, t, f.over(t), "part-of-told", whole, bare, whole if bare else -1))
        return True
    if same < 0 and near and person and breaking and _has_figure(f, t):
        base = counts[whole]
        counts.append(Count(number, f.s.index, unit, noun, base.outcome, t, f.over(t), "broken-down", whole, bare, -1))
        return True
    if same >= 0 and bare and counts[same].rule in ("ellipsis", "part-of-told") and _figure_place(f, t):
        base = counts[same]
        counts.append(Count(number, f.s.index, unit, noun, base.outcome, t, f.over(t), base.rule, base.parent, True, same))
        return True
    if bare and not _plain_small(number) and _figure_place(f, t):
        k = same if same >= 0 else last
        if same < 0 and not near:
            return False
        counts.append(Count(number, f.s.index, unit, noun, counts[k].outcome, t, f.over(t), "ellipsis", -1, True, k))
        return True
    return False


def _plain_small(number: Number) -> bool:
    """"one", "none" and vague words are too often no figure at all."""
    return number.form in ("zero", "vague", "article", "both") or (number.low == 1 and number.form == "words")


def _whole(counts: Sequence[Count], last: int) -> int:
    """The figure that a later "of them" points to: the last one told that is no part itself."""
    sentence = counts[last].sentence
    k = last
    while k > 0 and counts[k].parent != -1 and counts[k - 1].sentence == sentence:
        k -= 1
    return k


def _has_figure(f: _Finder, t: int) -> bool:
    return any(x.lower in ("figure", "total", "number", "toll", "into", "dead", "down", "figures", "wounded", "victims", "those") for x in f.tokens[:t])


def _after_colon(f: _Finder, base: Count, t: int) -> bool:
    """The number opens or goes on with a list after a colon: "14 people died in X: ten relatives and four aides"."""
    at = next((k for k in range(t - 1, base.unit, -1) if f.tokens[k].text in (":", "--", "–", "—", "-") and (f.tokens[k].text != "-" or f.tokens[k].end < f.tokens[k + 1].start)), -1)
    return at >= 0 and all(x.tag in _LIST_TAGS or x.name for x in f.tokens[at + 1 : t]) and t - at <= 9


def _list_between(f: _Finder, base: Count, t: int) -> bool:
    """Only nouns, commas and "and" stand between the earlier number's unit and this one."""
    between = f.tokens[base.unit + 1 : t]
    tags = all(x.tag in _LIST_TAGS or x.name for x in between)
    if between and between[-1].tag == "IN" and between[-1].lower not in f.lex.including:
        return False
    return len(between) <= 9 and tags and any(x.tag in (",", "CC", ":") for x in between) and not any(x.text == ";" for x in between)


def _figure_place(f: _Finder, t: int) -> bool:
    """A bare number where a figure stands: object of a carrying or saying verb, or after from / to / of / at / as."""
    token = f.tokens[t]
    head = f.tokens[token.head]
    if token.dep in ("dobj", "attr", "nsubj", "nsubjpass", "oprd") and head.tag[:1] == "V":
        return True
    if token.dep == "pobj" and head.lower == "of":
        above = f.tokens[head.head]
        return above.tag[:1] == "V" or above.lower in f.lex.tolls or above.lower in f.lex.counters
    return token.dep == "pobj" and head.lower in ("from", "to", "at", "as", "than", "with")
