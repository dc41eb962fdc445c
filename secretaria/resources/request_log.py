"""A correlation id and a log line for every request, in every process that serves HTTP."""

import re
import secrets
import time

import falcon
import structlog

from secretaria.logs.patterns import without_credentials, without_numbers

log = structlog.get_logger(__name__)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
ID_BYTES = 16
_METHODS = frozenset(falcon.HTTP_METHODS)


class RequestLog:
    """Names every request and answer, and writes one line for each."""

    def process_request(self, request: falcon.Request, response: falcon.Response) -> None:
        """Take the caller's correlation id if it is a sane one, else make one."""
        given = request.get_header("X-Correlation-ID") or ""
        correlation_id = given if _is_sane(given) else secrets.token_hex(ID_BYTES)
        request.context.correlation_id = correlation_id
        request.context.started = time.monotonic()
        response.set_header("X-Correlation-ID", correlation_id)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(correlation_id=correlation_id)

    def process_response(
        self,
        request: falcon.Request,
        response: falcon.Response,
        resource: object,  # noqa: ARG002 - Falcon's signature
        req_succeeded: bool,  # noqa: FBT001, ARG002 - likewise
    ) -> None:
        """Log the route rather than the path, which may hold anything; so may a method."""
        duration = time.monotonic() - request.context.started
        log.info(
            "http.request",
            method=request.method if request.method in _METHODS else "(unknown)",
            path=request.uri_template or "(unrouted)",
            status=response.status_code,
            duration_ms=round(duration * 1000, 1),
        )


def _is_sane(given: str) -> bool:
    """Whether the logs show it whole: an id that hides a telephone number follows nothing."""
    return bool(_PLAIN.fullmatch(given)) and without_numbers(without_credentials(given)) == given
