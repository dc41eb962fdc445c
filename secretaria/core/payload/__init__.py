"""What a webhook's body says, and whether a turn should answer it."""

from secretaria.core.payload.decision import (
    Backend,
    Decision,
    Ignored,
    Incoming,
    Invalid,
    Outgoing,
    Sender,
    TicketEvent,
)
from secretaria.core.payload.dialects import parse

__all__ = [
    "Backend",
    "Decision",
    "Ignored",
    "Incoming",
    "Invalid",
    "Outgoing",
    "Sender",
    "TicketEvent",
    "parse",
]
