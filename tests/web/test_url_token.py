"""The webhook for a Whaticket that cannot sign: the token in the URL proves the request."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
import requests
from sqlalchemy import text
from web_client import PATH, Web, baileys_message, head, serving, text_message

from secretaria.adapters.database import Database
from secretaria.playground.engines import Engines

TOKEN = "a-door.of_its~own"
BY_URL = f"{PATH}/{TOKEN}"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def open_web(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("by-url")
    with serving(folder, engines, WEBHOOK_URL_TOKEN=TOKEN, LOG_LEVEL="DEBUG") as web:
        yield web


@pytest.fixture
def by_url(
    open_web: Web,
    database: Database,  # noqa: ARG001 - emptied
    redis_client: redis.Redis,  # noqa: ARG001 - emptied
) -> Web:
    """A web process that is open by URL, on empty stores."""
    return open_web


def say(web: Web, payload: Any, path: str = BY_URL, **more: Any) -> requests.Response:
    return web.call("POST", path, data=json.dumps(payload).encode(), headers=JSON | more)


def stored(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.scalars(text("SELECT text FROM messages ORDER BY id")))


def test_the_token_alone_proves_a_message(by_url: Web, database: Database) -> None:
    with by_url.counting(accepted=1, duplicate=1):
        answer = say(by_url, baileys_message("olá", provider_id="A1"))
        again = say(by_url, baileys_message("olá", provider_id="A1"))
    assert (answer.status_code, answer.json()) == (202, {"queued": True})
    assert again.json() == {"queued": False, "reason": "duplicate"}
    assert stored(database) == ["olá"]


def test_without_a_token_configured_nothing_is_there(web: Web) -> None:
    for path in (BY_URL, f"{PATH}/", f"{PATH}/None"):
        assert say(web, text_message(), path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        f"{PATH}/wrong",
        f"{PATH}/{TOKEN}x",
        f"{PATH}/{TOKEN[:-1]}",
        f"{PATH}/",
        f"{PATH}/%ff%fe",
        f"{PATH}/{TOKEN.upper()}",
        f"{PATH}/%00",
        f"{PATH}/%F0%9F%94%91",
    ],
)
def test_a_wrong_token_is_unauthorized(by_url: Web, path: str, database: Database) -> None:
    with by_url.counting(unauthorized=1):
        answer = say(by_url, text_message(), path)
    assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized"})
    assert stored(database) == []


def test_a_wrong_token_counts_against_its_address_and_the_right_one_does_not(
    serve: Callable[..., Web],
) -> None:
    web = serve(WEBHOOK_URL_TOKEN=TOKEN, RATE_LIMIT_PER_IP="1")
    statuses = [say(web, text_message(), f"{PATH}/wrong").status_code for _ in range(2)]
    assert statuses == [401, 429]
    assert say(web, text_message()).status_code == 202


def test_a_signature_does_not_open_the_other_door_nor_the_token_the_signed_one(
    by_url: Web,
) -> None:
    body = json.dumps(text_message()).encode()
    assert by_url.call("POST", PATH, data=body, headers=JSON).status_code == 401
    with_header = JSON | {"X-Webhook-Token": TOKEN}
    assert by_url.call("POST", PATH, data=body, headers=with_header).status_code == 401
    assert by_url.say(text_message()).status_code == 202


def test_the_order_of_refusals_is_the_contract_s(by_url: Web) -> None:
    assert by_url.get(BY_URL).status_code == 405
    assert by_url.call("HEAD", BY_URL).status_code == 405
    assert say(by_url, text_message(), f"{BY_URL}/").status_code == 404
    assert by_url.call("POST", f"{PATH}/wrong", data=b"{").status_code == 415
    with by_url.connect() as connection:
        chunked = head("Transfer-Encoding: chunked", path=f"{PATH}/wrong") + b"0\r\n\r\n"
        assert connection.send(chunked).answer().status == 411
    with by_url.connect() as connection:
        large = head("Content-Length: 99999999", path=f"{PATH}/wrong")
        assert connection.send(large).answer().status == 413
    assert by_url.call("POST", f"{PATH}/wrong", data=b"{", headers=JSON).status_code == 401
    assert by_url.call("POST", BY_URL, data=b"{", headers=JSON).json()["error"] == "invalid_json"


def test_the_same_body_again_within_a_minute_is_a_duplicate_and_later_is_not(
    by_url: Web, database: Database
) -> None:
    payload = text_message("ok")
    assert say(by_url, payload).status_code == 202
    assert say(by_url, payload).json() == {"queued": False, "reason": "duplicate"}
    assert say(by_url, text_message("ok", number="5511999999998")).status_code == 202
    assert say(by_url, text_message("ok!")).status_code == 202
    with database.transaction() as session:
        session.execute(text("UPDATE messages SET created_at = created_at - interval '61 s'"))
    assert say(by_url, payload).status_code == 202
    assert say(by_url, payload).json() == {"queued": False, "reason": "duplicate"}
    assert stored(database) == ["ok", "ok", "ok!", "ok"]


def test_the_token_is_in_no_log_and_no_metric(by_url: Web) -> None:
    encoded = "".join(f"%{byte:02x}" for byte in TOKEN.encode())
    for path in (BY_URL, f"{BY_URL}/", f"{BY_URL}?q={TOKEN}", f"{PATH}/{encoded}", f"//{TOKEN}"):
        for method in ("POST", "GET", "HEAD", "OPTIONS", "TRACE", "WHAT"):
            by_url.call(method, path, data=b"{", headers=JSON)
            by_url.call(method, path, headers={"X-Correlation-ID": TOKEN})
    with by_url.connect() as connection:
        connection.send(f"POST {BY_URL} HTTP/9.9\r\n\r\n".encode()).answer()
    with by_url.connect() as connection:
        connection.send(f"POST {BY_URL} HTTP/1.1\r\nbroken\r\n\r\n".encode()).answer()
    with by_url.connect() as connection:
        connection.send(f"POST {BY_URL}{'x' * 5000} HTTP/1.1\r\n\r\n".encode()).answer()
    seen = by_url.stack.log("web") + by_url.get("/metrics").text
    assert f"{PATH}/{{token}}" in seen
    for form in (TOKEN, encoded, encoded.upper(), TOKEN.encode().hex()):
        assert form not in seen
    worker = by_url.stack.processes["web"].pid
    children = Path(f"/proc/{worker}/task/{worker}/children").read_text(encoding="ascii").split()
    for pid in (str(worker), *children):
        assert TOKEN.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()
