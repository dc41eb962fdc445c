"""What the stores say of the whole installation, for the metrics page."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import redis

from secretaria.adapters.absence import Absence
from secretaria.adapters.breaker import RedisBreaker
from secretaria.adapters.database import Database
from secretaria.adapters.queues import QUEUES, depth
from secretaria.adapters.redis_client import RedisError
from secretaria.adapters.spool import RedisSpool
from secretaria.errors import DatabaseUnavailable, SpoolUnavailable
from secretaria.metrics import Snapshot
from secretaria.models import reports
from secretaria.settings import Settings


def snapshot(settings: Settings, database: Database, client: redis.Redis) -> Callable[[], Snapshot]:
    """A function that reads both stores; it leaves out what a store that is away would say."""
    breaker = RedisBreaker(
        client, settings.llm_breaker_failures, settings.llm_breaker_reset_seconds
    )
    names = [name for name in (settings.gemini_model, settings.gemini_fallback_model) if name]
    spool = RedisSpool(client, Absence())
    nothing = Snapshot(queue_messages={}, unanswered_oldest_seconds=None, breaker_open={})

    def read() -> Snapshot:
        told = replace(nothing, **_read_redis(client, breaker, names, spool), **_read(database))
        return replace(told, listed_messages=told.listed_messages | _refused(spool))

    return read


def _read(database: Database) -> dict[str, Any]:
    try:
        with database.transaction() as session:
            return {
                "unanswered_oldest_seconds": reports.oldest_unanswered_seconds(session) or 0.0,
                "listed_messages": reports.count_listed(session),
            }
    except DatabaseUnavailable:
        return {}


def _refused(spool: RedisSpool) -> dict[tuple[str, str], int]:
    try:
        return {("inbound", "refused"): spool.count_refused()}
    except SpoolUnavailable:
        return {}


def _read_redis(
    client: redis.Redis, breaker: RedisBreaker, names: list[str], spool: RedisSpool
) -> dict[str, Any]:
    try:
        depths = {queue: asdict(depth(client, queue)) for queue in QUEUES}
        return {
            "queue_messages": {
                (queue, state): count
                for queue, states in depths.items()
                for state, count in states.items()
            },
            "breaker_open": {name: breaker.is_open(name) for name in names},
            "spooled_messages": spool.count(),
        }
    except (RedisError, SpoolUnavailable):
        return {}
