"""The supervisor: one process of a name, whoever starts it."""

import subprocess
import sys

import gevent
import pytest
from gevent.event import Event

from ops.chaos.supervisor import Supervisor


@pytest.fixture
def processes() -> dict[str, "subprocess.Popen[bytes]"]:
    dead = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    dead.wait()
    return {"worker": dead}


def test_who_puts_another_in_place_waits_for_the_one_being_started(
    processes: dict[str, "subprocess.Popen[bytes]"],
) -> None:
    is_starting, may_start = Event(), Event()

    def start(name: str) -> None:
        is_starting.set()
        may_start.wait()
        processes[name] = subprocess.Popen([sys.executable], stdin=subprocess.PIPE)

    def replace() -> "subprocess.Popen[bytes]":
        with supervisor.resting():
            return processes.pop("worker")

    dead = processes["worker"]
    supervisor = Supervisor(processes, start)
    supervisor.start()
    try:
        is_starting.wait()
        replacing = gevent.spawn(replace)
        gevent.idle()
        may_start.set()
        started = replacing.get()
    finally:
        supervisor.stop()
    started.kill()
    started.wait()
    assert started is not dead
    assert supervisor.restarts == 1


def test_what_is_put_in_place_meanwhile_is_not_started_again(
    processes: dict[str, "subprocess.Popen[bytes]"],
) -> None:
    started: list[str] = []
    supervisor = Supervisor(processes, started.append)
    with supervisor.resting():
        supervisor.start()
        gevent.idle()
        del processes["worker"]
    gevent.idle()
    supervisor.stop()
    assert not started
