"""Bodies that are chunked, slow, lying or gigantic: each gets its answer, and is let go."""

import json
import time
from collections.abc import Callable

import gevent
import pytest
from web_client import PATIENCE_SECONDS, Connection, Web, genuine, head, signed, text_message

from secretaria.bootstrap.web import BODY_SECONDS

TOO_LARGE = {"error": "too_large"}
TIMEOUT = {"error": "timeout"}
GIGABYTE = 1024**3


@pytest.mark.parametrize("megabytes", [2, 5, 40])
def test_who_sends_too_much_can_still_read_the_answer(web: Web, megabytes: int) -> None:
    with web.counting(invalid=1):
        answer = web.post(b"x" * megabytes * 1024**2)
        assert (answer.status_code, answer.json()) == (413, TOO_LARGE)
    assert answer.headers["Connection"] == "close"


def test_a_gigabyte_is_refused_when_it_is_announced(web: Web) -> None:
    with web.connect() as connection:
        answer = connection.send(head(f"Content-Length: {GIGABYTE}")).answer()
        assert (answer.status, answer.json()) == (413, TOO_LARGE)
        assert connection.is_closed()


def test_more_than_any_disk_holds_is_refused(web: Web) -> None:
    with web.connect() as connection:
        assert connection.send(head("Content-Length: " + "9" * 18)).answer().status == 413


def test_a_body_of_exactly_the_limit_is_read(web: Web) -> None:
    assert web.post(b" " * 1_048_576).status_code == 400
    assert web.post(b" " * 1_048_577).status_code == 413


def test_the_limit_is_the_one_that_is_configured(serve: Callable[..., Web]) -> None:
    web = serve(WEBHOOK_MAX_BODY_BYTES="100")
    assert web.post(b" " * 100).status_code == 400
    assert web.post(b" " * 101).status_code == 413


def test_a_text_of_the_longest_that_people_write_arrives_whole(web: Web) -> None:
    assert web.say(text_message("ã" * 4096)).status_code == 202


def test_a_body_without_a_length_is_refused(web: Web) -> None:
    with web.counting(invalid=1), web.connect() as connection:
        answer = connection.send(head()).answer()
        assert (answer.status, answer.json()) == (411, {"error": "length_required"})
        assert answer.headers["connection"] == "close"
        assert connection.is_closed()


@pytest.mark.parametrize(
    "chunks", [b"2\r\n{}\r\n0\r\n\r\n", b"ZZZ\r\n", b"FFFFFFFF\r\n", b"", b"0\r\nA: b\r\n\r\n"]
)
def test_a_chunked_body_is_refused_whatever_is_in_it(web: Web, chunks: bytes) -> None:
    with web.connect() as connection:
        answer = connection.send(head("Transfer-Encoding: chunked"), chunks).answer()
        assert (answer.status, answer.json()) == (411, {"error": "length_required"})
        assert connection.is_closed()


def silence(connection: Connection) -> None:
    connection.send(b'{"mess')


def drip(connection: Connection) -> None:
    for _ in range(300):
        connection.send(b"x")
        gevent.sleep(0.2)


@pytest.mark.parametrize("behaviour", [silence, drip])
def test_a_body_that_does_not_arrive_is_given_up_after_five_seconds(
    web: Web, behaviour: Callable[[Connection], None]
) -> None:
    with web.counting(invalid=1), web.connect() as connection:
        started = time.monotonic()
        connection.send(head("Content-Length: 1000"))
        client = gevent.spawn(behaviour, connection)
        answer = connection.answer()
        assert (answer.status, answer.json()) == (408, TIMEOUT)
        assert answer.headers["connection"] == "close"
        assert connection.is_closed()
        assert 4.5 < time.monotonic() - started < PATIENCE_SECONDS
        client.kill()


def test_other_requests_are_answered_while_slow_ones_are_waited_for(web: Web) -> None:
    with web.counting(accepted=1, invalid=100):
        slow = [web.connect().send(head("Content-Length: 1000")) for _ in range(100)]
        assert web.say(text_message()).elapsed.total_seconds() < BODY_SECONDS
        for connection in slow:
            connection.socket.close()


def test_a_client_that_goes_away_early_is_forgotten(web: Web) -> None:
    with web.counting(invalid=1), web.connect() as connection:
        connection.send(head("Content-Length: 1000"), b"{")


def test_what_comes_after_the_announced_length_is_no_part_of_the_body(web: Web) -> None:
    with web.connect() as connection:
        connection.send(genuine(text_message()), b"and more\r\n\r\n")
        assert connection.answer().status == 202
        assert connection.answer().status == 400
        assert connection.is_closed()


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: -1"],
        ["Content-Length: abc"],
        ["Content-Length: 0x10"],
        ["Content-Length: 1_0"],
        ["Content-Length: +5"],
        ["Content-Length: ²"],
        ["Content-Length:"],
        ["Content-Length: 2, 2"],
        ["Content-Length: 2", "Content-Length: 3"],
        ["Content-Length: 2", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked, chunked"],
        ["Transfer-Encoding: magic"],
        ["Content-Length: " + "9" * 5000],
    ],
)
def test_a_length_that_is_none_is_a_bad_request(web: Web, lines: list[str]) -> None:
    with web.connect() as connection:
        answer = connection.send(head(*lines), b"{}").answer()
        assert (answer.status, answer.json()) == (400, {"error": "bad_request"})
        assert len(answer.headers["x-correlation-id"]) == 32
        assert connection.is_closed()


def test_a_client_that_asks_first_is_told_to_go_on(web: Web) -> None:
    body = json.dumps(text_message()).encode()
    proof = [f"{name}: {value}" for name, value in signed(body).items() if name != "Content-Type"]
    with web.connect() as connection:
        connection.send(head(*proof, f"Content-Length: {len(body)}", "Expect: 100-continue"))
        assert connection.answer().status == 100
        assert connection.send(body).answer().status == 202


def test_a_connection_is_kept_after_an_ordinary_answer(web: Web) -> None:
    with web.connect() as connection:
        for status, request in (
            (202, genuine(text_message("um"))),
            (400, genuine([])),
            (401, head("Content-Length: 2") + b"{}"),
            (404, head("Content-Length: 2", path="/nowhere") + b"{}"),
            (202, genuine(text_message("dois"))),
        ):
            assert connection.send(request).answer().status == status


def test_requests_that_come_all_at_once_are_answered_in_their_order(web: Web) -> None:
    with web.connect() as connection:
        requests = [genuine(text_message("um")), head(method="GET"), genuine(text_message("dois"))]
        connection.send(*requests)
        assert [connection.answer().status for _ in requests] == [202, 405, 202]


@pytest.mark.parametrize("path", ["/nowhere", "/livez", "/webhook/whaticket"])
def test_a_flood_that_nobody_reads_keeps_nobody_waiting(web: Web, path: str) -> None:
    with web.connect() as connection:
        connection.send(head(f"Content-Length: {GIGABYTE}", path=path, method="PUT"))
        assert connection.answer().headers["connection"] == "close"
        flood = gevent.spawn(drown, connection)
        assert web.get("/livez").elapsed.total_seconds() < BODY_SECONDS
        flood.kill()


def drown(connection: Connection) -> None:
    block = b"x" * 1024**2
    try:
        while True:
            connection.send(block)
            gevent.sleep(0)
    except OSError:
        return
