"""Cue words and the surface of one sentence: what the frames of attribution are read from.

Source, cue and content are the terms of PARC and PolNeAR. The words that may be cues, and how each takes what is said,
are data (``lexicons/en/statements.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from counterclaim.drafts import Range
from counterclaim.parse import Sentence
from counterclaim.records import Stance
from counterclaim.words import form_table

FINITE = ("VBD", "VBZ", "VBP", "MD")
SUBJECTS = ("nsubj", "nsubjpass", "csubj")
QUOTE_MARKS = ('"', "”", "''", "’", "“", "``", "»", "«")
_OPEN, _CLOSE = "“«„", "”»"
_TRIM = " ,;:-–—\t\n"
_BREAKS = (",", "--", "–", "—", '"', "”", "''", "-", "»")
_NAMED = frozenset({"state", "capital", "body", "media", "people", "person"})


class CueLexicon(msgspec.Struct, frozen=True):
    """The cue words, compiled: verb form -> base, and what each base may do."""

    verbs: Mapping[str, str]
    clause: Mapping[str, Stance]
    objects: Mapping[str, tuple[Stance, tuple[str, ...]]]
    weak: frozenset[str]
    number_needed: frozenset[str]
    number_words: frozenset[str]
    persons: frozenset[str]
    bodies: frozenset[str]
    documents: frozenset[str]
    media: frozenset[str]
    pronouns: frozenset[str]
    noun_cues: frozenset[str]
    reckonings: frozenset[str]
    document_verbs: frozenset[str]
    place_verbs: frozenset[str]
    mute: frozenset[str]  # nouns that speak in no report: days, places, events
    inverted: frozenset[str]  # weak verbs that may still close with their speaker behind
    disbelief: frozenset[str]  # what a figure is called by those who deny it
    needed: Mapping[str, frozenset[str]]  # object cues that need one of these words behind them
    by_means: frozenset[str]  # "confirmed by telephone" has no agent
    citing: frozenset[str]
    light: Mapping[str, tuple[str, ...]]
    refuse: frozenset[str]
    answers: frozenset[str]
    silent: frozenset[str]
    missing: frozenset[str]
    resumed: frozenset[str]
    channels: frozenset[str]
    days: frozenset[str]
    particles: Mapping[str, tuple[str, ...]]
    prepositions: tuple[tuple[str, ...], ...]
    plainly: frozenset[str]
    giving: frozenset[str]
    infinitive: frozenset[str]
    gerund: frozenset[str]
    gerund_clause: frozenset[str]
    commanding: frozenset[str]
    joined_cues: frozenset[str]
    asides: frozenset[str]
    hearing: frozenset[str]
    remarked: frozenset[str]
    no_source: frozenset[str]
    seen: frozenset[str]
    carried: frozenset[str]
    name_joints: frozenset[str]


# fields that are lists of the same name in ``statements.yaml``
_FLAT = (
    "weak", "number_needed", "number_words", "noun_cues", "reckonings", "document_verbs", "place_verbs", "mute",
    "inverted", "disbelief", "by_means", "citing", "resumed", "days", "infinitive", "gerund", "gerund_clause",
    "commanding", "joined_cues", "asides", "hearing", "remarked", "no_source", "seen", "carried",
)  # fmt: skip


def load_lexicon(data: Any, irregular: Mapping[str, Sequence[str]]) -> CueLexicon:
    """Compile ``statements.yaml``."""
    clause: dict[str, Stance] = {}
    for stance, bases in data["clause"].items():
        clause |= dict.fromkeys(bases, stance)
    objects = {b: (stance, tuple(how)) for stance, many in data["object"].items() for b, how in many.items()}
    refuse, speakers = data["declines"], data["speakers"]
    bases = [*clause, *objects, *refuse["verbs"], *refuse["answers"], *refuse["silent"], *data["citing"]]
    flat = {name: frozenset(data[name]) for name in _FLAT}
    spoken = {name: frozenset(speakers[name]) for name in ("persons", "bodies", "documents", "pronouns")}
    refusing = {name: frozenset(refuse[name]) for name in ("answers", "silent", "missing", "plainly", "giving")}
    return CueLexicon(
        verbs=form_table(dict.fromkeys(bases), irregular),
        clause=clause,
        objects=objects,
        media=frozenset(data["media_nouns"]),
        name_joints=frozenset(data["names"]["joints"]),
        needed={k: frozenset(v) for k, v in data["object_needs"].items()},
        light={k: tuple(v) for k, v in data["light_objects"].items()},
        refuse=frozenset(refuse["verbs"]),
        channels=frozenset(w for many in data["channels"].values() for words in many for w in words.split()),
        particles={k: tuple(v) for k, v in data["particles"].items()},
        prepositions=tuple(tuple(p) for p in data["prepositions"]),
        **flat,
        **spoken,
        **refusing,
    )


def find_quotes(text: str) -> tuple[Range, ...]:
    """Stretches in quotation marks, marks included, in order and apart from one another.

    Pairs never cross a line end; a mark left open runs to the line's end where the next line opens with a mark too (a
    quotation over paragraphs), and is ignored otherwise. Single marks count only where no double mark is open, the
    opening one stands after a blank and the closing one after a separating mark ("'We lost 30,' he said").
    """
    out: list[Range] = []
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        opened = _line_quotes(text, start, end, out)
        follows = text[end + 1 : end + 2]
        if opened >= 0 and follows and follows in _OPEN + '"':
            out.append((opened, end))
        start = end + 1
    return tuple(sorted(out))


def _line_quotes(text: str, start: int, end: int, out: list[Range]) -> int:
    """Adds the pairs of one line to ``out``; the offset of a double mark left open, or -1."""
    opened = single = -1
    for i in range(start, end):
        c = text[i]
        if c == '"' or c in _OPEN or c in _CLOSE:
            if opened < 0 and c not in _CLOSE:
                opened, single = i, -1
            elif opened >= 0 and c not in _OPEN:
                out.append((opened, i + 1))
                opened = -1
        elif opened < 0 and c in "'‘" and text[i + 1 : i + 2].isalnum() and (i == start or text[i - 1] in " (:—–"):
            single = i if single < 0 else single
        elif opened < 0 <= single and c in "'’" and text[i - 1] in ",.!?…" and not text[i + 1 : i + 2].isalnum():
            out.append((single, i + 1))
            single = -1
    return opened


def trim(text: str, a: int, b: int) -> Range | None:
    """The stretch without outer blanks and separating marks; None when nothing is left."""
    while a < b and text[a] in _TRIM:
        a += 1
    while a < b and text[b - 1] in _TRIM:
        b -= 1
    if b - a > 1 and text[b - 1] == "." and (text[a] not in '"“«' or text[b - 2] in '"”»'):
        b -= 1
        while a < b and text[b - 1] in _TRIM:
            b -= 1
    return (a, b) if b > a and any(c.isalnum() for c in text[a:b]) else None


class Reader:
    """One sentence with what the search needs of it; indexes are the sentence's tokens."""

    def __init__(self, text: str, sentence: Sentence, lexicon: CueLexicon, quotes: Sequence[Range]) -> None:
        self.text, self.s, self.lex, self.quotes = text, sentence, lexicon, quotes
        self.tokens = sentence.tokens
        self._quoted = [any(a <= t.start < b for a, b in quotes) for t in self.tokens]
        self._stops = [t.i for t in self.tokens if t.text == ";" and not self._quoted[t.i]]

    # -- words -----------------------------------------------------------------------------------------------------

    def quoted(self, i: int) -> bool:
        """True inside quotation marks."""
        return self._quoted[i]

    def lower(self, i: int) -> str:
        """The word in lower case; "" beyond either end."""
        return self.tokens[i].lower if 0 <= i < len(self.tokens) else ""

    def base(self, i: int) -> str:
        """The base form where the word may be a cue verb, else ""."""
        return self.lex.verbs.get(self.tokens[i].lower, "")

    def kids(self, i: int, *deps: str) -> list[int]:
        """Children of a token by their relation to it."""
        return [k for k in self.s.children[i] if self.tokens[k].dep in deps]

    def breaks(self, k: int) -> bool:
        """A comma, dash or quotation mark that parts stretches; a hyphen only when free-standing."""
        token = self.tokens[k]
        return token.text in _BREAKS and (token.text != "-" or (k > 0 and self.tokens[k - 1].end < token.start))

    def marks_quote(self, k: int) -> bool:
        """A quotation mark."""
        return self.tokens[k].text in QUOTE_MARKS

    def noun(self, i: int) -> bool:
        """A noun, a name or a personal pronoun."""
        token = self.tokens[i]
        return token.tag[:1] == "N" or bool(token.name) or token.tag == "PRP"

    def number_in(self, indexes: Iterable[int]) -> bool:
        """True where a number or a word of losses stands among the tokens."""
        return any(
            self.tokens[k].tag == "CD" or self.tokens[k].lower in self.lex.number_words or self.tokens[k].text.isdigit()
            for k in indexes
        )

    # -- speakers --------------------------------------------------------------------------------------------------

    def can_speak(self, i: int) -> bool:
        """True for names, speaking pronouns, and nouns of persons, bodies and documents."""
        token, lex = self.tokens[i], self.lex
        if token.name in _NAMED or token.lower in lex.pronouns or token.tag in ("NNP", "NNPS"):
            return True
        if token.lower in lex.persons or token.lower in lex.bodies or token.lower in lex.documents:
            return True
        kids = (self.tokens[k] for k in self.s.children[i])
        return any(k.tag == "NNP" and k.dep in ("appos", "compound") for k in kids)

    def speaks(self, i: int, base: str) -> bool:
        """True for what can speak, and before a strong verb of saying for any noun that is no day, place or event."""
        if self.can_speak(i):
            return True
        token = self.tokens[i]
        strong = base in self.lex.clause and base not in self.lex.weak
        return strong and token.tag in ("NN", "NNS") and token.lower not in self.lex.mute and not self.base(i)

    def by_channel(self, i: int) -> bool:
        """True for "confirmed by telephone": how it was said, not by whom."""
        if self.lower(i + 1) not in ("by", "via", "over"):
            return False
        return any(self.lower(k) in self.lex.by_means for k in range(i + 2, i + 5))

    def animate(self, i: int) -> bool:
        """Stricter: what may also put, give or name a figure."""
        token, lex = self.tokens[i], self.lex
        return (
            token.name in _NAMED
            or token.tag in ("NNP", "NNPS")
            or any(token.lower in words for words in (lex.persons, lex.bodies, lex.documents, lex.pronouns))
        )

    def subject(self, i: int) -> int | None:
        """The verb's subject, its own or the one it shares with the verb it hangs on."""
        for _ in range(6):
            own = self.kids(i, *SUBJECTS)
            token = self.tokens[i]
            if own and token.dep == "relcl" and self.tokens[own[0]].tag in ("WP", "WDT") and token.head != i:
                return token.head
            if own:
                split = self.split_subject(own[0], i)
                return own[0] if split is None else split[1]
            if token.dep in ("relcl", "acl"):
                return token.head
            if token.dep not in ("conj", "xcomp", "advcl", "prep", "pcomp", "ccomp", "dep") or token.head == i:
                return None
            if token.dep == "ccomp" and token.tag not in ("VBG", "VBN"):
                return None
            if token.dep == "advcl" and token.tag in FINITE:
                return None
            i = token.head
        return None

    def split_subject(self, subject: int, i: int) -> tuple[int, int] | None:
        """(comma, speaker) of "the dead were farmers, and a local chief gave": the first noun ends a clause."""
        for x in range(subject + 1, i - 1):
            if self.breaks(x) and self.tokens[x + 1].tag == "CC":
                own = [k for k in self.kids(subject, "conj") if x < k < i and self.animate(k)]
                edge = min(self.s.subtree(subject))
                clause = edge > 0 and self.tokens[edge - 1].tag in FINITE
                return (x, own[0]) if own and clause else None
        return None

    def phrase(self, i: int) -> Range:
        """The speaker's phrase: the head with all below it but clauses."""
        drop: set[int] = set()
        for k in self.s.children[i]:
            if self.tokens[k].dep in ("relcl", "advcl", "punct", "acl"):
                drop.update(self.s.subtree(k))
        keep = [k for k in self.s.subtree(i) if k not in drop]
        first = last = i
        for k in reversed([k for k in keep if k < i]):
            if k >= first - 2:
                first = k
        for k in (k for k in keep if k > i):
            if k <= last + 2:
                last = k
        if first < i and self.lower(first) in ("while", "though", "but", "and", "that", "as"):
            first += 1
        end = self.tokens[last].end
        if "(" in self.text[self.tokens[first].start : end] and self.text[end : end + 1] == ")":
            end += 1
        return self.tokens[first].start, end

    # -- stretches -------------------------------------------------------------------------------------------------

    def segment(self, i: int) -> tuple[int, int]:
        """The part of the sentence between semicolons around token i."""
        a, b = 0, len(self.tokens)
        for k in self._stops:
            if k < i:
                a = k + 1
            elif k > i:
                return a, k
        return a, b

    def runs(self, indexes: Iterable[int]) -> tuple[Range, ...]:
        """Stretches covering the tokens, trimmed."""
        out: list[list[int]] = []
        for i in sorted(set(indexes)):
            if out and i == out[-1][1] + 1:
                out[-1][1] = i
            else:
                out.append([i, i])
        found = (trim(self.text, self.tokens[a].start, self.tokens[b].end) for a, b in out)
        return tuple(r for r in found if r)

    def group(self, i: int, subject: int | None, without: Iterable[int]) -> set[int]:
        """The cue's own words: verb, auxiliaries, speaker, listener, adverbials; not what is said."""
        out, stop = {i}, set(without)
        for k in self.s.children[i]:
            if k not in stop and self.tokens[k].dep not in ("cc", "conj", "ccomp", "parataxis"):
                out.update(self.s.subtree(k))
        if subject is not None and subject not in out and self.tokens[i].dep not in ("conj", "advcl", "xcomp", "relcl"):
            out.update(self.s.subtree(subject))
        return out - stop

    def other_cue(self, k: int) -> bool:
        """A strong cue verb with a subject of its own."""
        base = self.base(k)
        strong = bool(base) and base in self.lex.clause and base not in self.lex.weak
        return strong and self.tokens[k].tag[:1] == "V" and bool(self.kids(k, "nsubj"))

    def after_cue(self, i: int, high: int) -> int:
        """Index of the first token after a verb and its adverbs, day, place and channel of saying."""
        k = i + 1
        while k < high:
            token = self.tokens[k]
            if (
                (k == i + 1 and token.lower in self.lex.particles.get(self.base(i), ()) and token.lower != "by")
                or (token.tag == "RB" and token.lower not in ("not", "no", "as"))
                or token.tag == "RP"
                or token.lower in self.lex.days
            ):
                k += 1
            elif token.tag == "IN" and token.lower in ("on", "in", "at", "by", "during", "via", "through", "after"):
                end = self._adverbial(k, high)
                if end == k:
                    return k
                k = end
            else:
                return k
        return k

    def _adverbial(self, k: int, high: int) -> int:
        """End of a short adverbial phrase that opens with a preposition at k, or k where it may be what is said."""
        m = k + 1
        while m < high and m < k + 6 and (self.tokens[m].tag in ("DT", "JJ", "NN", "NNP", "CD", "PRP$", "RB", "POS")):
            if self.tokens[m].tag in ("NN", "NNP", "RB") and m + 1 < high:
                following = self.tokens[m + 1]
                if following.tag in ("DT", "CD", "IN", "PRP", "PRP$") or following.name:
                    return m + 1
            m += 1
        return m if m < high and m > k + 1 and self.tokens[m].lower in ("of", "that", ":", "as") else k

    def clause_end(self, i: int, start: int, high: int) -> int:
        """Where what is said after the cue at i ends: before a clause with a cue and a speaker of its own."""
        if self._in_relative(i):
            high = self._relative_end(start, high)
        for k in range(start + 1, high):
            base, token = self.base(k), self.tokens[k]
            if token.text == "," and not self.quoted(k) and self._remark(k):
                return k
            if token.tag == "VBG" and token.lower in self.lex.resumed and self.breaks(k - 1) and not self.quoted(k):
                return k - 1
            known = base in self.lex.clause or base in self.lex.objects or base in self.lex.refuse
            if not known or self.quoted(k) or token.dep == "relcl":
                continue
            misread = token.tag == "VBN" and token.dep == "acl" and k + 1 < high and self.tokens[k + 1].tag == "CD"
            silent = token.tag == "VB" and base in self.lex.silent and bool(self.kids(k, "neg"))
            if token.tag not in FINITE and not misread and not silent:
                continue
            cut = self._cut_before(i, k, start)
            if cut is not None:
                return cut
        return high

    def _remark(self, k: int) -> bool:
        """What another thinks of what is said: ", a figure mocked by Kyiv", ", which the office could not verify"."""
        if self.lower(k + 1) == "a":
            return self.lower(k + 2) in self.lex.noun_cues | self.lex.remarked
        if self.lower(k + 1) not in ("which", "whom") or self.tokens[k + 1].dep != "dobj":
            return False
        verb = self.tokens[k + 1].head
        own = self.kids(verb, "nsubj") or self.kids(self.tokens[verb].head, "nsubj")
        return bool(own) and self.animate(own[0]) and self.tokens[own[0]].tag != "PRP"

    def _in_relative(self, i: int) -> bool:
        """True for a verb behind "who" or "which" that a comma precedes."""
        k = i - 1
        while k > 0 and not self.breaks(k) and k > i - 8:
            if self.tokens[k].tag in ("WP", "WDT"):
                return self.breaks(k - 1)
            k -= 1
        return False

    def _relative_end(self, start: int, high: int) -> int:
        """The comma that closes a relative clause: a finite verb without subject of its own follows it."""
        for k in range(start, high):
            if self.tokens[k].text != ",":
                continue
            verb = next((m for m in range(k + 1, min(high, k + 5)) if self.tokens[m].tag in FINITE), None)
            if (
                verb is not None
                and not any(k < m < verb for m in self.kids(verb, *SUBJECTS))
                and not any(
                    self.noun(m) and self.tokens[m].tag != "PRP" and self.tokens[m - 1].tag != "IN"
                    for m in range(k + 1, verb)
                )
            ):
                return k
        return high

    def _cut_before(self, i: int, k: int, start: int) -> int | None:
        """Start of the clause of the cue verb at k where it is no part of what the cue at i says."""
        m = k
        while m - 1 > start and self.tokens[m - 1].tag in ("RB", "MD", "VBZ", "VBD", "VBP") and not self.breaks(m - 1):
            m -= 1
        if self.tokens[m - 1].tag == "CC" and self.tokens[m - 1].lower in ("and", "but"):
            strong = self.base(k) in self.lex.joined_cues
            shared = self.tokens[k].head == i or (strong and self.tokens[k].tag == self.tokens[i].tag)
            return m - 1 if shared and not self.kids(k, *SUBJECTS) else None
        own = [n for n in self.kids(k, "nsubj") if start < n < k]
        split = self.split_subject(own[0], k) if own else None
        if split:
            return split[0]
        if (not own or not self.animate(own[0]) or own[0] < m - 8) and self.noun(m - 1) and self.animate(m - 1):
            back = m - 1
            while back > start and not self.breaks(back) and self.tokens[back].tag not in ("CC", *FINITE):
                back -= 1
            if self.tokens[back].tag == "CC" and self.breaks(back - 1):
                return back - 1
        if not own and self.tokens[k].dep == "acl":
            named = self.tokens[k].head
            own = [self.tokens[named].head if self.tokens[named].dep == "appos" else named]
        if not own or not self.animate(own[0]):
            return None
        edge = min(self.s.subtree(own[0]))
        back = edge - 1
        while back > start and self.tokens[back].tag in ("RB", "IN", "NN", "NNP", "CD", "DT") and back > edge - 5:
            if self.tokens[back].lower in ("while", "though", "although", "whereas"):
                return back
            back -= 1
        if self.tokens[back].tag == "CC" and self.breaks(back - 1):
            return back - 1
        return None
