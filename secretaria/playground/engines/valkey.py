"""A real Valkey on loopback, private to a folder."""

import signal
import socket
import subprocess
from pathlib import Path
from typing import ClassVar

from secretaria.playground.engines.binaries import valkey_program
from secretaria.playground.engines.engine import Engine
from secretaria.playground.engines.process import LOOPBACK

_ANSWER_SECONDS = 1.0


class Valkey(Engine):
    """Valkey that keeps every write in its append-only file.

    `append_only=False` keeps nothing on disk: each start finds it empty.
    """

    name: ClassVar[str] = "Valkey"
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, folder: Path, *, append_only: bool = True) -> None:
        super().__init__(folder)
        self._append_only = append_only

    @property
    def url(self) -> str:
        """The URL of its database 0."""
        return f"redis://{LOOPBACK}:{self.port}/0"

    def _marker(self) -> str:
        return f"-server {LOOPBACK}:{self.port}"

    def _prepare(self) -> None:
        valkey_program()

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        settings = {
            "bind": LOOPBACK,
            "port": str(port),
            "dir": str(self.folder),
            "appendonly": "yes" if self._append_only else "no",
            "save": "",
            "daemonize": "no",
            "loglevel": "warning",
        }
        command: list[str | Path] = [valkey_program().path]
        for name, value in settings.items():
            command += [f"--{name}", value]
        with self.log_path.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own program and arguments
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )

    def _is_ready(self, pid: int) -> bool:  # noqa: ARG002 - the port answers for the process
        """Ask for a PONG, which it refuses while it loads its file."""
        try:
            with socket.create_connection((LOOPBACK, self.port), _ANSWER_SECONDS) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
