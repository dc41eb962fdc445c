"""Who a decision is about, checked: digits that are no phone number count as no number."""

from dataclasses import replace

from secretaria.core import phone
from secretaria.core.payload.decision import (
    Decision,
    Ignored,
    Incoming,
    Outgoing,
    PayloadError,
    Sender,
    TicketEvent,
)


def checked(decision: Decision) -> Decision:
    """Answer the decision with nobody's number in it that is none.

    Forks that know nothing of LIDs write their digits where the phone belongs. Whoever has a LID
    or a ticket is known by that. Raise PayloadError for a message of nobody; what we wrote to
    nobody, or what became of their ticket, is ignored.
    """
    match decision:
        case Incoming():
            sender = _checked(decision.sender)
            if sender is None:
                raise PayloadError(
                    "invalid_payload",
                    "number: expected a phone number with its country's code, a LID or a ticket",
                )
            is_same = sender is decision.sender
            return decision if is_same else replace(decision, sender=sender)
        case Outgoing():
            recipient = _checked(decision.recipient)
            return replace(decision, recipient=recipient) if recipient else Ignored("from_me")
        case TicketEvent():
            contact = _checked(decision.contact)
            return replace(decision, contact=contact) if contact else Ignored("event")
        case _:
            return decision


def _checked(sender: Sender) -> Sender | None:
    number = None if sender.number is None else phone.readable(sender.number)
    if number is None and sender.lid is None and sender.ticket_id is None:
        return None
    return sender if number == sender.number else replace(sender, number=number)
