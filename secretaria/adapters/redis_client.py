"""Redis' only door: pools with short time limits, and its errors in our words."""

import ssl
from collections.abc import Sequence
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from secretaria.adapters.gathering import Gathering

RedisError = redis.RedisError
LANES = 1
"""How many round trips of one shared client may be under way at once."""
Command = tuple[tuple[Any, ...], dict[str, Any]]


class SharedRedis(redis.Redis):
    """A client whose greenlets share round trips: the commands of one moment go as one pipeline.

    Not for commands that wait for something to happen: all that go with them would wait too. The
    lanes have connections of their own, for which no transaction makes them wait.
    """

    def __init__(self, lanes: redis.ConnectionPool, others: redis.ConnectionPool) -> None:
        super().__init__(connection_pool=others)
        self._lanes = redis.Redis(connection_pool=lanes)
        self._together = Gathering[Command, Any](self._execute_all, LANES)

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send a command, with those of others that are sent just now."""
        return self._together((args, options))

    def _execute_all(self, commands: Sequence[Command]) -> Sequence[Any]:
        with self._lanes.pipeline(transaction=False) as pipeline:
            for args, options in commands:
                pipeline.execute_command(*args, **options)  # type: ignore[no-untyped-call] # redis-py's
            answers: list[Any] = pipeline.execute(raise_on_error=False)
        return answers


def connect(url: str, *, connections: int, timeout_seconds: float) -> redis.Redis:
    """A client with a bounded, blocking pool; nothing connects yet."""
    return redis.Redis(connection_pool=_pool(url, connections, timeout_seconds))


def connect_shared(url: str, *, connections: int, timeout_seconds: float) -> SharedRedis:
    """The same, for a process whose greenlets share round trips; two connections at least."""
    return SharedRedis(
        _pool(url, LANES, timeout_seconds), _pool(url, connections - LANES, timeout_seconds)
    )


def is_untrusted(error: BaseException | None) -> bool:
    """Whether a connection failed because the server's certificate proves nothing."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _pool(url: str, connections: int, timeout_seconds: float) -> redis.ConnectionPool:
    """A pool whose connections have short time limits.

    A connection that a restarted Redis has forgotten is made anew, once and at once; a Redis that
    does not answer in time is not asked again.
    """
    return redis.BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=timeout_seconds,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        health_check_interval=0,
    )
