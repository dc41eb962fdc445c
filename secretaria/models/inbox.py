"""Statements that take in what a customer said."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Interval, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from secretaria.models.clock import NOW, after, seconds_until
from secretaria.models.tables import Contact, Conversation, Message


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it is stored."""

    kind: str
    text: str
    correlation_id: str
    deduplication_key: str
    provider_id: str | None
    choice_id: str | None
    edits: str | None
    written_at: datetime | None
    accepted_at: datetime | None = None
    """When it was spooled; None for one that is accepted now."""
    repeat_seconds: float | None = None
    """For how long the deduplication key is its own; None: for ever."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells who wrote: a number, a LID, a ticket; at least one of them."""

    number: str | None
    lid: str | None
    ticket_id: int | None
    name: str | None


def find_contact(session: Session, identity: Identity) -> Sequence[Contact]:
    """The contacts known by this number or LID, the one with the number first.

    The ticket tells who wrote only where neither is given: a later ticket has another id.
    """
    if identity.number is None and identity.lid is None:
        query = select(Contact).where(Contact.ticket_id == identity.ticket_id)
        return session.scalars(query.order_by(Contact.id.desc()).limit(1)).all()
    pairs = ((Contact.number, identity.number), (Contact.lid, identity.lid))
    known = [column == value for column, value in pairs if value is not None]
    query = select(Contact).where(or_(*known))
    return session.scalars(query.order_by(Contact.number != identity.number, Contact.id)).all()


def add_contact(session: Session, identity: Identity) -> bool:
    """Add a contact; False when another request added it meanwhile."""
    row = insert(Contact).values(
        number=identity.number,
        lid=identity.lid,
        ticket_id=identity.ticket_id,
        name=identity.name,
    )
    return session.scalar(row.on_conflict_do_nothing().returning(Contact.id)) is not None


def learn(session: Session, contact: Contact, identity: Identity) -> None:
    """Remember what a known contact shows for the first time, and the newest ticket.

    What another contact has learnt meanwhile is left to it.
    """
    shown = {name: getattr(identity, name) for name in ("number", "lid", "name")}
    learnt = {
        name: value
        for name, value in shown.items()
        if value is not None and getattr(contact, name) is None
    }
    if identity.ticket_id not in {None, contact.ticket_id}:
        learnt["ticket_id"] = identity.ticket_id
    if not learnt:
        return
    with suppress(IntegrityError), session.begin_nested():
        session.execute(update(Contact).where(Contact.id == contact.id).values(learnt))


def lock_conversation(session: Session, contact_id: int) -> Conversation | None:
    """The contact's conversation, locked, so that order of acceptance is order of ids."""
    query = select(Conversation).where(Conversation.contact_id == contact_id)
    return session.scalar(query.with_for_update())


def add_conversation(session: Session, contact_id: int) -> None:
    """Open the contact's conversation, unless somebody just did."""
    session.execute(insert(Conversation).values(contact_id=contact_id).on_conflict_do_nothing())


def add_message(
    session: Session, conversation_id: int, arrival: Arrival, *, ignored_reason: str | None
) -> int | None:
    """Store an inbound message; None when it is already there."""
    _release_key(session, conversation_id, arrival)
    row = insert(Message).values(
        conversation_id=conversation_id,
        direction="inbound",
        state="ignored" if ignored_reason else "received",
        reason=ignored_reason,
        kind=arrival.kind,
        text=arrival.text,
        correlation_id=arrival.correlation_id,
        deduplication_key=arrival.deduplication_key,
        provider_id=arrival.provider_id,
        choice_id=arrival.choice_id,
        edits=arrival.edits,
        written_at=arrival.written_at,
        created_at=func.least(arrival.accepted_at, NOW),
    )
    return session.scalar(row.on_conflict_do_nothing().returning(Message.id))


def _release_key(session: Session, conversation_id: int, arrival: Arrival) -> None:
    """Take the arrival's key from the message that has had it for long enough."""
    if arrival.repeat_seconds is None:
        return
    lifetime = literal(timedelta(seconds=arrival.repeat_seconds), Interval)
    session.execute(
        update(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.deduplication_key == arrival.deduplication_key,
            Message.created_at + lifetime < func.least(arrival.accepted_at, NOW),
        )
        .values(deduplication_key=None)
    )


def return_to_bot(session: Session, conversation_id: int) -> bool:
    """Give the conversation back to the bot when the people's time has run out."""
    back = session.scalar(
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            Conversation.status == "human",
            Conversation.status_until <= NOW,
        )
        .values(status="bot", status_reason="time_over", status_until=None)
        .returning(Conversation.id)
    )
    return back is not None


def schedule_turn(
    session: Session, conversation_id: int, *, window_seconds: float, longest_seconds: float
) -> float:
    """Set when the conversation's turn is due; answers in how many seconds that is.

    Each message puts it off by the window, never past the longest time since the burst began.
    """
    started = func.coalesce(Conversation.burst_started_at, NOW)
    longest = after(longest_seconds) + (started - NOW)
    delay = session.scalar(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(
            burst_started_at=started,
            due_at=func.least(after(window_seconds), longest),
            rung_at=None,
        )
        .returning(seconds_until(Conversation.due_at))
    )
    return max(delay or 0.0, 0.0)


def is_writable(session: Session) -> bool:
    """Whether the database answers, and takes writes, which a standby does not."""
    return session.scalar(select(func.current_setting("transaction_read_only"))) == "off"
