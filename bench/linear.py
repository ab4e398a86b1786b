"""Time against the length of a text, on texts made to hurt: is the program linear?

    python bench/linear.py                      10 kB, 20 kB ... up to 10 MB, each size for up to 120 s
    python bench/linear.py --largest 160        up to 160 kB

For each kind of text the size doubles. Printed are the seconds of the processor (what else the machine does is not
counted) and the growth exponent over the upper half of the sizes: 1.0 is linear, 2.0 quadratic. Exit 1 where an
exponent is over the bound (1.3, which leaves room for noise).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.fuzz import Program, our_program

# one piece, repeated to the size wanted; "numbered" pieces hold their number, so that no two are alike
PATHOLOGICAL = {
    "digits": "1",
    "numbers": "30 ",
    "quotes": '"',
    "open quotes": "“a ",
    "said": "said ",
    "newlines": "\n",
    "paragraphs": "30 killed\n",
    "brackets": "(",
    "nested brackets": "([{",
    "commas": "30 killed, ",
    "one long sentence": "30 soldiers were killed in Kursk and ",
    "short sentences": "He said. ",
    "claims": "Police said {n} people were killed. ",
    "including": "including {n} killed ",
    "capitals": "Kursk ",
    "letters": "a",
    "zero width": "\u200b",
    "spaces": " ",
    "full stops": ". ",
    "dates": "on Monday ",
    "accents": "e\u0301",
}
HEAD = "Police said 3 people were killed in Kursk. "  # so that every text holds words, and a claim if it is found


def make(piece: str, size: int) -> str:
    """A text of about ``size`` characters out of a piece."""
    if "{n}" in piece:
        count = size // len(piece.format(n=1000))
        return HEAD + "".join(piece.format(n=n % 9000 + 1000) for n in range(count))
    return HEAD + piece * (size // len(piece))


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float | None:
    """The slope of log time over log size by least squares, over the upper half of the sizes (at least three).

    None where there are fewer than three sizes: two points make no slope to trust.
    """
    if len(sizes) < 3:
        return None
    keep = max(3, math.ceil(len(sizes) / 2))
    xs, ys = [math.log(s) for s in sizes[-keep:]], [math.log(max(t, 1e-9)) for t in seconds[-keep:]]
    mx, my = sum(xs) / keep, sum(ys) / keep
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / sum((x - mx) ** 2 for x in xs)


def growth(
    piece: str, sizes: Sequence[int], limit: float, program: Program, clock: Callable[[], float] = time.process_time
) -> tuple[list[int], list[float], str]:
    """Times of a piece at growing sizes, until one takes longer than ``limit`` seconds or is refused.

    Returns the characters and seconds done, and why it stopped ("" at the last size).
    """
    done: list[int] = []
    seconds: list[float] = []
    for size in sizes:
        text = make(piece, size)
        data = json.dumps({"id": "x", "publisher": "Test", "published": "2024-12-16", "text": text}).encode()
        start = clock()
        answer = json.loads(program(data))
        took = clock() - start
        if "error" in answer:
            return done, seconds, answer["error"]["code"]
        done.append(len(text))
        seconds.append(took)
        if took > limit:
            return done, seconds, f"over {limit:.0f} s"
    return done, seconds, ""


def main(
    argv: Sequence[str] | None = None,
    program: Program | None = None,
    clock: Callable[[], float] = time.process_time,
) -> int:
    """Measure and print; ``program`` and ``clock`` stand in for ours in tests. Returns the exit status."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--smallest", type=int, default=10, help="kilobytes (1,000 characters)")
    args.add_argument("--largest", type=int, default=10_240, help="kilobytes (1,000 characters)")
    args.add_argument("--limit", type=float, default=120.0, help="go to no larger size after so many seconds")
    args.add_argument("--bound", type=float, default=1.3, help="the largest exponent that passes")
    args.add_argument("--only", choices=sorted(PATHOLOGICAL), help="one kind of text")
    opts = args.parse_args(argv)
    run = program or our_program()
    run(json.dumps({"id": "x", "publisher": "Test", "published": "2024-12-16", "text": HEAD}).encode())  # load first
    sizes = [1000 * opts.smallest * 2**k for k in range(40) if opts.smallest * 2**k <= opts.largest]
    over = []
    for name, piece in PATHOLOGICAL.items():
        if opts.only in (None, name):
            chars, seconds, why = growth(piece, sizes, opts.limit, run, clock)
            slope = exponent(chars, seconds)
            times = " ".join(f"{t:.2f}" for t in seconds)
            print(
                f"{name:18} exponent {'-' if slope is None else format(slope, '.2f'):>5}   {times} s {why}", flush=True
            )
            # an exponent over times too short to measure is noise
            if (slope is not None and slope > opts.bound and seconds[-1] > 0.05) or why.startswith("CC-9"):
                over.append(name)
    print(f"sizes: {sizes[0] / 1000:.0f} kB doubling to {sizes[-1] / 1000:,.0f} kB", file=sys.stderr)
    if over:
        print(f"not linear, or failed: {', '.join(over)}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
