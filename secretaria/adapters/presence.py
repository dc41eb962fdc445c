"""Which worker processes are alive: each says so in Redis every few seconds."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import redis
import structlog

from secretaria.adapters.redis_client import RedisError

log = structlog.get_logger(__name__)
WORKERS = "secretaria:workers"
FORGOTTEN_AFTER_SECONDS = 15
# Redis' clock alone decides: the workers' hosts need not agree on the time.
_BEAT = """
local now = tonumber(redis.call('TIME')[1])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
"""


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A worker process, and how long ago it said that it is alive."""

    name: str
    seconds_ago: float


@dataclass(frozen=True, slots=True)
class Presence:
    """One worker process's sign of life, as a chore."""

    client: redis.Redis
    name: str

    def __call__(self) -> None:
        """Say that this process is alive; a Redis that is away hears it later."""
        try:
            self.client.eval(_BEAT, 1, WORKERS, self.name, FORGOTTEN_AFTER_SECONDS)
        except RedisError as error:
            log.warning("presence.untold", error=type(error).__name__)

    def leave(self) -> None:
        """Say that this process ends; one that dies is forgotten by itself."""
        with suppress(RedisError):
            self.client.zrem(WORKERS, self.name)


def seen(client: redis.Redis) -> Sequence[WorkerSeen]:
    """The worker processes that are alive, by name; raises `redis.RedisError`."""
    pipeline = client.pipeline(transaction=False)
    pipeline.time()
    pipeline.zrange(WORKERS, 0, -1, withscores=True)
    (now, _), found = pipeline.execute()
    workers = (WorkerSeen(_text(name), max(now - at, 0.0)) for name, at in found)
    return sorted(
        (one for one in workers if one.seconds_ago <= FORGOTTEN_AFTER_SECONDS),
        key=lambda one: one.name,
    )


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
