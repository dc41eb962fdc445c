"""Rate limits in Redis, atomic and shared; when Redis is away everything passes, and is counted."""

import time
from dataclasses import dataclass
from typing import Any

import redis
import structlog
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter

from secretaria import metrics
from secretaria.adapters.absence import Absence
from secretaria.adapters.redis_client import RedisError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RedisLimiter:
    """Two limits over the same window: for each contact, and for each failing address."""

    strategy: FixedWindowRateLimiter
    per_number: RateLimitItemPerSecond | None
    per_address: RateLimitItemPerSecond | None
    absence: Absence

    def count_number(self, contact: str) -> int | None:
        """Count a contact's message; answers the seconds to wait when there were too many."""
        return self._count(self.per_number, "number", contact)

    def count_address(self, address: str) -> int | None:
        """Count an address's failed verification; answers the seconds to wait, likewise."""
        return self._count(self.per_address, "address", address)

    def _count(self, limit: RateLimitItemPerSecond | None, kind: str, subject: str) -> int | None:
        if limit is None:
            return None
        if self.absence.is_recent():
            _note_bypass("away")
            return None
        try:
            if self.strategy.hit(limit, kind, subject):
                return None
            reset = self.strategy.get_window_stats(limit, kind, subject).reset_time
        except RedisError as error:
            self.absence.note()
            _note_bypass(type(error).__name__)
            return None
        return max(round(reset - time.time()), 1)


def _note_bypass(error: str) -> None:
    metrics.RATE_LIMITER_BYPASSED_TOTAL.inc()
    log.warning("limiter.bypassed", error=error)


class _Storage(RedisStorage):
    """The library's storage over a client of ours."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        super().__init__("redis://", client.connection_pool, key_prefix="secretaria:limit")

    def get_connection(self, readonly: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002 - the library's signature
        return self._client


def limiter(
    client: redis.Redis,
    *,
    per_number: int,
    per_address: int,
    window_seconds: int,
    absence: Absence,
) -> RedisLimiter:
    """Limits of so many in a window of so many seconds; 0 switches one off."""
    number, address = (
        RateLimitItemPerSecond(count, window_seconds) if count else None
        for count in (per_number, per_address)
    )
    return RedisLimiter(FixedWindowRateLimiter(_Storage(client)), number, address, absence)
