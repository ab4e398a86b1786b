"""The quality gate of case files: scores the casefile program on the annotated cases and holds it to its floors.

    python bench/case_gate.py             score, compare with case_floors.json, exit 1 under a floor
    python bench/case_gate.py --raise     set the floors to what was measured less 0.005; lowers none
    python bench/case_gate.py --raise --allow-lower    ... and lowers where needed

Three sets apart: the annotated cases developed on, the one held back, and the further cases written here. A figure is
the F1 of incidents (B-cubed), relays and distortion labels, and the share of estimates right in everything.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import common
from bench.gate import floor_of, load_floors
from bench.score import CaseScore, score_case

FLOORS = common.ROOT / "bench" / "case_floors.json"
OWN = common.ROOT / "bench" / "own"
FIGURES = ("incidents", "relays", "distortions", "estimates")

Measured = dict[str, dict[str, float]]
Run = Callable[[Sequence[common.Json]], common.Json]


def case_sets() -> dict[str, list[Path]]:
    """The case files of each set, in the order of their names."""
    kept = common.held_back()
    gold = sorted((common.GOLD / "reports").glob("*.case.json"))
    held = [p for p in gold if set(json.loads(p.read_text("utf-8"))["reports"]) & kept]
    own = sorted([*(OWN / "cases").glob("*.case.json"), *(OWN / "more_cases").glob("*.case.json")])
    return {"developed_on": [p for p in gold if p not in held], "held_back": held, "own": own}


def f1(hit: float, gold: float, pred: float) -> float:
    """The harmonic mean of precision and recall; 0 where nothing is right."""
    return 2 * hit / (gold + pred) if gold + pred else 0.0


def measure(paths: Sequence[Path], run: Run) -> dict[str, float]:
    """The figures of one set; the program runs once for each case."""
    total = CaseScore()
    for path in paths:
        case = json.loads(path.read_text("utf-8"))
        golds = {r: common.load_gold(path.parent / f"{r}.json") for r in case["reports"]}
        score_case(case, golds, run([golds[r]["report"] for r in case["reports"]]), total)
    n = total.claims or 1
    p, r = total.precision / n, total.recall / n
    figures = {
        "incidents": 2 * p * r / (p + r) if p + r else 0.0,
        "relays": f1(total.relays.hit, total.relays.gold, total.relays.pred),
        "distortions": f1(total.distortions.hit, total.distortions.gold, total.distortions.pred),
        "estimates": total.estimates["all"] / (total.wanted or 1),
    }
    return {name: round(value, 3) for name, value in figures.items()}


def shortfalls(measured: Measured, floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Every figure under its floor or without one, in words; empty where the gate is passed."""
    out = []
    for name in sorted(set(measured) | set(floors)):
        for figure in FIGURES:
            value, floor = measured.get(name, {}).get(figure), floors.get(name, {}).get(figure)
            if value is None or floor is None:
                out.append(f"{name} {figure}: {'was not measured' if value is None else 'has no floor'}")
            elif value < floor:
                out.append(f"{name} {figure}: {value:.3f} is under its floor {floor:.3f}")
    return out


def casefile_run(reports: Sequence[common.Json]) -> common.Json:
    """The case file that the installed program makes of some reports."""
    command = [*common.record_command()[:-1], "casefile"]
    done = subprocess.run(
        command, input=common.to_lines(reports), capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[-600:]}")
    answer: common.Json = json.loads(done.stdout)
    return answer


def main(argv: Sequence[str] | None = None, run: Run = casefile_run, floors: Path = FLOORS) -> int:
    """Run the gate; ``run`` stands in for the program in tests. Returns the exit status."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--raise", dest="lift", action="store_true", help="set the floors from this run")
    args.add_argument("--allow-lower", action="store_true", help="let --raise lower a floor")
    opts = args.parse_args(argv)
    sets = case_sets()
    measured = {name: measure(paths, run) for name, paths in sets.items()}
    kept: Mapping[str, Any] = load_floors(floors)["floors"]
    print(f"{'':14}{'cases':>6}" + "".join(f"{figure:>13}{'floor':>7}" for figure in FIGURES))
    for name, figures in measured.items():
        cells = [f"{figures[f]:>13.3f}{kept.get(name, {}).get(f, 0):>7.3f}" for f in FIGURES]
        print(f"{name:14}{len(sets[name]):>6}" + "".join(cells))
    if opts.lift:
        new = {name: {f: floor_of(v) for f, v in figures.items()} for name, figures in measured.items()}
        why = [] if opts.allow_lower else shortfalls(measured, kept) if kept else []
        if not why:
            floors.write_text(json.dumps({"floors": new}, indent=1) + "\n", "utf-8")
    else:
        why = shortfalls(measured, kept)
    print("\n  ".join(["the gate of cases is shut:" if why else "the gate of cases is open", *why]), file=sys.stderr)
    return 1 if why else 0


if __name__ == "__main__":
    sys.exit(main())
