"""Cue verbs that refuse, stand in the passive or quote another: "declined to comment", "was put at 23 by".

Each frame takes a Reader and the verb's index and gives an Utterance or None.
"""

from __future__ import annotations

import msgspec

from counterclaim.cues import FINITE, Reader
from counterclaim.drafts import Utterance
from counterclaim.frames import NOUN_PHRASE, back_over_auxiliaries, chunk_head, made, speaker_before


def nearest_subject(r: Reader, i: int) -> int | None:
    """The noun before a finite cue verb left without subject by the parser: "Oleksandr Vilkul, who ..., published"."""
    low, _ = r.segment(i)
    found = speaker_before(r, i, low)
    if found:
        return found[1]
    k = back_over_auxiliaries(r, i, low)
    if k >= low and r.tokens[k].text == ",":
        opens = next((m for m in range(k - 1, low, -1) if r.tokens[m].text == ","), None)
        inserted = opens is not None and r.tokens[opens + 1].tag in ("WP", "WDT", "WP$", "VBN", "VBG", "IN")
        if opens is not None and inserted:
            return opens - 1 if r.noun(opens - 1) else None
    if k >= low and r.noun(k) and all(r.tokens[m].tag in NOUN_PHRASE and not r.breaks(m) for m in range(low, k)):
        return k
    return None


def declines(r: Reader, i: int, subject: int) -> Utterance | None:
    """A refusal to speak or the lack of a number; the content is the refusing words."""
    lex, base = r.lex, r.base(i)
    modals = [k for k in r.kids(i, "aux") if r.lower(k) in ("would", "could", "can", "will")]
    below = {r.lower(k) for k in r.s.subtree(i)}
    opening = r.lower(min(r.s.subtree(subject)))
    negated = bool(r.kids(i, "neg")) or r.lower(i - 1) == "neither" or opening in ("neither", "no", "none", "nobody")
    either_way = r.lower(i - 1) == "neither" and any(
        r.lower(k) == "nor" for k in range(i + 1, min(len(r.tokens), i + 4))
    )
    refusing = base in lex.refuse and any(base == "decline" or r.base(k) in lex.answers for k in r.kids(i, "xcomp"))
    silent = negated and base in lex.silent and (base in lex.plainly or modals or either_way)
    silent = silent and not (base in lex.clause and r.kids(i, "ccomp") and not modals)
    no_number = base in lex.giving and (negated or "no" in below) and bool(below & lex.missing)
    if not (refusing or silent or either_way or no_number) or (modals and not negated):
        return None
    sub = set(r.s.subtree(subject))
    first = min([i, i - 1 if either_way else i, *r.kids(i, "aux", "neg")])
    said = {k for k in r.s.subtree(i) if k not in sub and k >= first}
    joined = next((k for k in r.kids(i, "cc") if r.lower(k) != "nor" and r.kids(i, "conj")), None)
    if joined is not None:
        said = {k for k in said if k < joined}
    found = made(r, i, subject, said | {i}, {i} | sub)
    if found is None:
        return None
    whole = r.runs(said | {i})
    return msgspec.structs.replace(found, content=whole, stance="declines", rule=f"cue-{base}")


def passive_cue(r: Reader, i: int) -> Utterance | None:
    """Without an agent there is no source: "X was quoted as saying (by Y)", "the 70 claimed by X", "as told by X"."""
    base = r.base(i)
    if base in r.lex.citing:
        return _quoted_as(r, i)
    agents = [k for p in r.kids(i, "agent") for k in r.kids(p, "pobj")]
    if not agents or not r.can_speak(agents[0]) or base not in (r.lex.clause.keys() | r.lex.objects.keys()):
        return None
    loose = r.tokens[i].dep in ("acl", "relcl", "amod")
    head = r.tokens[i].head if loose else r.subject(i)
    if head is None or head == i:
        return None
    low, high = r.segment(i)
    group = set(r.s.subtree(i)) - (set() if loose else set(r.s.subtree(head)))
    if r.lower(i - 1) == "as" and i > 1 and r.breaks(i - 2):  # "The names, as told by the chief, are ..."
        end = next((k for k in range(i, high) if r.breaks(k)), high)
        said = set(range(low, i - 2)) | set(range(end + 1, high))
        return made(r, i, agents[0], said, range(i - 1, end))
    if base in r.lex.number_needed and not r.number_in([head, *r.s.children[head]]):
        return None
    needed = r.lex.needed.get(base)
    if needed and not needed & {r.lower(k) for k in r.s.subtree(i)}:
        return None
    if r.tokens[head].tag == "PRP" or r.lower(head) in r.lex.persons or r.lower(head) in r.lex.documents:
        return None
    said = set(r.s.subtree(head)) - group
    for k in r.kids(i, "prep"):  # "was put at 23 by the council"
        if r.lower(k) in r.lex.light.get(base, ()) and r.number_in(r.s.subtree(k)):
            said.update(m for m in r.s.subtree(k) if m < r.tokens[agents[0]].head)
    return made(r, i, agents[0], said, group - said)


def _quoted_as(r: Reader, i: int) -> Utterance | None:
    """Without "as saying" no attribution: "The site was on no list, its spokesman was quoted as saying by SPA"."""
    low, high = r.segment(i)
    saying = next((k for k in range(i + 1, min(high, i + 8)) if r.lower(k) == "saying"), None)
    if saying is None or r.lower(saying - 1) != "as":
        return None
    edge = i
    while edge - 1 >= low and r.lower(edge - 1) in ("was", "were", "is", "are", "been", "has", "have", "later", "also"):
        edge -= 1
    before = speaker_before(r, edge, low)
    own = r.subject(i)
    subject = before[1] if before else own
    if subject is None or not r.can_speak(subject):
        return None
    relays = [k for k in range(i + 1, high) if r.tokens[k].name == "media" or (r.lower(k) in r.lex.media and r.noun(k))]
    relay = next((k for k in relays if any(r.lower(m) in ("by", "in", "on") for m in range(max(i, k - 7), k))), None)
    end = saying + 1
    if relay is not None and relay < saying + 10 and not any(r.breaks(m) for m in range(saying, relay)):
        end = relay + 1
    while (
        end < high
        and not r.breaks(end)
        and r.lower(end) != "that"
        and r.tokens[end].tag in ("NNP", "POS", "IN", "NN")
        and (relay or 0) >= saying
    ):
        end += 1
    start = before[0] if before else min(r.s.subtree(subject))
    said = set(range(end, high))
    if r.lower(end) == "that":
        said.discard(end)
    if len([k for k in said if r.tokens[k].text[:1].isalnum()]) < 2:
        said = set(range(low, start))
    found = made(r, i, subject, said - set(range(start, end)), range(start, end))
    if found is None:
        return None
    via = (r.phrase(relay),) if relay is not None and start <= relay < end else ()
    cue = (r.tokens[i].start, r.tokens[saying].end)
    return msgspec.structs.replace(found, via=via, cue=cue, stance="asserts")


def quoting(r: Reader, i: int) -> Utterance | None:
    """The quoted one is the source, the quoting one relays: "DVB quoted a villager as saying ..."."""
    low, high = r.segment(i)
    saying = next(
        (k for k in range(i + 1, min(high, i + 16)) if r.lower(k) == "saying" and r.lower(k - 1) == "as"), None
    )
    subject = r.subject(i)
    if subject is None and r.tokens[i].tag in FINITE:
        subject = nearest_subject(r, i)
    if saying is None or subject is None:
        return None
    relays, at = [subject], i
    for k in range(i + 2, saying - 1):  # "Reuters quoted SANA as citing the minister as saying"
        if r.base(k) in r.lex.citing and r.lower(k - 1) == "as":
            relay = chunk_head(r, at + 1, k - 2)
            relays += [relay] if relay is not None else []
            at = k
    whom = chunk_head(r, at + 1, saying - 2) if saying - 2 >= at + 1 else None
    if whom is None or not r.can_speak(whom):
        return None
    begin = min([k for k in r.s.subtree(subject) if low <= k < i], default=i)
    said = set(range(saying + 1, r.clause_end(i, saying + 1, high)))
    if r.lower(saying + 1) == "that":
        said.discard(saying + 1)
    if len([k for k in said if r.tokens[k].text[:1].isalnum()]) < 2:
        said = set(range(low, begin))
    found = made(r, i, whom, said, range(begin, saying + 1))
    if found is None:
        return None
    return msgspec.structs.replace(found, via=tuple(r.phrase(k) for k in relays), stance="asserts", rule="cue-quote")
