"""The same reports give the same bytes: again, with other hash seeds, in other order, in one process or two."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest
from bench import common

import corpus

SOME = corpus.reports()[::8]  # enough kinds of report to notice, and quick


def run(reports: tuple[dict[str, Any], ...], *options: str, hash_seed: str = "0") -> bytes:
    """The bytes that the program writes for some reports, rules and reasons included."""
    command = [*common.record_command(), "--explain", *options]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    lines = common.to_lines(reports).encode()
    done = subprocess.run(command, input=lines, capture_output=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr.decode()[-600:]
    assert done.stdout.count(b"\n") == len(reports)
    return done.stdout


@pytest.fixture(scope="module")
def once() -> bytes:
    """One run over some of the reports."""
    return run(SOME)


def test_the_run_says_something(once: bytes) -> None:
    records = [json.loads(line) for line in once.splitlines()]
    assert not [r for r in records if "error" in r]
    assert sum(len(r["claims"]) for r in records) > len(records)


def test_again_and_with_another_hash_seed(once: bytes) -> None:
    assert run(SOME, hash_seed="4242") == once


def test_two_processes_write_what_one_writes(once: bytes) -> None:
    assert run(SOME, "--processes", "2") == once


def test_a_report_does_not_depend_on_those_before_it(once: bytes) -> None:
    backwards = run(SOME[::-1])
    assert backwards.splitlines()[::-1] == once.splitlines()


@pytest.mark.slow
def test_all_reports_in_two_processes_and_with_another_hash_seed() -> None:
    everything = corpus.reports()
    first = run(everything, hash_seed="1")
    assert run(everything, "--processes", "2", hash_seed="2") == first
