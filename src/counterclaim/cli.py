"""The command line: one command a job; data on standard output, everything else on standard error.

Exit status: 0 done, 1 a failure with its code, 2 a wrong command line, 130 after Ctrl-C or when the reader of the
output has gone. What only some commands need is imported inside them, so that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

from cyclopts import App, CycloptsError, Parameter

from counterclaim.errors import CounterclaimError

if TYPE_CHECKING:
    from rich.console import Console

    from counterclaim.engines.local import Line
    from counterclaim.records import Record, Report

_MAX_LINE = 256 * 1024 * 1024  # bytes: room for the longest text with every character written as an escape
_WIDTH = 180  # columns when the output is no terminal
_QUIET_END = 130


def _version() -> str:
    try:
        return version("counterclaim")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "unknown"


app = App(
    name="counterclaim",
    help="Who said how many: attributed counts of people in reports on armed conflict, with their exact words.",
    version=_version,
    version_flags=["--version"],
    help_flags=["--help", "-h"],
    result_action="return_value",
)

Gazetteer = Annotated[Path | None, Parameter(help="Places of your own: a file in the columns of a GeoNames dump.")]
Sources = Annotated[
    str,
    Parameter(
        help="Files (text, Markdown, HTML, JSON), web addresses, or - for the input.",
        allow_leading_hyphen=True,  # for the lone hyphen; see below
    ),
]
Explain = Annotated[bool, Parameter(negative="", help="Add what was left out, and the rule behind each field.")]


@Parameter(name="*")
@dataclass(frozen=True)
class About:
    """What the user says of the report; it goes before what the file says."""

    publisher: Annotated[str | None, Parameter(help="Who published it.")] = None
    published: Annotated[str | None, Parameter(help="Its day of publication, as 2024-12-16.")] = None
    title: Annotated[str | None, Parameter(help="Its headline.")] = None


@app.command
def read(
    *sources: Sources,
    about: About = About(),
    json: Annotated[bool, Parameter(negative="", help="Write JSON records, one a line.")] = False,
    explain: Explain = False,
    allow_private: Annotated[bool, Parameter(negative="", help="Fetch from your own network too.")] = False,
    gazetteer: Gazetteer = None,
) -> int:
    """Read reports and show who said how many in each."""
    if not sources:
        raise CounterclaimError("CC-301", "no file or address given")
    for source in sources:
        if source.startswith("-") and source != "-":
            raise CounterclaimError("CC-301", f"unknown option {source}")
    show = _show_json if json else _show
    status = 0
    for source in sources:
        try:
            report = _load(source, about, allow_private)
            if not report.published:
                _tell(f"note: {CounterclaimError('CC-107', where=source)}")
            show(_recorded(report, gazetteer, source), report, explain)
        except CounterclaimError as error:
            if error.code.startswith("CC-2"):
                raise  # without its knowledge the program can read none of them
            _tell(str(error))
            status = 1
    return status


@app.command
def record(
    *,
    processes: Annotated[int, Parameter(help="Processes to share the work; the output is the same.")] = 1,
    gazetteer: Gazetteer = None,
    world: Annotated[Path | None, Parameter(help="Use this folder's knowledge in place of the program's own.")] = None,
    explain: Explain = False,
) -> int:
    """Read JSON Lines of reports from the input and write one record a line, in the same order.

    A report that cannot be read gives a line with its error; the others go on.
    """
    from counterclaim.engines.local import Settings, record_lines

    if processes < 1:
        raise CounterclaimError("CC-301", f"--processes {processes}: one or more")
    settings = Settings(gazetteer, world, explain)
    with _progress() as advance:
        lines = _lines(sys.stdin.buffer, advance)
        # closing ends the other processes at once when the output breaks off
        with closing(record_lines(lines, settings, processes)) as results:
            for result in results:
                _write(result)
    return 0


@app.command
def table() -> int:
    """Read records (the output of record) from the input and show all their claims in one table with their words."""
    import msgspec

    from counterclaim.records import Record
    from counterclaim.render import records_table

    records, failures = [], 0
    for line in _lines(sys.stdin.buffer, _nothing):
        try:
            if _is_error_line(line.data):
                failures += 1
            else:
                records.append(msgspec.json.decode(line.data, type=Record))
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise CounterclaimError("CC-101", f"no record: {error}", where=f"line {line.number}") from None
    _console().print(records_table(records))
    claims = sum(len(record.claims) for record in records)
    failed = f"; reports that could not be read: {failures}" if failures else ""
    _console().print(f"{claims} claims in {len(records)} reports{failed}", highlight=False)
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the result is the exit status. Never ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows ? instead
    try:
        status = app(arguments, exit_on_error=False, print_error=False)
        sys.stdout.flush()
        return int(status or 0)
    except KeyboardInterrupt:
        return _QUIET_END
    except BrokenPipeError:
        # the interpreter flushes once more at its end and must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _QUIET_END
    except CounterclaimError as error:
        _tell(str(error))
        return 2 if error.code == "CC-301" else 1
    except CycloptsError as error:
        _tell(str(CounterclaimError("CC-301", str(error).rstrip("."))))
        return 2
    except Exception as error:  # the last resort: say it with a code
        from counterclaim.engines.local import failure

        _tell(str(failure(error)))
        return 1


def _load(source: str, about: About, allow_private: bool) -> Report:
    """The report at a path, an address or on the input (``-``)."""
    from counterclaim.read import Given, Origin, read_bytes
    from counterclaim.read.fetch import fetch, is_address

    given = Given(about.publisher, about.published, about.title)
    if source == "-":
        return read_bytes(_bytes_of(sys.stdin.buffer), Origin("standard input"), given)
    if is_address(source):
        page = fetch(source, allow_private=allow_private)
        return read_bytes(page.data, Origin(page.url, page.url, page.content_type, page.charset), given)
    try:
        with Path(source).open("rb") as file:
            data = _bytes_of(file)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise CounterclaimError("CC-108", reason, where=source) from None
    return read_bytes(data, Origin(source), given)


def _bytes_of(file: IO[bytes]) -> bytes:
    """All bytes, but no more than one above the limit: enough for the reader to see that it is too long."""
    from counterclaim.read import MAX_BYTES

    return file.read(MAX_BYTES + 1)


def _recorded(report: Report, gazetteer: Path | None, where: str) -> Record:
    from counterclaim.engines.local import failure, knowledge_for
    from counterclaim.pipeline import record as record_report

    knowledge = knowledge_for(gazetteer, None)
    try:
        return record_report(report, knowledge)
    except CounterclaimError:
        raise
    except Exception as error:
        raise failure(error, where) from None


def _show(found: Record, report: Report, explain: bool) -> None:
    from counterclaim.render import report_view

    console = _console()
    console.print(report_view(found, report.text, explain=explain))
    console.print()


def _show_json(found: Record, report: Report, explain: bool) -> None:
    from counterclaim.engines.local import encode_record

    _write(encode_record(found, explain=explain))


def _console() -> Console:
    from rich.console import Console

    # a pipe or file has no width of its own; 80 columns would fold every cell
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDTH
    return Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False)


def _write(line: bytes) -> None:
    """One line to the output, at once: a program that waits for each answer must get it."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def _tell(message: str) -> None:
    print(message, file=sys.stderr)


def _is_error_line(data: bytes) -> bool:
    """Whether a line of output stands for a report that could not be read. Raises what the decoder raises."""
    import msgspec

    if b'"error"' not in data:  # most lines are long and need not be decoded twice
        return False
    value = msgspec.json.decode(data)
    return isinstance(value, dict) and "error" in value


def _lines(stream: IO[bytes], advance: Callable[[int], None]) -> Iterator[Line]:
    """The lines that are not blank, with their numbers; one that is too long is skipped to its end and marked."""
    from counterclaim.engines.local import Line

    number = 0
    while data := stream.readline(_MAX_LINE + 1):
        number += 1
        size = len(data)
        if size > _MAX_LINE:
            while data and not data.endswith(b"\n"):
                data = stream.readline(1024 * 1024)
                size += len(data)
            yield Line(number, b"", "CC-105")
        elif data.strip(b"\xef\xbb\xbf \t\r\n"):
            yield Line(number, data.rstrip(b"\r\n"))
        advance(size)


def _nothing(size: int) -> None:
    pass


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """A function to call with the bytes of each line; the bar shows only where it disturbs no other output."""
    if not sys.stderr.isatty() or sys.stdout.isatty():
        yield _nothing
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


if __name__ == "__main__":
    sys.exit(main())
