"""What a verb or a noun tells of the people that belong to it: killed, taken hostage, in hospital, the toll of them."""

from __future__ import annotations

import msgspec

from counterclaim.counted import Counted
from counterclaim.records import Outcome


class Hit(msgspec.Struct, frozen=True, gc=False):
    """An outcome and the token that told it; ``governor`` is the verb over both or -1, ``rule`` how it was found."""

    outcome: Outcome
    trigger: int
    rule: str
    governor: int = -1
    via: int = -1  # the unit token of another number whose outcome this one shares
    part: bool = False


ATTACKERS = Hit("killed", 0, "attackers")


class Telling(Counted):
    """The verbs and figure nouns of one sentence, asked for an outcome."""

    def satisfied(self, v: int, base: str, unit: int, noun: int) -> bool:
        need = self.lex.needs.get(base)
        if base == "fall" and (
            self.kind(noun if noun >= 0 else unit) == "military" or self.tokens[noun].name == "people"
        ):
            need = None
        if (
            need
            and not any(self.tokens[k].lower in need for k in range(v, min(len(self.tokens), v + 12)))
            and not (need and self.below(v, need))
        ):
            return False
        who = noun if noun >= 0 else unit
        if base == "arrive":
            return self.tokens[who].lower in self.lex.forces
        if base in self.lex.soldiers_only:
            sent = base in ("send", "deploy", "dispatch", "station") and self.tokens[who].lower == "men"
            if sent and (self.kids(v, "dobj") or any(self.tokens[k].tag == "VB" for k in self.s.children[v])):
                return True  # "has sent 300 men", "were sent to guard the bridge"
            return (
                self.kind(who) == "military"
                or self.tokens[who].lower in self.lex.forces
                or self.tokens[who].name in ("people", "person")
            )
        return not (base in self.lex.person_needed and noun >= 0 and not self.is_person(noun))

    def by_verb(self, v: int, arg: int, dep: str, noun: int) -> Hit | None:
        """What verb v tells of its part ``arg`` in the grammatical role ``dep``."""
        lex, tokens = self.lex, self.tokens
        base = lex.verbs.get(tokens[v].lower)
        objects = [
            k
            for k in self.kids(v, "dobj", "attr", "oprd")
            if k != arg
            and self.tokens[k].lower not in lex.adjectives
            and self.tokens[k].tag != "JJ"
            and not (k > v + 1 and tokens[v + 1].text == ",")  # "four injured, among them a boy" injures nobody
        ]
        passive = bool(self.kids(v, "auxpass", "nsubjpass"))
        if dep == "npadvmod" and arg > v and not objects:
            dep = "dobj"
        suffers = dep in ("dobj", "nsubjpass", "oprd", "dative", "attr") or (
            dep == "nsubj" and tokens[v].tag == "VBN" and not objects
        )
        if base:
            if suffers and self.unfound(v, base):
                return Hit("missing", v, "predicate", v)
            if suffers or (dep == "nsubj" and not objects):
                told = self.completed(v, base, arg)
                if told:
                    return Hit(told, v, "complement", v)
            if dep == "nsubj":
                for verb, words, outcome in lex.phrases:
                    if base == verb and any(tokens[k].lower in words for k in objects):
                        if outcome == "displaced" and self.kind(noun if noun >= 0 else arg) == "military":
                            continue  # troops that leave a town are not driven from it
                        return Hit(outcome, v, "phrase", v)
            if base in lex.by_object and suffers and self.satisfied(v, base, arg, noun):
                return Hit(lex.by_object[base], v, "object", v)
            if base in lex.by_subject and dep in ("nsubj", "nsubjpass") and self.satisfied(v, base, arg, noun):
                return Hit(lex.by_subject[base], v, "subject", v)
            if base in lex.by_object and dep == "nsubj" and objects and not passive:
                return ATTACKERS
            if dep != "nsubj" or base == "arrive":
                moved = self.moved(v, base, arg, (dep, noun))
                if moved is not None:
                    return moved
            if base == "hold" and suffers and (noun < 0 or self.is_person(noun)):
                held = self.held()
                return Hit(held, v, "object", v) if held else None
            if base == "survive" and dep == "nsubj" and any(tokens[k].dep == "neg" for k in self.s.children[v]):
                return Hit("killed", v, "predicate", v)
            if base in lex.losing and dep in ("dobj", "nsubjpass"):
                kind = self.kind(noun) if noun >= 0 else "military"
                if noun >= 0 and not self.is_person(noun):
                    return None
                return Hit("casualties" if kind == "military" or self.military_subject(v) else "killed", v, "losing", v)
            if base in lex.paying and noun >= 0 and self.is_person(noun):
                return Hit("casualties" if self.kind(noun) == "military" else "killed", v, "paying", v)
        for k in self.kids(v, "acomp", "attr", "oprd", "xcomp", "advcl"):
            word = tokens[k].lower
            if (
                k != arg
                and word in lex.adjectives
                and dep in ("nsubj", "nsubjpass", "dobj")
                and (tokens[k].dep != "advcl" or tokens[k].tag == "JJ")
            ):
                return Hit(lex.adjectives[word], k, "predicate", v)
        if dep in ("nsubj", "nsubjpass", "attr"):
            for p in self.kids(v, "prep"):
                if tokens[p].lower in ("among", "amongst"):
                    for k in self.kids(p, "pobj"):
                        if tokens[k].lower in lex.nouns:
                            return Hit(lex.nouns[tokens[k].lower], k, "among", v, part=True)
                        m = self.participle(k)  # "among those killed", "among 21 civilians injured"
                        if m >= 0:
                            return Hit(lex.adjectives[tokens[m].lower], m, "among", v, part=True)
            if base == "be" and dep == "attr" and noun < 0:  # "those abducted were not 14 but 18"
                m = next((m for k in self.kids(v, "nsubj") if (m := self.participle(k)) >= 0), -1)
                if m >= 0:
                    return Hit(lex.adjectives[tokens[m].lower], m, "toll", v)
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

    def moved(self, v: int, base: str, arg: int, role: tuple[str, int]) -> Hit | None:
        """Taken by somebody ("took six others"), or come to a place that takes them in ("the town received 900")."""
        dep, noun = role
        tokens = self.tokens
        if noun < 0 or not (self.is_person(noun) or tokens[noun].lower == "others"):
            return None
        away = [tokens[k].lower for k in self.kids(v, "prep", "prt", "advmod", "xcomp", "advcl")]
        if base == "take" and dep in ("dobj", "nsubjpass"):
            plain = not any(w in ("to", "in", "into", "on", "over", "out", "part", "up", "through", "as") for w in away)
            return Hit("abducted", v, "object", v) if plain and self.kind(noun) != "military" else None
        subjects = [tokens[k] for k in self.kids(v, "nsubj")]
        if base in ("receive", "host") and dep == "dobj" and subjects and self.kind(noun) != "military":
            refuge = [*subjects, *(tokens[k] for x in subjects for k in self.kids(x.i, "appos"))]
            ward = next((self.lex.wards[x.lower] for x in refuge if x.lower in self.lex.wards), None)
            if ward is not None and base == "receive":
                return Hit(ward, v, "object", v)
            if any(x.lower in self.lex.refuges or x.name in ("state", "capital") for x in refuge):
                return Hit("displaced", v, "object", v)
        if base == "arrive" and dep == "nsubj" and tokens[noun].lower in self.lex.arriving:
            to = [p for k in self.kids(v, "prep") if tokens[k].lower in ("in", "from") for p in self.kids(k, "pobj")]
            if any(tokens[p].tag in ("NNP", "NNPS") or tokens[p].lower in self.lex.refuges for p in to):
                return Hit("displaced", v, "subject", v)
        return None

    def participle(self, k: int) -> int:
        """The adjective or participle beside noun k that tells an outcome ("those abducted"), or -1."""
        near = self.kids(k, "acl", "amod")
        return next(
            (m for m in near if self.tokens[m].lower in self.lex.adjectives and self.tokens[m].tag != "VBG"), -1
        )

    def unfound(self, v: int, base: str) -> bool:
        """Those not found: "could not be found", "have not been traced", "are yet to be located"."""
        if base not in self.lex.finding:
            return False
        above = self.tokens[v].head if self.tokens[v].dep == "xcomp" else v
        words = [self.tokens[k] for k in (*self.s.children[v], *self.s.children[above])]
        return any(w.dep == "neg" or w.lower in ("yet", "never", "nowhere") for w in words)

    def present(self, v: int, base: str | None, dep: str, noun: int) -> bool:
        """Forces said to be somewhere: "there are 900 troops in Niger", "has 1,500 soldiers on the ground"."""
        if (
            noun < 0
            or self.tokens[noun].lower not in self.lex.forces
            or (base, dep)
            not in (("be", "nsubj"), ("be", "attr"), ("have", "dobj"), ("keep", "dobj"), ("maintain", "dobj"))
        ):
            return False
        where = [*self.kids(v, "prep"), *self.kids(noun, "prep")]
        return any(
            self.tokens[k].lower in ("in", "on", "at", "near", "inside", "along", "across", "around") for k in where
        )

    def also_does(self, v: int, arg: int, dep: str, noun: int) -> Hit | None:
        """A verb joined to v that has the same subject: "were ambushed and killed", "laid down arms and gave up"."""
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
                if (
                    tokens[k].lower not in way.words
                    or (k == arg and tokens[k].lower not in self.lex.held | self.lex.taken_as)
                    or not self.same_clause(v, k)
                ):
                    continue
                if not way.preps or tokens[tokens[k].head].lower in way.preps:
                    return way.outcome
        return None

    def held(self) -> Outcome | None:
        """Whether those "held" in this sentence are hostages or under arrest."""
        words = {t.lower for t in self.tokens}
        return next((outcome for outcome, signs in self.lex.holding if words & signs), None)

    def military_subject(self, v: int) -> bool:
        subjects = self.kids(v, "nsubj")
        return bool(subjects) and (
            self.tokens[subjects[0]].lower in self.lex.fielded or self.tokens[subjects[0]].name in ("state", "capital")
        )

    def carried(self, v: int, arg: int) -> Hit | None:
        """A toll, a "number of wounded" or "losses" among the verb's other parts: "put the toll at 55"."""
        mine = self.s.subtree(arg)
        own = set(mine)
        for k in self.s.children[v]:
            if (
                k in own
                or self.tokens[k].dep not in ("nsubj", "nsubjpass", "dobj", "attr", "prep", "oprd", "dative", "ccomp")
                or arg in self.s.subtree(k)
            ):
                continue
            if self.tokens[k].dep == "prep" and (
                self.verb(v) is None or self.tokens[k].lower not in ("of", "to", "for", "in", "on")
            ):
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
        if head in lex.nouns and head not in lex.lives:
            return Hit(self.joined(k, lex.nouns[head])[0], k, "toll", v)
        if not figure:
            return None
        if k + 1 < len(tokens) and tokens[k + 1].lower in lex.adjectives:  # "the number missing"
            words = [*words, k + 1]
        for m in words:
            if (
                m != k
                and (tokens[m].lower in lex.nouns or tokens[m].lower in lex.adjectives)
                and tokens[m].lower not in lex.lives
            ):
                outcome = lex.nouns.get(tokens[m].lower) or lex.adjectives[tokens[m].lower]
                return Hit(self.joined(m, outcome)[0], m, "toll", v)
            base = lex.verbs.get(tokens[m].lower) if tokens[m].tag[:1] == "V" else None
            if m != k and base is not None and base in lex.by_object:
                return Hit(self.joined(m, lex.by_object[base])[0], m, "toll", v)
            if (
                m != k and base is not None and tokens[m].dep == "relcl"
            ):  # "the number of those who have left their homes"
                objects = [tokens[x].lower for x in self.kids(m, "dobj")]
                done = next((o for b, ws, o in lex.phrases if b == base and any(x in ws for x in objects)), None)
                if done is None and base not in lex.needs and base not in lex.soldiers_only:
                    done = lex.by_subject.get(base)
                if done:
                    return Hit(done, m, "toll", v)
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
            other = self.lex.adjectives.get(tokens[m].lower) or (
                self.lex.nouns.get(tokens[m].lower) if tokens[m].lower in self.lex.joined_nouns else None
            )
            base = self.lex.verbs.get(tokens[m].lower)
            if (
                other is None
                and base is not None
                and base in self.lex.by_object
                and tokens[m].tag[:1] == "V"
                and base not in self.lex.person_needed
            ):
                other = self.lex.by_object[base]
            if other is None or other == outcome:
                continue
            after = tokens[m + 1] if m + 1 < len(tokens) else None
            if (
                step == 1
                and after is not None
                and (
                    after.tag in ("CD", "DT", "PRP$", "PDT", "QP")
                    or after.lower in self.lex.amounts
                    or after.lower == "at"
                )
            ):
                continue
            if {outcome, other} == {"killed", "wounded"}:
                return "casualties", ()
            if step == 1:
                more.append(other)
        return outcome, tuple(more)

    def done_to_them(self, v: int, outcome: Outcome) -> tuple[Outcome, ...]:
        """What a verb joined to v tells of the same people: "seized 14 policemen and later executed them"."""
        more: list[Outcome] = []
        for k in self.kids(v, "conj"):
            told = self.lex.by_object.get(self.verb(k) or "")
            if told and told != outcome and any(self.tokens[m].lower == "them" for m in self.kids(k, "dobj")):
                more.append(told)
        return tuple(more)
