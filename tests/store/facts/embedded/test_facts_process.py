"""The embedded store as a process sees it: one owner, signals, endings."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parents[1] / "programs" / "store_program.py"


@contextmanager
def program(word: str, home: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A running store program; it is killed at the end if it still runs."""
    command = [sys.executable, str(PROGRAM), word, str(home), *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(word: str, home: Path, *arguments: str) -> list[Any]:
    """Run a store program to its end and return what it said."""
    with program(word, home, *arguments) as process:
        output, _ = process.communicate()
        assert process.returncode == 0, output
    return [json.loads(line) for line in output.splitlines()]


def test_a_second_process_is_told_who_has_the_store(tmp_path: Path) -> None:
    with program("hold", tmp_path) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == '"open"\n'
        (refused,) = said("hold", tmp_path)
        assert refused["code"] == "store_locked"
        assert refused["pid"] == owner.pid
        assert str(owner.pid) in refused["remedy"]
        assert str(owner.pid) in refused["vi"]


def test_signals_stay_as_they_were_and_a_process_may_end_while_a_question_runs(tmp_path: Path) -> None:
    blocked_here, blocked_in_child, crashes_reported, terminated_at_once, still_running = said("signals", tmp_path)
    assert blocked_here == []
    assert blocked_in_child == []
    assert crashes_reported
    assert terminated_at_once
    assert still_running
