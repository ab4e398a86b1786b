"""Looks for failures: damaged reports, for a given time. Prints what it found; exit 1 where there was something.

    python bench/fuzz.py --minutes 20
    python bench/fuzz.py --minutes 1 --seed 7

For each text: no unforeseen error, all offsets and references right, the record of the shape of its JSON Schema, the
same record again, and no more processor time for 1,000 characters than a set multiple of the median. A text that
fails is made shorter as long as it still fails in the same way, and printed as a report to give to the program again.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import common
from bench.checks import faults
from bench.mutate import mutate

SCHEMA = common.ROOT / "seeds" / "schemas" / "record.json"
DATES = ("2024-12-16", "2024-02-29", "2024-12-16T23:59:59+14:00", "1999-12-31", "0001-01-01", "9999-12-31", "", "soon")
WARM_UP = 10  # texts measured before any is judged slow
SLOW = 0.2  # seconds: below, the clock and the machine's other work decide, not the text
SHORTEST = 2_000  # characters: below, the fixed cost of a report would pass for slowness

# a report's line in -> the record's or error's line out
Program = Callable[[bytes], bytes]
Check = Callable[[Any], str]


@dataclass
class Findings:
    """What was found: per kind of failure the count and its first, shortened report; and the times."""

    tried: int = 0
    refused: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    paces: list[float] = field(default_factory=list)  # seconds for 1,000 characters

    def add(self, kind: str, report: common.Json, fails: Callable[[common.Json], bool] | None = None) -> None:
        """Count a failure; only the first of its kind is kept, shortened where ``fails`` says what must remain."""
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if kind not in self.examples:
            self.examples[kind] = json.dumps(shorten(report, fails) if fails else report)


def schema_check() -> Check:
    """Says where a record leaves its schema, or nothing; without schema or library every record passes."""
    if not SCHEMA.exists():
        print(f"no schema at {SCHEMA.relative_to(common.ROOT)}: shapes are not checked", file=sys.stderr)
        return lambda _record: ""
    import jsonschema
    import referencing.jsonschema

    folder = {p.name: json.loads(p.read_text("utf-8")) for p in SCHEMA.parent.glob("*.json")}
    draft = referencing.jsonschema.DRAFT202012
    made = {name: referencing.Resource.from_contents(schema, draft) for name, schema in folder.items()}
    named = {folder[name]["$id"]: resource for name, resource in made.items() if "$id" in folder[name]}
    registry = referencing.Registry().with_resources([*made.items(), *named.items()])
    validator = jsonschema.Draft202012Validator(folder[SCHEMA.name], registry=registry)

    def check(record: Any) -> str:
        error = next(iter(validator.iter_errors(record)), None)
        return f"schema: {'/'.join(map(str, error.absolute_path))}: {error.message[:160]}" if error else ""

    return check


def our_program() -> Program:
    """The record program as it works on one line, in this process."""
    from counterclaim.engines.local import Line, Settings, record_line

    return lambda data: record_line(Line(1, data), Settings())


def failure(report: common.Json, program: Program, shape: Check) -> tuple[str, float]:
    """What goes wrong with one report ("" where nothing does, "refused" for a foreseen error), and its seconds."""
    data = json.dumps(report).encode()
    start = time.process_time()
    try:
        answer = program(data)
    except Exception as error:  # a fuzzer has to catch whatever comes
        return f"raised {type(error).__name__}", 0.0
    seconds = time.process_time() - start
    record = json.loads(answer)
    if "error" in record:
        code = record["error"]["code"]
        # the cause of an unforeseen error tells its kind, the values in it do not
        return (f"{code} {record['error']['message'][:80]}" if code.startswith("CC-9") else "refused"), seconds
    wrong = faults(report["text"], record)
    if wrong:
        return "fault: " + wrong[0].split(" ")[0], seconds
    where = shape(record)
    if where:
        return where, seconds
    return ("" if program(data) == answer else "another record the second time"), seconds


def shorten(report: common.Json, fails: Callable[[common.Json], bool], seconds: float = 20.0) -> common.Json:
    """The report with parts of its text taken away as long as it still fails, within some seconds."""
    end = time.monotonic() + seconds
    size = len(report["text"]) // 2
    while size >= 1 and time.monotonic() < end:
        at = 0
        while at < len(report["text"]) and time.monotonic() < end:
            text = report["text"][:at] + report["text"][at + size :]
            shorter = dict(report, text=text)
            if text and fails(shorter):
                report = shorter
            else:
                at += size
        size //= 2
    return report


def hunt(program: Program, shape: Check, opts: argparse.Namespace) -> Findings:
    """Try damaged reports until the time is over."""
    rng = random.Random(opts.seed)
    # not the reports held back: what is found is printed, and nobody is to read those
    samples = [gold["report"] for gold in common.gold_sets()["developed_on"]]
    texts = [s["text"] for s in samples]
    failure(samples[0], program, shape)  # loads what the program needs, before anything is timed
    found = Findings()
    end = time.monotonic() + opts.minutes * 60
    while time.monotonic() < end and (opts.count is None or found.tried < opts.count):
        model = rng.choice(samples)
        text, _ = mutate(model["text"], rng, texts)
        published = rng.choice(DATES) if rng.random() < 0.1 else model["published"]
        report = {"id": str(found.tried), "publisher": model["publisher"], "published": published, "text": text}
        report |= {"title": model.get("title")} if rng.random() < 0.5 else {}
        kind, seconds = failure(report, program, shape)
        found.tried += 1
        found.refused += kind == "refused"
        pace = seconds * 1000 / max(len(text), SHORTEST)
        slow = seconds > SLOW and len(found.paces) >= WARM_UP and pace > opts.ratio * statistics.median(found.paces)
        found.paces.append(pace)
        if slow and failure(report, program, shape)[1] * 1000 / max(len(text), SHORTEST) > pace / 2:
            found.add("slow", report)
        if kind not in ("", "refused"):
            found.add(kind, report, lambda r, kind=kind: failure(r, program, shape)[0] == kind)  # type: ignore[misc]
    return found


def main(argv: Sequence[str] | None = None, program: Program | None = None, shape: Check | None = None) -> int:
    """Hunt and tell; ``program`` and ``shape`` stand in for ours in tests. Returns the exit status."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--minutes", type=float, default=20.0)
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--count", type=int, help="stop after so many texts, too")
    args.add_argument("--ratio", type=float, default=8.0, help="how many times the median pace is slow")
    opts = args.parse_args(argv)
    found = hunt(program or our_program(), shape or schema_check(), opts)
    paces = found.paces or [0.0]
    print(f"{found.tried} texts, {found.refused} refused with a foreseen error, {sum(found.kinds.values())} failures")
    print(f"seconds for 1,000 characters: median {statistics.median(paces):.4f}, largest {max(paces):.4f}")
    for kind, count in sorted(found.kinds.items()):
        print(f"{count} x {kind}\n    {found.examples[kind]}")
    return 1 if found.kinds else 0


if __name__ == "__main__":
    sys.exit(main())
