"""Statements that make one conversation of two, when their contacts turn out to be one person.

Locks are taken in this order: contacts, conversations, messages, each by id. Whoever delivers or
sweeps locks a message before its conversation; so messages are never waited for here.
"""

from collections.abc import Sequence
from datetime import datetime
from math import inf
from typing import Any

from sqlalchemy import and_, case, delete, func, select, update
from sqlalchemy.orm import Session, aliased

from secretaria.models import takeovers
from secretaria.models.clock import NOW
from secretaria.models.leases import FREED
from secretaria.models.tables import Conversation, Message, StatusChange
from secretaria.models.takeovers import Change

_STRICTNESS = {"human": 1, "muted": 2}


def lock_conversations(session: Session, contact_ids: Sequence[int]) -> Sequence[Conversation]:
    """The contacts' conversations, locked, the oldest first."""
    query = select(Conversation).where(Conversation.contact_id.in_(contact_ids))
    locked = query.order_by(Conversation.id).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).all()


def can_move(session: Session, other: Conversation, kept: Conversation) -> bool:
    """Lock the messages of one conversation; False when they can't be another's just now.

    Somebody may be at work on one of them, or each conversation may have a reply on its way.
    """
    its_own = Message.conversation_id == other.id
    free = session.scalars(select(Message.id).where(its_own).with_for_update(skip_locked=True))
    both = Message.conversation_id.in_((other.id, kept.id))
    leaving = select(func.count()).where(both, Message.state == "sending")
    return len(free.all()) == _count(session, other) and (session.scalar(leaving) or 0) <= 1


def _count(session: Session, conversation: Conversation) -> int:
    messages = select(func.count()).where(Message.conversation_id == conversation.id)
    return session.scalar(messages) or 0


def merge(session: Session, other: Conversation, kept: Conversation) -> None:
    """Move all of a conversation into an older one, and delete it.

    Whoever works on either of them has lost their lease: the turn runs again, over both.
    """
    now = session.execute(select(NOW)).scalar_one()
    stricter = max(kept, other, key=lambda one: _strictness(one, now))
    _give_up_keys(session, other, kept)
    for table in (Message, StatusChange):
        moved = update(table).where(table.conversation_id == other.id)
        session.execute(moved.values(conversation_id=kept.id))
    if stricter.status != kept.status:
        change = Change("merged", f"conversation {stricter.id}")
        takeovers.write_down(session, kept.id, stricter.status, change)
    if _is_with_people(stricter, now):
        _leave_to_people(session, kept, stricter)
    becoming = update(Conversation).where(Conversation.id == kept.id)
    session.execute(becoming.values(_merged(kept, other, stricter, now)))
    session.execute(delete(Conversation).where(Conversation.id == other.id))
    session.refresh(kept)


def _strictness(conversation: Conversation, now: datetime) -> tuple[int, float]:
    """The longer of two takeovers is the stricter; one that is over binds nobody."""
    until = conversation.status_until
    rank = _STRICTNESS[conversation.status] if _is_with_people(conversation, now) else 0
    return rank, inf if until is None else until.timestamp()


def _is_with_people(conversation: Conversation, now: datetime) -> bool:
    until = conversation.status_until
    return conversation.status != "bot" and (until is None or until > now)


def _give_up_keys(session: Session, other: Conversation, kept: Conversation) -> None:
    """What came in both conversations is one message: the copy that moves is not answered again."""
    twin = aliased(Message)
    moving = Message.conversation_id == other.id
    is_twin = and_(
        twin.conversation_id == kept.id, twin.deduplication_key == Message.deduplication_key
    )
    is_owed = Message.state == "received"
    session.execute(
        update(Message)
        .where(moving, select(twin.id).where(is_twin).exists())
        .values(
            deduplication_key=None,
            state=case((is_owed, "ignored"), else_=Message.state),
            reason=case((is_owed, "duplicate"), else_=Message.reason),
        )
        .execution_options(synchronize_session=False)
    )
    is_echo = and_(
        twin.conversation_id == kept.id,
        twin.direction == "outbound",
        twin.provider_id == Message.provider_id,
    )
    session.execute(
        update(Message)
        .where(moving, Message.direction == "outbound", select(twin.id).where(is_echo).exists())
        .values(provider_id=None)
        .execution_options(synchronize_session=False)
    )


def _merged(
    kept: Conversation, other: Conversation, stricter: Conversation, now: datetime
) -> dict[str, Any]:
    answered = other if other.answer_url and other.answer_token else kept
    owes = not _is_with_people(stricter, now)
    return {
        **FREED,
        "status": stricter.status,
        "status_reason": stricter.status_reason,
        "status_until": stricter.status_until,
        "person_at": stricter.person_at,
        "reviewed_at": stricter.reviewed_at,
        "transfer_due_at": _earliest(kept.transfer_due_at, other.transfer_due_at),
        "transfer_attempts": max(kept.transfer_attempts, other.transfer_attempts),
        "door_until": max(filter(None, (kept.door_until, other.door_until)), default=None),
        "answer_url": answered.answer_url,
        "answer_token": answered.answer_token,
        "due_at": _earliest(kept.due_at, other.due_at) if owes else None,
        "burst_started_at": (
            _earliest(kept.burst_started_at, other.burst_started_at) if owes else None
        ),
        "holding_since": _earliest(kept.holding_since, other.holding_since),
        "fence": max(kept.fence, other.fence) + 1,
        "attempts": max(kept.attempts, other.attempts),
        "attempted_up_to": max(
            filter(None, (kept.attempted_up_to, other.attempted_up_to)), default=None
        ),
        "memory_version": max(kept.memory_version, other.memory_version) + 1,
    }


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _leave_to_people(session: Session, kept: Conversation, stricter: Conversation) -> None:
    """What either of the conversations was owed is for the people to answer now."""
    session.execute(
        update(Message)
        .where(Message.conversation_id == kept.id, Message.state == "received")
        .values(state="ignored", reason=stricter.status)
    )
    is_silent = stricter.person_at is not None or stricter.status == "muted"
    which = () if is_silent else (Message.kind == "reply",)  # the bot's own farewell may leave
    of_both = Message.conversation_id == kept.id
    takeovers.cancel_pending(session, of_both, *which, reason="human")
