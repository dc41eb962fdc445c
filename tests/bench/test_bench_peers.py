"""Each peer really does its job."""

import ast
import importlib
import os
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import redis
from falcon import testing
from rq import Queue

from ops.bench.filling import fill
from ops.bench.load.messages import compose, number_of
from ops.bench.peers import ceiling, turn
from ops.bench.program import Program
from secretaria.adapters.database import Database
from secretaria.models.tables import Contact, Message
from secretaria.playground.engines import Engines
from secretaria.playground.engines.process import wait_until
from secretaria.playground.gemini import GeminiSimulator
from secretaria.playground.stack import SHARED_SECRET
from secretaria.playground.whaticket import WhaticketSimulator

ROOT = Path(__file__).resolve().parents[2]
PATH = "/webhook/whaticket"


def parts(request: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines), body


@pytest.fixture
def flask_rq(
    engines: Engines, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    monkeypatch.setenv("SHARED_SECRET", SHARED_SECRET)
    monkeypatch.setenv("REDIS_URL", engines.valkey.url)
    monkeypatch.setenv("RATE_LIMIT_PER_NUMBER", "2")
    monkeypatch.delitem(sys.modules, "ops.bench.peers.flask_rq", raising=False)
    assert redis_client.ping()
    return importlib.import_module("ops.bench.peers.flask_rq")


def post(peer: ModuleType, ordinal: int, number: str = "5511900000001", **headers: str) -> int:
    told, body = parts(compose(number, ordinal, now=time.time()))
    answer = peer.application.test_client().post(PATH, data=body, headers=told | headers)
    return int(answer.status_code)


def test_the_ceiling_answers_202_to_whatever_it_reads() -> None:
    answer = testing.TestClient(ceiling.application).simulate_post(PATH, body="anything")
    assert (answer.status_code, answer.json) == (202, {"queued": True})


def test_the_ceiling_is_served_as_we_are() -> None:
    ours, theirs = (
        {
            target.id: ast.unparse(node.value)
            for node in ast.parse((ROOT / path).read_text()).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for path in ("ops/gunicorn.conf.py", "ops/bench/peers/ceiling_server.py")
    )
    assert theirs
    assert {name: ours.get(name) for name in theirs} == theirs


def test_flask_rq_enqueues_a_job_for_what_is_signed(
    flask_rq: ModuleType, redis_client: redis.Redis
) -> None:
    assert post(flask_rq, 1) == 202
    [job] = Queue(connection=redis_client).jobs
    assert job.func_name == "ops.bench.peers.turn.answer"
    assert job.args[0] == "5511900000001"


@pytest.mark.parametrize(
    "wrong", [{"X-Signature": "0" * 64}, {"X-Timestamp": "1"}, {"X-Timestamp": "x"}]
)
def test_flask_rq_refuses_what_is_not(
    flask_rq: ModuleType, redis_client: redis.Redis, wrong: dict[str, str]
) -> None:
    assert post(flask_rq, 1, **wrong) == 401
    assert Queue(connection=redis_client).jobs == []


def test_flask_rq_limits_a_number(flask_rq: ModuleType) -> None:
    assert [post(flask_rq, one) for one in range(3)] == [202, 202, 429]
    assert post(flask_rq, 4, number="5511900000002") == 202


def model_environment(gemini: GeminiSimulator, whaticket: WhaticketSimulator) -> dict[str, str]:
    return {
        "GEMINI_ENDPOINT": gemini.url,
        "GEMINI_API_KEY": "a-key",
        "WHATICKET_BASE_URL": whaticket.base_url,
        "WHATICKET_TOKEN": "connection-token",
    }


def test_an_rq_worker_makes_the_two_calls(
    engines: Engines,
    redis_client: redis.Redis,
    gemini: GeminiSimulator,
    whaticket: WhaticketSimulator,
    tmp_path: Path,
) -> None:
    told = model_environment(gemini, whaticket) | {"REDIS_URL": engines.valkey.url}
    Queue(connection=redis_client).enqueue("ops.bench.peers.turn.answer", "5511900000001", "eco: a")
    command = [sys.executable, "-m", "ops.bench.peers.rq_worker"]
    with Program("rq-worker", command, tmp_path, told):
        assert wait_until(lambda: bool(whaticket.replies_to("5511900000001")), seconds=30)
    assert whaticket.replies_to("5511900000001") == ["eco: a"]
    assert [call.outcome for call in gemini.ledger.calls] == ["ok"]


def test_a_job_whose_model_fails_sends_nothing(
    gemini: GeminiSimulator, whaticket: WhaticketSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        model_environment(gemini, whaticket) | {"GEMINI_API_KEY": "wrong-key"}
    ).items():
        monkeypatch.setitem(os.environ, name, value)
    with pytest.raises(turn.requests.HTTPError):
        turn.answer("5511900000001", "eco: a")
    assert whaticket.ledger.sendings == []


def test_a_filled_database_holds_conversations_that_are_at_rest(
    database: Database, engines: Engines
) -> None:
    fill(engines.postgres.url, contacts=3, messages=4)
    with database.transaction() as session:
        messages: list[Any] = session.query(Message).order_by(Message.id).all()
        numbers = {contact.number for contact in session.query(Contact)}
    assert numbers == {number_of(one) for one in range(3)}
    assert {(one.direction, one.state) for one in messages} == {
        ("inbound", "answered"),
        ("outbound", "sent"),
    }
    assert len(messages) == 12
