"""Whaticket's tickets, as a payload shows them."""

from collections.abc import Callable
from typing import get_args

from secretaria.core.payload.decision import Ignored, PayloadError, Sender, TicketEvent
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.moments import moment
from secretaria.core.payload.person import ticket_number
from secretaria.core.ticket import Ticket, TicketStatus

_SHOWN_STATUSES: dict[str, TicketStatus] = {each: each for each in get_args(TicketStatus)}
_YES = (True, 1)


def shown(ticket: Fields, *contacts: Fields, ticket_id: int | None = None) -> Ticket | None:
    """Return the ticket; None when nothing shows who has it.

    The contacts are where, beside the ticket's own, `disableBot` may stand.
    """
    contacts = (ticket.part("contact"), *contacts)
    shows_contact = any(contact.has("disableBot") for contact in contacts)
    if not (ticket.has("status") or ticket.has("userId") or shows_contact):
        return None
    return Ticket(
        id=ticket_number((ticket, "id")) or ticket_id,
        status=_status(ticket),
        user_id=ticket_number((ticket, "userId"), (ticket.part("user"), "id")),
        is_bot_disabled=any(contact.values.get("disableBot") in _YES for contact in contacts),
        updated_at=moment(ticket, "updatedAt"),
    )


def event(ticket: Ticket | None, customer: Callable[[], Sender]) -> TicketEvent | Ignored:
    """Return what has become of a ticket; nothing to know when it names nobody, or shows none."""
    try:
        contact = customer()
    except PayloadError:
        return Ignored("event")
    return Ignored("event") if ticket is None else TicketEvent(contact, ticket)


def _status(ticket: Fields) -> TicketStatus | None:
    status = ticket.values.get("status")
    return _SHOWN_STATUSES.get(status, "other") if isinstance(status, str) else None
