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


def snapshot(
    settings: Settings, database: Database, client: redis.Redis
) -> Callable[[], Snapshot | None]:
    """A function that reads both stores; it answers None while one of them is away."""
    breaker = RedisBreaker(
        client, settings.llm_breaker_failures, settings.llm_breaker_reset_seconds
    )
    names = [name for name in (settings.gemini_model, settings.gemini_fallback_model) if name]

    def read() -> Snapshot | None:
        try:
            with database.transaction() as session:
                oldest = reports.oldest_unanswered_seconds(session)
            depths = {queue: asdict(depth(client, queue)) for queue in QUEUES}
            is_open = {name: breaker.is_open(name) for name in names}
        except (DatabaseUnavailable, RedisError):
            return None
        return Snapshot(
            queue_messages={
                (queue, state): count
                for queue, states in depths.items()
                for state, count in states.items()
            },
            unanswered_oldest_seconds=oldest or 0.0,
            breaker_open=is_open,
        )

    return read
