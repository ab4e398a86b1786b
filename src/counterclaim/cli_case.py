"""The commands over many reports: the case file, its readable view, and what a person asks of it."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from counterclaim import cli_io
from counterclaim.cli_io import AllowPrivate, Explain, Gazetteer, Processes, Sources, World
from counterclaim.errors import CounterclaimError, shorten

if TYPE_CHECKING:
    from counterclaim.caseio import Casebook, Failure, Opened
    from counterclaim.engines.local import Line, Settings
    from counterclaim.knowledge import ActorIndex
    from counterclaim.profiles import Profile
    from counterclaim.read import Origin
    from counterclaim.records import Judgement, Problem, Record

    _Decided = tuple[list[Judgement], list[Problem]]

Profiles = Annotated[
    tuple[str, ...],
    Parameter(
        name="--profile",
        negative="",
        show_default=False,
        help="A coding method; may be given several times. Without it: plain, or all that a case file has.",
    ),
]
Judgements = Annotated[Path | None, Parameter(help="JSON Lines of what people decided: one happening, or two.")]
CasePath = Annotated[Path | None, Parameter(name="--case", help="The case file, where it is not on the input.")]
Json = Annotated[bool, Parameter(negative="", help="Write JSON.")]


_MARK = b"\xef\xbb\xbf"


@dataclass
class _Found:
    """What the input holds: records, and what stands for reports that could not be read."""

    records: list[Record] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def casefile(
    *,
    profile: Profiles = (),
    judgements: Judgements = None,
    processes: Processes = 1,
    gazetteer: Gazetteer = None,
    world: World = None,
    explain: Explain = False,
) -> int:
    """Read JSON Lines of reports, or of records, from the input and write one case file.

    A report that cannot be read stands among the records with its error; the others go on.
    """
    from counterclaim.caseio import encode_case
    from counterclaim.engines.local import Settings, knowledge_for

    cli_io.check_processes(processes)
    methods = _load_profiles(profile)
    decided = _judged(judgements)
    found = _Found()
    with cli_io.progress() as advance:
        _read_lines(cli_io.lines(sys.stdin.buffer, advance), Settings(gazetteer, world, True), processes, found)
    opened = _tied(found, methods, decided, knowledge_for(gazetteer, world).actors)
    cli_io.write(encode_case(opened, explain=explain))
    return 0


def case(
    *sources: Sources,
    profile: Profiles = (),
    json: Json = False,
    allow_private: AllowPrivate = False,
    gazetteer: Gazetteer = None,
) -> int:
    """Show what many reports come to: who said how many, who passed it on, and what remains in dispute.

    A file may also be JSON Lines of reports or records, or a case file by itself.
    """
    from counterclaim.caseio import Casebook, encode_case

    cli_io.check_sources(sources)
    methods = _load_profiles(profile)
    opened = _case_of(sources, methods, allow_private, gazetteer)
    book = Casebook(opened.case)
    missing = [name for name in profile if name not in book.profiles] if opened.stored else []
    if missing:
        told = f"the case file has no estimate under {', '.join(missing)}; make it again with casefile --profile"
        raise CounterclaimError("CC-301", told)
    if json:
        cli_io.write(encode_case(opened))
    elif opened.case.records or not opened.failures:
        from counterclaim.render_case import case_view

        names = list(dict.fromkeys(profile)) or list(book.profiles)
        cli_io.console().print(case_view(book, names, len(opened.failures)))
    _tell_problems(opened)
    return 1 if opened.failures else 0


def trace(claim: Annotated[str, Parameter(help="REPORT/CLAIM, as case shows it.")], /, *, case: CasePath = None) -> int:
    """Show the way of one claim: publisher, via, origin, with the words of each, and what the way changed."""
    from counterclaim.render_trace import trace_view

    book = _book(case)
    cli_io.console().print(trace_view(book, book.claim_named(claim)))
    return 0


def explain(
    estimate: Annotated[str, Parameter(help="INCIDENT/OUTCOME/METHOD, as case shows it.")], /, *, case: CasePath = None
) -> int:
    """Show every step behind an estimate, and do the arithmetic again; status 1 where it does not come out the same."""
    from counterclaim.profiles import load_profile
    from counterclaim.render_trace import explain_view
    from counterclaim.rerun import rerun

    book = _book(case)
    _, told = book.estimate_named(estimate)
    method = load_profile(told.profile)
    again = rerun(estimate, book, method)
    cli_io.console().print(explain_view(book, estimate, method, again))
    return 1 if again.differences else 0


def profiles(name: Annotated[str | None, Parameter(help="One method alone.")] = None, /, *, json: Json = False) -> int:
    """Show the coding methods: every parameter, and whether a codebook prints it or this project decided it."""
    from counterclaim.profiles import load_profile, profile_names

    found = [load_profile(n) for n in ([name] if name else profile_names())]
    if json:
        import msgspec

        cli_io.write(msgspec.json.encode(found[0] if name else found))
    else:
        from counterclaim.render_trace import profiles_view

        cli_io.console().print(profiles_view(found))
    return 0


def add_to(app: App) -> None:
    """Make these commands of the program."""
    commands: tuple[Callable[..., int], ...] = (casefile, case, trace, explain, profiles)
    for command in commands:
        app.command(command)


def _load_profiles(names: Iterable[str]) -> list[Profile]:
    """The methods by name, each once; the plain rule where none is named. Raises CC-302."""
    from counterclaim.profiles import load_profile

    return [load_profile(name) for name in dict.fromkeys(names)] or [load_profile("plain")]


def _judged(path: Path | None) -> _Decided:
    """The judgements of a file, and what is wrong with some of its lines. Raises CC-108."""
    from counterclaim.caseio import read_judgements

    if path is None:
        return [], []
    with cli_io.opened(path) as file:
        lines = [(line.number, line.data) for line in cli_io.lines(file)]
    return read_judgements(lines)


def _tied(found: _Found, methods: Sequence[Profile], decided: _Decided, index: ActorIndex) -> Opened:
    """The case file of the records; bad lines of judgements stand first among its problems."""
    import msgspec

    from counterclaim.casefile import casefile, link_knowledge
    from counterclaim.caseio import Opened

    judgements, problems = decided
    made = casefile(found.records, link_knowledge(index), judgements, methods)
    made = msgspec.structs.replace(made, problems=(*problems, *made.problems))
    return Opened(made, tuple(found.failures))


def _read_lines(lines: Iterable[Line], settings: Settings, processes: int, found: _Found) -> None:
    """Reports become records; records and failures of an earlier run are taken as they are. In the order given."""
    from counterclaim.engines.local import record_lines
    from counterclaim.records import Record

    told: list[Record | Failure | None] = []

    def reports() -> Iterator[Line]:
        for line in lines:
            told.append(_known(line))
            if told[-1] is None:
                yield line

    # closing ends the other processes at once when something breaks off
    with closing(record_lines(reports(), settings, processes)) as results:
        answers = deque(results)
    for known in told:
        one: Record | Failure = known if known is not None else _answer(answers.popleft())
        if isinstance(one, Record):
            found.records.append(one)
        else:
            found.failures.append(one)


def _answer(line: bytes) -> Record | Failure:
    """What became of one report: its record or its error."""
    import msgspec

    from counterclaim.caseio import is_failure
    from counterclaim.records import Record

    value = msgspec.json.decode(line)
    return value if is_failure(value) else msgspec.convert(value, Record)


def _known(line: Line) -> Record | Failure | None:
    """A line that is no report but already a record, or an error in place of one. None: read it as a report."""
    import msgspec

    from counterclaim.caseio import failed, is_failure, looks_like_record
    from counterclaim.records import Record

    if not any(mark in line.data for mark in (b'"claims"', b'"error"', b'"skipped"')):
        return None  # most lines are reports and need not be decoded twice
    data = line.data.removeprefix(_MARK)
    try:
        value = msgspec.json.decode(data)
        if is_failure(value):
            return value  # type: ignore[no-any-return]
        return msgspec.json.decode(data, type=Record) if looks_like_record(value) else None
    except msgspec.ValidationError as error:
        return failed(CounterclaimError("CC-110", str(error), where=f"line {line.number}"))
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None  # reading it as a report says what is wrong


def _case_of(sources: Sequence[str], methods: Sequence[Profile], allow_private: bool, gazetteer: Path | None) -> Opened:
    """The case of all sources; what cannot be read costs no other. A case file stands alone."""
    from counterclaim.caseio import decode_case, failed
    from counterclaim.engines.local import Settings, knowledge_for

    found = _Found()
    for source in sources:
        try:
            data, origin = cli_io.fetched(source, allow_private, cli_io.MAX_LINE)
            kind = _kind(data, origin.name)
            if kind == "case" and len(sources) == 1:
                return decode_case(data, origin.name)
            if kind == "case":
                raise CounterclaimError("CC-301", f"{source} is a case file, which is shown by itself")
            if kind == "lines":
                _read_lines(cli_io.lines(BytesIO(data)), Settings(gazetteer, None, True), 1, found)
            else:
                found.records.append(_record_of(data, origin, gazetteer))
        except CounterclaimError as error:
            if error.code.startswith(("CC-2", "CC-3", "CC-405")):
                raise  # without its knowledge the program can read none of them
            found.failures.append(failed(error))
    return _tied(found, methods, ([], []), knowledge_for(gazetteer, None).actors)


def _record_of(data: bytes, origin: Origin, gazetteer: Path | None) -> Record:
    from counterclaim.read import read_bytes

    report = read_bytes(data, origin)
    if not report.published:
        cli_io.tell(f"note: {CounterclaimError('CC-107', where=origin.name)}")
    return cli_io.recorded(report, gazetteer, origin.name)


def _kind(data: bytes, name: str) -> Literal["case", "lines", "report"]:
    """What bytes hold: a case file, JSON Lines, or one report in any format. Raises CC-105."""
    import msgspec

    from counterclaim.caseio import is_failure, looks_like_case, looks_like_record

    if len(data) > cli_io.MAX_LINE:
        raise CounterclaimError("CC-105", f"more than {cli_io.MAX_LINE:,} bytes", where=name)
    first, _, rest = data.removeprefix(_MARK).strip().partition(b"\n")
    whole = b'"incidents"' in data and b'"records"' in data
    for head in (first, data.removeprefix(_MARK)) if whole else (first,):
        try:
            value = msgspec.json.decode(head)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            continue
        if looks_like_case(value):
            return "case"
        if isinstance(value, dict) and (rest or looks_like_record(value) or is_failure(value)):
            return "lines"
    return "lines" if name.lower().endswith((".jsonl", ".ndjson")) else "report"


def _book(path: Path | None) -> Casebook:
    """The case file at a path or on the input. Raises CC-108, CC-405."""
    from counterclaim.caseio import Casebook, decode_case

    if path is None or str(path) == "-":
        return Casebook(decode_case(sys.stdin.buffer.read(), "standard input").case)
    with cli_io.opened(path) as file:
        data = file.read()
    return Casebook(decode_case(data, str(path)).case)


def _tell_problems(opened: Opened) -> None:
    """Everything that went wrong, one line each, with its code."""
    for failure in opened.failures:
        error, told = failure.get("error"), failure.get("report")
        name = told.get("id") if isinstance(told, dict) else None
        who = f"{name}: " if name else ""
        if isinstance(error, dict):
            cli_io.tell(shorten(f"[{error.get('code')}] {who}{error.get('message')}", 500))
        else:
            cli_io.tell(shorten(f"skipped: {who}{failure.get('skipped')}", 500))
    for problem in opened.case.problems:
        cli_io.tell(shorten(f"[{problem.code}] {problem.message}", 500))
