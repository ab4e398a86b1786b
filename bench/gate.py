"""The quality gate: scores the record program and fails where a figure is under its floor.

    python bench/gate.py                 score, compare with floors.json, exit 1 under a floor
    python bench/gate.py --baseline      the same, with the baseline program's figures beside ours
    python bench/gate.py --raise         set the floors to what was measured less 0.005; lowers none
    python bench/gate.py --raise --allow-lower    ... and lowers where needed

It scores three sets apart: the reports developed on, the reports held back while tuning, and the first report.
The annotated files' SHA-256 is kept with the floors: figures over other files are not comparable, so a changed
file fails the gate until the floors are set again. Only ``--raise`` writes anything.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import common
from bench.score import Score, score_report

FLOORS = common.ROOT / "bench" / "floors.json"
MARGIN = 0.005  # room for a harmless change of a figure, as from one more accepted answer
LEVELS = ("attribution", "found", "strict")
FIGURES = ("p", "r", "f1")

# {set: {level: {figure: 0..1}}}, and per set the counts "broken" (spans) and "failed" (reports)
Measured = dict[str, dict[str, Any]]
Run = Callable[[Sequence[common.Json]], list[common.Json]]


def score_set(golds: Sequence[common.Json], records: Sequence[common.Json]) -> dict[str, Any]:
    """The three levels' precision, recall and F1 of one set, and the count of broken spans."""
    total = Score()
    for gold, record in zip(golds, records, strict=True):
        score_report(gold, record, total)
    levels = {"attribution": total.attribution, "found": total.found, "strict": total.strict}
    out: dict[str, Any] = {}
    for name, tally in levels.items():
        _, p, r, f1, *_ = tally.line(name)
        out[name] = {"p": p, "r": r, "f1": f1}
    out["broken"] = len(total.broken)
    out["failed"] = sum("error" in record for record in records)
    return out


def unsound(measured: Measured) -> list[str]:
    """What no figure makes good: spans that are not their text, and reports that ended in an error."""
    out = []
    for name, levels in measured.items():
        out += [f"{name}: {levels['broken']} spans are not their text"] if levels["broken"] else []
        out += [f"{name}: {levels['failed']} reports ended in an error"] if levels["failed"] else []
    return out


def measure(sets: Mapping[str, Sequence[common.Json]], run: Run) -> Measured:
    """Score every set; the program starts once, over all reports."""
    golds = [gold for members in sets.values() for gold in members]
    records = run([gold["report"] for gold in golds])
    out: Measured = {}
    at = 0
    for name, members in sets.items():
        out[name] = score_set(members, records[at : at + len(members)])
        at += len(members)
    return out


def floor_of(value: float) -> float:
    """The floor that a measured value sets: less the margin, three decimals, never negative."""
    return max(0.0, math.floor((value - MARGIN) * 1000 + 0.5) / 1000)


def shortfalls(measured: Measured, floors: Mapping[str, Any]) -> list[str]:
    """Every figure under its floor and everything unsound, in words; empty where the gate is passed.

    A set, level or figure without a floor, or a floor without a measurement, is a shortfall too: a gate that
    misses its own floors must not pass.
    """
    out = unsound(measured)
    for name in sorted(set(measured) | set(floors)):
        if name not in measured or name not in floors:
            out.append(f"{name}: {'has no floor' if name in measured else 'was not measured'}")
            continue
        for level in LEVELS:
            for figure in FIGURES:
                floor = floors[name].get(level, {}).get(figure)
                value = measured[name][level][figure]
                if floor is None:
                    out.append(f"{name} {level} {figure}: has no floor")
                elif value < floor:
                    out.append(f"{name} {level} {figure}: {value:.3f} is under its floor {floor:.3f}")
    return out


def raised(measured: Measured, floors: Mapping[str, Any], allow_lower: bool) -> tuple[dict[str, Any], list[str]]:
    """The new floors, and the refusals (floors that would sink); new floors count only where nothing is refused."""
    new: dict[str, Any] = {}
    refused = []
    for name, levels in measured.items():
        new[name] = {}
        for level in LEVELS:
            new[name][level] = {}
            for figure in FIGURES:
                value = floor_of(levels[level][figure])
                old = floors.get(name, {}).get(level, {}).get(figure, 0.0)
                if value < old and not allow_lower:
                    refused.append(f"{name} {level} {figure}: {old:.3f} would sink to {value:.3f}")
                new[name][level][figure] = value
    return new, refused


def table(measured: Measured, floors: Mapping[str, Any], beside: Measured | None) -> str:
    """The figures as text, one line a set and level: ours, the floor of F1, and the baseline's F1 where run."""
    head = f"{'':14}{'':12}{'P':>8}{'R':>8}{'F1':>8}{'floor':>8}" + (f"{'baseline':>10}" if beside else "")
    lines = [head]
    for name, levels in measured.items():
        for level in LEVELS:
            f = levels[level]
            floor = floors.get(name, {}).get(level, {}).get("f1")
            line = f"{name:14}{level:12}{f['p']:>8.3f}{f['r']:>8.3f}{f['f1']:>8.3f}"
            line += f"{'-' if floor is None else format(floor, '.3f'):>8}"
            lines.append(line + (f"{beside[name][level]['f1']:>10.3f}" if beside else ""))
    return "\n".join(lines)


def load_floors(path: Path) -> dict[str, Any]:
    """The floors file; empty floors where there is none yet."""
    if not path.exists():
        return {"fingerprint": None, "floors": {}}
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def gate(measured: Measured, kept: Mapping[str, Any], corpus: str) -> list[str]:
    """Why the gate is shut: an empty list opens it."""
    if kept.get("fingerprint") != corpus:
        return [f"the annotated files are not those the floors were set on ({corpus[:12]}...): run --raise"]
    return shortfalls(measured, kept["floors"])


def set_floors(measured: Measured, path: Path, corpus: str, allow_lower: bool) -> list[str]:
    """Write the raised floors, or return why not and write nothing. An unsound run sets no floor at all."""
    broken = unsound(measured)
    new, refused = raised(measured, load_floors(path)["floors"], allow_lower)
    if broken or refused:
        return broken + refused
    path.write_text(json.dumps({"fingerprint": corpus, "floors": new}, indent=1) + "\n", "utf-8")
    return []


def main(argv: Sequence[str] | None = None, run: Run | None = None, gold: Path = common.GOLD) -> int:
    """Run the gate; ``run`` stands in for the record program in tests. Returns the exit status."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--raise", dest="lift", action="store_true", help="set the floors from this run")
    args.add_argument("--allow-lower", action="store_true", help="let --raise lower a floor")
    args.add_argument("--baseline", action="store_true", help="show seeds/baseline.py beside it")
    args.add_argument("--json", action="store_true", help="the figures as JSON")
    args.add_argument("--floors", type=Path, default=FLOORS)
    opts = args.parse_args(argv)
    sets, corpus, kept = common.gold_sets(gold), common.fingerprint(gold), load_floors(opts.floors)
    ours = measure(sets, run or (lambda reports: common.run_program(common.record_command(), reports)))
    beside = None
    if opts.baseline and not common.BASELINE.exists():
        print("no baseline program here", file=sys.stderr)
    elif opts.baseline:
        beside = measure(sets, lambda reports: common.run_program(common.baseline_command(), reports))
    if opts.json:
        print(json.dumps({"fingerprint": corpus, "measured": ours, "baseline": beside}))
    else:
        print(table(ours, kept["floors"], beside))
    if opts.lift:
        why = set_floors(ours, opts.floors, corpus, opts.allow_lower)
        verdict = "floors not set:" if why else f"floors set in {opts.floors.name}"
    else:
        why = gate(ours, kept, corpus)
        verdict = "the gate is shut:" if why else "the gate is open"
    print("\n  ".join([verdict, *why]), file=sys.stderr)
    return 1 if why else 0


if __name__ == "__main__":
    sys.exit(main())
