"""The wiring of a worker process, and of one turn tried out by hand."""

import os
import socket
import sys
import uuid
from dataclasses import dataclass
from functools import cache

import redis
from dramatiq import Broker
from dramatiq.middleware.shutdown import Shutdown

from secretaria.adapters import bell, gemini
from secretaria.adapters.absence import Absence
from secretaria.adapters.background import GreenletBackground
from secretaria.adapters.bell import DramatiqBell
from secretaria.adapters.breaker import RedisBreaker
from secretaria.adapters.database import Database
from secretaria.adapters.memory import RedisMemory
from secretaria.adapters.presence import Presence
from secretaria.adapters.redis_client import connect, connect_shared
from secretaria.adapters.solitude import ChildProcess
from secretaria.adapters.spool import RedisSpool
from secretaria.adapters.whaticket import (
    Families,
    Login,
    WhaticketMessenger,
    WhaticketTickets,
)
from secretaria.adapters.whaticket.place import place_of
from secretaria.bootstrap import common, connections
from secretaria.core.family import family_named
from secretaria.core.turn import Limits
from secretaria.services.compose import Compose
from secretaria.services.converse import Converse
from secretaria.services.deliver import Deliver
from secretaria.services.import_spool import ImportSpool
from secretaria.services.isolate import Isolate
from secretaria.services.look import Look
from secretaria.services.owed import ReadOwed
from secretaria.services.ports import Clock
from secretaria.services.read_back import ReadBack
from secretaria.services.record import Record
from secretaria.services.retain import Retain
from secretaria.services.settle import Settle
from secretaria.services.sweep import Patience, Sweep
from secretaria.services.tend import Tend
from secretaria.services.think import Budget, Think
from secretaria.settings import Settings, reveal

SENDER_PATIENCE_SECONDS = 5.0
ALONE_PROGRAM = "actors.alone"
ALONE_SECONDS = 180.0
"""As long as Dramatiq lets a turn take."""


@dataclass(frozen=True, slots=True)
class Worker:
    """What the actors and the middlewares need."""

    broker: Broker
    database: Database
    converse: Converse
    deliver: Deliver
    read_back: ReadBack
    tend: Tend
    sweep: Sweep
    isolate: Isolate
    import_spool: ImportSpool
    retain: Retain
    presence: Presence


def wire(settings: Settings, *, is_alone: bool = False) -> Worker:
    """Build the worker's parts, or those of the child in which one turn is tried.

    Raises `Misconfigured` for a profile with mistakes.
    """
    clock = common.clock()
    database = common.worker_database(settings, is_alone=is_alone)
    broker = bell.broker(
        connect(
            settings.redis_address(),
            connections=connections.redis(settings)["alone" if is_alone else "bell"].size,
            timeout_seconds=common.WORKER_REDIS_SECONDS,
        )
    )
    ringer = DramatiqBell(broker)
    ticket_board = tickets(settings)
    look = Look(database, ticket_board, settings.human_takeover_hours)
    return Worker(
        broker=broker,
        database=database,
        converse=_converse(settings, database, ringer, clock, look),
        deliver=Deliver(
            database,
            ringer,
            messenger(settings),
            look,
            clock,
            settings.whaticket_timeout_seconds,
            settings.reply_max_age_hours,
            settings.human_takeover_hours,
            settings.reply_chars_per_second,
        ),
        read_back=ReadBack(database, Settle(database, ringer), ticket_board),
        tend=Tend(database, ticket_board, common.profile(settings).handover.queue_id),
        sweep=Sweep(
            database,
            ringer,
            settings.reply_max_age_hours,
            has_login=look.can_see,
            patience=Patience(SENDER_PATIENCE_SECONDS, clock.monotonic),
        ),
        isolate=_isolate(database),
        import_spool=ImportSpool(
            database,
            RedisSpool(_courtesy_redis(settings), Absence()),
            common.store(settings, database),
            common.overhear(settings, database, ringer),
            ringer,
        ),
        retain=Retain(database, settings.retention_days, clock.sleep),
        presence=Presence(_courtesy_redis(settings), _owner()),
    )


def messenger(settings: Settings) -> WhaticketMessenger:
    """Whaticket, as the settings reach it."""
    return WhaticketMessenger(
        settings.whaticket_base_url,
        reveal(settings.whaticket_token),
        _login(settings),
        settings.whaticket_timeout_seconds,
        families(settings),
    )


def tickets(settings: Settings) -> WhaticketTickets | None:
    """Whaticket's tickets, which only a login may see."""
    login = _login(settings)
    if login is None:
        return None
    return WhaticketTickets(
        settings.whaticket_base_url,
        login,
        settings.whaticket_timeout_seconds,
        families(settings),
    )


def families(settings: Settings) -> Families:
    """What finds out of which family the Whaticket is, unless the settings say it."""
    return Families(
        place_of(settings.whaticket_base_url, reveal(settings.whaticket_token)),
        _courtesy_redis(settings),
        family_named(settings.whaticket_flavor),
    )


def _login(settings: Settings) -> Login | None:
    if settings.whaticket_email is None or settings.whaticket_password is None:
        return None
    return Login(
        _courtesy_redis(settings),
        settings.whaticket_base_url,
        settings.whaticket_email.get_secret_value(),
        settings.whaticket_password.get_secret_value(),
    )


def think(settings: Settings, clock: Clock) -> Think:
    """The models, as the settings name them."""
    client = _courtesy_redis(settings)
    names = (settings.gemini_model, settings.gemini_fallback_model)
    return Think(
        gemini.connect(
            settings.gemini_api_key.get_secret_value(),
            settings.gemini_endpoint,
            connections=settings.worker_threads,
        ),
        RedisBreaker(client, settings.llm_breaker_failures, settings.llm_breaker_reset_seconds),
        clock,
        Budget(settings.llm_timeout_seconds, settings.llm_attempts, settings.llm_budget_seconds),
        tuple(name for name in names if name),
    )


def compose(settings: Settings, database: Database, clock: Clock) -> Compose:
    """The writing of a reply."""
    return Compose(
        database=database,
        memory=_memory(settings),
        think=think(settings, clock),
        clock=clock,
        profile=common.profile(settings),
        limits=_limits(settings),
        secrets=settings.secrets(),
        remembered_messages=settings.memory_max_messages,
    )


def _converse(
    settings: Settings, database: Database, ringer: DramatiqBell, clock: Clock, look: Look
) -> Converse:
    composing = compose(settings, database, clock)
    profile = composing.profile
    zone = profile.business.timezone
    return Converse(
        database=database,
        bell=ringer,
        memory=composing.memory,
        background=GreenletBackground(),
        clock=clock,
        look=look,
        read_owed=ReadOwed(
            database,
            clock,
            zone,
            common.name_contact(settings, database),
            profile.handover.phrases,
            settings.max_message_age_seconds,
        ),
        compose=composing,
        record=Record(
            database=database,
            clock=clock,
            timezone=zone,
            sentences=profile.sentences,
            takeover_hours=settings.human_takeover_hours,
            longest_burst_seconds=settings.burst_max_seconds,
            transfers=look.can_see,
        ),
        limits=composing.limits,
        sentences=profile.sentences,
        owner=_owner(),
        stop=Shutdown,
        remembered_messages=settings.memory_max_messages,
    )


def _isolate(database: Database) -> Isolate:
    owner = _owner()
    command = (sys.executable, "-m", ALONE_PROGRAM, owner)
    return Isolate(database, ChildProcess(command, ALONE_SECONDS), owner)


def _owner() -> str:
    """A name for whoever takes leases here: no other has ever had it."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def _memory(settings: Settings) -> RedisMemory:
    client = _courtesy_redis(settings)
    return RedisMemory(client, settings.memory_ttl_seconds)


def _courtesy_redis(settings: Settings) -> redis.Redis:
    """Redis for what may be missing: memory, breaker, login; nobody waits long for it.

    All of a process share its connections, and their greenlets the round trips.
    """
    return _shared_redis(settings.redis_address(), connections.redis(settings)["courtesy"].size)


@cache
def _shared_redis(address: str, size: int) -> redis.Redis:
    return connect_shared(address, connections=size, timeout_seconds=common.COURTESY_REDIS_SECONDS)


def _limits(settings: Settings) -> Limits:
    return Limits(
        replies_per_hour=settings.replies_per_hour,
        tokens_per_day=settings.llm_tokens_per_day,
        outage_seconds=settings.model_outage_handover_minutes * 60,
    )
