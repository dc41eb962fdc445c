"""Requests that nobody's client sends: each has an answer, and none of it gets into the log."""

import re
import uuid

import pytest
from web_client import PATH, Web, genuine, head, text_message

from secretaria.playground.engines.process import wait_until

MARK = "marca-de-um-atacante"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"\x00\xff\xfe\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\n: no name\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nA: \x00\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET /healthz HTTP/1.1\r\nA: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\n" + b"A: b\r\n" * 100 + b"\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nExpect: a miracle\r\n\r\n", 417),
    ],
)
def test_what_is_not_http_is_answered_as_everything_is(
    web: Web, request_bytes: bytes, status: int
) -> None:
    with web.connect() as connection:
        answer = connection.send(request_bytes).answer()
        assert answer.status == status
        assert answer.json().keys() == {"error"}
        assert answer.headers["connection"] == "close"
        assert connection.is_closed()
    (line,) = web.request_lines(answer.headers["x-correlation-id"])
    assert line["status"] == status


@pytest.mark.parametrize(
    "line",
    [
        "SCRIPT_NAME: /elsewhere",
        "PATH_INFO: /nowhere",
        "X-Forwarded-Proto: https",
        "Upgrade: h2c",
        "Upgrade: websocket",
        "Accept: nonsense;;;",
        "Cookie: " + "=;" * 2000,
        "Range: bytes=0-1",
        "X-Signature: \xff\xfe",
    ],
)
def test_a_header_that_is_not_ours_changes_nothing(web: Web, line: str) -> None:
    with web.connect() as connection:
        assert connection.send(head(line, method="GET", path="/livez")).answer().status == 200


@pytest.mark.parametrize(
    "path",
    [
        f"/{MARK}/5511999999999",
        f"/?q={MARK}",
        "/webhook/../webhook/whaticket",
        "/%00%ff%fe",
        "/%",
        "/{conversation_id}",
        "http://elsewhere/nowhere",
        "/\xff\xfe",
    ],
)
def test_a_path_that_is_none_of_ours_is_not_found_and_not_logged(web: Web, path: str) -> None:
    with web.connect() as connection:
        answer = connection.send(head("Content-Length: 0", path=path)).answer()
    assert (answer.status, answer.json()) == (404, {"error": "not_found"})
    (line,) = web.request_lines(answer.headers["x-correlation-id"])
    assert (line["method"], line["path"], line["status"]) == ("POST", "(unrouted)", 404)
    assert MARK not in web.stack.log("web")


def test_a_query_is_neither_looked_at_nor_logged(web: Web) -> None:
    answer = web.get(f"/livez?token={MARK}&%ff&a[]=1")
    assert answer.status_code == 200
    (line,) = web.request_lines(answer.headers["X-Correlation-ID"])
    assert line["path"] == "/livez"
    assert MARK not in web.stack.log("web")


def test_a_method_that_hides_a_number_is_not_logged(web: Web) -> None:
    answer = web.call("5511999999999", PATH)
    assert answer.status_code == 405
    (line,) = web.request_lines(answer.headers["X-Correlation-ID"])
    assert line["method"] == "(unknown)"


def test_headers_that_come_twice_are_not_genuine(web: Web) -> None:
    request = genuine(text_message())
    signature = re.search(rb"X-Signature: \w+\r\n", request)
    assert signature
    with web.connect() as connection:
        twice = request.replace(signature[0], signature[0] * 2)
        assert connection.send(twice).answer().status == 401


def test_headers_that_never_end_are_not_waited_for(web: Web) -> None:
    with web.connect() as connection:
        connection.send(b"GET /livez HTTP/1.1\r\nHost:")
        assert connection.is_closed(seconds=10)


@pytest.mark.parametrize(
    "given",
    [
        "pedido-1",
        "a",
        "x" * 64,
        str(uuid.UUID(int=0x12345678_1234_5678_1234_567812345678)),
        "12345678901234567890abcdefabcdef",
    ],
)
def test_a_sane_correlation_id_is_kept(web: Web, given: str) -> None:
    answer = web.get("/livez", headers={"X-Correlation-ID": given})
    assert answer.headers["X-Correlation-ID"] == given
    assert web.request_lines(given)


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"x" * 65,
        b"with space",
        b"5511999999999",
        b"contact-55-11-99999-9999",
        b"a;b",
        b"<script>",
        "ação".encode(),
        b"\xff",
        b"eyJhbGciOiJIUzI1NiJ9.e30.abc",
    ],
)
def test_an_insane_correlation_id_is_replaced_and_not_logged(web: Web, given: bytes) -> None:
    answer = web.get("/livez", headers={"X-Correlation-ID": given})
    kept = answer.headers["X-Correlation-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", kept)
    assert web.request_lines(kept)


def test_one_correlation_id_is_on_every_line_of_a_request(web: Web) -> None:
    answer = web.say(text_message())
    correlation_id = answer.headers["X-Correlation-ID"]
    events = [
        line["event"] for line in web.log_lines() if line.get("correlation_id") == correlation_id
    ]
    assert events == ["message.accepted", "http.request"]


def test_every_request_has_one_line_with_what_the_contract_names(web: Web) -> None:
    answer = web.say(text_message())
    (line,) = web.request_lines(answer.headers["X-Correlation-ID"])
    assert (line["method"], line["path"], line["status"]) == ("POST", PATH, 202)
    assert 0 < line["duration_ms"] < 20_000


def test_the_log_is_json_and_nothing_failed(web: Web) -> None:
    assert wait_until(lambda: bool(web.log_lines()), seconds=30)
    assert not [line for line in web.log_lines() if line["level"] in {"error", "critical"}]
