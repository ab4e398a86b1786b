"""What the tests over the annotated reports share: the files, the bench modules, and one loaded pipeline."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # for the modules of bench, also where a test file is run as a script

from bench import common  # noqa: E402

DATA = Path(__file__).resolve().parent / "data"

Json = dict[str, Any]


@cache
def reports() -> tuple[Json, ...]:
    """Every annotated report's input, in order of its file's name, the first report last."""
    paths = [*common.gold_files(), common.GOLD / "seed" / "first-report.json"]
    return tuple(common.load_gold(path)["report"] for path in paths)


@cache
def knowledge() -> Any:
    """The shipped knowledge, loaded once for all tests."""
    from counterclaim.pipeline import load_knowledge

    return load_knowledge()


def record(report: Json) -> Json:
    """The record of one report, as the JSON that the program would write."""
    import msgspec

    from counterclaim.pipeline import record as run
    from counterclaim.records import Report

    made = run(msgspec.convert(report, Report, strict=False), knowledge())
    out: Json = json.loads(msgspec.json.encode(made))
    return out
