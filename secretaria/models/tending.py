"""Statements on the tickets of conversations that people have: to be passed on, or looked after."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, or_, select, update
from sqlalchemy.orm import Session

from secretaria.models.clock import NOW, after
from secretaria.models.tables import Conversation, Message

REVIEW_SECONDS = 300
MOST_TRANSFERS = 6
FIRST_RETRY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Transfer:
    """A ticket that is to go to people, why, and what the customer said last."""

    conversation_id: int
    attempt: int
    source: str
    words: str


def to_tend(session: Session, *, limit: int) -> Sequence[int]:
    """The conversations whose ticket is to be passed on, or looked at, now; each named in turn.

    Nothing is passed on while the customer is still being told of it.
    """
    leaving = (
        select(Message.id)
        .where(
            Message.conversation_id == Conversation.id,
            Message.direction == "outbound",
            Message.state.in_(("pending", "sending")),
        )
        .exists()
    )
    is_theirs = or_(Conversation.status_until.is_(None), Conversation.status_until > NOW)
    is_unseen = or_(
        Conversation.reviewed_at.is_(None), Conversation.reviewed_at < after(-REVIEW_SECONDS)
    )
    query = (
        select(Conversation.id)
        .where(
            Conversation.status == "human",
            or_(
                and_(Conversation.transfer_due_at <= NOW, ~leaving),
                and_(is_theirs, is_unseen),
            ),
        )
        .order_by(Conversation.transfer_due_at.nulls_last(), Conversation.reviewed_at.nulls_first())
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = session.scalars(query).all()
    session.execute(update(Conversation).where(Conversation.id.in_(ids)).values(reviewed_at=NOW))
    return ids


def claim_transfer(session: Session, conversation_id: int) -> Transfer | None:
    """Take a transfer upon us, to be tried again after a doubling while unless it is done."""
    attempt = Conversation.transfer_attempts
    retries = [
        (attempt == count, after(FIRST_RETRY_SECONDS * 2**count))
        for count in range(MOST_TRANSFERS - 1)
    ]
    row = session.execute(
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            Conversation.status == "human",
            Conversation.transfer_due_at <= NOW,
        )
        .values(transfer_attempts=attempt + 1, transfer_due_at=case(*retries, else_=None))
        .returning(Conversation.transfer_attempts, Conversation.status_reason)
    ).one_or_none()
    if row is None:
        return None
    words = (
        select(Message.text)
        .where(
            Message.conversation_id == conversation_id,
            Message.direction == "inbound",
            Message.text != "",
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
    return Transfer(conversation_id, row[0], row[1] or "asked", session.scalar(words) or "")


def end_transfer(session: Session, conversation_id: int) -> None:
    """The ticket is where it should be, or never will."""
    session.execute(
        update(Conversation).where(Conversation.id == conversation_id).values(transfer_due_at=None)
    )
