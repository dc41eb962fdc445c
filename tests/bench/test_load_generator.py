"""The load generator, against small real servers that remember what they were sent."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ops.bench.generator import Generator, Unmeasurable, generator
from ops.bench.load.plan import Plan, Result, plan_from_json, result_from_json
from secretaria.core import payload
from secretaria.core.payload import Incoming
from secretaria.core.signature import Credentials, Proof, find_fault
from secretaria.playground.stack import SHARED_SECRET

CREDENTIALS = Credentials([SHARED_SECRET], tolerance_seconds=300, token=None)


@dataclass
class Server:
    """Answers every request with one status, and remembers it."""

    status: int = 202
    body: bytes = b'{"queued": true}'
    seen: list[tuple[Any, bytes]] = field(default_factory=list)
    connections: set[Any] = field(default_factory=set)
    port: int = 0


@pytest.fixture
def server() -> Iterator[Server]:
    remembered = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            remembered.seen.append((self.headers, body))
            remembered.connections.add(self.client_address)
            self.send_response(remembered.status)
            self.send_header("Content-Length", str(len(remembered.body)))
            self.end_headers()
            self.wfile.write(remembered.body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        remembered.port = listening.server_port
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield remembered
        listening.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def load(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generator]:
    made = generator(tmp_path_factory.mktemp("load"))
    with made.program:
        yield made


def plan(server: Server, **changed: Any) -> Plan:
    usual = {"port": server.port, "messages": 40, "first": 1, "contacts": 7, "connections": 4}
    return Plan(**(usual | changed))


def test_every_message_is_sent_once_on_connections_that_stay(
    load: Generator, server: Server
) -> None:
    result = load.play(plan(server))
    assert result.accepted == 40
    assert len({body for _, body in server.seen}) == len(server.seen) == 40
    assert len(server.connections) == 4
    assert 0 < result.p50 <= result.p99 <= result.seconds
    assert result.per_second == pytest.approx(40 / result.seconds)


def test_no_message_of_a_round_is_one_of_the_round_before(load: Generator, server: Server) -> None:
    load.play(plan(server))
    load.play(plan(server))
    ids = [json.loads(body)["key"]["id"] for _, body in server.seen]
    assert len(set(ids)) == 80


def test_a_message_is_signed_and_one_that_the_service_answers(
    load: Generator, server: Server
) -> None:
    load.play(plan(server, messages=5, in_turn=True, contacts=5, first_contact=10))
    numbers = []
    for headers, body in server.seen:
        proof = Proof(headers["X-Timestamp"], headers["X-Signature"], None, body)
        assert find_fault(CREDENTIALS, proof, now=int(headers["X-Timestamp"])) is None
        incoming = payload.parse(body)
        assert isinstance(incoming, Incoming)
        numbers.append(incoming.sender.number)
    assert sorted(numbers) == [f"55119000000{one}" for one in range(10, 15)]


def test_a_round_ends_with_its_time(load: Generator, server: Server) -> None:
    result = load.play(plan(server, messages=50_000, seconds=0.05))
    assert 0 < result.accepted < 50_000


def test_with_pauses_each_message_has_its_moment(load: Generator, server: Server) -> None:
    pauses = (0.01,) * 6
    result = load.play(plan(server, messages=6, contacts=6, in_turn=True, pauses=pauses))
    assert result.accepted == len(result.moments) == len(server.connections) == 6
    assert result.seconds >= sum(pauses)


@pytest.mark.parametrize("status", [200, 429, 503])
def test_anything_but_a_202_ends_the_measurement(
    load: Generator, server: Server, status: int
) -> None:
    server.status = status
    with pytest.raises(Unmeasurable, match=str(status)):
        load.play(plan(server))


def test_a_server_that_is_not_there_ends_the_measurement(load: Generator) -> None:
    with pytest.raises(Unmeasurable, match="ConnectionRefused"):
        load.play(Plan(port=1, messages=1, first=1, contacts=1))


def test_a_generator_that_died_ends_the_measurement(tmp_path: Path) -> None:
    dead = generator(tmp_path)
    with dead.program as program:
        program.stop()
        program.command = ["false"]
        program.start()
        with pytest.raises(Unmeasurable, match="has ended"):
            dead.play(Plan(port=1, messages=1, first=1, contacts=1))


def test_plans_and_results_survive_their_line() -> None:
    told = Plan(port=1, messages=2, first=3, contacts=4, pauses=(0.5, 1.0))
    assert plan_from_json(told.to_json()) == told
    found = Result(3, 1.5, 0.1, 0.2, moments={"55": 12.5})
    assert result_from_json(found.to_json()) == found
    assert "\n" not in told.to_json() + found.to_json()
