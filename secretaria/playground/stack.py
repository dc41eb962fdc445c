"""The whole service on loopback as it is deployed: engines, simulators, the Procfile's lines."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import requests
from honcho.environ import parse_procfile

from secretaria.errors import Misconfigured
from secretaria.playground.engines import Engines, start_engines
from secretaria.playground.engines.process import LOOPBACK, free_port, wait_until
from secretaria.playground.gemini import GeminiSimulator
from secretaria.playground.whaticket import WhaticketSimulator

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60.0
STOP_SECONDS = 25.0
POLL_SECONDS = 0.1
SHARED_SECRET = "playground-shared-secret"  # noqa: S105 - it opens nothing but the playground


@dataclass
class Stack:
    """Starts everything in a folder, and stops it again.

    `environment` overrides what the processes are told; with DATABASE_URL and REDIS_URL in it no
    engine is started. Logs go to files in the folder, or to the terminal.
    """

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    to_terminal: bool = False
    web_port: int = field(default_factory=free_port)
    gemini: GeminiSimulator = field(default_factory=GeminiSimulator)
    whaticket: WhaticketSimulator = field(default_factory=WhaticketSimulator)
    engines: Engines | None = None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The web process's base URL."""
        return f"http://{LOOPBACK}:{self.web_port}"

    def variables(self) -> dict[str, str]:
        """The environment of every process; nothing of a service that the machine runs."""
        stores = {}
        if self.engines is not None:
            stores["DATABASE_URL"] = self.engines.postgres.url
            stores["REDIS_URL"] = self.engines.valkey.url
        usual = {
            "PORT": str(self.web_port),
            "WEB_CONCURRENCY": "1",
            "SHARED_SECRET": SHARED_SECRET,
            "WHATICKET_BASE_URL": self.whaticket.base_url,
            "WHATICKET_TOKEN": "connection-token",
            "GEMINI_API_KEY": "playground-key",
            "GEMINI_ENDPOINT": self.gemini.url,
            "WORKER_METRICS_PORT": "0",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": os.environ.get("HOME", "/"),
            "PYTHONUNBUFFERED": "1",
        }
        return usual | stores | dict(self.environment)

    def start(self) -> None:
        """Start it all, in the order of a deploy: engines, release, web, worker."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for old in self.folder.glob("*.log"):
                old.unlink()
            if self.engines is None and not {"DATABASE_URL", "REDIS_URL"} <= set(self.environment):
                self.engines = start_engines(self.folder)
            self.gemini.start()
            self.whaticket.webhook = type(self.whaticket.webhook)(
                f"{self.url}/webhook/whaticket", SHARED_SECRET, None
            )
            self.whaticket.start()
            self.release()
            self.run("web")
            self.run("worker")
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def release(self) -> None:
        """Run the Procfile's release line; raises `Misconfigured` when it fails."""
        done = subprocess.run(  # noqa: S602 - a Procfile's line is a shell command
            self.line("release"),
            shell=True,
            cwd=ROOT,
            env=self.variables(),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise Misconfigured(f"a migração falhou:\n{done.stderr.decode()}")

    def line(self, process: str) -> str:
        """The Procfile's line for a process."""
        parsed = parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8"))
        return str(parsed.processes[process])

    def run(
        self, process: str, *, name: str | None = None, extra: Mapping[str, str] | None = None
    ) -> None:
        """Start one process from the Procfile's line, with a log file of its name.

        `extra` is added to the environment of this process alone.
        """
        name = name or process
        with (self.folder / f"{name}.log").open("ab") as file:
            log = None if self.to_terminal else file
            self.processes[name] = subprocess.Popen(  # noqa: S602 - a Procfile's line is a shell command
                f"exec {self.line(process)}",
                shell=True,
                cwd=ROOT,
                env=self.variables() | dict(extra or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log(self, name: str) -> str:
        """What a process has written so far."""
        path = self.folder / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def wait_until_ready(self) -> None:
        """Wait until the web answers and a worker works; raises `Misconfigured` with the log."""
        if not wait_until(self._is_ready, seconds=READY_SECONDS, every_seconds=POLL_SECONDS):
            self._complain()

    def _is_ready(self) -> bool:
        if self._has_lost_one_for_good():
            self._complain()
        expects_line = "worker" in self.processes and not self.to_terminal
        if expects_line and "worker.ready" not in self.log("worker"):
            return False
        try:
            with requests.Session() as session:
                session.trust_env = False  # a proxy of the machine does not know our loopback
                return session.get(f"{self.url}/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    def _has_lost_one_for_good(self) -> bool:
        return any(process.poll() is not None for process in self.processes.values())

    def _complain(self) -> None:
        tails = (f"--- {name}\n{self.log(name)[-2000:]}" for name in self.processes)
        raise Misconfigured("os processos não ficaram prontos:\n" + "\n".join(tails))

    def end(self, name: str, *, number: int = signal.SIGTERM) -> int:
        """Signal one process and wait until it is gone; answers its exit code."""
        process = self.processes.pop(name)
        process.send_signal(number)
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return process.wait()

    def stop(self) -> None:
        """Stop everything that was started here, the engines last."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for name in list(self.processes):
            self.end(name)
        self.whaticket.stop()
        self.gemini.stop()
        if self.engines is not None:
            self.engines.stop()
            self.engines = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
