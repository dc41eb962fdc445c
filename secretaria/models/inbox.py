"""Statements that take in what a customer said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Interval, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from secretaria.core.payload import Backend
from secretaria.core.ticket import Ticket
from secretaria.models.clock import NOW, after, seconds_until
from secretaria.models.tables import Conversation, Message


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
    file_name: str | None = None
    needs_person: str | None = None
    unanswered: str | None = None
    """Why nobody is to answer it."""
    ticket: Ticket | None = None
    backend: Backend | None = None
    accepted_at: datetime | None = None
    """When it was spooled; None for one that is accepted now."""
    repeat_seconds: float | None = None
    """For how long the deduplication key is its own; None: for ever."""


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
        file_name=arrival.file_name,
        needs_person=arrival.needs_person,
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


def learn_backend(session: Session, conversation_id: int, backend: Backend) -> None:
    """Remember where this conversation's answers are taken, and the newest token for that."""
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(answer_url=backend.url, answer_token=backend.token)
    )


def now(session: Session) -> datetime:
    """The database's time."""
    moment: datetime = session.execute(select(NOW)).scalar_one()
    return moment


def schedule_turn(
    session: Session, conversation_id: int, *, window_seconds: float, longest_seconds: float
) -> float:
    """Set when the conversation's turn is due; answers in how many seconds that is."""
    delay = session.scalar(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(burst_values(window_seconds=window_seconds, longest_seconds=longest_seconds))
        .returning(seconds_until(Conversation.due_at))
    )
    return max(delay or 0.0, 0.0)


def burst_values(*, window_seconds: float, longest_seconds: float) -> dict[str, object]:
    """What a message makes of its conversation's columns: its turn is due when the burst is over.

    Each message puts it off by the window, never past the longest time since the burst began.
    """
    started = func.coalesce(Conversation.burst_started_at, NOW)
    longest = after(longest_seconds) + (started - NOW)
    return {
        "burst_started_at": started,
        "due_at": func.least(after(window_seconds), longest),
        "rung_at": None,
    }


def is_writable(session: Session) -> bool:
    """Whether the database answers, and takes writes, which a standby does not."""
    return session.scalar(select(func.current_setting("transaction_read_only"))) == "off"
