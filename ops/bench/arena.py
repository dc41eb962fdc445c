"""The arena: engines, simulators and the load, and on them the service and its peers."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import redis
import requests

from ops.bench.filling import run_sql
from ops.bench.generator import Generator, Unmeasurable, generator
from ops.bench.program import Program
from ops.bench.scale import MODEL_SECONDS, WHATICKET_SECONDS, WORKER_THREADS
from ops.bench.web import Peer, Service, Web, serve
from secretaria.playground.engines import Engines, start_engines
from secretaria.playground.engines.process import wait_until
from secretaria.playground.stack import SHARED_SECRET

UNREACHED_LIMIT = "1000000"
SIMULATOR_SECONDS = 10.0
FLASK_DATABASE = 1


@dataclass
class Arena:
    """Everything that a run needs, on free ports, in a folder of its own.

    Each service has a PostgreSQL database and a Redis database to itself, so that two of them can
    be measured in turns.
    """

    folder: Path
    engines: Engines = field(init=False)
    generator: Generator = field(init=False)
    simulators: Program = field(init=False)
    _urls: dict[str, str] = field(default_factory=dict, init=False)
    _cleanup: ExitStack = field(default_factory=ExitStack, init=False)
    _services: dict[str, Service] = field(default_factory=dict, init=False)

    def __enter__(self) -> Self:
        with ExitStack() as cleanup:
            self.engines = cleanup.enter_context(start_engines(self.folder))
            self.generator = generator(self.folder)
            cleanup.enter_context(self.generator.program)
            self.simulators = Program("simulators", _simulators(), self.folder, talks=True)
            cleanup.enter_context(self.simulators)
            self._urls = self._addresses()
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def _addresses(self) -> dict[str, str]:
        line = self.simulators.listen()
        if not line:
            raise Unmeasurable(f"the simulators do not start:\n{self.simulators.log()}")
        told: dict[str, str] = json.loads(line)
        return told

    def environment(self) -> dict[str, str]:
        """What the service is told beside its defaults: nobody is refused, nobody is waited for."""
        return {
            "RATE_LIMIT_PER_NUMBER": UNREACHED_LIMIT,
            "REPLIES_PER_HOUR": "0",
            "BURST_WINDOW_SECONDS": "0",
            "WORKER_THREADS": str(WORKER_THREADS),
            "GEMINI_ENDPOINT": self._urls["gemini"],
            "WHATICKET_BASE_URL": self._urls["whaticket"],
        }

    def service(self, name: str = "secretaria") -> Service:
        """The service on a database of that name, which is made and migrated when it is new."""
        if name not in self._services:
            self._services[name] = self._make_service(name)
        return self._services[name]

    def _make_service(self, name: str) -> Service:
        url = self.database_url(name)
        if url != self.engines.postgres.url:
            run_sql(self.engines.postgres.url, f'CREATE DATABASE "{name}"')
        taken = len(self._services)
        number = taken if taken < FLASK_DATABASE else taken + 1
        stores = {"DATABASE_URL": url, "REDIS_URL": self.redis_url(number)}
        made = Service(self.folder / name, environment=self.environment() | stores)
        made.folder.mkdir(exist_ok=True)
        made.release()
        self._cleanup.callback(made.stop)
        return made

    def database_url(self, name: str) -> str:
        """The URL of a PostgreSQL database."""
        return f"{self.engines.postgres.url.rpartition('/')[0]}/{name}"

    def redis_url(self, number: int) -> str:
        """The URL of a Redis database."""
        return f"{self.engines.valkey.url.rpartition('/')[0]}/{number}"

    @property
    def flask_redis_url(self) -> str:
        """The Redis database in which RQ's queue is."""
        return self.redis_url(FLASK_DATABASE)

    def pids(self) -> dict[str, int]:
        """The processes that every measure shares, by their roles."""
        engines = {"PostgreSQL": self.engines.postgres.pid, "Redis": self.engines.valkey.pid}
        running = {role: pid for role, pid in engines.items() if pid is not None}
        return running | {"simulators": self.simulators.pid}

    def forget_bells(self) -> None:
        """Empty Redis: what nobody has worked on must not pile up from round to round."""
        with redis.Redis.from_url(self.engines.valkey.url) as client:
            client.flushall()

    @contextmanager
    def ours(self, processes: int = 1, *, database: str = "secretaria") -> Iterator[Web]:
        """The service's web processes, ready."""
        with self.service(database).web(processes) as web:
            yield web

    @contextmanager
    def ceiling(self, processes: int = 1) -> Iterator[Web]:
        """As many processes of the ceiling, ready."""
        with serve(Peer("ceiling", CEILING, self.folder), processes) as web:
            yield web

    @contextmanager
    def flask_rq(self, processes: int = 1) -> Iterator[Web]:
        """As many processes of flask-rq, ready."""
        peer = Peer("flask-rq", FLASK_RQ, self.folder, self._flask_environment())
        with serve(peer, processes) as web:
            yield web

    def _flask_environment(self) -> dict[str, str]:
        return {
            "SHARED_SECRET": SHARED_SECRET,
            "REDIS_URL": self.flask_redis_url,
            "RATE_LIMIT_PER_NUMBER": UNREACHED_LIMIT,
        }

    @contextmanager
    def rq_worker(self) -> Iterator[Program]:
        """One RQ worker on flask-rq's queue."""
        told = {
            **self._flask_environment(),
            "GEMINI_ENDPOINT": self._urls["gemini"],
            "GEMINI_API_KEY": "playground-key",
            "WHATICKET_BASE_URL": self._urls["whaticket"],
            "WHATICKET_TOKEN": "connection-token",
        }
        command = [sys.executable, "-m", "ops.bench.peers.rq_worker"]
        with Program("rq-worker", command, self.folder, told) as program:
            yield program

    def calls(self, simulator: str) -> list[tuple[str, float]]:
        """Every call that a simulator has noted since it was told to forget."""
        noted = self._control(simulator, "GET", "noted")["calls"]
        return [(number, at) for number, at in noted]

    def forget_calls(self) -> None:
        """Let both simulators forget what was asked of them."""
        for simulator in self._urls:
            self._control(simulator, "POST", "reset")

    def wait_for_sends(self, count: int, *, seconds: float) -> list[tuple[str, float]]:
        """The sends, once there are so many; raises `Unmeasurable`."""
        if not wait_until(lambda: len(self._sends()) >= count, seconds=seconds, every_seconds=0.5):
            raise Unmeasurable(f"{len(self._sends())} of {count} sent in {seconds:.0f} s")
        return self._sends()

    def _sends(self) -> list[tuple[str, float]]:
        """What was for a number: the service also finds out which Whaticket it talks to."""
        return [(number, at) for number, at in self.calls("whaticket") if number]

    def _control(self, simulator: str, method: str, name: str) -> Any:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the machine does not know our loopback
            url = f"{self._urls[simulator]}/_simulator/{name}"
            response = session.request(method, url, timeout=SIMULATOR_SECONDS)
        response.raise_for_status()
        return response.json()


CEILING = ("--config", "ops/bench/peers/ceiling_server.py", "ops.bench.peers.ceiling:application")
FLASK_RQ = (
    *("--worker-class", "gthread", "--threads", "8", "--keep-alive", "5", "--backlog", "2048"),
    "ops.bench.peers.flask_rq:application",
)


def _simulators() -> list[str]:
    return [
        *(sys.executable, "-m", "ops.bench.simulators"),
        *("--model-seconds", str(MODEL_SECONDS), "--whaticket-seconds", str(WHATICKET_SECONDS)),
    ]
