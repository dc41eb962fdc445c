"""The simulated Whaticket's server: the API, what goes wrong with it, and the customers' phones."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import gevent
import requests
from gevent.pool import Group

from secretaria.playground.faults import Fault
from secretaria.playground.server import Simulator
from secretaria.playground.whaticket import bodies
from secretaria.playground.whaticket.accounts import Accounts
from secretaria.playground.whaticket.api import Api, Taken
from secretaria.playground.whaticket.ledger import Ledger, Sending
from secretaria.playground.whaticket.phone import Webhook, echo_payload, text_payload
from secretaria.playground.whaticket.routes import Attempt, Route, route_of
from secretaria.playground.whaticket.tickets import (
    Message,
    Ticket,
    Tickets,
    add_message,
    new_message_id,
)
from secretaria.playground.wire import Request, Response, html_response, json_response

TOKEN = "connection-token"  # noqa: S105 - it opens nothing but the simulator
EMAIL = "secretaria@example.com"
PASSWORD = "simulated-password"  # noqa: S105 - it opens nothing but the simulator

_UNANSWERED = {"hang", "reset"}
_DELIVERED_FIRST = "deliver_then_"
_KINDS = {"slow", *_UNANSWERED, "status"}


class WhaticketSimulator(Simulator):
    """Whaticket of the SaaS family, with one connection, one user, and its customers' phones.

    Kinds of fault: ok, slow, status, hang, reset (the request is not taken), and
    deliver_then_status, deliver_then_hang, deliver_then_reset (it is taken, then that happens).
    A fault concerns the sends, by API or through a ticket; with a `route` (send, login, refresh,
    tickets, messages) that route; with a `number` what is sent to it. The `body` of a status is
    JSON or, as a str, a page; without one, what usually comes with that status.
    With `echoes`, whatever is delivered is also posted to the webhook, as a message from us.
    """

    def __init__(  # noqa: PLR0913 - each is one setting of a Whaticket, all have defaults
        self,
        *,
        port: int = 0,
        token: str = TOKEN,
        email: str = EMAIL,
        password: str = PASSWORD,
        jwt_life_seconds: int = 900,
        webhook_url: str = "",
        shared_secret: str = "",
        webhook_token: str | None = None,
        default_delay_seconds: float = 0.0,
        echoes: bool = False,
    ) -> None:
        kinds = _KINDS | {f"{_DELIVERED_FIRST}{kind}" for kind in (*_UNANSWERED, "status")}
        super().__init__(kinds, port=port, default_delay_seconds=default_delay_seconds)
        self.webhook = Webhook(webhook_url, shared_secret, webhook_token)
        self.accounts = Accounts(email, password, jwt_life_seconds)
        self.tickets = Tickets()
        self.ledger = Ledger()
        self.echoes = self._usually_echoes = echoes
        self._echoing = Group()
        self._api = Api(token, self.accounts, self.tickets, self.ledger)

    def answer(self, request: Request) -> Response:
        """Answer as the API does, unless the plan says otherwise."""
        route = route_of(request)
        if route is None:
            return json_response({"error": "Not found"}, 404)
        self.ledger.calls[route.name] += 1
        attempt = self._api.attempt(route, request)
        fault = self._plan.take(lambda fault: _concerns(fault, route, attempt))
        gevent.sleep(self.default_delay_seconds + (fault.seconds if fault.kind == "slow" else 0))
        taken = None if _fails_first(fault) else self._api.answer(route, request)
        response = _answer_of(fault, taken)
        if attempt:
            self._write_down(attempt, taken, response)
        if self.echoes and attempt and taken and taken.message:
            self._echoing.spawn(self._echo, attempt.number, taken.message)
        if response is None and fault.kind.endswith("hang"):
            request.hang()
        return response or request.drop()

    def customer_says(
        self,
        number: str,
        text: str,
        *,
        name: str = "Cliente",
        provider_id: str | None = None,
        at: float | None = None,
    ) -> requests.Response:
        """Write as the customer, and return what our webhook answered.

        `at` is when the phone sent it, in epoch seconds; the signature is always of now.
        """
        message_id = provider_id or new_message_id()
        self.customer_wrote(number, text, name=name, provider_id=message_id)
        sent_at = time.time() if at is None else at
        payload = text_payload(number, text, name=name, provider_id=message_id, sent_at=sent_at)
        return self.webhook.post(payload)

    def customer_wrote(
        self, number: str, text: str, *, name: str = "", provider_id: str | None = None
    ) -> Ticket:
        """Put the customer's message into their ticket, and tell no webhook."""
        ticket = self.tickets.find_or_create(number, name)
        if all(message.id != provider_id for message in ticket.messages):
            add_message(ticket, text, is_from_me=False, provider_id=provider_id)
        return ticket

    def replies_to(self, number: str) -> list[str]:
        """Return what the customer got, in order."""
        ticket = self.tickets.of(number)
        return [one.body for one in ticket.messages if one.is_from_me] if ticket else []

    def revoke_tokens(self) -> None:
        """Make every JWT issued so far expire."""
        self.accounts.revoke_tokens()

    def ledger_json(self) -> dict[str, Any]:
        """Return the ledger for its control route."""
        return self.ledger.as_json()

    def controls(self) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
        """Return the control routes, those of the phones among them."""
        return super().controls() | {
            "POST say": self._say,
            "POST wrote": lambda wanted: self.customer_wrote(**wanted).as_json(),
            "GET replies": lambda wanted: {"replies": self.replies_to(wanted["number"])},
            "POST revoke_tokens": lambda _: self.revoke_tokens(),
            "POST echoes": self._set_echoes,
        }

    def _say(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        answer = self.customer_says(**wanted)
        return {"status": answer.status_code, "body": answer.text}

    def stop(self) -> None:
        """Stop, and end the echoes that are still on their way."""
        super().stop()
        self._echoing.kill()

    def reset(self) -> None:
        """Forget the plan and all that happened."""
        super().reset()
        self.echoes = self._usually_echoes

    def _set_echoes(self, wanted: Mapping[str, Any]) -> None:
        """Take {"echoes": true} or false."""
        if not isinstance(wanted["echoes"], bool):
            raise TypeError("echoes: true or false")
        self.echoes = wanted["echoes"]

    def _echo(self, number: str, message: Message) -> None:
        payload = echo_payload(
            number,
            message.body,
            provider_id=message.id,
            sent_at=message.created_at.timestamp(),
        )
        if self.webhook.post_patiently(payload):
            self.ledger.echoes += 1

    def _forget(self) -> None:
        self.ledger.forget()
        self.tickets.forget()

    def _write_down(self, attempt: Attempt, taken: Taken | None, response: Response | None) -> None:
        sending = Sending(
            number=attempt.number,
            body=attempt.body,
            at=len(self.ledger.sendings) + 1,
            via=attempt.via,
            ticket_id=taken.ticket_id if taken else None,
            delivered=taken is not None and taken.delivered,
            answered_status=response.status if response else None,
        )
        self.ledger.sendings.append(sending)


def _concerns(fault: Fault, route: Route, attempt: Attempt | None) -> bool:
    if fault.number is not None and (attempt is None or attempt.number != fault.number):
        return False
    return attempt is not None if fault.route is None else fault.route == route.name


def _fails_first(fault: Fault) -> bool:
    return fault.kind == "status" or fault.kind in _UNANSWERED


def _answer_of(fault: Fault, taken: Taken | None) -> Response | None:
    """Return what is answered in the end; None for no answer at all."""
    kind = fault.kind.removeprefix(_DELIVERED_FIRST)
    was_refused = taken is not None and taken.response.status >= 400  # noqa: PLR2004 - HTTP
    if taken and (was_refused or not (kind == "status" or kind in _UNANSWERED)):
        return taken.response
    return _failure(fault) if kind == "status" else None


def _failure(fault: Fault) -> Response:
    body = bodies.usual_body(fault.status) if fault.body is None else fault.body
    if isinstance(body, str):
        answer = html_response(body, fault.status)
    else:
        answer = json_response(body, fault.status)
    if fault.retry_after is None:
        return answer
    headers = {**answer.headers, "Retry-After": f"{fault.retry_after:g}"}
    return Response(answer.status, answer.body, headers)
