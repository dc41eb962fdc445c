"""A call at Typebot's door, step by step: while stores are away, and whatever became of it."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from secretaria.adapters import database as databases
from secretaria.adapters.absence import Absence
from secretaria.adapters.database import Database
from secretaria.adapters.redis_client import connect
from secretaria.adapters.visitors import RedisVisitors
from secretaria.bootstrap import common
from secretaria.core.payload import Sender
from secretaria.core.typebot import Said
from secretaria.errors import DatabaseUnavailable, Rejected
from secretaria.models.tables import Message
from secretaria.playground.engines.process import free_port
from secretaria.services.answer_typebot import AnswerTypebot, Call, Given
from secretaria.services.give_back import GiveBack
from secretaria.services.typebot_sessions import TypebotSessions

ANA = Sender("5511955550101", None, None, "Ana")
LID = Sender(None, "118650024417900", None, "Ana")


@dataclass
class ForgetfulDatabase:
    """PostgreSQL that commits once and does not say so."""

    database: Database
    forgets: bool = True

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with self.database.transaction() as session:
            yield session
            claimed = session.scalar(select(Message.id).filter_by(state="sending"))
        if claimed and self.forgets:
            self.forgets = False
            raise DatabaseUnavailable("commit_unanswered")


@dataclass
class Door:
    """A door whose caller waits until the world's next turn is over."""

    world: Any
    sessions: TypebotSessions
    answer: AnswerTypebot
    ids: Iterator[int] = field(default_factory=itertools.count)

    def call(self, words: str, sender: Sender = ANA) -> Given:
        visitor = self.sessions.find(self.sessions.open(sender))
        assert visitor is not None
        started = self.answer.clock.monotonic()
        call = Call(visitor, Said("text", words), f"call-{next(self.ids)}", started, lambda: False)
        return self.answer(call)


@pytest.fixture
def make_door(world: Any) -> Callable[..., Door]:
    def make(**changed: Any) -> Door:
        settings = world.settings
        clock = replace(common.clock(), sleep=lambda _: world.turn())
        visitors = RedisVisitors(world.redis, Absence())
        ids = (f"session-{number}" for number in itertools.count())
        accept = changed.pop("accept", world.accept)
        database = changed.pop("database", world.database)
        visitors = changed.pop("visitors", visitors)
        sessions = TypebotSessions(database, accept.store, visitors, lambda: next(ids))
        answer = AnswerTypebot(
            database=database,
            clock=clock,
            accept=accept,
            give_back=GiveBack(database, world.bell, replace(clock, sleep=lambda _: None)),
            wait_seconds=changed.pop("wait_seconds", 10),
            oldest_hours=settings.reply_max_age_hours,
            queue_id=None,
        )
        return Door(world, sessions, answer)

    return make


@pytest.fixture
def door(make_door: Callable[..., Door]) -> Door:
    return make_door()


@pytest.fixture
def no_database() -> Database:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    return databases.connect(url, pool_size=1, timeout_seconds=2, name="tests")


@pytest.fixture
def no_redis() -> RedisVisitors:
    client = connect(f"redis://127.0.0.1:{free_port()}/0", connections=1, timeout_seconds=0.2)
    return RedisVisitors(client, Absence())


def test_what_is_given_is_the_caller_s_alone_until_it_is_settled(world: Any, door: Door) -> None:
    given = door.call("eco: oi")
    assert [intent.text for intent in given.intents] == ["eco: oi"]
    assert world.states("outbound") == ["sending"]
    world.deliver_all()
    world.parts.sweep()
    assert world.states("outbound") == ["sending"]
    door.answer.settle(given, "written")
    assert world.states("outbound") == ["sent"]
    assert [log.outcome for log in world.logs()] == ["sent"]
    assert world.conversation().door_until is None
    assert world.whaticket.replies_to("5511955550101") == []


def test_what_nobody_was_there_to_read_leaves_the_usual_way(world: Any, door: Door) -> None:
    given = door.call("eco: oi")
    door.answer.settle(given, "unwritten")
    [reply] = world.messages(direction="outbound")
    assert (reply.state, reply.attempts) == ("pending", 0)
    assert world.logs() == []
    assert [reply_id for reply_id, _ in world.bell.replies][-1] == reply.id
    world.deliver_all()
    assert world.whaticket.replies_to("5511955550101") == ["eco: oi"]


def test_several_that_nobody_read_leave_the_usual_way_in_their_order(
    world: Any, door: Door
) -> None:
    world.customer_says("antes")
    world.turn()
    world.sql("UPDATE messages SET text = 'um' WHERE direction = 'outbound'")
    given = door.call("eco: dois")
    assert [intent.text for intent in given.intents] == ["um", "eco: dois"]
    door.answer.settle(given, "unwritten")
    assert world.states("outbound") == ["pending", "pending"]
    world.deliver_all()
    assert world.whaticket.replies_to("5511955550101") == ["um", "eco: dois"]


def test_a_broken_answer_is_listed_and_never_sent_again(world: Any, door: Door) -> None:
    given = door.call("eco: oi")
    version = world.conversation().memory_version
    door.answer.settle(given, "broken")
    [reply] = world.messages(direction="outbound")
    assert (reply.state, reply.reason) == ("ambiguous", "connection_broken")
    assert [(log.outcome, log.error) for log in world.logs()] == [
        ("ambiguous", "connection_broken")
    ]
    assert world.conversation().memory_version == version + 1
    world.deliver_all()
    assert world.whaticket.replies_to("5511955550101") == []


def test_an_intent_whose_writing_had_no_answer_is_taken_back(
    world: Any, make_door: Callable[..., Door]
) -> None:
    door = make_door(database=ForgetfulDatabase(world.database))
    given = door.call("eco: oi")
    assert given.intents == ()
    door.answer.settle(given, "written")
    assert world.states("outbound") == ["pending"]
    assert world.logs() == []
    world.deliver_all()
    assert world.whaticket.replies_to("5511955550101") == ["eco: oi"]


def test_a_reply_that_waits_for_a_later_try_goes_with_the_answer(world: Any, door: Door) -> None:
    world.customer_says("antes")
    world.turn()
    world.sql("UPDATE messages SET due_at = now() + interval '1 h' WHERE state = 'pending'")
    assert len(door.call("eco: agora").intents) == 2


def test_what_is_too_old_to_be_sent_is_not_given_either(world: Any, door: Door) -> None:
    world.customer_says("antes")
    world.turn()
    world.sql("UPDATE messages SET created_at = now() - interval '9 h' WHERE state = 'pending'")
    door = replace(door, answer=replace(door.answer, wait_seconds=1))
    assert door.call("eco: agora").intents == ()


def test_a_customer_known_by_a_lid_is_answered_in_the_answer(world: Any, door: Door) -> None:
    given = door.call("eco: oi", LID)
    door.answer.settle(given, "written")
    assert [intent.text for intent in given.intents] == ["eco: oi"]
    assert world.states("outbound") == ["sent"]


def test_while_postgresql_is_away_what_is_said_waits_in_the_spool(
    world: Any,
    make_door: Callable[..., Door],
    no_database: Database,
    door: Door,
    with_stores: Any,
) -> None:
    accept = with_stores(world.accept, database=no_database)
    away = make_door(database=no_database, accept=accept)
    given = away.call("eco: oi")
    assert (given.is_accepted, given.intents, given.order) == (True, (), None)
    away.answer.settle(given, "written")
    visitor = door.sessions.find("session-0")
    assert visitor is not None
    assert visitor.contact_id is not None
    world.parts.import_spool()
    assert world.answer() == ["eco: oi"]


def test_a_session_that_was_opened_while_postgresql_was_away_lasts(
    world: Any, make_door: Callable[..., Door], no_database: Database, door: Door
) -> None:
    make_door(database=no_database).sessions.open(ANA)
    assert door.sessions.find("session-0") is not None
    world.redis.flushall()
    visitor = door.sessions.find("session-0")
    assert visitor is not None
    assert visitor.sender.number == ANA.number


def test_a_session_opened_before_is_known_while_postgresql_is_away(
    make_door: Callable[..., Door], no_database: Database, door: Door, world: Any
) -> None:
    session_id = door.sessions.open(ANA)
    away = make_door(database=no_database).sessions
    found = away.find(session_id)
    assert found is not None
    assert (found.sender.number, found.contact_id) == (ANA.number, None)
    world.redis.flushall()
    with pytest.raises(Rejected) as refused:
        away.find(session_id)
    assert refused.value.status == 503


def test_without_redis_sessions_are_as_good(
    make_door: Callable[..., Door], no_redis: RedisVisitors
) -> None:
    door = make_door(visitors=no_redis)
    assert len(door.call("eco: oi").intents) == 1
    assert door.sessions.find("nobody's") is None


def test_without_both_stores_no_session_is_promised(
    make_door: Callable[..., Door], no_database: Database, no_redis: RedisVisitors
) -> None:
    door = make_door(database=no_database, visitors=no_redis)
    for attempt in (lambda: door.sessions.open(ANA), lambda: door.sessions.find("any")):
        with pytest.raises(Rejected) as refused:
            attempt()
        assert (refused.value.status, refused.value.retry_after_seconds) == (503, 5)
