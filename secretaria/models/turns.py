"""Statements of a turn: what it remembers, and what it leaves behind."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Integer,
    and_,
    any_,
    case,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import Executable

from secretaria.models.clock import NOW, after, seconds_until
from secretaria.models.leases import FREED, Lease
from secretaria.models.prepared import Executor, Prepared, given
from secretaria.models.tables import Conversation, Message


@dataclass(frozen=True, slots=True)
class Reply:
    """An outbound message as it is stored."""

    kind: str
    text: str
    model: str | None = None
    prompt_tokens: int | None = None
    output_tokens: int | None = None


def history(executor: Executor, conversation_id: int, limit: int) -> Sequence[tuple[Any, ...]]:
    """The last exchanges that may be remembered, oldest first.

    Each is (direction, state, kind, text, file name).

    Attacks, and the fixed sentences that answered them, are not remembered.
    """
    return _HISTORY.rows(executor, conversation=conversation_id, limit=limit)[::-1]


def _history() -> Executable:
    said = and_(
        Message.direction == "inbound",
        Message.state == "answered",
        Message.attack_rule.is_(None),
        Message.kind != "deletion",
    )
    replied = and_(
        Message.direction == "outbound",
        Message.state != "cancelled",
        or_(Message.kind == "reply", Message.kind == "handover"),
    )
    return (
        select(Message.direction, Message.state, Message.kind, Message.text, Message.file_name)
        .where(Message.conversation_id == given("conversation"), or_(said, replied))
        .order_by(Message.id.desc())
        .limit(given("limit", Integer))
    )


_HISTORY = Prepared(_history)


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
    about = {
        "conversation": conversation_id,
        "correlation": correlation_id,
        "accepted": accepted_at,
        "turn": turn,
    }
    return [_ADD_REPLY.scalar(session, **about, **asdict(reply)) for reply in replies]


_ADD_REPLY = Prepared(
    lambda: (
        insert(Message)
        .values(
            conversation_id=given("conversation"),
            direction="outbound",
            state="pending",
            kind=given("kind"),
            text=given("text"),
            model=given("model"),
            prompt_tokens=given("prompt_tokens"),
            output_tokens=given("output_tokens"),
            correlation_id=given("correlation"),
            accepted_at=given("accepted"),
            turn=given("turn"),
            due_at=NOW,
        )
        .returning(Message.id)
    )
)


def settle(
    session: Session,
    message_ids: Sequence[int],
    *,
    state: str,
    reason: str | None,
    turn: int | None = None,
) -> None:
    """Move inbound messages to their final state; `turn` is the fence of the turn that did it."""
    if message_ids:
        _SETTLE.rows(session, ids=list(message_ids), state=state, reason=reason, turn=turn)


_SETTLE = Prepared(
    lambda: (
        update(Message)
        .where(Message.id == any_(given("ids", ARRAY(BigInteger))), Message.state == "received")
        .values(state=given("state"), reason=given("reason"), turn=given("turn"))
    )
)


def mark_attacks(session: Session, rules: dict[int, str]) -> None:
    """Note which inbound messages were attacks, so that no later turn remembers them."""
    if not rules:
        return
    rule = case(rules, value=Message.id)
    session.execute(update(Message).where(Message.id.in_(rules)).values(attack_rule=rule))


def finish(session: Session, lease: Lease) -> float | None:
    """End the turn: the lease is free, the attempts are forgotten, memory moves on by one.

    What the customer said meanwhile stays due, as a burst of its own; answers in how many seconds,
    None when there is nothing.
    """
    seconds: float | None = _FINISH.scalar(session, conversation=lease.conversation_id)
    return seconds


def _finishing() -> Executable:
    left = (
        select(func.min(Message.created_at))
        .where(Message.conversation_id == given("conversation"), Message.state == "received")
        .scalar_subquery()
    )
    return (
        update(Conversation)
        .where(Conversation.id == given("conversation"))
        .values(
            **FREED,
            attempts=0,
            holding_since=None,
            memory_version=Conversation.memory_version + 1,
            burst_started_at=left,
            due_at=case((left.is_not(None), Conversation.due_at), else_=None),
        )
        .returning(seconds_until(Conversation.due_at))
    )


_FINISH = Prepared(_finishing)


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
