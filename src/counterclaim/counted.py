"""Whom a number counts in its sentence: the unit (a noun, or the number itself), and what sort of noun that is."""

from __future__ import annotations

from counterclaim.drafts import Number
from counterclaim.outcome_words import ClaimLexicon
from counterclaim.parse import Sentence
from counterclaim.syntax import path, verb_over

_POINTERS = frozenset({"them", "whom", "these", "those", "which", "us"})


class Counted:
    """The words of one sentence as the claims stage asks after them."""

    def __init__(self, sentence: Sentence, lexicon: ClaimLexicon) -> None:
        self.s, self.lex, self.tokens = sentence, lexicon, sentence.tokens

    def kids(self, i: int, *deps: str) -> list[int]:
        return [k for k in self.s.children[i] if self.tokens[k].dep in deps]

    def verb(self, i: int) -> str | None:
        token = self.tokens[i]
        return self.lex.verbs.get(token.lower) if token.tag[:1] == "V" or token.tag in ("JJ", "NN") else None

    def is_person(self, i: int) -> bool:
        token = self.tokens[i]
        return (
            self.kind(i) is not None
            or token.name in ("people", "person")
            or (token.name == "adjective" and token.tag.startswith("N"))
        )

    def kind(self, i: int) -> str | None:
        return self.lex.kind(self.tokens[i].lower)

    def unit(self, number: Number, t: int) -> tuple[int, int]:
        """(unit, counted noun or -1) of the number at token t."""
        tokens = self.tokens
        last = t
        while last + 1 < len(tokens) and tokens[last + 1].end <= number.core_end:
            last += 1
        aged = tokens[min(t + 1, len(tokens) - 1)].tag == "CD"  # "a 12-year-old boy"
        if number.form == "article":
            noun = next(
                (
                    k
                    for k in range(t + 1, min(len(tokens), t + (9 if aged else 6)))
                    if self.is_person(k) and not self.compounded(k)
                ),
                -1,
            )
            return (noun, noun) if noun >= 0 else (t, -1)
        for k in range(last, t - 1, -1):
            token = tokens[k]
            head = tokens[token.head]
            if (
                (
                    token.head > last
                    and not head.text[-1:].isdigit()
                    and token.dep
                    in ("nummod", "amod", "det", "compound", "nmod", "quantmod", "poss", "predet", "advmod", "nsubj")
                    and head.tag[:1] == "N"
                    and any(c.isalpha() for c in head.text)
                )
                and (token.dep != "nsubj" or token.head == last + 1)
                and not any(tokens[m].tag == "DT" and tokens[m].lower == "the" for m in range(last + 1, token.head))
            ):
                return self.real_noun(token.head), self.real_noun(token.head)
        after = last + 1
        while (
            after < len(tokens)
            and tokens[after].lower in ("more", "other", "others", "further", "additional", "of")
            and tokens[after].lower != "of"
        ):
            after += 1
        if after < len(tokens) and after > last + 1 and tokens[after - 1].lower == "others":
            return after - 1, after - 1
        k = after
        while (
            k < len(tokens)
            and k < after + 5
            and (tokens[k].tag in ("JJ", "VBN", "NN", "NNP", "NNPS") or tokens[k].name)
            and not (tokens[k].lower in self.lex.adjectives and not self.follows_noun(k))
        ):
            if self.is_person(k) and not (
                k + 1 < len(tokens) and (self.is_person(k + 1) or tokens[k + 1].tag in ("NNS",))
            ):
                return k, k
            k += 1
        if (
            k < len(tokens)
            and k < after + 5
            and tokens[k].tag in ("NNS", "NNPS", "NN")
            and not any(x.text in "()" for x in tokens[after : k + 1])
        ):
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
        return k - 1 if self.tokens[k].lower in self.lex.taken_as and k and self.is_person(k - 1) else k

    def over(self, k: int) -> int:
        """The verb above a token, or -1."""
        return verb_over(self.s, k, 12)

    def named(self, noun: int) -> bool:
        """A noun after "a" says who a person told by name is: "Salem, a detainee, escaped", "Salem was a detainee"."""
        if noun < 0:
            return False
        token = self.tokens[noun]
        head = self.tokens[token.head]
        if token.dep == "appos":
            told = [self.tokens[k] for k in self.s.children[token.head]]
            mine = any(k.tag in ("PRP$", "POS") or k.dep == "poss" for k in told) or any(
                k.tag == "DT" and k.lower == "the" for k in told
            )
            return mine or (head.tag in ("NNP", "NNPS") and not head.name and not any(k.tag == "CD" for k in told))
        if token.dep == "attr" and head.tag[:1] == "V":
            return any(
                self.tokens[k].tag in ("NNP", "PRP")
                or ("the" in [self.tokens[m].lower for m in self.s.children[k]] and self.tokens[k].tag == "NN")
                for k in self.kids(token.head, "nsubj")
            )
        return False

    def attacks(self, unit: int) -> bool:
        """The counted do what attackers do: "20 gunmen stormed the village"."""
        token = self.tokens[unit]
        return (
            token.dep == "nsubj"
            and self.verb(token.head) in self.lex.attacking
            and self.tokens[token.head].tag[:1] == "V"
        )

    def same_clause(self, v: int, k: int) -> bool:
        """Token k hangs on verb v without another finite verb between."""
        for m in path(self.s, k, 10):
            if m == v or self.tokens[m].tag in ("VBD", "VBZ", "VBP"):
                return m == v
        return False

    def below(self, i: int, words: frozenset[str]) -> bool:
        return any(self.tokens[k].lower in words for k in self.s.subtree(i))
