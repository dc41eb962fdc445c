"""Statements of a turn: what a conversation is owed, and what the turn leaves behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, and_, case, func, insert, or_, select, update
from sqlalchemy.orm import Session

from secretaria.errors import LeaseLost
from secretaria.models.clock import NOW, after
from secretaria.models.leases import FREED, Lease
from secretaria.models.tables import Contact, Conversation, Message


@dataclass(frozen=True, slots=True)
class Reply:
    """An outbound message as it is stored."""

    kind: str
    text: str
    model: str | None = None
    prompt_tokens: int | None = None
    output_tokens: int | None = None


def unanswered(session: Session, conversation_id: int) -> Sequence[Message]:
    """What the customer said and nobody has answered, oldest first."""
    query = select(Message).where(
        Message.conversation_id == conversation_id, Message.state == "received"
    )
    return session.scalars(query.order_by(Message.id)).all()


def contact_of(session: Session, conversation_id: int) -> Contact:
    """Who the conversation is with; raises `LeaseLost` when it has been merged into another."""
    query = select(Contact).join(Conversation, Conversation.contact_id == Contact.id)
    contact = session.scalars(query.where(Conversation.id == conversation_id)).one_or_none()
    if contact is None:
        raise LeaseLost("conversation_merged")
    return contact


def replies_in_the_last_hour(session: Session, conversation_id: int) -> int:
    """How many turns the conversation has had answered in the last hour, cancelled ones left out.

    A reply in several parts is one.
    """
    query = select(func.count(func.coalesce(Message.turn, -Message.id).distinct())).where(
        Message.conversation_id == conversation_id,
        Message.direction == "outbound",
        Message.state != "cancelled",
        Message.created_at > after(-3600),
    )
    return session.scalar(query) or 0


def said_in_the_last_day(session: Session, conversation_id: int, kind: str) -> int:
    """How often one of the fixed sentences was said in the last day."""
    query = select(func.count()).where(
        Message.conversation_id == conversation_id,
        Message.direction == "outbound",
        Message.state != "cancelled",
        Message.kind == kind,
        Message.created_at > after(-86_400),
    )
    return session.scalar(query) or 0


def history(
    session: Session, conversation_id: int, limit: int
) -> Sequence[Row[str, str, str, str, str | None]]:
    """The last exchanges that may be remembered, oldest first.

    Each is (direction, state, kind, text, file name).

    Attacks, and the fixed sentences that answered them, are not remembered.
    """
    said = and_(
        Message.direction == "inbound",
        Message.state == "answered",
        Message.attack_rule.is_(None),
        Message.kind != "deletion",
    )
    replied = and_(
        Message.direction == "outbound",
        Message.state != "cancelled",
        Message.kind.in_(("reply", "handover")),
    )
    query = (
        select(Message.direction, Message.state, Message.kind, Message.text, Message.file_name)
        .where(Message.conversation_id == conversation_id, or_(said, replied))
        .order_by(Message.id.desc())
        .limit(limit)
    )
    return session.execute(query).all()[::-1]


def add_replies(
    session: Session,
    conversation_id: int,
    replies: Sequence[Reply],
    *,
    correlation_id: str,
    accepted_at: datetime,
    turn: int,
) -> Sequence[int]:
    """Record a turn's replies to deliver, in order; answers their ids."""
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
            "turn": turn,
            "due_at": NOW,
        }
        for reply in replies
    ]
    return [session.scalar(insert(Message).values(row).returning(Message.id)) or 0 for row in rows]


def settle(
    session: Session,
    message_ids: Sequence[int],
    *,
    state: str,
    reason: str | None,
    turn: int | None = None,
) -> None:
    """Move inbound messages to their final state; `turn` is the fence of the turn that did it."""
    session.execute(
        update(Message)
        .where(Message.id.in_(message_ids), Message.state == "received")
        .values(state=state, reason=reason, turn=turn)
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
            **FREED,
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
            **FREED,
            attempts=0,
            holding_since=func.coalesce(Conversation.holding_since, NOW),
            burst_started_at=None,
            due_at=after(retry_seconds),
        )
    )
