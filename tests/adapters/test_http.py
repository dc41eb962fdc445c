"""One call over real sockets: what has left, what came back, and how long it took at the most."""

import gzip
import itertools
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import gevent
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from dramatiq.middleware import TimeLimitExceeded
from gevent.server import StreamServer

from secretaria.adapters import http
from secretaria.adapters.http import Answer, NotConnected, Unanswered
from secretaria.playground.engines.process import free_port

Talk = Callable[[socket.socket, bytes], None]
Serve = Callable[..., str]
PATIENCE_SECONDS = 15
LINGER_NOT = b"\x01\x00\x00\x00\x00\x00\x00\x00"


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers that read a request and then do as they are told with the connection."""
    started: list[StreamServer] = []

    def start(talk: Talk, **more: Any) -> str:
        def handle(connection: socket.socket, _: Any) -> None:
            with connection:
                request = connection.recv(65_536)
                talk(connection, request)

        server = StreamServer(("127.0.0.1", 0), handle, **more)
        server.start()
        started.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in started:
        server.stop(timeout=0)


def saying(*pieces: bytes) -> Talk:
    return lambda connection, _: connection.sendall(b"".join(pieces))


def hang(connection: socket.socket, _: bytes) -> None:
    connection.recv(1)


def call(url: str, *, timeout_seconds: float = 5.0, **more: Any) -> Answer:
    return http.call("POST", url, timeout_seconds=timeout_seconds, json={"body": "oi"}, **more)


def test_an_answer_is_given_back_with_its_status_and_body(serve: Serve) -> None:
    url = serve(saying(b"HTTP/1.1 400 No\r\nContent-Length: 4\r\nRetry-After: 7\r\n\r\nn\xc3\xa3o"))
    assert call(url) == Answer(400, "não", 7.0)


def test_a_date_in_retry_after_is_read_as_seconds_from_now(serve: Serve) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True).encode()
    url = serve(saying(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\nRetry-After: ", date, b"\r\n\r\n"))
    seconds = call(url).retry_after_seconds
    assert seconds is not None
    assert 80 < seconds <= 90


def test_nothing_has_left_when_nobody_listens() -> None:
    with pytest.raises(NotConnected, match=r"^ConnectionRefusedError$"):
        call(f"http://127.0.0.1:{free_port()}")


def test_nothing_has_left_for_a_host_that_does_not_exist() -> None:
    with pytest.raises(NotConnected):
        call("http://whaticket.invalid")


def test_nothing_has_left_when_a_plain_port_is_spoken_to_in_tls(serve: Serve) -> None:
    url = serve(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with pytest.raises(NotConnected, match="SSL"):
        call(url.replace("http:", "https:"))


def test_nothing_has_left_for_a_certificate_that_nobody_vouches_for(
    serve: Serve, tmp_path: Path
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(self_signed(tmp_path))
    requests: list[bytes] = []
    url = serve(lambda _, request: requests.append(request), ssl_context=context)
    with pytest.raises(NotConnected, match="SSL"):
        call(url.replace("http://127.0.0.1", "https://localhost"))
    assert requests == []


def self_signed(folder: Path) -> Path:
    """Write a key and a certificate for localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "localhost.pem"
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_nothing_has_left_when_the_connection_itself_hangs() -> None:
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for waiting in (first, second):  # the queue is full: whoever comes next waits
            waiting.setblocking(False)  # noqa: FBT003 - the socket's own signature
            waiting.connect_ex(listener.getsockname())
        with pytest.raises(NotConnected, match="timeout"):
            call(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout_seconds=0.3)


def test_a_request_that_is_read_and_not_answered_is_given_up_in_time(serve: Serve) -> None:
    url, started = serve(hang), time.monotonic()
    with pytest.raises(Unanswered, match=r"^timeout$"):
        call(url, timeout_seconds=0.3)
    assert time.monotonic() - started < PATIENCE_SECONDS


def test_a_reset_after_the_request_leaves_its_fate_unknown(serve: Serve) -> None:
    def reset(connection: socket.socket, _: bytes) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)

    with pytest.raises(Unanswered, match=r"^ConnectionResetError$"):
        call(serve(reset))


@pytest.mark.parametrize(
    "nonsense",
    [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"\x15\x03\x01\x00\x02\x02\x16", b"HTTP/1.1 abc\r\n\r\n"],
)
def test_what_is_no_http_leaves_the_requests_fate_unknown(serve: Serve, nonsense: bytes) -> None:
    with pytest.raises(Unanswered):
        call(serve(saying(nonsense)))


def test_a_head_that_drips_is_given_up_in_time(serve: Serve) -> None:
    def drip(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in itertools.count():
            connection.sendall(b"X-%d: 1\r\n" % number)
            gevent.sleep(0.05)

    with pytest.raises(Unanswered, match="timeout"):
        call(serve(drip), timeout_seconds=0.4)


def test_a_body_that_drips_ends_with_the_time_and_its_status_stands(serve: Serve) -> None:
    def drip(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            connection.sendall(b"x")
            gevent.sleep(0.05)

    started = time.monotonic()
    answer = call(serve(drip), timeout_seconds=2)
    assert (answer.status, answer.cut_by) == (200, "timeout")
    assert set(answer.body) == {"x"}
    assert time.monotonic() - started < PATIENCE_SECONDS


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"]
)
def test_a_body_without_end_is_cut_off(serve: Serve, head: bytes) -> None:
    def flood(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(b"x" * 65_536)

    started = time.monotonic()
    answer = call(serve(flood), timeout_seconds=PATIENCE_SECONDS)
    assert (answer.status, answer.cut_by) == (int(head[9:12]), "too_long")
    assert len(answer.body) < http.LONGEST_ANSWER_BYTES + 65_536
    assert time.monotonic() - started < PATIENCE_SECONDS


def test_a_body_that_breaks_off_keeps_what_came(serve: Serve) -> None:
    url = serve(saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsim\r\n9\r\n"))
    answer = call(url)
    assert (answer.status, answer.body) == (200, "sim")
    assert answer.cut_by


def test_a_packed_body_is_not_unpacked(serve: Serve) -> None:
    bomb = gzip.compress(b"x" * 50_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    assert len(call(serve(saying(head.encode(), bomb))).body) < 200_000


@pytest.mark.parametrize("location", [b"http://[", b"/", b"http://127.0.0.1:1/", b"\xff"])
def test_a_redirect_is_an_answer_and_is_not_followed(serve: Serve, location: bytes) -> None:
    head = b"HTTP/1.1 307 Elsewhere\r\nContent-Length: 0\r\nLocation: "
    assert call(serve(saying(head, location, b"\r\n\r\n"))).status == 307


def test_each_call_has_a_connection_of_its_own(serve: Serve) -> None:
    requests: list[bytes] = []

    def answer(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        assert connection.recv(1) == b""

    url = serve(answer)
    call(url)
    call(url)
    assert [b"Connection: close" in request for request in requests] == [True, True]


@pytest.mark.parametrize("token", ["simples", "€ção", "\udcff"])
def test_any_token_can_be_sent(serve: Serve, token: str) -> None:
    requests: list[bytes] = []

    def answer(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        connection.sendall(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")

    assert call(serve(answer), token=token).status == 401
    assert b"Authorization: Bearer " in requests[0]


def test_a_token_that_would_forge_headers_is_not_sent(serve: Serve) -> None:
    with pytest.raises(NotConnected, match="InvalidHeader"):
        call(serve(saying(b"")), token="a\r\nX-Evil: 1")


def test_the_machines_proxy_settings_are_not_ours(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    assert call(serve(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))).status == 200


def test_an_outer_time_limit_passes_through_untouched(serve: Serve) -> None:
    url = serve(hang)
    outer = gevent.Timeout(0.2)
    with pytest.raises(gevent.Timeout) as caught, outer:
        call(url)
    assert caught.value is outer


def test_dramatiqs_time_limit_passes_through_untouched(serve: Serve) -> None:
    url = serve(hang)
    with pytest.raises(TimeLimitExceeded), gevent.Timeout(0.2, TimeLimitExceeded):
        call(url)


def test_a_limit_that_is_over_before_it_starts_sends_nothing(serve: Serve) -> None:
    requests: list[bytes] = []

    def answer(connection: socket.socket, request: bytes) -> None:
        requests.append(request)
        hang(connection, request)

    with pytest.raises((NotConnected, Unanswered)):
        call(serve(answer), timeout_seconds=-5)
    gevent.sleep(0)
    assert all(not request for request in requests)
