"""What a scrape is told of the stores, and what it is not told while one of them is away."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gevent
import pytest
import redis
from sqlalchemy import text

from secretaria.adapters import presence
from secretaria.adapters.database import Database
from secretaria.adapters.presence import Presence
from secretaria.adapters.redis_client import connect
from secretaria.adapters.spool import REFUSED, STREAM
from secretaria.bootstrap import inspection
from secretaria.bootstrap.inspection import READING_SECONDS, Inspection
from secretaria.metrics import Snapshot
from secretaria.models.recent import WINDOWS
from secretaria.playground.engines.process import LOOPBACK, free_port
from secretaria.settings import Settings

MakeSettings = Callable[..., Settings]


@pytest.fixture
def inspect(
    make_settings: MakeSettings, database: Database, redis_client: redis.Redis
) -> Callable[..., Inspection]:
    def make(**changed: Any) -> Inspection:
        return inspection.snapshot(make_settings(**changed), database, redis_client)

    return make


def away() -> redis.Redis:
    return connect(f"redis://{LOOPBACK}:{free_port()}", connections=2, timeout_seconds=0.2)


def without_redis(inspected: Inspection) -> Inspection:
    client = away()
    spool, breaker = (
        replace(inspected.spool, client=client),
        replace(inspected.breaker, client=client),
    )
    return replace(inspected, client=client, spool=spool, breaker=breaker)


def test_with_both_stores_nothing_is_left_out(inspect: Callable[..., Inspection]) -> None:
    told = inspect(llm_tokens_per_day=1000, gemini_fallback_model="spare")()
    assert told.store_up == {"database": True, "redis": True}
    assert told.channel_paused is False
    assert set(told.recent) == set(WINDOWS)
    assert set(told.breaker_open) == {"gemini-flash-latest", "spare"}
    assert None not in [getattr(told, name) for name in Snapshot.__slots__]


def test_a_channel_that_is_paused_says_so(
    inspect: Callable[..., Inspection], database: Database
) -> None:
    with database.transaction() as session:
        session.execute(
            text("UPDATE channels SET status = 'paused', paused_at = now() - interval '7 min'")
        )
    told = inspect()()
    assert told.channel_paused
    assert (told.channel_paused_seconds or 0) >= 420


def test_tokens_are_those_of_the_day_of_the_business(
    inspect: Callable[..., Inspection], database: Database
) -> None:
    inspected = inspect()
    with database.transaction() as session:
        session.execute(
            text("INSERT INTO usage_days VALUES (:today, 40, 2), ('2001-01-01', 9, 9)"),
            {"today": inspected.now().astimezone(inspected.timezone).date()},
        )
    assert (inspected().tokens_today, inspected().tokens_ceiling) == (42, None)


def test_a_profile_with_mistakes_takes_away_no_more_than_the_day(
    inspect: Callable[..., Inspection],
) -> None:
    told = inspect(secretaria_profile="/nowhere.toml")()
    assert told.tokens_today is None
    assert told.unanswered_oldest_seconds == 0


def test_workers_and_what_waits_in_redis_are_told_with_their_age(
    inspect: Callable[..., Inspection], redis_client: redis.Redis
) -> None:
    Presence(redis_client, "a:1")()
    now, _ = redis_client.time()
    redis_client.xadd(STREAM, {"key": "k", "message": "m"}, id=f"{(now - 60) * 1000}-0")
    redis_client.xadd(REFUSED, {"key": "k", "message": "m"}, id=f"{(now - 90) * 1000}-0")
    told = inspect()()
    assert told.workers_alive == len(presence.seen(redis_client)) == 1
    assert told.spooled_messages == 1
    assert 60 <= (told.spooled_oldest_seconds or 0) < 90
    assert told.listed_messages["inbound", "refused"] == 1
    assert told.listed_oldest_seconds["inbound", "refused"] >= 90


def test_without_redis_postgresql_is_still_told(inspect: Callable[..., Inspection]) -> None:
    told = without_redis(inspect())()
    assert told.store_up == {"database": True, "redis": False}
    assert told.unanswered_oldest_seconds == 0
    assert set(told.recent) == set(WINDOWS)
    assert told.workers_alive is told.spooled_oldest_seconds is None
    assert told.queue_messages == told.breaker_open == {}
    assert ("inbound", "refused") not in told.listed_messages


def test_without_postgresql_redis_is_still_told(
    inspect: Callable[..., Inspection], database: Database
) -> None:
    inspected = replace(inspect(), database=replace(database, timeout_seconds=0))
    told = inspected()
    assert told.store_up == {"database": False, "redis": True}
    assert told.workers_alive == 0
    assert told.unanswered_oldest_seconds is told.channel_paused is told.tokens_today is None
    assert told.recent == {}
    assert set(told.listed_messages) == {("inbound", "refused")}


def test_a_postgresql_that_is_held_up_does_not_hold_up_the_page(
    inspect: Callable[..., Inspection], database: Database
) -> None:
    inspected = inspect()
    with database.transaction() as session:
        session.execute(text("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE"))
        began = time.monotonic()
        asked = gevent.spawn(inspected)
        told = asked.get(timeout=30)
    assert told.store_up == {"database": True, "redis": True}, "it answers, if not in time"
    assert told.unanswered_oldest_seconds is told.channel_paused is None
    assert told.recent == {}
    assert time.monotonic() - began < 10 * READING_SECONDS
    assert inspected().unanswered_oldest_seconds == 0, "and it is told again when it is back"


def test_a_standby_that_takes_no_writes_is_not_up(
    inspect: Callable[..., Inspection], database: Database
) -> None:
    name = database.engine.url.database
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only TO on'))
        database.engine.dispose()
        try:
            assert inspect()().store_up == {"database": False, "redis": True}
        finally:
            connection.execute(text("SET default_transaction_read_only TO off"))
            connection.execute(text(f'ALTER DATABASE "{name}" RESET default_transaction_read_only'))
    database.engine.dispose()
