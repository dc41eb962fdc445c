"""Redis' only door: pools with short time limits, and its errors in our words."""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

RedisError = redis.RedisError


def connect(url: str, *, connections: int, timeout_seconds: float) -> redis.Redis:
    """A client with a bounded, blocking pool that never retries by itself; nothing connects yet."""
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=timeout_seconds,
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
    return redis.Redis(connection_pool=pool)
