"""Acceptance while PostgreSQL is away: into the spool, and from there in order, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import PoolProxiedConnection, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from secretaria.adapters import database as databases
from secretaria.adapters.database import Database
from secretaria.adapters.redis_client import connect
from secretaria.adapters.spool import STREAM, RedisSpool
from secretaria.core.payload import Incoming, Sender
from secretaria.errors import DatabaseUnavailable, Rejected
from secretaria.models import locks
from secretaria.playground.engines.process import free_port

pytestmark = pytest.mark.minutes(0.5)

BIA = "5511955550102"


@dataclass
class Errand:
    times: int = 0

    def start(self) -> None:
        self.times += 1


@dataclass
class TiringDatabase:
    """PostgreSQL that goes away after so many transactions."""

    database: Database
    good: int

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        self._tire()
        with self.database.transaction() as session:
            yield session

    @contextmanager
    def statements(self) -> Iterator[PoolProxiedConnection]:
        self._tire()
        with self.database.statements() as statements:
            yield statements

    def _tire(self) -> None:
        if self.good == 0:
            raise DatabaseUnavailable("tired")
        self.good -= 1


@pytest.fixture
def no_database() -> Database:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    return databases.connect(url, pool_size=1, timeout_seconds=2, name="tests")


@pytest.fixture
def without_postgresql(world: Any, no_database: Database, with_stores: Any) -> Any:
    """The same world, whose webhook cannot reach PostgreSQL."""
    return replace(world, accept=with_stores(world.accept, database=no_database))


def spool_of(world: Any) -> Any:
    return world.parts.import_spool.spool


def test_what_postgresql_cannot_take_waits_in_the_spool_and_is_answered_afterwards(
    world: Any, without_postgresql: Any
) -> None:
    assert without_postgresql.customer_says("eco: durante").is_queued
    assert world.messages() == []
    assert spool_of(world).is_waiting()
    assert world.parts.import_spool()
    assert not spool_of(world).is_waiting()
    assert [conversation for conversation, _ in world.bell.conversations] == [1]
    assert world.answer() == ["eco: durante"]


def test_who_writes_while_others_wait_in_the_spool_waits_behind_them(
    world: Any, without_postgresql: Any
) -> None:
    world.customer_says("eco: antes")
    without_postgresql.customer_says("eco: durante")
    assert world.customer_says("eco: depois").is_queued
    assert world.customer_says("eco: outra", number=BIA).is_queued
    assert [message.text for message in world.messages()] == ["eco: antes"]
    world.parts.import_spool()
    assert [message.text for message in world.messages()] == [
        "eco: antes",
        "eco: durante",
        "eco: depois",
        "eco: outra",
    ]
    assert world.answer() == ["eco: antes\neco: durante\neco: depois"]


def test_the_age_of_a_spooled_message_counts_from_its_acceptance(
    world: Any, without_postgresql: Any
) -> None:
    without_postgresql.customer_says("eco: um")
    [(_, fields)] = world.redis.xrange(STREAM)
    world.redis.delete(STREAM)
    world.redis.xadd(STREAM, fields, id="1767225600000-0")
    world.parts.import_spool()
    assert world.messages()[0].created_at.isoformat() == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize("first", ["stored", "spooled"])
def test_a_message_that_came_twice_is_stored_once(
    world: Any, without_postgresql: Any, first: str
) -> None:
    """As after a commit whose outcome nobody knows."""
    original = world if first == "stored" else without_postgresql
    assert original.customer_says("eco: um", provider_id="A").is_queued
    again = without_postgresql.customer_says("eco: um", provider_id="A")
    assert again.is_queued is (first == "stored")
    assert again.reason == (None if first == "stored" else "duplicate")
    world.parts.import_spool()
    assert len(world.messages()) == 1
    assert world.answer() == ["eco: um"]


def test_what_was_imported_but_not_yet_removed_is_not_imported_again(
    world: Any, without_postgresql: Any
) -> None:
    without_postgresql.customer_says("eco: um")
    entry = world.redis.xrange(STREAM)[0]
    world.parts.import_spool()
    world.redis.xadd(STREAM, entry[1])
    world.parts.import_spool()
    assert len(world.messages()) == 1
    assert not spool_of(world).is_waiting()


def test_nothing_leaves_the_spool_before_postgresql_has_it(
    world: Any, without_postgresql: Any, no_database: Database
) -> None:
    without_postgresql.customer_says("eco: um")
    with pytest.raises(DatabaseUnavailable):
        replace(world.parts.import_spool, database=no_database)()
    assert spool_of(world).count() == 1


def test_what_was_imported_stays_so_however_soon_postgresql_goes_again(
    world: Any, without_postgresql: Any
) -> None:
    for number in range(5):
        without_postgresql.customer_says(f"eco: {number}")
    with pytest.raises(DatabaseUnavailable):
        replace(world.parts.import_spool, database=TiringDatabase(world.database, good=2))()
    assert len(world.messages()) == 2
    assert spool_of(world).count() == 3


def test_what_postgresql_refuses_to_take_at_all_waits_too(world: Any) -> None:
    """Such as a right that was revoked, or a column that a late migration will add."""
    world.sql("ALTER TABLE messages RENAME TO hidden")
    try:
        assert world.customer_says("eco: um").is_queued
        with pytest.raises(ProgrammingError):
            world.parts.import_spool()
        assert spool_of(world).count() == 1
    finally:
        world.sql("ALTER TABLE hidden RENAME TO messages")
    world.parts.import_spool()
    assert [message.text for message in world.messages()] == ["eco: um"]


def test_one_process_imports_at_a_time(world: Any, without_postgresql: Any) -> None:
    without_postgresql.customer_says("eco: um")
    with world.database.transaction() as session:
        assert locks.take(session, "import")
        assert not world.parts.import_spool()
        assert spool_of(world).count() == 1
    assert world.parts.import_spool()
    assert spool_of(world).count() == 0


def test_what_can_never_be_stored_keeps_nobody_waiting_and_is_kept(
    world: Any, without_postgresql: Any
) -> None:
    without_postgresql.customer_says("eco: \x00")
    world.redis.xadd(STREAM, {"message": "not ours"})
    without_postgresql.customer_says("eco: dois", number=BIA)
    world.parts.import_spool()
    assert [message.text for message in world.messages()] == ["eco: dois"]
    assert not spool_of(world).is_waiting()
    assert len(spool_of(world).refused()) == 2


def test_many_are_imported_in_one_go(world: Any, without_postgresql: Any) -> None:
    for number in range(230):
        without_postgresql.customer_says(f"eco: {number}")
    world.parts.import_spool()
    assert [one.text for one in world.messages()] == [f"eco: {number}" for number in range(230)]


def test_the_one_who_spools_sees_to_the_import(world: Any, without_postgresql: Any) -> None:
    errand = Errand()
    replace(
        without_postgresql, accept=replace(without_postgresql.accept, import_spool=errand)
    ).customer_says("um")
    assert errand.times == 1
    replace(world, accept=replace(world.accept, import_spool=errand)).customer_says("dois")
    assert errand.times == 2
    world.parts.import_spool()
    replace(world, accept=replace(world.accept, import_spool=errand)).customer_says("três")
    assert errand.times == 2


def test_without_both_stores_nothing_is_accepted(without_postgresql: Any, with_stores: Any) -> None:
    client = connect(f"redis://127.0.0.1:{free_port()}/0", connections=1, timeout_seconds=0.2)
    accept = without_postgresql.accept
    spool = RedisSpool(client, accept.spool.absence)
    nowhere = replace(without_postgresql, accept=with_stores(accept, spool=spool))
    with pytest.raises(Rejected) as refused:
        nowhere.customer_says("oi")
    assert (refused.value.status, refused.value.retry_after_seconds) == (503, 5)


def test_a_redis_that_goes_while_others_wait_there_does_not_keep_postgresql_from_accepting(
    world: Any, without_postgresql: Any
) -> None:
    without_postgresql.customer_says("eco: um")
    world.redis.replicaof("127.0.0.1", free_port())
    try:
        assert world.customer_says("eco: dois").is_queued
    finally:
        world.redis.replicaof("NO", "ONE")
    assert [message.text for message in world.messages()] == ["eco: dois"]


def test_a_conversation_that_people_have_is_left_to_them_after_the_import_too(
    world: Any, without_postgresql: Any
) -> None:
    world.customer_says("oi")
    with world.database.transaction() as session:
        session.execute(
            text("UPDATE conversations SET status = 'human', status_until = now() + '1 hour'")
        )
    without_postgresql.customer_says("estou falando com gente")
    world.bell.conversations.clear()
    world.parts.import_spool()
    assert world.states() == ["received", "ignored"]
    assert world.bell.conversations == []


@pytest.mark.parametrize(("seconds_between", "stored"), [(30, 1), (90, 2)])
def test_an_unsigned_body_that_came_again_counts_from_its_acceptance(
    world: Any, without_postgresql: Any, seconds_between: int, stored: int
) -> None:
    """However long both have waited in the spool: at its import they come at once."""
    sender = Sender("5511955550101", None, None, None)
    incoming = Incoming(sender, "text", "ok", None, None, None, None)
    proof = {"request_key": "the-body", "repeat_seconds": 60}
    assert without_postgresql.accept(incoming, correlation_id="c", **proof).is_queued
    [(_, fields)] = world.redis.xrange(STREAM)
    world.redis.delete(STREAM)
    for second in (0, seconds_between):
        world.redis.xadd(STREAM, fields, id=f"{1767225600 + second}000-0")
    world.parts.import_spool()
    assert [message.text for message in world.messages()] == ["ok"] * stored
