"""How sure the source is, whether it denies, and whether a figure is a running total: by the words around a count."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from counterclaim.drafts import Count, Utterance
from counterclaim.marks import Told
from counterclaim.parse import Sentence
from counterclaim.records import Certainty
from counterclaim.syntax import path

_MODAL = frozenset(("may", "might", "could"))
_THIS_YEAR = re.compile(r"\bthis (?:year|month)(?:'s toll)? (?:has|have|stands?|now)\b")
_ONE_DAY = re.compile(r"\b(?:over|in|during|for) the (?:last |past |previous )?(?:day|24 hours|twenty-four hours)\b")
_STATES = frozenset(("abducted", "detained", "captured", "missing", "trapped", "deployed"))
_CLAUSES = frozenset(("conj", "ccomp", "advcl", "relcl", "parataxis", "acl", "dep"))
_PATH = 10
_BEFORE = 4


class HedgeLexicon(msgspec.Struct, frozen=True):
    """The words of doubt, denial and duration, described in ``claims.yaml``."""

    possible: frozenset[str]
    estimated: frozenset[str]
    estimating: frozenset[str]
    able: frozenset[str]
    ceiling: tuple[str, ...]
    untrue: tuple[str, ...]
    wars: frozenset[str]
    lasting: frozenset[str]
    running: re.Pattern[str]
    toll_since: re.Pattern[str]


def load_lexicon(data: Any) -> HedgeLexicon:
    """Compile the hedges of ``claims.yaml``."""
    words = data["hedges"]
    sets = {k: frozenset(words[k]) for k in ("possible", "estimated", "estimating", "able", "wars", "lasting")}
    again = "(?:over|in|during) (?:the same|that) (?:period|time)"
    return HedgeLexicon(
        ceiling=tuple(words["ceiling"]),
        untrue=tuple(words["untrue"]),
        running=re.compile(rf"\b(?:{_any(words['running'])}|{again}|since the {_any(words['began'])})\b"),
        toll_since=re.compile(rf"\b{_any(words['tolls'])}\b[^.;:]{{0,40}}\bsince\b"),
        **sets,
    )


def _any(phrases: Iterable[str]) -> str:
    """A pattern for any of the phrases."""
    return f"(?:{'|'.join(map(re.escape, phrases))})"


def _near(s: Sentence, c: Count, lex: HedgeLexicon) -> list[tuple[str, str]]:
    """(lower-cased word, tag) of what bears on the count: the path from it up to the main verb, what hangs on that path
    outside other clauses, and the words just before the number."""
    at, seen = c.unit, set(range(max(0, c.unit - _BEFORE), c.unit + 1))
    below = -1
    for _ in range(_PATH):
        token = s.tokens[at]
        seen.add(at)
        for k in s.children[at]:
            if k != below and s.tokens[k].dep not in _CLAUSES:
                seen.update(m for m in s.subtree(k) if abs(m - at) <= 25) if s.tokens[k].dep in (
                    "prep",
                    "advmod",
                    "npadvmod",
                ) else seen.add(k)
        own_subject = any(s.tokens[k].dep in ("nsubj", "nsubjpass") for k in s.children[at])
        if token.head == at or (
            token.dep in ("conj", "parataxis", "advcl", "ccomp")
            and own_subject
            and s.tokens[token.head].lower not in lex.estimated | lex.possible
        ):
            break
        below, at = at, token.head
    return [(s.tokens[k].lower, s.tokens[k].tag) for k in sorted(seen) if not _unable(s, k, lex)]


def _unable(s: Sentence, k: int, lex: HedgeLexicon) -> bool:
    """This "could" doubts nothing: "could not be found", "could confirm 12 deaths"."""
    after = s.tokens[k + 1].lower if k + 1 < len(s.tokens) else ""
    return s.tokens[k].lower == "could" and after in lex.able


def certainty_of(s: Sentence, c: Count, u: Utterance | None, lex: HedgeLexicon) -> tuple[Certainty, str]:
    """(certainty, rule): the source's own hedges only."""
    lead = c.number.text.lower()
    if lead.startswith(lex.ceiling):
        return "possible", "ceiling"
    words = _near(s, c, lex)
    # "May" is a month unless it is a modal; so is a "likely" that is no adverb of the verb
    hit = next((w for w, tag in words if w in lex.possible and (tag == "MD" if w in _MODAL else True)), None)
    if hit:
        return "possible", f"hedge-{hit}"
    if u is not None and u.rule.startswith("cue-") and u.rule[4:] in lex.estimating:
        return "estimated", u.rule
    hit = next((w for w, _ in words if w in lex.estimated), None)
    if hit or "an estimated" in lead:
        return "estimated", f"hedge-{hit or 'estimated'}"
    return "stated", ""


def denied(text: str, s: Sentence, c: Count, u: Utterance | None, lex: HedgeLexicon) -> bool:
    """A told number that the source says is not so."""
    before = text[s.start : c.number.start].lower()
    if any(w in before for w in lex.untrue) or before.endswith((", not ", " and not ", " rather than ")):
        return True
    if u is not None and u.stance == "denies":
        return True
    v = c.governor
    if not 0 <= v < len(s.tokens) or c.number.low == 0 or c.rule not in ("object", "subject", "phrase", "complement"):
        return False
    return any(s.tokens[k].dep == "neg" for k in s.children[v])


def running_total(text: str, s: Sentence, c: Count, here: Told, lex: HedgeLexicon) -> bool:
    """Told as a total over more than one attack."""
    words = text[s.start : s.end].lower()
    if c.outcome in _STATES and c.trigger < len(s.tokens) and s.tokens[c.trigger].lower in lex.lasting:
        return False  # "have been held since March": one act that lasts
    if any(m.role == "since" and not _superlative(text, m.start) for m in here.moments):
        return True
    if lex.running.search(words):
        return not _ONE_DAY.search(words) or " since " in words
    if _THIS_YEAR.search(words) or lex.toll_since.search(words):
        return True
    for v in path(s, c.governor, 3):
        subjects = [k for k in s.children[v] if s.tokens[k].dep in ("nsubj", "agent")]
        if subjects or s.tokens[v].dep not in ("conj", "dep", "advcl"):
            return any(s.tokens[k].lower in lex.wars for k in subjects)
    return False


def _superlative(text: str, at: int) -> bool:
    """What is dated is the rank, not the count: "the heaviest strike since July"."""
    return any(
        w.endswith("est") or w in ("most", "first", "worst") for w in text[max(0, at - 60) : at].lower().split()[-7:]
    )
