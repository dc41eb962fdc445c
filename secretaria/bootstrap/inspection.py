"""What the stores say of the whole installation, for the metrics page."""

from collections.abc import Callable
from dataclasses import asdict

import redis

from secretaria.adapters.breaker import RedisBreaker
from secretaria.adapters.database import Database
from secretaria.adapters.queues import QUEUES, depth
from secretaria.adapters.redis_client import RedisError
from secretaria.errors import DatabaseUnavailable
from secretaria.metrics import Snapshot
from secretaria.models import reports
from secretaria.settings import Settings


def snapshot(settings: Settings, database: Database, client: redis.Redis) -> Callable[[], Snapshot]:
    """A function that reads both stores; it leaves out what a store that is away would say."""
    breaker = RedisBreaker(
        client, settings.llm_breaker_failures, settings.llm_breaker_reset_seconds
    )
    names = [name for name in (settings.gemini_model, settings.gemini_fallback_model) if name]

    def read() -> Snapshot:
        depths, is_open = _read_redis(client, breaker, names)
        return Snapshot(
            queue_messages=depths,
            unanswered_oldest_seconds=_read_database(database),
            breaker_open=is_open,
        )

    return read


def _read_database(database: Database) -> float | None:
    try:
        with database.transaction() as session:
            return reports.oldest_unanswered_seconds(session) or 0.0
    except DatabaseUnavailable:
        return None


def _read_redis(
    client: redis.Redis, breaker: RedisBreaker, names: list[str]
) -> tuple[dict[tuple[str, str], int], dict[str, bool]]:
    try:
        depths = {queue: asdict(depth(client, queue)) for queue in QUEUES}
        is_open = {name: breaker.is_open(name) for name in names}
    except RedisError:
        return {}, {}
    flat = {
        (queue, state): count for queue, states in depths.items() for state, count in states.items()
    }
    return flat, is_open
