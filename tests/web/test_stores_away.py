"""The web process while Redis or PostgreSQL is stopped, or frozen: quick, honest answers."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from gevent.pool import Pool
from web_client import Web, serving, text_message

from secretaria.playground.engines import Engines, start_engines
from secretaria.playground.engines.engine import Engine
from secretaria.playground.engines.process import wait_until
from secretaria.playground.stack import Stack

LIMIT_SECONDS = 6.0

Away = Callable[[Engine], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def own_engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    with start_engines(tmp_path_factory.mktemp("own-engines"), fsync=False) as engines:
        Stack(tmp_path_factory.mktemp("release"), engines=engines).release()
        yield engines


@pytest.fixture(scope="module")
def fragile(own_engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with serving(tmp_path_factory.mktemp("fragile"), own_engines) as web:
        yield web


@contextmanager
def killed(engine: Engine) -> Iterator[None]:
    engine.kill()
    try:
        yield
    finally:
        engine.start()


@contextmanager
def frozen(engine: Engine) -> Iterator[None]:
    """Every process of the server stops where it is, and its connections stay open."""
    assert engine.pid is not None
    family = [engine.pid, *children(engine.pid)]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in family:
            os.kill(pid, signal.SIGCONT)


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def is_well(web: Web) -> bool:
    return bool(web.get("/healthz").json()["status"] == "ok")


@pytest.mark.parametrize("away", [killed, frozen])
def test_without_redis_messages_are_accepted_all_the_same(
    fragile: Web, own_engines: Engines, away: Away
) -> None:
    assert fragile.say(text_message(f"antes {away.__name__}")).status_code == 202
    bypassed = fragile.metric("rate_limiter_bypassed_total")
    lost = fragile.metric("wake_ups_lost_total")
    with away(own_engines.valkey):
        answer = fragile.say(text_message(f"durante {away.__name__}"))
        assert answer.status_code == 202
        assert answer.elapsed.total_seconds() < 2
        health = fragile.get("/healthz")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        assert health.json()["checks"] == {"database": "ok", "redis": "down"}
        assert fragile.post(b"{}", {"X-Signature": "0"}).status_code == 401
        assert fragile.metric("rate_limiter_bypassed_total") - bypassed == 2
        assert fragile.metric("wake_ups_lost_total") - lost == 1
    assert wait_until(lambda: is_well(fragile), seconds=20)
    assert fragile.say(text_message(f"depois {away.__name__}")).status_code == 202


@pytest.mark.parametrize("away", [killed, frozen])
def test_without_postgresql_nothing_is_accepted_and_the_caller_is_told_when_to_come_back(
    fragile: Web, own_engines: Engines, away: Away
) -> None:
    message = text_message(f"na ausência do banco: {away.__name__}")
    with away(own_engines.postgres):
        with fragile.counting(unavailable=1):
            answer = fragile.say(message)
        assert (answer.status_code, answer.json()) == (503, {"error": "unavailable"})
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.elapsed.total_seconds() < LIMIT_SECONDS
        health = fragile.get("/healthz")
        assert (health.status_code, health.json()["status"]) == (503, "down")
        assert health.elapsed.total_seconds() < LIMIT_SECONDS
        assert fragile.get("/livez").status_code == 200
        assert fragile.post(b"{}", {"X-Signature": "0"}).status_code == 401
    assert wait_until(lambda: is_well(fragile), seconds=20)
    assert fragile.say(message).status_code == 202


def test_a_crowd_before_a_frozen_database_is_told_in_time_too(
    fragile: Web, own_engines: Engines
) -> None:
    """Few connections, many requests: none waits for another's time limit and then its own."""
    with frozen(own_engines.postgres):
        answers = Pool(30).map(
            lambda index: fragile.say(text_message(number=f"55119{index:08}")), range(30)
        )
    assert {answer.status_code for answer in answers} == {503}
    assert max(answer.elapsed.total_seconds() for answer in answers) < LIMIT_SECONDS
    assert wait_until(lambda: is_well(fragile), seconds=20)


def test_nothing_failed_but_what_was_away(fragile: Web) -> None:
    assert not [line for line in fragile.log_lines() if line["event"] == "http.failed"]
