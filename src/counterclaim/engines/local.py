"""Many reports on one machine: in this process, or in several; the output is the same, byte for byte."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from counterclaim.errors import CounterclaimError
from counterclaim.read import line_id, read_report_line
from counterclaim.records import Record

_AHEAD = 4  # reports under way for each process; bounds memory however long the input is


class Settings(NamedTuple):
    """What every process needs to know to work on a line."""

    gazetteer: Path | None = None
    world: Path | None = None
    explain: bool = False


class Line(NamedTuple):
    """One line of the input: its number from 1, its bytes, and the code of the error when it could not be read."""

    number: int
    data: bytes
    error: str = ""


def record_lines(lines: Iterable[Line], settings: Settings, processes: int = 1) -> Generator[bytes]:
    """One line of JSON out for each line in, in the same order, without the newline at the end.

    A report that cannot be read or fails gives an error object in its place. Raises ``CounterclaimError`` CC-2xx when
    the knowledge cannot be loaded, because then no report can be done.
    """
    if processes > 1:
        return _in_processes(lines, settings, processes)
    return (record_line(line, settings) for line in lines)


def record_line(line: Line, settings: Settings) -> bytes:
    """The record of one line as JSON, or its error object."""
    from counterclaim.pipeline import record

    knowledge = knowledge_for(settings.gazetteer, settings.world)
    where = f"line {line.number}"
    try:
        if line.error:
            raise CounterclaimError(line.error, where=where)
        report = read_report_line(line.data, where=where)
        return encode_record(record(report, knowledge), explain=settings.explain)
    except CounterclaimError as error:
        return _error_line(line, error)
    except Exception as error:  # one report's failure must not cost the others
        return _error_line(line, failure(error, where))


def failure(error: BaseException, where: str = "") -> CounterclaimError:
    """CC-901 for an unforeseen exception."""
    return CounterclaimError("CC-901", f"{type(error).__name__}: {error}", where=where)


def encode_record(record: Record, *, explain: bool = False) -> bytes:
    """A record as one line of UTF-8 JSON, keys in the order of the record; ``reasons`` only with ``explain``."""
    plain = msgspec.to_builtins(record)
    if not explain:
        del plain["reasons"]
    return msgspec.json.encode(plain)


def _error_line(line: Line, error: CounterclaimError) -> bytes:
    found = {"report": {"id": line_id(line.data)}, "error": {"code": error.code, "message": error.message}}
    return msgspec.json.encode(found)


@cache
def knowledge_for(gazetteer: Path | None, world: Path | None) -> Any:
    """Loaded once in each process; it never changes."""
    from counterclaim.pipeline import load_knowledge

    return load_knowledge(gazetteer=gazetteer, world=world)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Processes started inside do not hear Ctrl-C, from their first moment; this one ends them when it hears it."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set signals
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _executor(processes: int) -> ProcessPoolExecutor:
    # spawned, not forked: the same on every system, and safe whatever threads the parent has
    return ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for work for ever."""
    parent = parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _in_processes(lines: Iterable[Line], settings: Settings, processes: int) -> Generator[bytes]:
    pool = _executor(processes)
    waiting: deque[tuple[Line, Future[bytes]]] = deque()
    source = iter(lines)
    try:
        while True:
            try:
                while len(waiting) < processes * _AHEAD and (line := next(source, None)) is not None:
                    waiting.append((line, _submit(pool, line, settings)))
                if not waiting:
                    return
                done = waiting[0][1].result()
                waiting.popleft()
                yield done
            except BrokenProcessPool:
                # a process died (out of memory): do what was under way one by one, to find the report it died of
                pool.shutdown(wait=False, cancel_futures=True)
                left = [line for line, _ in waiting]
                waiting.clear()
                for line in left:
                    yield _alone(line, settings)
                pool = _executor(processes)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in active_children():
            process.terminate()


def _submit(pool: ProcessPoolExecutor, line: Line, settings: Settings) -> Future[bytes]:
    try:
        with _without_interrupts():  # the first line starts the processes
            return pool.submit(record_line, line, settings)
    except BrokenProcessPool as error:
        # the line is already taken from the input, so it must wait with the others
        broken: Future[bytes] = Future()
        broken.set_exception(error)
        return broken


def _alone(line: Line, settings: Settings) -> bytes:
    with _executor(1) as pool:
        try:
            return _submit(pool, line, settings).result()
        except BrokenProcessPool as error:
            return _error_line(line, failure(error, f"line {line.number}"))
