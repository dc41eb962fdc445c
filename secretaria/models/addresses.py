"""Where a contact is found, and which form of their number works."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from secretaria.core import phone
from secretaria.core.address import Address
from secretaria.core.payload import Backend
from secretaria.models.clock import seconds_until
from secretaria.models.tables import Contact, Conversation, Message


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a reply goes: its contact's addresses, and for how long the contact has waited."""

    number: str | None
    """The form that this reply is tried in, else the one that has worked, else as it came."""
    ticket_id: int | None
    lid: str | None
    backend: Backend | None
    """Where the conversation came through Ticketz PRO."""
    waited_seconds: float


def of_reply(session: Session, reply_id: int) -> Whereabouts:
    """Where a reply goes now."""
    query = (
        select(
            func.coalesce(Message.tried_number, Contact.working_number, Contact.number),
            Contact.ticket_id,
            Contact.lid,
            Conversation.answer_url,
            Conversation.answer_token,
            -seconds_until(Message.accepted_at),
        )
        .join(Conversation, Conversation.contact_id == Contact.id)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Message.id == reply_id)
    )
    number, ticket_id, lid, url, token, waited_seconds = session.execute(query).one()
    return Whereabouts(number, ticket_id, lid, _backend(url, token), waited_seconds or 0.0)


def of_conversation(session: Session, conversation_id: int) -> Address:
    """Where a conversation's contact is found; nowhere, when it has become another's."""
    query = (
        select(
            func.coalesce(Contact.working_number, Contact.number),
            Contact.ticket_id,
            Contact.lid,
            Conversation.answer_url,
            Conversation.answer_token,
        )
        .join(Conversation, Conversation.contact_id == Contact.id)
        .where(Conversation.id == conversation_id)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return Address(None, None)
    number, ticket_id, lid, url, token = row
    return Address(number, ticket_id, lid, _backend(url, token))


def try_other_form(session: Session, reply_id: int, number: str) -> None:
    """Send a reply to the other form of its number from now on."""
    session.execute(update(Message).where(Message.id == reply_id).values(tried_number=number))


def remember_form(session: Session, conversation_id: int, number: str) -> None:
    """Keep the form of the number that worked, unless that is how the contact's number came."""
    contact_id = select(Conversation.contact_id).where(Conversation.id == conversation_id)
    session.execute(
        update(Contact)
        .where(
            Contact.id == contact_id.scalar_subquery(),
            Contact.number.in_(sorted(phone.writings(number))),
        )
        .values(working_number=func.nullif(number, Contact.number))
    )


def _backend(url: str | None, token: str | None) -> Backend | None:
    return Backend(url, token) if url and token else None
