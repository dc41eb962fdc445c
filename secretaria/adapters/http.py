"""The only door of requests: one call with one time limit, which knows whether it connected."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import gevent
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from secretaria.errors import Transient

LONGEST_ANSWER_BYTES = 262_144
_has_connected: ContextVar[bool] = ContextVar("has_connected", default=False)


class NotConnected(Transient):
    """The connection was never made: nothing of the request has left."""


class Unanswered(Transient):
    """The request may have been read, but its answer did not come."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; of a body past 256 KB only the start is kept."""

    status: int
    body: str
    retry_after: str | None


def call(
    method: str,
    url: str,
    *,
    timeout_seconds: float,
    token: str | None = None,
    json: Any = None,
    params: dict[str, str] | None = None,
) -> Answer:
    """Make one call on a connection of its own; redirects are not followed.

    A kept-alive connection that went stale would make a send look ambiguous, so none is kept.
    Raises `NotConnected` or `Unanswered`; their messages name the fault's class only.
    """
    _has_connected.set(False)
    limit = gevent.Timeout.start_new(max(timeout_seconds, 0.001))
    try:
        return _call(method, url, token=token, json=json, params=params)
    except gevent.Timeout as timeout:
        if timeout is not limit:
            raise
        raise _fault("timeout") from None
    except (requests.RequestException, HTTPError, OSError) as error:
        raise _fault(_name(error)) from None
    finally:
        limit.close()


def _call(
    method: str, url: str, *, token: str | None, json: Any, params: dict[str, str] | None
) -> Answer:
    headers = {"Connection": "close", "Accept": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    with requests.Session() as session:
        session.trust_env = False
        session.mount("http://", _ObservedAdapter())
        session.mount("https://", _ObservedAdapter())
        response = session.request(
            method,
            url,
            headers=headers,
            json=json,
            params=params,
            stream=True,
            allow_redirects=False,
        )
        body = response.raw.read(LONGEST_ANSWER_BYTES, decode_content=True)
        text = body.decode("utf-8", "replace")
        return Answer(response.status_code, text, response.headers.get("Retry-After"))


def _fault(name: str) -> Transient:
    return Unanswered(name) if _has_connected.get() else NotConnected(name)


def _name(error: BaseException) -> str:
    """The class of the fault at the bottom of a chain of wrappers."""
    reason = getattr(error, "reason", None) or next(
        (part for part in error.args if isinstance(part, BaseException)), None
    )
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
