"""The supervisor: one process of a name, whoever starts it."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import gevent
import pytest
from gevent.event import Event

from ops.chaos.supervisor import Supervisor

MOST_SECONDS = 30


def run(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments], stdin=subprocess.PIPE, start_new_session=True
    )


@dataclass
class Start:
    """The start of a process, which takes as long as the test wants."""

    processes: dict[str, subprocess.Popen[bytes]]
    has_begun: Event = field(default_factory=Event)
    may_end: Event = field(default_factory=Event)

    def __call__(self, name: str) -> None:
        self.has_begun.set()
        self.may_end.wait(MOST_SECONDS)
        self.processes[name] = run()


@pytest.fixture
def start() -> Iterator[Start]:
    dead = run("-c", "")
    dead.wait()
    slow = Start({"worker": dead})
    yield slow
    slow.may_end.set()
    for process in slow.processes.values():
        process.kill()
        process.wait()


@pytest.fixture
def supervisor(start: Start) -> Iterator[Supervisor]:
    looking = Supervisor(start.processes, start)
    yield looking
    start.may_end.set()
    looking.stop()


def test_who_counts_on_the_processes_waits_for_the_one_being_started(
    start: Start, supervisor: Supervisor
) -> None:
    def look() -> subprocess.Popen[bytes]:
        with supervisor.resting():
            return start.processes["worker"]

    supervisor.start()
    assert start.has_begun.wait(MOST_SECONDS)
    looking = gevent.spawn(look)
    gevent.idle()
    start.may_end.set()
    assert looking.get(timeout=MOST_SECONDS).poll() is None
    assert supervisor.restarts == 1


def test_what_is_being_started_when_it_stops_is_known(start: Start, supervisor: Supervisor) -> None:
    supervisor.start()
    assert start.has_begun.wait(MOST_SECONDS)
    stopping = gevent.spawn(supervisor.stop)
    gevent.idle()
    start.may_end.set()
    stopping.get(timeout=MOST_SECONDS)
    assert start.processes["worker"].poll() is None
    assert not supervisor.is_looking


def test_what_was_replaced_meanwhile_is_not_started_again(
    start: Start, supervisor: Supervisor
) -> None:
    with supervisor.resting():
        supervisor.start()
        gevent.idle()
        start.processes["worker"] = run()
    gevent.idle()
    assert not start.has_begun.is_set()
    assert supervisor.restarts == 0


def test_it_no_longer_looks_once_a_start_has_failed(start: Start) -> None:
    def fail(_: str) -> None:
        raise OSError("no more processes")

    supervisor = Supervisor(start.processes, fail)
    supervisor.start()
    gevent.idle()
    assert not supervisor.is_looking
