"""Statements that settle replies of unknown fate by their echoes."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Interval,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from secretaria.core.address import Address
from secretaria.core.echo import CLOCK_TOLERANCE, LONGEST_WAY, Echo, Reply
from secretaria.models import addresses
from secretaria.models.clock import NOW, after
from secretaria.models.tables import Conversation, DeliveryLog, Message

LONGEST_WAIT = timedelta(days=7)
"""Longer than any reply waits for its last attempt: what was written before is not looked at."""
LONGEST_MEMORY = timedelta(days=1)
"""So long after we wrote something, the same words are taken for ours."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reply of unknown fate, and where its contact is found."""

    reply: Reply
    address: Address


def conversations_of(session: Session, contact_ids: Sequence[int]) -> Sequence[int]:
    """The conversations of these contacts."""
    query = select(Conversation.id).where(Conversation.contact_id.in_(contact_ids))
    return session.scalars(query).all()


def find_replies(
    session: Session, conversation_ids: Sequence[int], *, earliest: datetime, latest: datetime
) -> list[Reply]:
    """The replies whose echo may be written between two moments."""
    query = _replies(conversation_ids, earliest, latest)
    return [_reply(message, attempted_at) for message, attempted_at in session.execute(query)]


def lock_replies(
    session: Session, conversation_ids: Sequence[int], *, earliest: datetime, latest: datetime
) -> list[Reply]:
    """The same, locked."""
    query = _replies(conversation_ids, earliest, latest).with_for_update(of=Message)
    return [_reply(message, attempted_at) for message, attempted_at in session.execute(query)]


def texts_written(
    session: Session, conversation_ids: Sequence[int], *, before: datetime
) -> Sequence[str]:
    """What we have written since a day before a moment, whatever has become of it.

    The moment is another clock's, and may lie hours before what was written just now.
    """
    query = select(Message.text).where(
        Message.conversation_id.in_(conversation_ids),
        Message.direction == "outbound",
        Message.created_at >= func.least(literal(before), NOW) - literal(LONGEST_MEMORY, Interval),
    )
    return session.scalars(query).all()


def _replies(
    conversation_ids: Sequence[int], earliest: datetime, latest: datetime
) -> Select[Message, datetime]:
    """What a person has said did not arrive is among them: its echo must not settle another."""
    first, last = earliest - LONGEST_WAY, latest + CLOCK_TOLERANCE
    attempted_at = _attempted_at()
    return (
        select(Message, attempted_at)
        .where(
            Message.conversation_id.in_(conversation_ids),
            Message.direction == "outbound",
            Message.created_at.between(first - LONGEST_WAIT, last),
            attempted_at.between(first, last),
            or_(
                Message.state.in_(("sending", "sent", "ambiguous")),
                and_(Message.state == "dead", Message.reason == "resolved"),
            ),
        )
        .order_by(Message.id)
    )


def _attempted_at() -> ColumnElement[datetime]:
    """When a reply was last handed to Whaticket, or written, where there is no record of that."""
    last = (
        select(func.max(DeliveryLog.created_at))
        .where(DeliveryLog.message_id == Message.id)
        .correlate(Message)
        .scalar_subquery()
    )
    return func.coalesce(last, Message.created_at)


def give(session: Session, reply: Reply, echo: Echo) -> bool:
    """Keep an echo's id on its reply; False when the id is another reply's already."""
    given = update(Message).where(Message.id == reply.id).values(provider_id=echo.provider_id)
    with suppress(IntegrityError), session.begin_nested():  # uq_messages_echo
        session.execute(given)
        return True
    return False


def settle(session: Session, reply: Reply, echo: Echo, *, reason: str) -> None:
    """Record that a reply was sent, when its echo was written."""
    written_at = literal(echo.written_at, DateTime(timezone=True))
    session.execute(
        update(Message)
        .where(Message.id == reply.id)
        .values(
            state="sent",
            reason=reason,
            sent_at=func.least(written_at, NOW),
            lease_until=None,
            due_at=None,
            rung_at=None,
        )
    )


def find_doubt(session: Session, reply_id: int) -> Doubt | None:
    """A reply that is still ambiguous and that nobody has resolved."""
    query = select(Message, _attempted_at()).where(
        Message.id == reply_id, Message.state == "ambiguous", Message.resolved_at.is_(None)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return Doubt(_reply(*row), addresses.of_reply(session, reply_id))


def forgotten_doubts(
    session: Session, *, first_seconds: float, longest_seconds: float, limit: int
) -> list[int]:
    """Replies of unknown fate that are to be looked for now, each named at doubling intervals.

    Each look doubles the time since the last attempt, from which all is counted: the reply itself
    may have waited for its channel.
    """
    since = _attempted_at()
    query = (
        select(Message.id)
        .where(
            Message.state == "ambiguous",
            Message.resolved_at.is_(None),
            since.between(after(-longest_seconds), after(-first_seconds)),
            or_(
                Message.rung_at.is_(None),
                NOW - Message.rung_at >= Message.rung_at - since,
            ),
        )
        .order_by(Message.rung_at.nulls_first(), Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(query))
    session.execute(update(Message).where(Message.id.in_(ids)).values(rung_at=NOW))
    return ids


def _reply(message: Message, attempted_at: datetime) -> Reply:
    return Reply(
        id=message.id,
        conversation_id=message.conversation_id,
        correlation_id=message.correlation_id,
        state=message.state,
        is_resolved=message.resolved_at is not None,
        text=message.text,
        attempted_at=attempted_at,
        provider_id=message.provider_id,
    )
