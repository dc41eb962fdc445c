"""Statements of a delivery: the outcome of an intent, and the record of each attempt."""

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.base import Executable

from secretaria.models import channel
from secretaria.models.claims import Intent
from secretaria.models.clock import NOW, after, seconds_until
from secretaria.models.prepared import Executor, Prepared, given
from secretaria.models.tables import Conversation, DeliveryLog, Message


def pace(session: Session, reply_id: int, *, chars_per_second: int) -> None:
    """Let the next part of a reply wait for as long as a person takes to write it."""
    if chars_per_second == 0:
        return
    said, following = aliased(Message), aliased(Message)
    is_next_part = (
        select(func.min(following.id))
        .join(said, and_(said.id == reply_id, following.turn == said.turn))
        .where(
            following.conversation_id == said.conversation_id,
            following.id > reply_id,
            following.state == "pending",
        )
        .scalar_subquery()
    )
    seconds = func.length(Message.text) / float(chars_per_second)
    session.execute(
        update(Message)
        .where(Message.id == is_next_part)
        .values(due_at=NOW + func.make_interval(0, 0, 0, 0, 0, 0, seconds))
        .execution_options(synchronize_session=False)
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
        .where(*_is_of(intent), ours)
        .values(
            state=state,
            reason=reason,
            lease_owner=None,
            lease_until=None,
            rung_at=None,
            sent_at=NOW if state == "sent" else None,
            due_at=None if retry_seconds is None else after(retry_seconds),
        )
        .returning(Message.id)
    )
    return recorded is not None


def record_sent(executor: Executor, intent: Intent) -> bool:
    """Write that a reply was sent, where there is no more to say.

    False, and nothing is written, when somebody else has settled it, when another reply waits
    behind it, or when the channel was not known to be open.
    """
    row = _RECORD_SENT.row(executor, id=intent.reply_id, attempt=intent.attempt)
    return row is not None


def _recording_sent() -> Executable:
    following = aliased(Message)
    is_waiting = exists().where(
        following.conversation_id == Message.conversation_id, following.state == "pending"
    )
    attempts = Message.attempts + Message.uncounted_attempts
    return (
        update(Message)
        .where(
            Message.id == given("id"),
            attempts == given("attempt"),
            or_(Message.state == "sending", Message.state == "ambiguous"),
            ~is_waiting,
            ~channel.is_troubled(),
        )
        .values(
            state="sent",
            reason=None,
            lease_owner=None,
            lease_until=None,
            rung_at=None,
            sent_at=NOW,
            due_at=None,
        )
        .returning(Message.id)
    )


_RECORD_SENT = Prepared(_recording_sent)


def forget_attempt(session: Session, intent: Intent) -> None:
    """An attempt that says nothing of the reply itself does not count against it."""
    session.execute(
        update(Message)
        .where(Message.id == intent.reply_id)
        .values(attempts=Message.attempts - 1, uncounted_attempts=Message.uncounted_attempts + 1)
    )


def distrust_memory(session: Session, *conversation_ids: int) -> None:
    """Make the next turn rebuild its memory: a reply may not have arrived, or has after all."""
    some = select(Conversation.id).where(Conversation.id.in_(conversation_ids))
    in_order = some.order_by(Conversation.id).with_for_update(key_share=True)
    session.execute(
        update(Conversation)
        .where(Conversation.id.in_(session.scalars(in_order).all()))
        .values(memory_version=Conversation.memory_version + 1)
    )


def state_since(session: Session, intent: Intent) -> str | None:
    """The state of an intent's reply; None when another attempt has begun meanwhile."""
    return session.scalar(select(Message.state).where(*_is_of(intent)))


def _is_of(intent: Intent) -> tuple[ColumnElement[bool], ...]:
    attempts = Message.attempts + Message.uncounted_attempts
    return (Message.id == intent.reply_id, attempts == intent.attempt)


def next_reply(session: Session, conversation_id: int) -> tuple[int, float] | None:
    """The oldest reply of a conversation that still waits, and in how many seconds it is due."""
    row = _NEXT_REPLY.row(session, conversation=conversation_id)
    return None if row is None else (row[0], max(row[1], 0.0))


_NEXT_REPLY = Prepared(
    lambda: (
        select(Message.id, seconds_until(Message.due_at))
        .where(Message.conversation_id == given("conversation"), Message.state == "pending")
        .order_by(Message.id)
        .limit(1)
    )
)


def complete_log(
    executor: Executor,
    log_id: int,
    *,
    outcome: str,
    http_status: int | None,
    duration_ms: int,
    error: str | None,
) -> None:
    """Complete an attempt's record with its outcome."""
    _COMPLETE_LOG.rows(
        executor,
        id=log_id,
        outcome=outcome,
        status=http_status,
        duration=duration_ms,
        error=error,
    )


_COMPLETE_LOG = Prepared(
    lambda: (
        update(DeliveryLog)
        .where(DeliveryLog.id == given("id"))
        .values(
            outcome=given("outcome"),
            http_status=given("status"),
            duration_ms=given("duration"),
            error=given("error"),
        )
    )
)
