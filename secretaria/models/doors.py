"""Statements of Typebot's door: its sessions, the time it is held open, and what came of a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from secretaria.models.clock import after
from secretaria.models.tables import Contact, Conversation, Message, TypebotSession


@dataclass(frozen=True, slots=True)
class Door:
    """A conversation whose replies wait for the caller, and leave no other way, until then."""

    conversation_id: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reply that may be given to the caller."""

    reply_id: int
    kind: str


@dataclass(frozen=True, slots=True)
class Look:
    """Where a message stands: whether it is owed still, and what waits in its conversation.

    `status`: who has the conversation. `is_held`: whether the model is away, and the customer has
    heard so.
    """

    is_owed: bool
    is_held: bool
    status: str
    replies: Sequence[Waiting]


def add_session(session: Session, *, key_hash: str, contact_id: int) -> None:
    """Keep a session of a contact's, by the hash of its id."""
    row = insert(TypebotSession).values(key_hash=key_hash, contact_id=contact_id)
    session.execute(row.on_conflict_do_nothing())


def contact_of_session(session: Session, key_hash: str) -> Contact | None:
    """Whose session it is; None when it is nobody's."""
    query = select(Contact).join(TypebotSession, TypebotSession.contact_id == Contact.id)
    return session.scalar(query.where(TypebotSession.key_hash == key_hash))


def hold_open(session: Session, contact_id: int, *, seconds: float) -> Door | None:
    """Keep a contact's replies for the caller, for so long; None without a conversation."""
    row = session.execute(
        update(Conversation)
        .where(Conversation.contact_id == contact_id)
        .values(door_until=func.greatest(Conversation.door_until, after(seconds)))
        .returning(Conversation.id, Conversation.door_until)
    ).one_or_none()
    return None if row is None else Door(row.id, row.door_until)


def close(session: Session, door: Door) -> bool:
    """Let the replies leave the usual way again; False when another caller still waits."""
    closed = session.scalar(
        update(Conversation)
        .where(Conversation.id == door.conversation_id, Conversation.door_until <= door.until)
        .values(door_until=None)
        .returning(Conversation.id)
    )
    return closed is not None


def look(session: Session, conversation_id: int, message_id: int) -> Look:
    """What has become of a message.

    The message first: the replies that stand when it is no longer owed are read after it.
    """
    owed = select(Message.state == "received").where(Message.id == message_id)
    is_owed = bool(session.scalar(owed))
    held = Conversation.holding_since.is_not(None)
    standing = select(Conversation.status, held).where(Conversation.id == conversation_id)
    status, is_held = session.execute(standing).one()
    pending = (Message.conversation_id == conversation_id, Message.state == "pending")
    replies = select(Message.id, Message.kind).where(*pending).order_by(Message.id)
    waiting = [Waiting(*row) for row in session.execute(replies)]
    return Look(is_owed, is_held, status, waiting)
