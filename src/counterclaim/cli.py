"""The command line: one command a job; data on standard output, everything else on standard error.

Exit status: 0 done, 1 a failure with its code, 2 a wrong command line, 130 after Ctrl-C or when the reader of the
output has gone. What only some commands need is imported inside them, so that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, CycloptsError, Parameter

from counterclaim import cli_case, cli_io
from counterclaim.cli_io import AllowPrivate, Explain, Gazetteer, Processes, Sources, World
from counterclaim.errors import CounterclaimError

if TYPE_CHECKING:
    from counterclaim.records import Record, Report

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
    allow_private: AllowPrivate = False,
    gazetteer: Gazetteer = None,
) -> int:
    """Read reports and show who said how many in each."""
    cli_io.check_sources(sources)
    show = _show_json if json else _show
    status = 0
    for source in sources:
        try:
            report = _load(source, about, allow_private)
            if not report.published:
                cli_io.tell(f"note: {CounterclaimError('CC-107', where=source)}")
            show(cli_io.recorded(report, gazetteer, source), report, explain)
        except CounterclaimError as error:
            if error.code.startswith("CC-2"):
                raise  # without its knowledge the program can read none of them
            cli_io.tell(str(error))
            status = 1
    return status


@app.command
def record(
    *,
    processes: Processes = 1,
    gazetteer: Gazetteer = None,
    world: World = None,
    explain: Explain = False,
) -> int:
    """Read JSON Lines of reports from the input and write one record a line, in the same order.

    A report that cannot be read gives a line with its error; the others go on.
    """
    from counterclaim.engines.local import Settings, record_lines

    cli_io.check_processes(processes)
    settings = Settings(gazetteer, world, explain)
    with cli_io.progress() as advance:
        lines = cli_io.lines(sys.stdin.buffer, advance)
        # closing ends the other processes at once when the output breaks off
        with closing(record_lines(lines, settings, processes)) as results:
            for result in results:
                cli_io.write(result)
    return 0


@app.command
def table() -> int:
    """Read records (the output of record) from the input and show all their claims in one table with their words."""
    import msgspec

    from counterclaim.records import Record
    from counterclaim.render import records_table

    records, failures = [], 0
    for line in cli_io.lines(sys.stdin.buffer):
        try:
            if _is_error_line(line.data):
                failures += 1
            else:
                records.append(msgspec.json.decode(line.data, type=Record))
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise CounterclaimError("CC-101", f"no record: {error}", where=f"line {line.number}") from None
    cli_io.console().print(records_table(records))
    claims = sum(len(record.claims) for record in records)
    failed = f"; reports that could not be read: {failures}" if failures else ""
    cli_io.console().print(f"{claims} claims in {len(records)} reports{failed}", highlight=False)
    return 0


cli_case.add_to(app)


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
        cli_io.tell(str(error))
        return 2 if error.code == "CC-301" else 1
    except CycloptsError as error:
        cli_io.tell(str(CounterclaimError("CC-301", str(error).rstrip("."))))
        return 2
    except Exception as error:  # the last resort: say it with a code
        from counterclaim.engines.local import failure

        cli_io.tell(str(failure(error)))
        return 1


def _load(source: str, about: About, allow_private: bool) -> Report:
    """The report at a path, an address or on the input (``-``)."""
    from counterclaim.read import MAX_BYTES, Given, read_bytes

    data, origin = cli_io.fetched(source, allow_private, MAX_BYTES)
    return read_bytes(data, origin, Given(about.publisher, about.published, about.title))


def _show(found: Record, report: Report, explain: bool) -> None:
    from counterclaim.render import report_view

    console = cli_io.console()
    console.print(report_view(found, report.text, explain=explain))
    console.print()


def _show_json(found: Record, report: Report, explain: bool) -> None:
    from counterclaim.engines.local import encode_record

    cli_io.write(encode_record(found, explain=explain))


def _is_error_line(data: bytes) -> bool:
    """Whether a line of output stands for a report that could not be read. Raises what the decoder raises."""
    import msgspec

    if b'"error"' not in data:  # most lines are long and need not be decoded twice
        return False
    value = msgspec.json.decode(data)
    return isinstance(value, dict) and "error" in value


if __name__ == "__main__":
    sys.exit(main())
