"""Makes report text of any length from the sample reports: for measuring speed and looking for failures, not accuracy.

    python bench/generate.py --words 200000 > reports.jsonl

Paragraphs and sentences of the samples are put together anew, and their numbers, days, months and names vary, so that
hardly a sentence comes twice and nothing can be answered from a cache. The same seed gives the same bytes. The text
tells of nothing that happened.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FIRST = ROOT / "bench" / "gold" / "seed" / "first-report.json"

Json = dict[str, Any]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SMALL = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "eleven", "twelve", "twenty", "forty")
# not after a short abbreviation ("Dec.", "Gen.")
_SENTENCE_END = re.compile(r"(?<!\b[A-Z][a-z]{2}\.)(?:(?<=[.!?])|(?<=[.!?][\"”]))\s+(?=[\"“A-Z0-9])")
# a number word or a numeral, a weekday, a month in full, or a name inside a sentence
_VARIED = re.compile(
    r"(?<![\w.,-])(?P<number>\d{1,3}(?:,\d{3})*)(?![\w.,-]*\w)"
    r"|\b(?P<small>" + "|".join(_SMALL) + r")\b"
    r"|\b(?P<day>" + "|".join(_DAYS) + r")\b"
    r"|\b(?P<month>" + "|".join(m for m in _MONTHS if m not in ("March", "May")) + r")\b"
    r"|(?<=[a-z,] )(?P<name>[A-Z][a-z]{3,})(?=[ ,.])"
)


def samples() -> list[Json]:
    """The sample reports: examples/*.json where there are some, else the first annotated report."""
    found: list[Json] = []
    for path in sorted((ROOT / "examples").glob("*.json")):
        loaded = json.loads(path.read_text("utf-8"))
        for entry in loaded if isinstance(loaded, list) else [loaded]:
            report = entry.get("report", entry)
            if isinstance(report.get("text"), str):
                found.append(report)
    if not found:
        found.append(json.loads(FIRST.read_text("utf-8"))["report"])
    return found


def sentences(text: str) -> list[list[str]]:
    """The paragraphs of a text, each as its sentences, by a plain rule (full stop, then a capital).

    Sentences inside one pair of quotation marks stay together, so that no quotation is left open when they are
    put together anew; a paragraph that leaves one open itself is left out.
    """
    out = []
    for paragraph in text.split("\n"):
        made: list[str] = []
        for piece in _SENTENCE_END.split(paragraph.strip()):
            if made and not _closed(made[-1]):
                made[-1] += " " + piece
            else:
                made.append(piece)
        if made[0] and _closed(made[-1]):
            out.append(made)
    return out


def _closed(text: str) -> bool:
    """Whether every quotation mark has its partner."""
    return text.count('"') % 2 == 0 and text.count("“") == text.count("”")


def _number(old: str, rng: random.Random) -> str:
    """Another number of the same length, written with the same thousands commas; what may be a day stays one."""
    if len(old) <= 2 and 1 <= int(old) <= 31:
        return str(rng.randint(2, 28))
    digits = len(old.replace(",", ""))
    value = rng.randrange(10 ** (digits - 1) if digits > 1 else 2, 10**digits)
    return f"{value:,}" if "," in old else str(value)


def vary(sentence: str, names: Sequence[str], rng: random.Random) -> str:
    """A sentence with other numbers, days, months and, now and then, another name."""

    def other(found: re.Match[str]) -> str:
        old = found[0]
        if found["number"]:
            return _number(old, rng)
        if found["small"]:
            return rng.choice(_SMALL)
        if found["day"]:
            return rng.choice(_DAYS)
        if found["month"]:
            return rng.choice(_MONTHS)
        return rng.choice(names) if names and rng.random() < 0.3 else old

    return _VARIED.sub(other, sentence)


def name_pool(texts: Sequence[str]) -> list[str]:
    """The names that stand inside sentences of the samples, each once, sorted."""
    return sorted({m["name"] for text in texts for m in _VARIED.finditer(text) if m["name"]})


def stream(seed: int, source: Sequence[Json] | None = None) -> Iterator[Json]:
    """Reports without end; the same seed and samples give the same reports."""
    rng = random.Random(seed)
    base = list(source) if source is not None else samples()
    texts = [r["text"] for r in base]
    names = name_pool(texts)
    paragraphs = [p for text in texts for p in sentences(text)]
    lines = [s for p in paragraphs for s in p]
    number = 0
    while True:
        number += 1
        model = rng.choice(base)
        made = []
        for _ in range(rng.randint(6, 24)):
            # half of the paragraphs keep their order of sentences, the others are put together anew
            chosen = rng.choice(paragraphs) if rng.random() < 0.5 else rng.choices(lines, k=rng.randint(1, 4))
            made.append(" ".join(vary(s, names, rng) for s in chosen))
        day = f"20{rng.randint(15, 25)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        yield {
            "id": f"made-{seed}-{number:06}",
            "publisher": model.get("publisher", ""),
            "published": day,
            "language": "en",
            "title": vary(rng.choice(lines), names, rng)[:120],
            "text": "\n".join(made),
            "synthetic": True,
        }


def generate(words: int, seed: int, source: Sequence[Json] | None = None) -> list[Json]:
    """Reports that together hold at least ``words`` words (parted by white space), the last one not cut."""
    out: list[Json] = []
    have = 0
    for report in stream(seed, source):
        if have >= words:
            break
        out.append(report)
        have += len(report["text"].split())
    return out


def main(argv: Sequence[str] | None = None) -> int:
    """Write reports as JSON Lines on standard output."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--words", type=int, default=200_000)
    args.add_argument("--seed", type=int, default=1)
    opts = args.parse_args(argv)
    for report in generate(opts.words, opts.seed):
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
