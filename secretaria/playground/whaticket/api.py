"""The API of a simulated family, as it answers when nothing is wrong with the world."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from secretaria.playground.whaticket import bodies
from secretaria.playground.whaticket.accounts import Accounts
from secretaria.playground.whaticket.desk import Desk, Taken, deliver, refused, template, words
from secretaria.playground.whaticket.ledger import Ledger
from secretaria.playground.whaticket.routes import Attempt, Route, fields_of
from secretaria.playground.whaticket.sending import external_refusal, press_refusal, send
from secretaria.playground.whaticket.tickets import Ticket, Tickets, change
from secretaria.playground.wire import Request, Response, json_response

Row = TypeVar("Row")

_TICKETS_A_PAGE = 40
_MESSAGES_A_PAGE = 20
_SHORTEST_NOTE = 3
QUEUES = ({"id": 1, "name": "Recepção"}, {"id": 3, "name": "Financeiro"})


@dataclass(frozen=True, slots=True)
class Api:
    """The routes over the tickets and the accounts."""

    desk: Desk
    accounts: Accounts
    ledger: Ledger
    sessions: dict[str, int] = field(default_factory=dict)
    """Ticketz PRO's token of each conversation, and the ticket that it is good for."""
    queues: Sequence[dict[str, Any]] = QUEUES

    @property
    def tickets(self) -> Tickets:
        """The tickets."""
        return self.desk.tickets

    def session_of(self, ticket: Ticket) -> str:
        """Return a token for the answers to a conversation."""
        token = f"session-{secrets.token_hex(8)}"
        self.sessions[token] = ticket.id
        return token

    def attempt(self, route: Route, request: Request) -> Attempt | None:
        """Return what the request wants sent; None on a route that sends nothing."""
        if route.via is None:
            return None
        fields = fields_of(request)
        if route.via == "api":
            return Attempt("api", words(fields.get("number")), words(fields.get("body")))
        is_backend = route.via == "backend"
        ticket_id = self.sessions.get(request.bearer()) if is_backend else route.ticket_id
        ticket = self.tickets.get(ticket_id) if ticket_id is not None else None
        text = fields.get("content" if is_backend else "body")
        return Attempt(route.via, ticket.number if ticket else "", words(text))

    def answer(self, route: Route, request: Request) -> Taken:
        """Do what the route does."""
        without_jwt = {
            "send": lambda: send(self.desk, request),
            "backend": lambda: self._take_backend(request),
            "showticket": lambda: self._show_to_external(request),
            "v1": lambda: press_refusal(self.desk, request) or self._show_queues(),
            "check": lambda: self._check_number(request),
            "login": lambda: self._login(request),
            "refresh": lambda: self._refresh(request),
        }
        if route.name in without_jwt:
            return without_jwt[route.name]()
        refusal = self._refusal(request)
        return Taken(refusal) if refusal else self._with_jwt(route, request)

    def _with_jwt(self, route: Route, request: Request) -> Taken:
        if route.name == "queue":
            return self._show_queues()
        if route.name == "notes":
            return self._note(request) if route.method == "POST" else self._show_notes()
        if route.ticket_id is None:
            return Taken(self._list_tickets(request))
        ticket = self.tickets.get(route.ticket_id)
        if ticket is None:
            return refused(bodies.NO_TICKET, 404)
        return self._with_ticket(ticket, route, request)

    def _show_queues(self) -> Taken:
        return Taken(json_response(list(self.queues)))

    def _show_notes(self) -> Taken:
        found = self.tickets.search()
        notes = [{"ticketId": one.id, "note": note} for one in found for note in one.notes]
        return Taken(json_response({"ticketNotes": notes, "count": len(notes), "hasMore": False}))

    def _take_backend(self, request: Request) -> Taken:
        """Take an answer in Ticketz PRO's form, which is no template unless it asks to be."""
        ticket = self.tickets.get(self.sessions.get(request.bearer(), 0))
        if ticket is None:
            return refused(bodies.NO_SESSION, 401)
        text = words(fields_of(request).get("content"))
        return deliver(self.desk, ticket, text, json_response({"status": "ok"}))

    def _show_to_external(self, request: Request) -> Taken:
        refusal = external_refusal(self.desk, request)
        if refusal:
            return refusal
        ticket = self.tickets.of(words(fields_of(request).get("number")))
        return refused(ticket.as_json(), 200) if ticket else refused(bodies.NO_TICKET, 404)

    def _check_number(self, request: Request) -> Taken:
        if request.bearer() != self.desk.token:
            return refused(bodies.NO_SESSION, 401)
        number = words(fields_of(request).get("number"))
        is_known = self.desk.is_known(number)
        answer = {"existsInWhatsapp": is_known, "number": number}
        return refused(
            answer | {"numberFormatted": f"{number}@s.whatsapp.net"}, 200 if is_known else 400
        )

    def _login(self, request: Request) -> Taken:
        fields = fields_of(request)
        is_good = self.accounts.accepts(fields.get("email"), fields.get("password"))
        if not is_good or self.accounts.is_out_of_hours:
            self.ledger.refused_logins += 1
            return refused(bodies.OUT_OF_HOURS if is_good else bodies.WRONG_CREDENTIALS, 401)
        self.ledger.logins += 1
        return Taken(self._session())

    def _refresh(self, request: Request) -> Taken:
        cookie = request.cookie("jrt")
        if not cookie:
            return refused(self.desk.manner.without_cookie, 401)
        if not self.accounts.may_refresh(cookie):
            return refused(bodies.NO_SESSION, 401)
        self.ledger.refreshes += 1
        return Taken(self._session())

    def _session(self) -> Response:
        return json_response(self.accounts.session(), 200, self.accounts.refresh_cookie())

    def _refusal(self, request: Request) -> Response | None:
        """Return how a request without a good JWT is turned away."""
        if "authorization" not in request.headers:
            return json_response(bodies.NO_SESSION, 401)
        if not self.accounts.is_signed_in(request.bearer()):
            return json_response(self.desk.manner.expired, 403)
        return None

    def _list_tickets(self, request: Request) -> Response:
        query = request.query
        sees_all = query.get("showAll") == "true" and self.accounts.profile == "admin"
        is_izing = self.desk.manner.tenancy == "tenants"
        if is_izing and not sees_all and "status[]" not in query:
            return json_response(bodies.NO_STATUS, 403)
        named = json.loads(query["queueIds"]) if query.get("queueIds") else None
        found = self.tickets.search(
            words=query.get("searchParam", ""),
            status=query.get("status", ""),
            queue_ids=None if is_izing else named,
        )
        if not sees_all:
            found = [one for one in found if one.user_id in {None, self.accounts.user_id}]
        page, has_more = _page(found, request, _TICKETS_A_PAGE)
        tickets = [ticket.as_json() for ticket in page]
        return json_response({"tickets": tickets, "count": len(found), "hasMore": has_more})

    def _note(self, request: Request) -> Taken:
        fields = fields_of(request)
        note, ticket = words(fields.get("note")), self.tickets.get(fields.get("ticketId", 0))
        if len(note) < _SHORTEST_NOTE:
            return refused(bodies.INVALID_NOTE)
        if ticket is None or fields.get("contactId") != ticket.id:
            return refused(bodies.INTERNAL_ERROR, 500)
        ticket.notes.append(note)
        return refused({"id": len(ticket.notes), **fields}, 200)

    def _with_ticket(self, ticket: Ticket, route: Route, request: Request) -> Taken:
        fields = fields_of(request)
        if route.via == "ticket":
            text = template(self.desk, ticket.number, fields.get("body"))
            if not text:
                return refused(bodies.GENERIC_REFUSAL)
            return deliver(self.desk, ticket, text, Response(200))
        if route.name == "messages":
            return Taken(_list_messages(ticket, request))
        if route.method == "PUT":
            return self._change(ticket, fields)
        return Taken(json_response(ticket.as_json()))

    def _change(self, ticket: Ticket, fields: dict[str, Any]) -> Taken:
        is_admin = self.accounts.profile == "admin"
        if self.desk.manner.only_owners_transfer and not is_admin:
            if ticket.status == "closed":
                return refused(bodies.NO_PERMISSION, 403)
            if ticket.user_id != self.accounts.user_id:
                return refused(bodies.FORBIDDEN, 403)
        change(ticket, fields, has_bot_flags=self.desk.manner.has_bot_flags)
        ticket.unread = 0
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
