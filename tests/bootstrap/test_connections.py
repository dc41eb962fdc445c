"""Connections: the sum of what every process may open fits the plan, and is never exceeded."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest
import redis as redis_py
import requests
from pydantic import SecretStr
from ready_program import ReadyProgram
from sqlalchemy import create_engine, text

from secretaria.adapters.database import sqlalchemy_url
from secretaria.bootstrap import connections
from secretaria.errors import Misconfigured
from secretaria.playground.engines import Engines, start_engines
from secretaria.playground.engines.process import wait_until
from secretaria.playground.stack import Stack
from secretaria.settings import Settings

pytestmark = pytest.mark.minutes(3)

ROOT = Path(__file__).resolve().parents[2]
ANSWER_SECONDS = 90
SMALL_PLAN = 20
CONTACTS = 60
Secretaria = Callable[..., subprocess.CompletedProcess[str]]


def settings(**changed: Any) -> Settings:
    usual: dict[str, Any] = {
        "database_url": SecretStr("postgres://user:password@host/base"),
        "redis_url": SecretStr("redis://host"),
        "shared_secret": (SecretStr("secret"),),
        "whaticket_base_url": "https://whaticket.example",
        "whaticket_token": SecretStr("token"),
        "gemini_api_key": SecretStr("key"),
    }
    return Settings(**(usual | changed))


def test_without_a_ceiling_each_process_gets_what_does_it_any_good() -> None:
    pools = connections.database(settings())
    assert (pools["web"].size, pools["worker"].size) == (5, 8)
    pools = connections.redis(settings())
    assert (pools["web"].size, pools["bell"].size) == (10, 30)


def test_the_smallest_plans_hold_web_worker_release_and_a_command() -> None:
    small = settings(database_connections=SMALL_PLAN, redis_connections=SMALL_PLAN)
    database, redis = connections.database(small), connections.redis(small)
    assert connections.total(database) == SMALL_PLAN
    assert connections.total(redis) == SMALL_PLAN
    assert {name: pool.size for name, pool in database.items()} == {
        "web": 5,
        "worker": 6,
        "alone": 2,
        "release": 1,
        "command": 1,
    }
    assert {name: pool.size for name, pool in redis.items()} == {
        "web": 3,
        "bell": 4,
        "courtesy": 4,
        "alone": 1,
        "command": 1,
    }


def test_half_a_small_plan_holds_one_web_process_and_a_worker() -> None:
    half = settings(web_concurrency=1, database_connections=10, redis_connections=10)
    connections.check(half)


@pytest.mark.parametrize("processes", [(1, 1), (2, 1), (4, 2), (16, 8)])
@pytest.mark.parametrize("threads", [1, 64])
@pytest.mark.parametrize("sum_of", [connections.database, connections.redis])
def test_whatever_is_asked_for_the_sum_keeps_to_the_plan_or_is_refused(
    sum_of: Callable[[Settings], connections.Pools], processes: tuple[int, int], threads: int
) -> None:
    web, worker = processes
    counts = {"web_concurrency": web, "worker_processes": worker, "worker_threads": threads}
    unbounded = settings(**counts)
    for allowed in range(1, 200):
        ceilings = {"database_connections": allowed, "redis_connections": allowed}
        asked = unbounded.model_copy(update=ceilings)
        try:
            pools = sum_of(asked)
        except Misconfigured:
            continue
        assert connections.total(pools) <= allowed
        assert all(pool.size >= pool.least for pool in pools.values())


@pytest.mark.parametrize(
    ("variable", "least"), [("DATABASE_CONNECTIONS", 11), ("REDIS_CONNECTIONS", 12)]
)
@pytest.mark.parametrize("process", ["web", "worker"])
def test_a_plan_that_is_too_small_stops_each_process_with_one_line(
    process: str, variable: str, least: int, tmp_path: Path
) -> None:
    stack = Stack(
        tmp_path,
        environment={
            "DATABASE_URL": "postgres://user@127.0.0.1:1/none",
            "REDIS_URL": "redis://127.0.0.1:1",
            "WEB_CONCURRENCY": "2",
            variable: str(least - 1),
        },
    )
    done = subprocess.run(
        ["sh", "-c", stack.line(process)],  # noqa: S607 - the platform's shell
        cwd=ROOT,
        env=stack.variables(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert f"{variable}: pequena demais" in done.stderr
    assert f"espera-se {least} ou mais" in done.stderr
    assert "Traceback" not in done.stderr


class Watch:
    """Looks at both stores again and again, and remembers the most connections of each name."""

    def __init__(self, engines: Engines) -> None:
        self.engine = create_engine(
            sqlalchemy_url(engines.postgres.url), isolation_level="AUTOCOMMIT"
        )
        self.client = redis_py.Redis.from_url(engines.valkey.url, client_name="watch")
        self.database: dict[str, int] = {}
        self.redis = 0
        self.watching = gevent.spawn(self._watch)

    def _watch(self) -> None:
        with self.engine.connect() as connection:
            while True:
                self._look(connection)
                gevent.sleep(0.02)

    def _look(self, connection: Any) -> None:
        rows = connection.execute(
            text(
                "SELECT application_name, count(*) FROM pg_stat_activity"
                " WHERE application_name LIKE 'secretaria%' GROUP BY 1"
            )
        )
        for name, count in rows:
            self.database[name] = max(self.database.get(name, 0), count)
        ours = [one for one in self.client.client_list() if one["name"] != "watch"]
        self.redis = max(self.redis, len(ours))

    def end(self) -> None:
        self.watching.kill()
        self.engine.dispose()


@pytest.fixture
def secretaria(ready_program: ReadyProgram) -> Secretaria:
    return lambda stack, *words: ready_program(*words, environment=stack.variables())


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_the_table_in_the_readme_is_what_is_computed(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    rows = re.findall(r"^\| [a-z].* \| (.+) \| (.+) \| (.+) \| (.+) \|$", text, re.MULTILINE)
    small = settings(database_connections=SMALL_PLAN, redis_connections=SMALL_PLAN)
    columns = [
        column_of(connections.database(settings())),
        column_of(connections.database(small)),
        column_of(connections.redis(settings())),
        column_of(connections.redis(small)),
    ]
    assert rows[-6:] == list(zip(*columns, strict=True))


def column_of(pools: connections.Pools) -> tuple[str, ...]:
    """The rows web, worker, alone, release, command and sum; a courtesy pool is of two rows."""
    sizes = {name: f"{pool.processes}×{pool.size}" for name, pool in pools.items()}
    if "bell" not in pools:
        return (*sizes.values(), str(connections.total(pools)))
    courtesy = f"1×{pools['courtesy'].size}"
    worker, alone = f"{sizes['bell']} + {courtesy}", f"{sizes['alone']} + {courtesy}"
    return (sizes["web"], worker, alone, "0", sizes["command"], str(connections.total(pools)))


@pytest.fixture
def small_stores(tmp_path: Path) -> Iterator[Engines]:
    """Both allow as many connections as Heroku's smallest plans."""
    with start_engines(tmp_path / "engines", fsync=False) as engines:
        engine = create_engine(sqlalchemy_url(engines.postgres.url), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(
                text(f"ALTER DATABASE {engine.url.database} CONNECTION LIMIT {SMALL_PLAN}")
            )
        engine.dispose()
        redis_py.Redis.from_url(engines.valkey.url).config_set("maxclients", SMALL_PLAN)
        yield engines


def test_the_doctor_compares_the_sum_with_what_the_stores_grant(
    small_stores: Engines, secretaria: Secretaria, tmp_path: Path
) -> None:
    stores = {
        "DATABASE_URL": small_stores.postgres.url,
        "REDIS_URL": small_stores.valkey.url,
        "WEB_CONCURRENCY": "2",
    }
    ceilings = {"DATABASE_CONNECTIONS": "20", "REDIS_CONNECTIONS": "20"}
    stack = Stack(tmp_path / "stack", environment=stores)
    stack.release()
    unbounded = secretaria(stack, "doctor").stdout
    assert "✗ Conexões ao PostgreSQL: até 22 (web 2×5, worker 1×8" in unbounded
    assert "ele aceita 20. Defina DATABASE_CONNECTIONS=20" in unbounded
    assert "✗ Conexões ao Redis: até 72" in unbounded
    fitted = secretaria(Stack(tmp_path, environment=stores | ceilings), "doctor").stdout
    assert "✓ Conexões ao PostgreSQL: até 20 (web 2×5, worker 1×6" in fitted
    assert "✓ Conexões ao Redis: até 20" in fitted
    too_small = stores | {"DATABASE_CONNECTIONS": "5"}
    said = secretaria(Stack(tmp_path, environment=too_small), "doctor").stdout
    assert "DATABASE_CONNECTIONS: pequena demais" in said


@pytest.mark.parametrize(
    ("database_connections", "redis_connections"),
    [pytest.param(SMALL_PLAN, SMALL_PLAN, id="small plan"), pytest.param(11, 12, id="the least")],
)
def test_under_load_nobody_opens_more_and_everybody_is_answered(
    secretaria: Secretaria, tmp_path: Path, database_connections: int, redis_connections: int
) -> None:
    environment = {
        "DATABASE_CONNECTIONS": str(database_connections),
        "REDIS_CONNECTIONS": str(redis_connections),
        "WEB_CONCURRENCY": "2",
        "BURST_WINDOW_SECONDS": "0",
    }
    with start_engines(tmp_path / "engines", fsync=False) as engines:
        environment |= {"DATABASE_URL": engines.postgres.url, "REDIS_URL": engines.valkey.url}
        with Stack(tmp_path / "stack", environment=environment) as stack:
            watch = Watch(engines)
            numbers = [f"5511955557{count:03}" for count in range(CONTACTS)]
            sending = [
                gevent.spawn(stack.whaticket.customer_says, number, f"eco: {number}")
                for number in numbers
            ]
            scraping = [
                gevent.spawn(requests.get, f"{stack.url}/metrics", timeout=30) for _ in range(20)
            ]
            gevent.joinall([*sending, *scraping], raise_error=True)
            told = secretaria(stack, "status", "--json")
            answered = wait_until(
                lambda: all(len(stack.whaticket.replies_to(number)) == 1 for number in numbers),
                seconds=ANSWER_SECONDS,
            )
            watch.end()
            asked = settings(
                web_concurrency=2,
                database_connections=database_connections,
                redis_connections=redis_connections,
            )
            logs = stack.log("web") + stack.log("worker")
    assert answered
    assert told.returncode == 0, told.stderr
    for complaint in ("pool_exhausted", "limiter.bypassed", "bell.failed", "unreadable"):
        assert complaint not in logs
    database, redis = connections.database(asked), connections.redis(asked)
    assert watch.database["secretaria-web"] <= database["web"].total
    assert watch.database["secretaria-worker"] <= database["worker"].total
    assert watch.database.get("secretaria-status", 0) <= database["command"].total
    assert watch.redis <= connections.total(redis)
    assert sum(watch.database.values()) <= connections.total(database)
