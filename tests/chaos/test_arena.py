"""The arena knows every process that it has started."""

import os
import signal
from collections.abc import Iterator

import gevent
import pytest
from gevent.event import Event

from ops import processes
from ops.chaos.arena import Arena
from ops.chaos.sabotage import QUICK_CONSTANTS
from secretaria.playground.engines.process import command_line, wait_until

pytestmark = pytest.mark.minutes(1)

MOST_SECONDS = 60


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    folder = tmp_path_factory.mktemp("arena")
    with Arena(folder, constants=QUICK_CONSTANTS, workers=1) as started:
        yield started


@pytest.fixture
def reviving(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """The worker has died, and the supervisor is about to start it again, once this is set."""
    has_begun, may_end = Event(), Event()

    def revive(name: str) -> None:
        has_begun.set()
        may_end.wait(MOST_SECONDS)
        arena.revive(name)

    monkeypatch.setattr(arena.supervisor, "_start", revive)
    os.killpg(arena.processes["worker"].pid, signal.SIGKILL)
    assert has_begun.wait(MOST_SECONDS)
    yield may_end
    may_end.set()


def workers_of_this_process() -> list[int]:
    children = processes.children(os.getpid())
    return [pid for pid in children if "-m actors" in command_line(pid)]


def is_stopped(pid: int) -> bool:
    return any(one.pid == pid and one.state == "T" for one in processes.running())


def test_a_restart_replaces_the_worker_that_is_being_started(arena: Arena, reviving: Event) -> None:
    restarting = gevent.spawn(arena.restart, "worker")
    gevent.idle()
    reviving.set()
    restarting.get(timeout=MOST_SECONDS)
    assert workers_of_this_process() == [arena.processes["worker"].pid]


def test_freezing_the_workers_freezes_the_one_that_is_being_started(
    arena: Arena, reviving: Event
) -> None:
    freezing = gevent.spawn(arena.signal_workers, signal.SIGSTOP)
    gevent.idle()
    reviving.set()
    freezing.get(timeout=MOST_SECONDS)
    try:
        [worker] = workers_of_this_process()
        assert wait_until(lambda: is_stopped(worker), seconds=MOST_SECONDS)
    finally:
        arena.signal_workers(signal.SIGCONT)
    arena.wait_until_working()


def test_a_worker_whose_own_process_has_died_does_not_work(arena: Arena) -> None:
    with arena.supervisor.resting():
        os.kill(arena.processes["worker"].pid, signal.SIGSTOP)
        processes.send(arena.worker_processes(), signal.SIGKILL)
        assert wait_until(lambda: not arena.worker_processes(), seconds=MOST_SECONDS)
        assert not arena.is_working()
        os.kill(arena.processes["worker"].pid, signal.SIGCONT)
    arena.wait_until_working()


def test_ending_a_worker_that_is_being_started_leaves_none(arena: Arena, reviving: Event) -> None:
    ending = gevent.spawn(arena.end, "worker")
    gevent.idle()
    reviving.set()
    ending.get(timeout=MOST_SECONDS)
    try:
        assert workers_of_this_process() == []
    finally:
        arena.clean()
