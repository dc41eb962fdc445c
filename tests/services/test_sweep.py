"""The sweeper: what was not woken is woken, what a dead worker held is listed or given back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pytest_mock import MockerFixture

from secretaria.errors import DatabaseUnavailable
from secretaria.models import channel, locks, sweeping
from secretaria.playground.faults import Fault
from secretaria.services.sweep import Patience

MINUTE_AGO = "now() - interval '1 minute'"


def sweep(world: Any) -> None:
    world.bell.conversations.clear()
    world.bell.replies.clear()
    world.parts.sweep()


def test_a_turn_whose_bell_was_lost_is_woken_and_not_every_time(world: Any) -> None:
    world.customer_says("oi")
    world.sql(f"UPDATE conversations SET due_at = {MINUTE_AGO}")
    sweep(world)
    assert world.bell.conversations == [(1, 0)]
    sweep(world)
    assert world.bell.conversations == []
    world.sql(f"UPDATE conversations SET rung_at = {MINUTE_AGO}")
    sweep(world)
    assert world.bell.conversations == [(1, 0)]


def test_a_turn_that_is_not_due_or_is_being_worked_on_is_left_alone(
    make_world: Callable[..., Any],
) -> None:
    world = make_world(burst_window_seconds=60)
    world.customer_says("oi")
    sweep(world)
    assert world.bell.conversations == []
    world.sql(
        f"UPDATE conversations SET due_at = {MINUTE_AGO}, lease_owner = 'somebody',"
        " lease_until = now() + interval '10 seconds'"
    )
    sweep(world)
    assert world.bell.conversations == []


def test_what_a_dead_worker_held_is_not_woken_among_others(world: Any) -> None:
    world.customer_says("oi")
    world.sql(
        f"UPDATE conversations SET due_at = {MINUTE_AGO}, lease_owner = 'dead',"
        " lease_until = now() - interval '1 second'"
    )
    sweep(world)
    assert world.bell.conversations == []


def test_an_intent_without_an_outcome_is_ambiguous_and_never_sent_again(world: Any) -> None:
    world.customer_says("eco: um")
    world.turn()
    world.sql("UPDATE messages SET state = 'sending', attempts = 1 WHERE direction = 'outbound'")
    world.sql(f"UPDATE messages SET lease_until = {MINUTE_AGO} WHERE direction = 'outbound'")
    sweep(world)
    assert world.states("outbound") == ["ambiguous"]
    assert world.messages(direction="outbound")[0].reason == "sender_lost"
    sweep(world)
    assert world.bell.replies == []
    world.parts.deliver(2)
    assert world.whaticket.ledger.sendings == []


def test_a_reply_whose_bell_was_lost_is_woken_the_first_of_its_conversation_only(
    world: Any,
) -> None:
    for words in ("eco: um", "eco: dois"):
        world.customer_says(words)
        world.turn()
    first, _ = world.messages(direction="outbound")
    world.sql(f"UPDATE messages SET due_at = {MINUTE_AGO} WHERE direction = 'outbound'")
    sweep(world)
    assert world.bell.replies == [(first.id, 0)]


def test_a_reply_that_could_not_leave_for_too_long_is_listed_not_sent(world: Any) -> None:
    world.customer_says("eco: um")
    world.turn()
    world.sql("UPDATE messages SET created_at = now() - interval '5 hours'")
    sweep(world)
    [reply] = world.messages(direction="outbound")
    assert (reply.state, reply.reason) == ("dead", "too_old")
    world.deliver_all()
    assert world.whaticket.ledger.sendings == []


def test_a_pass_never_takes_more_than_its_share(world: Any) -> None:
    world.customer_says("oi")
    world.sql(
        "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id,"
        " due_at, created_at) SELECT 1, 'outbound', 'pending', 'reply', 'x', 'c', now(),"
        " now() - interval '5 hours' FROM generate_series(1, :many)",
        many=sweeping.LONGEST_PASS + 1,
    )
    sweep(world)
    assert world.states("outbound").count("dead") == sweeping.LONGEST_PASS
    sweep(world)
    assert world.states("outbound").count("dead") == sweeping.LONGEST_PASS + 1


def test_while_the_channel_is_paused_one_reply_is_woken_when_the_probe_is_due(world: Any) -> None:
    for number in ("5511955550101", "5511955550102"):
        world.customer_says("eco: um", number=number)
    world.turn(1)
    world.turn(2)
    world.whaticket.plan(Fault("status", status=400, body={"error": "ERR_WAPP_NOT_INITIALIZED"}))
    world.parts.deliver(world.messages(direction="outbound")[0].id)
    sweep(world)
    assert world.bell.replies == []
    world.sql(f"UPDATE channels SET probe_at = {MINUTE_AGO}")
    world.sql(f"UPDATE messages SET due_at = {MINUTE_AGO} WHERE direction = 'outbound'")
    sweep(world)
    assert len(world.bell.replies) == 1
    world.parts.deliver(world.bell.replies[0][0])
    with world.database.transaction() as session:
        assert not channel.is_paused(session)
    sweep(world)
    assert len(world.bell.replies) == 1


def test_a_record_left_open_is_closed_from_what_became_of_the_reply(world: Any) -> None:
    world.customer_says("eco: um")
    world.answer()
    assert world.logs()[0].outcome is None  # the middleware, which completes it, did not run
    world.sql("UPDATE delivery_logs SET created_at = now() - interval '2 minutes'")
    sweep(world)
    [record] = world.logs()
    assert (record.outcome, record.error) == ("sent", "worker_lost")


def test_an_earlier_record_left_open_is_closed_as_a_retry(world: Any) -> None:
    world.customer_says("eco: um")
    world.turn()
    world.whaticket.plan(Fault("status", status=503))
    world.deliver_all()
    world.sql("UPDATE messages SET due_at = now() WHERE state = 'pending'")
    world.deliver_all()
    world.sql("UPDATE delivery_logs SET created_at = now() - interval '2 minutes'")
    sweep(world)
    assert [record.outcome for record in world.logs()] == ["retry", "sent"]


def test_only_one_worker_sweeps_at_a_time(world: Any) -> None:
    world.customer_says("oi")
    world.sql(f"UPDATE conversations SET due_at = {MINUTE_AGO}")
    with world.database.transaction() as session:
        assert locks.take(session, "sweep")
        sweep(world)
    assert world.bell.conversations == []


def test_a_sender_may_say_what_became_of_a_reply_before_it_is_given_up(world: Any) -> None:
    """PostgreSQL was away for both; the sender, who knows better, may ask a little later."""
    world.customer_says("eco: um")
    world.turn()
    world.sql("UPDATE messages SET state = 'sending', attempts = 1 WHERE direction = 'outbound'")
    world.sql(f"UPDATE messages SET lease_until = {MINUTE_AGO} WHERE direction = 'outbound'")
    seconds = [0.0]
    patience = Patience(5.0, lambda: seconds[0])
    patient = replace(world.parts.sweep, patience=patience)
    for now, state in ((0.0, "sending"), (4.9, "sending")):
        seconds[0] = now
        patient()
        assert world.states("outbound") == [state]
    seconds[0] = 100.0
    with pytest.raises(DatabaseUnavailable), patience.tried():
        raise DatabaseUnavailable("timeout")
    patient()
    assert world.states("outbound") == ["sending"]
    seconds[0] = 105.0
    patient()
    assert world.states("outbound") == ["ambiguous"]


def test_what_the_queue_did_not_take_is_rung_for_again_by_the_next_pass(
    world: Any, mocker: MockerFixture
) -> None:
    world.customer_says("eco: um")
    world.turn()
    world.customer_says("eco: dois")
    world.sql(f"UPDATE conversations SET due_at = {MINUTE_AGO}")
    world.sql(f"UPDATE messages SET due_at = {MINUTE_AGO} WHERE direction = 'outbound'")
    deaf = mocker.Mock(ring_converse=lambda _: False, ring_deliver=lambda _: False)
    replace(world.parts.sweep, bell=deaf)()
    sweep(world)
    assert world.bell.conversations == [(1, 0)]
    assert [reply_id for reply_id, _ in world.bell.replies] == [2]
