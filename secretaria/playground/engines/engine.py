"""A server process that lives in one folder: started, stopped, killed, and found again."""

import atexit
import fcntl
import os
import signal
import subprocess
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from typing import IO, ClassVar, Self

from secretaria.errors import Misconfigured
from secretaria.playground.engines import process

_RETRY_SECONDS = 0.25


class Engine(ABC):
    """One engine in one folder, on a loopback port that a restart keeps while it is free.

    The folder belongs to one owner at a time. The engine is a child of its owner, in a session of
    its own, so that Ctrl-C reaches the owner alone; it stops with `stop()`, or when the owner's
    interpreter exits. What an owner that was killed left running is ended by the next `start()`.
    It has `start_seconds` to start, and `stop_seconds` to stop before it is killed.
    """

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.start_seconds = 30.0
        self.stop_seconds = 15.0
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[bytes] | None = None
        self._owner_pid = 0

    @property
    def pid(self) -> int | None:
        """The server's process id, while it runs."""
        if self._process is None or self._process.poll() is not None:
            return None
        return self._process.pid

    @property
    def port(self) -> int:
        """The loopback port it listens on, or listened on last; 0 before the first start."""
        return self._read_number("port")

    @property
    def log_path(self) -> Path:
        """The server's own log."""
        return self.folder / f"{self.name}.log"

    def start(self) -> None:
        """Start the server and wait until it accepts commands; nothing happens if it runs.

        Raises:
            Misconfigured: its program is missing, the folder is taken, or it does not start.

        """
        if self.pid is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._take_folder()
        try:
            self._end_leftover()
            self._prepare()
            self._launch()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server cleanly, by force if it must be, and give the folder back."""
        if self._process is not None and self.pid is not None:
            self._process.send_signal(self.stop_signal)
            try:
                self._process.wait(self.stop_seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        self._process = None
        self._give_folder_back()

    def kill(self) -> None:
        """End the server as a crash would, with SIGKILL; the folder stays ours for a `start()`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @abstractmethod
    def _prepare(self) -> None:
        """Make the folder ready for the server."""

    @abstractmethod
    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        """Start the process, without waiting for it."""

    @abstractmethod
    def _is_ready(self, pid: int) -> bool:
        """Say whether the process of this id accepts commands."""

    @abstractmethod
    def _marker(self) -> str:
        """Return what the command line of this folder's server, and no other's, contains."""

    def _launch(self) -> None:
        """Try until it runs."""
        # Another process may take the port between our look and the server's bind, and a killed
        # PostgreSQL refuses its folder until the last of its children has gone.
        if not process.wait_until(
            self._launch_once, seconds=self.start_seconds, every_seconds=_RETRY_SECONDS
        ):
            raise Misconfigured(f"{self.name} não iniciou; o motivo está em {self.log_path}")

    def _launch_once(self) -> bool:
        port = self.port if self.port and process.is_free(self.port) else process.free_port()
        self._write_number("port", port)
        child = self._spawn(port)
        self._process = child
        self._write_number("pid", child.pid)
        process.wait_until(
            lambda: child.poll() is not None or self._is_ready(child.pid),
            seconds=self.start_seconds,
        )
        return child.poll() is None and self._is_ready(child.pid)

    def _end_leftover(self) -> None:
        """End the server of an owner that was killed before it could stop it."""
        pid = self._read_number("pid")
        if pid:
            process.end_stranger(
                pid, marker=self._marker(), polite=self.stop_signal, seconds=self.stop_seconds
            )

    def _take_folder(self) -> None:
        if self._lock is not None:
            return
        lock = (self.folder / "lock").open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise Misconfigured(
                f"{self.name}: a pasta {self.folder} já está em uso por outro processo"
            ) from error
        self._lock = lock
        self._owner_pid = os.getpid()
        atexit.register(self._stop_at_exit)

    def _give_folder_back(self) -> None:
        if self._lock is None:
            return
        self._lock.close()
        self._lock = None
        atexit.unregister(self._stop_at_exit)

    def _stop_at_exit(self) -> None:
        """Stop with the owner's interpreter, not with a process forked from it."""
        if os.getpid() == self._owner_pid:
            self.stop()

    def _read_number(self, name: str) -> int:
        with suppress(OSError, ValueError):
            return int((self.folder / name).read_text())
        return 0

    def _write_number(self, name: str, value: int) -> None:
        (self.folder / name).write_text(f"{value}\n")
