"""Who said what, by which cue: attributions found in parsed sentences.

Source, cue and content are the terms of PARC and PolNeAR. A sentence without a cue of its own and outside a quotation
makes none. The words that may be cues, and how each takes what is said, are data (``lexicons/en/statements.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from counterclaim.drafts import Range, Utterance
from counterclaim.parse import Sentence, Token
from counterclaim.records import Stance
from counterclaim.words import form_table

_SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_OPEN, _CLOSE = "“«„", "”»"
_SPEAKING_PRONOUNS = frozenset("he she it they who we i one some many others both neither which that none all several".split())
_TRIM = " ,;:-–—\t"
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
    noun_cues: frozenset[str]
    by_nouns: frozenset[str]
    refuse: frozenset[str]
    answers: frozenset[str]
    missing: frozenset[str]
    particles: Mapping[str, tuple[str, ...]]
    prepositions: tuple[tuple[str, ...], ...]


def load_lexicon(data: Any, irregular: Mapping[str, Sequence[str]]) -> CueLexicon:
    """Compile ``statements.yaml``."""
    clause: dict[str, Stance] = {}
    for stance, bases in data["clause"].items():
        clause |= dict.fromkeys(bases, stance)
    objects = {b: (stance, tuple(how)) for stance, many in data["object"].items() for b, how in many.items()}
    refuse, speakers = data["declines"], data["speakers"]
    bases = [*clause, *objects, *refuse["verbs"], *refuse["answers"], "quote", "cite"]
    return CueLexicon(
        verbs=form_table(dict.fromkeys(bases), irregular), clause=clause, objects=objects, weak=frozenset(data["weak"]),
        number_needed=frozenset(data["number_needed"]), number_words=frozenset(data["number_words"]),
        persons=frozenset(speakers["persons"]), bodies=frozenset(speakers["bodies"]),
        documents=frozenset(speakers["documents"]), media=frozenset(data["media_nouns"]),
        noun_cues=frozenset(data["noun_cues"]), by_nouns=frozenset(data["by_nouns"]),
        refuse=frozenset(refuse["verbs"]), answers=frozenset(refuse["answers"]), missing=frozenset(data["no_numbers"]),
        particles={k: tuple(v) for k, v in data["particles"].items()},
        prepositions=tuple(tuple(p) for p in data["prepositions"]),
    )  # fmt: skip


def find_quotes(text: str) -> tuple[Range, ...]:
    """Stretches in quotation marks, marks included. Pairs never cross a line end; a mark left open runs to the line's end
    where the next line opens with a mark too (a quotation over paragraphs), and is ignored otherwise."""
    out: list[Range] = []
    start = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        opened = -1
        for i in range(start, end):
            c = text[i]
            if c == '"' and opened >= 0 or c in _CLOSE:
                if opened >= 0:
                    out.append((opened, i + 1))
                opened = -1
            elif c == '"' or c in _OPEN:
                opened = i if opened < 0 else opened
        follows = text[end + 1 : end + 2]
        if opened >= 0 and (follows == '"' or (follows and follows in _OPEN)):
            out.append((opened, end))
        start = end + 1
    return tuple(out)


def _trim(text: str, a: int, b: int) -> Range | None:
    """The stretch without outer blanks and separating marks; None when nothing is left."""
    while a < b and (text[a] in _TRIM or text[a] == "\n"):
        a += 1
    while a < b and (text[b - 1] in _TRIM or text[b - 1] == "\n"):
        b -= 1
    if b - a > 1 and text[b - 1] == "." and text[a] != '"':
        b -= 1
    return (a, b) if b > a and any(c.isalnum() for c in text[a:b]) else None


class _Reader:
    """One sentence with what the search needs of it."""

    def __init__(self, text: str, sentence: Sentence, lexicon: CueLexicon, quotes: Sequence[Range]) -> None:
        self.text, self.s, self.lex = text, sentence, lexicon
        self.quotes = [q for q in quotes if q[0] < sentence.end and q[1] > sentence.start]
        self.tokens = sentence.tokens

    def quoted(self, token: Token) -> bool:
        return any(a <= token.start < b for a, b in self.quotes)

    def kids(self, i: int, *deps: str) -> list[int]:
        return [k for k in self.s.children[i] if self.tokens[k].dep in deps]

    def subject(self, i: int) -> int | None:
        """The verb's subject, its own or the one it shares with the verb it hangs on."""
        for _ in range(6):
            own = self.kids(i, *_SUBJECTS)
            token = self.tokens[i]
            if own and token.dep == "relcl" and self.tokens[own[0]].tag in ("WP", "WDT") and token.head != i:
                return token.head
            if own:
                return own[0]
            if token.dep in ("relcl", "acl"):
                return token.head
            if token.dep in ("conj", "xcomp", "advcl", "prep", "pcomp", "ccomp", "dep") and token.head != i:
                if token.dep == "ccomp" and token.tag not in ("VBG", "VBN"):
                    return None
                i = token.head
                continue
            return None
        return None

    def can_speak(self, i: int) -> bool:
        token = self.tokens[i]
        if token.name in _NAMED or token.lower in _SPEAKING_PRONOUNS:
            return True
        lex = self.lex
        if token.lower in lex.persons or token.lower in lex.bodies or token.lower in lex.documents:
            return True
        if token.tag in ("NNP", "NNPS"):
            return True
        return any(self.tokens[k].tag == "NNP" and self.tokens[k].dep in ("appos", "compound") for k in self.s.children[i])

    def phrase(self, i: int) -> Range:
        """The speaker's phrase: the head with all below it but relative clauses, parentheses' clauses and adverbials."""
        drop: set[int] = set()
        for k in self.s.children[i]:
            dep = self.tokens[k].dep
            if dep in ("relcl", "advcl", "cc", "conj", "punct", "acl") and dep not in ("cc", "conj"):
                drop.update(self.s.subtree(k))
        keep = [k for k in self.s.subtree(i) if k not in drop]
        run = [i]
        for k in reversed([k for k in keep if k < i]):
            if k >= run[0] - 2:
                run.insert(0, k)
        for k in (k for k in keep if k > i):
            if k <= run[-1] + 2:
                run.append(k)
        return self.tokens[run[0]].start, self.tokens[run[-1]].end

    def runs(self, indexes: Iterable[int]) -> tuple[Range, ...]:
        """Stretches covering the tokens, joined over gaps of marks only, trimmed."""
        out: list[list[int]] = []
        for i in sorted(set(indexes)):
            if out and i == out[-1][1] + 1:
                out[-1][1] = i
            else:
                out.append([i, i])
        found = (_trim(self.text, self.tokens[a].start, self.tokens[b].end) for a, b in out)
        return tuple(r for r in found if r)

    def group(self, i: int, subject: int | None, without: Iterable[int]) -> set[int]:
        """The cue's own words: verb, auxiliaries, speaker, listener, adverbials; not what is said."""
        out, stop = {i}, set(without)
        for k in self.s.children[i]:
            if k in stop or self.tokens[k].dep in ("cc", "conj", "ccomp", "parataxis"):
                continue
            out.update(self.s.subtree(k))
        if subject is not None and subject not in out and self.tokens[i].dep not in ("conj", "advcl", "xcomp", "relcl"):
            out.update(self.s.subtree(subject))
        return out - stop


_FINITE = ("VBD", "VBZ", "VBP", "MD")
_NP = frozenset(["DT", "JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "PRP", "PRP$", "POS", "CD", "IN", "CC", "VBN", "VBG", "HYPH", "RB", "-LRB-", "-RRB-", "TO", "PDT", "FW", "``", "''", "RBR", "RBS"])
_BREAKS = (",", "--", "–", "—", '"', "”", "''", "-")
_RESUMED = frozenset("who which whose whom adding citing speaking calling referring quoting noting as without after hours minutes".split())


def _breaks(r: _Reader, k: int) -> bool:
    """A comma, dash or quotation mark that parts stretches; a hyphen only when free-standing."""
    token = r.tokens[k]
    return token.text in _BREAKS and (token.text != "-" or (k > 0 and r.tokens[k - 1].end < token.start))


def _noun_phrase_before(r: _Reader, i: int, low: int) -> tuple[int, int] | None:
    """(start, head) of the speaker's phrase that ends right before token i, set off by a mark; low is the segment's start."""
    k = i - 1
    while k >= low and (r.tokens[k].tag in ("RB", "MD") or r.tokens[k].lower in ("has", "had", "have", "is", "was", "earlier", "later", "also")):
        k -= 1
    if k < low:
        return None
    own = [m for m in r.kids(i, *_SUBJECTS) if m < i]
    for _ in range(4):
        end = k
        while k >= low and not _breaks(r, k) and r.tokens[k].tag in _NP or (k >= low and r.tokens[k].name):
            k -= 1
        if k >= low and not _breaks(r, k):
            blocked = end if end == i - 1 else k
            if not any(t.lower in ("who", "which", "whose", "known", "that") for t in r.tokens[max(low, k - 12) : blocked + 1]):
                return None
            while k >= low and not _breaks(r, k):
                k -= 1
        start = k + 1
        if own and start <= own[0] <= end:
            edge = min(m for m in r.s.subtree(own[0]) if m >= start)
            flush = all(r.tokens[m].tag in ("CC", "RB", "DT", "``") for m in range(start, edge))
            return (start, own[0]) if k >= low and flush else None
        if start <= end:
            first = r.tokens[start]
            head = next((m for m in range(start, end + 1) if (r.tokens[m].tag in ("NN", "NNS", "NNP", "NNPS", "PRP") or r.tokens[m].name) and (m == end or not (r.tokens[m + 1].tag in ("NN", "NNS", "NNP", "NNPS", "POS") or r.tokens[m + 1].name or r.tokens[m + 1].text == "-"))), None)
            if head is not None and r.can_speak(head) and not own and first.tag not in ("IN", "VBN", "VBG", "CC", "RB") and k >= low:
                return start, head
        if k < low or r.tokens[k].text not in (",", "–", "—", "--"):
            return None
        k -= 1
    return None


def _after_cue(r: _Reader, i: int, high: int) -> int:
    """Index after the cue's own words to its right (listener, day, channel), or -1 where a clause of its own follows."""
    k = i + 1
    while k < high and not (_breaks(r, k) and r.tokens[k].text not in ('"', "”", "''")):
        if r.quoted(r.tokens[k]):
            break
        if r.tokens[k].text == ":" or r.tokens[k].lower in ("that",) and r.tokens[k].dep == "mark":
            return -1
        if r.tokens[k].tag in _FINITE:
            return -1
        k += 1
    return k


def _parenthetical(r: _Reader, i: int, base: str) -> Utterance | None:
    """A cue after or inside what is said: "..., the GUR said on Monday", "The Houthis, he alleged, had never ...",
    "..." said a source in Srinagar"."""
    low, high = _segment(r, i)
    token = r.tokens[i]
    if token.tag == "VBN" and not r.kids(i, "aux") and i + 1 < high and r.tokens[i + 1].tag[:1] == "N" or token.dep in ("amod", "relcl", "acl"):
        return None
    found = _noun_phrase_before(r, i, low)
    if found:
        start, subject = found
        end = _after_cue(r, i, high)
        if end < 0:
            return None
    else:
        if i <= low or not _breaks(r, i - 1) or r.kids(i, "nsubj") and min(r.kids(i, "nsubj")) < i:
            return None
        start = i
        end = i + 1
        while end < high and not _breaks(r, end) and r.tokens[end].tag not in _FINITE and r.tokens[end].tag != "WP":
            end += 1
        heads = [m for m in range(i + 1, end) if r.can_speak(m) and (r.tokens[m].tag[:1] == "N" or r.tokens[m].name or r.tokens[m].tag == "PRP")]
        own = [m for m in r.kids(i, "nsubj") if m > i]
        if not heads or r.tokens[i].tag not in ("VBD", "VBZ", "VBP", "VBN"):
            return None
        subject = own[0] if own and own[0] < end else _head_noun(r, i + 1, end) or heads[0]
    if not r.can_speak(subject) or r.quoted(r.tokens[subject]):
        return None
    before = [k for k in range(low, start) if r.tokens[k].text[:1].isalnum() or r.tokens[k].text in "$€£"]
    after: list[int] = []
    if end < high and _breaks(r, end):
        rest = end + 1
        if rest < high and (r.tokens[rest].lower not in _RESUMED and r.tokens[rest].tag not in ("VBG", "WP", "WDT", "WP$") or r.quoted(r.tokens[rest])):
            after = list(range(rest, high))
        if found is None and after and not r.quoted(r.tokens[rest]) and not any(r.tokens[k].tag in _FINITE for k in after):
            after = []
    quoted_before = any(r.quoted(r.tokens[k]) for k in before)
    finite = quoted_before or any(r.tokens[k].tag in _FINITE or r.tokens[k].tag in ("VBN", "VBG") for k in before)
    if not before or (not finite and not after) or len(before) + len(after) < 2:
        return None
    if after and not quoted_before and any(_other_cue(r, k) for k in after):
        after = [] if finite else after
    said = set(range(low, start)) | set(after)
    if r.tokens[low].lower in ("and", "but") and low < start:
        said.discard(low)
    group = set(range(start, end)) - said
    made = _made(r, i, base, subject, said, group)
    return msgspec.structs.replace(made, aside=bool(after), rule=f"cue-{base}") if made else None


def _other_cue(r: _Reader, k: int) -> bool:
    base = r.lex.verbs.get(r.tokens[k].lower)
    return base is not None and base in r.lex.clause and base not in r.lex.weak and r.tokens[k].tag[:1] == "V" and bool(r.kids(k, "nsubj"))


def _head_noun(r: _Reader, a: int, b: int) -> int | None:
    """The head of the noun phrase in tokens a..b: the last noun before a preposition or a mark."""
    head = None
    for k in range(a, b):
        token = r.tokens[k]
        if token.tag[:1] == "N" or token.name or token.tag == "PRP":
            head = k
        elif head is not None and token.tag not in ("POS", "HYPH", "JJ", "VBN", "-LRB-"):
            break
    return head


def _clause_content(r: _Reader, cue: int, complement: int, group: set[int]) -> set[int]:
    """Tokens of what is said when it is a clause hanging on the cue."""
    low, high = _segment(r, cue)
    said = {k for k in r.s.subtree(complement) if low <= k < high} - group
    if complement > cue:
        said = {k for k in said if k > cue}
        if said and not any(_other_cue(r, k) for k in range(max(said) + 1, high)):
            said.update(range(max(said) + 1, high))
    else:
        said.update(k for k in range(low, min(group)) if k not in group)
    first = min(said, default=complement)
    if first > cue and r.tokens[first].lower in ("that", "how", "whether") and r.tokens[first].dep == "mark":
        said.discard(first)
    return said


def _segment(r: _Reader, i: int) -> tuple[int, int]:
    """The part of the sentence between semicolons around token i."""
    a, b = 0, len(r.tokens)
    for k, token in enumerate(r.tokens):
        if token.text == ";" and not r.quoted(token):
            if k < i:
                a = k + 1
            elif k > i:
                b = k
                break
    return a, b


def _number_in(r: _Reader, indexes: Iterable[int]) -> bool:
    return any(r.tokens[k].tag == "CD" or r.tokens[k].lower in r.lex.number_words or r.tokens[k].text.isdigit() for k in indexes)


def _aside(r: _Reader, group: set[int]) -> bool:
    a, b = min(group), max(group)
    before = a > 0 and r.tokens[a - 1].text in (",", "--", "–", "—", '"', "”")
    after = b + 1 < len(r.tokens) and r.tokens[b + 1].text in (",", "--", "–", "—")
    return before and after


def _verb_cue(r: _Reader, i: int, base: str) -> Utterance | None:
    """The attribution made by a cue verb at token i, or None."""
    lex, token = r.lex, r.tokens[i]
    passive = bool(r.kids(i, "nsubjpass", "auxpass"))
    if i and token.lower == "told" and r.tokens[i - 1].lower == "all":
        return None
    if base in lex.particles and not (i + 1 < len(r.tokens) and r.tokens[i + 1].lower in lex.particles[base]):
        return None
    if passive or (token.tag == "VBN" and token.dep in ("amod", "acl", "relcl") and not r.kids(i, "aux")):
        return _passive_cue(r, i, base)
    subject = r.subject(i)
    if subject is None or not r.can_speak(subject) or r.quoted(r.tokens[subject]) != r.quoted(token):
        return None
    if token.dep in ("aux", "amod", "compound", "pcomp") or (token.tag == "VB" and r.kids(i, "aux") and _modal_or_to(r, i)):
        return None
    refused = _declines(r, i, base, subject)
    if refused:
        return refused
    if base in lex.clause:
        found = _that_clause(r, i, base, subject) or _clause_cue(r, i, base, subject)
        if found:
            return found
    if base in lex.objects:
        return _object_cue(r, i, base, subject)
    return None


def _modal_or_to(r: _Reader, i: int) -> bool:
    return any(r.tokens[k].lower in ("to", "would", "could", "should", "must", "may", "might", "can") for k in r.kids(i, "aux"))


def _clause_cue(r: _Reader, i: int, base: str, subject: int) -> Utterance | None:
    complements = [k for k in r.s.children[i] if r.tokens[k].dep in ("ccomp", "parataxis") and not _is_cue_aside(r, k)]
    if not complements and base in ("claim", "deny", "admit", "report", "describe"):
        complements = r.kids(i, "xcomp")
    pronoun = r.tokens[subject].lower in ("it", "they") and not complements
    if complements:
        main = complements[0]
        if base in r.lex.weak and not _firm(r, i, subject, main):
            return None
        if r.tokens[main].tag == "VBG" and base not in ("deny", "admit", "recall", "report", "describe"):
            return None
        if base in ("ask", "urge", "demand", "tell") and r.tokens[main].tag == "VB" and base != "tell":
            return None
        group = r.group(i, subject, complements)
        said: set[int] = set()
        for k in complements:
            said |= _clause_content(r, i, k, group)
        return _made(r, i, base, subject, said - group, group)
    return None if pronoun else _quote_cue(r, i, base, subject)


def _that_clause(r: _Reader, i: int, base: str, subject: int) -> Utterance | None:
    """"told AP on the day of the strikes that ...": the clause after "that", whatever the parser hung it on."""
    if any(r.tokens[k].dep in ("ccomp", "parataxis") for k in r.s.children[i]):
        return None
    _, high = _segment(r, i)
    for k in range(i + 1, min(high, i + 14)):
        token = r.tokens[k]
        if token.lower == "that" and token.dep == "mark" and not r.quoted(token):
            if any(r.tokens[m].lower in r.lex.noun_cues or r.tokens[m].tag in _FINITE for m in range(i + 1, k)):
                return None
            return _made(r, i, base, subject, set(range(k + 1, high)), set(r.s.subtree(subject)) | set(range(i, k)))
        if token.tag in _FINITE:
            return None
    return None


def _is_cue_aside(r: _Reader, k: int) -> bool:
    """A complement that is itself only a verb of saying without content ("he said, adding")."""
    return r.tokens[k].lower in ("adding", "citing", "noting") and not r.kids(k, "ccomp", "dobj")


def _firm(r: _Reader, i: int, subject: int, complement: int) -> bool:
    """A weak verb attributes only when its clause is finite and its subject is no mere pronoun 'it'."""
    finite = r.tokens[complement].tag in ("VBD", "VBZ", "VBP", "MD") or bool(r.kids(complement, "aux", "auxpass", "cop"))
    return finite and r.tokens[subject].lower not in ("it", "that", "which")


def _quote_cue(r: _Reader, i: int, base: str, subject: int) -> Utterance | None:
    """A cue whose content the parser did not hang on it: a quotation, or all that stands before a closing cue."""
    group = r.group(i, subject, ())
    a, b = _segment(r, i)
    inside = [q for q in r.quotes if not any(r.tokens[k].start >= q[0] and r.tokens[k].end <= q[1] for k in (i, subject))]
    quoted = {k for k in range(a, b) if any(q[0] <= r.tokens[k].start < q[1] for q in inside)}
    sentence_quotes = [q for q in inside if q[1] - q[0] > 12]
    first, last = min(i, subject), max(i, subject)
    before = [k for k in range(a, first) if k not in group]
    closing = first > a and r.tokens[first - 1].text in (",", '"', "”", "''") or first > a + 1 and r.tokens[first - 1].tag == "DT" and r.tokens[first - 2].text == ","
    if closing and len(before) > 2 and base not in r.lex.weak:
        head = min(r.s.subtree(subject)) if subject < i else i
        before = [k for k in range(a, min(head, i))]
        after = [k for k in range(max(group, default=last) + 1, b) if k in quoted]
        if len(before) > 2:
            return _made(r, i, base, subject, set(before) | set(after), group - set(before))
    if quoted and sentence_quotes and len(quoted) > 2:
        ahead = [k for k in range(a, b) if k in quoted and (k > last or k < first)]
        return _made(r, i, base, subject, set(ahead), group - quoted)
    colon = next((k for k in range(last, b) if r.tokens[k].text == ":"), None)
    if colon is not None and colon - last <= 12 and b - colon > 3 and base not in r.lex.weak:
        return _made(r, i, base, subject, set(range(colon + 1, b)), set(range(a, colon)))
    return None


def _object_cue(r: _Reader, i: int, base: str, subject: int) -> Utterance | None:
    stance, ways = r.lex.objects[base]
    parts: list[int] = []
    for way in ways:
        if way == "object":
            parts += [k for k in r.s.children[i] if r.tokens[k].dep in ("dobj", "attr", "oprd")]
        parts += [k for k in r.kids(i, "prep") if r.tokens[k].lower == way]
    if base in ("put", "raise", "revise", "lower", "set", "estimate"):
        parts += [k for k in r.kids(i, "prep") if r.tokens[k].lower in ("at", "to", "from") and _number_in(r, r.s.subtree(k))]
    for way in ways:
        if way != "object":
            parts += [k for k in range(i + 1, min(len(r.tokens), i + 6)) if r.tokens[k].lower == way and k not in parts and k not in r.s.subtree(i)[:0] and not any(r.tokens[m].tag[:1] == "N" for m in range(i + 1, k) if r.tokens[m].dep != "pobj")][:1]
    if base in ("put", "set") and not any(r.tokens[k].lower in ("at", "as") for k in range(i + 1, min(len(r.tokens), i + 25))):
        return None
    relative = r.tokens[i].dep == "relcl" and (not parts or any(r.tokens[k].tag in ("WDT", "WP") for k in r.s.children[i] if r.tokens[k].dep == "dobj") or all(not r.s.children[k] for k in parts))
    if relative and r.subject(i) == subject and r.kids(i, "nsubj") and r.tokens[subject].lower not in ("which", "that", "who"):
        head = r.tokens[i].head
        below = set(r.s.subtree(i))
        said = {k for k in r.s.subtree(head) if k < i} - below
        if not _number_in(r, said) or not _animate(r, subject):
            return None
        return _made(r, i, base, subject, said, below)
    if not parts or r.tokens[subject].lower in ("which", "that"):
        return None
    said = {k for p in parts for k in r.s.subtree(p)}
    low, high = _segment(r, i)
    if min(said) > i:
        said = {k for k in said if low <= k < high}
        if said and not any(_other_cue(r, k) for k in range(max(said) + 1, high)):
            said.update(range(max(said) + 1, high))
    if r.tokens[i].tag == "VBG" and base not in ("claim", "confirm", "deny", "estimate", "report", "announce", "acknowledge", "admit"):
        return None
    if base in r.lex.number_needed and not _number_in(r, said):
        return None
    if base in ("claim", "take") and any(r.tokens[k].lower in ("life", "lives", "responsibility") for k in said):
        if not any(r.tokens[k].lower == "responsibility" for k in said):
            return None
    if not _animate(r, subject) and base not in ("put", "estimate", "list", "count"):
        return None
    group = r.group(i, subject, parts)
    return _made(r, i, base, subject, said - group, group)


def _animate(r: _Reader, i: int) -> bool:
    token = r.tokens[i]
    return (
        token.name in _NAMED or token.lower in r.lex.persons or token.lower in r.lex.bodies or token.tag in ("NNP", "NNPS")
        or token.lower in ("he", "she", "they", "who", "it", "both", "neither", "we", "i", "one") or token.lower in r.lex.documents
    )  # fmt: skip


def _declines(r: _Reader, i: int, base: str, subject: int) -> Utterance | None:
    """A refusal to speak or the lack of a number; the content is the refusing words."""
    lex = r.lex
    below = {r.tokens[k].lower for k in r.s.subtree(i)}
    negated = bool(r.kids(i, "neg")) or "neither" in below or any(r.tokens[k].lower == "without" for k in [r.tokens[i].head])
    refusing = base in lex.refuse and any(r.tokens[k].lower in lex.verbs and lex.verbs[r.tokens[k].lower] in lex.answers for k in r.kids(i, "xcomp"))
    silent = negated and base in ("reply", "respond", "comment", "answer", "elaborate", "confirm", "verify", "specify", "disclose", "return") and not r.kids(i, "ccomp")
    denied_number = base in ("give", "name", "provide", "release") and (negated or "no" in below) and bool(below & lex.missing)
    if not (refusing or silent or denied_number):
        return None
    sub = set(r.s.subtree(subject))
    said = {k for k in r.s.subtree(i) if k not in sub and k >= min([i, *r.kids(i, "aux", "neg")])}
    made = _made(r, i, base, subject, said, {i} | sub, stance="declines")
    return made


def _passive_cue(r: _Reader, i: int, base: str) -> Utterance | None:
    """"X was quoted as saying (by Y)", "the 70 claimed by X", "as told by X". Without an agent there is no source."""
    agents = [k for p in r.kids(i, "agent") for k in r.kids(p, "pobj")]
    if base == "quote":
        subject = r.subject(i)
        saying = [k for p in r.kids(i, "prep") for k in r.kids(p, "pcomp")]
        if subject is None or not saying or not r.can_speak(subject):
            return None
        agents += [k for s in saying for p in r.kids(s, "agent", "prep") for k in r.kids(p, "pobj") if r.tokens[k].name == "media" or r.tokens[k].lower in r.lex.media]
        agent_words = {k for a in agents for k in [*r.s.subtree(a), r.tokens[a].head]}
        said = {k for s in saying for c in r.kids(s, "ccomp") for k in r.s.subtree(c)}
        group = set(r.s.subtree(i)) - said
        if not said:
            a, _ = _segment(r, i)
            said = set(range(a, min(r.s.subtree(subject))))
        made = _made(r, i, base, subject, said - agent_words, group)
        return msgspec.structs.replace(made, via=tuple(r.phrase(a) for a in agents)) if made else None
    if not agents or not r.can_speak(agents[0]) or base not in (r.lex.clause.keys() | r.lex.objects.keys()):
        return None
    head = r.tokens[i].head if r.tokens[i].dep in ("acl", "relcl", "amod") else (r.subject(i) if r.subject(i) is not None else i)
    if head is None or head == i:
        return None
    if base in r.lex.number_needed and not _number_in(r, [head, *r.s.children[head]]):
        return None
    group = set(r.s.subtree(i))
    said = set(r.s.subtree(head)) - group
    return _made(r, i, base, agents[0], said, group)


def _made(  # noqa: PLR0913, PLR0917
    r: _Reader, i: int, base: str, subject: int, said: set[int], group: set[int], stance: Stance | None = None
) -> Utterance | None:
    content = r.runs(k for k in said if 0 <= k < len(r.tokens))
    content = tuple(c for c in content if c[1] - c[0] > 1)
    if not content:
        return None
    if stance is None:
        stance = r.lex.clause.get(base) or (r.lex.objects[base][0] if base in r.lex.objects else "asserts")
        if r.kids(i, "neg") and stance == "denies":
            stance = "asserts"
    token = r.tokens[i]
    cue_end = token.end
    for k in r.s.children[i]:
        if r.tokens[k].lower in r.lex.particles.get(base, ()) and k == i + 1:
            cue_end = r.tokens[k].end
    return Utterance(
        sentence=r.s.index, cue=(token.start, cue_end), source=r.phrase(subject), head=(r.s.index, subject), content=content, stance=stance,
        group=r.runs(group), rule=f"cue-{base}", aside=_aside(r, group) if group else False,
    )  # fmt: skip


def _quoting(r: _Reader, i: int) -> Utterance | None:
    """"DVB quoted a villager as saying ...": the quoted one is the source, the quoting one relays."""
    subject, whom = r.subject(i), r.kids(i, "dobj")
    if subject is None or not whom or not r.can_speak(whom[0]):
        return None
    saying = [k for p in r.kids(i, "prep") for k in r.kids(p, "pcomp")]
    said = {k for s in saying for c in r.kids(s, "ccomp", "dobj") for k in r.s.subtree(c)}
    group = set(r.s.subtree(subject)) | set(r.s.subtree(whom[0])) | {i, *saying}
    if not said:
        a, _ = _segment(r, i)
        said = set(range(a, min(min(r.s.subtree(subject)), i))) - group
    said = {k for k in said if r.tokens[k].dep != "mark" or k != min(said)}
    made = _made(r, i, "quote", whom[0], said, group, "asserts")
    return msgspec.structs.replace(made, via=(r.phrase(subject),)) if made else None


def _prepositional(r: _Reader) -> Iterable[Utterance]:
    """"according to X", "in the view of X": all else in the part of the sentence is what X says."""
    for i, token in enumerate(r.tokens):
        for words in r.lex.prepositions:
            n = len(words)
            if token.lower != words[0] or tuple(t.lower for t in r.tokens[i : i + n]) != words or words == ("citing",):
                continue
            if r.quoted(token) or (words == ("per",) and i + 1 < len(r.tokens) and r.tokens[i + 1].lower in ("cent", "day", "week", "year", "month", "hour", "capita")):
                continue
            last = i + n - 1
            source = next((k for k in range(last + 1, min(len(r.tokens), last + 14)) if r.tokens[k].dep == "pobj" and r.tokens[k].head == last), None)
            if source is None or not r.can_speak(source):
                source = next((k for k in range(last + 1, min(len(r.tokens), last + 8)) if r.can_speak(k) and r.tokens[k].tag.startswith("N")), None)
            if source is None:
                continue
            a, b = _segment(r, i)
            end = _phrase_end(r, source, b)
            below = set(range(i, end + 1))
            said = set(range(a, i))
            if not any(r.tokens[k].text[:1].isalnum() for k in said):
                said = set(range(end + 1, b))
            elif end + 1 < b and r.tokens[end + 1].text == "," and r.tokens[min(end + 2, b - 1)].lower not in ("who", "which", "and", "but", "while", "whose", "adding"):
                said |= set(range(end + 1, b))
            made = _made(r, i, "according", source, said - below, set(range(i, end + 1)), "asserts")
            if made:
                yield msgspec.structs.replace(made, cue=(token.start, r.tokens[last].end), rule="cue-" + "-".join(words))
            break


def _phrase_end(r: _Reader, source: int, high: int) -> int:
    """The last token of the speaker's phrase: up to a comma, over an apposition or relative clause set in commas."""
    k = source
    for _ in range(3):
        while k + 1 < high and not (_breaks(r, k + 1) or r.tokens[k + 1].text in (":", "(") or r.tokens[k + 1].tag in _FINITE and not any(t.tag in ("WP", "WDT") for t in r.tokens[source : k + 1])):
            k += 1
        nxt = k + 2
        close = next((m for m in range(nxt, high) if r.tokens[m].text == ","), None)
        inserted = nxt < high and k + 1 < high and r.tokens[k + 1].text == "," and r.tokens[nxt].lower in ("who", "which", "whose", "a", "an", "the", "its") and close is not None
        if not inserted or close is None or (r.tokens[nxt].tag == "DT" and any(t.tag in _FINITE for t in r.tokens[nxt:close])):
            return k
        k = close - 1
    return k


def _noun_cues(r: _Reader) -> Iterable[Utterance]:
    """"Kyiv's claim that ...": a noun of saying with its speaker and a clause."""
    for i, token in enumerate(r.tokens):
        if token.lower not in r.lex.noun_cues or r.quoted(token):
            continue
        clause = [k for k in r.s.children[i] if r.tokens[k].dep in ("acl", "ccomp", "relcl") and any(r.tokens[m].lower == "that" and r.tokens[m].dep == "mark" for m in r.s.children[k])]
        speaker = r.kids(i, "poss") or [k for p in r.kids(i, "prep") if r.tokens[p].lower in ("by", "from") for k in r.kids(p, "pobj")]
        if clause and speaker and r.can_speak(speaker[0]):
            said = set(r.s.subtree(clause[0]))
            said.discard(min(said))
            made = _made(r, i, "claim", speaker[0], said, {i, *r.s.subtree(speaker[0])}, "asserts")
            if made:
                yield msgspec.structs.replace(made, rule="cue-noun")


def find(text: str, sentences: Sequence[Sentence], quotes: Sequence[Range], lexicon: CueLexicon) -> tuple[Utterance, ...]:
    """All attributions of a text in order of their cues; speakers not yet resolved. Linear in the text's length."""
    out: list[Utterance] = []
    first = 0
    for sentence in sentences:
        while first < len(quotes) and quotes[first][1] <= sentence.start:
            first += 1
        near = []
        for q in quotes[first : first + 50]:
            if q[0] >= sentence.end:
                break
            near.append(q)
        if len(sentence.tokens) > 400:  # no grammar to trust in such a run of words
            continue
        r = _Reader(text, sentence, lexicon, near)
        here: list[Utterance] = [*_prepositional(r), *_noun_cues(r)]
        for i, token in enumerate(sentence.tokens):
            base = lexicon.verbs.get(token.lower)
            if base is None or r.quoted(token):
                continue
            if base in lexicon.particles and not (i + 1 < len(r.tokens) and r.tokens[i + 1].lower in lexicon.particles[base]):
                continue
            if token.tag[:1] != "V" and not (token.tag in ("NNS", "NN") and base in lexicon.clause and i and (r.tokens[i - 1].name or r.tokens[i - 1].tag in ("NNP", "PRP"))):
                continue
            made = _quoting(r, i) if base == "quote" and not r.kids(i, "auxpass") else None
            if made is None and base in lexicon.clause and not r.kids(i, "auxpass", "nsubjpass"):
                made = _parenthetical(r, i, base)
            made = made or _verb_cue(r, i, base)
            if made:
                here.append(made)
        here.sort(key=lambda u: u.cue)
        out.extend(here)
    return tuple(out)
