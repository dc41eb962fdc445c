"""A child process for what must be tried alone: it may die, hang, or be told to stop."""

import os
import sys
from pathlib import Path

import gevent
import pytest

from secretaria.adapters.solitude import ChildProcess
from secretaria.playground.engines.process import wait_until

PROGRAM = """
import os, signal, sys, time
def stopped(*_):
    open(sys.argv[1] + "/stopped", "w").close()
    sys.exit(0)
signal.signal(signal.SIGTERM, stopped)
open(f"{sys.argv[1]}/{os.getpid()}.pid", "w").close()
for line in sys.stdin:
    if int(line) == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    if int(line) == 99:
        time.sleep(60)
    print("done", flush=True)
"""


@pytest.fixture
def solitude(tmp_path: Path) -> ChildProcess:
    return ChildProcess((sys.executable, "-c", PROGRAM, str(tmp_path)), longest_seconds=30)


def pids(folder: Path) -> list[int]:
    return [int(path.stem) for path in folder.glob("*.pid")]


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_one_child_does_everything_and_ends_with_the_block(
    solitude: ChildProcess, tmp_path: Path
) -> None:
    with solitude() as attempt:
        assert [attempt(number) for number in (1, 2, 3)] == [True] * 3
    [pid] = pids(tmp_path)
    assert is_gone(pid)


def test_no_child_is_started_for_nothing(solitude: ChildProcess, tmp_path: Path) -> None:
    with solitude():
        pass
    assert pids(tmp_path) == []


def test_a_death_is_told_and_the_next_has_another_child(
    solitude: ChildProcess, tmp_path: Path
) -> None:
    with solitude() as attempt:
        assert [attempt(number) for number in (1, 13, 2)] == [True, False, True]
    assert len(pids(tmp_path)) == 2
    assert all(is_gone(pid) for pid in pids(tmp_path))


def test_who_takes_too_long_is_killed_and_counts_as_dead(tmp_path: Path) -> None:
    solitude = ChildProcess((sys.executable, "-c", PROGRAM, str(tmp_path)), longest_seconds=4)
    with solitude() as attempt:
        assert not attempt(99)
        [pid] = pids(tmp_path)
        assert is_gone(pid)
        assert not (tmp_path / "stopped").exists()


def test_a_stop_lets_the_child_stop_too(solitude: ChildProcess, tmp_path: Path) -> None:
    def run() -> None:
        with solitude() as attempt:
            attempt(99)

    running = gevent.spawn(run)
    assert wait_until(lambda: bool(pids(tmp_path)), seconds=30)
    running.kill()
    assert (tmp_path / "stopped").exists()
    assert is_gone(pids(tmp_path)[0])


def test_a_program_that_cannot_even_start_is_a_death(tmp_path: Path) -> None:
    with ChildProcess((sys.executable, str(tmp_path / "missing.py")), 30)() as attempt:
        assert not attempt(1)
