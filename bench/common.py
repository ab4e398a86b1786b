"""What the bench scripts share: where things are, the annotated reports, and running a program over them."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "bench" / "gold"
BASELINE = ROOT / "seeds" / "baseline.py"

Json = dict[str, Any]


def record_command() -> list[str]:
    """The command that records: the installed script of this interpreter, else the module."""
    script = Path(sys.executable).parent / "counterclaim"
    start = [str(script)] if script.exists() else [sys.executable, "-m", "counterclaim.cli"]
    return [*start, "record"]


def baseline_command() -> list[str]:
    """The command of the simplest program that answers, the floor to beat."""
    return [sys.executable, str(BASELINE), "record"]


def load_gold(path: Path) -> Json:
    """One annotated report; a report without an id takes its file's name."""
    gold: Json = json.loads(path.read_text("utf-8"))
    gold["report"].setdefault("id", path.stem)
    return gold


def gold_files(folder: Path = GOLD) -> list[Path]:
    """The annotated reports in order of their names, without the case files."""
    return sorted(p for p in (folder / "reports").glob("*.json") if not p.name.endswith(".case.json"))


def held_back(folder: Path = GOLD) -> frozenset[str]:
    """The names of the reports that nobody tunes on."""
    return frozenset(json.loads((folder / "held_back.json").read_text("utf-8")))


def gold_sets(folder: Path = GOLD) -> dict[str, list[Json]]:
    """The annotated reports by what they are for: ``developed_on``, ``held_back``, ``first_report``."""
    kept = held_back(folder)
    files = gold_files(folder)
    unknown = kept - {p.stem for p in files}
    if unknown:
        raise SystemExit(f"held_back.json names reports that are not there: {sorted(unknown)}")
    return {
        "developed_on": [load_gold(p) for p in files if p.stem not in kept],
        "held_back": [load_gold(p) for p in files if p.stem in kept],
        "first_report": [load_gold(folder / "seed" / "first-report.json")],
    }


def fingerprint(folder: Path = GOLD) -> str:
    """SHA-256 over the names and bytes of every annotated file and of the list that divides them."""
    paths = [*(folder / "reports").glob("*.json"), folder / "seed" / "first-report.json", folder / "held_back.json"]
    whole = hashlib.sha256()
    for path in sorted(paths):
        name = path.relative_to(folder).as_posix()
        whole.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n".encode())
    return whole.hexdigest()


def to_lines(reports: Iterable[Json]) -> str:
    """Reports as JSON Lines."""
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in reports)


def run_program(command: Sequence[str], reports: Sequence[Json]) -> list[Json]:
    """Give the reports to a program and return its records.

    Raises SystemExit where the program fails or answers with another number of lines.
    """
    done = subprocess.run(
        list(command), input=to_lines(reports), capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[-600:]}")
    records = [json.loads(line) for line in done.stdout.split("\n") if line.strip()]
    if len(records) != len(reports):
        raise SystemExit(f"{len(reports)} reports went in, {len(records)} records came out")
    return records


def count_words(text: str) -> int:
    """Words are what white space parts: the same count for every program measured."""
    return len(text.split())
