"""gunicorn's worker, with answers and log lines of our own where no application was reached."""

import json
import socket
import uuid
from http import HTTPStatus
from typing import Any

import gevent
import structlog
from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # gunicorn has no types
from gunicorn.http.errors import (  # type: ignore[import-untyped]  # likewise
    ExpectationFailed,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.ggevent import GeventWorker  # type: ignore[import-untyped]  # likewise

from secretaria.adapters.closing import linger
from secretaria.adapters.stopping import STOPPING

log = structlog.get_logger(__name__)

_VERDICTS: tuple[tuple[type[BaseException], HTTPStatus, str], ...] = (
    (LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG, "uri_too_long"),
    (LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large"),
    (ExpectationFailed, HTTPStatus.EXPECTATION_FAILED, "expectation_failed"),
    (ParseException, HTTPStatus.BAD_REQUEST, "bad_request"),
    (BaseException, HTTPStatus.SERVICE_UNAVAILABLE, "unavailable"),
)
_RETRY_AFTER_SECONDS = 5
HAS_USER_TIMEOUT = hasattr(socket, "TCP_USER_TIMEOUT")
_IDLE_READER_MILLISECONDS = 15_000
"""Who reads nothing for this long is let go: gunicorn itself would wait for them for ever."""


class WebLogger(Logger):  # type: ignore[misc]  # likewise
    """Gathers nothing for gunicorn's access log: our own line tells of each request."""

    access_log_enabled = False


class WebWorker(GeventWorker):  # type: ignore[misc]  # likewise
    """Refuses what is not HTTP as the application would, and repeats nothing of it anywhere."""

    def notify(self) -> None:
        """Tell the master that we live, each second, and long answers when we are to stop.

        gunicorn waits for all answers to end, whether it was told to stop or has served enough.
        """
        super().notify()
        if not self.alive:
            STOPPING.set()

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Serve a connection for as long as whoever is at its other end takes what we send."""
        if HAS_USER_TIMEOUT:
            client.setsockopt(
                socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _IDLE_READER_MILLISECONDS
            )
        super().handle(listener, client, addr)

    def handle_request(self, *request: Any) -> None:
        """Answer a request, and let others have their turn, however busy its connection is.

        Whoever sends the next request at once would otherwise be served until they stop.
        """
        super().handle_request(*request)
        gevent.sleep(0)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ARG002 - gunicorn's signature
        """Answer a request that could not be understood, or whose handling failed, and close."""
        status, code = next(
            (status, code) for kind, status, code in _VERDICTS if isinstance(exc, kind)
        )
        correlation_id = uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(correlation_id=correlation_id)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            log.error("http.failed", exc_info=exc)
        log.info(
            "http.request", method="(unread)", path="(unread)", status=status.value, duration_ms=0.0
        )
        try:
            client.sendall(_answer(status, code, correlation_id))
        except OSError:
            return
        linger(client)


def _answer(status: HTTPStatus, code: str, correlation_id: str) -> bytes:
    body = json.dumps({"error": code})
    head = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"X-Correlation-ID: {correlation_id}",
    ]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        head.append(f"Retry-After: {_RETRY_AFTER_SECONDS}")
    return "\r\n".join([*head, "", body]).encode()
