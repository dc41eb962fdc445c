"""Typebot's door on the real server: what it answers, whom it refuses, and what it keeps secret."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests
from doorway import ANA, ANA_AT, TOKEN, Doorway
from web_client import Web, head

from secretaria.adapters.profile_file import load
from secretaria.playground.faults import Fault
from secretaria.playground.gemini import GeminiSimulator

pytestmark = pytest.mark.minutes(1)

JSON = {"Content-Type": "application/json"}
START = f"/api/v1/typebots/{TOKEN}/startChat"
STOP = {"stopBot": True}


def post(web: Web, path: str, payload: Any) -> requests.Response:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return web.call("POST", path, data=body, headers=JSON)


def continuing(session_id: str) -> str:
    return f"/api/v1/sessions/{session_id}/continueChat"


def orders(answer: Any) -> list[Any]:
    texts = [one["content"]["richText"][0]["children"][0]["text"] for one in answer["messages"]]
    return [json.loads(one[1:]) for one in texts if one.startswith("#")]


def test_a_chat_begins_with_a_session_and_no_message(doorway: Doorway) -> None:
    variables = {"number": ANA, "pushName": "Ana Prado"}
    answer = post(doorway.web, START, {"message": "string", "prefilledVariables": variables})
    begun = answer.json()
    assert (answer.status_code, begun["messages"], begun["input"]) == (200, [], None)
    assert len(begun["sessionId"]) >= 43
    known = "SELECT number || ' ' || name FROM contacts JOIN typebot_sessions ON contact_id ="
    assert doorway.value(f"{known} contacts.id") == f"{ANA} Ana Prado"
    kept = sha256(begun["sessionId"].encode()).hexdigest()
    assert doorway.values("SELECT key_hash FROM typebot_sessions") == [kept]
    assert doorway.value("SELECT count(*) FROM messages") == 0


def test_every_session_is_another_and_all_are_of_one_contact(doorway: Doorway) -> None:
    assert len({doorway.begin() for _ in range(3)}) == 3
    assert doorway.value("SELECT count(*) FROM contacts") == 1


def test_the_reply_is_in_the_answer_and_on_record_as_any_other(doorway: Doorway) -> None:
    doorway.begin()
    with doorway.web.counting(accepted=1):
        assert doorway.asked("eco: quero agendar") == ["eco: quero agendar"]
    doorway.wait_until_closed()
    assert doorway.replies() == [("sent", "eco: quero agendar")]
    assert doorway.by_api() == []
    log = "SELECT outcome || coalesce(error, '') FROM delivery_logs"
    assert doorway.values(log) == ["sent"]
    assert doorway.value("SELECT sent_at IS NOT NULL FROM messages WHERE state = 'sent'")
    assert doorway.web.metric("deliveries_total", outcome="sent") >= 1
    assert doorway.web.metric("end_to_end_seconds_count") >= 1


def test_replies_leave_in_order_one_bubble_each(doorway: Doorway) -> None:
    doorway.begin()
    call = doorway.says("me conta tudo")
    doorway.wait_for_owed()
    doorway.add_replies("um\n\ndois", "#três", "quatro")
    assert call.get(timeout=30) == ["um\n\ndois", "três", "quatro"]
    doorway.wait_until_closed()
    assert [state for state, _ in doorway.replies()] == ["sent"] * 3
    assert doorway.values("SELECT outcome FROM delivery_logs ORDER BY id") == ["sent"] * 3
    assert doorway.by_api() == []


def test_the_same_words_twice_are_two_messages(doorway: Doorway) -> None:
    doorway.begin()
    assert doorway.asked("eco: ok") == ["eco: ok"]
    assert doorway.asked("eco: ok") == ["eco: ok"]
    assert doorway.value("SELECT count(*) FROM messages WHERE direction = 'inbound'") == 2


@pytest.mark.parametrize("queue_id", [3, None])
def test_a_handover_ends_with_its_order_and_the_next_call_is_only_told_to_stop(
    serve: Callable[..., Web],
    make_doorway: Callable[..., Doorway],
    gemini: GeminiSimulator,
    tmp_path: Path,
    queue_id: int | None,
) -> None:
    example = Path(load.__code__.co_filename).parents[1] / "profiles" / "example.toml"
    profile = tmp_path / "profile.toml"
    queue = f"\n[handover]\nqueue_id = {queue_id}\n" if queue_id else ""
    profile.write_text(example.read_text(encoding="utf-8") + queue, encoding="utf-8")
    web = serve(
        WEBHOOK_URL_TOKEN=TOKEN,
        BURST_WINDOW_SECONDS="0",
        TYPEBOT_WAIT_SECONDS="15",
        SECRETARIA_PROFILE=str(profile),
    )
    doorway = make_doorway(web)
    session_id = doorway.begin()
    gemini.plan(Fault("blocked", times=None))
    [farewell] = doorway.asked("preciso de ajuda")
    assert farewell == load(None).sentences.fallback
    ticket = doorway.caller.ticket(ANA_AT)
    assert (ticket.queue_id, ticket.is_stopped) == (queue_id, queue_id is None)
    with web.counting(ignored=1):
        answer = post(web, continuing(session_id), {"message": "alô?"}).json()
    assert orders(answer) == [STOP]
    assert len(answer["messages"]) == 1
    assert doorway.value("SELECT state FROM messages WHERE text = 'alô?'") == "ignored"
    assert doorway.by_api() == []


@pytest.mark.parametrize("status", ["human", "muted"])
def test_a_conversation_that_is_not_the_bot_s_is_told_to_stop(
    doorway: Doorway, status: str
) -> None:
    session_id = doorway.begin()
    doorway.sql(f"UPDATE conversations SET status = '{status}'")
    answer = post(doorway.web, continuing(session_id), {"message": "oi"}).json()
    assert orders(answer) == [STOP]
    doorway.wait_until_closed()


def test_without_a_token_configured_the_door_is_not_there(web: Web) -> None:
    variables = {"prefilledVariables": {"number": ANA}}
    for slug in (TOKEN, "None", ""):
        assert post(web, f"/api/v1/typebots/{slug}/startChat", variables).status_code == 404
    assert post(web, continuing("x"), {"message": "oi"}).status_code == 404


@pytest.mark.parametrize(
    "slug", ["wrong", f"{TOKEN}x", TOKEN[:-1], "", "%ff", "%00", TOKEN.upper()]
)
def test_a_wrong_slug_is_not_there(doorway: Doorway, slug: str) -> None:
    path = f"/api/v1/typebots/{slug}/startChat"
    with doorway.web.counting(unauthorized=1):
        answer = post(doorway.web, path, {"prefilledVariables": {"number": ANA}})
    assert (answer.status_code, answer.json()) == (404, {"error": "not_found"})
    assert doorway.value("SELECT count(*) FROM contacts") == 0


@pytest.mark.parametrize("session_id", ["x", "", "%ff", "%00", "0" * 3000, "' OR 1=1 --", "1"])
def test_an_unknown_session_is_not_there(doorway: Doorway, session_id: str) -> None:
    doorway.begin()
    with doorway.web.counting(unauthorized=1):
        answer = post(doorway.web, continuing(session_id), {"message": "oi"})
    assert (answer.status_code, answer.json()) == (404, {"error": "not_found"})
    assert doorway.value("SELECT count(*) FROM messages") == 0


def test_guesses_are_counted_against_their_address(
    serve: Callable[..., Web], make_doorway: Callable[..., Doorway]
) -> None:
    web = serve(WEBHOOK_URL_TOKEN=TOKEN, RATE_LIMIT_PER_IP="2", TYPEBOT_WAIT_SECONDS="0")
    doorway = make_doorway(web)
    guess = "/api/v1/typebots/guess/startChat"
    statuses = [
        post(web, guess, {}).status_code,
        post(web, continuing("guess"), {}).status_code,
        post(web, continuing("guess"), {}).status_code,
        post(web, guess, {}).status_code,
    ]
    assert statuses == [404, 404, 429, 429]
    assert doorway.says("oi").get(timeout=30) == []
    assert doorway.value("SELECT count(*) FROM messages") == 1


def test_a_customer_who_writes_too_fast_is_limited_here_too(
    serve: Callable[..., Web], make_doorway: Callable[..., Doorway]
) -> None:
    web = serve(WEBHOOK_URL_TOKEN=TOKEN, RATE_LIMIT_PER_NUMBER="1", TYPEBOT_WAIT_SECONDS="1")
    doorway = make_doorway(web)
    session_id = doorway.begin()
    assert post(web, continuing(session_id), {"message": "oi"}).status_code == 200
    answer = post(web, continuing(session_id), {"message": "oi"})
    assert (answer.status_code, answer.json()) == (429, {"error": "rate_limited"})
    assert int(answer.headers["Retry-After"]) >= 1
    doorway.wait_until_closed()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "invalid_json"),
        (b"{", "invalid_json"),
        (b"\xff", "invalid_json"),
        (b"[]", "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b'{"message": NaN}', "invalid_json"),
        (b"{}", "invalid_payload"),
        (b'{"message": 7, "prefilledVariables": 7}', "invalid_payload"),
        (b'{"message": "", "prefilledVariables": {"number": ""}}', "invalid_payload"),
        (b'{"message": "\\u0000", "prefilledVariables": {"number": "\\u0000"}}', "invalid_payload"),
    ],
)
def test_hostile_bodies_are_refused_by_both_calls(
    doorway: Doorway, body: bytes, error: str
) -> None:
    session_id = doorway.begin()
    for path in (START, continuing(session_id)):
        answer = post(doorway.web, path, body)
        assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert doorway.value("SELECT count(*) FROM conversations WHERE door_until IS NOT NULL") == 0
    assert doorway.value("SELECT count(*) FROM typebot_sessions") == 1


def test_the_order_of_refusals_is_the_contract_s(doorway: Doorway) -> None:
    session_id = doorway.begin()
    for path in (START, continuing(session_id)):
        assert doorway.web.get(path).status_code == 405
        assert doorway.web.call("POST", path, data=b"{}").status_code == 415
        with doorway.web.connect() as connection:
            chunked = head("Transfer-Encoding: chunked", path=path) + b"0\r\n\r\n"
            assert connection.send(chunked).answer().status == 411
        with doorway.web.connect() as connection:
            assert (
                connection.send(head("Content-Length: 9999999", path=path)).answer().status == 413
            )


def test_neither_slug_nor_session_nor_words_are_in_a_log_or_a_metric(doorway: Doorway) -> None:
    session_id = doorway.begin()
    assert doorway.asked("eco: Zarabatana") == ["eco: Zarabatana"]
    for method in ("GET", "HEAD", "OPTIONS", "POST", "WHAT"):
        for path in (START, f"{START}/", continuing(session_id), f"{continuing(session_id)}?q=1"):
            doorway.web.call(method, path, data=b"{", headers=JSON)
    for path in (START, continuing(session_id)):
        for request in (f"POST {path} HTTP/9.9\r\n\r\n", f"POST {path} HTTP/1.1\r\nbroken\r\n\r\n"):
            with doorway.web.connect() as connection:
                connection.send(request.encode()).answer()
    seen = doorway.web.stack.log("web") + doorway.web.get("/metrics").text
    assert "/api/v1/typebots/{slug}/startChat" in seen
    assert "/api/v1/sessions/{session_id}/continueChat" in seen
    for mark in (TOKEN, session_id, sha256(session_id.encode()).hexdigest(), "Zarabatana", ANA):
        assert mark not in seen
