"""From a signed webhook to an answer on WhatsApp, with real processes."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import pytest
import requests
from gevent.pool import Pool
from sql import execute_in

from secretaria.playground.engines.process import free_port, wait_until
from secretaria.playground.faults import Fault
from secretaria.playground.stack import Stack

pytestmark = pytest.mark.minutes(3)

ANSWER_SECONDS = 60


@pytest.fixture(scope="module")
def stack(make_stack: Callable[..., Stack]) -> Stack:
    running = make_stack(
        RATE_LIMIT_PER_NUMBER="0",
        WORKER_METRICS_PORT=str(free_port()),
        LLM_TIMEOUT_SECONDS="60",  # a worker is told to stop while the model thinks
        LLM_BUDGET_SECONDS="90",
    )
    running.run("worker", name="worker2")
    assert wait_until(lambda: "worker.ready" in running.log("worker2"), seconds=ANSWER_SECONDS)
    return running


def wait_for_replies(stack: Stack, number: str, count: int) -> list[str]:
    wait_until(lambda: len(stack.whaticket.replies_to(number)) >= count, seconds=ANSWER_SECONDS)
    return stack.whaticket.replies_to(number)


def test_a_lone_message_is_answered_without_waiting_for_the_sweeper(stack: Stack) -> None:
    """On a busy machine the sweeper may be sooner once, but not always."""
    numbers = (f"55119555500{count:02}" for count in range(10, 30))

    def is_answered_without() -> bool:
        before, number = times_woken(stack), next(numbers)
        assert stack.whaticket.customer_says(number, "eco: sozinha").status_code == 202
        assert wait_for_replies(stack, number, 1) == ["eco: sozinha"]
        return times_woken(stack) == before

    assert any(is_answered_without() for _ in range(5))


def times_woken(stack: Stack) -> int:
    return (stack.log("worker") + stack.log("worker2")).count('"sweep.woke"')


def test_a_hundred_contacts_at_once_each_get_their_own_answer_once(stack: Stack) -> None:
    numbers = [f"55119555510{count:02}" for count in range(100)]
    accepted = [
        gevent.spawn(stack.whaticket.customer_says, number, f"eco: {number[-2:]}")
        for number in numbers
    ]
    gevent.joinall(accepted, raise_error=True)
    assert {one.value.status_code for one in accepted} == {202}
    wait_until(
        lambda: all(stack.whaticket.replies_to(number) for number in numbers),
        seconds=ANSWER_SECONDS,
    )
    assert [stack.whaticket.replies_to(number) for number in numbers] == [
        [f"eco: {number[-2:]}"] for number in numbers
    ]
    for count in range(100):
        if all("delivery.attempted" in stack.log(name) for name in ("worker", "worker2")):
            break
        other = f"55119555520{count:02}"
        stack.whaticket.customer_says(other, "eco: mais uma")
        assert wait_for_replies(stack, other, 1) == ["eco: mais uma"]
    else:
        pytest.fail("one worker does it all")


def test_one_correlation_id_follows_a_message_through_every_process(
    stack: Stack, read_lines: Callable[..., list[dict[str, Any]]]
) -> None:
    answer = stack.whaticket.customer_says("5511955550003", "eco: siga-me")
    correlation_id = answer.headers["X-Correlation-ID"]
    wait_for_replies(stack, "5511955550003", 1)

    def events() -> set[str]:
        lines = read_lines(stack, "web", "worker", "worker2")
        return {one["event"] for one in lines if one.get("correlation_id") == correlation_id}

    wanted = {
        "message.accepted",
        "http.request",
        "turn.started",
        "model.asked",
        "turn.finished",
        "delivery.attempted",
    }
    assert wait_until(lambda: wanted <= events(), seconds=ANSWER_SECONDS), wanted - events()
    logged = f"SELECT outcome FROM delivery_logs WHERE correlation_id = '{correlation_id}'"
    assert wait_until(lambda: execute_in(stack, logged) == [("sent",)], seconds=ANSWER_SECONDS)


def test_a_send_that_was_refused_is_tried_again_and_each_attempt_is_on_record(
    stack: Stack,
) -> None:
    stack.whaticket.plan(Fault("status", status=503, number="5511955550004"))
    stack.whaticket.customer_says("5511955550004", "eco: de novo")
    assert wait_for_replies(stack, "5511955550004", 1) == ["eco: de novo"]
    query = (
        "SELECT attempt, outcome, http_status FROM delivery_logs"
        " JOIN messages ON messages.id = message_id WHERE text = 'eco: de novo' ORDER BY attempt"
    )
    wanted = [(1, "retry", 503), (2, "sent", 200)]
    assert wait_until(lambda: execute_in(stack, query) == wanted, seconds=ANSWER_SECONDS)


def test_each_process_group_tells_its_own_series(stack: Stack) -> None:
    web = requests.get(f"{stack.url}/metrics", timeout=10).text
    port = stack.environment["WORKER_METRICS_PORT"]
    worker = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    assert value_of(web, 'webhooks_total{outcome="accepted"}') > 100
    assert 'secretaria_queue_messages{queue="converse",state="waiting"}' in web
    assert "secretaria_unanswered_oldest_seconds" in web
    assert value_of(worker, 'turns_total{outcome="answered"}') > 0
    assert value_of(worker, 'deliveries_total{outcome="sent"}') > 0
    assert value_of(worker, "end_to_end_seconds_count") > 0


def value_of(page: str, series: str) -> float:
    [line] = [line for line in page.splitlines() if line.startswith(f"secretaria_{series} ")]
    return float(line.split()[-1])


def test_one_folder_gathers_the_series_of_web_and_worker(
    make_stack: Callable[..., Stack], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("metrics")
    kept = folder / "kept.txt"
    kept.write_text("what is set is never wiped")
    shared = make_stack(PROMETHEUS_MULTIPROC_DIR=str(folder))
    shared.whaticket.customer_says("5511955550009", "eco: uma")
    wait_for_replies(shared, "5511955550009", 1)

    def gathered() -> bool:
        page = requests.get(f"{shared.url}/metrics", timeout=10).text
        return value_of(page, 'turns_total{outcome="answered"}') == 1

    assert wait_until(gathered, seconds=ANSWER_SECONDS)
    shared.stop()
    assert kept.exists()


def test_status_says_that_nobody_waits(stack: Stack, run_program: Callable[..., Any]) -> None:
    done = run_program(stack, "status", "--json")
    assert done.returncode == 0
    assert '"oldest_unanswered_seconds": null' in done.stdout
    assert '"channel": "ok"' in done.stdout


def test_a_worker_that_is_told_twice_to_stop_gives_its_turn_to_the_next(stack: Stack) -> None:
    stack.end("worker2")
    stack.gemini.plan(Fault("hang", times=None))
    stack.whaticket.customer_says("5511955550005", "eco: parada")
    hanging = wait_until(lambda: stack.gemini.ledger.in_flight == 1, seconds=ANSWER_SECONDS)
    assert hanging
    worker = stack.processes["worker"]
    worker.send_signal(signal.SIGTERM)
    gevent.sleep(0.5)
    assert stack.end("worker") == 0
    [(attempts,)] = execute_in(
        stack,
        "SELECT attempts FROM conversations JOIN contacts ON contacts.id = contact_id"
        " WHERE number = '5511955550005'",
    )
    assert attempts == 0
    assert not stack.whaticket.replies_to("5511955550005")
    stack.gemini.plan()
    stack.run("worker")
    assert wait_for_replies(stack, "5511955550005", 1) == ["eco: parada"]


def test_a_worker_that_is_told_to_stop_leaves_none_of_its_many_turns_behind(stack: Stack) -> None:
    numbers = [f"55119555540{count:02}" for count in range(40)]
    stack.gemini.plan(Fault("hang", times=None))
    customers = Pool(len(numbers))
    customers.map(lambda number: stack.whaticket.customer_says(number, "eco: oi"), numbers)
    assert wait_until(lambda: stack.gemini.ledger.in_flight >= 10, seconds=ANSWER_SECONDS)
    assert stack.end("worker") == 0
    assert execute_in(
        stack, "SELECT count(*) FROM conversations WHERE lease_until IS NOT NULL"
    ) == [(0,)]
    assert execute_in(stack, "SELECT count(*) FROM messages WHERE state = 'sending'") == [(0,)]
    stack.gemini.plan()
    stack.run("worker")
    assert wait_until(
        lambda: all(stack.whaticket.replies_to(number) for number in numbers),
        seconds=ANSWER_SECONDS,
    )
    assert "turn.isolated" not in stack.log("worker")


def test_a_worker_process_whose_parent_was_killed_ends_its_turn_and_stops(stack: Stack) -> None:
    stack.gemini.plan(Fault("slow", seconds=4.0))
    stack.whaticket.customer_says("5511955550007", "eco: durante")
    assert wait_until(lambda: stack.gemini.ledger.in_flight == 1, seconds=ANSWER_SECONDS)
    parent = stack.processes["worker"].pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    assert children
    assert stack.end("worker", number=signal.SIGKILL) == -signal.SIGKILL
    gone = wait_until(
        lambda: not any(Path(f"/proc/{child}").exists() for child in children),
        seconds=ANSWER_SECONDS,
    )
    assert gone
    owed = "SELECT count(*) FROM conversations WHERE lease_until IS NOT NULL OR due_at IS NOT NULL"
    assert execute_in(stack, owed) == [(0,)]
    stack.run("worker")
    assert wait_for_replies(stack, "5511955550007", 1) == ["eco: durante"]


def test_a_turn_that_is_tried_alone_does_not_count_when_its_worker_is_told_to_stop(
    stack: Stack,
) -> None:
    stack.end("worker")
    stack.whaticket.customer_says("5511955550006", "eco: sozinha")
    conversation = (
        "FROM conversations JOIN contacts ON contacts.id = contact_id"
        " WHERE number = '5511955550006'"
    )
    execute_in(
        stack,
        "UPDATE conversations SET lease_owner = 'dead', lease_until = now() - interval '1 s'"
        f" WHERE id = (SELECT conversations.id {conversation})",
    )
    stack.gemini.plan(Fault("hang", times=None))
    stack.run("worker")
    assert wait_until(lambda: stack.gemini.ledger.in_flight == 1, seconds=ANSWER_SECONDS)
    assert execute_in(stack, f"SELECT attempts {conversation}") == [(1,)]
    assert stack.end("worker") == 0
    free = f"SELECT attempts, lease_until < now() {conversation}"
    assert wait_until(lambda: execute_in(stack, free) == [(0, True)], seconds=ANSWER_SECONDS)
    stack.gemini.plan()
    stack.run("worker")
    assert wait_for_replies(stack, "5511955550006", 1) == ["eco: sozinha"]


def test_the_web_process_stops_cleanly(stack: Stack) -> None:
    assert stack.end("web") == 0
    assert "Traceback" not in stack.log("web")
