"""What comes in the same moment is stored in one transaction, and each message for itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import gevent
import pytest
from sqlalchemy import PoolProxiedConnection, select
from sqlalchemy.orm import Session

from secretaria.adapters.database import Database
from secretaria.core.payload import Backend, Sender
from secretaria.core.ticket import Ticket
from secretaria.errors import OthersWait
from secretaria.models.inbox import Arrival
from secretaria.models.tables import Contact, Conversation
from secretaria.services.ports import Spooled
from secretaria.services.store import Stored
from secretaria.services.store_together import StoreTogether

ANA, BIA, LID = "5511987650001", "5511987650002", "123456789012345"


@dataclass
class CountingDatabase:
    database: Database
    transactions: int = 0

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        self.transactions += 1
        with self.database.transaction() as session:
            yield session

    @contextmanager
    def statements(self) -> Iterator[PoolProxiedConnection]:
        self.transactions += 1
        with self.database.statements() as statements:
            yield statements


@dataclass
class Desk:
    """The storing of messages, and what it took."""

    world: Any
    together: StoreTogether
    counting: CountingDatabase
    keys: int = field(default=0)

    def message(self, number: str | None = ANA, *, text: str = "oi", **more: Any) -> Spooled:
        sender = Sender(
            number, more.pop("lid", None), more.pop("ticket_id", None), more.pop("name", None)
        )
        self.keys += 1
        key = more.pop("key", f"provider:{self.keys}")
        usual: dict[str, Any] = {
            "kind": "text",
            "text": text,
            "correlation_id": f"c{self.keys}",
            "deduplication_key": key,
            "provider_id": key.removeprefix("provider:"),
            "choice_id": None,
            "edits": None,
            "written_at": None,
        }
        return Spooled(sender, Arrival(**(usual | more)))

    def store(self, *messages: Spooled) -> Sequence[Stored | None]:
        self.counting.transactions = 0
        return self.together(messages)

    def contacts(self) -> list[Contact]:
        with self.world.database.transaction() as session:
            return list(session.scalars(select(Contact).order_by(Contact.id)))


@pytest.fixture
def desk(world: Any) -> Desk:
    counting = CountingDatabase(world.database)
    store = world.parts.import_spool.store
    return Desk(world, StoreTogether(counting, store, world.accept.spool), counting)


def test_messages_of_one_moment_take_one_transaction(desk: Desk) -> None:
    new = desk.store(desk.message(ANA), desk.message(BIA))
    assert [one and one.is_queued for one in new] == [True, True]
    assert desk.counting.transactions == 2, "a look for those who are known, and one for the new"
    stored = desk.store(desk.message(ANA, text="um"), desk.message(BIA, text="dois"))
    assert [one and one.is_queued for one in stored] == [True, True]
    assert desk.counting.transactions == 1
    told = [(one.conversation_id, one.text, one.state) for one in desk.world.messages()]
    assert sorted(text for _, text, _ in told) == ["dois", "oi", "oi", "um"]
    assert {state for *_, state in told} == {"received"}
    assert {one.number for one in desk.contacts()} == {ANA, BIA}


def test_who_is_known_keeps_their_conversation_and_their_burst(desk: Desk) -> None:
    (first,) = desk.store(desk.message(text="um"))
    begun = desk.world.conversation().burst_started_at
    (second,) = desk.store(desk.message(text="dois"))
    assert first
    assert second
    assert first.conversation_id == second.conversation_id == 1
    assert desk.world.conversation().burst_started_at == begun
    assert desk.world.conversation().due_at is not None


def test_several_messages_of_one_customer_keep_their_order(desk: Desk) -> None:
    words = [str(count) for count in range(20)]
    desk.store(*(desk.message(text=word) for word in words))
    assert [one.text for one in desk.world.messages()] == words


def test_a_message_is_stored_once_also_when_both_copies_come_together(desk: Desk) -> None:
    first, copy = desk.store(desk.message(key="provider:A"), desk.message(key="provider:A"))
    (late,) = desk.store(desk.message(key="provider:A"))
    assert [one and one.is_queued for one in (first, copy, late)] == [True, False, False]
    assert copy
    assert copy.message_id is None
    assert len(desk.world.messages()) == 1


def test_who_hides_their_number_is_known_by_their_lid(desk: Desk) -> None:
    stored = desk.store(desk.message(None, lid=LID), desk.message(None, lid=LID))
    assert [one and one.conversation_id for one in stored] == [1, 1]
    assert [one.lid for one in desk.contacts()] == [LID]


@pytest.mark.parametrize(
    "more",
    [
        {"unanswered": "reaction", "kind": "reaction"},
        {"edits": "antes", "kind": "edit"},
        {"backend": Backend("https://whaticket.example", "token")},
        {"repeat_seconds": 60.0},
        {"ticket": Ticket(7, "open", user_id=3)},
        {"written_at": datetime.now(UTC) - timedelta(days=2)},
        {"number": None, "ticket_id": 7},
    ],
    ids=["unanswered", "edits", "backend", "repeats", "person", "old", "ticket"],
)
def test_what_needs_more_than_writing_goes_alone(desk: Desk, more: dict[str, Any]) -> None:
    number = more.pop("number", ANA)
    alone, plain = desk.store(desk.message(number, **more), desk.message(BIA))
    assert alone is None
    assert plain
    assert plain.is_queued


@pytest.mark.parametrize(
    "shown",
    [{"lid": LID}, {"ticket_id": 9}, {"name": "Ana"}, {"number": "551187650001"}],
    ids=["lid", "ticket", "name", "number"],
)
def test_whoever_shows_something_new_goes_alone(desk: Desk, shown: dict[str, Any]) -> None:
    desk.store(desk.message())
    assert desk.store(desk.message(shown.pop("number", ANA), **shown)) == [None]
    assert len(desk.contacts()) == 1


def test_whom_a_ticket_alone_has_made_known_goes_alone(desk: Desk) -> None:
    desk.world.customer_says("oi")
    desk.world.sql("UPDATE contacts SET number = NULL, canonical = NULL, ticket_id = 7")
    assert desk.store(desk.message(BIA, ticket_id=7)) == [None]


def test_what_people_have_goes_alone(desk: Desk) -> None:
    desk.store(desk.message())
    desk.world.sql("UPDATE conversations SET status = 'human'")
    assert desk.store(desk.message()) == [None]


def test_nobody_waits_for_a_conversation_that_another_is_busy_with(desk: Desk) -> None:
    desk.store(desk.message(ANA))
    with desk.world.database.transaction() as session:
        session.scalars(select(Conversation).with_for_update()).one()
        busy, free = desk.store(desk.message(ANA), desk.message(BIA))
    assert busy is None
    assert free
    assert free.is_queued


def test_nobody_waits_for_a_contact_who_is_just_being_changed(desk: Desk) -> None:
    desk.store(desk.message(ANA))
    with desk.world.database.transaction() as session:
        session.scalars(select(Conversation).with_for_update()).one()
        contact = session.scalars(select(Contact).with_for_update()).one()
        contact.number = contact.canonical = BIA
        session.flush()
        assert desk.store(desk.message(ANA)) == [None]


def test_a_number_that_is_just_taken_from_somebody_leads_nowhere_for_a_moment(desk: Desk) -> None:
    """It may be another person's in a moment: their words must not go to the first one."""
    desk.store(desk.message(ANA))
    with desk.world.database.transaction() as session:
        contact = session.scalars(select(Contact)).one()
        contact.number = contact.canonical = None
        contact.lid = LID
        session.flush()
        assert desk.store(desk.message(ANA)) == [None]


def test_one_bad_row_leaves_the_others_unharmed(desk: Desk) -> None:
    bad = desk.message(ANA, text="nulo \x00")
    assert desk.store(bad, desk.message(BIA)) == [None, None]
    assert desk.world.messages() == []


def test_while_others_wait_in_the_spool_nothing_is_stored(desk: Desk) -> None:
    desk.world.accept.spool.put(desk.message())
    with pytest.raises(OthersWait):
        desk.store(desk.message())


def test_who_writes_at_once_is_accepted_at_once(world: Any) -> None:
    numbers = [f"55119876{count:05}" for count in range(40)]
    writing = [gevent.spawn(world.customer_says, "oi", number=number) for number in numbers]
    assert all(one.get().is_queued for one in writing)
    rung = sorted(conversation for conversation, _ in world.bell.conversations)
    assert rung == list(range(1, 41))
