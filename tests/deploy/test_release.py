"""The release process: one at a time, whole or not at all, and a failure is one clear line."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import gevent
import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from secretaria.adapters.database import sqlalchemy_url
from secretaria.playground.engines import Engines
from secretaria.playground.engines.process import LOOPBACK, free_port, wait_until
from secretaria.playground.stack import Stack

pytestmark = pytest.mark.minutes(1)

ROOT = Path(__file__).resolve().parents[2]
MIGRATION_LOCK = 7_031_997
STOP_SECONDS = 25


@pytest.fixture
def url(engines: Engines) -> Iterator[str]:
    """A database of its own, that no migration has seen."""
    admin = create_engine(sqlalchemy_url(engines.postgres.url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS released WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE released"))
    yield (
        make_url(engines.postgres.url)
        .set(database="released")
        .render_as_string(hide_password=False)
    )
    admin.dispose()


def begin(url: str) -> subprocess.Popen[str]:
    """The Procfile's line, with nothing but DATABASE_URL and the path to Python."""
    stack = Stack(Path())
    return subprocess.Popen(
        ["sh", "-c", stack.line("release")],  # noqa: S607 - the platform's shell
        cwd=ROOT,
        env={"DATABASE_URL": url, "PATH": stack.variables()["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def end(release: subprocess.Popen[str]) -> tuple[int, list[dict[str, Any]]]:
    said, _ = release.communicate(timeout=120)
    return release.returncode, [json.loads(line) for line in said.splitlines()]


def errors(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["level"] == "error"]


def connect(url: str) -> Connection:
    return create_engine(sqlalchemy_url(url)).connect()


def tables(url: str) -> int:
    with connect(url) as connection:
        return int(
            connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
        )


def waits_for_the_lock(connection: Connection) -> bool:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    return bool(connection.scalar(waiting))


def test_two_at_once_wait_for_each_other_and_both_succeed(url: str) -> None:
    releases = [begin(url) for _ in range(2)]
    ended = [gevent.spawn(end, release) for release in releases]
    for code, lines in (one.get() for one in ended):
        assert code == 0
        assert lines[-1]["event"] == "migrations.finished"


def test_one_that_is_stopped_while_it_waits_fails_and_leaves_nothing(url: str) -> None:
    with connect(url) as holder:
        holder.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        release = begin(url)
        assert wait_until(lambda: waits_for_the_lock(holder), seconds=60)
        os.killpg(release.pid, signal.SIGTERM)
        gevent.sleep(0.2)
        with suppress(ProcessLookupError):  # it may be gone
            os.killpg(release.pid, signal.SIGTERM)
        assert release.wait(STOP_SECONDS) != 0
        assert tables(url) == 0
    assert end(begin(url))[0] == 0


def test_a_lock_that_is_not_had_in_time_fails_the_deploy_with_one_line(url: str) -> None:
    with connect(url) as holder:
        holder.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        code, lines = end(begin(url))
    assert code == 1
    [failure] = errors(lines)
    assert (failure["event"], failure["reason"]) == ("migrations.failed", "lock_not_had")
    assert "exception" not in failure
    assert tables(url) == 0


def test_a_migration_that_fails_half_way_leaves_nothing(url: str) -> None:
    with connect(url) as connection, connection.begin():
        connection.execute(text("CREATE TABLE delivery_logs (id int)"))
    code, lines = end(begin(url))
    assert code == 1
    assert [line["event"] for line in errors(lines)] == ["migrations.failed"]
    assert tables(url) == 1


def test_a_database_that_is_away_fails_the_deploy_with_one_line() -> None:
    code, lines = end(begin(f"postgres://user:hidden-password@{LOOPBACK}:{free_port()}/base"))
    assert code == 1
    [failure] = errors(lines)
    assert failure["reason"] == "database_unreachable"
    assert "hidden-password" not in json.dumps(failure)


@pytest.mark.parametrize(
    ("user", "database", "reason"),
    [
        ("postgres", "elsewhere", "no_such_database"),
        ("nobody_here", "released", "access_refused"),
        ("crowded", "released", "too_many_connections"),
    ],
)
def test_a_database_that_lets_nobody_in_says_why(
    url: str, user: str, database: str, reason: str
) -> None:
    with connect(url) as connection, connection.begin():
        connection.execute(text("DROP ROLE IF EXISTS crowded"))
        connection.execute(text("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0"))
    other = make_url(url).set(username=user, database=database)
    code, lines = end(begin(other.render_as_string(hide_password=False)))
    assert code == 1
    [failure] = errors(lines)
    assert failure["reason"] == reason
    assert "exception" not in failure


def test_a_database_that_does_not_answer_is_not_waited_for_long() -> None:
    with socket.socket() as silent:
        silent.bind((LOOPBACK, 0))
        silent.listen()
        code, lines = end(begin(f"postgres://user@{LOOPBACK}:{silent.getsockname()[1]}/base"))
    assert code == 1
    [failure] = errors(lines)
    assert failure["reason"] == "database_unreachable"
