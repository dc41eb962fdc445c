"""Rate limits in Redis, atomic and shared.

When Redis is away every message passes, and is counted; sign-ins are then limited in each process.
"""

import time
from dataclasses import dataclass
from typing import Any

import redis
import structlog
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
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
            return _seconds_until_reset(self.strategy, limit, kind, subject)
        except RedisError as error:
            self.absence.note()
            _note_bypass(type(error).__name__)
            return None


SIGN_IN_WINDOW_SECONDS = 900
SIGN_INS_OF_ADDRESS = RateLimitItemPerSecond(10, SIGN_IN_WINDOW_SECONDS)
SIGN_INS_IN_ALL = RateLimitItemPerSecond(100, SIGN_IN_WINDOW_SECONDS)
"""Whoever has many addresses has no more guesses than this."""


@dataclass(frozen=True, slots=True)
class SignInLimits:
    """For each address and for all together."""

    shared: FixedWindowRateLimiter
    own: FixedWindowRateLimiter
    absence: Absence

    def count(self, address: str) -> int | None:
        """Count an attempt; answers the seconds to wait when there were too many."""
        if not self.absence.is_recent():
            try:
                return _count_sign_in(self.shared, address)
            except RedisError as error:
                self.absence.note()
                log.warning("limiter.on_its_own", error=type(error).__name__)
        return _count_sign_in(self.own, address)


def _count_sign_in(strategy: FixedWindowRateLimiter, address: str) -> int | None:
    """An address that is limited already does not use up what is left for the others."""
    for limit, *subject in (
        (SIGN_INS_OF_ADDRESS, "sign_in", address),
        (SIGN_INS_IN_ALL, "sign_ins", "all"),
    ):
        if not strategy.hit(limit, *subject):
            return _seconds_until_reset(strategy, limit, *subject)
    return None


def _seconds_until_reset(
    strategy: FixedWindowRateLimiter, limit: RateLimitItemPerSecond, *subject: str
) -> int:
    reset = strategy.get_window_stats(limit, *subject).reset_time
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


def sign_in_limits(client: redis.Redis, absence: Absence) -> SignInLimits:
    """The limits of signing in."""
    shared, own = (FixedWindowRateLimiter(it) for it in (_Storage(client), MemoryStorage()))
    return SignInLimits(shared, own, absence)
