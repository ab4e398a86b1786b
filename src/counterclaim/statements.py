"""Who said what, by which cue: attributions found in parsed sentences.

Source, cue and content are the terms of PARC and PolNeAR. A sentence without a cue of its own and outside a quotation
makes none. This module reads the prepositions and nouns of saying and goes over the cue verbs; their frames are in
``frames``, the cue words and the reader of one sentence in ``cues``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from counterclaim.cues import FINITE, CueLexicon, Reader, find_quotes, load_lexicon, trim
from counterclaim.drafts import Range, Utterance
from counterclaim.frames import NOUN_PHRASE, chunk_head, made, parenthetical
from counterclaim.parse import Sentence
from counterclaim.passive_frames import quoting
from counterclaim.verb_frames import colon_cue, verb_cue

__all__ = ["find", "find_quotes", "load_lexicon"]

LONGEST = 400  # tokens; there is no grammar to trust in a longer run of words
_RELATIVE = frozenset({"who", "which", "whose"})


def _prepositional(r: Reader) -> Iterable[Utterance]:
    """All else in the part of the sentence is what X says: "according to X", "in the view of X"."""
    for i, token in enumerate(r.tokens):
        words = next(
            (
                p
                for p in r.lex.prepositions
                if p[0] == token.lower and tuple(t.lower for t in r.tokens[i : i + len(p)]) == p
            ),
            None,
        )
        joined = words == ("per",) and r.lower(i - 1) == "as"
        if words is None or joined or r.quoted(i) or r.lower(i + len(words)) in r.lex.no_source:
            continue
        last = i + len(words) - 1
        low, high = r.segment(i)
        low = _after_other(r, i, low)
        source = _phrase_head(r, last + 1, high)
        if source is None:
            continue
        source = _maker(r, source, high)
        end = _phrase_end(r, source, high, closes=any(t.text[:1].isalnum() for t in r.tokens[low:i]))
        found = made(r, i, source, _around(r, i, end, (low, high)), range(i, end + 1))
        if found:
            start = min(found.source[0], r.tokens[last + 1].start)
            yield msgspec.structs.replace(
                found,
                cue=(token.start, r.tokens[last].end),
                source=(start, found.source[1]),
                rule="cue-" + "-".join(words),
                stance="asserts",
            )


def _after_other(r: Reader, i: int, low: int) -> int:
    """Where what is said before the cue at i begins: behind ", its ministry said, and", which closes another's part."""
    for k in range(i - 1, low + 2, -1):
        if r.tokens[k].tag == "CC" and r.breaks(k - 1) and not r.quoted(k):
            cue = next((m for m in range(k - 2, max(low, k - 9), -1) if r.breaks(m) or r.base(m)), None)
            strong = cue is not None and r.base(cue) in r.lex.clause and r.base(cue) not in r.lex.weak
            finite = any(r.tokens[m].tag in FINITE for m in range(k + 1, i))
            if strong and cue is not None and r.tokens[cue].tag in FINITE and finite and cue > low + 2:
                return k + 1
    return low


def _phrase_head(r: Reader, start: int, high: int) -> int | None:
    """Head of the speaker's phrase that opens at ``start``, or None where it cannot speak."""
    if start < high and r.tokens[start].tag == "VBG":
        return None
    end = start
    while end < min(high, start + 14) and not r.breaks(end) and r.tokens[end].tag not in (*FINITE, "WP", "WDT"):
        end += 1
    head = chunk_head(r, start, end - 1) if end > start else None
    if head is None or r.can_speak(head):
        return head
    behind = next((k for k in range(head, end) if r.noun(k) and r.can_speak(k)), None)
    return head if behind is None and r.tokens[head].tag[:1] == "N" and r.lower(head) not in r.lex.mute else behind


def _around(r: Reader, i: int, end: int, segment: Range) -> set[int]:
    """What is said around an adverbial cue in tokens i..end: before it, else behind; both where it stands inside."""
    low, high = segment
    said = set(range(low, i))
    if not any(r.tokens[k].text[:1].isalnum() for k in said):
        return set(range(end + 1, high))
    rest = end + 2
    if end + 1 < high and r.tokens[end + 1].text == ":":
        return said | set(range(rest, high))
    if end + 1 < high and r.breaks(end + 1) and rest < high and r.lower(rest) not in r.lex.resumed:
        coordinate = r.tokens[rest].tag == "CC" or r.lower(rest) in ("while", "though", "although", "whereas")
        cueless = not any(r.base(k) and r.tokens[k].tag[:1] == "V" for k in range(rest, high))
        if not coordinate or (r.lower(rest) == "and" and cueless and r.number_in(range(rest, high))):
            said |= set(range(rest, high))
    return said


def _maker(r: Reader, source: int, high: int) -> int:
    """Who made the document or the figures speaks by them: "figures compiled by ACLED"."""
    if r.lower(source) not in r.lex.documents or source + 3 > high or r.tokens[source + 1].tag != "VBN":
        return source
    if r.lower(source + 2) != "by":
        return source
    maker = _phrase_head(r, source + 3, high)
    kept = maker is None or r.lower(source + 1) in r.lex.seen or not r.can_speak(maker)
    return source if kept or maker is None else maker


def _phrase_end(r: Reader, source: int, high: int, *, closes: bool = False) -> int:
    """The last token of the speaker's phrase: up to a comma, over a description or relative clause set in commas."""
    k = source
    for _ in range(3):
        while k + 1 < high and not (r.breaks(k + 1) or r.tokens[k + 1].text in (":", "(")):
            if r.tokens[k + 1].tag in FINITE and not any(t.tag in ("WP", "WDT") for t in r.tokens[source : k + 1]):
                break
            k += 1
        nxt = k + 2
        if nxt >= high or r.tokens[k + 1].text != ",":
            return k
        close = next((m for m in range(nxt, high) if r.tokens[m].text == ","), high)
        relative = r.lower(nxt) in _RELATIVE
        finite = any(r.tokens[m].tag in FINITE for m in range(nxt, close))
        described = r.lower(nxt) in ("a", "an", "the", "its") and (close < high or closes)
        proper = r.tokens[nxt].tag == "NNP" or (
            r.tokens[nxt].text[:1].isupper() and nxt + 1 < high and r.tokens[nxt + 1].tag == "NNP"
        )
        named = r.lower(source) in r.lex.persons and proper and not r.tokens[nxt].name
        if not (relative or (not finite and (described or named))):
            return k
        k = min(close, high) - 1
        while k > source and r.tokens[k].text in (".", ","):
            k -= 1
    return k


def _reckonings(r: Reader) -> Iterable[Utterance]:
    """A noun of reckoning with its owner: "by the health ministry's count", "In his account, ..."."""
    for i, token in enumerate(r.tokens):
        if token.lower not in ("by", "in", "on") or r.quoted(i):
            continue
        noun = next((k for k in range(i + 2, min(len(r.tokens), i + 9)) if r.lower(k) in r.lex.reckonings), None)
        if noun is None or any(r.breaks(k) or r.tokens[k].tag in FINITE for k in range(i, noun)):
            continue
        owner = next((k for k in r.kids(noun, "poss") if i < k), None)
        if owner is None:  # "by an Israeli count"
            owner = next((k for k in r.kids(noun, "amod") if i < k and r.tokens[k].name == "adjective"), None)
        elif not (r.can_speak(owner) or r.tokens[owner].tag == "PRP$"):
            continue
        if owner is None:
            continue
        low, high = r.segment(i)
        closes = noun + 1 >= high or r.breaks(noun + 1) or r.tokens[noun + 1].text in (".", ")")
        if not closes:
            continue
        leading = not any(r.tokens[k].text[:1].isalnum() and r.tokens[k].tag != "CC" for k in range(low, i))
        if token.lower != "by" and not leading:
            continue
        found = made(r, noun, owner, _around(r, i, noun, (low, high)), range(i, noun + 1))
        if found:
            cue = (token.start, r.tokens[noun].end)
            yield msgspec.structs.replace(found, cue=cue, rule="cue-reckoning", stance="asserts")


def _noun_cues(r: Reader) -> Iterable[Utterance]:
    """A noun of saying with its speaker and a clause: "Kyiv's claim that ..."."""
    for i, token in enumerate(r.tokens):
        if token.lower not in r.lex.noun_cues or r.quoted(i) or r.lower(i + 1) != "that":
            continue
        speaker = r.kids(i, "poss") or [
            k for p in r.kids(i, "prep") if r.lower(p) in ("by", "from") for k in r.kids(p, "pobj")
        ]
        if not speaker or not r.can_speak(speaker[0]):
            continue
        clause = [k for k in r.kids(i, "acl", "ccomp", "relcl") if k > i]
        _, high = r.segment(i)
        said = set(r.s.subtree(clause[0])) if clause else set(range(i + 2, r.clause_end(i, i + 1, high)))
        said.discard(i + 1)
        found = made(r, i, speaker[0], said, {i, *r.s.subtree(speaker[0])})
        if found:
            yield msgspec.structs.replace(found, rule="cue-noun", stance="asserts")


def _cited(r: Reader, here: list[Utterance]) -> list[Utterance]:
    """The cited Y is the source and X relays: "X said, citing Y", "Citing Y, X said", "X, which quotes Y"."""
    for i, token in enumerate(r.tokens):
        if r.base(i) not in r.lex.citing or r.quoted(i):
            continue
        relative = r.lower(i - 1) in ("which", "that", "who") and token.tag in FINITE
        if token.tag != "VBG" and not relative:
            continue
        _, high = r.segment(i)
        if any(r.lower(k) == "saying" for k in range(i + 1, min(high, i + 12))):
            continue
        source = _phrase_head(r, i + 1, high)
        if source is None or not r.can_speak(source) or r.lower(source) in r.lex.documents:
            continue
        leads = not any(t.text[:1].isalnum() for t in r.tokens[:i])
        near = [n for n, u in enumerate(here) if leads or u.cue[0] < token.start]
        near = near or [n for n, u in enumerate(here) if u.source[0] < token.start < u.cue[0]][:1]
        if not near:
            low, _ = r.segment(i)
            end = _phrase_end(r, source, high)
            alone = made(r, i, source, _around(r, i, end, (low, high)), range(i, end + 1))
            here += [msgspec.structs.replace(alone, rule="cue-citing", stance="asserts")] if alone else []
            continue
        n = near[0] if leads else near[-1]
        u = here[n]
        if any(a <= token.start < b for a, b in u.content):
            end = r.tokens[_phrase_end(r, source, high)].end
            kept = tuple(
                (a, min(b, token.start - 2)) if a <= token.start < b and end >= b - 1 else (a, b) for a, b in u.content
            )
            u = msgspec.structs.replace(u, content=tuple(c for c in kept if c[1] > c[0]) or u.content)
        group = (*u.group, (token.start, r.phrase(source)[1]))
        here[n] = msgspec.structs.replace(
            u, source=r.phrase(source), head=(r.s.index, source), via=(*u.via, u.source), group=group, rule="cue-citing"
        )
    return here


def _labelled(r: Reader) -> Iterable[Utterance]:
    """Headline style on a line of its own: "Gaza health ministry: 30 dead", "'We lost 14 men' - commander"."""
    first = r.tokens[0].start
    if (
        first > 0
        and r.text[first - 1] not in "\n "
        and r.text[r.text.rfind("\n", 0, first) + 1 : first].strip(" 0123456789:.-–—")
    ):
        return
    n = len(r.tokens)
    colon = next((k for k in range(1, min(n, 9)) if r.tokens[k].text == ":" and not r.quoted(k)), None)
    dash = next(
        (k for k in range(n - 1, max(0, n - 7), -1) if r.tokens[k].text in ("-", "–", "—") and r.breaks(k)), None
    )
    if colon is not None and n - colon > 2 and _label(r, 0, colon, quoted=r.quoted(colon + 1)):
        yield from _label_says(r, (0, colon), range(colon + 1, n), colon)
    elif dash is not None and dash > 2 and r.tokens[-1].text != "." and _label(r, dash + 1, n, quoted=r.quoted(0)):
        yield from _label_says(r, (dash + 1, n), range(dash), dash)


def _label(r: Reader, a: int, b: int, *, quoted: bool) -> bool:
    """True where tokens a..b are a speaker's phrase and no more: a role or body, or before a quotation any name."""
    if a >= b or any(r.tokens[k].tag in FINITE or r.tokens[k].tag in ("IN", "CD") or r.breaks(k) for k in range(a, b)):
        return False
    word = r.tokens[b - 1]
    role = (
        word.lower in r.lex.persons or word.lower in r.lex.bodies or word.name in ("body", "media", "people", "person")
    )
    return role or (quoted and r.can_speak(b - 1) and word.name not in ("state", "capital"))


def _label_says(r: Reader, label: Range, said: range, mark: int) -> Iterable[Utterance]:
    found = made(r, mark, label[1] - 1, said, range(*label))
    if found and any(r.quoted(k) or r.tokens[k].tag == "CD" or r.tokens[k].tag in FINITE for k in said):
        source = (r.tokens[label[0]].start, r.tokens[label[1] - 1].end)
        yield msgspec.structs.replace(found, source=source, rule="cue-label", stance="asserts")


def _is_cue_word(r: Reader, i: int) -> bool:
    """True for a verb, or a last word that the tagger took for a noun ("..., the military reports")."""
    base, token = r.base(i), r.tokens[i]
    if not base or r.quoted(i):
        return False
    particles = r.lex.particles.get(base)
    if particles and r.lower(i + 1) not in particles:
        return False
    if token.tag[:1] == "V":
        return True
    if token.tag not in ("NNS", "NN") or base not in r.lex.clause or not i:
        return False
    before = r.tokens[i - 1]
    if token.tag == "NN" and before.tag not in ("NNS", "NNPS", "PRP") and r.lower(i + 1) != "that":
        return False
    speaker = (
        before.name
        or before.tag in ("NNP", "PRP")
        or any(before.lower in w for w in (r.lex.persons, r.lex.bodies, r.lex.documents))
    )
    closing = i + 1 >= len(r.tokens) or r.breaks(i + 1) or r.tokens[i + 1].text in (".", ";")
    if before.text == "," and token.tag == "NNS":
        return closing and base not in r.lex.weak
    if before.text == ")" and token.tag == "NNS":
        return closing
    return bool(speaker) and (closing or before.tag == "PRP" or r.lower(i + 1) == "that")


def _sentence(r: Reader) -> list[Utterance]:
    """The attributions of one sentence in order of their cues."""
    here = [*_prepositional(r), *_noun_cues(r), *_reckonings(r)]
    taken: set[int] = set()
    for i, token in enumerate(r.tokens):
        if i in taken or not _is_cue_word(r, i):
            continue
        base, found = r.base(i), None
        passive = bool(r.kids(i, "auxpass", "nsubjpass"))
        if base in r.lex.citing and not passive:
            found = quoting(r, i)
            if found:
                taken.update(
                    k
                    for k in range(i + 1, len(r.tokens))
                    if (found.group and r.tokens[k].start < found.group[-1][1]) or r.lower(k) == "saying"
                )
        if found is None and base in r.lex.clause and not passive and _may_say(r, i, base):
            found = parenthetical(r, i)
        if found is None and token.tag == "NN":
            found = _misread_noun(r, i)
        if found is None and token.tag[:1] != "N":
            found = verb_cue(r, i)
            if found and r.lower(i + 1) == "as":
                taken.update(k for k in range(i + 1, min(len(r.tokens), i + 4)) if r.lower(k) == "saying")
        if found:
            here.append(found)
            here.extend(_told_twice(r, i, found))
    here = [u for u in here if u.rule != "cue-reckoning" or not any(_tells(o, u) for o in here)]
    if not here:
        here.extend(_labelled(r))
    here.sort(key=lambda u: u.cue)
    here = [_quoted_by(r, _heard_from(r, u)) for u in here]
    return _cited(r, _without_outer_cues(r, here))


def _misread_noun(r: Reader, i: int) -> Utterance | None:
    """A verb that the tagger took for a noun: "Field teams of the network report that ..."."""
    low, high = r.segment(i)
    phrase = range(low, i)
    if r.lower(i + 1) != "that" or r.base(i) not in r.lex.clause or not phrase:
        return None
    if any(r.tokens[k].tag not in NOUN_PHRASE or r.breaks(k) for k in phrase):
        return None
    head = chunk_head(r, low, i - 1)
    if head is None or r.tokens[head].tag not in ("NNS", "NNPS") or not r.speaks(head, r.base(i)):
        return None
    return made(r, i, head, range(i + 2, r.clause_end(i, i + 2, high)), range(low, i + 1))


def _heard_from(r: Reader, u: Utterance) -> Utterance:
    """The one heard is the source: "..., our reporter hears from a hospital source"."""
    for t in r.tokens:
        if t.start == u.cue[0] and r.base(t.i) in r.lex.hearing and r.lower(t.i + 1) == "from":
            source = _phrase_head(r, t.i + 2, r.segment(t.i)[1])
            if source is not None and r.can_speak(source):
                return msgspec.structs.replace(u, source=r.phrase(source), head=(r.s.index, source))
    return u


def _quoted_by(r: Reader, u: Utterance) -> Utterance:
    """Whoever quotes the speaker relays: "Aid workers quoted by the Courier said"."""
    for k in range(u.head[1] + 1, min(len(r.tokens) - 2, u.head[1] + 6)):
        if r.base(k) in r.lex.citing and r.tokens[k].tag == "VBN" and r.lower(k + 1) == "by" and not u.via:
            relay = _phrase_head(r, k + 2, len(r.tokens))
            if relay is not None and r.can_speak(relay):
                return msgspec.structs.replace(u, via=(r.phrase(relay),))
    return u


def _tells(outer: Utterance, inner: Utterance) -> bool:
    """True where ``inner``'s cue is in what ``outer`` says."""
    return outer is not inner and any(a <= inner.cue[0] < b for a, b in outer.content)


def _told_twice(r: Reader, i: int, found: Utterance) -> Iterable[Utterance]:
    """One cue between two things said: "Four were killed, he adds: 'I believe ...'"."""
    end = found.group[-1][1] if found.group else 0
    colon = next((t.i for t in r.tokens[i + 1 : i + 13] if t.start >= end and t.text == ":"), None)
    if colon is not None and found.content[-1][1] <= found.cue[0]:
        more = colon_cue(r, i, found.head[1])
        if more:
            yield more


def _without_outer_cues(r: Reader, here: list[Utterance]) -> list[Utterance]:
    """What is said ends where the cue of another, outer attribution stands: "It has 55 dead, an official told AFP"."""
    out = []
    for u in here:
        content = u.content
        for outer in here:
            forward = u.content[0][0] > u.cue[0]
            if outer is u or not forward or not any(a <= u.cue[0] < b for a, b in outer.content):
                continue
            content = tuple(piece for c in content for piece in _minus(r.text, c, outer.group))
        out.append(msgspec.structs.replace(u, content=content) if content else u)
    return out


def _minus(text: str, stretch: Range, holes: Sequence[Range]) -> list[Range]:
    """The stretch without the holes and the marks around them."""
    out, a = [], stretch[0]
    for x, y in holes:
        if x < stretch[1] and y > a:
            out.append(trim(text, a, x))
            a = y
    out.append(trim(text, a, stretch[1]))
    return [piece for piece in out if piece]


def _may_say(r: Reader, i: int, base: str) -> bool:
    """False for verbs that only documents say ("a tally ... shows") where none stands before them."""
    return base not in r.lex.document_verbs or any(t.lower in r.lex.documents for t in r.tokens[max(0, i - 14) : i])


def find(
    text: str, sentences: Sequence[Sentence], quotes: Sequence[Range], lexicon: CueLexicon
) -> tuple[Utterance, ...]:
    """All attributions of a text in order of their cues; speakers not yet resolved. Linear in the text's length."""
    out: list[Utterance] = []
    first = 0
    for sentence in sentences:
        while first < len(quotes) and quotes[first][1] <= sentence.start:
            first += 1
        near, k = [], first
        while k < len(quotes) and quotes[k][0] < sentence.end:
            near.append(quotes[k])
            k += 1
        if len(sentence.tokens) <= LONGEST:
            out.extend(_sentence(Reader(text, sentence, lexicon, near)))
    return tuple(out)
