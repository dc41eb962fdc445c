"""Where a contact is found, and which form of their number works."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from secretaria.core import phone
from secretaria.core.address import Address
from secretaria.core.payload import Backend
from secretaria.models.clock import seconds_until
from secretaria.models.tables import Contact, Conversation, Message


def of_reply(session: Session, reply_id: int) -> tuple[Address, float]:
    """Where a reply goes now, and for how many seconds its contact has waited.

    Its number is the form that this reply is tried in, else the one that has worked, else as it
    came.
    """
    number = func.coalesce(Message.tried_number, Contact.working_number, Contact.number)
    query = (
        _addresses(number, -seconds_until(Message.accepted_at))
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Message.id == reply_id)
    )
    *address, waited_seconds = session.execute(query).one()
    return _address(*address), waited_seconds or 0.0


def of_conversation(session: Session, conversation_id: int) -> Address:
    """Where a conversation's contact is found; nowhere, when it has become another's."""
    number = func.coalesce(Contact.working_number, Contact.number)
    query = _addresses(number).where(Conversation.id == conversation_id)
    row = session.execute(query).one_or_none()
    return Address(None, None) if row is None else _address(*row)


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


def _addresses(number: ColumnElement[Any], *more: ColumnElement[Any]) -> Select[Any]:
    """Contacts' addresses as `_address` takes them, and what else is asked for."""
    columns = (Contact.ticket_id, Contact.lid, Conversation.answer_url, Conversation.answer_token)
    query = select(number, *columns, *more)
    return query.join(Conversation, Conversation.contact_id == Contact.id)


def _address(
    number: str | None, ticket_id: int | None, lid: str | None, url: str | None, token: str | None
) -> Address:
    return Address(number, ticket_id, lid, Backend(url, token) if url and token else None)
