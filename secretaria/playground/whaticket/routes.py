"""The routes of the simulated Whaticket, and what a request to one of them wants sent."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from secretaria.core.family import FamilyName
from secretaria.playground.whaticket.ledger import Via
from secretaria.playground.whaticket.manners import MANNERS
from secretaria.playground.wire import Request

Has = Callable[[FamilyName], bool]


def _everywhere(_: FamilyName) -> bool:
    return True


def _in(*flavors: FamilyName) -> Has:
    return lambda flavor: flavor in flavors


def _has_notes(flavor: FamilyName) -> bool:
    return MANNERS[flavor].has_notes


def _has_check(flavor: FamilyName) -> bool:
    return MANNERS[flavor].has_check


def _has_usual_api(flavor: FamilyName) -> bool:
    return flavor not in {"izing", "whazing"}


# "METHOD path" of each, the name that a fault's `route` gives it, and the families that have it.
_ROUTES: tuple[tuple[re.Pattern[str], str, Has], ...] = (
    (re.compile(r"POST /api/messages/send"), "send", _has_usual_api),
    (re.compile(r"POST /v1/messages/send"), "send", _in("press-ticket")),
    (re.compile(r"POST /v1/api/external/[^/]+"), "send", _in("izing", "whazing")),
    (re.compile(r"POST /backend/integrations/webhook"), "backend", _everywhere),
    (re.compile(r"POST /v1/api/external/[^/]+/showticket"), "showticket", _in("whazing")),
    (re.compile(r"GET /v1/queue"), "v1", _in("press-ticket")),
    (re.compile(r"POST /api/messages/checkNumber"), "check", _has_check),
    (re.compile(r"POST /auth/login"), "login", _everywhere),
    (re.compile(r"POST /auth/refresh_token"), "refresh", _everywhere),
    (re.compile(r"GET /queue/?"), "queue", _everywhere),
    (re.compile(r"(?:GET|POST) /ticket-notes"), "notes", _has_notes),
    (re.compile(r"GET /tickets/?"), "tickets", _everywhere),
    (re.compile(r"(?:GET|PUT) /tickets/(?P<ticket>\d+)"), "tickets", _everywhere),
    (re.compile(r"(?:GET|POST) /messages/(?P<ticket>\d+)"), "messages", _everywhere),
)


@dataclass(frozen=True, slots=True)
class Route:
    """A known route, with the ticket's id where its path has one."""

    name: str
    method: str
    ticket_id: int | None

    @property
    def via(self) -> Via | None:
        """The way by which the route sends; None where it sends nothing."""
        if self.name == "send":
            return "api"
        if self.name == "backend":
            return "backend"
        return "ticket" if (self.name, self.method) == ("messages", "POST") else None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a request wants sent, as far as it can be read."""

    via: Via
    number: str
    body: str


def route_of(request: Request, flavor: FamilyName = "saas") -> Route | None:
    """Return the request's route; None for one that this family has not, or is not simulated."""
    for pattern, name, is_in in _ROUTES:
        found = pattern.fullmatch(f"{request.method} {request.path}")
        if found and is_in(flavor):
            ticket = found.groupdict().get("ticket")
            return Route(name, request.method, int(ticket) if ticket else None)
    return None


def fields_of(request: Request) -> dict[str, Any]:
    """Return the fields of the JSON body; none when it is no object."""
    body = request.json()
    return body if isinstance(body, dict) else {}
