"""A small HTTP server for `/metrics`, for a process that has no other."""

import errno
import hmac
import threading
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any

import structlog

from secretaria.metrics.build import Build
from secretaria.metrics.scraping import scrape
from secretaria.metrics.snapshot import TakeSnapshot

_log = structlog.get_logger(__name__)
MOST_AT_ONCE = 32
Scrape = Callable[[], tuple[bytes, str]]


def serve(
    port: int,
    *,
    host: str = "0.0.0.0",  # noqa: S104 - Prometheus comes from another machine
    token: str | None = None,
    snapshot: TakeSnapshot | None = None,
    build: Build | None = None,
) -> None:
    """Answer `GET /metrics` on a thread of this process for as long as it lives.

    With a `token`, only to who brings it as `Authorization: Bearer`. Port 0 switches it off. A
    port that is taken is no error: a sibling that shares our folder tells our series as well.
    """
    if port == 0:
        return
    try:
        server = _Server((host, port), partial(_Request, token, partial(scrape, snapshot, build)))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        _log.info("metrics.port_shared", port=port)
        return
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    _log.info("metrics.served", port=port)


class _Server(ThreadingTCPServer):
    """Whoever dawdles takes a place among few, and none of the files that the work needs."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *address_and_handler: Any) -> None:
        self._places = threading.BoundedSemaphore(MOST_AT_ONCE)
        super().__init__(*address_and_handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer on a thread of its own, or not at all while there are too many."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and make room for the next."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - theirs
        """Log what failed; the library would print a traceback."""
        _log.warning("metrics.request_failed", exc_info=True)


class _Request(BaseHTTPRequestHandler):
    timeout = 5
    server_version, sys_version = "secretaria", ""

    def __init__(self, token: str | None, scrape: Scrape, *socket: Any) -> None:
        self._token = token
        self._scrape = scrape
        super().__init__(*socket)

    def do_GET(self) -> None:
        """Answer with the series, or why not."""
        if self.path.partition("?")[0] != "/metrics":
            self._answer(HTTPStatus.NOT_FOUND)
        elif not self._is_allowed():
            self._answer(HTTPStatus.UNAUTHORIZED)
        else:
            body, content_type = self._scrape()
            self._answer(HTTPStatus.OK, body, content_type)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's word
        """Print nothing: what a stranger asks for is not ours to log."""

    def _is_allowed(self) -> bool:
        if self._token is None:
            return True
        brought = self.headers.get("Authorization", "").encode("utf-8", "replace")
        return hmac.compare_digest(brought, f"Bearer {self._token}".encode())

    def _answer(
        self, status: HTTPStatus, body: bytes = b"", content_type: str = "text/plain"
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
