"""Linking at size: seconds, memory and accuracy on made claims whose incidents are known.

    python bench/link.py                                10,000, 100,000 and 1,000,000 claims
    python bench/link.py --sizes 1000 10000             other sizes
    python bench/link.py --seed 7                       other reports of the same kind (default 1)
    python bench/link.py --casefile-up-to 100000        make the whole case file up to that size (default 10,000)
    python bench/link.py --profile 25 --sizes 10000     and print the 25 functions that take longest

Each size runs in a process of its own, so that its peak memory is its own. Printed for each size: claims and reports;
the seconds of the processor of each stage (``gather``, ``identify``, ``group``, ``attribute``, ``relays``; ``linked``
is all but ``gather``) and of the whole case file; microseconds a claim; the growth exponent of ``linked`` against the
size before (1 is linear, 2 quadratic); megabytes that the records alone take and the peak; B-cubed precision, recall
and F1 of the incidents found against those made. What is made: bench/link_claims.py.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import math
import pstats
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.common import ROOT, Json
from bench.link_claims import Made, make

from counterclaim.casefile import LinkKnowledge, casefile, link_knowledge
from counterclaim.link import attribution, origins, relays
from counterclaim.link.facts import gather
from counterclaim.link.incidents import group

SIZES = (10_000, 100_000, 1_000_000)
STAGES = ("gather", "identify", "group", "attribute", "relays")


class Score(NamedTuple):
    """B-cubed precision, recall and F1."""

    precision: float
    recall: float
    f1: float


def bcubed(found: Sequence[Hashable], truth: Sequence[Hashable]) -> Score:
    """How well the groups match the true ones: the mean over the items of the part of their group that is right."""
    if len(found) != len(truth):
        raise ValueError(f"{len(found)} items were grouped, {len(truth)} are known")
    both = Counter(zip(found, truth, strict=True))
    ours, theirs = Counter(found), Counter(truth)
    precision = sum(n * n / ours[a] for (a, _), n in both.items()) / max(1, len(found))
    recall = sum(n * n / theirs[b] for (_, b), n in both.items()) / max(1, len(found))
    return Score(precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0)


def link(made: Made, knowledge: LinkKnowledge, clock: Callable[[], float] = time.process_time) -> Json:
    """Link the records stage by stage: the seconds of each and the B-cubed of the incidents."""
    marks = [clock()]

    def done() -> None:
        marks.append(clock())

    facts = gather(made.records, knowledge.actors)
    done()
    found = origins.identify(facts, knowledge.words)
    done()
    groups = group(facts, found, knowledge.rules)
    done()
    att = attribution.attribute(facts, groups, found)
    done()
    passed_on = relays.find(facts, groups, found, att, knowledge.rules)
    done()
    seconds = {s: b - a for s, (a, b) in zip(STAGES, pairwise(marks), strict=True)}
    label = [0] * len(facts)
    for k, members in enumerate(groups.members):
        for n in members:
            label[n] = k
    return {
        "claims": len(facts), "reports": len(made.records), "incidents": len(set(made.truth)),
        "found": len(groups.members), "origins": len(found.speakers), "relays": len(passed_on), "seconds": seconds,
        "linked": sum(seconds[s] for s in STAGES[1:]), "bcubed": bcubed(label, made.truth)._asdict(),
    }  # fmt: skip


def one_size(claims: int, seed: int, whole: bool, profile: int = 0) -> Json:
    """Make, link and measure one size in this process."""
    from counterclaim.pipeline import default_knowledge

    knowledge = link_knowledge(default_knowledge().actors)
    made = make(claims, seed)
    records_mb = peak_mb()
    tracer = cProfile.Profile()
    if profile:
        tracer.enable()
    out = link(made, knowledge)
    tracer.disable()
    out |= {"records_mb": records_mb, "peak_mb": peak_mb(), "casefile": None}
    if profile:
        pstats.Stats(tracer, stream=sys.stderr).sort_stats("tottime").print_stats(profile)
    if whole:
        start = time.process_time()
        casefile(made.records, knowledge)
        out["casefile"] = time.process_time() - start
    return out


def peak_mb() -> float:
    """The most memory that this process has taken so far, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1024)


def line(now: Json, before: Json | None) -> str:
    """One row of the table."""
    slope = "-"
    if before is not None and before["linked"] > 0:
        slope = f"{math.log(now['linked'] / before['linked']) / math.log(now['claims'] / before['claims']):.2f}"
    cells = [f"{now['claims']:,}", f"{now['reports']:,}", *(f"{now['seconds'][s]:.1f}" for s in STAGES)]
    cells += [f"{now['linked']:.1f}", f"{1e6 * now['linked'] / now['claims']:.0f}", slope]
    cells += ["-" if now["casefile"] is None else f"{now['casefile']:.1f}"]
    cells += [f"{now['records_mb']:,.0f}", f"{now['peak_mb']:,.0f}"]
    cells += [f"{now['bcubed'][k]:.3f}" for k in ("precision", "recall", "f1")]
    return "| " + " | ".join(cells) + " |"


HEAD = [
    "claims", "reports", *STAGES, "linked, s", "µs a claim", "exponent", "case file, s", "records, MB", "peak, MB",
    "precision", "recall", "F1",
]  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Measure each size in a process of its own and print a row for it. Returns the exit status."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="claims")
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--casefile-up-to", type=int, default=10_000, help="make the whole case file up to this size")
    args.add_argument("--profile", type=int, default=0, help="print so many functions that take longest")
    args.add_argument("--one", action="store_true", help="measure the one size in this process and print JSON")
    opts = args.parse_args(argv)
    if opts.one:
        print(json.dumps(one_size(opts.sizes[0], opts.seed, opts.sizes[0] <= opts.casefile_up_to, opts.profile)))
        return 0
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}", flush=True)
    before: Json | None = None
    for size in opts.sizes:
        command = [sys.executable, str(Path(__file__).resolve()), "--one", "--sizes", str(size)]
        command += ["--seed", str(opts.seed), "--casefile-up-to", str(opts.casefile_up_to)]
        command += ["--profile", str(opts.profile)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT)
        if done.returncode:
            print(f"{size:,} claims: ended with {done.returncode}", file=sys.stderr)
            return 1
        now = json.loads(done.stdout)
        print(line(now, before), flush=True)
        before = now
    return 0


if __name__ == "__main__":
    sys.exit(main())
