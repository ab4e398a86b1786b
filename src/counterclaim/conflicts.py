"""Pairs of claims that cannot both be true: by their bounds, as part and whole, by the arithmetic of outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Protocol

from counterclaim.records import Claim, ClaimRef, Conflict


class HasClaim(Protocol):
    """What is compared: a claim and its name in the case."""

    @property
    def ref(self) -> ClaimRef: ...
    @property
    def claim(self) -> Claim: ...


def find_conflicts(chosen: Sequence[HasClaim], all_of_them: Iterable[HasClaim]) -> tuple[Conflict, ...]:
    """Conflicts that the chosen figures of one outcome have with one another, their parts and other outcomes.

    ``chosen``: one figure for each origin. An open "at least" has no upper end. Approximate figures conflict only
    where their widened ranges are apart.
    """
    out: list[Conflict] = []
    for a, b in combinations(chosen, 2):
        x, y = _range(a.claim), _range(b.claim)
        if x[1] < y[0] or y[1] < x[0]:
            out.append(Conflict(claims=(a.ref, b.ref), reason="the figures cannot both be right"))
    everything = list(all_of_them)
    for whole in chosen:
        _, most = _range(whole.claim)
        items = [p for p in everything if p.ref[0] == whole.ref[0] and p.claim.part_of == whole.claim.id]
        for part in items:
            if _range(part.claim)[0] > most:
                out.append(Conflict(claims=(whole.ref, part.ref), reason="the part is larger than the whole"))
    for a in chosen:
        for b in everything:
            if b.ref[0] == a.ref[0] and b.claim.statement == a.claim.statement and b.claim.part_of is None:
                reason = _arithmetic(a.claim, b.claim)
                if reason:
                    out.append(Conflict(claims=(a.ref, b.ref), reason=reason))
    return tuple(out)


def _arithmetic(a: Claim, b: Claim) -> str:
    """Killed or wounded alone are no more than killed and wounded together."""
    if a.outcome in ("killed", "wounded") and b.outcome == "casualties" and _range(a)[0] > _range(b)[1]:
        return f"more {a.outcome} than killed and wounded together"
    return ""


def _range(claim: Claim) -> tuple[float, float]:
    q = claim.quantity
    low = float(q.low if q.low is not None else 0)
    high = float(q.high) if q.high is not None else float("inf")
    if q.approximate and q.low is not None and q.low == q.high:
        return low * 0.9, high * 1.1
    return low, high
