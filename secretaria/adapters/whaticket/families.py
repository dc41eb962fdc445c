"""Which family of fork a Whaticket belongs to: as configured, or as it shows itself."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

import redis
import structlog

from secretaria.adapters.redis_client import RedisError
from secretaria.adapters.whaticket.calls import Way
from secretaria.adapters.whaticket.place import Place
from secretaria.adapters.whaticket.probes import family_of, family_shown_by
from secretaria.core.family import USUAL, Family, family_named

log = structlog.get_logger(__name__)
PREFIX = "secretaria:whaticket:family:"
REMEMBERED_SECONDS = 86_400
PAUSE_SECONDS = 30.0
"""How long after probes that failed it is not tried again."""
PROBES_SHARE = 0.3
"""Of a send's time limit, what finding out may take."""


@dataclass(slots=True)
class Families:
    """Finds a Whaticket's family once a day, for all workers, and never stands in a send's way.

    `chosen`: the configured family, None to find it out. Without Redis each process finds out.
    """

    place: Place
    client: redis.Redis | None = None
    chosen: Family | None = None
    _known: Family | None = None
    _known_until: float = 0.0
    _pause_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def key(self) -> str:
        """Where Redis keeps the name: another Whaticket has another."""
        whose = f"{self.place.panel}\n{self.place.api_id}".encode()
        return PREFIX + sha256(whose).hexdigest()[:16]

    def current(self, *, timeout_seconds: float) -> Family:
        """The family, found out within its share of the time limit; the usual one if that fails."""
        return self.chosen or self._remembered() or self._found(timeout_seconds) or USUAL

    def learn(self, body: str) -> None:
        """Correct what was found by the words with which a send was answered."""
        shown = family_shown_by(body)
        if self.chosen is None and shown is not None and shown != self._remembered():
            self._remember(shown)

    def _remembered(self) -> Family | None:
        return self._known if time.monotonic() < self._known_until else None

    def _found(self, timeout_seconds: float) -> Family | None:
        """Ask Redis, then the server; those who come meanwhile wait, but not for long."""
        share = timeout_seconds * PROBES_SHARE
        if not self._lock.acquire(timeout=max(share, 0)):
            return None
        try:
            return self._remembered() or self._look(share)
        finally:
            self._lock.release()

    def _look(self, share_seconds: float) -> Family | None:
        kept = self._kept()
        if kept is not None:
            return self._keep_here(kept)
        if time.monotonic() < self._pause_until:
            return None
        way = Way(self.place.panel, time.monotonic() + share_seconds)
        found = family_of(way, self.place)
        if found is None:
            self._pause_until = time.monotonic() + PAUSE_SECONDS
            log.info("family.not_found")
            return None
        self._remember(found)
        return found

    def _remember(self, family: Family) -> None:
        log.info("family.found", family=family.name)
        self._keep_here(family)
        client = self.client
        if client is not None:
            _courteously(lambda: client.set(self.key, family.name, ex=REMEMBERED_SECONDS))

    def _keep_here(self, family: Family) -> Family:
        self._known, self._known_until = family, time.monotonic() + REMEMBERED_SECONDS
        return family

    def _kept(self) -> Family | None:
        client = self.client
        kept = _courteously(lambda: client.get(self.key)) if client is not None else None
        return family_named(kept.decode("utf-8", "replace")) if isinstance(kept, bytes) else None


def _courteously(call: Callable[[], object]) -> object:
    """Call Redis, which may be away: then nothing is remembered for the others."""
    try:
        return call()
    except RedisError as error:
        log.warning("family.not_shared", error=type(error).__name__)
        return None
