"""What the commands share: bytes and lines in, lines and tables out, words for a person to standard error."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

from cyclopts import Parameter

from counterclaim.errors import CounterclaimError

if TYPE_CHECKING:
    from rich.console import Console

    from counterclaim.engines.local import Line
    from counterclaim.read import Origin
    from counterclaim.records import Record, Report

MAX_LINE = 256 * 1024 * 1024  # bytes: room for the longest text with every character written as an escape
_WIDTH = 180  # columns when the output is no terminal

Gazetteer = Annotated[Path | None, Parameter(help="Places of your own: a file in the columns of a GeoNames dump.")]
Sources = Annotated[
    str,
    Parameter(
        help="Files (text, Markdown, HTML, JSON), web addresses, or - for the input.",
        allow_leading_hyphen=True,  # for the lone hyphen; check_sources refuses the others
    ),
]
Explain = Annotated[bool, Parameter(negative="", help="Add what was left out, and the rule behind each field.")]
AllowPrivate = Annotated[bool, Parameter(negative="", help="Fetch from your own network too.")]
Processes = Annotated[int, Parameter(help="Processes to share the work; the output is the same.")]
World = Annotated[Path | None, Parameter(help="Use this folder's knowledge in place of the program's own.")]


def check_sources(sources: Iterable[str]) -> None:
    """Files and addresses: at least one, and none that looks like an option. Raises CC-301."""
    sources = list(sources)
    if not sources:
        raise CounterclaimError("CC-301", "no file or address given")
    for source in sources:
        if source.startswith("-") and source != "-":
            raise CounterclaimError("CC-301", f"unknown option {source}")


def check_processes(processes: int) -> None:
    """At least one process. Raises CC-301."""
    if processes < 1:
        raise CounterclaimError("CC-301", f"--processes {processes}: one or more")


def fetched(source: str, allow_private: bool, limit: int) -> tuple[bytes, Origin]:
    """The bytes at a path, an address or on the input (``-``), and where they came from. Raises CC-108, CC-112.

    No more than one byte above the limit is read: enough for a reader to see that it is too long.
    """
    from counterclaim.read import Origin
    from counterclaim.read.fetch import fetch, is_address

    if source == "-":
        return sys.stdin.buffer.read(limit + 1), Origin("standard input")
    if is_address(source):
        page = fetch(source, allow_private=allow_private)
        return page.data, Origin(page.url, page.url, page.content_type, page.charset)
    with opened(source) as file:
        return file.read(limit + 1), Origin(source)


@contextmanager
def opened(path: str | Path) -> Iterator[IO[bytes]]:
    """A file to read from. Raises CC-108 where that fails, while reading too."""
    try:
        with Path(path).open("rb") as file:
            yield file
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CounterclaimError("CC-108", reason, where=str(path)) from None


def recorded(report: Report, gazetteer: Path | None, where: str) -> Record:
    """The record of one report; an unforeseen failure becomes CC-901."""
    from counterclaim.engines.local import failure, knowledge_for
    from counterclaim.pipeline import record as record_report

    knowledge = knowledge_for(gazetteer, None)
    try:
        return record_report(report, knowledge)
    except CounterclaimError:
        raise
    except Exception as error:
        raise failure(error, where) from None


def console() -> Console:
    """Where tables go."""
    from rich.console import Console

    # a pipe or file has no width of its own; 80 columns would fold every cell
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDTH
    return Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False)


def write(line: bytes) -> None:
    """One line to the output, at once: a program that waits for each answer must get it."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def tell(message: str) -> None:
    """A line for a person."""
    print(message, file=sys.stderr)


def lines(stream: IO[bytes], advance: Callable[[int], None] | None = None) -> Iterator[Line]:
    """The lines that are not blank, with their numbers; one that is too long is skipped to its end and marked."""
    from counterclaim.engines.local import Line

    number = 0
    while data := stream.readline(MAX_LINE + 1):
        number += 1
        size = len(data)
        if size > MAX_LINE:
            while data and not data.endswith(b"\n"):
                data = stream.readline(1024 * 1024)
                size += len(data)
            yield Line(number, b"", "CC-105")
        elif data.strip(b"\xef\xbb\xbf \t\r\n"):
            yield Line(number, data.rstrip(b"\r\n"))
        if advance is not None:
            advance(size)


@contextmanager
def progress() -> Iterator[Callable[[int], None] | None]:
    """A function to call with the bytes of each line; the bar shows only where it disturbs no other output."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    status = os.fstat(sys.stdin.fileno())
    total = status.st_size if stat.S_ISREG(status.st_mode) else None  # a pipe does not tell how much is to come
    columns = (TextColumn("{task.fields[reports]} reports"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task("", total=total, reports=0)
        count = 0

        def advance(size: int) -> None:
            nonlocal count
            count += 1
            shown.update(task, advance=size, reports=count)

        yield advance
