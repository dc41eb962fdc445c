"""Whaticket's user login: a JWT kept in Redis until shortly before it expires."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

import jwt
import redis
import structlog

from secretaria.adapters import http
from secretaria.adapters.redis_client import RedisError
from secretaria.adapters.whaticket.calls import Stopped, Way
from secretaria.core.delivery import Sending

log = structlog.get_logger(__name__)
PREFIX = "secretaria:whaticket:jwt:"
SPARE_SECONDS = 60
LONGEST_LIFE_SECONDS = 86_400
LIFE_WITHOUT_EXPIRY_SECONDS = 300
LOCK_SPARE_SECONDS = 5
_REFUSED = frozenset({400, 401, 403})


class LoginRefused(Stopped):
    """Whaticket does not take this e-mail and password."""


@dataclass(frozen=True, slots=True)
class Login:
    """Logs in when it must; workers that find the token missing log in once between them."""

    client: redis.Redis
    base_url: str
    email: str
    password: str = field(repr=False)

    @property
    def key(self) -> str:
        """Where Redis keeps the token: another Whaticket, or another user, has another."""
        whose = f"{self.base_url}\n{self.email}".encode()
        return PREFIX + sha256(whose).hexdigest()[:16]

    def token(self, *, timeout_seconds: float, refused: str | None = None) -> str:
        """The current token, within the time limit; never the one that Whaticket has `refused`.

        Works without Redis too, but then logs in each time.
        Raises `LoginRefused`, or `Stopped` for whatever else comes between.
        """
        way = Way(self.base_url, time.monotonic() + timeout_seconds)
        try:
            with http.within(timeout_seconds):
                return self._token(way, refused)
        except http.Unanswered as error:
            raise Stopped(Sending("not_arrived", f"login_{error}")) from None

    def log_in(self, *, timeout_seconds: float) -> None:
        """Try e-mail and password now, whatever is cached; raises as `token` does."""
        try:
            with http.within(timeout_seconds):
                self._log_in(Way(self.base_url, time.monotonic() + timeout_seconds))
        except http.Unanswered as error:
            raise Stopped(Sending("not_arrived", f"login_{error}")) from None

    def _token(self, way: Way, refused: str | None) -> str:
        try:
            return self._cached(refused) or self._log_in_alone(way, refused)
        except RedisError as error:
            log.warning("login.not_shared", error=type(error).__name__)
            return self._log_in(way)

    def _cached(self, refused: str | None) -> str | None:
        cached = self.client.get(self.key)
        token = cached.decode() if isinstance(cached, bytes) else None
        return None if token == refused else token

    def _log_in_alone(self, way: Way, refused: str | None) -> str:
        """Log in while the others wait for the token; only what precedes it raises `RedisError`."""
        lock = self.client.lock(
            f"{self.key}:lock",
            timeout=max(way.seconds_left, 0) + LOCK_SPARE_SECONDS,
            blocking_timeout=max(way.seconds_left, 0),
            sleep=0.05,
        )
        if not lock.acquire():
            raise Stopped(Sending("not_arrived", "login_busy"))
        try:
            return self._cached(refused) or self._log_in_and_keep(way)
        finally:
            _try_redis(lock.release)

    def _log_in_and_keep(self, way: Way) -> str:
        token = self._log_in(way)
        seconds = _life_seconds(token)
        if seconds > 0:
            _try_redis(lambda: self.client.set(self.key, token, ex=seconds))
        return token

    def _log_in(self, way: Way) -> str:
        credentials = {"email": self.email, "password": self.password}
        exchange = way.call("login", "POST", "/auth/login", json=credentials)
        sending = exchange.sending
        if sending.http_status in _REFUSED:
            raise LoginRefused(
                Sending("channel_down", f"login_{sending.http_status}", sending.http_status)
            )
        if sending.kind != "sent":
            raise Stopped(sending)
        token = _token_in(exchange.body)
        if token is None:
            raise Stopped(Sending("channel_down", "login_unreadable", sending.http_status))
        log.info("whaticket.logged_in")
        return token


def _try_redis(call: Callable[[], object]) -> None:
    """Tell Redis what the others may profit from; we have our token either way."""
    try:
        call()
    except RedisError as error:
        log.warning("login.not_kept", error=type(error).__name__)


def _token_in(body: str) -> str | None:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    token = document.get("token") if isinstance(document, dict) else None
    return token if isinstance(token, str) and token else None


def _life_seconds(token: str) -> int:
    """How long to keep a token: until a minute before its `exp`, which is not verified here."""
    try:
        expires = jwt.decode(token, options={"verify_signature": False}).get("exp")
    except (jwt.InvalidTokenError, RecursionError):
        expires = None
    if not isinstance(expires, int | float) or not math.isfinite(expires):
        return LIFE_WITHOUT_EXPIRY_SECONDS
    return int(min(expires - time.time() - SPARE_SECONDS, LONGEST_LIFE_SECONDS))
