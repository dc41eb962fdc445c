"""Where a contact is found, and which form of their number works."""

from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from secretaria.core import phone
from secretaria.core.address import Address
from secretaria.core.payload import Backend
from secretaria.models.tables import Contact, Conversation, Message

PLACES: tuple[ColumnElement[Any], ...] = (
    Contact.ticket_id.expression,
    Contact.lid.expression,
    Conversation.answer_url.expression,
    Conversation.answer_token.expression,
)
"""Where a contact is found besides their number."""


def of_reply(session: Session, reply_id: int) -> Address:
    """Where a reply goes now, by the form of its number that it is tried in.

    Else by the one that has worked, else as it came.
    """
    number = func.coalesce(Message.tried_number, Contact.working_number, Contact.number)
    query = (
        select(number, *PLACES)
        .join(Conversation, Conversation.contact_id == Contact.id)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Message.id == reply_id)
    )
    return address_of(*session.execute(query).one())


def of_conversation(session: Session, conversation_id: int) -> Address:
    """Where a conversation's contact is found; nowhere, when it has become another's."""
    number = func.coalesce(Contact.working_number, Contact.number)
    query = select(number, *PLACES).join(Conversation, Conversation.contact_id == Contact.id)
    row = session.execute(query.where(Conversation.id == conversation_id)).one_or_none()
    return Address(None, None) if row is None else address_of(*row)


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


def address_of(
    number: str | None, ticket_id: int | None, lid: str | None, url: str | None, token: str | None
) -> Address:
    """An address of the form of its number that is tried, and of `PLACES`."""
    return Address(number, ticket_id, lid, Backend(url, token) if url and token else None)
