"""Settling by echo: one reply for each echo, nobody overruled, and no doubt left in the memory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from secretaria.core.memory import DOUBT
from secretaria.core.payload import Outgoing, Sender
from secretaria.errors import DatabaseUnavailable
from secretaria.metrics.series import REGISTRY
from secretaria.playground.faults import Fault
from secretaria.services.list_dead import ListDead

pytestmark = pytest.mark.minutes(0.5)

ANA, BIA = "5511955550101", "5511955550102"


class AwayDatabase:
    """PostgreSQL that is away."""

    def transaction(self) -> Any:
        raise DatabaseUnavailable("away")

    statements = transaction


def doubtful(world: Any, words: str = "eco: um", fault: str = "deliver_then_status") -> Any:
    """Answer with these words, of which Whaticket does not say whether they have arrived."""
    reply = world.answered(words, Fault(fault, status=500))
    assert reply.state == "ambiguous"
    return reply


def hear(world: Any, words: str, provider_id: str | None = "3EB0", **more: Any) -> None:
    to = more.get("to", Sender(ANA, None, None, None))
    sent_at = more.get("sent_at", datetime.now(UTC))
    echo = Outgoing(to, "text", words, provider_id, sent_at)
    world.hear(echo)


def put_back(world: Any, reply: Any, *, hours: float, attempted: bool = True) -> None:
    """Make a reply older, and with it its attempts."""
    back = {"back": timedelta(hours=hours), "id": reply.id}
    older = "created_at = created_at - CAST(:back AS interval)"
    world.sql(f"UPDATE messages SET {older} WHERE id = :id", **back)
    if attempted:
        world.sql(f"UPDATE delivery_logs SET {older} WHERE message_id = :id", **back)


def again(world: Any, reply: Any) -> Any:
    [found] = world.messages(id=reply.id)
    return found


def test_an_echo_settles_a_reply_of_unknown_fate(world: Any) -> None:
    reply = doubtful(world)
    a_moment_ago = datetime.now(UTC).replace(microsecond=0)
    hear(world, "eco: um", sent_at=a_moment_ago)
    settled = again(world, reply)
    assert (settled.state, settled.reason, settled.provider_id) == ("sent", "echoed", "3EB0")
    assert settled.sent_at == a_moment_ago
    assert ListDead(world.database, world.bell).all() == []


def test_an_echo_from_the_future_is_of_now_at_the_latest(world: Any) -> None:
    reply = doubtful(world)
    hear(world, "eco: um", sent_at=datetime.now(UTC) + timedelta(minutes=10))
    assert again(world, reply).sent_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("eco: dois", {}),
        ("eco: um", {"to": Sender(BIA, None, None, None)}),
        ("eco: um", {"sent_at": datetime(2026, 1, 5, tzinfo=UTC)}),
    ],
)
def test_an_echo_of_something_else_changes_nothing(world: Any, words: str, more: Any) -> None:
    reply = doubtful(world)
    hear(world, words, **more)
    settled = again(world, reply)
    assert (settled.state, settled.provider_id) == ("ambiguous", None)


def test_an_echo_for_nobody_we_know_leaves_no_trace(world: Any) -> None:
    hear(world, "eco: um")
    assert world.messages() == []


def test_an_echo_that_says_not_when_is_of_now(world: Any) -> None:
    reply = doubtful(world)
    hear(world, "eco: um", sent_at=None)
    assert again(world, reply).state == "sent"


@pytest.mark.parametrize("number", [None, ANA])
def test_an_echo_may_show_the_contacts_lid(world: Any, number: str | None) -> None:
    reply = doubtful(world)
    world.sql("UPDATE contacts SET lid = '118650'")
    hear(world, "eco: um", to=Sender(number, "118650", None, None))
    assert again(world, reply).state == "sent"


def test_the_echo_of_an_earlier_identical_text_does_not_settle_a_later_reply(world: Any) -> None:
    first = world.answered("eco: um")
    later = doubtful(world)
    hear(world, "eco: um", "FIRST")
    assert again(world, first).provider_id == "FIRST"
    assert (again(world, first).state, again(world, first).reason) == ("sent", None)
    assert again(world, later).state == "ambiguous"
    hear(world, "eco: um", "LATER")
    assert (again(world, later).state, again(world, later).provider_id) == ("sent", "LATER")


def test_the_echo_of_a_repeated_sentence_does_not_settle_what_failed_long_before(
    world: Any,
) -> None:
    failed = doubtful(world, fault="status")
    put_back(world, failed, hours=20)
    repeated = world.answered("eco: um")
    hear(world, "eco: um")
    assert (again(world, failed).state, again(world, failed).provider_id) == ("ambiguous", None)
    assert again(world, repeated).provider_id == "3EB0"
    assert [one.id for one in ListDead(world.database, world.bell).all()] == [failed.id]


def test_the_echo_of_a_repeated_sentence_does_not_settle_what_failed_just_before(
    world: Any,
) -> None:
    failed, repeated = doubtful(world, fault="status"), world.answered("eco: um")
    hear(world, "eco: um")
    assert again(world, failed).state == "ambiguous"
    assert again(world, repeated).provider_id == "3EB0"


def test_a_late_echo_of_what_was_sent_does_not_settle_what_failed_after_it(world: Any) -> None:
    sent, failed = world.answered("eco: um"), doubtful(world, fault="status")
    put_back(world, sent, hours=0.9)
    hear(world, "eco: um")
    assert again(world, sent).provider_id == "3EB0"
    assert again(world, failed).state == "ambiguous"


def test_an_echo_before_the_answer_is_of_what_is_on_its_way(world: Any) -> None:
    failed, leaving = doubtful(world, fault="status"), doubtful(world)
    world.sql("UPDATE messages SET state = 'sending' WHERE id = :id", id=leaving.id)
    hear(world, "eco: um")
    assert [again(world, one).state for one in (failed, leaving)] == ["ambiguous", "sent"]


@pytest.mark.parametrize("order", [("A", "B"), ("B", "A")])
@pytest.mark.parametrize("first_fault", [(), (Fault("deliver_then_status", status=500),)])
def test_both_of_two_that_arrived_are_settled_in_whatever_order_their_echoes_come(
    world: Any, order: tuple[str, str], first_fault: tuple[Fault, ...]
) -> None:
    replies = [world.answered("eco: um", *first_fault), doubtful(world)]
    for provider_id in order:
        hear(world, "eco: um", provider_id)
    assert [again(world, one).state for one in replies] == ["sent", "sent"]
    assert {again(world, one).provider_id for one in replies} == {"A", "B"}


@pytest.mark.parametrize(("hours", "state"), [(0.9, "sent"), (1.1, "ambiguous"), (5, "ambiguous")])
def test_an_echo_long_after_the_attempt_is_of_something_else(
    world: Any, hours: float, state: str
) -> None:
    reply = doubtful(world)
    put_back(world, reply, hours=hours)
    hear(world, "eco: um")
    assert again(world, reply).state == state


def test_a_reply_that_has_waited_for_its_channel_is_settled_by_its_echo(world: Any) -> None:
    """Even for longer than a day, and whatever its earlier attempts found."""
    reply = doubtful(world)
    put_back(world, reply, hours=30, attempted=False)
    world.sql(
        "INSERT INTO delivery_logs (message_id, attempt, outcome, correlation_id, created_at)"
        " VALUES (:id, 0, 'retry', 'c', now() - interval '20 hours')",
        id=reply.id,
    )
    hear(world, "eco: um")
    assert again(world, reply).state == "sent"


def test_an_echo_that_is_delivered_again_settles_no_other_reply(world: Any) -> None:
    first, later = doubtful(world), doubtful(world)
    for _ in range(3):
        hear(world, "eco: um")
    assert [again(world, one).state for one in (first, later)] == ["ambiguous", "sent"]


def test_an_echo_delivered_again_with_another_time_settles_no_other_reply(world: Any) -> None:
    """The first reply is out of sight of the later time: only the index knows the id."""
    first = doubtful(world)
    hear(world, "eco: um")
    put_back(world, first, hours=48)
    later = doubtful(world)
    hear(world, "eco: um", sent_at=None)
    assert again(world, later).state == "ambiguous"
    assert again(world, later).provider_id is None


def test_an_echo_without_an_id_settles_a_text_that_was_said_once(world: Any) -> None:
    reply = doubtful(world)
    hear(world, "eco: um", None)
    assert (again(world, reply).state, again(world, reply).provider_id) == ("sent", None)
    later = doubtful(world)
    hear(world, "eco: um", None)
    assert again(world, later).state == "ambiguous"


@pytest.mark.parametrize(("has_arrived", "state"), [(True, "sent"), (False, "dead")])
def test_a_person_who_has_resolved_a_reply_is_not_overruled(
    world: Any, *, has_arrived: bool, state: str
) -> None:
    """Its echo is its own all the same, and does not settle the next one."""
    resolved = doubtful(world)
    ListDead(world.database, world.bell).resolve(resolved.id, arrived=has_arrived)
    later = doubtful(world)
    hear(world, "eco: um")
    found = again(world, resolved)
    assert (found.state, found.reason, found.provider_id) == (state, "resolved", "3EB0")
    assert again(world, later).state == "ambiguous"


def test_the_echo_of_a_replayed_reply_does_not_settle_its_copy(world: Any) -> None:
    original = doubtful(world, fault="status")
    ListDead(world.database, world.bell).replay(original.id, even_if_twice=True)
    world.whaticket.plan(Fault("status", status=500))
    world.deliver_all()
    copy = world.messages(direction="outbound")[-1]
    hear(world, "eco: um", "ORIGINAL")
    assert (again(world, original).state, again(world, original).reason) == (
        "ambiguous",
        "replayed",
    )
    assert again(world, copy).state == "ambiguous"
    hear(world, "eco: um", "COPY")
    assert again(world, copy).state == "sent"


def test_a_dead_reply_takes_no_echo_from_its_replayed_copy(world: Any) -> None:
    dead = world.answered("eco: um", Fault("status", status=400))
    assert dead.state == "dead"
    ListDead(world.database, world.bell).replay(dead.id)
    world.whaticket.plan(Fault("deliver_then_status", status=500))
    world.deliver_all()
    hear(world, "eco: um")
    assert again(world, dead).state == "dead"
    assert world.messages(direction="outbound")[-1].state == "sent"


def test_the_next_turn_is_no_longer_told_of_the_doubt(world: Any) -> None:
    doubtful(world)
    world.customer_says("Que horas abre?")
    world.turn()
    assert DOUBT in earlier(world)
    hear(world, "eco: um")
    world.customer_says("E no sábado?")
    world.turn()
    assert DOUBT not in earlier(world)
    assert "eco: um" in earlier(world)


def earlier(world: Any) -> str:
    """What the model was told was said before."""
    return "\n".join(words for _, words in world.gemini.ledger.calls[-1].contents[:-1])


def test_an_echo_of_what_is_known_as_sent_leaves_the_memory_alone(world: Any) -> None:
    world.answered("eco: um")
    version = world.conversation().memory_version
    hear(world, "eco: um")
    assert world.conversation().memory_version == version


def test_a_settled_reply_is_counted_and_logged_with_ids_alone(world: Any) -> None:
    reply = doubtful(world)
    before = counted()
    with capture_logs() as lines:
        hear(world, "eco: um")
        hear(world, "eco: um")
    assert lines == [
        {
            "event": "delivery.settled",
            "log_level": "info",
            "reply_id": reply.id,
            "conversation_id": reply.conversation_id,
            "correlation_id": reply.correlation_id,
            "how": "echoed",
            "was": "ambiguous",
        }
    ]
    assert counted() - before == 1


def counted() -> float:
    name = "secretaria_replies_settled_total"
    return REGISTRY.get_sample_value(name, {"how": "echoed"}) or 0


def test_while_postgresql_is_away_an_echo_waits_in_the_spool(world: Any) -> None:
    reply = doubtful(world)
    echo = Outgoing(Sender(ANA, None, None, None), "text", "eco: um", "3EB0", datetime.now(UTC))
    replace(world.hear, database=AwayDatabase())(echo)
    assert world.messages(id=reply.id)[0].state == "ambiguous"
    world.parts.import_spool()
    assert world.messages(id=reply.id)[0].state == "sent"
