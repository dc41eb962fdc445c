"""The circuit breaker on a real Redis: shared, with one probe in each reset time."""

import time
from collections.abc import Callable

import gevent
import pytest
import redis
from structlog.testing import capture_logs

from secretaria.adapters import redis_client as redis_door
from secretaria.adapters.breaker import RedisBreaker
from secretaria.adapters.redis_client import RedisError
from secretaria.playground.engines.process import LOOPBACK, free_port, wait_until

RESET_SECONDS = 2.0


@pytest.fixture
def make(redis_client: redis.Redis) -> Callable[[], RedisBreaker]:
    return lambda: RedisBreaker(redis_client, failures=3, reset_seconds=RESET_SECONDS)


@pytest.fixture
def breaker(make: Callable[[], RedisBreaker]) -> RedisBreaker:
    return make()


@pytest.fixture
def nowhere() -> RedisBreaker:
    url = f"redis://{LOOPBACK}:{free_port()}"
    return RedisBreaker(redis_door.connect(url, connections=2, timeout_seconds=0.2), 3, 1)


def fail(breaker: RedisBreaker, times: int = 3, name: str = "m") -> None:
    for _ in range(times):
        breaker.failed(name)


def wait_for_probe(breaker: RedisBreaker) -> None:
    assert wait_until(lambda: breaker.allows("m"), seconds=30)


def test_it_opens_after_so_many_failures_and_not_before(breaker: RedisBreaker) -> None:
    fail(breaker, 2)
    assert breaker.allows("m")

    fail(breaker, 1)
    assert not breaker.allows("m")
    assert breaker.is_open("m")


def test_a_success_between_failures_forgets_them(breaker: RedisBreaker) -> None:
    fail(breaker, 2)
    breaker.succeeded("m")
    fail(breaker, 2)

    assert breaker.allows("m")


def test_other_workers_see_it_open(make: Callable[[], RedisBreaker]) -> None:
    fail(make())

    assert not make().allows("m")


def test_one_model_s_failures_are_not_another_s(breaker: RedisBreaker) -> None:
    fail(breaker)

    assert breaker.allows("other")


def test_one_probe_goes_through_in_each_reset_time(breaker: RedisBreaker) -> None:
    started = time.monotonic()
    fail(breaker)

    wait_for_probe(breaker)
    assert time.monotonic() - started > RESET_SECONDS * 0.9
    assert not any(breaker.allows("m") for _ in range(20))
    breaker.failed("m")
    wait_for_probe(breaker)
    assert time.monotonic() - started > RESET_SECONDS * 1.8


def test_of_many_workers_one_sends_the_probe(make: Callable[[], RedisBreaker]) -> None:
    fail(make())
    gevent.sleep(RESET_SECONDS + 0.05)

    asking = [gevent.spawn(make().allows, "m") for _ in range(30)]
    gevent.joinall(asking, timeout=30)

    assert sum(one.value for one in asking) == 1


def test_a_probe_that_works_closes_it(breaker: RedisBreaker) -> None:
    fail(breaker)
    wait_for_probe(breaker)
    breaker.succeeded("m")

    assert all(breaker.allows("m") for _ in range(5))
    assert not breaker.is_open("m")


def test_opening_and_closing_are_said_once(breaker: RedisBreaker) -> None:
    with capture_logs() as lines:
        fail(breaker, 6)
        breaker.succeeded("m")
        breaker.succeeded("m")

    assert [line["event"] for line in lines] == ["breaker.opened", "breaker.closed"]


def test_without_redis_every_call_may_go(nowhere: RedisBreaker) -> None:
    with capture_logs() as lines:
        nowhere.failed("m")
        nowhere.succeeded("m")
        assert nowhere.allows("m")

    assert [(line["event"], line["error"]) for line in lines] == [
        ("breaker.unwritable", "ConnectionError"),
        ("breaker.unwritable", "ConnectionError"),
        ("breaker.unreadable", "ConnectionError"),
    ]
    with pytest.raises(RedisError):
        nowhere.is_open("m")


def test_garbage_under_its_keys_lets_calls_through(
    breaker: RedisBreaker, redis_client: redis.Redis
) -> None:
    redis_client.set("secretaria:breaker:m:failures", "not a number")
    fail(breaker)

    assert breaker.allows("m")
