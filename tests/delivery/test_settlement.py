"""An echo and a sender at the same moment: whichever is first, the reply ends as what it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import gevent
import pytest
from slow_messenger import begin
from sqlalchemy import text

from secretaria.core.delivery import Sending
from secretaria.core.payload import Outgoing, Sender
from secretaria.services.overhear import Overhear
from secretaria.services.settle import Settle
from secretaria.services.sweep import Sweep

ANA = "5511955550101"
OUTCOMES = [
    Sending("sent", http_status=200),
    Sending("unknown", "timeout"),
    Sending("not_arrived", "http_503", 503),
    Sending("channel_down", "whatsapp_disconnected", 400),
    Sending("refused", "http_400", 400),
]


def hear(outbox: Any, words: str, provider_id: str = "3EB0") -> None:
    """Take in an echo, as the webhook does."""
    echo = Outgoing(Sender(ANA, None, None, None), "text", words, provider_id, datetime.now(UTC))
    overhear = Overhear(Settle(outbox.database, outbox.bell), 12)
    with outbox.database.transaction() as session:
        overheard = overhear.take_in(session, echo, at=None)
    overhear.announce(overheard)


def is_settled(outbox: Any, reply_id: int) -> None:
    reply = outbox.reply(reply_id)
    assert (reply.state, reply.reason, reply.provider_id) == ("sent", "echoed", "3EB0")
    assert (reply.lease_until, reply.due_at) == (None, None)
    assert reply.sent_at is not None


@pytest.mark.parametrize("sending", OUTCOMES, ids=lambda sending: sending.kind)
def test_an_echo_before_the_answer_settles_the_reply_whatever_the_answer_is(
    outbox: Any, sending: Sending
) -> None:
    reply_id = outbox.add("um")
    sender, messenger = begin(outbox, reply_id, sending)
    hear(outbox, "um")
    is_settled(outbox, reply_id)
    messenger.may_end.set()
    attempt = sender.get()
    assert (attempt.outcome, attempt.error, attempt.retry_seconds) == ("sent", sending.error, None)
    is_settled(outbox, reply_id)
    reply = outbox.reply(reply_id)
    assert (reply.attempts, reply.uncounted_attempts) == (1, 0)
    assert outbox.value("SELECT memory_version FROM conversations") == 0
    assert (outbox.channel().status == "paused") == (sending.kind == "channel_down")
    outbox.sql("UPDATE channels SET status = 'ok'")
    assert outbox.attempt(reply_id) is None


def test_an_echo_before_the_answer_wakes_the_next_reply(outbox: Any) -> None:
    first, second = outbox.add("um"), outbox.add("dois")
    sender, messenger = begin(outbox, first, Sending("unknown", "timeout"))
    assert outbox.deliver(second) is None
    hear(outbox, "um")
    assert outbox.bell.replies == [(second, 0)]
    assert outbox.deliver(second).outcome == "sent"
    messenger.may_end.set()
    sender.get()
    is_settled(outbox, first)


def test_an_echo_after_the_answer_wakes_nobody_twice(outbox: Any) -> None:
    first, second = outbox.add("um"), outbox.add("dois")
    sender, messenger = begin(outbox, first, Sending("unknown", "timeout"))
    messenger.may_end.set()
    assert sender.get().outcome == "ambiguous"
    assert outbox.bell.replies == [(second, 0)]
    hear(outbox, "um")
    is_settled(outbox, first)
    assert outbox.bell.replies == [(second, 0)]


def test_the_sweeper_finds_nothing_in_a_reply_whose_echo_was_faster_than_its_sender(
    outbox: Any,
) -> None:
    reply_id = outbox.add("um")
    sender, _ = begin(outbox, reply_id, Sending("unknown", "timeout"))
    hear(outbox, "um")
    sender.kill()
    outbox.sql("UPDATE delivery_logs SET created_at = now() - interval '1 minute'")
    Sweep(outbox.database, outbox.bell, 4)()
    is_settled(outbox, reply_id)
    [record] = outbox.logs(reply_id)
    assert (record.outcome, record.error) == ("sent", "worker_lost")


@pytest.mark.parametrize("sending", OUTCOMES, ids=lambda sending: sending.kind)
def test_a_sender_given_up_may_come_back_after_the_echo(outbox: Any, sending: Sending) -> None:
    reply_id = outbox.add("um")
    sender, messenger = begin(outbox, reply_id, sending)
    outbox.sql("UPDATE messages SET lease_until = now() - interval '1 s'")
    Sweep(outbox.database, outbox.bell, 4)()
    assert outbox.state(reply_id) == "ambiguous"
    hear(outbox, "um")
    messenger.may_end.set()
    assert sender.get().outcome == "sent"
    is_settled(outbox, reply_id)


def test_a_sender_that_waits_for_the_echo_to_be_recorded_finds_the_reply_sent(outbox: Any) -> None:
    reply_id = outbox.add("um")
    sender, messenger = begin(outbox, reply_id, Sending("unknown", "timeout"))
    with outbox.database.transaction() as session:
        session.execute(
            text(
                "UPDATE messages SET state = 'sent', reason = 'echoed', provider_id = '3EB0',"
                " lease_until = NULL, due_at = NULL, sent_at = now()"
            )
        )
        messenger.may_end.set()
        outbox.wait_for_a_blocked_statement()
    assert sender.get().outcome == "sent"
    is_settled(outbox, reply_id)


def test_an_echo_that_waits_for_the_outcome_to_be_recorded_settles_what_that_is(
    outbox: Any,
) -> None:
    reply_id = outbox.add("um")
    begin(outbox, reply_id, Sending("unknown", "timeout"))
    with outbox.database.transaction() as session:
        session.execute(text("UPDATE messages SET state = 'ambiguous', lease_until = NULL"))
        hearing = gevent.spawn(hear, outbox, "um")
        outbox.wait_for_a_blocked_statement()
    hearing.get()
    assert outbox.reply(reply_id).sent_at is not None
    assert (outbox.state(reply_id), outbox.reply(reply_id).reason) == ("sent", "echoed")
    assert outbox.value("SELECT memory_version FROM conversations") == 1


def test_an_outcome_recorded_twice_is_not_taken_for_the_next_attempts_success(
    outbox: Any,
) -> None:
    """The next attempt has been proved meanwhile; the first one came to nothing all the same."""
    reply_id = outbox.add("um")
    sender, messenger = begin(outbox, reply_id, Sending("not_arrived", "http_503", 503))
    outbox.sql("UPDATE messages SET attempts = 2, state = 'sent', reason = 'echoed'")
    messenger.may_end.set()
    assert sender.get().outcome == "retry"
    assert outbox.state(reply_id) == "sent"


@pytest.mark.parametrize("many", [2, 8])
def test_an_echo_that_comes_many_times_at_once_settles_one_reply(outbox: Any, many: int) -> None:
    first, second = outbox.add("um"), outbox.add("um")
    outbox.sql("UPDATE messages SET state = 'ambiguous'")
    hearings = [gevent.spawn(hear, outbox, "um") for _ in range(many)]
    gevent.joinall(hearings, raise_error=True)
    assert sorted(outbox.state(one) for one in (first, second)) == ["ambiguous", "sent"]


def test_two_echoes_at_once_settle_two_replies(outbox: Any) -> None:
    replies = [outbox.add("um"), outbox.add("um")]
    outbox.sql("UPDATE messages SET state = 'ambiguous'")
    hearings = [gevent.spawn(hear, outbox, "um", one) for one in ("3EB0", "3EB1")]
    gevent.joinall(hearings, raise_error=True)
    assert {outbox.reply(one).provider_id for one in replies} == {"3EB0", "3EB1"}
    assert [outbox.state(one) for one in replies] == ["sent", "sent"]


@pytest.mark.parametrize("state", ["pending", "cancelled", "dead"])
def test_what_was_never_sent_has_no_echo(outbox: Any, state: str) -> None:
    reply_id = outbox.add("um")
    outbox.sql("UPDATE messages SET state = :state", state=state)
    hear(outbox, "um")
    assert (outbox.state(reply_id), outbox.reply(reply_id).provider_id) == (state, None)


def test_the_record_of_the_attempt_stays_what_it_was(
    outbox: Any, completed: Callable[[int], None]
) -> None:
    reply_id = outbox.add("um")
    sender, messenger = begin(outbox, reply_id, Sending("unknown", "timeout"))
    messenger.may_end.set()
    completed(sender.get())
    hear(outbox, "um")
    [record] = outbox.logs(reply_id)
    assert (record.outcome, record.error) == ("ambiguous", "timeout")
    is_settled(outbox, reply_id)


@pytest.fixture
def completed(outbox: Any) -> Callable[[Any], None]:
    """Complete an attempt's record, as the middleware does."""

    def complete(attempt: Any) -> None:
        outbox.sql(
            "UPDATE delivery_logs SET outcome = :outcome, error = :error WHERE id = :id",
            outcome=attempt.outcome,
            error=attempt.error,
            id=attempt.log_id,
        )

    return complete
