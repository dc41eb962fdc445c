"""How deep the queues are, read exactly from Dramatiq's keys in Redis."""

from dataclasses import dataclass

import redis

from secretaria.adapters.bell import CONVERSE, DELIVER, SETTLE, TEND

QUEUES = (CONVERSE, DELIVER, SETTLE, TEND)
NAMESPACE = "dramatiq"


@dataclass(frozen=True, slots=True)
class Depth:
    """How many wake-ups of a queue are where."""

    waiting: int
    in_flight: int
    delayed: int
    dead: int


def depth(client: redis.Redis, queue: str) -> Depth:
    """Count a queue's wake-ups; raises `redis.RedisError` while Redis is away.

    Dramatiq keeps the ids that wait in a list and the bodies of all that are not done in a hash;
    the delayed ones have a queue of their own (`.DQ`), where their bodies stay while a worker holds
    them until they are due; the dead ones a sorted set (`.XQ`).
    """
    pipeline = client.pipeline()  # all at one moment: what moves on meanwhile is not counted twice
    pipeline.llen(f"{NAMESPACE}:{queue}")
    pipeline.hlen(f"{NAMESPACE}:{queue}.msgs")
    pipeline.hlen(f"{NAMESPACE}:{queue}.DQ.msgs")
    pipeline.zcard(f"{NAMESPACE}:{queue}.XQ")
    waiting, open_, delayed, dead = pipeline.execute()
    return Depth(waiting, max(open_ - waiting, 0), delayed, dead)
