"""How much work a call is, counted and not timed: the same on every machine and at every load."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def steps(call: Callable[[], object]) -> int:
    """Lines of this package's own code that ``call`` runs. What runs inside other libraries is not counted."""
    count = 0

    def lines(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return lines

    def calls(frame: FrameType, event: str, argument: object) -> Any:
        return lines if "counterclaim" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(calls)
    try:
        call()
    finally:
        sys.settrace(before)
    return count
