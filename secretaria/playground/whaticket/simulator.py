"""The simulated Whaticket's server: the API, what goes wrong with it, and the people around it."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import gevent
import requests
from gevent.pool import Group

from secretaria.core.family import FamilyName
from secretaria.playground.engines.process import LOOPBACK
from secretaria.playground.server import Simulator
from secretaria.playground.whaticket.accounts import Accounts
from secretaria.playground.whaticket.api import Api
from secretaria.playground.whaticket.desk import API_ID, Desk, Queued, Taken
from secretaria.playground.whaticket.failing import KINDS, answer_of, concerns, fails_first
from secretaria.playground.whaticket.ledger import Ledger, Sending
from secretaria.playground.whaticket.manners import FROM_ME_DIALECTS, MANNERS, Dialect
from secretaria.playground.whaticket.people import JOANA, People
from secretaria.playground.whaticket.phone import Webhook
from secretaria.playground.whaticket.routes import Attempt, route_of
from secretaria.playground.whaticket.tickets import (
    Message,
    Ticket,
    Tickets,
    add_message,
    new_message_id,
)
from secretaria.playground.wire import Request, Response, json_response

TOKEN = "connection-token"  # noqa: S105 - it opens nothing but the simulator
EMAIL = "secretaria@example.com"
PASSWORD = "simulated-password"  # noqa: S105 - it opens nothing but the simulator


class WhaticketSimulator(Simulator):
    """Whaticket of one family, with one connection, one user, and the people around it.

    `flavor`: the family; its API, its words and the dialect of its webhook, unless another
    `dialect` is given. Kinds of fault: ok, slow, status, hang, reset (the request is not taken),
    and deliver_then_status, deliver_then_hang, deliver_then_reset (it is taken, then that happens).
    A fault concerns the sends, by whatever way; with a `route` (send, backend, login, refresh,
    tickets, messages, queue, notes, ...) that route; with a `number` what is sent to it. The `body`
    of a status is JSON or, as a str, a page; without one, what usually comes with that status.
    With `echoes`, as is usual where the dialect carries it, whatever is delivered is also posted
    to the webhook, as a message from us. `queue_seconds`: how late leaves what a family queues.
    """

    def __init__(  # noqa: PLR0913 - each is one setting of a Whaticket, all have defaults
        self,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        token: str = TOKEN,
        email: str = EMAIL,
        password: str = PASSWORD,
        jwt_life_seconds: int = 900,
        webhook_url: str = "",
        shared_secret: str = "",
        webhook_token: str | None = None,
        default_delay_seconds: float = 0.0,
        echoes: bool | None = None,
        flavor: FamilyName = "saas",
        dialect: Dialect | None = None,
        queue_seconds: float | None = None,
    ) -> None:
        super().__init__(KINDS, host=host, port=port, default_delay_seconds=default_delay_seconds)
        manner = MANNERS[flavor]
        pace = manner.queue_seconds if queue_seconds is None else queue_seconds
        shown_as = dialect or manner.dialect
        self.flavor = flavor
        self.accounts = Accounts(email, password, jwt_life_seconds, tenancy=manner.tenancy)
        self.tickets = Tickets()
        self.ledger = Ledger()
        self.desk = Desk(flavor, token, self.tickets, pace)
        self.echoes = self._usually_echoes = (
            shown_as in FROM_ME_DIALECTS if echoes is None else echoes
        )
        self._later = Group()
        self._api = Api(self.desk, self.accounts, self.ledger)
        webhook = Webhook(webhook_url, shared_secret, webhook_token)
        self._people = People(
            self.tickets, webhook, shown_as, self._api.session_of, lambda: f"{self.url}/backend"
        )

    @property
    def base_url(self) -> str:
        """What WHATICKET_BASE_URL is to be: izing's and Whazing's has the external API's path."""
        is_external = MANNERS[self.flavor].tenancy == "tenants"
        return f"{self.url}/v1/api/external/{API_ID}" if is_external else self.url

    @property
    def webhook(self) -> Webhook:
        """Where messages are posted to."""
        return self._people.webhook

    @webhook.setter
    def webhook(self, webhook: Webhook) -> None:
        self._people.webhook = webhook

    @property
    def not_on_whatsapp(self) -> set[str]:
        """The numbers that WhatsApp does not know; may be changed."""
        return self.desk.not_on_whatsapp

    def session_of(self, ticket: Ticket) -> str:
        """Return a token of Ticketz PRO for the answers to a conversation."""
        return self._api.session_of(ticket)

    def answer(self, request: Request) -> Response:
        """Answer as the API does, unless the plan says otherwise."""
        route = route_of(request, self.flavor)
        if route is None:
            return json_response({"error": "Not found"}, 404)
        self.ledger.calls[route.name] += 1
        attempt = self._api.attempt(route, request)
        fault = self._plan.take(lambda fault: concerns(fault, route, attempt))
        gevent.sleep(self.default_delay_seconds + (fault.seconds if fault.kind == "slow" else 0))
        taken = None if fails_first(fault) else self._api.answer(route, request)
        response = answer_of(fault, taken)
        if attempt:
            self._write_down(attempt, taken, response)
            self._see_to_delivery(taken)
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
        by_lid: bool = False,
    ) -> requests.Response:
        """Write as the customer, and return what our webhook answered.

        `at` is when the phone sent it, in epoch seconds; the signature is always of now. `by_lid`:
        the customer hides their number, and `number` is the digits of the LID.
        """
        message_id = provider_id or new_message_id()
        sent_at = time.time() if at is None else at
        return self._people.say(
            number, text, name=name, provider_id=message_id, at=sent_at, by_lid=by_lid
        )

    def customer_wrote(
        self, number: str, text: str, *, name: str = "", provider_id: str | None = None
    ) -> Ticket:
        """Put the customer's message into their ticket, and tell no webhook."""
        return self._people.write(number, text, name=name, provider_id=provider_id)

    def person_says(
        self, number: str, text: str, *, user_id: int = JOANA
    ) -> requests.Response | None:
        """Write to the customer as a person, who has the ticket from now on.

        Returns what our webhook answered; None where the dialect does not carry it.
        """
        return self._people.answer_as_person(number, text, user_id)

    def person_accepts(self, number: str, *, user_id: int = JOANA) -> Ticket:
        """Open the customer's ticket as a person, without a word."""
        return self._people.accept(number, user_id)

    def close_ticket(self, number: str) -> requests.Response | None:
        """Close the customer's ticket; returns what our webhook answered, if it was told."""
        return self._people.close(number)

    def replies_to(self, number: str) -> list[str]:
        """Return what the customer got, in order."""
        return self._people.got(number)

    def revoke_tokens(self) -> None:
        """Make every JWT issued so far expire."""
        self.accounts.revoke_tokens()

    def ledger_json(self) -> dict[str, Any]:
        """Return the ledger for its control route."""
        return self.ledger.as_json()

    def controls(self) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
        """Return the control routes, those of the people among them."""
        return super().controls() | {
            "POST say": lambda wanted: _told(self.customer_says(**wanted)),
            "POST wrote": lambda wanted: self.customer_wrote(**wanted).as_json(),
            "POST person_says": lambda wanted: _told(self.person_says(**wanted)),
            "POST person_accepts": lambda wanted: self.person_accepts(**wanted).as_json(),
            "POST close_ticket": lambda wanted: _told(self.close_ticket(**wanted)),
            "POST not_on_whatsapp": lambda wanted: self.not_on_whatsapp.update(wanted["numbers"]),
            "GET replies": lambda wanted: {"replies": self.replies_to(wanted["number"])},
            "POST revoke_tokens": lambda _: self.revoke_tokens(),
            "POST echoes": self._set_echoes,
        }

    def stop(self) -> None:
        """Stop, and end what is still on its way."""
        super().stop()
        self._later.kill()

    def reset(self) -> None:
        """Forget the plan and all that happened."""
        super().reset()
        self.echoes = self._usually_echoes

    def _set_echoes(self, wanted: Mapping[str, Any]) -> None:
        """Take {"echoes": true} or false."""
        if not isinstance(wanted["echoes"], bool):
            raise TypeError("echoes: true or false")
        self.echoes = wanted["echoes"]

    def _see_to_delivery(self, taken: Taken | None) -> None:
        if taken is None:
            return
        ticket = self.tickets.get(taken.ticket_id or 0)
        if taken.message is not None and ticket is not None:
            self._arrived(ticket, taken.message)
        if taken.queued is not None:
            self._later.spawn(self._leave_later, taken.queued)

    def _leave_later(self, queued: Queued) -> None:
        gevent.sleep(queued.seconds)
        is_shown = queued.is_shown
        message = add_message(queued.ticket, queued.text, is_from_me=True, is_shown=is_shown)
        self._arrived(queued.ticket, message)

    def _arrived(self, ticket: Ticket, message: Message) -> None:
        self._people.phones[ticket.number].append(message)
        if self.echoes:
            self._later.spawn(self._echo, ticket, message)

    def _echo(self, ticket: Ticket, message: Message) -> None:
        if self._people.echo(ticket, message):
            self.ledger.echoes += 1

    def _forget(self) -> None:
        self.ledger.forget()
        self.tickets.forget()
        self._people.phones.clear()
        self.not_on_whatsapp.clear()

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


def _told(answer: requests.Response | None) -> dict[str, Any]:
    """What our webhook answered, if it was told anything."""
    return {} if answer is None else {"status": answer.status_code, "body": answer.text}
