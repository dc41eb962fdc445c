"""Whaticket's user login: a JWT kept in Redis until shortly before it expires."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

import redis
import structlog

from secretaria.adapters import http
from secretaria.adapters.redis_client import RedisError
from secretaria.adapters.whaticket.calls import Stopped, Way
from secretaria.adapters.whaticket.place import claims_of, place_of
from secretaria.core.delivery import Sending
from secretaria.core.whaticket import error_of

log = structlog.get_logger(__name__)
PREFIX = "secretaria:whaticket:jwt:"
SPARE_SECONDS = 60
LONGEST_LIFE_SECONDS = 86_400
LIFE_WITHOUT_EXPIRY_SECONDS = 300
LOCK_SPARE_SECONDS = 5
_REFUSED = frozenset({400, 401, 403})
OUT_OF_HOURS = "login_out_of_hours"
"""Forks with working hours for each user refuse a login outside of them, and take it later."""


class LoginRefused(Stopped):
    """Whaticket does not take this e-mail and password, or not at this hour."""


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
        way = self._way(timeout_seconds)
        try:
            with http.within(timeout_seconds):
                return self._token(way, refused)
        except http.Unanswered as error:
            raise Stopped(Sending("not_arrived", f"login_{error}")) from None

    def log_in(self, *, timeout_seconds: float) -> None:
        """Try e-mail and password now, whatever is cached; raises as `token` does."""
        try:
            with http.within(timeout_seconds):
                self._log_in(self._way(timeout_seconds))
        except http.Unanswered as error:
            raise Stopped(Sending("not_arrived", f"login_{error}")) from None

    def user_id(self, *, timeout_seconds: float) -> int | None:
        """The id of our user: as the login answered it, else as the JWT says; raises as `token`.

        None when neither tells.
        """
        token = self.token(timeout_seconds=timeout_seconds)
        kept = _try_redis(lambda: self.client.get(f"{self.key}:user"))
        if isinstance(kept, bytes) and kept.isdigit():
            return int(kept)
        return _id(claims_of(token).get("id"))

    def _way(self, timeout_seconds: float) -> Way:
        return Way(place_of(self.base_url, None).panel, time.monotonic() + timeout_seconds)

    def _token(self, way: Way, refused: str | None) -> str:
        try:
            return self._cached(refused) or self._log_in_alone(way, refused)
        except RedisError as error:
            log.warning("login.not_shared", error=type(error).__name__)
            return self._log_in(way)[0]

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
        token, user_id = self._log_in(way)
        seconds = _life_seconds(token)
        if seconds > 0:
            _try_redis(lambda: self.client.set(self.key, token, ex=seconds))
            if user_id is not None:
                _try_redis(lambda: self.client.set(f"{self.key}:user", user_id, ex=seconds))
        return token

    def _log_in(self, way: Way) -> tuple[str, int | None]:
        """A new token, and the user's id where the answer has it."""
        credentials = {"email": self.email, "password": self.password}
        exchange = way.call("login", "POST", "/auth/login", json=credentials)
        sending = exchange.sending
        if sending.http_status in _REFUSED:
            raise LoginRefused(_refusal(exchange.body, sending.http_status))
        if sending.kind != "sent":
            raise Stopped(sending)
        session = _session_in(exchange.body)
        if session is None:
            raise Stopped(Sending("channel_down", "login_unreadable", sending.http_status))
        log.info("whaticket.logged_in")
        return session


def _refusal(body: str, status: int | None) -> Sending:
    is_out_of_hours = "OUT_OF_HOURS" in error_of(body)
    return Sending("channel_down", OUT_OF_HOURS if is_out_of_hours else f"login_{status}", status)


def _try_redis(call: Callable[[], object]) -> object:
    """Tell Redis what the others may profit from; we have our token either way."""
    try:
        return call()
    except RedisError as error:
        log.warning("login.not_kept", error=type(error).__name__)
        return None


def _session_in(body: str) -> tuple[str, int | None] | None:
    """The token, and the user's id: in `user` in most forks, as `userId` in izing."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    token = document.get("token") if isinstance(document, dict) else None
    if not isinstance(token, str) or not token:
        return None
    user = document.get("user")
    return token, _id(user.get("id") if isinstance(user, dict) else document.get("userId"))


def _id(value: object) -> int | None:
    """A row's id; izing's JWT has it as digits."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _life_seconds(token: str) -> int:
    """How long to keep a token: until a minute before its `exp`, which is not verified here."""
    expires = claims_of(token).get("exp")
    if not isinstance(expires, int | float) or not math.isfinite(expires):
        return LIFE_WITHOUT_EXPIRY_SECONDS
    return int(min(expires - time.time() - SPARE_SECONDS, LONGEST_LIFE_SECONDS))
