"""Statements of the lease on a conversation: one worker at a time, told apart by its fence."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Interval, ScalarSelect, case, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import Executable

from secretaria.core.turn import MOST_ATTEMPTS
from secretaria.models.clock import NOW, after, seconds_until
from secretaria.models.prepared import Executor, Prepared, given
from secretaria.models.tables import Conversation, Message


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a conversation, for as long as its fence stands.

    `attempts` counts this one too. An attempt alone was counted when the lease was claimed; one in
    company counts only if the turn itself fails.
    """

    conversation_id: int
    is_alone: bool
    fence: int
    attempts: int
    attempted_up_to: int | None
    memory_version: int
    holding_seconds: float | None
    burst_seconds: float


FREED: dict[str, Any] = {"lease_owner": None, "lease_until": None, "rung_at": None}
"""The columns of a conversation that nobody works on, and that may be woken again."""


def is_free() -> ColumnElement[bool]:
    """Nobody works on the conversation."""
    return Conversation.lease_until.is_(None)


def is_abandoned() -> ColumnElement[bool]:
    """Whoever worked on the conversation is gone, without having given its lease back."""
    return Conversation.lease_until < NOW


def claim(
    executor: Executor, conversation_id: int, *, owner: str, lease_seconds: float, is_alone: bool
) -> Lease | None:
    """Lease a conversation whose turn is due; None when there is nothing to lease.

    Alone means: an abandoned one, by a process that does nothing else. Only then is the attempt
    counted before the work, because only then does its death tell whose fault it was.
    """
    statement = _CLAIM_ALONE if is_alone else _CLAIM
    row = statement.row(
        executor, id=conversation_id, owner=owner, lease=timedelta(seconds=lease_seconds)
    )
    return None if row is None else Lease(conversation_id, is_alone, *row)


def _claiming(*, is_alone: bool) -> Executable:
    return (
        update(Conversation)
        .where(
            Conversation.id == given("id"),
            Conversation.status == "bot",
            Conversation.due_at <= NOW,
            is_abandoned() if is_alone else is_free(),
        )
        .values(
            lease_owner=given("owner"),
            lease_until=NOW + given("lease", Interval),
            fence=Conversation.fence + 1,
            attempts=Conversation.attempts + int(is_alone),
            attempted_up_to=case(
                (Conversation.attempts >= MOST_ATTEMPTS, Conversation.attempted_up_to),
                else_=_newest_unanswered(),
            ),
        )
        .returning(
            Conversation.fence,
            Conversation.attempts + int(not is_alone),
            Conversation.attempted_up_to,
            Conversation.memory_version,
            -seconds_until(Conversation.holding_since),
            func.coalesce(-seconds_until(Conversation.burst_started_at), 0.0),
        )
    )


_CLAIM = Prepared(lambda: _claiming(is_alone=False))
_CLAIM_ALONE = Prepared(lambda: _claiming(is_alone=True))


def oldest_abandoned(session: Session) -> int | None:
    """The conversation that was abandoned first and whose turn is due, if there is one."""
    query = select(Conversation.id).where(
        Conversation.status == "bot", Conversation.due_at <= NOW, is_abandoned()
    )
    return session.scalar(query.order_by(Conversation.lease_until).limit(1))


def _newest_unanswered() -> ScalarSelect[int]:
    owed = (Message.conversation_id == Conversation.id, Message.state == "received")
    return select(func.max(Message.id)).where(*owed).scalar_subquery()


def seconds_until_due(executor: Executor, conversation_id: int) -> float | None:
    """When the next turn of a free conversation is due, in seconds; None when none is."""
    seconds: float | None = _UNTIL_DUE.scalar(executor, id=conversation_id)
    return seconds


_UNTIL_DUE = Prepared(
    lambda: select(seconds_until(Conversation.due_at)).where(
        Conversation.id == given("id"),
        Conversation.status == "bot",
        Conversation.due_at.is_not(None),
        is_free(),
    )
)


def renew(executor: Executor, lease: Lease, *, owner: str, lease_seconds: float) -> bool:
    """Prolong a lease; False when it is lost."""
    kept = _RENEW.row(
        executor,
        id=lease.conversation_id,
        fence=lease.fence,
        owner=owner,
        lease=timedelta(seconds=lease_seconds),
    )
    return kept is not None


_RENEW = Prepared(
    lambda: (
        update(Conversation)
        .where(
            Conversation.id == given("id"),
            Conversation.fence == given("fence"),
            Conversation.lease_owner == given("owner"),
        )
        .values(lease_until=NOW + given("lease", Interval))
        .returning(Conversation.id)
    )
)


def release(session: Session, lease: Lease, *, counted: bool, delay_seconds: float | None) -> bool:
    """Give a lease back, its attempt counted or not; False when it is no longer ours.

    With a delay the turn is due again then; without one, when it was due already.
    """
    due = Conversation.due_at if delay_seconds is None else after(delay_seconds)
    released = session.scalar(
        update(Conversation)
        .where(*_is_held(lease))
        .values(
            **FREED,
            due_at=due,
            attempts=func.greatest(Conversation.attempts + int(counted) - int(lease.is_alone), 0),
        )
        .returning(Conversation.id)
    )
    return released is not None


def leave_alone(session: Session, lease: Lease) -> bool:
    """Give back an attempt alone that says nothing, to be made alone again; False when not ours."""
    left = session.scalar(
        update(Conversation)
        .where(*_is_held(lease))
        .values(lease_until=NOW, attempts=func.greatest(Conversation.attempts - 1, 0))
        .returning(Conversation.id)
    )
    return left is not None


def abandon(session: Session, conversation_id: int, *, owner: str) -> None:
    """End an owner's lease without giving it back: the turn is tried alone next."""
    session.execute(
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            Conversation.lease_owner == owner,
            Conversation.lease_until > NOW,
        )
        .values(lease_until=NOW)
    )


def uncount(session: Session, lease: Lease) -> None:
    """Take back an attempt alone that lost its lease: another one counts for itself."""
    if not lease.is_alone:
        return
    session.execute(
        update(Conversation)
        .where(
            Conversation.id == lease.conversation_id,
            Conversation.fence > lease.fence,
            Conversation.attempts > 0,
        )
        .values(attempts=Conversation.attempts - 1)
    )


def _is_held(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (
        Conversation.id == lease.conversation_id,
        Conversation.fence == lease.fence,
        Conversation.lease_until.is_not(None),
    )


def lock(session: Session, lease: Lease) -> str | None:
    """Lock the conversation for recording; answers its status.

    None when the lease's fence has been passed.
    """
    status: str | None = _LOCK.scalar(session, id=lease.conversation_id, fence=lease.fence)
    return status


_LOCK = Prepared(
    lambda: (
        select(Conversation.status)
        .where(Conversation.id == given("id"), Conversation.fence == given("fence"))
        .with_for_update()
    )
)
