"""A web server that is measured: the service's, or a peer's, with as many processes as wanted."""

import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ops import processes
from ops.bench.program import Program
from secretaria.errors import Misconfigured
from secretaria.playground.engines.process import LOOPBACK, command_line, free_port, wait_until
from secretaria.playground.stack import Stack

OURS = "secretaria"
START_SECONDS = 60.0
PROBE_EVERY_SECONDS = 0.005
NEVER_RENEWED = ("--max-requests=0", "--max-requests-jitter=0")
"""gunicorn's processes are renewed after so many requests, and a full run sends more."""
PROBE = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Web:
    """A running server: the pid is gunicorn's master's, `start_seconds` how long it took."""

    name: str
    port: int
    pid: int
    start_seconds: float

    def serving(self) -> list[int]:
        """The processes that answer requests."""
        return _working(self.pid)


@dataclass
class Service(Stack):
    """The service on stores of its own; simulators and engines are the arena's."""

    _runs: int = field(default=0, init=False)

    @property
    def database_url(self) -> str:
        """The URL of its database."""
        return self.environment["DATABASE_URL"]

    @contextmanager
    def web(self, count: int) -> Iterator[Web]:
        """So many web processes, as the Procfile starts them."""
        self.web_port, spawned = free_port(), time.monotonic()
        told = {"PORT": str(self.web_port), "WEB_CONCURRENCY": str(count)}
        name = self._start("web", told | {"GUNICORN_CMD_ARGS": " ".join(NEVER_RENEWED)})
        process = self.processes[name]
        try:
            seconds = wait_for_answer(self.web_port, spawned, lambda: process.poll() is None)
            if seconds is None:
                raise Misconfigured(f"o processo web não ficou pronto:\n{self.log(name)[-2000:]}")
            wait_for_processes(process.pid, count)
            yield Web(OURS, self.web_port, process.pid, seconds)
        finally:
            self.end(name)

    @contextmanager
    def worker(self, count: int = 1) -> Iterator["Worker"]:
        """So many worker processes, as the Procfile starts them."""
        started = time.monotonic()
        name = self._start("worker", {"WORKER_PROCESSES": str(count)})
        process = self.processes[name]

        def is_ready() -> bool:
            return self.log(name).count("worker.ready") >= count or process.poll() is not None

        try:
            if not wait_until(is_ready, seconds=START_SECONDS) or process.poll() is not None:
                raise Misconfigured(f"o worker não ficou pronto:\n{self.log(name)[-2000:]}")
            yield Worker(process.pid, time.monotonic() - started)
        finally:
            self.end(name)

    def _start(self, process: str, extra: Mapping[str, str]) -> str:
        self._runs += 1
        name = f"{process}-{self._runs}"
        self.run(process, name=name, extra=extra)
        return name


@dataclass(frozen=True, slots=True)
class Worker:
    """A running worker: the pid is Dramatiq's master's, `start_seconds` how long it took."""

    pid: int
    start_seconds: float

    def serving(self) -> list[int]:
        """The processes that run turns."""
        return _working(self.pid)


@dataclass(frozen=True, slots=True)
class Peer:
    """A program for gunicorn that is no part of the service."""

    name: str
    options: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def serve(peer: Peer, count: int) -> Iterator[Web]:
    """So many processes of a peer."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "--bind", f"{LOOPBACK}:{port}"),
        *("--workers", str(count), *NEVER_RENEWED, *peer.options),
    ]
    spawned = time.monotonic()
    with Program(peer.name, command, peer.folder, peer.environment) as program:
        seconds = wait_for_answer(port, spawned, lambda: program.is_running)
        if seconds is None:
            raise Misconfigured(f"{peer.name} não ficou pronto:\n{program.log()[-2000:]}")
        wait_for_processes(program.pid, count)
        yield Web(peer.name, port, program.pid, seconds)


def wait_for_answer(
    port: int, spawned: float, is_alive: Callable[[], bool], *, most_seconds: float = START_SECONDS
) -> float | None:
    """How long after its start a server gives its first answer; None when it never does."""
    while is_alive() and time.monotonic() - spawned < most_seconds:
        with suppress(OSError), socket.create_connection((LOOPBACK, port)) as connection:
            connection.settimeout(most_seconds)
            connection.sendall(PROBE)
            if connection.recv(1):
                return time.monotonic() - spawned
        time.sleep(PROBE_EVERY_SECONDS)
    return None


def wait_for_processes(pid: int, count: int) -> None:
    """Wait until a master has so many processes; raises `Misconfigured`."""
    if not wait_until(lambda: len(_working(pid)) >= count, seconds=START_SECONDS):
        raise Misconfigured(f"{len(_working(pid))} de {count} processos")


def _working(pid: int) -> list[int]:
    children = processes.children(pid)
    return sorted(child for child in children if "resource_tracker" not in command_line(child))
