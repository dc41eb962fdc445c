"""`secretaria dev` starts again what dies, and does not spin where it dies of its start."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from secretaria.playground.dev import LONGEST_WAIT_SECONDS, Restarts
from secretaria.playground.engines.process import command_line, free_port, wait_until

pytestmark = pytest.mark.minutes(1)

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-c", "from secretaria.cli import main; main()")
START_SECONDS = 120


class Clock:
    def __init__(self) -> None:
        self.moment = 1000.0

    def __call__(self) -> float:
        return self.moment


def test_what_dies_of_its_start_is_started_later_and_later() -> None:
    clock = Clock()
    restarts = Restarts(clock)
    waits = []
    for _ in range(7):
        restarts.begin("worker")
        clock.moment += 0.5
        waits.append(restarts.end("worker"))
        assert not restarts.is_due("worker")
        clock.moment += waits[-1]
        assert restarts.is_due("worker")
    assert waits == [1, 2, 4, 8, 16, LONGEST_WAIT_SECONDS, LONGEST_WAIT_SECONDS]


def test_what_has_lived_is_started_again_soon() -> None:
    clock = Clock()
    restarts = Restarts(clock)
    for lived in (1, 1, LONGEST_WAIT_SECONDS):
        restarts.begin("worker")
        clock.moment += lived
        wait = restarts.end("worker")
    assert wait == 1


def test_new_code_is_tried_at_once() -> None:
    restarts = Restarts(Clock())
    restarts.begin("worker")
    restarts.end("worker")
    restarts.forget()
    assert restarts.is_due("worker")


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    seen = tmp_path / "seen.log"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PORT": str(free_port()),
        "LOG_FORMAT": "json",
        "PYTHONUNBUFFERED": "1",
    }
    with (
        seen.open("wb") as file,
        subprocess.Popen(
            [*PROGRAM, "dev", "--folder", str(tmp_path / "dev")],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        yield process, seen
        process.send_signal(signal.SIGTERM)


def count(seen: Path, event: str) -> int:
    return seen.read_text(encoding="utf-8").count(f'"{event}"')


def pids_of(seen: Path, event: str) -> list[int]:
    lines = seen.read_text(encoding="utf-8").splitlines()
    found = (re.search(r'"pid": (\d+)', line) for line in lines if f'"{event}"' in line)
    return [int(match[1]) for match in found if match]


@pytest.mark.skipif(not Path("/proc").exists(), reason="finds the processes in /proc")
def test_a_worker_and_a_web_that_are_killed_are_back(
    dev: tuple[subprocess.Popen[bytes], Path],
) -> None:
    _, seen = dev
    for event in ("worker.ready", "web.ready"):
        assert wait_until(lambda event=event: count(seen, event) > 0, seconds=START_SECONDS)
        before = count(seen, event)
        (pid,) = pids_of(seen, event)[-1:]
        assert command_line(pid)
        os.kill(pid, signal.SIGKILL)
        assert wait_until(
            lambda event=event, before=before: count(seen, event) > before, seconds=START_SECONDS
        ), seen.read_text(encoding="utf-8")[-2000:]
    assert "worker morreu (código " in seen.read_text(encoding="utf-8")
