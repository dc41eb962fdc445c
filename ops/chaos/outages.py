"""What can be away, and for how long: each outage lasts as long as a block."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager

import gevent
import psycopg2

from ops import processes
from ops.chaos.arena import Arena
from secretaria.playground.faults import Fault

Outage = Callable[[Arena], AbstractContextManager[None]]


@contextmanager
def redis_gone(arena: Arena) -> Iterator[None]:
    """Redis is killed, and comes back with what its file remembers."""
    arena.valkey.kill()
    try:
        yield
    finally:
        arena.valkey.start()


@contextmanager
def redis_frozen(arena: Arena) -> Iterator[None]:
    """Redis keeps its connections and answers nothing."""
    processes.freeze(arena.valkey.pid)
    try:
        yield
    finally:
        processes.thaw(arena.valkey.pid)


@contextmanager
def redis_read_only(arena: Arena) -> Iterator[None]:
    """Redis is the replica of a master that is not there: it reads, and refuses to write."""
    arena.redis.replicaof("127.0.0.1", 1)
    try:
        yield
    finally:
        arena.redis.replicaof("NO", "ONE")


@contextmanager
def redis_wiped(arena: Arena) -> Iterator[None]:
    """Redis loses everything, and is there again at once."""
    arena.wipe_redis()
    yield


@contextmanager
def postgres_gone(arena: Arena) -> Iterator[None]:
    """PostgreSQL is killed, and recovers from its log when it comes back."""
    arena.postgres.kill()
    try:
        yield
    finally:
        arena.postgres.start()


@contextmanager
def postgres_frozen(arena: Arena) -> Iterator[None]:
    """PostgreSQL keeps its connections and answers nothing."""
    processes.freeze(arena.postgres.pid)
    try:
        yield
    finally:
        processes.thaw(arena.postgres.pid)


@contextmanager
def postgres_full(arena: Arena) -> Iterator[None]:
    """Others hold every connection that PostgreSQL has, and the service has lost its own."""
    with ExitStack() as others:
        taking = gevent.spawn(_take_every_connection, arena, others)
        try:
            yield
        finally:
            taking.kill()


def _take_every_connection(arena: Arena, others: ExitStack) -> None:
    first = others.enter_context(closing(psycopg2.connect(arena.postgres.url)))
    first.autocommit = True
    while True:
        try:
            others.enter_context(closing(psycopg2.connect(arena.postgres.url)))
        except psycopg2.OperationalError:
            with first.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name LIKE 'secretaria%' LIMIT 5"
                )
            gevent.sleep(0.05)


@contextmanager
def whaticket_gone(arena: Arena) -> Iterator[None]:
    """Nobody listens where Whaticket should."""
    arena.whaticket.stop()
    try:
        yield
    finally:
        arena.whaticket.start()


@contextmanager
def whatsapp_disconnected(arena: Arena) -> Iterator[None]:
    """Whaticket answers, and has lost WhatsApp."""
    body = {"error": "ERR_WAPP_NOT_INITIALIZED"}
    arena.whaticket.plan(Fault("status", status=400, body=body, times=None))
    try:
        yield
    finally:
        arena.whaticket.plan()


@contextmanager
def model_busy(arena: Arena) -> Iterator[None]:
    """The model answers 429 to everybody."""
    arena.gemini.plan(Fault("status", status=429, times=None))
    try:
        yield
    finally:
        arena.gemini.plan()


OUTAGES: Mapping[str, Outage] = {
    "o Redis fora": redis_gone,
    "o Redis congelado": redis_frozen,
    "o Redis só de leitura": redis_read_only,
    "o Redis apagado": redis_wiped,
    "o PostgreSQL fora": postgres_gone,
    "o PostgreSQL congelado": postgres_frozen,
    "o PostgreSQL sem conexões": postgres_full,
    "o Whaticket fora": whaticket_gone,
    "o WhatsApp desconectado": whatsapp_disconnected,
    "o modelo ocupado": model_busy,
}
