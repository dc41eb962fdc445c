"""The circuit breaker's state in Redis: shared by all workers, apart from the calls it guards."""

from collections.abc import Callable
from dataclasses import dataclass

import redis
import structlog

from secretaria.adapters.redis_client import RedisError

log = structlog.get_logger(__name__)
MEMORY_IN_RESET_TIMES = 10
"""Failures further apart than this many reset times are not "in a row"."""


@dataclass(frozen=True, slots=True)
class RedisBreaker:
    """Closed until enough failures in a row; then one probe in each reset time until one works.

    While Redis is away every call may go: a breaker is a courtesy, not a guarantee.
    """

    client: redis.Redis
    failures: int
    reset_seconds: float

    def allows(self, name: str) -> bool:
        """Whether a call may go; when the breaker is open, for one probe in each reset time."""
        try:
            return not self.is_open(name) or self._take_gate(name)
        except RedisError as error:
            log.warning("breaker.unreadable", error=type(error).__name__)
            return True

    def succeeded(self, name: str) -> None:
        """Close the breaker, and forget the failures."""
        self._write(lambda: self._close(name))

    def failed(self, name: str) -> None:
        """Count a failure; the last one that is allowed opens the breaker."""
        self._write(lambda: self._count(name))

    def is_open(self, name: str) -> bool:
        """Whether the breaker is open; raises `redis.RedisError` while Redis is away."""
        return bool(self.client.exists(_key(name, "open")))

    def _close(self, name: str) -> None:
        pipeline = self.client.pipeline()
        pipeline.delete(_key(name, "open"))
        pipeline.delete(_key(name, "gate"), _key(name, "failures"))
        was_open, _ = pipeline.execute()
        if was_open:
            log.info("breaker.closed", breaker=name)

    def _count(self, name: str) -> None:
        pipeline = self.client.pipeline()
        pipeline.incr(_key(name, "failures"))
        pipeline.expire(
            _key(name, "failures"), round(self.reset_seconds * MEMORY_IN_RESET_TIMES) + 1
        )
        failures, _ = pipeline.execute()
        if failures >= self.failures and self.client.set(_key(name, "open"), 1, nx=True):
            self._take_gate(name)
            log.error("breaker.opened", breaker=name)

    def _take_gate(self, name: str) -> bool:
        milliseconds = max(round(self.reset_seconds * 1000), 1)
        return bool(self.client.set(_key(name, "gate"), 1, nx=True, px=milliseconds))

    def _write(self, change: Callable[[], None]) -> None:
        try:
            change()
        except RedisError as error:
            log.warning("breaker.unwritable", error=type(error).__name__)


def _key(name: str, part: str) -> str:
    return f"secretaria:breaker:{name}:{part}"
