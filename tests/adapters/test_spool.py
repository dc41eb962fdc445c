"""The spool on a real Valkey: in order, each message once, nothing forgotten before it is safe."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import redis

from secretaria.adapters.absence import Absence
from secretaria.adapters.redis_client import connect
from secretaria.adapters.spool import RECENT, REFUSED, STREAM, RedisSpool
from secretaria.core.payload import Sender
from secretaria.errors import SpoolUnavailable
from secretaria.models.inbox import Arrival
from secretaria.playground.engines.process import free_port
from secretaria.services.ports import Spooled

ANA = Sender("5511955550101", None, None, "Ana")
BIA = Sender(None, "12345678901234", 7, None)
WRITTEN_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def message(text: str, *, sender: Sender = ANA, key: str | None = None) -> Spooled:
    deduplication_key = key or f"provider:{text}"
    return Spooled(
        sender,
        Arrival("text", text, "c-1", deduplication_key, text, None, None, WRITTEN_AT),
    )


def texts(spool: RedisSpool, limit: int = 100) -> list[str]:
    return [one.spooled.arrival.text for one in spool.oldest(limit) if one.spooled]


@pytest.fixture
def spool(redis_client: redis.Redis) -> RedisSpool:
    return RedisSpool(redis_client, Absence())


@pytest.fixture
def nowhere() -> RedisSpool:
    client = connect(f"redis://127.0.0.1:{free_port()}/0", connections=1, timeout_seconds=0.2)
    return RedisSpool(client, Absence())


def test_what_comes_back_is_what_was_put_with_the_moment_of_its_acceptance(
    spool: RedisSpool,
) -> None:
    put = message('çã "🙂"\n', sender=BIA)
    assert spool.put(put)
    [waiting] = spool.oldest(10)
    assert waiting.spooled is not None
    accepted_at = waiting.spooled.arrival.accepted_at
    assert accepted_at is not None
    assert abs(datetime.now(UTC) - accepted_at) < timedelta(minutes=1)
    assert waiting.spooled.sender == put.sender
    assert waiting.spooled.arrival.text == put.arrival.text
    assert waiting.spooled.arrival.written_at == WRITTEN_AT


def test_they_wait_in_the_order_of_their_acceptance(spool: RedisSpool) -> None:
    assert not spool.is_waiting()
    for number in range(20):
        spool.put(message(str(number)))
    assert spool.is_waiting()
    assert texts(spool) == [str(number) for number in range(20)]
    assert texts(spool, 3) == ["0", "1", "2"]


def test_one_that_waits_already_is_not_put_again_but_the_same_id_of_another_sender_is(
    spool: RedisSpool,
) -> None:
    assert spool.put(message("um", key="provider:A"))
    assert not spool.put(message("dois", key="provider:A"))
    assert spool.put(message("dois", key="provider:A", sender=BIA))
    assert spool.count() == 2


def test_what_was_removed_is_forgotten_and_may_come_again(spool: RedisSpool) -> None:
    for text in ("um", "dois"):
        spool.put(message(text))
    [first, _] = spool.oldest(10)
    for _ in range(2):
        spool.remove(first)
    assert texts(spool) == ["dois"]
    assert spool.put(message("um"))
    for waiting in spool.oldest(10):
        spool.remove(waiting)
    assert not spool.is_waiting()
    assert spool.count() == 0


def test_what_nobody_can_read_is_set_aside_as_it_is(
    spool: RedisSpool, redis_client: redis.Redis
) -> None:
    redis_client.xadd(STREAM, {"message": "{"})
    redis_client.xadd(STREAM, {"something": "else"})
    spool.put(message("um"))
    unreadable = [one for one in spool.oldest(10) if one.spooled is None]
    assert len(unreadable) == 2
    for one in unreadable:
        spool.set_aside(one)
    assert texts(spool) == ["um"]
    assert spool.count() == 1
    assert [fields for _, fields in redis_client.xrange(REFUSED)] == [
        {b"message": b"{"},
        {b"something": b"else"},
    ]
    assert [one.spooled for one in spool.refused()] == [None, None]


def test_without_redis_nothing_waits_and_nothing_is_kept(nowhere: RedisSpool) -> None:
    assert not nowhere.is_waiting()
    assert not nowhere.is_writable()
    for call in (lambda: nowhere.put(message("um")), lambda: nowhere.oldest(1), nowhere.count):
        with pytest.raises(SpoolUnavailable, match="ConnectionError"):
            call()


def test_nobody_waits_a_second_time_for_a_redis_that_was_away_just_now(
    nowhere: RedisSpool,
) -> None:
    assert not nowhere.absence.is_recent()
    nowhere.is_waiting()
    assert nowhere.absence.is_recent()


def test_what_was_put_waits_though_redis_was_away_just_now(spool: RedisSpool) -> None:
    spool.absence.note(redis.ConnectionError())
    assert not spool.is_waiting()
    spool.put(message("oi"))
    assert spool.is_waiting()


def test_a_read_only_replica_cannot_keep_anything(
    spool: RedisSpool, redis_client: redis.Redis
) -> None:
    assert spool.is_writable()
    redis_client.replicaof("127.0.0.1", free_port())
    try:
        assert not spool.is_writable()
        with pytest.raises(SpoolUnavailable, match="ReadOnlyError"):
            spool.put(message("um"))
    finally:
        redis_client.replicaof("NO", "ONE")


def test_a_key_that_lasts_for_a_time_tells_a_repeat_for_that_time_only(
    spool: RedisSpool, redis_client: redis.Redis
) -> None:
    """Also when the first has left the spool meanwhile, and while it waits there still."""
    brief = message("ok", key="request:the-body")
    brief = replace(brief, arrival=replace(brief.arrival, repeat_seconds=60))
    assert spool.put(brief)
    assert not spool.put(brief)
    spool.remove(spool.oldest(1)[0])
    assert not spool.put(brief)
    [recent] = redis_client.keys(f"{RECENT}*")
    assert 0 < redis_client.pttl(recent) <= 60_000
    redis_client.delete(recent)
    assert spool.put(brief)
    redis_client.delete(recent)
    assert spool.put(brief)
    assert texts(spool) == ["ok", "ok"]
