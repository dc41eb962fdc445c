"""What the stores say of the whole installation, for the metrics page."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

import redis
from sqlalchemy.orm import Session

from secretaria.adapters import presence, profile_file
from secretaria.adapters.absence import Absence
from secretaria.adapters.breaker import RedisBreaker
from secretaria.adapters.database import Database
from secretaria.adapters.queues import QUEUES, depth
from secretaria.adapters.redis_client import RedisError
from secretaria.adapters.spool import RedisSpool
from secretaria.bootstrap import common
from secretaria.errors import DatabaseUnavailable, Misconfigured, SpoolUnavailable
from secretaria.metrics import Snapshot, Window
from secretaria.models import channel, inbox, recent, reports, usage
from secretaria.models.clock import limit_statements
from secretaria.settings import Settings

READING_SECONDS = 1.5
"""For a statement of PostgreSQL: Prometheus waits ten seconds for a page, by default."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """Reads both stores; leaves out what a store that is away, or too slow, would say."""

    database: Database
    client: redis.Redis
    spool: RedisSpool
    breaker: RedisBreaker
    models: tuple[str, ...]
    timezone: tzinfo | None
    now: Callable[[], datetime]
    tokens_ceiling: int | None

    def __call__(self) -> Snapshot:
        """Ask them now."""
        told = Snapshot(queue_messages={}, unanswered_oldest_seconds=None, breaker_open={})
        is_writable = self._is_writable()
        told = replace(told, **self._queues())
        if is_writable:
            told = replace(told, **self._standing(), recent=self._recent())
        return replace(
            self._with_refused(told),
            tokens_ceiling=self.tokens_ceiling,
            store_up={"database": is_writable, "redis": self.spool.is_writable()},
        )

    def _is_writable(self) -> bool:
        """Whether PostgreSQL takes writes: asked apart, for what follows may take too long."""
        try:
            with self.database.transaction() as session:
                return inbox.is_writable(session)
        except DatabaseUnavailable:
            return False

    def _standing(self) -> dict[str, Any]:
        """What PostgreSQL says of this moment."""
        try:
            with self.database.transaction() as session:
                limit_statements(session, seconds=READING_SECONDS)
                is_paused = channel.is_paused(session)
                return {
                    "unanswered_oldest_seconds": reports.oldest_unanswered_seconds(session) or 0.0,
                    "listed_messages": reports.count_listed(session),
                    "listed_oldest_seconds": reports.listed_seconds(session),
                    "turns_overdue_seconds": reports.overdue_seconds(session),
                    "handed_over_conversations": reports.count_handed_over(session),
                    "channel_paused": is_paused,
                    "channel_paused_seconds": channel.paused_seconds(session) if is_paused else 0.0,
                    "tokens_today": self._tokens(session),
                }
        except DatabaseUnavailable:
            return {}

    def _tokens(self, session: Session) -> int | None:
        if self.timezone is None:
            return None
        return usage.tokens_of(session, self.now().astimezone(self.timezone).date())

    def _recent(self) -> dict[str, Window]:
        """What it says of the last hours; apart, for that looks at more."""
        try:
            with self.database.transaction() as session:
                limit_statements(session, seconds=READING_SECONDS)
                return {
                    name: Window(seen.replies, seen.deliveries, seen.seconds)
                    for name, seen in recent.read(session).items()
                }
        except DatabaseUnavailable:
            return {}

    def _queues(self) -> dict[str, Any]:
        try:
            depths = {queue: asdict(depth(self.client, queue)) for queue in QUEUES}
            return {
                "queue_messages": {
                    (queue, state): count
                    for queue, states in depths.items()
                    for state, count in states.items()
                },
                "breaker_open": {name: self.breaker.is_open(name) for name in self.models},
                "spooled_messages": self.spool.count(),
                "spooled_oldest_seconds": self.spool.oldest_seconds(),
                "workers_alive": len(presence.seen(self.client)),
            }
        except (RedisError, SpoolUnavailable):
            return {}

    def _with_refused(self, told: Snapshot) -> Snapshot:
        """Add what was set aside in Redis to what is listed in PostgreSQL."""
        try:
            count, seconds = self.spool.count_refused(), self.spool.oldest_refused_seconds()
        except SpoolUnavailable:
            return told
        refused = ("inbound", "refused")
        return replace(
            told,
            listed_messages={**told.listed_messages, refused: count},
            listed_oldest_seconds={**told.listed_oldest_seconds, refused: seconds},
        )


def snapshot(settings: Settings, database: Database, client: redis.Redis) -> Inspection:
    """What reads both stores for a web process."""
    names = (settings.gemini_model, settings.gemini_fallback_model)
    return Inspection(
        database=replace(database, timeout_seconds=2 * READING_SECONDS),
        client=client,
        spool=RedisSpool(client, Absence()),
        breaker=RedisBreaker(
            client, settings.llm_breaker_failures, settings.llm_breaker_reset_seconds
        ),
        models=tuple(name for name in names if name),
        timezone=_timezone(settings),
        now=common.clock().now,
        tokens_ceiling=settings.llm_tokens_per_day or None,
    )


def _timezone(settings: Settings) -> tzinfo | None:
    """The business's; None with a profile that stops the worker, and must not stop the web."""
    try:
        return profile_file.load(settings.secretaria_profile).business.timezone
    except Misconfigured:
        return None
