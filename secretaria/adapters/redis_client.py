"""Redis' only door: pools with short time limits, and its errors in our words."""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

RedisError = redis.RedisError


def connect(url: str, *, connections: int, timeout_seconds: float) -> redis.Redis:
    """A client with a bounded, blocking pool; nothing connects yet.

    A connection that a restarted Redis has forgotten is made anew, once and at once; a Redis that
    does not answer in time is not asked again.
    """
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=timeout_seconds,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,)),
        health_check_interval=0,
    )
    return redis.Redis(connection_pool=pool)
