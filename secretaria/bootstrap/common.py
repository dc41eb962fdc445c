"""What every kind of process is wired with, and how many connections each may open."""

import platform
import random
import secrets
import time
from datetime import UTC, datetime
from importlib.metadata import version

import structlog

from secretaria.adapters import database, profile_file
from secretaria.adapters.database import Database
from secretaria.core.profile import Profile
from secretaria.metrics import Build
from secretaria.services.name_contact import NameContact
from secretaria.services.overhear import Overhear
from secretaria.services.ports import Bell, Clock
from secretaria.services.settle import Settle
from secretaria.services.store import Burst, Store
from secretaria.settings import Settings, reveal

log = structlog.get_logger(__name__)
WEB_DATABASE_CONNECTIONS = 5
WORKER_DATABASE_CONNECTIONS = 8
WEB_REDIS_CONNECTIONS = 10
WORKER_REDIS_CONNECTIONS = 30
WEB_DATABASE_SECONDS = 4.0
WORKER_DATABASE_SECONDS = 10.0
WEB_REDIS_SECONDS = 0.3
WORKER_REDIS_SECONDS = 5.0
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
        pool_size=WEB_DATABASE_CONNECTIONS,
        timeout_seconds=WEB_DATABASE_SECONDS,
        name="secretaria-web",
    )


def worker_database(settings: Settings, *, name: str = "secretaria-worker") -> Database:
    """A pool for a process that works in the background."""
    return database.connect(
        settings.database_url.get_secret_value(),
        pool_size=WORKER_DATABASE_CONNECTIONS,
        timeout_seconds=WORKER_DATABASE_SECONDS,
        name=name,
    )


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
