"""rq-worker: one RQ worker, which does one job after the other.

A `SimpleWorker`, since it starts no process for each job and keeps its connections: the faster of
RQ's own. It reads REDIS_URL, and what its jobs read.
"""

import os

import redis
from rq import Queue, SimpleWorker


def main() -> None:
    """Work until told to stop."""
    connection = redis.Redis.from_url(os.environ["REDIS_URL"])
    SimpleWorker([Queue(connection=connection)], connection=connection).work(
        logging_level="WARNING"
    )


if __name__ == "__main__":
    main()
