"""What every kind of process is wired with."""

import platform
import random
import secrets
import time
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version

import redis
import structlog

from secretaria.adapters import database, profile_file
from secretaria.adapters.database import Database
from secretaria.adapters.redis_client import connect
from secretaria.bootstrap import connections
from secretaria.core.profile import Profile
from secretaria.metrics import Build
from secretaria.services.name_contact import NameContact
from secretaria.services.overhear import Overhear
from secretaria.services.ports import Bell, Clock
from secretaria.services.settle import Settle
from secretaria.services.store import Burst, Store
from secretaria.settings import Settings, reveal

log = structlog.get_logger(__name__)
WEB_DATABASE_SECONDS = 4.0
WORKER_DATABASE_SECONDS = 20.0
"""Hundreds of turns that begin at once wait for one of a few connections: that is no fault."""
COMMAND_DATABASE_SECONDS = 10.0
WEB_REDIS_SECONDS = 0.3
WORKER_REDIS_SECONDS = 5.0
COMMAND_REDIS_SECONDS = 3.0
COURTESY_REDIS_SECONDS = 1.0
"""For memory and breaker, which a turn can do without: a hanging Redis must not eat its budget."""


def clock() -> Clock:
    """The real clock and real chance."""
    return Clock(
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        sleep=time.sleep,
        chance=random.random,
        token=lambda: secrets.token_hex(16),
    )


def build(settings: Settings) -> Build:
    """Which build of the program this is; a revision that nobody told is "unknown"."""
    return Build(
        version=version("secretaria"),
        revision=settings.revision or "unknown",
        python=platform.python_version(),
    )


def web_database(settings: Settings) -> Database:
    """A pool for a process that answers customers' webhooks: small and impatient."""
    return database.connect(
        settings.database_url.get_secret_value(),
        pool_size=connections.database(settings)["web"].size,
        timeout_seconds=WEB_DATABASE_SECONDS,
        name="secretaria-web",
    )


def worker_database(settings: Settings, *, is_alone: bool = False) -> Database:
    """A pool for a process that works in the background, or for the child that tries a turn."""
    whose = "alone" if is_alone else "worker"
    return database.connect(
        settings.database_url.get_secret_value(),
        pool_size=connections.database(settings)[whose].size,
        timeout_seconds=WORKER_DATABASE_SECONDS,
        name=f"secretaria-{whose}",
    )


def command_database(settings: Settings, *, name: str) -> Database:
    """A pool for a command, which does one thing after the other."""
    return database.connect(
        settings.database_url.get_secret_value(),
        pool_size=connections.database(settings)["command"].size,
        timeout_seconds=COMMAND_DATABASE_SECONDS,
        name=f"secretaria-{name}",
    )


def command_redis(settings: Settings) -> redis.Redis:
    """Redis for a command: all that it does there shares a pool."""
    return _command_redis(settings.redis_address(), connections.redis(settings)["command"].size)


@cache
def _command_redis(address: str, size: int) -> redis.Redis:
    return connect(address, connections=size, timeout_seconds=COMMAND_REDIS_SECONDS)


def profile(settings: Settings) -> Profile:
    """The owner's profile; raises `Misconfigured`."""
    if settings.secretaria_profile is None:
        log.warning("profile.example_in_use")
    return profile_file.load(settings.secretaria_profile)


def name_contact(settings: Settings, database: Database) -> NameContact:
    """Contacts' names in the logs."""
    return NameContact(database, reveal(settings.privacy_key))


def store(settings: Settings, database: Database) -> Store:
    """The storing of messages, as they are accepted and as they are imported."""
    burst = Burst(settings.burst_window_seconds, settings.burst_max_seconds)
    return Store(
        burst, name_contact(settings, database), clock().now, settings.human_takeover_hours
    )


def overhear(settings: Settings, database: Database, ringer: Bell) -> Overhear:
    """What others than the customer say and do, as it comes and as it is imported."""
    return Overhear(Settle(database, ringer), settings.human_takeover_hours)
