"""The routes of the simulated Whaticket, and what a request to one of them wants sent."""

import re
from dataclasses import dataclass
from typing import Any

from secretaria.playground.whaticket.ledger import Via
from secretaria.playground.wire import Request

# "METHOD path" of each, and the name that a fault's `route` gives it.
_ROUTES = (
    (re.compile(r"POST /api/messages/send"), "send"),
    (re.compile(r"POST /auth/login"), "login"),
    (re.compile(r"POST /auth/refresh_token"), "refresh"),
    (re.compile(r"GET /tickets/?"), "tickets"),
    (re.compile(r"(?:GET|PUT) /tickets/(?P<ticket>\d+)"), "tickets"),
    (re.compile(r"(?:GET|POST) /messages/(?P<ticket>\d+)"), "messages"),
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
        return "ticket" if (self.name, self.method) == ("messages", "POST") else None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a request wants sent, as far as it can be read."""

    via: Via
    number: str
    body: str


def route_of(request: Request) -> Route | None:
    """Return the request's route; None for one that is not simulated."""
    for pattern, name in _ROUTES:
        found = pattern.fullmatch(f"{request.method} {request.path}")
        if found:
            ticket = found.groupdict().get("ticket")
            return Route(name, request.method, int(ticket) if ticket else None)
    return None


def fields_of(request: Request) -> dict[str, Any]:
    """Return the fields of the JSON body; none when it is no object."""
    body = request.json()
    return body if isinstance(body, dict) else {}
