"""Rate limits in Redis, atomic and shared.

When Redis is away every message passes, and is counted; sign-ins are then limited in each process.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import redis
import structlog
from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

from secretaria import metrics
from secretaria.adapters.absence import Absence
from secretaria.adapters.redis_client import RedisError, Script

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RedisLimiter:
    """Two limits over the same window: for each contact, and for each failing address."""

    strategy: "_FixedWindow"
    per_number: RateLimitItemPerSecond | None
    per_address: RateLimitItemPerSecond | None
    absence: Absence

    def are_too_fast(self, contacts: Sequence[str]) -> Sequence[bool]:
        """Count a message of each contact, in one round trip; answers who has written too many."""
        limit = self.per_number
        if limit is None:
            return [False] * len(contacts)
        if self.absence.is_recent():
            return _let_through(contacts, "away")
        try:
            return self.strategy.are_over(limit, "number", contacts)
        except RedisError as error:
            self.absence.note(error)
            return _let_through(contacts, type(error).__name__)

    def seconds_to_wait(self, contact: str) -> int:
        """How long a contact who has written too fast has to wait."""
        assert self.per_number is not None  # noqa: S101 - nobody is too fast without
        try:
            return _seconds_until_reset(self.strategy, self.per_number, "number", contact)
        except RedisError:
            return self.per_number.get_expiry()

    def count_address(self, address: str) -> int | None:
        """Count an address's failed verification; answers the seconds to wait if too many."""
        if self.per_address is None:
            return None
        if self.absence.is_recent():
            _note_bypass("away")
            return None
        try:
            if self.strategy.hit(self.per_address, "address", address):
                return None
            return _seconds_until_reset(self.strategy, self.per_address, "address", address)
        except RedisError as error:
            self.absence.note(error)
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
                self.absence.note(error)
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


def _let_through(contacts: Sequence[str], error: str) -> Sequence[bool]:
    _note_bypass(error, requests=len(contacts))
    return [False] * len(contacts)


def _note_bypass(error: str, *, requests: int = 1) -> None:
    metrics.RATE_LIMITER_BYPASSED_TOTAL.inc(requests)
    log.warning("limiter.bypassed", error=error, requests=requests)


class _Storage(RedisStorage):
    """The library's storage over a client of ours."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        super().__init__("redis://", client.connection_pool, key_prefix="secretaria:limit")
        self._counting = Script(client, self.SCRIPT_INCR_EXPIRE)

    def incr_all(self, keys: Sequence[str], expiry: int) -> list[int]:
        """What `incr` does, for many keys in one round trip."""
        return self._counting.run((self.prefixed_key(key), expiry, 1) for key in keys)

    def get_connection(self, readonly: bool = False) -> Any:  # noqa: ARG002, FBT001, FBT002 - the library's signature
        return self._client


class _FixedWindow(FixedWindowRateLimiter):
    """The library's strategy, which counts many in one round trip too."""

    storage: _Storage

    def __init__(self, storage: _Storage) -> None:
        super().__init__(storage)

    def are_over(
        self, limit: RateLimitItemPerSecond, kind: str, subjects: Sequence[str]
    ) -> list[bool]:
        """Count each subject once; answers which of them have gone past the limit."""
        keys = [limit.key_for(kind, subject) for subject in subjects]
        counts = self.storage.incr_all(keys, limit.get_expiry())
        return [count > limit.amount for count in counts]


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
    return RedisLimiter(_FixedWindow(_Storage(client)), number, address, absence)


def sign_in_limits(client: redis.Redis, absence: Absence) -> SignInLimits:
    """The limits of signing in."""
    shared, own = (FixedWindowRateLimiter(it) for it in (_Storage(client), MemoryStorage()))
    return SignInLimits(shared, own, absence)
