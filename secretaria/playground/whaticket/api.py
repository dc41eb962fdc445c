"""The API of the SaaS family, as it answers when nothing is wrong with the world."""

import json
from dataclasses import dataclass
from typing import Any, TypeVar

from secretaria.playground.whaticket import bodies
from secretaria.playground.whaticket.accounts import Accounts
from secretaria.playground.whaticket.ledger import Ledger
from secretaria.playground.whaticket.routes import Attempt, Route, fields_of
from secretaria.playground.whaticket.tickets import (
    Message,
    Ticket,
    Tickets,
    add_message,
    change,
)
from secretaria.playground.wire import Request, Response, json_response

Row = TypeVar("Row")

_TICKETS_A_PAGE = 40
_MESSAGES_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """What the API made of a request; `message` is what it sent to the customer."""

    response: Response
    ticket_id: int | None = None
    message: Message | None = None

    @property
    def delivered(self) -> bool:
        """Whether the customer got a message."""
        return self.message is not None


@dataclass(frozen=True, slots=True)
class Api:
    """The routes over the tickets and the accounts."""

    token: str
    accounts: Accounts
    tickets: Tickets
    ledger: Ledger

    def attempt(self, route: Route, request: Request) -> Attempt | None:
        """Return what the request wants sent; None on a route that sends nothing."""
        if route.via is None:
            return None
        fields = fields_of(request)
        number = fields.get("number")
        if route.ticket_id is not None:
            ticket = self.tickets.get(route.ticket_id)
            number = ticket.number if ticket else ""
        return Attempt(route.via, _words(number), _words(fields.get("body")))

    def answer(self, route: Route, request: Request) -> Taken:
        """Do what the route does."""
        without_jwt = {"send": self._send, "login": self._login, "refresh": self._refresh}
        if route.name in without_jwt:
            return without_jwt[route.name](request)
        refusal = self._refusal(request)
        if refusal:
            return Taken(refusal)
        if route.ticket_id is None:
            return Taken(self._list_tickets(request))
        ticket = self.tickets.get(route.ticket_id)
        if ticket is None:
            return Taken(json_response(bodies.NO_TICKET, 404))
        return self._with_ticket(ticket, route, request)

    def _send(self, request: Request) -> Taken:
        """Take `POST /api/messages/send`, which wants the connection's token and no other."""
        if request.bearer() != self.token:
            return Taken(json_response(bodies.WRONG_TOKEN, 401))
        if request.headers.get("content-type", "").startswith("multipart/"):
            return Taken(json_response(bodies.SENT))  # no file came with it: it sends nothing
        fields = fields_of(request)
        number = fields.get("number")
        if not isinstance(number, str):
            return Taken(json_response(bodies.INTERNAL_ERROR, 500))
        if not (number.isascii() and number.isdigit()):
            return Taken(json_response(bodies.GENERIC_REFUSAL, 400))
        return self._deliver(number, fields.get("body"), json_response(bodies.SENT))

    def _deliver(self, number: str, body: Any, thanks: Response) -> Taken:
        known = self.tickets.of(number)
        try:
            text = bodies.rendered(_words(body), known.name if known else number)
        except ValueError:
            text = ""
        if not text:
            return Taken(json_response(bodies.GENERIC_REFUSAL, 400))
        ticket = self.tickets.find_or_create(number)
        return Taken(thanks, ticket.id, add_message(ticket, text, is_from_me=True))

    def _login(self, request: Request) -> Taken:
        fields = fields_of(request)
        if not self.accounts.accepts(fields.get("email"), fields.get("password")):
            self.ledger.refused_logins += 1
            return Taken(json_response(bodies.WRONG_CREDENTIALS, 401))
        self.ledger.logins += 1
        return Taken(self._session())

    def _refresh(self, request: Request) -> Taken:
        if not self.accounts.may_refresh(request.cookie("jrt")):
            return Taken(json_response(bodies.NO_SESSION, 401))
        self.ledger.refreshes += 1
        return Taken(self._session())

    def _session(self) -> Response:
        return json_response(self.accounts.session(), 200, self.accounts.refresh_cookie())

    def _refusal(self, request: Request) -> Response | None:
        """Return how a request without a good JWT is turned away."""
        if "authorization" not in request.headers:
            return json_response(bodies.NO_SESSION, 401)
        if not self.accounts.is_signed_in(request.bearer()):
            return json_response(bodies.EXPIRED_TOKEN, 403)
        return None

    def _list_tickets(self, request: Request) -> Response:
        query = request.query
        found = self.tickets.search(
            words=query.get("searchParam", ""),
            status=query.get("status", ""),
            queue_ids=json.loads(query["queueIds"]) if query.get("queueIds") else None,
        )
        if query.get("showAll") != "true":
            found = [one for one in found if one.user_id in {None, self.accounts.user_id}]
        page, has_more = _page(found, request, _TICKETS_A_PAGE)
        tickets = [ticket.as_json() for ticket in page]
        return json_response({"tickets": tickets, "count": len(found), "hasMore": has_more})

    def _with_ticket(self, ticket: Ticket, route: Route, request: Request) -> Taken:
        if route.via == "ticket":
            body = fields_of(request).get("body")
            return self._deliver(ticket.number, body, Response(200))
        if route.name == "messages":
            return Taken(_list_messages(ticket, request))
        if route.method == "PUT":
            change(ticket, fields_of(request))
        return Taken(json_response(ticket.as_json()))


def _list_messages(ticket: Ticket, request: Request) -> Response:
    """List a page of messages, the newest page first, each in order; reading marks as read."""
    ticket.unread = 0
    rows = ticket.messages_json()
    page, has_more = _page(rows[::-1], request, _MESSAGES_A_PAGE)
    return json_response(
        {
            "messages": page[::-1],
            "ticket": ticket.as_json(),
            "count": len(rows),
            "hasMore": has_more,
        }
    )


def _page(rows: list[Row], request: Request, size: int) -> tuple[list[Row], bool]:
    number = request.query.get("pageNumber", "")
    start = (int(number) - 1) * size if number.isdecimal() and int(number) else 0
    return rows[start : start + size], len(rows) > start + size


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""
