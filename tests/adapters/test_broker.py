"""Wake-ups in real Valkey: whoever waits for one is told, and still asks when nobody tells."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest
import redis
from dramatiq import Message
from dramatiq.common import current_millis

from secretaria.adapters import bell
from secretaria.adapters.absence import Absence
from secretaria.adapters.bell import DELIVER, DramatiqBell
from secretaria.adapters.broker import Ring, TellingBroker
from secretaria.adapters.redis_client import connect
from secretaria.playground.engines import Engines
from secretaria.playground.engines.process import wait_until
from secretaria.services.ports import WakeUp

FOR_EVER_MILLISECONDS = 3_600_000
"""Whoever waits so long by himself has been told."""


def broker_of(engines: Engines) -> TellingBroker:
    return bell.broker(connect(engines.valkey.url, connections=10, timeout_seconds=5))


@pytest.fixture
def consuming(
    engines: Engines,
    redis_client: redis.Redis,  # noqa: ARG001 - emptied
) -> Iterator[Callable[..., list[Any]]]:
    """Take messages off a queue in the background; answers the list of those that have come."""
    consumers: list[gevent.Greenlet] = []

    def consume(
        broker: TellingBroker | None = None,
        *,
        queue: str = DELIVER,
        prefetch: int = 10,
        timeout: int = FOR_EVER_MILLISECONDS,
    ) -> list[Any]:
        taken: list[Any] = []
        mine = broker or broker_of(engines)
        consumer = mine.consume(queue, prefetch=prefetch, timeout=timeout)
        consumers.append(gevent.spawn(_collect, consumer, taken))
        assert wait_until(lambda: mine.subscription.is_listening, seconds=10)
        return taken

    yield consume
    gevent.killall(consumers)


def _collect(consumer: Any, taken: list[Any]) -> None:
    for message in consumer:
        taken.append(message)  # noqa: PERF402 - it never ends: the list is read meanwhile


def messages(taken: list[Any]) -> list[Any]:
    return [one for one in taken if one is not None]


def test_a_waiting_consumer_is_told_of_a_message(
    engines: Engines, consuming: Callable[..., list[Any]]
) -> None:
    taken = consuming()
    assert wait_until(lambda: taken.count(None) >= 1, seconds=10), "it has looked in vain"
    DramatiqBell(broker_of(engines)).ring_deliver(7)
    assert wait_until(lambda: [one.args for one in messages(taken)] == [(7,)], seconds=10)


def test_each_queue_is_told_of_its_own_messages_alone(
    engines: Engines, consuming: Callable[..., list[Any]]
) -> None:
    replies, turns = consuming(), consuming(queue=bell.CONVERSE)
    DramatiqBell(broker_of(engines)).ring_deliver(7)
    assert wait_until(lambda: bool(messages(replies)), seconds=10)
    assert messages(turns) == []


def test_a_message_that_is_given_back_is_told_of(
    engines: Engines, consuming: Callable[..., list[Any]]
) -> None:
    leaving = broker_of(engines).consume(DELIVER, prefetch=1, timeout=100)
    DramatiqBell(broker_of(engines)).ring_deliver(7)
    [message] = [one for one in (next(leaving), next(leaving)) if one is not None][:1]
    taken = consuming()
    assert messages(taken) == []
    leaving.requeue([message])
    assert wait_until(lambda: [one.args for one in messages(taken)] == [(7,)], seconds=10)


def test_a_delayed_message_is_looked_after_when_it_is_due(
    engines: Engines, consuming: Callable[..., list[Any]]
) -> None:
    taken = consuming(queue=f"{DELIVER}.DQ")
    DramatiqBell(broker_of(engines)).ring_deliver(7, delay_seconds=1.0)
    assert wait_until(lambda: bool(messages(taken)), seconds=10)
    [message] = messages(taken)
    looks = len(taken)
    assert wait_until(lambda: len(taken) > looks, seconds=10)
    assert current_millis() >= message.options["eta"]


def test_a_consumer_that_nobody_tells_asks_by_itself(
    redis_client: redis.Redis, consuming: Callable[..., list[Any]]
) -> None:
    taken = consuming(timeout=200)
    message = Message[None](
        queue_name=DELIVER, actor_name=DELIVER, args=(7,), kwargs={}, options={}
    ).copy(options={"redis_message_id": "one"})
    redis_client.hset(f"dramatiq:{DELIVER}.msgs", "one", message.encode())
    redis_client.rpush(f"dramatiq:{DELIVER}", "one")
    assert wait_until(lambda: bool(messages(taken)), seconds=10)


def test_who_listened_on_a_lost_connection_listens_again_and_misses_nothing(
    engines: Engines, redis_client: redis.Redis, consuming: Callable[..., list[Any]]
) -> None:
    broker = broker_of(engines)
    taken = consuming(broker)
    redis_client.client_kill_filter(_type="pubsub")
    ringer = DramatiqBell(broker_of(engines))
    ringer.ring_deliver(7)
    assert wait_until(lambda: len(messages(taken)) == 1, seconds=10)
    assert wait_until(lambda: broker.subscription.is_listening, seconds=10)
    ringer.ring_deliver(8)
    assert wait_until(lambda: len(messages(taken)) == 2, seconds=10)


@pytest.mark.usefixtures("redis_client")
def test_a_consumer_with_all_it_may_hold_looks_again_when_there_is_room(engines: Engines) -> None:
    broker = broker_of(engines)
    consumer = broker.consume(DELIVER, prefetch=1, timeout=FOR_EVER_MILLISECONDS)
    assert wait_until(lambda: broker.subscription.is_listening, seconds=10)
    ringer = DramatiqBell(broker_of(engines))
    ringer.ring_deliver(7)
    ringer.ring_deliver(8)
    first = _next(consumer)
    assert next(consumer) is None
    consumer.ack(first)
    assert _next(consumer).args == (8,)


def test_a_message_is_enqueued_although_nobody_may_be_told(
    engines: Engines, redis_client: redis.Redis, consuming: Callable[..., list[Any]]
) -> None:
    redis_client.acl_setuser(
        "mute", enabled=True, nopass=True, keys=["*"], commands=["+@all"], reset_channels=True
    )
    url = engines.valkey.url.replace("redis://", "redis://mute:any@")
    try:
        mute = bell.broker(connect(url, connections=3, timeout_seconds=5))
        assert DramatiqBell(mute).ring_deliver(7)
        taken = consuming(timeout=200)
        assert wait_until(lambda: bool(messages(taken)), seconds=10)
    finally:
        redis_client.acl_deluser("mute")


@pytest.mark.usefixtures("redis_client")
def test_what_is_rung_is_what_dramatiq_itself_would_have_enqueued(engines: Engines) -> None:
    broker = broker_of(engines)
    consumer = broker.consume(DELIVER, prefetch=2, timeout=FOR_EVER_MILLISECONDS)
    broker.ring([Ring(DELIVER, 7, None)])
    broker.enqueue(
        Message(queue_name=DELIVER, actor_name=DELIVER, args=(7,), kwargs={}, options={})
    )
    ours, theirs = (_next(consumer).asdict() for _ in range(2))
    for of_its_own in ("message_id", "message_timestamp"):
        assert type(ours.pop(of_its_own)) is type(theirs.pop(of_its_own))
    assert ours.pop("options").keys() == theirs.pop("options").keys()
    assert ours == theirs


@pytest.mark.usefixtures("redis_client")
def test_many_are_woken_at_once(engines: Engines, consuming: Callable[..., list[Any]]) -> None:
    taken = consuming(queue=bell.CONVERSE)
    waking = [WakeUp(conversation, 0.0) for conversation in range(8)]
    assert DramatiqBell(broker_of(engines)).wake_all(waking) == [True] * 8
    assert wait_until(lambda: len(messages(taken)) == 8, seconds=10)
    assert sorted(one.args[0] for one in messages(taken)) == list(range(8))


def test_a_redis_that_takes_nothing_is_not_away(
    engines: Engines, redis_client: redis.Redis
) -> None:
    absence = Absence()
    full = DramatiqBell(broker_of(engines), absence)
    limit = redis_client.config_get("maxmemory")["maxmemory"]
    redis_client.config_set("maxmemory", 1)
    try:
        assert full.wake_all([WakeUp(7, 0.0)]) == [False]
    finally:
        redis_client.config_set("maxmemory", limit)
    assert not absence.is_recent()
    assert full.ring_deliver(7)


def _next(consumer: Any) -> Any:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        message = next(consumer)
        if message is not None:
            return message
    raise AssertionError("nothing came")
