"""A number that is not on WhatsApp as it was written is tried once in its other form."""

from typing import Any

import pytest

from secretaria.playground.faults import Fault

CAME, OTHER = "5516991234567", "551691234567"
LANDLINE = "551632123456"
NOT_ON_WHATSAPP = {"error": "ERR_CHECK_NUMBER"}
GENERIC = {"error": "Não foi possível enviar a mensagem, tente novamente em alguns instantes"}


def refusing(*numbers: str, body: Any = NOT_ON_WHATSAPP) -> list[Fault]:
    return [Fault("status", status=400, body=body, number=one, times=None) for one in numbers]


def deliver(outbox: Any, *, number: str = CAME) -> int:
    """Add a reply and deliver it, also when the bell rings for it again; answers its id."""
    reply_id = int(outbox.add(number=number))
    outbox.bell.replies.clear()
    outbox.deliver(reply_id)
    while (reply_id, 0) in outbox.bell.replies:
        outbox.bell.replies.remove((reply_id, 0))
        outbox.deliver(reply_id)
    return reply_id


def tried(outbox: Any) -> list[str]:
    return [sending.number for sending in outbox.whaticket.ledger.sendings]


def working_number(outbox: Any) -> str | None:
    found: str | None = outbox.value("SELECT working_number FROM contacts")
    return found


@pytest.mark.parametrize("body", [NOT_ON_WHATSAPP, GENERIC])
@pytest.mark.parametrize(("came", "other"), [(CAME, OTHER), (OTHER, CAME)])
def test_a_refused_form_is_followed_by_the_other_at_once_which_is_remembered(
    outbox: Any, came: str, other: str, body: Any
) -> None:
    outbox.whaticket.plan(*refusing(came, body=body))
    reply_id = deliver(outbox, number=came)
    reply = outbox.reply(reply_id)
    assert (reply.state, reply.tried_number, reply.attempts) == ("sent", other, 1)
    assert tried(outbox) == [came, other]
    assert working_number(outbox) == other
    assert [record.attempt for record in outbox.logs(reply_id)] == [1, 2]
    deliver(outbox, number=came)
    assert tried(outbox) == [came, other, other]


def test_the_first_attempt_is_a_retry_that_does_not_count(outbox: Any) -> None:
    outbox.whaticket.plan(*refusing(CAME))
    reply_id = outbox.add(number=CAME)
    attempt = outbox.deliver(reply_id)
    reply = outbox.reply(reply_id)
    assert (attempt.outcome, attempt.error) == ("retry", "not_on_whatsapp")
    assert attempt.retry_seconds is None
    assert (reply.state, reply.attempts, reply.uncounted_attempts) == ("pending", 0, 1)
    assert outbox.due_in(reply_id) <= 0
    assert outbox.bell.replies == [(reply_id, 0)]


@pytest.mark.parametrize(
    ("body", "reason"), [(NOT_ON_WHATSAPP, "not_on_whatsapp"), (GENERIC, "generic_refusal")]
)
def test_a_number_that_is_refused_in_both_forms_is_dead(
    outbox: Any, body: Any, reason: str
) -> None:
    outbox.whaticket.plan(*refusing(CAME, OTHER, body=body))
    reply = outbox.reply(deliver(outbox))
    assert (reply.state, reply.reason) == ("dead", reason)
    assert tried(outbox) == [CAME, OTHER]
    assert working_number(outbox) is None


def test_a_number_with_one_form_only_is_dead_at_once(outbox: Any) -> None:
    outbox.whaticket.plan(*refusing(LANDLINE))
    reply_id = deliver(outbox, number=LANDLINE)
    assert outbox.state(reply_id) == "dead"
    assert tried(outbox) == [LANDLINE]


def test_what_is_refused_for_another_reason_is_not_tried_elsewhere(outbox: Any) -> None:
    outbox.whaticket.plan(*refusing(CAME, body={"error": "ERR_SYNTAX"}))
    assert outbox.state(deliver(outbox)) == "dead"
    assert tried(outbox) == [CAME]


def test_a_form_that_no_longer_works_gives_way_to_the_one_that_came(outbox: Any) -> None:
    outbox.whaticket.plan(*refusing(CAME))
    deliver(outbox)
    outbox.whaticket.plan(*refusing(OTHER))
    assert outbox.state(deliver(outbox)) == "sent"
    assert tried(outbox) == [CAME, OTHER, OTHER, CAME]
    assert working_number(outbox) is None


def test_a_channel_that_is_down_at_the_other_form_is_still_paused(outbox: Any) -> None:
    down = Fault("status", status=400, body={"error": "ERR_WAPP_NOT_INITIALIZED"}, number=OTHER)
    outbox.whaticket.plan(*refusing(CAME), down)
    reply_id = deliver(outbox)
    assert outbox.state(reply_id) == "pending"
    assert outbox.channel().status == "paused"
    outbox.sql("UPDATE channels SET status = 'ok'")
    outbox.attempt(reply_id)
    assert outbox.state(reply_id) == "sent"
    assert tried(outbox) == [CAME, OTHER, OTHER]


def test_whoever_waits_behind_goes_after_the_other_form(outbox: Any) -> None:
    outbox.whaticket.plan(*refusing(CAME))
    first, second = outbox.add("um", number=CAME), outbox.add("dois", number=CAME)
    outbox.deliver(first)
    assert outbox.deliver(second) is None
    outbox.deliver(first)
    outbox.deliver(second)
    assert outbox.whaticket.replies_to(OTHER) == ["um", "dois"]
