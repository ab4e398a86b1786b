"""The arithmetic of the coding methods: terms in, numbers and their derivation out. Pure, and the same when run again.

A term is what one independent origin brings. Each method is a function of terms alone, so that a printed derivation
can be run again on the claims it names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from counterclaim.records import Step, Term

_WIDE = 10  # per cent that an approximate single figure is widened each way, only to see who agrees


class Result(NamedTuple):
    """The numbers of an estimate; None where the method leaves a number blank."""

    low: int | None
    best: int | None
    high: int | None
    open: bool
    steps: tuple[Step, ...]
    rule: str


def reach(term: Term) -> tuple[int, float]:
    """The lower and upper end within which a number agrees with a term; an open end is 0 or infinity."""
    low = term.low if term.low is not None else 0
    high: float = term.high if term.high is not None else math.inf
    if term.approximate and not term.vague and term.low is not None and term.low == term.high:
        low, high = math.ceil(low * (100 - _WIDE) / 100), math.floor(high * (100 + _WIDE) / 100)
    return low, high


def candidates(term: Term) -> tuple[int, ...]:
    """The numbers that a term tells: both ends of a range, the lower end of a vague word or an open bound."""
    if term.low is None:
        return (term.high,) if term.high is not None else ()
    if term.high is None or term.vague:
        return (term.low,)
    return (term.low,) if term.low == term.high else (term.low, term.high)


def agreeing(number: int, terms: Sequence[Term]) -> tuple[str, ...]:
    """The origins that a number is consistent with."""
    return tuple(t.origin for t in terms if reach(t)[0] <= number <= reach(t)[1])


def low_end(term: Term) -> int:
    """The lower end; an open one counts as 0."""
    return term.low if term.low is not None else 0


def high_end(term: Term) -> int:
    """The upper end; an open one counts as its own lower end."""
    return term.high if term.high is not None else low_end(term)


def _ends(terms: Sequence[Term]) -> tuple[int, int, bool, list[Step]]:
    low, high = min(map(low_end, terms)), max(map(high_end, terms))
    steps = [
        Step(result="low", operation="minimum", inputs=tuple(f"{t.origin}: {low_end(t)}" for t in terms), value=low,
             words="the smallest lower end"),
        Step(result="high", operation="maximum", inputs=tuple(f"{t.origin}: {high_end(t)}" for t in terms), value=high,
             words="the largest upper end; an open one counts as its own lower end"),
    ]  # fmt: skip
    return low, high, any(t.low is None or t.high is None for t in terms), steps


def _most_agreed(terms: Sequence[Term]) -> tuple[int, list[Step]]:
    told = sorted({n for t in terms for n in candidates(t)})
    votes = {n: agreeing(n, terms) for n in told}
    best = min(told, key=lambda n: (-len(votes[n]), n))
    steps = [
        Step(result=f"agree {n}", operation="count", inputs=votes[n], value=len(votes[n]),
             words=f"{n} is consistent with {', '.join(votes[n])}")
        for n in told
    ]  # fmt: skip
    words = "the lowest told number consistent with most origins"
    inputs = tuple(f"{n}: {len(votes[n])}" for n in told)
    return best, [*steps, Step(result="best", operation="most_agreed", inputs=inputs, value=best, words=words)]


def most_agreed(terms: Sequence[Term]) -> Result:
    """The plain rule: the ends over all origins, and the lowest told number that most of them agree with."""
    low, high, is_open, ends = _ends(terms)
    best, steps = _most_agreed(terms)
    words = f"low and high over the latest figure of each origin; {best} is the lowest told number that fits most"
    return Result(low, best, high, is_open, (*ends, *steps), f"{words} ({len(agreeing(best, terms))} of {len(terms)})")


def conservative_reliable_highest(terms: Sequence[Term]) -> Result:
    """UCDP: the most conservative figure, the most reliable, the highest reliable."""
    found = most_agreed(terms)
    rule = "low the most conservative figure, high the highest; best the lowest on which most independent origins agree"
    return found._replace(rule=rule)


def lowest_unless_corroborated(terms: Sequence[Term]) -> Result:
    """ACLED: one number, the lowest, unless another is corroborated by a second independent origin."""
    values = {t.origin: t.value if t.value is not None else low_end(t) for t in terms}
    lowest = min(values.values())
    exact = [t for t in terms if t.value is None]
    votes = {n: agreeing(n, exact) for t in exact for n in candidates(t)}
    shared = {n: v for n, v in votes.items() if len(v) > 1}
    most = max((len(v) for v in shared.values()), default=0)
    best = min((n for n, v in shared.items() if len(v) == most), default=lowest)
    inputs = tuple(f"{o}: {n}" for o, n in values.items())
    steps = [Step(result="lowest", operation="minimum", inputs=inputs, value=lowest, words="the lowest figure")]
    if shared:
        words = f"{best} is told by {', '.join(shared[best])}"
        steps.append(Step(result="best", operation="corroborated", inputs=shared[best], value=best, words=words))
    rule = "the corroborated figure" if shared else "the lowest figure"
    return Result(best, best, best, False, tuple(steps), rule)


def latest_then_majority_then_lowest(terms: Sequence[Term]) -> Result:
    """GTD: the most recent source; several at once: the majority of independent sources; none: the lowest.

    Terms come in order of saying, and those of the same last day are recent together: their ``words`` hold no more
    than the figure, so the order is the caller's. Vague words leave the field blank.
    """
    usable = [t for t in terms if not t.vague]
    if not usable:
        step = Step(
            result="best", operation="blank", inputs=tuple(t.origin for t in terms), words="too vague to be of use"
        )
        return Result(None, None, None, False, (step,), "every figure is too vague to be of use: blank")
    if len(usable) == 1:
        value = candidates(usable[0])[0]
        words = f"the most recent source: {usable[0].origin}"
        step = Step(result="best", operation="only", inputs=(usable[0].origin,), value=value, words=words)
        return Result(value, value, value, False, (step,), words)
    votes = {n: agreeing(n, usable) for t in usable for n in candidates(t)}
    best = min(votes, key=lambda n: (-len(votes[n]), n))
    if 2 * len(votes[best]) > len(usable):
        step = Step(result="best", operation="majority", inputs=votes[best], value=best,
                    words=f"{len(votes[best])} of {len(usable)} recent independent sources")  # fmt: skip
        return Result(best, best, best, False, (step,), "several recent sources: what the majority of them say")
    best = min(votes)
    step = Step(
        result="best",
        operation="minimum",
        inputs=tuple(map(str, sorted(votes))),
        value=best,
        words="no majority: the lowest",
    )
    return Result(best, best, best, False, (step,), "several recent sources and no majority: the lowest")


def min_max(terms: Sequence[Term]) -> Result:
    """Airwars: the minimum and the maximum over the sources; the minimum stands as best."""
    low, high, is_open, ends = _ends(terms)
    step = Step(result="best", operation="minimum", inputs=("low",), value=low, words="charts sum the minimum")
    return Result(low, low, high, is_open, (*ends, step), "minimum and maximum over the independent origins")


METHODS: Mapping[str, Callable[[Sequence[Term]], Result]] = {
    "most_agreed": most_agreed,
    "conservative_reliable_highest": conservative_reliable_highest,
    "lowest_unless_corroborated": lowest_unless_corroborated,
    "latest_then_majority_then_lowest": latest_then_majority_then_lowest,
    "min_max": min_max,
}
