"""Statements of the sweeper: what was not woken, what a dead worker held, what is too old."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, or_, select, update
from sqlalchemy.orm import Session

from secretaria.models.clock import NOW, after
from secretaria.models.leases import is_free
from secretaria.models.leaving import is_next
from secretaria.models.tables import Conversation, DeliveryLog, Message

LONGEST_PASS = 500
"""What one pass looks at, at the most, of each kind."""


def abandoned_sends(session: Session) -> Sequence[tuple[int, int]]:
    """Mark every intent whose sender is gone as ambiguous; answers (reply, conversation) ids."""
    gone = (Message.state == "sending", Message.lease_until < NOW)
    return _list(session, gone, state="ambiguous", reason="sender_lost")


def overdue_replies(session: Session, *, oldest_hours: float) -> Sequence[tuple[int, int]]:
    """List, instead of sending, the replies that could not leave for too long."""
    overdue = (Message.state == "pending", Message.created_at < after(-oldest_hours * 3600))
    return _list(session, overdue, state="dead", reason="too_old")


def _list(
    session: Session, which: tuple[ColumnElement[bool], ...], *, state: str, reason: str
) -> Sequence[tuple[int, int]]:
    some = select(Message.id).where(*which).limit(LONGEST_PASS).with_for_update(skip_locked=True)
    ids = list(session.scalars(some))
    rows = session.execute(
        update(Message)
        .where(Message.id.in_(ids))
        .values(state=state, reason=reason, lease_until=None, due_at=None)
        .returning(Message.id, Message.conversation_id)
    ).all()
    return [(row.id, row.conversation_id) for row in rows]


def forgotten_turns(session: Session, *, grace_seconds: float, repeat_seconds: float) -> list[int]:
    """Conversations whose turn is due and that nobody works on, each named once in a while."""
    query = (
        select(Conversation.id)
        .where(
            Conversation.due_at < after(-grace_seconds),
            Conversation.status == "bot",
            is_free(),
            or_(Conversation.rung_at.is_(None), Conversation.rung_at < after(-repeat_seconds)),
        )
        .order_by(Conversation.due_at)
        .limit(LONGEST_PASS)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(query))
    session.execute(update(Conversation).where(Conversation.id.in_(ids)).values(rung_at=NOW))
    return ids


def forgotten_replies(
    session: Session, *, grace_seconds: float, repeat_seconds: float, limit: int = LONGEST_PASS
) -> list[int]:
    """Replies that should have left and did not, each named once in a while."""
    query = (
        select(Message.id)
        .where(
            *is_next(),
            Message.due_at < after(-grace_seconds),
            or_(Message.rung_at.is_(None), Message.rung_at < after(-repeat_seconds)),
        )
        .order_by(Message.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(query))
    session.execute(update(Message).where(Message.id.in_(ids)).values(rung_at=NOW))
    return ids


def unring_turns(session: Session, conversation_ids: Sequence[int]) -> None:
    """Forget that turns were rung for: nobody has heard it."""
    some = select(Conversation.id).where(Conversation.id.in_(conversation_ids))
    in_order = some.order_by(Conversation.id).with_for_update(key_share=True)
    turns = update(Conversation).where(Conversation.id.in_(session.scalars(in_order).all()))
    session.execute(turns.values(rung_at=None))


def unring_replies(session: Session, reply_ids: Sequence[int]) -> None:
    """Forget that replies were rung for: nobody has heard it."""
    session.execute(update(Message).where(Message.id.in_(reply_ids)).values(rung_at=None))


def close_logs(session: Session, *, grace_seconds: float) -> None:
    """Complete the records whose worker died between the outcome and the record.

    The last attempt came to what became of the reply; every one before it was tried again.
    """
    is_last = DeliveryLog.attempt == Message.attempts + Message.uncounted_attempts
    session.execute(
        update(DeliveryLog)
        .where(
            DeliveryLog.id.in_(
                select(DeliveryLog.id)
                .where(
                    DeliveryLog.outcome.is_(None), DeliveryLog.created_at < after(-grace_seconds)
                )
                .order_by(DeliveryLog.created_at)
                .limit(LONGEST_PASS)
            ),
            DeliveryLog.message_id == Message.id,
            or_(~is_last, Message.state.in_(("sent", "ambiguous", "dead"))),
        )
        .values(outcome=case((is_last, Message.state), else_="retry"), error="worker_lost")
        .execution_options(synchronize_session=False)
    )
