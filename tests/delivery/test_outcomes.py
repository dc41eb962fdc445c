"""Each class of fault, from the socket to the rows: reply, channel, record, next due time."""

import socket
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import gevent
import pytest
from gevent.server import StreamServer
from pydantic import SecretStr

from secretaria.core.delivery import RETRY_SECONDS
from secretaria.metrics.series import DELIVERY_OUTCOMES, REGISTRY
from secretaria.playground.engines.process import free_port
from secretaria.playground.faults import Fault
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD

DISCONNECTED = {"error": "ERR_WAPP_NOT_INITIALIZED"}
PAUSED, OPEN = "paused", "ok"
PATIENCE_SECONDS = 15
LOGIN = {
    "whaticket_token": None,
    "whaticket_email": SecretStr(EMAIL),
    "whaticket_password": SecretStr(PASSWORD),
}


@pytest.fixture
def serve_raw() -> Iterator[Callable[[bytes, bytes], str]]:
    """Start a Whaticket that answers with a head, and then repeats some bytes for ever."""
    started: list[StreamServer] = []

    def start(head: bytes, forever: bytes) -> str:
        def talk(connection: socket.socket, _: Any) -> None:
            connection.recv(65_536)
            connection.sendall(head)
            while forever:
                connection.sendall(forever)
                gevent.sleep(0.02 if len(forever) == 1 else 0)

        started.append(StreamServer(("127.0.0.1", 0), talk))
        started[-1].start()
        return f"http://127.0.0.1:{started[-1].server_port}"

    yield start
    for server in started:
        server.stop(timeout=0)


@pytest.mark.parametrize(
    ("fault", "state", "channel", "outcome", "http_status", "error"),
    [
        (Fault("ok"), "sent", OPEN, "sent", 200, None),
        (Fault("status", status=429), "pending", OPEN, "retry", 429, "http_429"),
        (Fault("status", status=503), "pending", OPEN, "retry", 503, "http_503"),
        (
            Fault("status", status=400, body=DISCONNECTED),
            *("pending", PAUSED, "retry", 400, "whatsapp_disconnected"),
        ),
        (Fault("status", status=401), "pending", PAUSED, "retry", 401, "access_401"),
        (Fault("status", status=402), "pending", PAUSED, "retry", 402, "access_402"),
        (Fault("status", status=403), "pending", PAUSED, "retry", 403, "access_403"),
        (Fault("status", status=302, body=""), "pending", PAUSED, "retry", 302, "route_302"),
        (Fault("status", status=404, body=""), "pending", PAUSED, "retry", 404, "route_404"),
        (Fault("status", status=400), "dead", OPEN, "dead", 400, "generic_refusal"),
        (Fault("status", status=404), "dead", OPEN, "dead", 404, "not_on_whatsapp"),
        (Fault("status", status=400, body="x"), "dead", OPEN, "dead", 400, "http_400"),
        (Fault("status", status=500), "ambiguous", OPEN, "ambiguous", 500, "http_500"),
        (
            Fault("deliver_then_status", status=502),
            *("ambiguous", OPEN, "ambiguous", 502, "http_502"),
        ),
        (Fault("status", status=504), "ambiguous", OPEN, "ambiguous", 504, "http_504"),
        (Fault("reset"), "ambiguous", OPEN, "ambiguous", None, "ConnectionResetError"),
        (
            Fault("deliver_then_reset"),
            *("ambiguous", OPEN, "ambiguous", None, "ConnectionResetError"),
        ),
        (Fault("deliver_then_hang"), "ambiguous", OPEN, "ambiguous", None, "timeout"),
    ],
)
def test_a_fault_settles_reply_channel_and_record(
    outbox: Any,
    fault: Fault,
    state: str,
    channel: str,
    outcome: str,
    http_status: int | None,
    error: str | None,
) -> None:
    patience = 0.5 if error == "timeout" else 15
    outbox = outbox.reconfigured(whaticket_timeout_seconds=patience)
    reply_id = outbox.add()
    outbox.whaticket.plan(fault)
    attempt = outbox.deliver(reply_id)
    reply = outbox.reply(reply_id)
    assert (reply.state, reply.reason) == (state, error)
    assert outbox.channel().status == channel
    assert (attempt.outcome, attempt.http_status, attempt.error) == (outcome, http_status, error)
    [record] = outbox.logs(reply_id)
    assert (record.id, record.attempt, record.outcome) == (attempt.log_id, 1, None)
    assert record.correlation_id == reply.correlation_id
    assert reply.lease_until is None
    assert (reply.sent_at is not None) == (state == "sent")
    assert (reply.due_at is not None) == (state == "pending")


def test_a_retry_is_due_later_and_counts_an_attempt(outbox: Any) -> None:
    reply_id = outbox.add()
    outbox.whaticket.plan(Fault("status", status=503))
    attempt = outbox.deliver(reply_id)
    assert 2 <= attempt.retry_seconds <= 2.5
    assert outbox.due_in(reply_id) <= 2.5
    reply, [record] = outbox.reply(reply_id), outbox.logs(reply_id)
    assert (reply.due_at - record.created_at).total_seconds() >= 2
    assert reply.attempts == 1
    outbox.sql("UPDATE messages SET due_at = due_at + interval '1 minute'")
    assert outbox.deliver(reply_id) is None


def test_six_attempts_that_did_not_arrive_are_enough(outbox: Any) -> None:
    reply_id = outbox.add()
    outbox.whaticket.plan(Fault("status", status=503, times=None))
    attempts = [outbox.attempt(reply_id) for _ in range(6)]
    for attempt, seconds in zip(attempts, RETRY_SECONDS, strict=False):
        assert seconds <= attempt.retry_seconds <= seconds * 1.25
    assert [attempt.outcome for attempt in attempts] == ["retry"] * 5 + ["dead"]
    assert attempts[5].retry_seconds is None
    reply = outbox.reply(reply_id)
    assert (reply.state, reply.reason, reply.attempts) == ("dead", "http_503", 6)
    assert [record.attempt for record in outbox.logs(reply_id)] == [1, 2, 3, 4, 5, 6]
    assert outbox.attempt(reply_id) is None


@pytest.mark.parametrize("status", [429, 503])
def test_whaticket_says_when_to_come_back(outbox: Any, status: int) -> None:
    reply_id = outbox.add()
    outbox.whaticket.plan(Fault("status", status=status, retry_after=120))
    before = outbox.now()
    outbox.deliver(reply_id)
    assert outbox.reply(reply_id).due_at - before >= timedelta(seconds=120)
    assert outbox.due_in(reply_id) <= 150


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{nobody}", "http://whaticket.invalid", "https://127.0.0.1:{plain}"]
)
def test_a_whaticket_out_of_reach_is_tried_again_and_the_channel_stays_open_for_a_while(
    outbox: Any, url: str
) -> None:
    plain = outbox.whaticket.url.rsplit(":", 1)[1]
    outbox = outbox.reconfigured(whaticket_base_url=url.format(nobody=free_port(), plain=plain))
    reply_id = outbox.add()
    attempt = outbox.deliver(reply_id)
    assert (attempt.outcome, attempt.http_status) == ("retry", None)
    assert outbox.state(reply_id) == "pending"
    channel = outbox.channel()
    assert channel.status == OPEN
    assert channel.unreachable_since is not None


@pytest.mark.parametrize(
    ("status", "forever", "state"),
    [
        (200, b"x", "sent"),
        (200, b"x" * 65_536, "sent"),
        (500, b"x", "ambiguous"),
        (503, b"x", "pending"),
    ],
)
def test_a_body_that_never_ends_takes_no_longer_than_the_limit(
    outbox: Any, serve_raw: Callable[[bytes, bytes], str], status: int, forever: bytes, state: str
) -> None:
    url = serve_raw(b"HTTP/1.1 %d X\r\nContent-Type: text/plain\r\n\r\n" % status, forever)
    outbox = outbox.reconfigured(whaticket_base_url=url, whaticket_timeout_seconds=2)
    reply_id = outbox.add()
    started = time.monotonic()
    outbox.deliver(reply_id)
    assert time.monotonic() - started < PATIENCE_SECONDS
    assert outbox.state(reply_id) == state


def test_a_page_instead_of_an_api_is_not_taken_for_a_success(
    outbox: Any, serve_raw: Callable[[bytes, bytes], str]
) -> None:
    url = serve_raw(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", b"")
    reply_id = outbox.add()
    outbox.reconfigured(whaticket_base_url=url).deliver(reply_id)
    assert outbox.state(reply_id) == "ambiguous"


def test_a_contact_known_by_lid_alone_needs_a_ticket(outbox: Any) -> None:
    lid = outbox.add(number=None, lid="98765432109876@lid")
    outbox.deliver(lid)
    assert (outbox.state(lid), outbox.reply(lid).reason) == ("dead", "no_address")
    outbox = outbox.reconfigured(**LOGIN)
    again = outbox.add(number=None, lid="98765432109876@lid")
    outbox.deliver(again)
    assert (outbox.state(again), outbox.reply(again).reason) == ("dead", "no_ticket")
    assert not outbox.whaticket.ledger.sendings


def test_with_a_login_the_reply_goes_into_the_ticket(outbox: Any) -> None:
    outbox = outbox.reconfigured(**LOGIN)
    outbox.whaticket.customer_wrote("5511955550101", "oi")
    reply_id = outbox.add("olá")
    outbox.deliver(reply_id)
    assert outbox.state(reply_id) == "sent"
    assert [one.via for one in outbox.whaticket.ledger.delivered] == ["ticket"]


def test_a_wrong_password_pauses_the_channel_and_the_reply_waits(outbox: Any) -> None:
    outbox = outbox.reconfigured(**LOGIN)
    outbox.whaticket.accounts.password = "another"
    reply_id = outbox.add()
    outbox.deliver(reply_id)
    reply, channel = outbox.reply(reply_id), outbox.channel()
    assert (reply.state, reply.attempts, reply.uncounted_attempts) == ("pending", 0, 1)
    assert (channel.status, channel.reason) == (PAUSED, "login_401")


def test_what_was_refused_without_asking_whatsapp_does_not_open_the_channel(outbox: Any) -> None:
    outbox.sql("UPDATE channels SET status = 'paused', probe_at = now()")
    reply_id = outbox.add(number=None, lid="98765432109876@lid")
    outbox.deliver(reply_id)
    assert outbox.state(reply_id) == "dead"
    assert outbox.channel().status == PAUSED


@pytest.mark.parametrize("words", ["Olá {{name}}!", "{{{ms}}} e {{", "{{#a}}x{{/a}}", "{{{{{{"])
def test_whaticket_never_expands_what_we_send(outbox: Any, words: str) -> None:
    outbox.whaticket.customer_wrote("5511955550101", "oi", name="Ana Souza")
    reply_id = outbox.add(words)
    outbox.deliver(reply_id)
    assert outbox.state(reply_id) == "sent"
    [got] = outbox.whaticket.replies_to("5511955550101")
    assert got.replace(" ", "") == words.replace(" ", "")


def test_a_text_of_4096_characters_arrives_whole(outbox: Any) -> None:
    words = "ção😀" * 1024
    outbox.deliver(outbox.add(words))
    assert outbox.whaticket.replies_to("5511955550101") == [words]


def test_a_reply_that_is_too_old_does_not_leave(outbox: Any) -> None:
    reply_id = outbox.add()
    outbox.sql("UPDATE messages SET created_at = now() - interval '5 hours'")
    assert outbox.attempt(reply_id) is None
    assert not outbox.whaticket.ledger.sendings
    assert outbox.logs(reply_id) == []


def test_each_outcome_is_counted(outbox: Any) -> None:
    before = counted()
    for status in (503, 500, 400):
        outbox.whaticket.plan(Fault("status", status=status))
        outbox.deliver(outbox.add(number=f"5511955550{status}"))
    outbox.deliver(outbox.add())
    assert {outcome: count - before[outcome] for outcome, count in counted().items()} == {
        "sent": 1,
        "retry": 1,
        "ambiguous": 1,
        "dead": 1,
    }


def counted() -> dict[str, float]:
    name = "secretaria_deliveries_total"
    return {
        outcome: REGISTRY.get_sample_value(name, {"outcome": outcome}) or 0
        for outcome in DELIVERY_OUTCOMES
    }
