"""Statements of a turn: the lease on a conversation, what it owes, and what it leaves behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, ScalarSelect, and_, case, func, insert, or_, select, update
from sqlalchemy.orm import Session

from secretaria.core.turn import MOST_ATTEMPTS
from secretaria.models.clock import NOW, after, seconds_until
from secretaria.models.tables import Contact, Conversation, Message


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a conversation, for as long as its fence stands."""

    conversation_id: int
    fence: int
    attempts: int
    attempted_up_to: int | None
    memory_version: int
    holding_seconds: float | None
    burst_seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """An outbound message as it is stored."""

    kind: str
    text: str
    model: str | None = None
    prompt_tokens: int | None = None
    output_tokens: int | None = None


def claim(
    session: Session, conversation_id: int, *, owner: str, lease_seconds: float
) -> Lease | None:
    """Lease a conversation whose turn is due, counting the attempt; None when there is nothing."""
    row = session.execute(
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            Conversation.status == "bot",
            Conversation.due_at <= NOW,
            or_(Conversation.lease_until.is_(None), Conversation.lease_until < NOW),
        )
        .values(
            lease_owner=owner,
            lease_until=after(lease_seconds),
            fence=Conversation.fence + 1,
            attempts=Conversation.attempts + 1,
            attempted_up_to=case(
                (Conversation.attempts >= MOST_ATTEMPTS, Conversation.attempted_up_to),
                else_=_newest_unanswered(),
            ),
        )
        .returning(
            Conversation.fence,
            Conversation.attempts,
            Conversation.attempted_up_to,
            Conversation.memory_version,
            -seconds_until(Conversation.holding_since),
            func.coalesce(-seconds_until(Conversation.burst_started_at), 0.0),
        )
    ).one_or_none()
    return None if row is None else Lease(conversation_id, *row)


def _newest_unanswered() -> ScalarSelect[int]:
    owed = (Message.conversation_id == Conversation.id, Message.state == "received")
    return select(func.max(Message.id)).where(*owed).scalar_subquery()


def seconds_until_due(session: Session, conversation_id: int) -> float | None:
    """When the next turn of a free conversation is due, in seconds; None when none is."""
    return session.scalar(
        select(seconds_until(Conversation.due_at)).where(
            Conversation.id == conversation_id,
            Conversation.status == "bot",
            Conversation.due_at.is_not(None),
            or_(Conversation.lease_until.is_(None), Conversation.lease_until < NOW),
        )
    )


def renew(session: Session, lease: Lease, *, owner: str, lease_seconds: float) -> bool:
    """Prolong a lease; False when it is lost."""
    kept = session.scalar(
        update(Conversation)
        .where(
            Conversation.id == lease.conversation_id,
            Conversation.fence == lease.fence,
            Conversation.lease_owner == owner,
        )
        .values(lease_until=after(lease_seconds))
        .returning(Conversation.id)
    )
    return kept is not None


def release(session: Session, lease: Lease, *, counted: bool, delay_seconds: float | None) -> None:
    """Give a lease back; the attempt stays counted, or is forgotten.

    With a delay the turn is due again then; without one, when it was due already.
    """
    due = Conversation.due_at if delay_seconds is None else after(delay_seconds)
    session.execute(
        update(Conversation)
        .where(
            Conversation.id == lease.conversation_id,
            Conversation.fence == lease.fence,
            Conversation.lease_until.is_not(None),
        )
        .values(
            lease_owner=None,
            lease_until=None,
            rung_at=None,
            due_at=due,
            attempts=Conversation.attempts - (0 if counted else 1),
        )
    )


def uncount(session: Session, lease: Lease) -> None:
    """Take back the attempt of a turn that lost its lease: another one counts for itself."""
    session.execute(
        update(Conversation)
        .where(
            Conversation.id == lease.conversation_id,
            Conversation.fence > lease.fence,
            Conversation.attempts > 0,
        )
        .values(attempts=Conversation.attempts - 1)
    )


def unanswered(session: Session, conversation_id: int) -> Sequence[Message]:
    """What the customer said and nobody has answered, oldest first."""
    query = select(Message).where(
        Message.conversation_id == conversation_id, Message.state == "received"
    )
    return session.scalars(query.order_by(Message.id)).all()


def contact_of(session: Session, conversation_id: int) -> Contact:
    """Who the conversation is with."""
    query = select(Contact).join(Conversation, Conversation.contact_id == Contact.id)
    return session.scalars(query.where(Conversation.id == conversation_id)).one()


def replies_in_the_last_hour(session: Session, conversation_id: int) -> int:
    """How many replies the conversation has had in the last hour, cancelled ones left out."""
    query = select(func.count()).where(
        Message.conversation_id == conversation_id,
        Message.direction == "outbound",
        Message.state != "cancelled",
        Message.created_at > after(-3600),
    )
    return session.scalar(query) or 0


def history(
    session: Session, conversation_id: int, limit: int
) -> Sequence[Row[str, str, str, str]]:
    """The last exchanges that may be remembered, oldest first: (direction, state, kind, text).

    Attacks, and the fixed sentences that answered them, are not remembered.
    """
    said = and_(
        Message.direction == "inbound", Message.state == "answered", Message.attack_rule.is_(None)
    )
    replied = and_(
        Message.direction == "outbound",
        Message.state != "cancelled",
        Message.kind.in_(("reply", "handover")),
    )
    query = (
        select(Message.direction, Message.state, Message.kind, Message.text)
        .where(Message.conversation_id == conversation_id, or_(said, replied))
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return session.execute(query).all()[::-1]


def lock(session: Session, lease: Lease) -> bool:
    """Lock the conversation for recording; False when the lease's fence has been passed."""
    query = select(Conversation.fence).where(Conversation.id == lease.conversation_id)
    return session.scalar(query.with_for_update()) == lease.fence


def add_replies(
    session: Session,
    conversation_id: int,
    replies: Sequence[Reply],
    *,
    correlation_id: str,
    accepted_at: datetime,
) -> Sequence[int]:
    """Record replies to deliver, in order; answers their ids."""
    rows = [
        {
            "conversation_id": conversation_id,
            "direction": "outbound",
            "state": "pending",
            "kind": reply.kind,
            "text": reply.text,
            "model": reply.model,
            "prompt_tokens": reply.prompt_tokens,
            "output_tokens": reply.output_tokens,
            "correlation_id": correlation_id,
            "accepted_at": accepted_at,
            "due_at": NOW,
        }
        for reply in replies
    ]
    return [session.scalar(insert(Message).values(row).returning(Message.id)) or 0 for row in rows]


def settle(session: Session, message_ids: Sequence[int], *, state: str, reason: str | None) -> None:
    """Move inbound messages to their final state."""
    session.execute(
        update(Message).where(Message.id.in_(message_ids)).values(state=state, reason=reason)
    )


def mark_attacks(session: Session, rules: dict[int, str]) -> None:
    """Note which inbound messages were attacks, so that no later turn remembers them."""
    if not rules:
        return
    rule = case(rules, value=Message.id)
    session.execute(update(Message).where(Message.id.in_(rules)).values(attack_rule=rule))


def finish(session: Session, lease: Lease) -> None:
    """End the turn: the lease is free, the attempts are forgotten, memory moves on by one.

    What the customer said meanwhile stays due, as a burst of its own.
    """
    left = (
        select(func.min(Message.created_at))
        .where(Message.conversation_id == lease.conversation_id, Message.state == "received")
        .scalar_subquery()
    )
    session.execute(
        update(Conversation)
        .where(Conversation.id == lease.conversation_id)
        .values(
            lease_owner=None,
            lease_until=None,
            rung_at=None,
            attempts=0,
            holding_since=None,
            memory_version=Conversation.memory_version + 1,
            burst_started_at=left,
            due_at=case((left.is_not(None), Conversation.due_at), else_=None),
        )
    )


def hold(session: Session, lease: Lease, *, retry_seconds: float) -> None:
    """End the turn with its messages still owed, to be tried again after a while."""
    session.execute(
        update(Conversation)
        .where(Conversation.id == lease.conversation_id)
        .values(
            lease_owner=None,
            lease_until=None,
            rung_at=None,
            attempts=0,
            holding_since=func.coalesce(Conversation.holding_since, NOW),
            burst_started_at=None,
            due_at=after(retry_seconds),
        )
    )


def hand_to_people(
    session: Session, conversation_id: int, *, reason: str, takeover_hours: float
) -> None:
    """Give the conversation to people for a time, counted from now."""
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(
            status="human",
            status_reason=reason,
            status_until=after(takeover_hours * 3600),
            due_at=None,
            burst_started_at=None,
        )
    )
