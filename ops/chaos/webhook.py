"""One request to the webhook: signed as Whaticket would, sent, and what it was answered."""

import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import requests

from secretaria.core.signature import sign
from secretaria.playground.stack import SHARED_SECRET
from secretaria.playground.wire import json_response

LONGEST_WAIT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request got: `status` is None when no answer came; `at` is when it was sent."""

    status: int | None
    seconds: float
    at: float
    reason: str = ""
    correlation_id: str = ""
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """A request that can be sent more than once."""

    body: bytes
    headers: Mapping[str, str]


def sign_payload(payload: Mapping[str, Any], *, at: float | None = None) -> Signed:
    """Sign a payload as of now, or of another moment."""
    return sign_body(json_response(payload).body, at=at)


def sign_body(body: bytes, *, at: float | None = None) -> Signed:
    """Sign whatever is to be sent."""
    timestamp = str(int(time.time() if at is None else at))
    headers = {
        "Content-Type": "application/json",
        "X-Timestamp": timestamp,
        "X-Signature": sign(SHARED_SECRET, timestamp, body),
    }
    return Signed(body, headers)


def post(url: str, request: Signed, session: requests.Session | None = None) -> Answer:
    """Send one request, on a connection of its own unless a session is given."""
    at, started = time.time(), time.monotonic()
    try:
        with _new_session() if session is None else nullcontext(session) as connected:
            answer = connected.post(
                f"{url}/webhook/whaticket",
                data=request.body,
                headers=dict(request.headers),
                timeout=LONGEST_WAIT_SECONDS,
            )
    except requests.RequestException as error:
        return Answer(None, time.monotonic() - started, at, type(error).__name__)
    seconds = time.monotonic() - started
    return Answer(
        answer.status_code,
        seconds,
        at,
        _reason_of(answer),
        answer.headers.get("X-Correlation-ID", ""),
        answer.headers.get("Retry-After", ""),
    )


def _new_session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy of the machine does not know our loopback
    return session


def _reason_of(answer: requests.Response) -> str:
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        return ""
    told = answer.json()
    return str(told.get("reason") or told.get("error") or "")
