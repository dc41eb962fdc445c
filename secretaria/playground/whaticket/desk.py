"""What every way of sending works on in the simulated Whaticket, and what comes of a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from secretaria.core.family import FamilyName
from secretaria.playground.whaticket import bodies
from secretaria.playground.whaticket.manners import MANNERS, Manner
from secretaria.playground.whaticket.tickets import Message, Ticket, Tickets, add_message
from secretaria.playground.wire import Response, json_response

API_ID = "simulated-api"


@dataclass(frozen=True, slots=True)
class Queued:
    """A text that was taken and leaves later; `is_shown`: the panel will have it in the ticket."""

    ticket: Ticket
    text: str
    seconds: float
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class Taken:
    """What the API made of a request; `message` is what it sent to the customer."""

    response: Response
    ticket_id: int | None = None
    message: Message | None = None
    queued: Queued | None = None

    @property
    def delivered(self) -> bool:
        """Whether the customer got a message, or will."""
        return self.message is not None or self.queued is not None


@dataclass(slots=True)
class Desk:
    """What every way of sending works on."""

    flavor: FamilyName
    token: str
    tickets: Tickets
    queue_seconds: float
    not_on_whatsapp: set[str] = field(default_factory=set)
    """Numbers that WhatsApp does not know, written as here and in no other form."""
    press_permissions: set[str] = field(default_factory=lambda: {"create:messages"})
    press_has_v1: bool = True

    @property
    def manner(self) -> Manner:
        """The family's manners."""
        return MANNERS[self.flavor]

    def is_known(self, number: str) -> bool:
        """Say whether WhatsApp has an account of this number; the digits of a LID are none."""
        ticket = self.tickets.of(number)
        return number not in self.not_on_whatsapp and not (ticket and ticket.is_lid)


def deliver(desk: Desk, ticket: Ticket, text: str, thanks: Response) -> Taken:
    """Hand a text to WhatsApp at once."""
    message = add_message(ticket, f"{desk.manner.mark}{text}", is_from_me=True)
    return Taken(thanks, ticket.id, message)


def queue(
    desk: Desk, ticket: Ticket, text: str, thanks: Response, *, is_shown: bool = True
) -> Taken:
    """Take a text that WhatsApp gets when the family's queue comes to it."""
    queued = Queued(ticket, f"{desk.manner.mark}{text}", desk.queue_seconds, is_shown)
    return Taken(thanks, ticket.id, queued=queued)


def refused(body: Mapping[str, Any], status: int = 400) -> Taken:
    """Answer a request that sends nothing."""
    return Taken(json_response(body, status))


def template(desk: Desk, number: str, body: Any) -> str:
    """Return the text of a body that is a Mustache template; empty when it cannot be one."""
    known = desk.tickets.of(number)
    try:
        return bodies.rendered(words(body), known.name if known else number)
    except ValueError:
        return ""


def words(value: Any) -> str:
    """Return the value where it is a text, else none."""
    return value if isinstance(value, str) else ""
