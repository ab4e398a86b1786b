"""Words a second of `counterclaim record`, start-up time and memory, beside two peers in the same run.

    python bench/speed.py               measure; --json for the figures alone
    python bench/speed.py --prepare     only make .venv-bench with the pinned peers (bench/requirements.txt)

The first run makes .venv-bench itself: the peers are no dependency of the project.

Every program is a whole process on one core, over the same generated reports as JSON Lines on its standard input:

- ours: everything a record holds (statements, figures, places, dates, actors);
- spacy: the full parse of the very model we use, all its components, which is less than we do;
- textacy: direct quotations over that parse: the nearest packaged peer, which finds quotations only.

The runs alternate (ours, spacy, textacy, ours, ...), so that a slower minute of the machine meets all alike. Both the
clock and the processor's time are told; on a shared machine the second is the steadier. A word is what white space
parts. Start-up is ours on one short report, and every process starts cold.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import common
from bench.generate import generate

VENV = common.ROOT / ".venv-bench"
PEERS = common.ROOT / "bench" / "peers"
ONE_LINE = {
    "id": "one",
    "publisher": "Example",
    "published": "2024-12-16",
    "text": "The ministry said on Monday that at least 30 soldiers were killed in Kursk.",
}


@dataclass(frozen=True)
class Run:
    """One process: seconds by the clock and of the processor, the largest resident memory in MB, lines answered."""

    wall: float
    cpu: float
    peak_mb: float
    lines: int


def programs() -> dict[str, list[str]]:
    """The commands to measure, ours first; a peer whose interpreter is missing is left out."""
    found = {"ours": common.record_command(), "spacy": [sys.executable, str(PEERS / "spacy_parse.py")]}
    python = VENV / "bin" / "python"
    if python.exists():
        found["textacy"] = [str(python), str(PEERS / "textacy_quotes.py")]
    else:
        print("textacy is left out: its environment .venv-bench is not there", file=sys.stderr)
    return found


def prepare() -> None:
    """Make the peers' own environment with the pinned versions."""
    subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    wanted = str(common.ROOT / "bench" / "requirements.txt")
    subprocess.run([str(VENV / "bin" / "python"), "-m", "pip", "install", "-q", "-r", wanted], check=True)


def environment() -> dict[str, str]:
    """The environment of a measured process: one thread for every numeric library."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), "1")
    return {**os.environ, **one}


def run_once(command: Sequence[str], source: Path) -> Run:
    """Run a program over a file and measure the whole process; it inherits the one core (see ``one_core``).

    Raises SystemExit where it fails, for a program that stops early would look fast.
    """
    with source.open("rb") as given, tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as trouble:
        start = time.perf_counter()
        process = subprocess.Popen(list(command), stdin=given, stdout=answer, stderr=trouble, env=environment())
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            trouble.seek(0)
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {trouble.read()[-600:]!r}")
        answer.seek(0)
        lines = failed = 0
        for line in answer:
            lines += 1
            failed += b'"error"' in line[:400] and "error" in json.loads(line)
    if failed:
        print(f"{command[-1]}: {failed} of {lines} reports ended in an error", file=sys.stderr)
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024  # ru_maxrss: bytes there, kilobytes on Linux
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / scale, lines)


def spread(values: Sequence[float]) -> dict[str, float]:
    """Smallest, middle and largest."""
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def summary(runs: dict[str, list[Run]], words: int) -> dict[str, Any]:
    """Per program: words a second by the clock and by the processor, and memory; ours over each peer."""
    out: dict[str, Any] = {}
    for name, done in runs.items():
        out[name] = {
            "words_per_second": spread([words / r.wall for r in done]),
            "words_per_cpu_second": spread([words / r.cpu for r in done]),
            "peak_mb": max(r.peak_mb for r in done),
            "runs": [asdict(r) for r in done],
        }
    for name, done in runs.items():
        for figure in ("words_per_second", "words_per_cpu_second"):
            # pair by pair: the two runs of a pair stood next to each other in time
            field = "wall" if figure == "words_per_second" else "cpu"
            pairs = [getattr(p, field) / getattr(o, field) for o, p in zip(runs["ours"], done, strict=True)]
            out[name][f"ours_over_{figure}"] = spread(pairs)
    return out


def table(found: dict[str, Any]) -> str:
    """The measurements as text."""
    head = f"{found['words']:,} words in {found['reports']} reports, {found['repeats']} repeats, core {found['core']}"
    lines = [head, f"{'words a second':16}{'min':>9}{'median':>9}{'max':>9}{'cpu':>9}{'ours/it':>9}{'peak MB':>9}"]
    for name, f in found["programs"].items():
        w, cpu = f["words_per_second"], f["words_per_cpu_second"]["median"]
        ratio = f["ours_over_words_per_second"]["median"]
        spreads = f"{w['min']:>9,.0f}{w['median']:>9,.0f}{w['max']:>9,.0f}{cpu:>9,.0f}"
        lines.append(f"{name:16}{spreads}{ratio:>9.2f}{f['peak_mb']:>9,.0f}")
    s = found["start_up_seconds"]
    lines.append(
        f"start-up on one short report: {s['min']:.2f} / {s['median']:.2f} / {s['max']:.2f} s (min/median/max)"
    )
    return "\n".join(lines)


def measure(words: int, repeats: int, core: int | None, seed: int) -> dict[str, Any]:
    """Measure everything; returns the figures of ``table`` and ``--json``."""
    reports = generate(words, seed)
    counted = sum(common.count_words(r["text"]) for r in reports)
    runs: dict[str, list[Run]] = {}
    with tempfile.TemporaryDirectory() as folder:
        many, one = Path(folder) / "reports.jsonl", Path(folder) / "one.jsonl"
        many.write_text(common.to_lines(reports), "utf-8")
        one.write_text(common.to_lines([ONE_LINE]), "utf-8")
        commands = programs()
        for command in commands.values():
            run_once(command, one)  # files into the cache, and caches on disk made, before anything counts
        for at in range(repeats):
            for name, command in commands.items():
                print(f"run {at + 1} of {repeats}: {name}", file=sys.stderr)
                done = run_once(command, many)
                if done.lines != len(reports):
                    raise SystemExit(f"{name}: {len(reports)} reports went in, {done.lines} lines came out")
                runs.setdefault(name, []).append(done)
        starts = [run_once(commands["ours"], one) for _ in range(repeats)]
    return {
        "words": counted,
        "reports": len(reports),
        "repeats": repeats,
        "core": core,
        "programs": summary(runs, counted),
        "start_up_seconds": spread([r.wall for r in starts]),
        "start_up_peak_mb": max(r.peak_mb for r in starts),
    }


def one_core() -> int | None:
    """Bind this process, and so all it starts, to one core; None where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print. Returns the exit status."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--words", type=int, default=200_000)
    args.add_argument("--repeats", type=int, default=3)
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--json", action="store_true")
    args.add_argument("--prepare", action="store_true", help="make the peers' environment, then stop")
    opts = args.parse_args(argv)
    if opts.prepare:
        prepare()
        return 0
    if not (VENV / "bin" / "python").exists():
        try:
            prepare()
        except subprocess.CalledProcessError:  # no network: the rest can be measured all the same
            shutil.rmtree(VENV, ignore_errors=True)
    found = measure(opts.words, opts.repeats, one_core(), opts.seed)
    print(json.dumps(found) if opts.json else table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
