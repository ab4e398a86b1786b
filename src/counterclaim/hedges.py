"""How sure the source is, whether it denies, and whether a figure is a running total: by the words around a count."""

from __future__ import annotations

from counterclaim.drafts import Count, Utterance
from counterclaim.parse import Sentence
from counterclaim.records import Certainty
from counterclaim.settings import Told

_POSSIBLE = frozenset("may might reportedly allegedly possibly perhaps feared apparently presumably potentially".split())
_ESTIMATED = frozenset("estimated estimates estimate believed believe thought estimating estimation assessed reckoned calculated presumed".split())
_ESTIMATING = ("cue-believe", "cue-estimate", "cue-think", "cue-reckon", "cue-assess", "cue-suspect", "cue-calculate")
_CEILING = ("up to", "as many as", "at most", "a maximum", "maximum of", "no more than")
_UNTRUE = ("untrue", "not true", "false that", "no truth", "incorrect that")
_RUNNING = ("so far", "in total", "to date", "overall", "since the", "over the course of", "cumulative", "in all since", "thus far", "all told", "up to now")
_WARS = frozenset("war conflict insurgency fighting violence uprising revolt crisis".split())


def _near(s: Sentence, c: Count) -> list[str]:
    """Lower-cased words of the count's clause: those under its verb, and those close before the number."""
    at = c.unit
    for _ in range(8):
        token = s.tokens[at]
        if token.tag[:1] == "V" and token.dep in ("ROOT", "ccomp", "conj", "advcl", "relcl", "parataxis") or token.head == at:
            break
        at = token.head
    words = {k for k in s.subtree(at) if abs(k - c.unit) <= 25}
    words.update(range(max(0, c.unit - 8), c.unit))
    return [s.tokens[k].lower for k in sorted(words)]


def certainty_of(text: str, s: Sentence, c: Count, u: Utterance | None) -> tuple[Certainty, str]:
    """(certainty, rule): the source's own hedges only."""
    words = _near(s, c)
    lead = c.number.text.lower()
    if lead.startswith(_CEILING):
        return "possible", "ceiling"
    hit = next((w for w in words if w in _POSSIBLE), None)
    if hit:
        return "possible", f"hedge-{hit}"
    if u is not None and u.rule in _ESTIMATING:
        return "estimated", u.rule
    hit = next((w for w in words if w in _ESTIMATED), None)
    if hit or "an estimated" in lead:
        return "estimated", f"hedge-{hit or 'estimated'}"
    return "stated", ""


def denied(text: str, s: Sentence, c: Count, u: Utterance | None) -> bool:
    """A told number that the source says is not so."""
    before = text[s.start : c.number.start].lower()
    if any(w in before for w in _UNTRUE):
        return True
    if u is not None and u.stance == "denies":
        return True
    v = c.governor
    return bool(0 <= v < len(s.tokens) and c.number.low not in (0,) and any(s.tokens[k].dep == "neg" for k in s.children[v]) and c.rule in ("object", "subject", "phrase", "complement"))


def running_total(text: str, s: Sentence, c: Count, here: Told) -> bool:
    """Told as a total over more than one attack."""
    if any(m.role == "since" for m in here.moments):
        return True
    words = text[s.start : s.end].lower()
    if any(w in words for w in _RUNNING):
        return True
    v = c.governor
    if 0 <= v < len(s.tokens):
        return any(s.tokens[k].dep in ("nsubj", "agent") and (s.tokens[k].lower in _WARS) for k in s.children[v])
    return False
