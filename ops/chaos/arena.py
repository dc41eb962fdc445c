"""The arena: the service as it is deployed, under a supervisor, and all that can be done to it."""

import os
import random
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import redis

from ops import processes
from ops.chaos.sabotage import Sabotage
from ops.chaos.supervisor import Supervisor
from ops.chaos.truth import Truth
from secretaria.playground.engines import Engines, Postgres, Valkey
from secretaria.playground.engines.process import command_line, wait_until
from secretaria.playground.stack import Stack

BOOT_SECONDS = 60.0
SPOOL_STREAMS = ("secretaria:spool", "secretaria:spool:refused")
USUAL_ENVIRONMENT: Mapping[str, str] = {
    "WEB_CONCURRENCY": "2",
    "RATE_LIMIT_PER_NUMBER": "0",
    "RATE_LIMIT_PER_IP": "0",
    "REPLIES_PER_HOUR": "0",
    "BURST_WINDOW_SECONDS": "0.2",
    "BURST_MAX_SECONDS": "2",
    "LLM_ATTEMPTS": "2",
    "LLM_TIMEOUT_SECONDS": "10",
    "LLM_BREAKER_RESET_SECONDS": "2",
    "WHATICKET_TIMEOUT_SECONDS": "2",
}


@dataclass
class Arena(Stack):
    """A stack with several workers, whose processes a supervisor starts again when they die.

    `constants` are the product's numbers that this arena changes; see `Sabotage`.
    """

    workers: int = 3
    constants: Mapping[str, float] = field(default_factory=dict)
    supervisor: Supervisor = field(init=False)
    _kinds: dict[str, str] = field(default_factory=dict, init=False)
    _sabotage: dict[str, Sabotage] = field(default_factory=dict, init=False)
    _environments: dict[str, dict[str, str]] = field(default_factory=dict, init=False)
    _log_offsets: dict[str, int] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.environment = {
            **USUAL_ENVIRONMENT,
            "TMPDIR": str(self.folder / "tmp"),
            **self.environment,
        }
        self.supervisor = Supervisor(self.processes, self.revive)

    @property
    def worker_names(self) -> list[str]:
        """The names of the workers that run."""
        return [name for name, kind in self._kinds.items() if kind == "worker"]

    @property
    def postgres(self) -> Postgres:
        """The database's engine."""
        return self._engines().postgres

    @property
    def valkey(self) -> Valkey:
        """The engine of Redis."""
        return self._engines().valkey

    @property
    def truth(self) -> Truth:
        """The database, to be read from outside."""
        return Truth(self.postgres.url)

    @property
    def redis(self) -> redis.Redis:
        """Redis, to be looked at or emptied from outside."""
        return redis.Redis.from_url(self.valkey.url, socket_timeout=5)

    def spooled(self) -> int:
        """How many messages wait in Redis for the database, those set aside included."""
        return sum(int(self.redis.xlen(stream)) for stream in SPOOL_STREAMS)

    def start(self) -> None:
        """Start it all, then the other workers and the supervisor."""
        (self.folder / "tmp").mkdir(parents=True, exist_ok=True)
        super().start()
        try:
            for number in range(2, self.workers + 1):
                self.run("worker", name=f"worker{number}")
            self.wait_until_working()
        except BaseException:
            self.stop()
            raise
        self.supervisor.start()

    def stop(self) -> None:
        """Stop everything at once: what the processes leave behind is in the folder."""
        self.supervisor.stop()
        for process in self.processes.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        if self.engines is not None:
            processes.thaw(self.postgres.pid)
            processes.thaw(self.valkey.pid)
        super().stop()

    def run(
        self, process: str, *, name: str | None = None, extra: Mapping[str, str] | None = None
    ) -> None:
        """Start a process with the failpoints of its name."""
        name = name or process
        self._kinds[name] = process
        self._log_offsets[name] = len(self.log(name))
        told = self._sabotage.get(name, self._usual_sabotage()).variables()
        told |= self._environments.get(name, {})
        super().run(process, name=name, extra=told | dict(extra or {}))

    def revive(self, name: str) -> None:
        """Start a process again that has ended."""
        self.run(self._kinds[name], name=name)

    def end(self, name: str, *, number: int = signal.SIGTERM) -> int:
        """End a process for good: the supervisor, which would revive it, rests meanwhile."""
        with self.supervisor.resting():
            self._kinds.pop(name, None)
            return super().end(name, number=number)

    def wait_until_working(self) -> None:
        """Wait until web and workers work; raises `Misconfigured` with the log."""
        self.wait_until_ready()
        if not wait_until(self.is_working, seconds=BOOT_SECONDS, every_seconds=0.1):
            self._complain()

    def is_working(self) -> bool:
        """Whether everything that was started is there, and every worker takes messages."""
        return not super()._has_lost_one_for_good() and all(map(self._works, self.worker_names))

    def _has_lost_one_for_good(self) -> bool:
        return not self.supervisor.is_looking and super()._has_lost_one_for_good()

    def _works(self, name: str) -> bool:
        """A worker whose own process has died is not yet dead itself."""
        is_ready = "worker.ready" in self.log(name)[self._log_offsets[name] :]
        return is_ready and bool(self._actors_of(name))

    def _actors_of(self, name: str) -> list[int]:
        """The processes that run actors: children of what the Procfile's line started."""
        found = processes.children(self.processes[name].pid)
        return [pid for pid in found if "resource_tracker" not in command_line(pid)]

    def clean(self) -> None:
        """Make it as new for the next scenario: everything runs, nothing is stored or planned."""
        self.gemini.reset()
        self.whaticket.reset()
        self.whaticket.echoes = False
        for engine in (self.postgres, self.valkey):
            processes.thaw(engine.pid)
            engine.start()
        for name in ("web", "worker", *(f"worker{one}" for one in range(2, self.workers + 1))):
            if name not in self.processes:
                self.run("web" if name == "web" else "worker", name=name)
        self.wait_until_working()
        self.empty()
        for fired in (self.folder / "tmp").glob("*"):
            if fired.is_file():
                fired.unlink()
        self.supervisor.restarts = 0

    def empty(self) -> None:
        """Leave nothing in the stores."""
        self.redis.flushall()
        self.truth.empty()

    @contextmanager
    def sabotaged(
        self,
        names: Collection[str],
        *,
        environment: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> Iterator[None]:
        """Run these processes otherwise for a while: with mutations, a wrong clock, ..."""
        for name in names:
            self._sabotage[name] = replace(self._usual_sabotage(), **changes)
            self._environments[name] = dict(environment or {})
        try:
            self.restart(*names)
            yield
        finally:
            for name in names:
                self._sabotage.pop(name, None)
                self._environments.pop(name, None)
            self.restart(*names)

    def restart(self, *names: str, between: Callable[[], object] = lambda: None) -> None:
        """Kill these processes, and start them with what their names stand for now.

        `between` is called when none of them runs any more, and none again.
        """
        with self.supervisor.resting():
            for name in names:
                with suppress(ProcessLookupError):
                    os.killpg(self.processes[name].pid, signal.SIGKILL)
                self.processes[name].wait()
            between()
            for name in names:
                self.run(self._kinds[name], name=name)
        self.wait_until_working()

    def kill_a_worker(self, chance: random.Random) -> int | None:
        """Kill -9 one of Dramatiq's own processes; None when none is up just now."""
        victims = self.worker_processes()
        if not victims:
            return None
        victim = chance.choice(victims)
        processes.send([victim], signal.SIGKILL)
        return victim

    def kill_a_web_process(self, chance: random.Random) -> None:
        """Kill -9 one of gunicorn's workers."""
        victims = processes.children(self.processes["web"].pid)
        if victims:
            processes.send([chance.choice(victims)], signal.SIGKILL)

    def worker_processes(self) -> list[int]:
        """The processes that run actors, of every worker."""
        names = [name for name in self.worker_names if name in self.processes]
        return sorted(pid for name in names for pid in self._actors_of(name))

    def signal_workers(self, number: signal.Signals) -> None:
        """Signal every process of every worker, such as to freeze them all."""
        with self.supervisor.resting():
            for name in self.worker_names:
                processes.send(processes.family(self.processes[name].pid), number)

    def log_sizes(self) -> dict[Path, int]:
        """Each log file, and how long it is now."""
        return {path: path.stat().st_size for path in sorted(self.folder.glob("*.log"))}

    def memory_bytes(self, *names: str) -> int:
        """What the named processes, with all of theirs, hold in memory."""
        sessions = {self.processes[name].pid for name in names if name in self.processes}
        return processes.memory_of_sessions(sessions)

    def deaths(self) -> Counter[str]:
        """How often a failpoint has struck since the last `clean`, by its name."""
        path = self.folder / "tmp" / "deaths.log"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return Counter(line.split()[1] for line in lines)

    def wipe_redis(self) -> None:
        """Lose all of Redis: its process, its memory and its file."""
        self.valkey.kill()
        shutil.rmtree(self.valkey.folder / "appendonlydir", ignore_errors=True)
        self.valkey.start()

    def _usual_sabotage(self) -> Sabotage:
        return Sabotage(self.folder / "tmp", constants=self.constants)

    def _engines(self) -> Engines:
        assert self.engines is not None  # noqa: S101 - an arena brings its own
        return self.engines
