"""The platform: a process that has died is started again."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import gevent
from gevent.lock import RLock

if TYPE_CHECKING:
    from subprocess import Popen

EVERY_SECONDS = 0.1


class Supervisor:
    """Looks after the processes in a mapping, and counts what it started again."""

    def __init__(
        self, processes: Mapping[str, "Popen[bytes]"], start: Callable[[str], None]
    ) -> None:
        self.restarts = 0
        self._processes = processes
        self._start = start
        self._starting = RLock()
        self._greenlet: gevent.Greenlet | None = None

    @property
    def is_looking(self) -> bool:
        """Whether what dies now is started again."""
        return bool(self._greenlet)

    def start(self) -> None:
        """Begin to look."""
        self._greenlet = gevent.spawn(self._look)

    def stop(self) -> None:
        """Let the dead rest."""
        if self._greenlet is not None:
            with self.resting():
                self._greenlet.kill()
            self._greenlet = None

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Start nothing while a block ends, replaces or counts on the processes of the mapping.

        Starting one takes a moment, in which the mapping still names the dead: so the block waits
        for it, or the one just started would run on, known to nobody.
        """
        with self._starting:
            yield

    def _look(self) -> None:
        while True:
            with self.resting():
                self._revive_the_dead()
            gevent.sleep(EVERY_SECONDS)

    def _revive_the_dead(self) -> None:
        for name, process in list(self._processes.items()):
            if process.poll() is not None:
                self._revive(name, process)

    def _revive(self, name: str, process: "Popen[bytes]") -> None:
        # A container takes along what its first process leaves behind.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        self.restarts += 1
        self._start(name)
