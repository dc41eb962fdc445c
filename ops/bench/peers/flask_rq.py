"""flask-rq: the same job with the tools most people pick, and no durable row.

Flask behind gunicorn's threads, HMAC, JSON, a rate limit in Redis, an RQ job. What it reads from
the environment: SHARED_SECRET, REDIS_URL and RATE_LIMIT_PER_NUMBER, as the service does.
"""

import hmac
import os
import time
from hashlib import sha256
from typing import Any

import redis
from flask import Flask, request
from limits import RateLimitItemPerMinute
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter
from rq import Queue

TOLERANCE_SECONDS = 300
JOB = "ops.bench.peers.turn.answer"

application = Flask(__name__)
secret = os.environ["SHARED_SECRET"].encode()
connection = redis.Redis.from_url(os.environ["REDIS_URL"])
queue = Queue(connection=connection)
storage = RedisStorage(os.environ["REDIS_URL"], connection_pool=connection.connection_pool)
limiter = FixedWindowRateLimiter(storage)
limit = RateLimitItemPerMinute(int(os.environ["RATE_LIMIT_PER_NUMBER"]))


@application.post("/webhook/whaticket")
def webhook() -> tuple[dict[str, Any], int]:
    """Verify, parse, limit, enqueue."""
    body = request.get_data()
    if not is_genuine(body):
        return {"error": "unauthorized"}, 401
    try:
        message = request.get_json()
        number = message["key"]["remoteJid"].partition("@")[0]
        text = message["message"]["conversation"]
    except (KeyError, TypeError, AttributeError):
        return {"error": "invalid"}, 400
    if not limiter.hit(limit, "number", number):
        return {"error": "too_many_requests"}, 429
    queue.enqueue(JOB, number, text, result_ttl=0)
    return {"queued": True}, 202


def is_genuine(body: bytes) -> bool:
    """Whether the request is signed with our secret, and not old."""
    timestamp = request.headers.get("X-Timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    expected = hmac.new(secret, timestamp.encode() + b"." + body, sha256).hexdigest()
    given = request.headers.get("X-Signature", "")
    return hmac.compare_digest(expected.encode(), given.encode())
