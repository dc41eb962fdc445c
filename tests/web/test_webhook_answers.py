"""Every row of the table of answers, and the order in which a request is checked."""

import re
from typing import Any

import pytest
import requests
from web_client import PATH, Web, baileys_message, signed, text_message

JSON = "application/json"
UNAUTHORIZED = {"error": "unauthorized"}


def is_answer(answer: requests.Response, status: int, body: object) -> bool:
    """Whether it is exactly this, and has what every answer has and what none may have."""
    assert (answer.status_code, answer.json()) == (status, body)
    assert answer.headers["Content-Type"] == JSON
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Correlation-ID"])
    return not any(name.lower().startswith("access-control") for name in answer.headers)


def test_a_message_is_queued(web: Web) -> None:
    with web.counting(accepted=1):
        assert is_answer(web.say(text_message()), 202, {"queued": True})


def test_a_button_is_queued(web: Web) -> None:
    pressed = {
        "message": {"buttonsResponseMessage": {"selectedDisplayText": "Quero falar com suporte"}},
        "ticket": {"contact": {"number": "5511988877766"}},
    }
    assert is_answer(web.say(pressed), 202, {"queued": True})


def test_a_message_that_was_accepted_before_is_a_duplicate(web: Web) -> None:
    web.say(baileys_message("olá", provider_id="3EB0"))
    again = baileys_message("olá", provider_id="3EB0")
    with web.counting(duplicate=1):
        answer = web.say(again, seconds_ago=7)
        assert is_answer(answer, 200, {"queued": False, "reason": "duplicate"})


def with_key(**key: object) -> dict[str, object]:
    usual = {"remoteJid": "5511999999999@s.whatsapp.net", "fromMe": False, "id": "3EB1"}
    return {"key": usual | key, "message": {"conversation": "oi"}}


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (with_key(remoteJid="5511999999999-1600000000@g.us"), "group"),
        (with_key(remoteJid="status@broadcast"), "status"),
        (with_key(fromMe=True), "from_me"),
        (with_key() | {"message": {"reactionMessage": {"text": "👍"}}}, "reaction"),
    ],
)
def test_what_needs_no_answer_is_understood_and_left_alone(
    web: Web, payload: dict[str, object], reason: str
) -> None:
    with web.counting(ignored=1):
        assert is_answer(web.say(payload), 200, {"queued": False, "reason": reason})


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'])
def test_what_is_not_json_is_refused(web: Web, body: bytes) -> None:
    with web.counting(invalid=1):
        answer = web.post(body)
        assert answer.status_code == 400
        assert answer.json()["error"] == "invalid_json"
        assert set(answer.json()) == {"error", "detail"}


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b"true"])
def test_json_that_is_no_object_is_refused(web: Web, body: bytes) -> None:
    answer = web.post(body)
    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_json", "invalid_payload"}


def test_a_message_from_nobody_is_refused_and_told_what_is_missing(web: Web) -> None:
    with web.counting(invalid=1):
        answer = web.say({"message": {"conversation": "olá"}})
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_payload"
    assert "number" in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Signature": None},
        {"X-Signature": "0" * 64},
        {"X-Signature": "assinatura çé".encode()},
        {"X-Timestamp": None},
        {"X-Timestamp": "ontem"},
        {"X-Timestamp": "1700000000"},
    ],
)
def test_a_request_that_is_not_genuine_is_never_told_why(
    web: Web, headers: dict[str, str | None]
) -> None:
    with web.counting(unauthorized=1):
        assert is_answer(web.post(b"{}", headers), 401, UNAUTHORIZED)


@pytest.mark.parametrize(
    "how", [{"secret": "another"}, {"seconds_ago": 600}, {"seconds_ago": -600}]
)
def test_a_signature_that_proves_nothing_is_refused(web: Web, how: dict[str, Any]) -> None:
    with web.counting(unauthorized=1):
        assert is_answer(web.post(b"{}", signed(b"{}", **how)), 401, UNAUTHORIZED)


def test_the_signature_of_another_body_is_refused(web: Web) -> None:
    with web.counting(unauthorized=1):
        assert is_answer(web.post(b"{}", signed(b"another body")), 401, UNAUTHORIZED)


@pytest.mark.parametrize("seconds_ago", [290, -290])
def test_a_timestamp_within_the_tolerance_is_accepted(web: Web, seconds_ago: int) -> None:
    assert web.say(text_message(), seconds_ago=seconds_ago).status_code == 202


def test_a_signature_in_capitals_is_accepted(web: Web) -> None:
    body = b'{"message": {"conversation": "oi"}, "number": "5511999999999"}'
    shouted = signed(body)["X-Signature"].upper()
    assert web.post(body, {"X-Signature": shouted}).status_code == 202


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_may_be_announced_in_any_way(web: Web, content_type: str) -> None:
    assert web.post(b"[]", {"Content-Type": content_type}).status_code == 400


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_is_not_announced_as_json_is_refused(
    web: Web, content_type: str | None
) -> None:
    with web.counting(invalid=1):
        answer = web.post(b"{}", {"Content-Type": content_type})
        assert is_answer(answer, 415, {"error": "unsupported_media_type"})


@pytest.mark.parametrize("path", ["/", "/webhook", PATH + "/", PATH + "/token", "/favicon.ico"])
def test_there_is_nothing_elsewhere(web: Web, path: str) -> None:
    with web.counting():
        assert is_answer(web.call("POST", path, data=b"{}"), 404, {"error": "not_found"})


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"])
def test_the_webhook_is_posted_to_and_nothing_else(web: Web, method: str) -> None:
    headers = {"Origin": "https://example.com", "Access-Control-Request-Method": "POST"}
    with web.counting():
        answer = web.call(method, PATH, headers=headers)
        assert is_answer(answer, 405, {"error": "method_not_allowed"})
    assert answer.headers["Allow"] == "POST"


def test_head_is_answered_without_a_body(web: Web) -> None:
    answer = web.call("HEAD", PATH)
    assert (answer.status_code, answer.content) == (405, b"")
    assert "X-Correlation-ID" in answer.headers


BIG = b"x" * 2_000_000


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("PUT", "/nowhere", {"Content-Type": "text/plain"}, BIG, 404),
        ("PUT", PATH, {"Content-Type": "text/plain"}, BIG, 405),
        ("POST", PATH, {"Content-Type": "text/plain"}, BIG, 415),
        ("POST", PATH, {"Content-Type": "text/plain"}, iter([b"{}"]), 415),
        ("POST", PATH, {"Content-Type": JSON}, iter([BIG]), 411),
        ("POST", PATH, {"Content-Type": JSON}, BIG, 413),
        ("POST", PATH, {"Content-Type": JSON}, b"not json", 401),
    ],
)
def test_the_first_fault_in_the_order_of_the_checks_is_the_one_that_is_told(
    web: Web, method: str, path: str, headers: dict[str, str], body: object, status: int
) -> None:
    assert web.call(method, path, headers=headers, data=body).status_code == status


def test_only_a_genuine_request_is_parsed(web: Web) -> None:
    assert web.post(b"not json").status_code == 400


def test_every_answer_of_the_webhook_is_timed(web: Web) -> None:
    before = web.metric("webhook_seconds_count")
    web.say(text_message())
    web.post(b"{}", {"X-Signature": "0"})
    web.post(b"{}", {"Content-Type": "text/plain"})
    assert web.metric("webhook_seconds_count") - before == 3


@pytest.mark.parametrize(
    ("headers", "fault"),
    [({"X-Signature": "0" * 64}, "signature_wrong"), ({"X-Timestamp": None}, "timestamp_missing")],
)
def test_the_log_tells_why_a_request_was_refused(
    web: Web, headers: dict[str, str | None], fault: str
) -> None:
    correlation_id = web.post(b"{}", headers).headers["X-Correlation-ID"]
    lines = [line for line in web.log_lines() if line.get("correlation_id") == correlation_id]
    assert [line.get("fault") for line in lines] == [fault, None]
