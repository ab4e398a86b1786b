"""Cue verbs before what is said: clauses, quotations and objects (the rest is in ``passive_frames``).

Each frame takes a Reader and the verb's index and gives an Utterance or None. Surface order (commas, quotation marks,
"that") is trusted before the dependency tree where the two differ: parsers err most on long reported clauses.
"""

from __future__ import annotations

import msgspec

from counterclaim.cues import FINITE, SUBJECTS, Reader
from counterclaim.drafts import Utterance
from counterclaim.frames import made
from counterclaim.passive_frames import declines, nearest_subject, passive_cue

_NP_START = frozenset(
    ["DT", "PDT", "JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "PRP", "PRP$", "CD", "VBN", "RB", "WP"]
)


def verb_cue(r: Reader, i: int) -> Utterance | None:
    """The attribution made by a cue verb at token i that stands before what is said, or None."""
    lex, token, base = r.lex, r.tokens[i], r.base(i)
    if i and token.lower == "told" and r.lower(i - 1) == "all":
        return None
    loose = token.tag == "VBN" and token.dep in ("amod", "acl", "relcl") and not r.kids(i, "aux")
    if r.kids(i, "nsubjpass", "auxpass") or (loose and r.lower(i + 1) == "by" and not r.by_channel(i)):
        return passive_cue(r, i)
    subject = _main_speaker(r, i) if token.tag == "VBG" else None
    subject = r.subject(i) if subject is None else subject
    if token.dep == "conj" and token.tag in FINITE and not r.kids(i, *SUBJECTS):
        shared = _shared_speaker(r, i)
        subject = subject if shared is None else shared
    if subject is not None and subject < i and token.dep in ("acl", "amod") and loose:
        subject = _past_misread(r, i, subject)
        if i and r.breaks(i - 1) and r.lower(i + 1) != "by":
            nearest = nearest_subject(r, i)
            subject = subject if nearest is None else nearest
    if subject is None and token.tag in FINITE:
        subject = nearest_subject(r, i)
    misplaced = subject is not None and (not r.speaks(subject, base) or (subject > i and r.breaks(i - 1) and i > 0))
    if misplaced and token.tag in FINITE:
        subject = nearest_subject(r, i)
    if subject is None or not r.speaks(subject, base) or r.quoted(subject) != r.quoted(i):
        return None
    if token.dep in ("aux", "amod", "compound") or (token.tag == "VB" and _modal_or_to(r, i)):
        return declines(r, i, subject) if token.tag == "VB" else None
    refused = declines(r, i, subject)
    if refused:
        return refused
    if r.lower(i - 1) == "nor" or (r.kids(i, "neg") and lex.clause.get(base) != "denies"):
        return None
    if base in lex.document_verbs and r.lower(subject) not in lex.documents:
        return None
    found = None
    if base in lex.clause:
        found = _that_clause(r, i, subject) or _clause_cue(r, i, subject) or colon_cue(r, i, subject)
    if found is None and base in lex.objects:
        found = _object_cue(r, i, subject)
    if found is None and base in lex.clause and r.lower(subject) not in ("it", "they"):
        found = _quote_cue(r, i, subject)
    return found


def _main_speaker(r: Reader, i: int) -> int | None:
    """The speaker of the cue verb before ", adding that ...": never the subject of what is said."""
    if not i or not r.breaks(i - 1) or (r.lower(i) not in r.lex.resumed and r.base(i) in r.lex.weak):
        return None
    low, _ = r.segment(i)
    for k in range(i - 1, low, -1):
        strong = r.base(k) in r.lex.clause and r.tokens[k].tag in (*FINITE, "VBN") and not r.quoted(k)
        if strong and (r.kids(k, "nsubj") or k > low):
            subject = r.subject(k)
            if subject is not None and r.can_speak(subject) and r.animate(subject) and r.tokens[k].dep != "relcl":
                return subject
    return None


def _shared_speaker(r: Reader, i: int) -> int | None:
    """A past form goes on the cue's: "The police said the post had been hit and put the toll at 20"."""
    joined = r.tokens[i].head
    cue = r.tokens[joined].head
    reported = (
        r.tokens[joined].dep == "ccomp" and r.tokens[joined].tag in ("VBN", "VBG") and bool(r.kids(joined, "aux"))
    )
    if not reported or r.base(cue) not in r.lex.clause or r.tokens[cue].tag != r.tokens[i].tag:
        return None
    subject = r.subject(cue)
    return subject if subject is not None and r.speaks(subject, r.base(cue)) else None


def _past_misread(r: Reader, i: int, subject: int) -> int | None:
    """A participle to the parser, a verb by its place: "the head of the region, Vadym Filashkin, named 47"."""
    after = r.after_cue(i, len(r.tokens))
    number = after < len(r.tokens) and r.tokens[after].tag == "CD"
    if not (number and r.can_speak(subject)):
        return None
    head = r.tokens[subject].head
    described = r.tokens[subject].dep == "appos" and r.lower(head) in r.lex.persons
    return head if described else subject


def _modal_or_to(r: Reader, i: int) -> bool:
    return any(
        r.lower(k) in ("to", "would", "could", "should", "must", "may", "might", "can") for k in r.kids(i, "aux")
    )


def _clause_cue(r: Reader, i: int, subject: int) -> Utterance | None:
    base = r.base(i)
    complements = [k for k in r.kids(i, "ccomp", "parataxis") if not _is_cue_aside(r, k)]
    if not complements and base in r.lex.infinitive:
        complements = r.kids(i, "xcomp")
    if not complements and base in r.lex.gerund:
        complements = [k for k in r.kids(i, "xcomp") if r.tokens[k].tag == "VBG"]
    if not complements:
        return _headline_clause(r, i, subject)
    main = complements[0]
    if base in r.lex.weak and not _firm(r, i, subject, main):
        return None
    gerund = r.tokens[main].tag == "VBG" and not r.kids(main, "aux")
    if gerund and base not in r.lex.gerund_clause:
        return None
    if base in r.lex.commanding and r.tokens[main].tag == "VB":
        return None
    if (
        base in r.lex.objects
        and r.tokens[main].dep == "ccomp"
        and r.tokens[main].tag in ("VBN", "JJ")
        and not r.kids(main, *SUBJECTS, "aux")
    ):
        return None
    group = r.group(i, subject, complements)
    said: set[int] = set()
    for k in complements:
        said |= _clause_content(r, i, k, group)
    # trailing days and places hang on the cue only where they stand between it and what it says
    return made(r, i, subject, said - group, group)


def _headline_clause(r: Reader, i: int, subject: int) -> Utterance | None:
    """The clause of a headline, which has no auxiliary: "Army says 30 militants killed in raid"."""
    told = [k for k in r.kids(i, "dobj") if any(r.tokens[m].tag == "VBN" for m in r.kids(k, "acl"))]
    if not told or r.base(i) in r.lex.weak or r.base(i) in r.lex.objects:
        return None
    start, (_, high) = min(r.s.subtree(told[0])), r.segment(i)
    end = r.clause_end(i, start, high)
    return made(r, i, subject, range(start, end), r.group(i, subject, told) - set(range(start, end)))


def _clause_content(r: Reader, cue: int, complement: int, group: set[int]) -> set[int]:
    """Tokens of what is said when it is a clause hanging on the cue."""
    low, high = r.segment(cue)
    said = {k for k in r.s.subtree(complement) if low <= k < high} - group
    if complement > cue:
        said = {k for k in said if k > cue}
        if said:
            end = r.clause_end(cue, min(said), high)
            said = {k for k in said if k < end} | set(range(max((k for k in said if k < end), default=end) + 1, end))
    else:
        said.update(k for k in range(low, min(group)) if k not in group)
    first = min(said, default=complement)
    if first > cue and r.lower(first) in ("that", "how", "whether") and r.tokens[first].dep == "mark":
        said.discard(first)
    return said


def _that_clause(r: Reader, i: int, subject: int) -> Utterance | None:
    """The clause after "that", whatever the parser hung it on: "told AP on the day of the strikes that ..."."""
    if any(k > i and not _is_cue_aside(r, k) for k in r.kids(i, "ccomp", "parataxis")):
        return None
    _, high = r.segment(i)
    for k in range(i + 1, min(high, i + 14)):
        token = r.tokens[k]
        if (
            token.lower == "that"
            and token.dep in ("mark", "nsubj", "dobj", "det")
            and not r.quoted(k)
            and _opens_clause(r, k, high)
        ):
            if r.lower(k - 1) in r.lex.noun_cues and k - 1 > i and r.tokens[k - 1].dep != "pobj":
                return None
            end = r.clause_end(i, k + 1, high)
            return made(
                r, i, subject, range(k + 1, end), set(r.s.subtree(subject)) - set(range(i, high)) | set(range(i, k))
            )
        if token.tag in FINITE or (token.tag == "VBG" and r.base(k) in r.lex.clause and r.breaks(k - 1)):
            return None
    return None


def _opens_clause(r: Reader, k: int, high: int) -> bool:
    return r.tokens[k].dep == "mark" and any(r.tokens[m].tag in FINITE for m in range(k + 1, high))


def _is_cue_aside(r: Reader, k: int) -> bool:
    """A complement that is itself only a cue: "he said, adding", "..., the SITE group reported on Saturday"."""
    own = [m for m in r.kids(k, "nsubj") if m < k]
    if own and r.other_cue(k) and not r.kids(k, "ccomp", "dobj"):
        edge = min(r.s.subtree(own[0]))
        if edge > 0 and r.breaks(edge - 1):
            return True
    return r.lower(k) in r.lex.asides and not r.kids(k, "ccomp")


def _firm(r: Reader, i: int, subject: int, complement: int) -> bool:
    """A weak verb attributes only when its clause is finite and its subject is no mere pronoun 'it'."""
    finite = r.tokens[complement].tag in FINITE or bool(r.kids(complement, "aux", "auxpass", "cop"))
    return finite and r.lower(subject) not in ("it", "that", "which")


def colon_cue(r: Reader, i: int, subject: int) -> Utterance | None:
    """What is said stands behind a colon: "His post goes on: ...", "he told reporters: ..."."""
    low, high = r.segment(i)
    colon = next((k for k in range(i + 1, min(high, i + 13)) if r.tokens[k].text == ":" or r.breaks(k)), None)
    if colon is None or r.tokens[colon].text != ":" or high - colon < 3:
        return None
    if r.base(i) in r.lex.weak and colon > i + 2:
        return None
    if any(r.tokens[k].tag == "CD" or r.tokens[k].tag in FINITE for k in range(i + 1, colon)):
        return None
    start = min(k for k in [*r.s.subtree(subject), i] if low <= k <= i)
    return made(r, i, subject, range(colon + 1, high), range(start, colon))


def _quote_cue(r: Reader, i: int, subject: int) -> Utterance | None:
    """A cue whose content the parser did not hang on it: a quotation, or all that stands before a closing cue."""
    base, group = r.base(i), r.group(i, subject, ())
    a, b = r.segment(i)
    first, last = min(i, subject), max(i, subject)
    around = (r.tokens[i], r.tokens[subject])
    inside = [q for q in r.quotes if not any(t.start >= q[0] and t.end <= q[1] for t in around)]
    quoted = {k for k in range(a, b) if any(q[0] <= r.tokens[k].start < q[1] for q in inside)}
    edge = min((k for k in r.s.subtree(subject) if k >= a), default=first) if subject < i else i
    closing = edge > a and r.breaks(edge - 1)
    before = [k for k in range(a, edge) if k not in group]
    if closing and len(before) > 2 and base not in r.lex.weak and any(r.tokens[k].tag in FINITE for k in before):
        after = {k for k in quoted if k > max(group, default=last)}
        return made(r, i, subject, set(range(a, edge)) | after, group - set(range(a, edge)))
    near = {k for k in quoted if k > last or (k < first and closing)}
    if len(near) > 2 and ((base in r.lex.clause and base not in r.lex.weak) or min(near) <= last + 3):
        return made(r, i, subject, near, group - quoted)
    return None


# -- what is said as an object -----------------------------------------------------------------------------------------


def _object_cue(r: Reader, i: int, subject: int) -> Utterance | None:
    """An object says it: "put the toll at 55", "spoke on Saturday of 60 killed", "the figure which he gave"."""
    base = r.base(i)
    relative = _relative_object(r, i, subject)
    if relative:
        return relative
    _, high = r.segment(i)
    start = _object_start(r, i, r.lex.objects[base][1], high)
    if start is None or r.lower(subject) in ("which", "that"):
        return None
    if r.tokens[i].tag == "VBG" and base not in r.lex.clause:
        return None
    end = _until_saying(r, start, r.clause_end(i, start, high))
    said = set(range(start, end))
    said -= _days_of_saying(r, i, start, end)
    head = _words_until_comma(r, start, end)
    if r.lower(i - 1) == "what" or r.lower(i - 2) == "what":
        return None
    if base in r.lex.light and not _states_figure(r, start, end, r.lex.light[base]):
        return None
    if base == "have" and not (
        r.lower(start) == "it" or any(r.lower(k) in r.lex.number_words for k in range(start, min(end, start + 4)))
    ):
        return None
    if base == "tell" and r.lower(start - 1) != "of" and not _states_figure(r, start, end, ("at", "as")):
        return None
    needed = r.lex.needed.get(base)
    if needed and not any(r.lower(k) in needed for k in range(start, min(end, start + 9))):
        return None
    if base == "say" and (r.tokens[start].tag != "CD" or start != i + 1):
        return None
    if base == "release" and not _figures(r, i):
        return None
    told = end < high and r.breaks(end) and r.tokens[end + 1].tag == "VBG" if end + 1 < high else False
    if told and r.lex.objects[base][0] == "asserts" and not any(r.tokens[k].tag == "CD" for k in said):
        return None  # "gave a higher figure, saying 34 ..."
    if base in r.lex.number_needed and not r.number_in(head):
        return None
    if base in ("claim", "take") and any(r.lower(k) in ("life", "lives") for k in head):
        return None
    bare = r.tokens[subject].tag in ("NNP", "NNPS") and not r.tokens[subject].name
    if bare and base in r.lex.place_verbs and r.lower(subject) not in r.lex.bodies:
        return None
    if not r.animate(subject) or (base in r.lex.document_verbs and r.lower(subject) not in r.lex.documents):
        return None
    group = {k for k in r.group(i, subject, ()) if k < start or k not in said}
    found = made(r, i, subject, said, group - said)
    if found and needed and any(r.lower(k) in r.lex.disbelief for k in said):
        return msgspec.structs.replace(found, stance="denies")
    return found


def _figures(r: Reader, i: int) -> bool:
    """True where the object of the verb is a figure or a document: "released a toll", no "released two men"."""
    return any(r.lower(k) in r.lex.number_words or r.lower(k) in r.lex.documents for k in r.kids(i, "dobj"))


def _until_saying(r: Reader, start: int, end: int) -> int:
    """The comma before a participle of saying: "raised the toll to 38, saying that ..."."""
    for k in range(start + 2, end):
        if r.tokens[k].tag == "VBG" and r.base(k) in r.lex.clause and r.breaks(k - 1) and not r.quoted(k):
            return k - 1
    return end


def _words_until_comma(r: Reader, start: int, end: int) -> list[int]:
    out: list[int] = []
    for k in range(start, end):
        if r.tokens[k].text == "," and len(out) > 12:
            break
        out.append(k)
    return out


def _states_figure(r: Reader, start: int, end: int, words: tuple[str, ...]) -> bool:
    """A figure behind a particle that gives it: "the toll at 55", "it as 11", "the figure down into 18"."""
    particles = [k for k in range(start - 1, min(end, start + 24)) if r.lower(k) in words]
    return any(any(r.tokens[m].tag == "CD" for m in range(k + 1, min(end, k + 5))) for k in particles)


def _object_start(r: Reader, i: int, ways: tuple[str, ...], high: int) -> int | None:
    """First token of what is said after the verb at i, by the ways the verb takes it, or None."""
    after = r.after_cue(i, high)
    opens = _NP_START | {"VBG"} if r.lex.clause.get(r.base(i)) == "denies" else _NP_START
    for way in ways:
        if way == "object":
            if (
                after < high
                and (r.tokens[after].tag in opens or r.tokens[after].name or r.quoted(after))
                and (r.lower(after) != "that" or _pointing(r, i, after, high))
            ):
                return after
            if r.lower(after) == "as":  # "dismissed as a lie reports that ..."
                later = [k for k in r.kids(i, "dobj") if k > after]
                claim = next((k for k in range(after, min(high, after + 9)) if r.lower(k) in r.lex.noun_cues), None)
                return min(r.s.subtree(later[0])) if later else claim
        elif way.startswith(
            "+"
        ):  # a listener or target stands before the preposition: "accuses it of", "told staff of"
            m = next((k for k in range(after, min(high, after + 9)) if r.lower(k) == way[1:]), None)
            if m is not None and not any(r.breaks(k) or r.tokens[k].tag in (*FINITE, "CD") for k in range(after, m)):
                return after if way == "+of" and r.base(i) == "accuse" else m + 1
        elif r.lower(after) == way and after + 1 < high:
            return after + 1
    return None


def _pointing(r: Reader, i: int, k: int, high: int) -> bool:
    """The word "that" opens no clause: "rejected that figure", "calls that a lie"."""
    if k + 1 >= high:
        return False
    before_noun = r.tokens[k].dep == "det" and r.tokens[r.tokens[k].head].tag[:1] == "N"
    return before_noun or (r.base(i) in r.lex.needed and (r.marks_quote(k + 1) or r.tokens[k + 1].tag in ("DT", "JJ")))


def _days_of_saying(r: Reader, i: int, start: int, end: int) -> set[int]:
    """The day between what is said belongs to the cue: "put the number at 72 on Saturday, 17 of them ..."."""
    out: set[int] = set()
    for k in r.kids(i, "prep"):
        below = r.s.subtree(k)
        if start < k < end and r.lower(k) == "on" and k + 1 < end and r.lower(k + 1) in r.lex.days and len(below) > 1:
            out.update((k, k + 1))
    return out


def _relative_object(r: Reader, i: int, subject: int) -> Utterance | None:
    """What is said stands before the clause: "casualties the White House spoke of", "the 200 that Kyiv claimed"."""
    token = r.tokens[i]
    if (
        token.dep != "relcl"
        or subject not in r.kids(i, "nsubj")
        or r.tokens[subject].tag in ("WDT", "WP")
        or not r.animate(subject)
    ):
        return None
    objects = r.kids(i, "dobj")
    if (
        r.base(i) in r.lex.light
        or r.base(i) in r.lex.needed
        or r.base(i) == "say"
        or any(r.tokens[k].tag not in ("WDT", "WP") and r.number_in([k, *r.kids(k, "nummod")]) for k in objects)
    ):
        return None
    below = set(r.s.subtree(i))
    said = {k for k in r.s.subtree(token.head) if k < i} - below
    if not r.number_in(said):
        return None
    return made(r, i, subject, said, below)
