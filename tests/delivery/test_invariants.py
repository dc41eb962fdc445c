"""What holds whatever dies and whenever: once, in order, and never without an intent on record."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import gevent
import pytest
from slow_messenger import MOST_SECONDS, SlowMessenger, begin
from sqlalchemy import PoolProxiedConnection, text
from sqlalchemy.orm import Session

from secretaria.core.delivery import Sending
from secretaria.errors import DatabaseUnavailable
from secretaria.models import claims
from secretaria.playground.engines.process import wait_until
from secretaria.playground.faults import Fault
from secretaria.services.sweep import Sweep

ANA = "5511955550101"


@dataclass
class StumblingDatabase:
    """PostgreSQL that is away for so many of the transactions after the first ones."""

    database: Any
    good: int
    bad: int
    has_committed: bool = False

    def transaction(self) -> AbstractContextManager[Session]:
        return self._stumbling(self.database.transaction)

    def statements(self) -> AbstractContextManager[PoolProxiedConnection]:
        return self._stumbling(self.database.statements)

    @contextmanager
    def _stumbling(self, opened: Callable[[], AbstractContextManager[Any]]) -> Iterator[Any]:
        if self.good > 0:
            self.good -= 1
        elif self.bad > 0:
            self.bad -= 1
            if self.has_committed:
                with opened() as executor:
                    yield executor
            raise DatabaseUnavailable("stumbled")
        with opened() as executor:
            yield executor


def patient(outbox: Any, database: StumblingDatabase) -> Any:
    """The same delivering on that database, with a clock that does not really sleep."""
    clock = replace(outbox.deliver.clock, sleep=lambda _: None)
    return replace(outbox.deliver, database=database, clock=clock)


def sweep(outbox: Any) -> None:
    outbox.bell.replies.clear()
    Sweep(outbox.database, outbox.bell, 4)()


def test_two_workers_with_the_same_reply_send_it_once(outbox: Any) -> None:
    reply_id = outbox.add()
    outbox.whaticket.default_delay_seconds = 0.1
    workers = [gevent.spawn(outbox.deliver, reply_id) for _ in range(8)]
    gevent.joinall(workers, raise_error=True)
    assert len(outbox.whaticket.ledger.sendings) == 1
    assert len(outbox.logs(reply_id)) == 1
    assert outbox.state(reply_id) == "sent"


@pytest.mark.parametrize("state", ["sent", "sending", "ambiguous", "dead", "cancelled"])
def test_only_what_waits_is_ever_sent(outbox: Any, state: str) -> None:
    reply_id = outbox.add()
    outbox.sql("UPDATE messages SET state = :state", state=state)
    assert outbox.deliver(reply_id) is None
    assert not outbox.whaticket.ledger.sendings


def test_an_unknown_reply_is_nothing_to_do(outbox: Any) -> None:
    assert outbox.deliver(999) is None


def test_a_reply_that_waits_holds_back_the_ones_after_it(outbox: Any) -> None:
    first, second = outbox.add("um"), outbox.add("dois")
    outbox.whaticket.plan(Fault("status", status=503))
    outbox.deliver(first)
    assert outbox.state(first) == "pending"
    assert outbox.deliver(second) is None
    outbox.attempt(first)
    assert outbox.bell.replies == [(second, 0)]
    outbox.deliver(second)
    assert outbox.whaticket.replies_to(ANA) == ["um", "dois"]


@pytest.mark.parametrize("state", ["ambiguous", "dead", "cancelled", "sent"])
def test_a_settled_reply_holds_nothing_back(outbox: Any, state: str) -> None:
    first, second = outbox.add("um"), outbox.add("dois")
    outbox.sql("UPDATE messages SET state = :state WHERE id = :id", state=state, id=first)
    outbox.deliver(second)
    assert outbox.whaticket.replies_to(ANA) == ["dois"]


def test_a_reply_on_its_way_holds_back_the_ones_after_it_and_the_ones_before_it(
    outbox: Any,
) -> None:
    """An earlier one can appear late: ids are given out before transactions are committed."""
    earlier, later = outbox.add("um"), outbox.add("dois")
    outbox.sql("UPDATE messages SET state = 'cancelled' WHERE id = :id", id=earlier)
    sender, messenger = begin(outbox, later, Sending("sent", http_status=200))
    outbox.sql("UPDATE messages SET state = 'pending' WHERE id = :id", id=earlier)
    after = outbox.add("três")
    assert [outbox.deliver(one) for one in (earlier, after)] == [None, None]
    outbox.sql("UPDATE messages SET due_at = now() - interval '1 minute'")
    sweep(outbox)
    assert outbox.bell.replies == []
    messenger.may_end.set()
    sender.get()
    assert outbox.bell.replies == [(earlier, 0)]


def test_two_replies_of_a_conversation_claimed_in_the_same_instant_cannot_crash(
    outbox: Any,
) -> None:
    """Neither sees the other's claim, and the database's own rule lets one of them win."""
    earlier, later = outbox.add("um"), outbox.add("dois")
    with outbox.database.transaction() as session:
        session.execute(text("UPDATE messages SET state = 'sending' WHERE id = :id"), {"id": later})
        loser = gevent.spawn(outbox.deliver, earlier)
        outbox.wait_for_a_blocked_statement()
    assert loser.get() is None
    assert outbox.state(earlier) == "pending"
    assert not outbox.whaticket.ledger.sendings
    assert outbox.logs(earlier) == []


def test_conversations_do_not_wait_for_each_other(outbox: Any) -> None:
    held, other = outbox.add("um"), outbox.add("dois", number="5511955550102")
    outbox.whaticket.plan(Fault("status", status=503, number=ANA))
    outbox.deliver(held)
    outbox.deliver(other)
    assert outbox.state(other) == "sent"


def test_the_next_reply_is_woken_for_when_it_is_due(outbox: Any) -> None:
    first, second = outbox.add("um"), outbox.add("dois")
    started = time.monotonic()
    outbox.sql("UPDATE messages SET due_at = now() + interval '40 s' WHERE id = :id", id=second)
    outbox.deliver(first)
    [(woken, delay_seconds)] = outbox.bell.replies
    assert woken == second
    assert 39 - (time.monotonic() - started) < delay_seconds <= 40


def test_the_intent_stands_before_the_call_and_is_nobody_elses(outbox: Any) -> None:
    reply_id = outbox.add()
    sender, messenger = begin(outbox, reply_id, Sending("sent", http_status=200))
    reply = outbox.reply(reply_id)
    assert (reply.state, reply.attempts) == ("sending", 1)
    assert len(outbox.logs(reply_id)) == 1
    assert outbox.deliver(reply_id) is None
    sweep(outbox)
    assert outbox.state(reply_id) == "sending"
    messenger.may_end.set()
    assert sender.get().outcome == "sent"


def lose_the_lease(outbox: Any, reply_id: int) -> None:
    outbox.sql("UPDATE messages SET lease_until = now() - interval '1 s' WHERE id = :i", i=reply_id)
    sweep(outbox)
    assert outbox.state(reply_id) == "ambiguous"


def test_a_sender_given_up_that_comes_back_with_a_success_settles_the_reply(outbox: Any) -> None:
    reply_id = outbox.add()
    sender, messenger = begin(outbox, reply_id, Sending("sent", http_status=200))
    lose_the_lease(outbox, reply_id)
    messenger.may_end.set()
    assert sender.get().outcome == "sent"
    reply = outbox.reply(reply_id)
    assert (reply.state, reply.reason) == ("sent", None)
    assert reply.sent_at is not None


@pytest.mark.parametrize(
    "sending",
    [
        Sending("not_arrived", "http_503", 503),
        Sending("channel_down", "access_401", 401),
        Sending("refused", "http_400", 400),
        Sending("unknown", "timeout"),
    ],
)
def test_a_sender_given_up_that_comes_back_with_a_failure_changes_nothing(
    outbox: Any, sending: Sending
) -> None:
    reply_id = outbox.add()
    sender, messenger = begin(outbox, reply_id, sending)
    lose_the_lease(outbox, reply_id)
    messenger.may_end.set()
    attempt = sender.get()
    assert (attempt.outcome, attempt.retry_seconds) == ("ambiguous", None)
    reply = outbox.reply(reply_id)
    assert (reply.state, reply.attempts, reply.uncounted_attempts) == ("ambiguous", 1, 0)
    outbox.sql("UPDATE channels SET status = 'ok'")
    assert outbox.attempt(reply_id) is None


def test_a_late_success_does_not_undo_what_a_person_has_decided(outbox: Any) -> None:
    reply_id = outbox.add()
    sender, messenger = begin(outbox, reply_id, Sending("sent", http_status=200))
    lose_the_lease(outbox, reply_id)
    outbox.sql("UPDATE messages SET state = 'dead', reason = 'resolved', resolved_at = now()")
    messenger.may_end.set()
    sender.get()
    assert outbox.state(reply_id) == "dead"


def test_an_outcome_recorded_twice_cannot_touch_the_next_attempt(outbox: Any) -> None:
    """The first commit worked and its confirmation was lost; meanwhile the next probe began."""
    reply_id = outbox.add()
    database = StumblingDatabase(outbox.database, good=1, bad=1, has_committed=True)
    down = SlowMessenger(Sending("channel_down", "access_401", 401))
    down.may_end.set()
    between: list[tuple[gevent.Greenlet, SlowMessenger]] = []

    def next_probe_begins(_: float) -> None:
        outbox.sql("UPDATE channels SET status = 'ok'")
        between.append(begin(outbox, reply_id, Sending("sent", http_status=200)))

    clock = replace(outbox.deliver.clock, sleep=next_probe_begins)
    replace(outbox.deliver, database=database, messenger=down, clock=clock)(reply_id)
    reply = outbox.reply(reply_id)
    assert (reply.state, reply.attempts, reply.uncounted_attempts) == ("sending", 1, 1)
    [(sender, messenger)] = between
    messenger.may_end.set()
    assert sender.get().outcome == "sent"
    assert outbox.state(reply_id) == "sent"


def test_without_its_intent_on_record_nothing_is_sent(outbox: Any) -> None:
    reply_id = outbox.add()
    deliver = patient(outbox, StumblingDatabase(outbox.database, good=0, bad=99))
    with pytest.raises(DatabaseUnavailable):
        deliver(reply_id)
    assert not outbox.whaticket.ledger.sendings
    assert outbox.state(reply_id) == "pending"


def test_an_intent_whose_commit_is_uncertain_is_withdrawn_since_nothing_was_sent(
    outbox: Any,
) -> None:
    reply_id = outbox.add()
    database = StumblingDatabase(outbox.database, good=0, bad=1, has_committed=True)
    with pytest.raises(DatabaseUnavailable):
        patient(outbox, database)(reply_id)
    assert not outbox.whaticket.ledger.sendings
    reply = outbox.reply(reply_id)
    assert (reply.state, reply.attempts, reply.uncounted_attempts) == ("pending", 0, 0)
    assert outbox.logs(reply_id) == []
    assert outbox.attempt(reply_id).outcome == "sent"
    assert [log.attempt for log in outbox.logs(reply_id)] == [1]


@dataclass
class SilentDatabase:
    """PostgreSQL whose first commit has no answer; something happens before it is asked again."""

    database: Any
    meanwhile: Callable[[], None]
    asked: int = 0

    def transaction(self) -> AbstractContextManager[Session]:
        return self._silently(self.database.transaction)

    def statements(self) -> AbstractContextManager[PoolProxiedConnection]:
        return self._silently(self.database.statements)

    @contextmanager
    def _silently(self, opened: Callable[[], AbstractContextManager[Any]]) -> Iterator[Any]:
        self.asked += 1
        is_first = self.asked == 1
        if not is_first:
            self.meanwhile()
        with opened() as executor:
            yield executor
        if is_first:
            raise DatabaseUnavailable("timeout")


def uncertain_intent(outbox: Any, reply_id: int, meanwhile: Callable[[], None]) -> None:
    """Write an intent whose commit has no answer; something happens before it is withdrawn."""
    database = SilentDatabase(outbox.database, meanwhile)
    with pytest.raises(DatabaseUnavailable):
        replace(outbox.deliver, database=database)(reply_id)


def test_an_uncertain_intent_that_was_given_up_meanwhile_is_withdrawn_all_the_same(
    outbox: Any,
) -> None:
    reply_id = outbox.add()
    uncertain_intent(outbox, reply_id, lambda: lose_the_lease(outbox, reply_id))
    assert outbox.state(reply_id) == "pending"
    assert outbox.attempt(reply_id).outcome == "sent"


def test_an_uncertain_intent_that_a_later_reply_has_overtaken_is_listed(outbox: Any) -> None:
    reply_id, later_id = outbox.add(), outbox.add("depois")

    def overtake() -> None:
        lose_the_lease(outbox, reply_id)
        assert outbox.attempt(later_id).outcome == "sent"

    uncertain_intent(outbox, reply_id, overtake)
    assert outbox.state(reply_id) == "ambiguous"
    assert [one.body for one in outbox.whaticket.ledger.sendings] == ["depois"]


def test_nobody_withdraws_the_intent_of_another(outbox: Any) -> None:
    reply_id = outbox.add()
    sender, messenger = begin(outbox, reply_id, Sending("sent", http_status=200))
    with outbox.database.transaction() as session:
        assert claims.withdraw(session, reply_id, owner="another") is None
    messenger.may_end.set()
    assert sender.get().outcome == "sent"


@pytest.mark.parametrize("bad", [1, 4])
@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault("ok"), "sent"),
        (Fault("status", status=503), "pending"),
        (Fault("status", status=400), "dead"),
    ],
)
def test_an_outcome_is_recorded_when_postgresql_is_back_within_seconds(
    outbox: Any, bad: int, fault: Fault, state: str
) -> None:
    reply_id = outbox.add()
    outbox.whaticket.plan(fault)
    patient(outbox, StumblingDatabase(outbox.database, good=1, bad=bad))(reply_id)
    assert outbox.state(reply_id) == state
    assert len(outbox.whaticket.ledger.sendings) == 1


def test_an_outcome_that_cannot_be_recorded_is_ambiguous_and_never_sent_again(outbox: Any) -> None:
    first, second = outbox.add("um"), outbox.add("dois")
    deliver = patient(outbox, StumblingDatabase(outbox.database, good=1, bad=99))
    with pytest.raises(DatabaseUnavailable):
        deliver(first)
    assert outbox.state(first) == "sending"
    assert outbox.attempt(first) is None
    lose_the_lease(outbox, first)
    assert outbox.attempt(first) is None
    outbox.attempt(second)
    assert outbox.whaticket.replies_to(ANA) == ["um", "dois"]


def test_a_claim_that_took_too_long_leaves_no_time_to_send(outbox: Any) -> None:
    reply_id = outbox.add()
    moments = iter([0.0, 6.0, 6.0])
    clock = replace(outbox.deliver.clock, monotonic=lambda: next(moments))
    attempt = replace(outbox.deliver, clock=clock)(reply_id)
    assert (attempt.outcome, attempt.error) == ("retry", "lease_short")
    assert not outbox.whaticket.ledger.sendings


@pytest.mark.parametrize(
    ("fault", "grows"),
    [
        (Fault("ok"), 0),
        (Fault("status", status=503), 0),
        (Fault("status", status=500), 1),
        (Fault("status", status=400), 1),
    ],
)
def test_the_next_turn_learns_that_a_reply_may_not_have_arrived(
    outbox: Any, fault: Fault, grows: int
) -> None:
    outbox.whaticket.plan(fault)
    outbox.deliver(outbox.add())
    assert outbox.value("SELECT memory_version FROM conversations") == grows


def test_an_interrupted_sender_leaves_an_intent_for_the_sweeper(outbox: Any) -> None:
    reply_id = outbox.add()
    outbox.whaticket.plan(Fault("deliver_then_hang"))
    sender = gevent.spawn(outbox.deliver, reply_id)
    assert wait_until(lambda: outbox.whaticket.ledger.calls["send"] > 0, seconds=MOST_SECONDS)
    sender.kill()
    assert outbox.state(reply_id) == "sending"
    lose_the_lease(outbox, reply_id)
    assert outbox.attempt(reply_id) is None
    assert len(outbox.whaticket.replies_to(ANA)) == 1
