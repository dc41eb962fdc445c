"""Deliveries in a real Dramatiq worker: the record is completed, and retries come by themselves."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import dramatiq
import pytest
from dramatiq.middleware import Retries, TimeLimit
from pydantic import SecretStr

from actors import deliver, settle
from actors.middleware.context import Context
from actors.middleware.delivery_log import DeliveryLog
from secretaria.adapters import bell
from secretaria.adapters.bell import DramatiqBell
from secretaria.adapters.redis_client import connect
from secretaria.bootstrap import worker as wiring
from secretaria.errors import DatabaseUnavailable
from secretaria.playground.engines import Engines
from secretaria.playground.engines.process import wait_until
from secretaria.playground.faults import Fault
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD
from secretaria.services.read_back import ReadBack
from secretaria.services.settle import Settle
from secretaria.services.sweep import Sweep

LOGIN = {"whaticket_email": SecretStr(EMAIL), "whaticket_password": SecretStr(PASSWORD)}


class AwayDatabase:
    """PostgreSQL that is away."""

    def transaction(self) -> Any:
        raise DatabaseUnavailable("away")

    statements = transaction


@pytest.fixture
def start(engines: Engines, outbox: Any) -> Iterator[Callable[..., DramatiqBell]]:
    """Start a worker as `actors.worker` wires it; answers the bell that wakes it."""
    workers: list[dramatiq.Worker] = []

    def run(*, log_database: Any = outbox.database, **changed: Any) -> DramatiqBell:
        broker = bell.broker(connect(engines.valkey.url, connections=30, timeout_seconds=5))
        ringer = DramatiqBell(broker)
        for middleware in (TimeLimit(), Context(), DeliveryLog(log_database), Retries()):
            broker.add_middleware(middleware)
        service = replace(outbox.reconfigured(**changed).deliver, bell=ringer)
        deliver.register(broker, service)
        tickets = wiring.tickets(outbox.settings.model_copy(update=changed))
        settling = Settle(outbox.database, ringer)
        settle.register(broker, ReadBack(outbox.database, settling, tickets))
        workers.append(dramatiq.Worker(broker, worker_threads=4, worker_timeout=100))
        workers[-1].start()
        return ringer

    yield run
    for worker in workers:
        worker.stop()


def wait_for(outbox: Any, reply_id: int, *outcomes: str) -> Any:
    """Wait until the attempts of a reply have these outcomes; answers their records."""

    def have_come() -> bool:
        return [record.outcome for record in outbox.logs(reply_id)] == list(outcomes)

    assert wait_until(have_come, seconds=30), [one.outcome for one in outbox.logs(reply_id)]
    return outbox.logs(reply_id)


@pytest.mark.parametrize(
    ("fault", "outcome", "http_status", "error"),
    [
        (Fault("ok"), "sent", 200, None),
        (Fault("status", status=400), "dead", 400, "generic_refusal"),
        (Fault("status", status=500), "ambiguous", 500, "http_500"),
        (Fault("deliver_then_hang"), "ambiguous", None, "timeout"),
        (Fault("status", status=401), "retry", 401, "access_401"),
        (Fault("status", status=503, retry_after=60), "retry", 503, "http_503"),
    ],
)
def test_the_middleware_completes_the_record(
    outbox: Any,
    start: Callable[..., DramatiqBell],
    fault: Fault,
    outcome: str,
    http_status: int | None,
    error: str | None,
) -> None:
    reply_id = outbox.add()
    outbox.whaticket.plan(fault)
    patience = 2 if error == "timeout" else 15
    start(whaticket_timeout_seconds=patience).ring_deliver(reply_id)
    [record] = wait_for(outbox, reply_id, outcome)
    assert (record.attempt, record.http_status, record.error) == (1, http_status, error)
    assert record.correlation_id == outbox.reply(reply_id).correlation_id
    assert record.duration_ms >= 0
    assert record.duration_ms >= 2000 or error != "timeout"


def test_a_reply_that_did_not_arrive_is_tried_again_by_itself(
    outbox: Any, start: Callable[..., DramatiqBell]
) -> None:
    reply_id = outbox.add()
    outbox.whaticket.plan(Fault("status", status=503))
    start().ring_deliver(reply_id)
    records = wait_for(outbox, reply_id, "retry", "sent")
    assert [record.attempt for record in records] == [1, 2]
    between = (records[1].created_at - records[0].created_at).total_seconds()
    assert 2 <= between < 15


def test_the_replies_of_a_conversation_leave_one_after_the_other(
    outbox: Any, start: Callable[..., DramatiqBell]
) -> None:
    words = [f"parte {index}" for index in range(5)]
    replies = [outbox.add(part) for part in words]
    start().ring_deliver(replies[0])
    assert wait_until(lambda: outbox.state(replies[-1]) == "sent", seconds=30)
    assert outbox.whaticket.replies_to("5511955550101") == words


def test_two_workers_rung_many_times_send_each_reply_once(
    outbox: Any, start: Callable[..., DramatiqBell]
) -> None:
    replies = [outbox.add(number=f"55119555504{index:02}") for index in range(8)]
    outbox.whaticket.default_delay_seconds = 0.05
    bells = [start(), start()]
    for _ in range(3):
        for reply_id in replies:
            for ringer in bells:
                ringer.ring_deliver(reply_id)
    for reply_id in replies:
        wait_for(outbox, reply_id, "sent")
    assert len(outbox.whaticket.ledger.sendings) == 8


def test_a_wake_up_with_nothing_due_writes_no_record(
    outbox: Any, start: Callable[..., DramatiqBell]
) -> None:
    sent, other = outbox.add(), outbox.add(number="5511955550102")
    outbox.sql("UPDATE messages SET state = 'sent' WHERE id = :id", id=sent)
    ringer = start()
    ringer.ring_deliver(sent)
    ringer.ring_deliver(other)
    wait_for(outbox, other, "sent")
    assert outbox.logs(sent) == []


def test_a_record_that_cannot_be_completed_leaves_the_reply_as_it_is(
    outbox: Any, start: Callable[..., DramatiqBell]
) -> None:
    reply_id = outbox.add()
    start(log_database=AwayDatabase()).ring_deliver(reply_id)
    assert wait_until(lambda: outbox.state(reply_id) == "sent", seconds=30)
    wait_for(outbox, reply_id, None)
    assert len(outbox.whaticket.ledger.sendings) == 1


def test_the_sweeper_has_a_reply_in_doubt_looked_for_and_settled(
    outbox: Any, start: Callable[..., DramatiqBell]
) -> None:
    reply_id = outbox.add()
    outbox.whaticket.plan(Fault("deliver_then_status", status=500))
    ringer = start(**LOGIN)
    ringer.ring_deliver(reply_id)
    wait_for(outbox, reply_id, "ambiguous")
    outbox.sql("UPDATE delivery_logs SET created_at = now() - interval '6 seconds'")
    Sweep(outbox.database, ringer, 4, has_login=True)()
    assert wait_until(lambda: outbox.state(reply_id) == "sent", seconds=30)
    assert outbox.reply(reply_id).reason == "read_back"
    [record] = outbox.logs(reply_id)
    assert (record.outcome, record.error) == ("ambiguous", "http_500")


def test_a_look_that_fails_is_not_repeated_by_the_queue(
    outbox: Any, start: Callable[..., DramatiqBell]
) -> None:
    outbox.sql("UPDATE messages SET state = 'ambiguous' WHERE id = :id", id=outbox.add())
    outbox.whaticket.plan(Fault("status", status=500, route="tickets", times=None))
    start(**LOGIN).ring_settle(1)
    assert wait_until(lambda: outbox.whaticket.ledger.calls["tickets"] == 1, seconds=30)
    time.sleep(1)
    assert outbox.whaticket.ledger.calls["tickets"] == 1
    assert outbox.state(1) == "ambiguous"
