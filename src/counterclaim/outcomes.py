"""What word tells the outcome of a number in one sentence: the grammar climbed from the number's unit.

A number stands for a unit (the noun it counts, or itself). Which words tell what, and of which of their parts, is data
(``lexicons/en/claims.yaml``).
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from counterclaim.outcome_words import ClaimLexicon, load_lexicon
from counterclaim.telling import ATTACKERS, Hit, Telling

__all__ = ["ATTACKERS", "LIST_TAGS", "ClaimLexicon", "Finder", "Hit", "load_lexicon"]

LIST_TAGS = frozenset([",", "CC", ":", "NN", "NNS", "JJ", "IN", "DT", "NNP", "-LRB-", "-RRB-", "POS", "PRP$", "PRP"])


class Finder(Telling):
    """The search for the word that tells a number's outcome, in one sentence."""

    def direct(self, unit: int, noun: int) -> Hit | None:
        """The verb over the counted tells their death: it goes before what a noun or participle beside them says."""
        token = self.tokens[unit]
        head = token.head
        if token.dep not in ("nsubj", "nsubjpass", "dobj") or self.tokens[head].tag[:1] != "V":
            return None
        hit = self.by_verb(head, unit, token.dep, noun)
        return (
            hit
            if hit is not None
            and hit.outcome in ("killed", "rescued")
            and hit.rule in ("subject", "object", "complement", "phrase")
            else None
        )

    def of_dead(self, unit: int) -> Hit | None:
        """The noun before them: "the bodies of three civilians with gunshot wounds"."""
        token = self.tokens[unit]
        of = self.tokens[token.head]
        if token.dep != "pobj" or of.lower != "of":
            return None
        k = of.head
        word = self.tokens[k].lower
        if self.lex.nouns.get(word) == "killed" and word not in self.lex.lives and word != "dead":
            return Hit("killed", k, "toll", self.over(k))
        return None

    def victims(self, unit: int, noun: int) -> Hit | None:
        """The verb goes before a word that tells little: "39 of the January victims have been released"."""
        if noun < 0 or self.tokens[noun].lower not in ("victim", "victims"):
            return None
        token = self.tokens[unit]
        if token.dep not in ("nsubj", "nsubjpass", "dobj") or self.tokens[token.head].tag[:1] != "V":
            return None
        hit = self.by_verb(token.head, unit, token.dep, noun)
        return hit if hit is not None and hit.rule in ("subject", "object", "complement", "phrase") else None

    def joined_later(self, unit: int) -> Hit | None:
        """Told after the last: "saw a woman and two girls killed", "a monk and two nuns among the dead"."""
        last = unit
        for _ in range(4):
            nxt = self.kids(last, "conj")
            if not nxt or self.tokens[nxt[0]].tag[:1] not in ("N", "C"):
                break
            last = nxt[0]
        if last == unit or any(x.text in (";", ":") for x in self.tokens[unit:last]):
            return None
        for k in self.s.children[last]:
            token = self.tokens[k]
            if k > last and token.dep == "acl" and token.tag == "VBN" and token.lower in self.lex.adjectives:
                return Hit(self.lex.adjectives[token.lower], k, "modifier", k)
            if token.dep == "prep" and token.lower in ("among", "amongst"):
                m = next((m for m in self.kids(k, "pobj") if self.tokens[m].lower in self.lex.nouns), -1)
                if m >= 0:
                    return Hit(self.lex.nouns[self.tokens[m].lower], m, "among", k, part=True)
        return None

    def opened(self, t: int, noun: int) -> Hit | None:
        """What the words after the opening "Of" tell: "Of those displaced, 29,400 come from X, 8,700 from Y"."""
        tokens = self.tokens
        bare = noun < 0 or (t + 1 < len(tokens) and tokens[t + 1].tag[:1] == "V")
        if not bare or tokens[0].lower != "of":
            return None
        comma = next((k for k in range(2, min(t, 14)) if tokens[k].text == ","), -1)
        for k in range(1, comma):
            low = tokens[k].lower
            outcome = self.lex.adjectives.get(low) or self.lex.nouns.get(low)
            if outcome and low not in self.lex.lives:
                return Hit(outcome, k, "opened", -1, part=True)
        return None

    def headline(self, t: int, noun: int) -> Hit | None:
        """The verb right before, where the parser took it for a noun: "BLAST KILLS 19", "Grenade wounds 16"."""
        tokens, k = self.tokens, t - 1
        if (
            k < 1
            or (noun >= 0 and not self.is_person(noun))
            or tokens[k].tag not in ("NNP", "NNS", "NN", "NNPS", "VBZ", "VBD", "VBG", "TO", "IN", "RB")
        ):
            return None
        if noun < 0 and tokens[k].lower in ("to", "at", "hits", "passes", "tops", "reaches", "nears", "now"):
            m = next(
                (
                    m
                    for m in range(k - 1, max(-1, k - 14), -1)
                    if tokens[m].lower in self.lex.tolls or tokens[m].tag == "CD"
                ),
                -1,
            )
            if m >= 0 and tokens[m].tag != "CD":
                return Hit(self.lex.tolls[tokens[m].lower], m, "toll", -1)
        if noun < 0 and tokens[k].text.isupper() and tokens[k].lower in self.lex.adjectives:
            return Hit(self.lex.adjectives[tokens[k].lower], k, "beside", k)  # "KIA 14"
        base = self.lex.verbs.get(tokens[k].lower)
        if (
            base is not None
            and base in self.lex.by_object
            and base not in self.lex.needs
            and (noun >= 0 or base not in self.lex.person_needed)
            and tokens[k].lower != base
        ):
            return Hit(self.lex.by_object[base], k, "beside", k)
        return None

    def adjacent(self, unit: int, t: int, noun: int) -> Hit | None:
        """The word right after the counted: "30 people were killed", "126 injured", "20 dead"."""
        tokens, k = self.tokens, unit + 1
        label = self.labelled(t)
        if label is not None:
            return label
        if k + 2 < len(tokens) and tokens[k].lower == "of" and tokens[k + 1].lower in ("them", "whom"):
            told = self.lex.adjectives.get(tokens[k + 2].lower)
            if told and tokens[k + 2].tag in ("VBN", "VBD", "JJ") and not self.kids(k + 2, "dobj"):
                return Hit(told, k + 2, "beside", k + 2)  # "300 troops, 12 of them captured"
        while (
            k < len(tokens)
            and k <= unit + 6
            and (tokens[k].lower in self.lex.skipped or tokens[k].tag == "RB" or tokens[k].tag == "MD")
        ):
            k += 1
        if k < len(tokens) and tokens[k].text == "," and k <= unit + 4:
            k = self.over_insertion(k)
            while k < len(tokens) and (tokens[k].lower in self.lex.skipped or tokens[k].tag in ("RB", "MD")):
                k += 1
        part = tokens[unit].dep == "pobj" and tokens[tokens[unit].head].lower == "of"
        if k >= len(tokens) or (
            part and any(x.dep in ("aux", "auxpass") or x.lower in ("was", "were") for x in tokens[unit + 1 : k + 1])
        ):
            return None  # "eight of the 11 sailors were rescued" does not say it of the 11
        word, after = tokens[k].lower, tokens[k + 1] if k + 1 < len(tokens) else None
        if word in ("in", "at") and k > unit + 1:  # "three more are in critical condition"
            near = {x.lower for x in tokens[k + 1 : k + 4]}
            way = next((w for w in self.lex.complements["be"] if word in w.preps and w.words & near), None)
            if way is not None and way.outcome == "wounded":
                return Hit("wounded", k, "complement", self.over(k))
        if word in self.lex.adjectives and not (after and after.tag[:1] == "N" and tokens[k].dep == "amod"):
            if (
                tokens[k].tag in ("VBD",)
                and self.kids(k, "dobj")
                and (k + 1 >= len(tokens) or tokens[k + 1].text != ",")
                and tokens[k].lower not in ("dead", "missing")
            ):
                return None
            aux = any(t.lower in ("was", "were", "been", "be", "are", "is") for t in tokens[unit + 1 : k])
            if tokens[k].tag == "VBD" and not aux and after and after.tag in ("DT", "CD", "PRP$", "NNP", "NNPS", "JJ"):
                return None
            return Hit(self.lex.adjectives[word], k, "beside", k)
        base = self.lex.verbs.get(word)
        passive = tokens[k].tag in ("VBN", "VBD") and any(
            x.lower in ("was", "were", "been", "be", "are", "is") for x in tokens[unit + 1 : k]
        )
        told = self.completed(k, base, unit) if base and passive else None
        if told:  # "have been seized alive", "could still be buried"
            return Hit(told, k, "complement", k)
        if (
            (
                base
                and tokens[k].tag in ("VBN", "VBD")
                and base in self.lex.by_object
                and (tokens[k].tag == "VBN" or any(t.lower in ("was", "were", "been") for t in tokens[unit + 1 : k]))
            )
            and not self.kids(k, "dobj")
            and self.satisfied(k, base, unit, noun)
        ):
            return Hit(self.lex.by_object[base], k, "beside", k)
        if base == "hold" and tokens[k].tag in ("VBN", "VBD") and not self.kids(k, "dobj") and (held := self.held()):
            return Hit(held, k, "beside", k)
        if base and base in self.lex.by_subject and tokens[k].tag[:1] == "V" and self.satisfied(k, base, unit, noun):
            return Hit(self.lex.by_subject[base], k, "beside", k)
        return None

    def labelled(self, t: int) -> Hit | None:
        """A label before the figure: "Killed: 3", "Wounded - 14 people", "Personnel lost since the start: 61,190"."""
        tokens = self.tokens
        k = t - 1
        while k > 0 and (tokens[k].tag in ("RB", "IN", "JJR", "JJS", "RBR", "RBS") or tokens[k].text == "~"):
            k -= 1
        if (
            k < 1
            or tokens[k].text not in (":", "-", "–", "—", "=")
            or (tokens[k].text == "-" and tokens[k].start == tokens[k - 1].end)
        ):
            return None
        word = tokens[k - 1].lower
        outcome = self.lex.adjectives.get(word) or self.lex.nouns.get(word)
        told = k > 2 and any(x.dep in ("auxpass", "aux") or x.tag == "CD" for x in tokens[max(0, k - 6) : k])
        if outcome and word not in self.lex.held and not told:
            return Hit(outcome, k - 1, "label")
        if (
            tokens[k].text != ":"
            or k > 14
            or any(x.tag in ("VBZ", "VBP") or x.dep == "auxpass" or x.tag == "CD" or x.text == ":" for x in tokens[:k])
        ):
            return None
        for m in range(k):
            low = tokens[m].lower
            outcome = self.lex.adjectives.get(low) or (
                self.lex.nouns.get(low) if low not in self.lex.held and low not in self.lex.lives else None
            )
            if outcome and tokens[m].dep != "amod":
                return Hit(outcome, m, "label")
            if self.lex.verbs.get(low) in self.lex.losing and any(self.is_person(j) for j in range(m)):
                return Hit("casualties", m, "label")
        return None

    def over_insertion(self, k: int) -> int:
        """The index after a short stretch between commas that begins at the comma k; else the sentence's end."""
        for m in range(k + 2, min(len(self.tokens), k + 16)):
            if self.tokens[m].text == ",":
                return (
                    m + 1
                    if m + 1 < len(self.tokens)
                    and (
                        self.tokens[m + 1].lower in self.lex.skipped or self.tokens[m + 1].tag in ("VBD", "VBZ", "VBP")
                    )
                    else len(self.tokens)
                )
            if self.tokens[m].tag in ("VBD", "VBZ", "VBP") and self.tokens[m].lower not in self.lex.skipped:
                # "the governor of Sittwe said, were killed": the verb ends the insertion
                comma = next(
                    (c for c in range(m + 1, min(len(self.tokens) - 1, m + 6)) if self.tokens[c].text == ","), -1
                )
                if comma < 0 or self.tokens[comma + 1].lower not in ("was", "were", "had", "have", "has"):
                    return len(self.tokens)
        return len(self.tokens)

    def own(self, unit: int, noun: int) -> Hit | None:
        """The counted noun itself: "12 deaths", "scores of casualties", "80 bodies"."""
        for k in (unit, noun):
            if k >= 0 and self.tokens[k].lower in self.lex.nouns and self.tokens[k].tag != "CD":
                word = self.tokens[k].lower
                if word in self.lex.lives and not self.lives(k):
                    continue
                if word in self.lex.held:
                    continue
                return Hit(self.lex.nouns[word], k, "noun", self.over(k))
        return None

    def lives(self, k: int) -> bool:
        v = self.over(k)
        return v >= 0 and self.lex.verbs.get(self.tokens[v].lower, "") in ("claim", "take", "cost", "lose")

    def modifiers(self, i: int, unit: int, noun: int) -> Hit | None:
        """Participles, adjectives and relative clauses: "soldiers killed", "wounded civilians", "who died"."""
        for k in self.s.children[i]:
            token = self.tokens[k]
            if (
                token.dep in ("amod", "acl", "oprd", "acomp", "advcl", "appos", "nmod")
                and token.lower in self.lex.adjectives
            ):
                if token.dep in ("acl", "advcl") and token.tag == "VBG":
                    continue
                return Hit(self.lex.adjectives[token.lower], k, "modifier", k)
            if token.dep == "prep" and token.lower in ("among", "amongst"):
                for m in self.kids(k, "pobj"):
                    if self.tokens[m].lower in self.lex.nouns:
                        return Hit(self.lex.nouns[self.tokens[m].lower], m, "among", k, part=True)
            if (
                token.dep == "prep"
                and token.lower == "with"
                and any(self.tokens[m].lower in self.lex.wounds for m in self.s.subtree(k))
            ):
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

    def climb(self, unit: int, noun: int, units: Mapping[int, int]) -> Hit | None:
        """From the unit upwards until a word tells the outcome."""
        tokens, cur, part, apposed, listed = self.tokens, unit, False, False, False
        for _ in range(9):
            token = tokens[cur]
            if cur != unit and cur in units:
                return Hit("killed", cur, "apposed" if apposed else "shared", via=cur, part=part)
            if (
                cur == unit
                and noun >= 0
                and noun == unit
                and token.dep == "pobj"
                and tokens[token.head].lower == "of"
                and not self.is_person(noun)
                and token.lower not in self.lex.nouns
            ):
                return None  # "22 members of one clan": the clan is not counted
            if cur != unit and token.lower in self.lex.not_people:
                if token.lower in self.lex.formations:
                    sent = noun >= 0 and tokens[noun].lower in self.lex.forces and tokens[token.head].tag[:1] == "V"
                    return self.by_verb(token.head, cur, token.dep, noun) if sent else None
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
            if token.dep == "appos" and up.lower in self.lex.nouns and up.lower not in self.lex.held and noun < 0:
                return Hit(self.lex.nouns[up.lower], head, "toll", self.over(head))
            if up.tag[:1] == "V" or up.lower in self.lex.adjectives:
                if up.tag[:1] != "V" or (up.lower == "missing" and role == "nsubj" and not self.kids(head, "dobj")):
                    return Hit(self.lex.adjectives[up.lower], head, "predicate", head)
                hit = self.by_verb(head, cur, role, noun if cur == unit else cur)
                if hit:
                    return msgspec.structs.replace(hit, part=hit.part or part)
                if token.dep in ("conj", "dep") or (up.dep == "conj" and token.dep in ("nsubj", "npadvmod", "dep")):
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
                    return ATTACKERS if word == "by" and tokens[up.head].lower not in self.lex.rising else None
                above = up.head
                if word in (
                    "of",
                    "at",
                    "to",
                    "from",
                    "with",
                    "for",
                    "as",
                    "in",
                    "into",
                    "on",
                    "by",
                    "behind",
                    "among",
                    "between",
                    "than",
                    "past",
                    "above",
                    "beyond",
                ):
                    if word == "of" and tokens[above].tag == "CD":
                        return None  # "eight of the 11 sailors were rescued" does not say it of the 11
                    if tokens[above].lower in ("loss", "losses") and noun >= 0 and not self.is_person(noun):
                        return None
                    if tokens[above].tag[:1] == "N" or tokens[above].lower in self.lex.nouns:
                        hit = self.toll(above, self.over(above)) or (
                            self.own(above, -1) if word in ("of", "among", "on", "for") else None
                        )
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
