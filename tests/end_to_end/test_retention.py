"""Retention in a worker process: it goes on where a stopped worker left it, and holds nobody up."""

import json
import time
from collections.abc import Callable

import pytest
from sql import execute_in

from secretaria.playground.engines.process import wait_until
from secretaria.playground.stack import Stack

pytestmark = pytest.mark.minutes(1)

WAIT_SECONDS = 120
OLD = 80_000
FILL = (
    "INSERT INTO contacts (number, created_at) SELECT '5511' || 900000000 + n,"
    " now() - interval '1 year' FROM generate_series(1, 400) n",
    "INSERT INTO conversations (contact_id, created_at) SELECT id, created_at FROM contacts",
    "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id,"
    " created_at) SELECT 1 + n % 400, 'inbound', 'answered', 'text', 'oi', 'x',"
    f" now() - interval '1 year' FROM generate_series(1, {OLD}) n",
)


def old_messages(stack: Stack) -> int:
    [(count,)] = execute_in(stack, "SELECT count(*) FROM messages WHERE correlation_id = 'x'")
    return int(count)


def test_a_stopped_worker_ends_at_once_and_the_next_one_goes_on_while_customers_are_answered(
    make_stack: Callable[..., Stack],
) -> None:
    stack = make_stack(RETENTION_DAYS="90")
    assert wait_until(
        lambda: '"retention.pruned"' in stack.log("worker"), seconds=WAIT_SECONDS
    )  # of the day, with nothing to do
    stack.end("worker")
    execute_in(stack, *FILL, "UPDATE daily_tasks SET started_at = started_at - interval '1 day'")
    stack.run("worker")
    assert wait_until(lambda: old_messages(stack) < OLD, seconds=WAIT_SECONDS)
    began = time.monotonic()
    assert stack.end("worker") == 0
    assert time.monotonic() - began < 20
    left = old_messages(stack)
    assert 0 < left < OLD
    for name in ("worker", "worker2"):
        stack.run("worker", name=name)
    stack.whaticket.customer_says("5511955550101", "eco: no meio")
    assert wait_until(
        lambda: stack.whaticket.replies_to("5511955550101") == ["eco: no meio"],
        seconds=WAIT_SECONDS,
    )
    assert wait_until(
        lambda: (stack.log("worker") + stack.log("worker2")).count('"retention.pruned"') > 1,
        seconds=WAIT_SECONDS,
    )
    assert old_messages(stack) == 0
    lines = (stack.log("worker") + stack.log("worker2")).splitlines()
    told = [json.loads(line) for line in lines if '"retention.pruned"' in line]
    counted = sorted((line["messages"], line["conversations"]) for line in told)
    assert counted == [(0, 0), (OLD, 400)]
