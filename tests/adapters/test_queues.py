"""The depth of a queue, on the real broker: wherever a wake-up is, it is counted there, once."""

from collections.abc import Iterator

import pytest
import redis
from dramatiq import Worker, actor

from secretaria.adapters import bell
from secretaria.adapters.bell import CONVERSE, DELIVER, DramatiqBell
from secretaria.adapters.broker import TellingBroker
from secretaria.adapters.queues import QUEUES, Depth, depth
from secretaria.adapters.redis_client import connect
from secretaria.playground.engines import Engines
from secretaria.playground.engines.process import wait_until

NOTHING = Depth(0, 0, 0, 0)


@pytest.fixture
def broker(engines: Engines, redis_client: redis.Redis) -> TellingBroker:  # noqa: ARG001 - emptied
    return bell.broker(connect(engines.valkey.url, connections=10, timeout_seconds=5))


@pytest.fixture
def worker(broker: TellingBroker) -> Iterator[Worker]:
    """A worker that does nothing with what it takes, for nobody has told it what to do."""
    made = Worker(broker, worker_threads=1, worker_timeout=50)
    yield made
    made.stop()


def test_an_empty_redis_has_no_wake_ups(redis_client: redis.Redis) -> None:
    assert [depth(redis_client, queue) for queue in QUEUES] == [NOTHING] * len(QUEUES)


def test_what_nobody_has_taken_waits(redis_client: redis.Redis, broker: TellingBroker) -> None:
    for reply_id in range(3):
        DramatiqBell(broker).ring_deliver(reply_id)
    assert depth(redis_client, DELIVER) == Depth(3, 0, 0, 0)
    assert depth(redis_client, CONVERSE) == NOTHING


def test_what_is_taken_is_in_flight_until_it_is_done(
    redis_client: redis.Redis, broker: TellingBroker
) -> None:
    for reply_id in range(3):
        DramatiqBell(broker).ring_deliver(reply_id)
    consumer = broker.consume(DELIVER, prefetch=2, timeout=100)
    first, second = next(consumer), next(consumer)
    assert depth(redis_client, DELIVER) == Depth(1, 2, 0, 0)
    consumer.ack(first)
    assert depth(redis_client, DELIVER) == Depth(1, 1, 0, 0)
    consumer.nack(second)
    assert depth(redis_client, DELIVER) == Depth(1, 0, 0, 1)
    consumer.requeue([])
    assert depth(redis_client, DELIVER) == Depth(1, 0, 0, 1)


def test_what_a_worker_gives_back_waits_again(
    redis_client: redis.Redis, broker: TellingBroker
) -> None:
    DramatiqBell(broker).ring_deliver(7)
    consumer = broker.consume(DELIVER, prefetch=1, timeout=100)
    taken = next(consumer)
    consumer.requeue([taken])
    assert depth(redis_client, DELIVER) == Depth(1, 0, 0, 0)


def test_what_is_delayed_counts_also_while_a_worker_holds_it_in_its_memory(
    redis_client: redis.Redis, broker: TellingBroker, worker: Worker
) -> None:
    bell_ = DramatiqBell(broker)
    for reply_id in range(3):
        bell_.ring_deliver(reply_id, delay_seconds=3_600)
    assert depth(redis_client, DELIVER) == Depth(0, 0, 3, 0)

    @actor(actor_name="deliver", queue_name=DELIVER, broker=broker)
    def deliver(reply_id: int) -> None:
        """Never called."""

    worker.start()
    delayed = f"dramatiq:{DELIVER}.DQ"
    assert wait_until(lambda: redis_client.llen(delayed) == 0, seconds=10), "all are taken"
    assert depth(redis_client, DELIVER) == Depth(0, 0, 3, 0)


def test_what_was_delayed_and_is_done_is_nowhere_any_more(
    redis_client: redis.Redis, broker: TellingBroker, worker: Worker
) -> None:
    done = []

    @actor(actor_name="deliver", queue_name=DELIVER, broker=broker)
    def deliver(reply_id: int) -> None:
        done.append(reply_id)

    DramatiqBell(broker).ring_deliver(7, delay_seconds=0.05)
    worker.start()
    assert wait_until(lambda: done == [7], seconds=10)
    assert wait_until(lambda: depth(redis_client, DELIVER) == NOTHING, seconds=10)


def test_a_redis_that_is_away_says_so(redis_client: redis.Redis) -> None:
    url = redis_client.connection_pool.connection_kwargs
    away = redis.Redis(host=url["host"], port=1, retry=None)
    with pytest.raises(redis.RedisError):
        depth(away, DELIVER)
