"""What goes over the wire between a simulator and its client."""

import errno
import json
import socket
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any, NoReturn
from urllib.parse import parse_qsl

import gevent

_LINGER_NOT = struct.pack("ii", 1, 0)  # close() sends RST instead of FIN

TYPE_JSON = "application/json; charset=utf-8"
TYPE_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    connection: socket.socket = field(repr=False)

    def json(self) -> Any:
        """Return the body's JSON value, or None where it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def cookie(self, name: str) -> str:
        """Return the cookie's value; empty when there is none."""
        morsel = SimpleCookie(self.headers.get("cookie", "")).get(name)
        return morsel.value if morsel else ""

    def bearer(self) -> str:
        """Return the token of the Authorization header; empty when there is none."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.casefold() == "bearer" else ""

    def hang(self) -> NoReturn:
        """Never answer: wait until the client leaves or the server stops."""
        gevent.socket.wait_read(self.connection.fileno())
        self.drop()

    def drop(self) -> NoReturn:
        """Close the connection with a reset, and without an answer."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        raise ConnectionResetError(errno.ECONNRESET, "dropped on purpose")


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer; with `drip_seconds` its body leaves one byte at a time."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drip_seconds: float = 0.0

    def chunks(self) -> Iterable[bytes]:
        """Return the body as WSGI wants it."""
        return self._drops() if self.drip_seconds else [self.body]

    def _drops(self) -> Iterator[bytes]:
        for byte in self.body:
            yield bytes([byte])
            gevent.sleep(self.drip_seconds)


def json_response(
    payload: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with JSON."""
    body = json.dumps(payload, ensure_ascii=False).encode()
    return Response(status, body, {"Content-Type": TYPE_JSON, **(headers or {})})


def html_response(page: str, status: int = 200) -> Response:
    """Answer with HTML."""
    return Response(status, page.encode(), {"Content-Type": TYPE_HTML})


def read_request(environ: Mapping[str, Any]) -> Request:
    """Read the request out of what WSGI gives; the body too."""
    headers = {
        key.removeprefix("HTTP_").replace("_", "-").lower(): value
        for key, value in environ.items()
        if key.startswith("HTTP_") or key == "CONTENT_TYPE"
    }
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"],
        query=dict(parse_qsl(environ["QUERY_STRING"])),
        headers=headers,
        body=environ["wsgi.input"].read(),
        connection=environ["simulator.connection"],
    )


def status_line(status: int) -> str:
    """Return the status as WSGI wants it."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"
