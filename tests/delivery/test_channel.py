"""The channel: when it pauses, how it is probed, and what happens to the replies meanwhile."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import gevent
import pytest
from slow_messenger import begin
from sqlalchemy import text

from secretaria.bootstrap import worker
from secretaria.core.delivery import Sending
from secretaria.playground.faults import Fault
from secretaria.services.sweep import Sweep

pytestmark = pytest.mark.minutes(1)

DISCONNECTED = Fault("status", status=400, body={"error": "ERR_WAPP_NOT_INITIALIZED"}, times=None)


def pause(outbox: Any) -> int:
    """Find the channel down with a first reply; answers its id."""
    outbox.whaticket.plan(DISCONNECTED)
    reply_id = outbox.add("a sonda")
    outbox.deliver(reply_id)
    assert outbox.channel().status == "paused"
    return int(reply_id)


def let_probe(outbox: Any) -> None:
    outbox.sql("UPDATE channels SET probe_at = now()")


def seconds_until_probe(outbox: Any) -> float:
    return float(
        outbox.value("SELECT extract(epoch FROM probe_at - clock_timestamp()) FROM channels")
    )


def numbers(count: int) -> list[str]:
    return [f"55119555503{index:02}" for index in range(count)]


def test_while_it_is_paused_nothing_is_sent_and_no_attempt_is_used(outbox: Any) -> None:
    probe = pause(outbox)
    others = [outbox.add(number=number) for number in numbers(3)]
    assert [outbox.attempt(reply_id) for reply_id in [probe, *others]] == [None] * 4
    assert len(outbox.whaticket.ledger.sendings) == 1
    assert [outbox.reply(reply_id).attempts for reply_id in [probe, *others]] == [0] * 4
    assert [outbox.logs(reply_id) for reply_id in others] == [[], [], []]


def test_one_probe_goes_at_a_time_however_many_want_to(outbox: Any) -> None:
    pause(outbox)
    waiting = [outbox.add(number=number) for number in numbers(6)]
    let_probe(outbox)
    outbox.whaticket.default_delay_seconds = 3
    probes = [gevent.spawn(outbox.deliver, reply_id) for reply_id in waiting]
    gevent.joinall(probes, raise_error=True)
    assert len(outbox.whaticket.ledger.sendings) == 2
    assert len([probe for probe in probes if probe.value is not None]) == 1


def test_the_next_probe_waits_until_this_one_must_be_over(outbox: Any) -> None:
    outbox = outbox.reconfigured(whaticket_timeout_seconds=40)
    reply_id = pause(outbox)
    let_probe(outbox)
    outbox.sql("UPDATE messages SET due_at = now()")
    before = outbox.now()
    probe, messenger = begin(outbox, reply_id, Sending("sent", http_status=200))
    assert outbox.channel().probe_at - before > timedelta(seconds=40)
    messenger.may_end.set()
    assert probe.get().outcome == "sent"


def test_a_turn_to_probe_that_was_not_used_goes_to_the_next(outbox: Any) -> None:
    """Another worker takes the reply between the look at it and the claim."""
    reply_id = pause(outbox)
    let_probe(outbox)
    with outbox.database.transaction() as session:
        session.execute(text("UPDATE messages SET state = 'cancelled'"))
        late = gevent.spawn(outbox.deliver, reply_id)
        outbox.wait_for_a_blocked_statement()
    assert late.get() is None
    assert seconds_until_probe(outbox) <= 0


@pytest.mark.parametrize(
    "fault",
    [
        DISCONNECTED,
        Fault("status", status=401, times=None),
        Fault("status", status=503, times=None),
        Fault("status", status=429, times=None),
    ],
)
def test_a_probe_that_does_not_arrive_uses_no_attempt_and_the_channel_stays_paused(
    outbox: Any, fault: Fault
) -> None:
    reply_id = pause(outbox)
    outbox.whaticket.plan(fault)
    for _ in range(8):
        let_probe(outbox)
        before = outbox.now()
        assert outbox.attempt(reply_id).retry_seconds is None
    reply = outbox.reply(reply_id)
    assert (reply.state, reply.attempts, reply.uncounted_attempts) == ("pending", 0, 9)
    assert [record.attempt for record in outbox.logs(reply_id)] == list(range(1, 10))
    assert outbox.channel().status == "paused"
    assert outbox.channel().probe_at - before >= timedelta(seconds=15)
    assert seconds_until_probe(outbox) <= 15


def test_a_whaticket_that_restarts_while_paused_uses_no_attempt(outbox: Any) -> None:
    reply_id = pause(outbox)
    outbox.whaticket.stop()
    let_probe(outbox)
    assert outbox.attempt(reply_id).error == "ConnectionRefusedError"
    assert outbox.reply(reply_id).attempts == 0
    assert outbox.channel().reason == "ConnectionRefusedError"


def test_a_probe_that_is_put_off_is_repeated_when_whaticket_says_so(outbox: Any) -> None:
    reply_id = pause(outbox)
    outbox.whaticket.plan(Fault("status", status=503, retry_after=90))
    let_probe(outbox)
    before = outbox.now()
    outbox.attempt(reply_id)
    assert outbox.channel().probe_at - before >= timedelta(seconds=90)
    assert seconds_until_probe(outbox) <= 90


def test_a_probe_of_unknown_fate_is_ambiguous_and_the_channel_stays_paused(outbox: Any) -> None:
    reply_id = pause(outbox)
    outbox.whaticket.plan(Fault("deliver_then_reset"))
    let_probe(outbox)
    outbox.attempt(reply_id)
    assert outbox.state(reply_id) == "ambiguous"
    assert outbox.channel().status == "paused"


@pytest.mark.parametrize("fault", [Fault("ok"), Fault("status", status=400)])
def test_whatever_whatsapp_judges_opens_the_channel(outbox: Any, fault: Fault) -> None:
    reply_id = pause(outbox)
    outbox.whaticket.plan(fault)
    let_probe(outbox)
    outbox.attempt(reply_id)
    channel = outbox.channel()
    assert (channel.status, channel.reason, channel.probe_at) == ("ok", None, None)


def test_when_it_opens_the_waiting_replies_leave_in_order(outbox: Any) -> None:
    first = pause(outbox)
    later = [outbox.add(f"resposta {index}") for index in range(3)]
    other = outbox.add("outra conversa", number="5511955550309")
    sweep = Sweep(outbox.database, outbox.bell, outbox.settings.reply_max_age_hours)
    outbox.whaticket.plan()
    let_probe(outbox)
    outbox.sql("UPDATE messages SET due_at = now() - interval '1 minute'")
    while any(outbox.state(one) == "pending" for one in [first, *later, other]):
        outbox.sql("UPDATE messages SET rung_at = NULL")
        sweep()
        assert outbox.bell.replies, "the sweeper wakes nobody"
        while outbox.bell.replies:
            outbox.deliver(outbox.bell.replies.pop(0)[0])
    assert outbox.whaticket.replies_to("5511955550101") == [
        "a sonda",
        "resposta 0",
        "resposta 1",
        "resposta 2",
    ]
    assert outbox.whaticket.replies_to("5511955550309") == ["outra conversa"]


def test_out_of_reach_for_half_a_minute_is_down(outbox: Any) -> None:
    outbox.whaticket.stop()
    reply_id = outbox.add()
    outbox.deliver(reply_id)
    outbox.sql("UPDATE channels SET unreachable_since = now() - interval '27 seconds'")
    outbox.attempt(reply_id)
    assert (outbox.channel().status, outbox.reply(reply_id).attempts) == ("ok", 2)
    outbox.sql("UPDATE channels SET unreachable_since = now() - interval '31 seconds'")
    assert outbox.attempt(reply_id).retry_seconds is None
    assert (outbox.channel().status, outbox.reply(reply_id).attempts) == ("paused", 2)
    outbox.whaticket.start()
    let_probe(outbox)
    outbox.attempt(reply_id)
    assert outbox.state(reply_id) == "sent"
    channel = outbox.channel()
    assert (channel.status, channel.unreachable_since) == ("ok", None)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_any_answer_ends_the_time_out_of_reach(outbox: Any, status: int) -> None:
    outbox.sql("UPDATE channels SET unreachable_since = now() - interval '1 hour'")
    outbox.whaticket.plan(Fault("status", status=status))
    outbox.deliver(outbox.add())
    assert outbox.channel().unreachable_since is None
    outbox.whaticket.stop()
    outbox.deliver(outbox.add(number="5511955550309"))
    assert outbox.channel().status == "ok"


def test_it_pauses_once_however_many_find_it_down(
    outbox: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    outbox.whaticket.plan(DISCONNECTED)
    outbox.whaticket.default_delay_seconds = 0.2
    waiting = [outbox.add(number=number) for number in numbers(5)]
    gevent.joinall([gevent.spawn(outbox.deliver, one) for one in waiting], raise_error=True)
    assert capsys.readouterr().out.count("channel.paused") == 1
    assert [outbox.reply(one).attempts for one in waiting] == [0] * 5


def test_the_worker_lists_replies_older_than_the_owners_limit(make_settings: Any) -> None:
    parts = worker.wire(make_settings(reply_max_age_hours=7))
    assert parts.deliver.reply_max_age_hours == parts.sweep.reply_max_age_hours == 7


def test_one_reply_that_always_finds_it_down_does_not_stop_the_others(outbox: Any) -> None:
    stubborn, healthy = numbers(2)
    always = Fault("status", status=400, body={"error": "ERR_SENDING_WAPP_MSG"}, times=None)
    outbox.whaticket.plan(replace(always, number=stubborn))
    bad = outbox.add(number=stubborn)
    outbox.deliver(bad)
    assert outbox.channel().status == "paused"
    let_probe(outbox)
    outbox.deliver(outbox.add(number=healthy))
    assert outbox.channel().status == "ok"
    outbox.deliver(bad)
    assert outbox.channel().status == "ok"
    assert outbox.reply(bad).attempts == 1
    for _ in range(5):
        outbox.sql("UPDATE messages SET due_at = now() WHERE state = 'pending'")
        outbox.deliver(bad)
    assert outbox.state(bad) == "dead"
