"""The only door of requests: one call with one time limit, which knows whether it connected."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import gevent
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

from secretaria.core.whaticket import moment_of, seconds_of
from secretaria.errors import Transient

Parameters = Mapping[str, str | Sequence[str]]
"""A query string; a list is repeated under its name."""
LONGEST_ANSWER_BYTES = 1_048_576
_PIECE_BYTES = 65_536
_SUCCESS = range(200, 300)
_has_connected: ContextVar[bool] = ContextVar("has_connected", default=False)


class NotConnected(Transient):
    """The connection was never made: nothing of the request has left."""


class Unanswered(Transient):
    """The request may have been read, but its answer did not come."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; `cut_by` is what cut its body off, None for a body that came whole.

    `dated` is the server's clock, aware, where it told the time.
    """

    status: int
    body: str
    retry_after_seconds: float | None
    cut_by: str | None = None
    dated: datetime | None = None

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return self.status in _SUCCESS


def call(
    method: str,
    url: str,
    *,
    timeout_seconds: float,
    token: str | None = None,
    headers: Mapping[str, str] | None = None,
    json: Any = None,
    params: Parameters | None = None,
) -> Answer:
    """Make one call on a connection of its own; redirects are not followed.

    `token` goes out as a bearer's, other `headers` as they are.
    A kept-alive connection that went stale would make a send look ambiguous, so none is kept.
    Once its head has come the answer stands, whatever becomes of its body.
    Raises `NotConnected` or `Unanswered`; their messages name the fault's class only.
    """
    if timeout_seconds <= 0:
        raise NotConnected("timeout")
    _has_connected.set(False)
    received = _Received()
    try:
        with within(timeout_seconds):
            _receive(received, method, url, _headers(token, headers), json=json, params=params)
    except Unanswered as timeout:
        received.cut_by = str(timeout)
    except (requests.RequestException, HTTPError, OSError) as error:
        received.cut_by = _name(error)
    if received.head is not None:
        return received.answer()
    fault = received.cut_by or "no_answer"
    raise Unanswered(fault) if _has_connected.get() else NotConnected(fault)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limit a block in time; raises `Unanswered`. Other people's limits pass through untouched."""
    limit = gevent.Timeout.start_new(max(seconds, 0.001))
    try:
        yield
    except gevent.Timeout as timeout:
        if timeout is not limit:
            raise
        raise Unanswered("timeout") from None
    finally:
        limit.close()


@dataclass(slots=True)
class _Received:
    """What has come of an answer so far."""

    head: requests.Response | None = None
    body: bytearray = field(default_factory=bytearray)
    cut_by: str | None = None

    def answer(self) -> Answer:
        assert self.head is not None  # noqa: S101 - callers look first
        retry_after = seconds_of(self.head.headers.get("Retry-After"), datetime.now(UTC))
        text = self.body.decode("utf-8", "replace")
        dated = moment_of(self.head.headers.get("Date"))
        return Answer(self.head.status_code, text, retry_after, self.cut_by, dated)


def _headers(token: str | None, more: Mapping[str, str] | None) -> dict[str, str | bytes]:
    headers: dict[str, str | bytes] = {
        "Connection": "close",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
    }
    if token is not None:
        headers["Authorization"] = f"Bearer {token}".encode("utf-8", "replace")
    return headers | {
        name: value.encode("utf-8", "replace") for name, value in (more or {}).items()
    }


def _receive(
    received: _Received,
    method: str,
    url: str,
    headers: dict[str, str | bytes],
    *,
    json: Any,
    params: Parameters | None,
) -> None:
    with _session() as session:
        response = session.request(
            method,
            url,
            headers=headers,
            json=json,
            params=params,
            stream=True,
            allow_redirects=False,
        )
        with response:
            received.head = response
            _read_body(received, response)


class _Session(requests.Session):
    """A session that does not even look where a redirect points: requests reads all of its body."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere."""


def _session() -> requests.Session:
    session = _Session()
    session.trust_env = False
    session.mount("http://", _ObservedAdapter())
    session.mount("https://", _ObservedAdapter())
    return session


def _read_body(received: _Received, response: requests.Response) -> None:
    """Keep what comes as it comes, so that a cut leaves what there was."""
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=False):
        received.body += piece
        if len(received.body) >= LONGEST_ANSWER_BYTES:
            received.cut_by = "too_long"
            return


def _name(error: BaseException) -> str:
    """The class of the fault at the bottom of a chain of wrappers."""
    reason = getattr(error, "reason", None) or next(
        (part for part in error.args if isinstance(part, BaseException)), None
    )
    if type(error) is NewConnectionError:  # its subclass says more than what caused it
        reason = error.__cause__
    return _name(reason) if isinstance(reason, BaseException) else type(error).__name__


class _ObservedConnection(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _has_connected.set(True)


class _ObservedTlsConnection(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _has_connected.set(True)


class _ObservedPool(HTTPConnectionPool):
    ConnectionCls = _ObservedConnection


class _ObservedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _ObservedTlsConnection


class _ObservedAdapter(HTTPAdapter):
    """An adapter whose connections note when they stand, TLS included."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _ObservedPool,
            "https": _ObservedTlsPool,
        }
