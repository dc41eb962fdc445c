"""Whaticket's user login: a JWT kept in Redis until shortly before it expires."""

import json
import time
from dataclasses import dataclass

import jwt
import redis
import structlog

from secretaria.adapters import http
from secretaria.adapters.redis_client import RedisError
from secretaria.errors import Permanent, Transient

log = structlog.get_logger(__name__)
KEY = "secretaria:whaticket:jwt"
SPARE_SECONDS = 60
LONGEST_LIFE_SECONDS = 86_400
LIFE_WITHOUT_EXPIRY_SECONDS = 300
LOCK_SECONDS = 20


class LoginRefused(Permanent):
    """Whaticket does not know this e-mail and password."""


@dataclass(frozen=True, slots=True)
class Login:
    """Logs in when it must; workers that find the token missing log in once between them."""

    client: redis.Redis
    base_url: str
    email: str
    password: str

    def token(self, *, timeout_seconds: float) -> str:
        """The current token.

        Raises `LoginRefused`, `NotConnected`, `Unanswered`, or `Transient` for any other answer.
        """
        try:
            return self._cached() or self._log_in_alone(timeout_seconds)
        except RedisError as error:
            log.warning("login.not_cached", error=type(error).__name__)
            return self._log_in(timeout_seconds)

    def forget(self, token: str) -> None:
        """Throw a token away that Whaticket no longer takes, unless it was replaced meanwhile."""
        try:
            if self._cached() == token:
                self.client.delete(KEY)
        except RedisError as error:
            log.warning("login.not_forgotten", error=type(error).__name__)

    def _cached(self) -> str | None:
        cached = self.client.get(KEY)
        return cached.decode() if isinstance(cached, bytes) else None

    def _log_in_alone(self, timeout_seconds: float) -> str:
        lock = self.client.lock(
            f"{KEY}:lock", timeout=LOCK_SECONDS, blocking_timeout=timeout_seconds, sleep=0.05
        )
        if not lock.acquire():
            raise Transient("login_busy")
        try:
            return self._cached() or self._log_in_and_keep(timeout_seconds)
        finally:
            lock.release()

    def _log_in_and_keep(self, timeout_seconds: float) -> str:
        token = self._log_in(timeout_seconds)
        seconds = _life_seconds(token)
        if seconds > 0:
            self.client.set(KEY, token, ex=seconds)
        return token

    def _log_in(self, timeout_seconds: float) -> str:
        answer = http.call(
            "POST",
            f"{self.base_url}/auth/login",
            timeout_seconds=timeout_seconds,
            json={"email": self.email, "password": self.password},
        )
        if answer.status in {400, 401, 403}:
            raise LoginRefused(f"login_{answer.status}")
        token = _token_in(answer)
        log.info("whaticket.logged_in")
        return token


def _token_in(answer: http.Answer) -> str:
    try:
        token = json.loads(answer.body)["token"]
    except (ValueError, KeyError, TypeError):
        token = None
    if answer.status >= 300 or not isinstance(token, str):  # noqa: PLR2004 - the class of success
        raise Transient(f"login_{answer.status}")
    return token


def _life_seconds(token: str) -> int:
    """How long to keep a token: until a minute before its `exp`, which is not verified here."""
    try:
        expires = jwt.decode(token, options={"verify_signature": False}).get("exp")
    except jwt.InvalidTokenError:
        expires = None
    if not isinstance(expires, int | float):
        return LIFE_WITHOUT_EXPIRY_SECONDS
    return min(int(expires - time.time()) - SPARE_SECONDS, LONGEST_LIFE_SECONDS)
