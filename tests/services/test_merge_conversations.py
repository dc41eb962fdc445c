"""Two contacts turn out to be one person: one conversation, nothing lost, nothing twice."""

import itertools
from typing import Any

import gevent
import pytest
from sqlalchemy import select, text

from secretaria.core.payload import Outgoing, Sender
from secretaria.errors import LeaseLost
from secretaria.models import leases
from secretaria.models.tables import Contact, Conversation, Message, StatusChange
from secretaria.playground.engines.process import wait_until
from secretaria.playground.faults import Fault
from secretaria.services.find_contact import find_contact

pytestmark = pytest.mark.minutes(0.5)

NEW, OLD = "5516991234567", "551691234567"
LID = "118650024417001"
BY_NUMBER, BY_LID = Sender(NEW, None, None, None), Sender(None, LID, None, None)
BOTH = Sender(OLD, LID, None, None)


def says(world: Any, sender: Sender, words: str, **more: Any) -> Any:
    return world.customer_says(words, sender=sender, **more)


def conversations(world: Any) -> list[Conversation]:
    with world.database.transaction() as session:
        return list(session.scalars(select(Conversation).order_by(Conversation.id)))


def rows(world: Any, table: Any) -> int:
    with world.database.transaction() as session:
        return len(session.scalars(select(table.id)).all())


def told(world: Any) -> list[tuple[str, str, int]]:
    return [(one.text, one.state, one.conversation_id) for one in world.messages()]


def thinking(world: Any, conversation_id: int) -> gevent.Greenlet:
    """Start a turn, and return once the model is thinking about it."""
    calls = len(world.gemini.ledger.calls)
    world.gemini.plan(Fault("slow", seconds=4))
    running = gevent.spawn(world.turn, conversation_id)
    assert wait_until(lambda: len(world.gemini.ledger.calls) > calls, seconds=30)
    return running


def add_reply(world: Any, conversation_id: int, **columns: Any) -> None:
    usual = {
        "conversation_id": conversation_id,
        "direction": "outbound",
        "state": "pending",
        "kind": "reply",
        "text": "olá",
        "correlation_id": "c",
    }
    with world.database.transaction() as session:
        session.add(Message(**(usual | columns)))


def test_both_conversations_go_on_as_the_older_one_in_the_order_of_acceptance(world: Any) -> None:
    for number, sender in enumerate((BY_LID, BY_NUMBER, BY_LID, BOTH, BY_NUMBER, BY_LID)):
        says(world, sender, f"eco: {number}")
    assert told(world) == [(f"eco: {number}", "received", 1) for number in range(6)]
    assert (rows(world, Contact), rows(world, Conversation)) == (1, 1)
    world.turn()
    world.deliver_all()
    assert world.whaticket.replies_to(NEW) == ["\n".join(f"eco: {each}" for each in range(6))]


def test_a_message_that_came_under_both_names_is_answered_once(world: Any) -> None:
    """First under a LID, then under a number, and then whatever shows that they are one."""
    says(world, BY_NUMBER, "eco: um", provider_id="A")
    says(world, BY_LID, "eco: um", provider_id="A")
    says(world, BY_LID, "eco: dois", provider_id="B")
    assert says(world, BOTH, "eco: dois", provider_id="B").reason == "duplicate"
    assert told(world) == [
        ("eco: um", "received", 1),
        ("eco: um", "ignored", 1),
        ("eco: dois", "received", 1),
    ]
    assert [one.reason for one in world.messages(state="ignored")] == ["duplicate"]


@pytest.mark.parametrize("later", [BOTH, BY_NUMBER])
def test_a_message_known_under_a_lid_is_a_duplicate_under_the_number(
    world: Any, later: Sender
) -> None:
    if later is BY_NUMBER:
        says(world, BOTH, "oi")
    says(world, BY_LID, "eco: um", provider_id="A")
    assert says(world, later, "eco: um", provider_id="A").reason == "duplicate"


def test_the_newest_id_of_an_echo_is_given_up_rather_than_lost_with_its_reply(world: Any) -> None:
    says(world, BY_NUMBER, "oi")
    says(world, BY_LID, "oi")
    for conversation_id in (1, 2):
        add_reply(world, conversation_id, state="sent", provider_id="ECHO")
    says(world, BOTH, "oi")
    assert [one.provider_id for one in world.messages(direction="outbound")] == ["ECHO", None]


def test_a_turn_in_either_conversation_loses_its_lease_and_runs_again(world: Any) -> None:
    says(world, BY_NUMBER, "eco: um")
    says(world, BY_LID, "eco: dois")
    turns = [thinking(world, conversation_id) for conversation_id in (1, 2)]
    says(world, BOTH, "eco: três")
    for running in turns:
        with pytest.raises(LeaseLost):
            running.get(timeout=30)
    world.gemini.plan()
    world.turn()
    world.deliver_all()
    assert world.whaticket.replies_to(OLD) == ["eco: um\neco: dois\neco: três"]


def test_a_turn_that_was_claimed_but_has_read_nothing_yet_finds_its_conversation_gone(
    world: Any,
) -> None:
    says(world, BY_NUMBER, "oi")
    says(world, BY_LID, "oi")
    with world.database.transaction() as session:
        claimed = leases.claim(session, 2, owner="w", lease_seconds=15, is_alone=False)
    says(world, BOTH, "oi")
    with pytest.raises(LeaseLost):
        world.parts.converse.read_owed(claimed)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("bot", "human", "human"),
        ("human", "bot", "human"),
        ("human", "muted", "muted"),
        ("muted", "human", "muted"),
    ],
)
def test_the_stricter_status_holds_with_its_reason(
    world: Any, first: str, second: str, expected: str
) -> None:
    says(world, BY_NUMBER, "oi")
    says(world, BY_LID, "oi")
    for conversation_id, status in ((1, first), (2, second)):
        world.sql(
            "UPDATE conversations SET status = :status, status_reason = :reason,"
            " status_until = CASE WHEN :status = 'human' THEN now() + interval '1 hour' END,"
            " person_at = now() WHERE id = :id",
            status=status,
            reason=f"because {status}",
            id=conversation_id,
        )
    says(world, BOTH, "oi")
    [kept] = conversations(world)
    assert (kept.status, kept.status_reason) == (expected, f"because {expected}")
    assert (kept.status_until is not None) == (expected == "human")
    assert kept.due_at is None
    assert {one.state for one in world.messages()} == {"ignored"}
    assert rows(world, StatusChange) == (first != expected)


def test_a_takeover_that_is_over_keeps_nothing_from_the_bot(world: Any) -> None:
    says(world, BY_NUMBER, "eco: um")
    says(world, BY_LID, "eco: dois")
    world.sql(
        "UPDATE conversations SET status = 'human', status_until = now() - interval '1 hour'"
        " WHERE id = 2"
    )
    says(world, BOTH, "eco: três")
    [kept] = conversations(world)
    assert (kept.id, kept.status) == (1, "bot")
    assert {one.state for one in world.messages()} == {"received"}


def test_what_each_conversation_has_counted_and_owes_is_kept(world: Any) -> None:
    says(world, BY_NUMBER, "oi")
    says(world, BY_LID, "oi")
    world.sql(
        "UPDATE conversations SET fence = 3, attempts = 1, memory_version = 5, door_until = NULL,"
        " due_at = now() + interval '60 seconds', lease_owner = 'w', lease_until = now()"
        " WHERE id = 1"
    )
    world.sql(
        "UPDATE conversations SET fence = 7, attempts = 2, memory_version = 2,"
        " answer_url = 'https://a', answer_token = 't', door_until = now(),"
        " due_at = now() + interval '30 seconds' WHERE id = 2"
    )
    before = {one.id: one for one in conversations(world)}
    with world.database.transaction() as session:
        find_contact(session, BOTH)
    [kept] = conversations(world)
    assert (kept.fence, kept.attempts, kept.memory_version) == (8, 2, 6)
    assert (kept.answer_url, kept.answer_token) == ("https://a", "t")
    assert (kept.lease_owner, kept.lease_until, kept.rung_at) == (None, None, None)
    assert kept.door_until == before[2].door_until
    assert kept.due_at == before[2].due_at
    assert kept.burst_started_at == before[1].burst_started_at


def test_two_replies_on_their_way_put_the_merging_off_until_one_has_arrived(world: Any) -> None:
    says(world, BY_NUMBER, "oi")
    says(world, BY_LID, "oi")
    for conversation_id in (1, 2):
        add_reply(world, conversation_id, state="sending")
    says(world, BOTH, "três")
    assert len(conversations(world)) == 2
    assert world.messages(text="três")[0].conversation_id == 1
    world.sql("UPDATE messages SET state = 'sent' WHERE state = 'sending' AND conversation_id = 2")
    says(world, BOTH, "quatro")
    assert [one.id for one in conversations(world)] == [1]


def test_a_reply_that_somebody_works_on_puts_the_merging_off_and_nobody_waits(world: Any) -> None:
    says(world, BY_NUMBER, "oi")
    says(world, BY_LID, "oi")
    add_reply(world, 2)
    with world.database.transaction() as session:
        session.execute(text("SELECT 1 FROM messages WHERE conversation_id = 2 FOR UPDATE"))
        assert says(world, BOTH, "três").is_queued
    assert len(conversations(world)) == 2
    says(world, BOTH, "quatro")
    assert {one.conversation_id for one in world.messages()} == {1}


def test_a_reply_on_its_way_while_conversations_merge_still_lets_the_next_one_go(
    world: Any,
) -> None:
    says(world, BY_NUMBER, "oi")
    says(world, Sender(None, LID, 7, None), "eco: um")
    world.turn(2)
    world.sql("UPDATE contacts SET number = '5516997654321' WHERE id = 2")
    add_reply(world, 2, text="depois")
    world.sql("UPDATE messages SET due_at = now() WHERE text = 'depois'")
    [first, second] = world.messages(direction="outbound")
    world.whaticket.plan(Fault("hang", seconds=1.5))
    sending = gevent.spawn(world.parts.deliver, first.id)
    assert wait_until(lambda: world.messages(id=first.id)[0].state == "sending", seconds=30)
    says(world, BOTH, "dois")
    assert [one.id for one in conversations(world)] == [1]
    version = conversations(world)[0].memory_version
    sending.get(timeout=30)
    assert world.messages(id=first.id)[0].state == "ambiguous"
    assert conversations(world)[0].memory_version == version + 1
    assert (second.id, 0.0) in world.bell.replies


def test_an_echo_that_shows_both_merges_too(world: Any) -> None:
    says(world, BY_NUMBER, "oi")
    says(world, BY_LID, "oi")
    world.hear(Outgoing(BOTH, "text", "olá", "X", None))
    assert [one.id for one in conversations(world)] == [1]
    assert rows(world, Contact) == 1


def test_who_writes_while_their_contacts_merge_waits_and_loses_nothing(world: Any) -> None:
    says(world, BY_NUMBER, "um")
    says(world, BY_LID, "dois")
    with world.database.transaction() as session:
        find_contact(session, BOTH)
        late = [gevent.spawn(says, world, one, "três") for one in (BY_LID, BY_NUMBER)]
        assert wait_until(lambda: waiting(world) == len(late), seconds=30)
    assert all(one.get(timeout=30).is_queued for one in late)
    assert [one.conversation_id for one in world.messages()] == [1] * 4


def waiting(world: Any) -> int:
    """How many transactions wait for a lock."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with world.database.transaction() as session:
        return int(session.scalar(query) or 0)


def test_merging_waits_for_whoever_is_just_storing_a_message(world: Any) -> None:
    says(world, BY_NUMBER, "um")
    says(world, BY_LID, "dois")
    with world.database.transaction() as session:
        late = find_contact(session, BY_LID)
        merging = gevent.spawn(says, world, BOTH, "três")
        assert wait_until(lambda: waiting(world) == 1, seconds=30)
        conversation_id = session.scalar(
            select(Conversation.id).where(Conversation.contact_id == late.id)
        )
        session.add(
            Message(
                conversation_id=conversation_id,
                direction="inbound",
                state="received",
                kind="text",
                text="quatro",
                correlation_id="c",
            )
        )
    merging.get(timeout=30)
    assert sorted(told(world)) == [
        (words, "received", 1) for words in ("dois", "quatro", "três", "um")
    ]


def test_many_at_once_in_every_form_lose_nothing_and_end_as_one(world: Any) -> None:
    ways = [
        *(BY_NUMBER, BY_LID, BOTH, Sender(NEW, LID, None, None), Sender(OLD, None, None, None)),
        *(Sender(None, LID, 7, None), Sender(None, None, 7, None), Sender(NEW, None, 7, None)),
    ]
    for _ in range(5):
        senders = list(itertools.islice(itertools.cycle(ways), 24))
        gevent.joinall(
            [gevent.spawn(says, world, one, "oi") for one in senders], raise_error=True, timeout=60
        )
        spool = world.parts.import_spool
        assert not spool.spool.is_waiting()
        says(world, Sender(NEW, LID, 7, None), "oi")
        says(world, Sender(NEW, LID, 7, None), "oi")
        assert {one.conversation_id for one in world.messages()} == {conversations(world)[0].id}
        assert len(world.messages()) == 26
        assert (rows(world, Contact), rows(world, Conversation)) == (1, 1)
        world.sql("TRUNCATE contacts CASCADE")


def test_what_the_bot_would_still_say_stays_unsaid_when_a_person_has_the_other(world: Any) -> None:
    says(world, BY_NUMBER, "oi")
    world.hear(Outgoing(BY_NUMBER, "text", "Aqui é a Joana", "3EB0", None))
    says(world, BY_LID, "eco: do bot")
    world.turn(2)
    says(world, BOTH, "oi?")
    world.deliver_all()
    assert world.whaticket.replies_to(BY_NUMBER.number) == []
    assert [one.state for one in world.messages(direction="outbound")] == ["cancelled"]
