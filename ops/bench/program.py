"""A program that the benchmark starts beside the service: a peer, the simulators, the load."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from secretaria.errors import Misconfigured
from secretaria.playground.stack import ROOT

STOP_SECONDS = 10.0


@dataclass
class Program:
    """One process in a session of its own, with a log in the folder.

    One that `talks` is asked over its input, and answers on its output.
    """

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    talks: bool = False
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def is_running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process id; raises `Misconfigured` with its log when it has ended."""
        if self._process is None or not self.is_running:
            raise Misconfigured(f"{self.name} não está no ar:\n{self.log()[-2000:]}")
        return self._process.pid

    def log(self) -> str:
        """What it has written as errors so far."""
        path = self._log_path()
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start it, without waiting until it works."""
        with self._log_path().open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                self.command,
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", **self.environment},
                stdin=subprocess.PIPE if self.talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE if self.talks else log,
                stderr=log,
                start_new_session=True,
            )

    def stop(self) -> None:
        """End it, by force if it must be, with all that it has started."""
        if self._process is None:
            return
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def ask(self, line: str) -> str:
        """Write a line to it and wait for the line that it answers; empty when it has ended."""
        with suppress(BrokenPipeError):
            self._pipe("stdin").write(f"{line}\n".encode())
            self._pipe("stdin").flush()
        return self.listen()

    def listen(self) -> str:
        """Wait for a line that it writes; empty when it has ended."""
        return str(self._pipe("stdout").readline().decode())

    def _pipe(self, name: str) -> Any:
        return getattr(self._process, name)

    def _log_path(self) -> Path:
        return self.folder / f"{self.name}.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
