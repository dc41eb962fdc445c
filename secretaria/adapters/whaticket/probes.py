"""Asking a Whaticket what it is, by calls without any token: they send and change nothing."""

import json
from dataclasses import dataclass
from typing import Any, Literal

from secretaria.adapters.whaticket.calls import Way
from secretaria.adapters.whaticket.place import Place
from secretaria.core.family import FAMILIES, Family
from secretaria.core.whaticket import error_of

_TAUGHT_NOTHING = frozenset({None, 408, 429, 502, 503, 504})
_NO_SUCH_ROUTE = frozenset({404, 405})


class _Failed(Exception):
    """A probe that taught nothing: it is to be repeated later."""


@dataclass(frozen=True, slots=True)
class _Told:
    """How a call without a token was refused."""

    status: int
    error: str

    @property
    def is_there(self) -> bool:
        """Whether the route exists, and asks for a token in Whaticket's words."""
        return self.status not in _NO_SUCH_ROUTE and self.error != ""


def family_of(way: Way, place: Place) -> Family | None:
    """The family that a server shows itself to be of; None when it does not.

    Ticketz alone answers `ERR_UNAUTHORIZED` to a refresh without a cookie (section 2), Press-Ticket
    alone has `/v1` with `ERR_API_TOKEN_REQUIRED`, the MultiFlow family alone `checkNumber`, and
    the community's forks have no notes. That a text is scheduled shows only in a send's answer.
    """
    try:
        if place.external_path is not None:
            return _external(way, place.external_path)
        return _of_panel(way)
    except _Failed:
        return None


def _external(way: Way, path: str) -> Family:
    """Whazing has `showticket`, which reads, beside what it shares with izing (section 1.1)."""
    shown = _ask(way, "POST", f"{path}/showticket")
    return FAMILIES["whazing" if shown.is_there else "izing"]


def _of_panel(way: Way) -> Family | None:
    refresh = _ask(way, "POST", "/auth/refresh_token")
    if refresh.error == "ERR_UNAUTHORIZED":
        return FAMILIES["ticketz"]
    if "API_TOKEN" in _ask(way, "GET", "/v1/queue").error:
        return FAMILIES["press-ticket"]
    if _ask(way, "POST", "/api/messages/checkNumber").is_there:
        return FAMILIES["multiflow"]
    if _ask(way, "GET", "/ticket-notes").is_there:
        return FAMILIES["saas"]
    return FAMILIES["community"] if refresh.error == "ERR_SESSION_EXPIRED" else None


def _ask(way: Way, method: Literal["GET", "POST"], path: str) -> _Told:
    exchange = way.call("probe", method, path, json={} if method == "POST" else None)
    status = exchange.sending.http_status
    if status is None or status in _TAUGHT_NOTHING:
        raise _Failed
    return _Told(status, error_of(exchange.body))


def family_shown_by(body: str) -> Family | None:
    """The family whose words a send's answer has (section 1.1); None for words of none alone."""
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    if "filaId" in answer:
        return FAMILIES["multiflow-scheduled"]
    if answer.get("mensagem") == "Message added to queue":
        return FAMILIES["ticketz"]
    return None
