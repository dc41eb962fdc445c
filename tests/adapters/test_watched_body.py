"""What became of an answer, as the server that wrote it saw it."""

import socket
import struct
from collections.abc import Iterator
from typing import Any

import gevent
import pytest

from secretaria.adapters.watched_body import WatchedBody, is_gone
from secretaria.playground.engines.process import wait_until

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Both ends of a TCP connection: the server's and the client's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
        with server, client:
            yield server, client


def watched(server: Any) -> tuple[WatchedBody, list[str]]:
    told: list[str] = []
    return WatchedBody(b"body", server, told.append), told


def test_who_is_there_is_not_gone_whatever_they_send(pair: Pair) -> None:
    server, client = pair
    assert not is_gone(server)
    client.sendall(b"more")
    gevent.select.select([server], [], [], 5)
    assert not is_gone(server)
    assert server.recv(4) == b"more"
    assert not is_gone(None)


@pytest.mark.parametrize("politely", [True, False])
def test_who_has_closed_is_gone(pair: Pair, *, politely: bool) -> None:
    server, client = pair
    if not politely:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    assert wait_until(lambda: is_gone(server), seconds=30)


def test_a_body_that_was_written_is_written(pair: Pair) -> None:
    body, told = watched(pair[0])
    assert list(body) == [b"body"]
    body.close()
    body.close()
    assert told == ["written"]


def test_a_body_whose_writing_failed_is_broken(pair: Pair) -> None:
    body, told = watched(pair[0])
    assert next(iter(body)) == b"body"
    body.close()
    assert told == ["broken"]


def test_a_body_that_nobody_asked_for_or_would_have_read_is_unwritten(pair: Pair) -> None:
    server, client = pair
    untouched, told = watched(server)
    untouched.close()
    client.close()
    assert wait_until(lambda: is_gone(server), seconds=30)
    unread, told_too = watched(server)
    assert list(unread) == []
    unread.close()
    assert (told, told_too) == (["unwritten"], ["unwritten"])
