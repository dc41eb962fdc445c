"""Reading the ticket back: presence settles a reply, absence proves nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import gevent
import pytest
from gevent.event import Event
from pydantic import SecretStr
from sqlalchemy import select
from structlog.testing import capture_logs

from secretaria.adapters.database import Database
from secretaria.core.address import Address
from secretaria.core.echo import Echo
from secretaria.models import tables
from secretaria.playground.faults import Fault
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD
from secretaria.playground.whaticket.tickets import Message
from secretaria.services.list_dead import ListDead

pytestmark = pytest.mark.minutes(0.5)

ANA = "5511955550101"
DELIVERED, LOST = "deliver_then_status", "status"


@pytest.fixture
def world(make_world: Callable[..., Any]) -> Any:
    """A worker with a login; it sends by the token all the same."""
    return make_world(whaticket_email=SecretStr(EMAIL), whaticket_password=SecretStr(PASSWORD))


def doubtful(world: Any, fault: str = DELIVERED, words: str = "eco: um") -> Any:
    reply = world.answered(words, Fault(fault, status=500))
    assert reply.state == "ambiguous"
    return reply


def again(world: Any, reply: Any) -> Any:
    [found] = world.messages(id=reply.id)
    return found


def ticket_of(world: Any) -> Any:
    return world.whaticket.customer_wrote(ANA, "oi")


def put_back(world: Any, position: int, back: timedelta) -> None:
    """Make a reply, its attempts and its message in the ticket older."""
    reply = world.messages(direction="outbound")[position]
    older = "created_at = created_at - CAST(:back AS interval)"
    for rows in ("messages SET {} WHERE id", "delivery_logs SET {} WHERE message_id"):
        world.sql(f"UPDATE {rows.format(older)} = :id", back=back, id=reply.id)
    messages = [one for one in ticket_of(world).messages if one.is_from_me]
    if position < len(messages):
        older = replace(messages[position], created_at=messages[position].created_at - back)
        every = ticket_of(world).messages
        every[every.index(messages[position])] = older


def test_a_reply_that_stands_in_the_ticket_is_settled(world: Any) -> None:
    reply = doubtful(world)
    world.parts.read_back(reply.id)
    settled = again(world, reply)
    [message] = [one for one in ticket_of(world).messages if one.is_from_me]
    assert (settled.state, settled.reason) == ("sent", "read_back")
    assert settled.provider_id == message.id
    assert abs(settled.sent_at - message.created_at) < timedelta(milliseconds=2)


def test_a_reply_that_is_not_in_the_ticket_stays_listed_and_is_never_dead(world: Any) -> None:
    ticket_of(world)
    reply = doubtful(world, LOST)
    for _ in range(3):
        world.parts.read_back(reply.id)
    assert again(world, reply).state == "ambiguous"
    assert [one.id for one in ListDead(world.database, world.bell).all()] == [reply.id]


def test_an_older_identical_text_in_the_ticket_proves_nothing(world: Any) -> None:
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    ticket_of(world).messages.append(
        Message("OLDER", "eco: um", is_from_me=True, created_at=hour_ago)
    )
    reply = doubtful(world, LOST)
    world.parts.read_back(reply.id)
    assert again(world, reply).state == "ambiguous"


def test_what_the_customer_wrote_proves_nothing(world: Any) -> None:
    world.whaticket.customer_wrote(ANA, "eco: um")
    reply = doubtful(world, LOST)
    world.parts.read_back(reply.id)
    assert again(world, reply).state == "ambiguous"


def test_an_earlier_reply_with_the_same_text_has_the_first_claim(world: Any) -> None:
    first, later = world.answered("eco: um"), doubtful(world, LOST)
    world.parts.read_back(later.id)
    assert again(world, later).state == "ambiguous"
    assert again(world, first).provider_id is not None
    assert (again(world, first).state, again(world, first).reason) == ("sent", None)


@pytest.mark.parametrize("minutes_ago", [(180,), (30,), (100, 50), (150, 100, 50)])
def test_a_text_said_again_is_settled_by_its_own_message(
    world: Any, minutes_ago: tuple[int, ...]
) -> None:
    """The earlier ones have no echo yet, and would take the later ones' if theirs were not read."""
    for position, minutes in enumerate(minutes_ago):
        world.answered("eco: um")
        put_back(world, position, timedelta(minutes=minutes))
    later = doubtful(world)
    world.parts.read_back(later.id)
    assert again(world, later).state == "sent"
    own = [one for one in ticket_of(world).messages if one.is_from_me][-1]
    assert again(world, later).provider_id == own.id


def test_the_message_of_a_repeated_sentence_does_not_settle_what_failed_before(world: Any) -> None:
    failed = doubtful(world, LOST)
    sent = world.answered("eco: um")
    world.parts.read_back(failed.id)
    assert again(world, failed).state == "ambiguous"
    assert again(world, sent).provider_id is not None


def test_a_reply_that_waited_for_its_channel_is_read_from_its_attempt_on(world: Any) -> None:
    """Its text, said by somebody else while it waited, proves nothing; its own message does."""
    hours_ago = datetime.now(UTC) - timedelta(hours=2)
    ticket_of(world).messages.append(
        Message("OLDER", "eco: um", is_from_me=True, created_at=hours_ago)
    )
    lost = doubtful(world, LOST)
    world.sql("UPDATE messages SET created_at = now() - interval '3 hours'")
    world.parts.read_back(lost.id)
    assert again(world, lost).state == "ambiguous"
    arrived = doubtful(world)
    world.sql("UPDATE messages SET created_at = now() - interval '3 hours'")
    world.parts.read_back(arrived.id)
    assert again(world, arrived).state == "sent"


def test_a_message_that_the_webhook_has_shown_is_not_counted_again(world: Any) -> None:
    first = world.answered("eco: um")
    [message] = [one for one in ticket_of(world).messages if one.is_from_me]
    world.sql("UPDATE messages SET provider_id = :id WHERE id = :one", id=message.id, one=first.id)
    later = doubtful(world, LOST)
    world.parts.read_back(later.id)
    assert again(world, later).state == "ambiguous"


@pytest.mark.parametrize(("many", "state"), [(45, "sent"), (150, "ambiguous")])
def test_a_message_far_back_in_the_ticket_is_found_within_reason(
    world: Any, many: int, state: str
) -> None:
    reply = doubtful(world)
    for index in range(many):
        world.whaticket.customer_wrote(ANA, f"e mais {index}")
    world.parts.read_back(reply.id)
    assert again(world, reply).state == state
    assert world.whaticket.ledger.calls["messages"] == min(many // 20 + 1, 5)


def test_no_page_is_read_that_is_older_than_the_reply(world: Any) -> None:
    old = datetime.now(UTC) - timedelta(hours=1)
    ticket_of(world).messages.extend(
        Message(f"OLD{index}", "oi", is_from_me=False, created_at=old) for index in range(50)
    )
    reply = doubtful(world, LOST)
    world.parts.read_back(reply.id)
    assert world.whaticket.ledger.calls["messages"] == 1


def test_several_replies_of_a_ticket_are_settled_in_one_look(world: Any) -> None:
    first, second = doubtful(world), doubtful(world, words="eco: dois")
    world.parts.read_back(second.id)
    assert [again(world, one).state for one in (first, second)] == ["sent", "sent"]


@pytest.mark.parametrize("change", ["state = 'sent'", "resolved_at = now()"])
def test_what_is_no_longer_in_doubt_is_not_looked_for(world: Any, change: str) -> None:
    reply = doubtful(world)
    world.sql(f"UPDATE messages SET {change} WHERE id = :id", id=reply.id)
    world.whaticket.ledger.calls.clear()
    world.parts.read_back(reply.id)
    assert again(world, reply).provider_id is None
    assert not world.whaticket.ledger.calls["tickets"]


def test_without_a_login_nothing_is_looked_for_nor_rung(make_world: Callable[..., Any]) -> None:
    world = make_world()
    reply = doubtful(world)
    make_older(world, seconds=60)
    world.parts.sweep()
    world.parts.read_back(reply.id)
    assert world.bell.doubts == []
    assert again(world, reply).state == "ambiguous"
    assert {"login", "tickets", "messages"}.isdisjoint(world.whaticket.ledger.calls)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("status", status=500, route="messages"), "messages_http_500"),
        (Fault("status", status=500, route="tickets"), "tickets_http_500"),
        (
            Fault("status", status=200, body={"messages": 1}, route="messages"),
            "messages_unreadable",
        ),
        (Fault("status", status=401, route="login"), "login_401"),
    ],
)
def test_a_look_that_fails_is_put_off(world: Any, fault: Fault, error: str) -> None:
    reply = doubtful(world)
    world.redis.flushall()
    world.whaticket.plan(fault)
    with capture_logs() as lines:
        world.parts.read_back(reply.id)
    postponed = [line for line in lines if line["event"] == "read_back.postponed"]
    assert [(line["reply_id"], line["error"]) for line in postponed] == [(reply.id, error)]
    assert again(world, reply).state == "ambiguous"
    world.parts.read_back(reply.id)
    assert again(world, reply).state == "sent"


def test_a_contact_without_a_ticket_is_no_obstacle(world: Any) -> None:
    reply = doubtful(world, LOST)
    world.parts.read_back(reply.id)
    assert again(world, reply).state == "ambiguous"


@dataclass
class CountingReader:
    """A ticket whose reader looks how many transactions are open meanwhile."""

    database: Database
    echo: Echo
    is_open: bool | None = None
    has_looked: Event = field(default_factory=Event)

    def said(self, _: Address, *, since: datetime) -> Sequence[Echo]:
        assert since < self.echo.written_at
        pool: Any = self.database.engine.pool
        self.is_open = pool.checkedout() > 0
        self.has_looked.set()
        return [self.echo]


def test_nothing_is_asked_of_whaticket_inside_a_transaction(world: Any) -> None:
    reply = doubtful(world)
    database = world.parts.database
    reader = CountingReader(database, Echo("eco: um", "A", datetime.now(UTC)))
    replace(world.parts.read_back, tickets=reader)(reply.id)
    assert reader.is_open is False
    assert again(world, reply).state == "sent"


def test_a_look_waits_for_nobody_who_works_on_the_conversation(world: Any) -> None:
    first, reply = world.answered("eco: um"), doubtful(world)
    looked = Event()
    reader = CountingReader(
        world.parts.database, Echo("eco: dois", "A", datetime.now(UTC)), has_looked=looked
    )
    with world.database.transaction() as session:
        locked = select(tables.Message).where(tables.Message.id.in_((first.id, reply.id)))
        session.execute(locked.with_for_update())
        looking = gevent.spawn(replace(world.parts.read_back, tickets=reader), reply.id)
        assert looked.wait(timeout=30)
    looking.get()


def make_older(world: Any, *, seconds: float, rung_seconds_ago: float | None = None) -> None:
    """Put the last attempt back, and the last look."""
    world.sql(
        "UPDATE delivery_logs SET created_at = now() - CAST(:ago AS interval)",
        ago=timedelta(seconds=seconds),
    )
    ago = None if rung_seconds_ago is None else timedelta(seconds=rung_seconds_ago)
    world.sql("UPDATE messages SET rung_at = now() - CAST(:ago AS interval)", ago=ago)


@pytest.mark.parametrize(
    ("age", "rung_seconds_ago", "is_rung"),
    [
        (0, None, False),
        (60, None, True),
        (60, 20, False),
        (60, 40, True),
        (100, 45, False),
        (100, 55, True),
        (7200, 3500, False),
        (7200, 3700, True),
        (7200, 7300, True),
        (86_300, 43_200, True),
        (86_500, 43_300, False),
        (86_500, None, False),
    ],
)
def test_a_reply_in_doubt_is_looked_for_soon_and_then_ever_more_rarely_for_a_day(
    world: Any, age: float, rung_seconds_ago: float | None, *, is_rung: bool
) -> None:
    reply = doubtful(world)
    make_older(world, seconds=age, rung_seconds_ago=rung_seconds_ago)
    world.parts.sweep()
    assert world.bell.doubts == [reply.id] * is_rung
    world.parts.sweep()
    assert world.bell.doubts == [reply.id] * is_rung


def test_the_looks_are_counted_from_the_attempt_and_not_from_the_reply(world: Any) -> None:
    """A reply that has waited for hours is looked for as soon as any other."""
    doubtful(world)
    world.sql("UPDATE messages SET created_at = now() - interval '3 hours', rung_at = NULL")
    world.parts.sweep()
    assert world.bell.doubts == []
    make_older(world, seconds=6)
    world.parts.sweep()
    assert len(world.bell.doubts) == 1


@pytest.mark.parametrize("change", ["state = 'sent'", "state = 'dead'", "resolved_at = now()"])
def test_only_what_is_in_doubt_is_rung_for(world: Any, change: str) -> None:
    doubtful(world)
    make_older(world, seconds=60)
    world.sql(f"UPDATE messages SET {change} WHERE direction = 'outbound'")
    world.parts.sweep()
    assert world.bell.doubts == []


def test_a_pass_has_few_replies_looked_for(world: Any) -> None:
    world.customer_says("oi")
    world.sql(
        "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id,"
        " created_at) SELECT 1, 'outbound', 'ambiguous', 'reply', 'x', 'c',"
        " now() - interval '1 minute' FROM generate_series(1, 30)"
    )
    for looks in range(5, 31, 5):
        world.parts.sweep()
        assert len(set(world.bell.doubts)) == len(world.bell.doubts) == looks


def test_nothing_is_looked_for_while_the_channel_is_paused(world: Any) -> None:
    """Whaticket may hang, and would then hold a look of the worker for as long as it may take."""
    reply = doubtful(world)
    make_older(world, seconds=60)
    world.sql("UPDATE channels SET status = 'paused', probe_at = now() - interval '1 s'")
    world.parts.sweep()
    assert world.bell.doubts == []
    world.sql("UPDATE channels SET status = 'ok', probe_at = NULL")
    world.parts.sweep()
    assert world.bell.doubts == [reply.id]
