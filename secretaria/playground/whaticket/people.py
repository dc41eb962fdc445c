"""The people around a simulated Whaticket: customers on their phones, the staff on the panel."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from secretaria.playground.whaticket.dialects import Said, closed_payload, payload
from secretaria.playground.whaticket.manners import FROM_ME_DIALECTS, Dialect
from secretaria.playground.whaticket.phone import Webhook
from secretaria.playground.whaticket.tickets import (
    Message,
    Ticket,
    Tickets,
    add_message,
    change,
)

JOANA = 7
"""The id of the person on the panel."""
_UNSEEN_MARK = "\u200e "


@dataclass(slots=True)
class People:
    """What people do, and what our webhook is told of it.

    `session_of` gives a ticket's token of Ticketz PRO, whose answers are taken at `backend_url`.
    """

    tickets: Tickets
    webhook: Webhook
    dialect: Dialect
    session_of: Callable[[Ticket], str]
    backend_url: Callable[[], str]
    phones: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    """What each customer's phone got."""

    def say(
        self, number: str, text: str, *, name: str, provider_id: str, at: float, by_lid: bool
    ) -> requests.Response:
        """Write as the customer; returns what our webhook answered."""
        ticket = self.write(number, text, name=name, provider_id=provider_id, by_lid=by_lid)
        return self.webhook.post(self._payload(ticket, text, provider_id, at))

    def write(
        self, number: str, text: str, *, name: str, provider_id: str | None, by_lid: bool = False
    ) -> Ticket:
        """Put the customer's message into their ticket, and tell no webhook."""
        ticket = self.tickets.find_or_create(number, name, is_lid=by_lid)
        if all(message.id != provider_id for message in ticket.messages):
            add_message(ticket, text, is_from_me=False, provider_id=provider_id)
        return ticket

    def answer_as_person(self, number: str, text: str, user_id: int) -> requests.Response | None:
        """Write to the customer as a person, whose ticket it is from now on.

        Returns what our webhook answered; None where this dialect does not tell it.
        """
        ticket = self.accept(number, user_id)
        message = add_message(ticket, text, is_from_me=True)
        self.phones[number].append(message)
        if self.dialect not in FROM_ME_DIALECTS:
            return None
        at = message.created_at.timestamp()
        return self.webhook.post(self._payload(ticket, text, message.id, at, user_id=user_id))

    def accept(self, number: str, user_id: int) -> Ticket:
        """Open the customer's ticket as a person."""
        ticket = self.tickets.find_or_create(number)
        change(ticket, {"status": "open", "userId": user_id})
        return ticket

    def close(self, number: str) -> requests.Response | None:
        """Close the customer's ticket; Whazing tells our webhook, which then answers."""
        ticket = self.tickets.find_or_create(number)
        change(ticket, {"status": "closed"})
        return self.webhook.post(closed_payload(ticket)) if self.dialect == "D" else None

    def echo(self, ticket: Ticket, message: Message) -> bool:
        """Show our webhook what was sent in the business's name; answers whether it was taken."""
        at = message.created_at.timestamp()
        shown = self._payload(ticket, message.body, message.id, at, is_from_me=True)
        return bool(self.webhook.url) and self.webhook.post_patiently(shown)

    def got(self, number: str) -> list[str]:
        """Return what the customer's phone shows, where a mark of direction is not seen."""
        return [message.body.removeprefix(_UNSEEN_MARK) for message in self.phones[number]]

    def _payload(
        self,
        ticket: Ticket,
        text: str,
        provider_id: str,
        at: float,
        *,
        is_from_me: bool = False,
        user_id: int | None = None,
    ) -> dict[str, object]:
        said = Said(
            ticket,
            text,
            provider_id,
            at,
            is_from_me=is_from_me or user_id is not None,
            user_id=user_id,
            backend_url=self.backend_url(),
            session_token=self.session_of(ticket) if self.dialect == "C" else "",
        )
        return payload(self.dialect, said)
