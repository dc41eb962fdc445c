"""Closing a connection whose request was not read to its end, so that the answer still arrives."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import gevent

LINGER_SECONDS = 2.0
LINGER_BYTES = 8 * 1024 * 1024


class ClosingConnections:
    """WSGI around WSGI: obeys `Connection: close`, which gunicorn leaves to the request.

    Closing a socket with unread bytes resets it, and the client loses our answer; so what still
    comes is read and thrown away for a moment, after the answer has gone out.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer as the application does."""
        closes = False

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal closes
            closes = ("connection", "close") in [(n.lower(), v.lower()) for n, v in headers]
            if closes:
                _force_close(start_response)
            return start_response(status, headers, *rest)

        body = self.application(environ, start)
        return _Lingering(body, environ.get("gunicorn.socket")) if closes else body


def _force_close(start_response: Callable[..., Any]) -> None:
    gunicorn_response = getattr(start_response, "__self__", None)
    force_close = getattr(gunicorn_response, "force_close", None)
    if force_close is not None:
        force_close()


class _Lingering:
    """A body that drains the connection when it is closed."""

    def __init__(self, body: Iterable[bytes], socket: Any) -> None:
        self.body = body
        self.socket = socket

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.body)

    def close(self) -> None:
        if self.socket is None:
            return
        with gevent.Timeout(LINGER_SECONDS, False):  # noqa: FBT003 - gevent's way to say: quietly
            self._drain()

    def _drain(self) -> None:
        drained = 0
        try:
            while drained < LINGER_BYTES and (chunk := self.socket.recv(65_536)):
                drained += len(chunk)
        except OSError:
            return
