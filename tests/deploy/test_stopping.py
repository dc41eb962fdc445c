"""SIGTERM as platforms send it: twice, to the process or all its group, with work in flight."""

import hmac
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import gevent
import pytest
from sql import execute_in

from ops import processes
from secretaria.playground.engines.process import LOOPBACK, wait_until
from secretaria.playground.faults import Fault
from secretaria.playground.stack import SHARED_SECRET, Stack

pytestmark = pytest.mark.minutes(1.5)

STOP_SECONDS = 25.0
ANSWER_SECONDS = 60
BETWEEN_SECONDS = 0.5
WEB_PROCESSES = 2
Send = Callable[[int, int], None]
WAYS = [pytest.param(os.kill, id="process"), pytest.param(os.killpg, id="group")]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    environment = {"BURST_WINDOW_SECONDS": "0", "WEB_CONCURRENCY": str(WEB_PROCESSES)}
    with Stack(tmp_path_factory.mktemp("stopping"), environment=environment) as running:
        yield running


def stop_twice(stack: Stack, name: str, send: Send) -> int:
    """Answers the exit code; it must have come in time."""
    process = stack.processes.pop(name)
    began = time.monotonic()
    send(process.pid, signal.SIGTERM)
    gevent.sleep(BETWEEN_SECONDS)
    send(process.pid, signal.SIGTERM)
    code = process.wait(STOP_SECONDS + 10)
    assert time.monotonic() - began < STOP_SECONDS
    return code


def test_as_many_web_processes_run_as_web_concurrency_says(stack: Stack) -> None:
    master = stack.processes["web"].pid
    children = Path(f"/proc/{master}/task/{master}/children")
    assert len(children.read_text(encoding="ascii").split()) == WEB_PROCESSES


@pytest.mark.parametrize("send", WAYS)
def test_a_worker_gives_its_turn_back_and_ends_with_code_0(stack: Stack, send: Send) -> None:
    number = f"55119555506{['kill', 'killpg'].index(send.__name__):02}"
    stack.gemini.plan(Fault("hang", times=None))
    stack.whaticket.customer_says(number, "eco: devolvida")
    assert wait_until(lambda: stack.gemini.ledger.in_flight == 1, seconds=ANSWER_SECONDS)
    assert stop_twice(stack, "worker", send) == 0
    assert "Traceback" not in stack.log("worker")
    held = "SELECT count(*) FROM conversations WHERE attempts > 0 OR lease_until > now()"
    assert execute_in(stack, held) == [(0,)]
    assert not stack.whaticket.replies_to(number)
    stack.gemini.plan()
    stack.run("worker")
    assert wait_until(
        lambda: stack.whaticket.replies_to(number) == ["eco: devolvida"], seconds=ANSWER_SECONDS
    )


@pytest.mark.parametrize("send", WAYS)
def test_a_web_process_finishes_the_request_that_it_has_and_ends_with_code_0(
    stack: Stack, send: Send
) -> None:
    body = b'{"message": {"conversation": "eco: a tempo"}, "number": "5511955550610"}'
    with socket.create_connection((LOOPBACK, stack.web_port), ANSWER_SECONDS) as connection:
        connection.sendall(head_of(body) + body[:10])
        gevent.sleep(BETWEEN_SECONDS)
        stopping = gevent.spawn(stop_twice, stack, "web", send)
        gevent.sleep(2 * BETWEEN_SECONDS)
        connection.sendall(body[10:])
        assert connection.recv(4096).startswith((b"HTTP/1.1 202 ", b"HTTP/1.1 200 "))
    assert stopping.get() == 0
    assert "Traceback" not in stack.log("web")
    stack.run("web")
    stack.wait_until_ready()


def head_of(body: bytes) -> bytes:
    timestamp = str(int(time.time()))
    signed = hmac.new(SHARED_SECRET.encode(), timestamp.encode() + b"." + body, sha256)
    lines = (
        "POST /webhook/whaticket HTTP/1.1",
        f"Host: {LOOPBACK}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"X-Timestamp: {timestamp}",
        f"X-Signature: {signed.hexdigest()}",
        "",
        "",
    )
    return "\r\n".join(lines).encode()


def booting(parent: int) -> list[int]:
    """The processes that run actors, from when they have begun to load what they need."""
    return [
        child
        for child in processes.children(parent)
        if any("psycopg2" in file for file in processes.mapped_files(child))
    ]


def frozen_while_it_boots(stack: Stack) -> tuple[subprocess.Popen[bytes], int]:
    """A worker and its own process; one that was ready before it could be frozen is of no use."""
    for number in range(10):
        name = f"orphan{number}"
        stack.run("worker", name=name)
        parent = stack.processes[name]
        assert wait_until(lambda pid=parent.pid: bool(booting(pid)), seconds=ANSWER_SECONDS)
        [child] = booting(parent.pid)
        os.kill(child, signal.SIGSTOP)
        if "worker.ready" not in stack.log(name):
            return stack.processes.pop(name), child
        os.kill(child, signal.SIGCONT)
        stack.end(name)
    pytest.fail("no worker could be caught while it boots")


def test_a_worker_process_whose_parent_is_killed_while_it_boots_ends(stack: Stack) -> None:
    parent, child = frozen_while_it_boots(stack)
    parent.kill()
    parent.wait()
    os.kill(child, signal.SIGCONT)
    assert wait_until(lambda: not Path(f"/proc/{child}").exists(), seconds=ANSWER_SECONDS)
