"""Statements of a delivery: the intent, its outcome, and the record of each attempt."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, insert, not_, or_, select, update
from sqlalchemy.orm import Session, aliased

from secretaria.models.clock import NOW, after, seconds_until
from secretaria.models.tables import Contact, Conversation, DeliveryLog, Message


@dataclass(frozen=True, slots=True)
class Intent:
    """A reply that is about to be handed to Whaticket, by us alone."""

    reply_id: int
    conversation_id: int
    log_id: int
    attempt: int
    counted_attempts: int
    text: str
    correlation_id: str
    number: str | None
    lid: str | None
    ticket_id: int | None
    age_seconds: float
    waited_seconds: float


def is_next() -> tuple[ColumnElement[bool], ...]:
    """A reply waits, and nothing before it in its conversation holds it back."""
    earlier = aliased(Message)
    held_back = (
        select(earlier.id)
        .where(
            earlier.conversation_id == Message.conversation_id,
            earlier.state.in_(("pending", "sending")),
            earlier.id < Message.id,
        )
        .exists()
    )
    return (Message.state == "pending", not_(held_back))


def is_due(session: Session, reply_id: int) -> bool:
    """Whether it is a reply's turn to be sent, and its time has come."""
    reply = select(Message.id).where(Message.id == reply_id, Message.due_at <= NOW, *is_next())
    return session.scalar(reply) is not None


def claim(session: Session, reply_id: int, *, lease_seconds: float) -> Intent | None:
    """Write the intent to send a reply, with its open log row; None when it is not its turn."""
    claimed = session.scalar(
        update(Message)
        .where(Message.id == reply_id, Message.due_at <= NOW, *is_next())
        .values(state="sending", lease_until=after(lease_seconds), attempts=Message.attempts + 1)
        .returning(Message)
    )
    if claimed is None:
        return None
    attempt = claimed.attempts + claimed.uncounted_attempts
    log = insert(DeliveryLog).values(
        message_id=reply_id, attempt=attempt, correlation_id=claimed.correlation_id
    )
    log_id = session.scalar(log.returning(DeliveryLog.id)) or 0
    address = session.execute(
        select(
            Contact.number,
            Contact.lid,
            Contact.ticket_id,
            -seconds_until(Message.created_at),
            -seconds_until(Message.accepted_at),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(Message.id == reply_id)
    ).one()
    return Intent(
        reply_id,
        claimed.conversation_id,
        log_id,
        attempt,
        claimed.attempts,
        claimed.text,
        claimed.correlation_id,
        *address.tuple(),
    )


def record(
    session: Session, intent: Intent, *, state: str, reason: str | None, retry_seconds: float | None
) -> bool:
    """Write what became of an intent; False when somebody else has settled it.

    A late success still settles a reply that was given up as ambiguous meanwhile.
    """
    ours = Message.state == "sending"
    if state == "sent":
        ours = or_(ours, Message.state == "ambiguous")
    recorded = session.scalar(
        update(Message)
        .where(Message.id == intent.reply_id, Message.attempts == intent.counted_attempts, ours)
        .values(
            state=state,
            reason=reason,
            lease_until=None,
            rung_at=None,
            sent_at=NOW if state == "sent" else None,
            due_at=None if retry_seconds is None else after(retry_seconds),
        )
        .returning(Message.id)
    )
    return recorded is not None


def forget_attempt(session: Session, intent: Intent) -> None:
    """An attempt that found the channel down does not count against the reply."""
    session.execute(
        update(Message)
        .where(Message.id == intent.reply_id)
        .values(attempts=Message.attempts - 1, uncounted_attempts=Message.uncounted_attempts + 1)
    )


def distrust_memory(session: Session, conversation_id: int) -> None:
    """Make the next turn rebuild its memory, because a reply may not have arrived."""
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(memory_version=Conversation.memory_version + 1)
    )


def next_reply(session: Session, conversation_id: int) -> int | None:
    """The oldest reply of a conversation that still waits to be sent."""
    query = select(Message.id).where(
        Message.conversation_id == conversation_id, Message.state == "pending"
    )
    return session.scalar(query.order_by(Message.id).limit(1))


def complete_log(
    session: Session,
    log_id: int,
    *,
    outcome: str,
    http_status: int | None,
    duration_ms: int,
    error: str | None,
) -> None:
    """Complete an attempt's record with its outcome."""
    session.execute(
        update(DeliveryLog)
        .where(DeliveryLog.id == log_id)
        .values(outcome=outcome, http_status=http_status, duration_ms=duration_ms, error=error)
    )
