"""Whaticket's tickets: who has a conversation there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TicketStatus = Literal["pending", "open", "closed", "other"]


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as a payload or the API shows it; what is not shown is None."""

    id: int | None
    status: TicketStatus | None
    """`pending`: waits for somebody; `open`: somebody has it; `other`: group, nps, lgpd, ..."""
    user_id: int | None = None
    is_bot_disabled: bool = False
    """Whether the contact's `disableBot` is set."""
    updated_at: datetime | None = None
    """Aware; None when not shown, or senseless."""


def holder(ticket: Ticket, *, bot_user_id: int | None) -> str | None:
    """What shows that a person has the ticket, as evidence to keep; None when nothing does."""
    named = f"ticket {ticket.id}" if ticket.id is not None else "ticket"
    if ticket.is_bot_disabled:
        return f"{named}: disableBot"
    is_persons = ticket.user_id is not None and ticket.user_id != bot_user_id
    return f"{named}: user {ticket.user_id}" if ticket.status == "open" and is_persons else None
