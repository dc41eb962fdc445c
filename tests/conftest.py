"""What all tests stand on: real engines, started once, and simulators on real HTTP."""

from gevent import monkey

monkey.patch_all()

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import gevent
import hypothesis
import pytest
import redis
import structlog
from ready_program import ReadyProgram
from sqlalchemy import text
from sqlalchemy.orm import Session

from secretaria.adapters import database as databases
from secretaria.adapters.database import Database
from secretaria.errors import DatabaseUnavailable
from secretaria.models.tables import metadata
from secretaria.playground.engines import Engines, start_engines
from secretaria.playground.gemini import GeminiSimulator
from secretaria.playground.stack import SHARED_SECRET
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
MOST_WORKERS = 8
FEW_ROWS = 1000

# A busy machine is no reason to fail.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")

# What fails in a test fails on purpose, mostly: a traceback in colours takes half a second.
structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two for each core, with `-n auto`: most tests wait for processes of their own."""
    return min(2 * (os.cpu_count() or 1), MOST_WORKERS)


def pytest_configure(config: pytest.Config) -> None:
    """Let a worker of xdist wait for its next test.

    A thread brings it, of which gevent's hub knows nothing: it would complain that it has nothing
    to wait for.
    """
    if hasattr(config, "workerinput"):
        gevent.get_hub().loop.async_().start(lambda: None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is left alone with one."""
    if hasattr(config, "workerinput"):
        items.sort(key=minutes_of, reverse=True)


def pytest_collection_finish() -> None:
    """Look for garbage among what the tests make, not in all that was loaded for them."""
    gc.collect()
    gc.freeze()


def minutes_of(item: pytest.Item) -> float:
    """About how long the item's file takes: `pytestmark = pytest.mark.minutes(2)`."""
    marker = item.get_closest_marker("minutes")
    return float(marker.args[0]) if marker else 0.0


@pytest.fixture(autouse=True)
def _no_context_of_the_test_before() -> None:
    structlog.contextvars.clear_contextvars()


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """PostgreSQL, migrated, and Valkey, for the whole run."""
    started = start_engines(tmp_path_factory.mktemp("engines"), fsync=False)
    with started:
        run_alembic(started.postgres.url, "upgrade", "head")
        yield started


@pytest.fixture(scope="session")
def migrate() -> Callable[..., str]:
    return run_alembic


def run_alembic(url: str, *command: str) -> str:
    """Run Alembic as an operator would; answers what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "alembic", *command],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def pooled(engines: Engines) -> Iterator[Database]:
    made = databases.connect(engines.postgres.url, pool_size=10, timeout_seconds=10, name="tests")
    yield made
    made.close()


@pytest.fixture
def database(pooled: Database) -> Database:
    """An empty database, as after the migrations."""
    while not is_emptied(pooled):
        gevent.sleep(0.1)
    return pooled


def is_emptied(pooled: Database) -> bool:
    """Empty it; False when a process of the test before has not let go of its rows yet."""
    try:
        with pooled.transaction() as session:
            adding = "INSERT INTO channels (name) VALUES ('whaticket')"
            for statement in (*emptying(session), adding):
                session.execute(text(statement))
    except DatabaseUnavailable as error:
        if str(error) != "DeadlockDetected":
            raise
        return False
    return True


def emptying(session: Session) -> Sequence[str]:
    """How the tables are emptied: few rows are deleted in a tenth of the time of TRUNCATE."""
    names = [f'"{table.name}"' for table in metadata.sorted_tables]
    if session.scalar(text(f"SELECT EXISTS (SELECT FROM messages OFFSET {FEW_ROWS})")):
        return (f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE",)
    deleting = "; ".join(f"DELETE FROM {name}" for name in reversed(names))
    return (deleting, "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")


@pytest.fixture
def redis_client(engines: Engines) -> redis.Redis:
    """An empty Redis."""
    client = redis.Redis.from_url(engines.valkey.url)
    client.flushall()
    return client


@pytest.fixture
def gemini() -> Iterator[GeminiSimulator]:
    with GeminiSimulator() as simulator:
        yield simulator


@pytest.fixture
def whaticket() -> Iterator[WhaticketSimulator]:
    with WhaticketSimulator() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def ready_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadyProgram]:
    """The program, started once for all the commands of a run."""
    program = ReadyProgram(tmp_path_factory.mktemp("program"))
    yield program
    program.stop()


@pytest.fixture
def make_settings(
    engines: Engines,
    database: Database,  # noqa: ARG001 - emptied
    redis_client: redis.Redis,  # noqa: ARG001 - emptied
    gemini: GeminiSimulator,
    whaticket: WhaticketSimulator,
) -> Callable[..., Settings]:
    """Settings of a service on the real engines and the simulators; any of them may be changed."""

    def make(**changed: Any) -> Settings:
        usual = {
            "database_url": engines.postgres.url,
            "redis_url": engines.valkey.url,
            "shared_secret": SHARED_SECRET,
            "whaticket_base_url": whaticket.url,
            "whaticket_token": "connection-token",
            "gemini_api_key": "test-key",
            "gemini_endpoint": gemini.url,
            "privacy_key": "test-privacy-key",
            "burst_window_seconds": 0,
        }
        return Settings(**(usual | changed))

    return make
