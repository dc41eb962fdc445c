"""Who is alive says so in Redis, by the clock of Redis alone."""

import redis

from secretaria.adapters import presence
from secretaria.adapters import redis_client as redis_door
from secretaria.adapters.presence import FORGOTTEN_AFTER_SECONDS, WORKERS, Presence
from secretaria.playground.engines.process import LOOPBACK, free_port


def names(client: redis.Redis) -> list[str]:
    return [one.name for one in presence.seen(client)]


def silence(client: redis.Redis, name: str, *, seconds: int) -> None:
    now, _ = client.time()
    client.zadd(WORKERS, {name: now - seconds})


def test_workers_that_tell_are_seen_until_they_leave(redis_client: redis.Redis) -> None:
    first, second = Presence(redis_client, "a:1"), Presence(redis_client, "b:2")
    first()
    second()
    second()
    assert names(redis_client) == ["a:1", "b:2"]
    assert all(
        0 <= one.seconds_ago <= FORGOTTEN_AFTER_SECONDS for one in presence.seen(redis_client)
    )
    first.leave()
    assert names(redis_client) == ["b:2"]


def test_a_worker_that_died_is_not_seen_and_then_forgotten(redis_client: redis.Redis) -> None:
    silence(redis_client, "dead:1", seconds=FORGOTTEN_AFTER_SECONDS + 1)
    assert names(redis_client) == []
    Presence(redis_client, "b:2")()
    assert redis_client.zcard(WORKERS) == 1


def test_a_redis_that_is_away_harms_nobody() -> None:
    url = f"redis://{LOOPBACK}:{free_port()}"
    alone = Presence(redis_door.connect(url, connections=1, timeout_seconds=0.2), "a:1")
    alone()
    alone.leave()
