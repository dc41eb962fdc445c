"""Closing a connection whose request was not read to its end, so that the answer still arrives."""

import socket as sockets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import gevent

LINGER_SECONDS = 5.0
CHUNK_BYTES = 65_536
LEFT_TO_SERVER_BYTES = 65_536
"""So much of a body that nobody wanted gunicorn may read away, to keep the connection."""

Application = Callable[..., Iterable[bytes]]


def linger(socket: Any) -> None:
    """Say that nothing more comes from us, then read and throw away what still arrives.

    Closing a socket with unread bytes resets it, and a client that is still sending loses our
    answer. Whoever never stops sending is cut off after `LINGER_SECONDS`.
    """
    deadline = time.monotonic() + LINGER_SECONDS
    try:
        socket.shutdown(sockets.SHUT_WR)
        with gevent.Timeout(LINGER_SECONDS, False):  # noqa: FBT003 - gevent's way to say: quietly
            while socket.recv(CHUNK_BYTES) and time.monotonic() < deadline:
                gevent.sleep(0)  # a fast sender must not keep the process to itself
    except OSError:
        return


@dataclass(frozen=True, slots=True)
class ClosingConnections:
    """WSGI around WSGI: closes the connection when the application says so, or must.

    gunicorn leaves `Connection: close` in an answer to the request. And what an application did
    not read, it reads itself: all of it, in one go, while everybody else waits.
    """

    application: Application

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer as the application does."""
        stream = _Counted(environ["wsgi.input"], _announced_bytes(environ))
        environ["wsgi.input"] = stream
        closes = False

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal closes
            closes = _asks_to_close(headers) or stream.unread_bytes > LEFT_TO_SERVER_BYTES
            if closes:
                _force_close(start_response)
            return start_response(status, headers, *rest)

        body = self.application(environ, start)
        return _Lingering(body, environ.get("gunicorn.socket")) if closes else body


@dataclass(slots=True)
class _Counted:
    """`wsgi.input`, and how much of it nobody has read."""

    stream: Any
    unread_bytes: float

    def read(self, size: int) -> bytes:
        chunk: bytes = self.stream.read(size)
        self.unread_bytes -= len(chunk)
        return chunk


@dataclass(frozen=True, slots=True)
class _Lingering:
    """An answer's body that lingers after it has gone out, and been closed as any other."""

    body: Iterable[bytes]
    socket: Any

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.body)

    def close(self) -> None:
        close = getattr(self.body, "close", None)
        try:
            if close is not None:
                close()
        finally:
            if self.socket is not None:
                linger(self.socket)


def _announced_bytes(environ: dict[str, Any]) -> float:
    """What the body's length is said to be; no end is in sight of a chunked one."""
    if environ.get("HTTP_TRANSFER_ENCODING"):
        return float("inf")
    return float(environ.get("CONTENT_LENGTH") or 0)


def _asks_to_close(headers: list[tuple[str, str]]) -> bool:
    return ("connection", "close") in [(name.lower(), value.lower()) for name, value in headers]


def _force_close(start_response: Callable[..., Any]) -> None:
    """Tell gunicorn's response, whose method `start_response` is."""
    gunicorn_response = getattr(start_response, "__self__", None)
    force_close = getattr(gunicorn_response, "force_close", None)
    if force_close is not None:
        force_close()
