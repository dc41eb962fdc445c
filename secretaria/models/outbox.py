"""Statements of a delivery: the intent, its outcome, and the record of each attempt."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, not_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from secretaria.core import phone
from secretaria.core.payload import Backend
from secretaria.models import addresses
from secretaria.models.clock import NOW, after, seconds_until
from secretaria.models.tables import Conversation, DeliveryLog, Message
from secretaria.models.takeovers import is_silenced


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
    ticket_id: int | None
    lid: str | None
    backend: Backend | None
    is_other_form: bool
    """Whether the number is one that is tried because its other form was refused."""
    waited_seconds: float

    @property
    def was_held_up(self) -> bool:
        """Whether an earlier attempt found the channel down."""
        return self.attempt > self.counted_attempts + self.is_other_form

    @property
    def other_number(self) -> str | None:
        """The form of the number that this reply has not been tried in."""
        if self.is_other_form or self.number is None:
            return None
        return phone.other_form(self.number)


def is_next() -> tuple[ColumnElement[bool], ...]:
    """A reply waits, nothing in its conversation holds it back, and no caller waits for it."""
    awaited = exists().where(
        Conversation.id == Message.conversation_id, Conversation.door_until > NOW
    )
    return (*_is_first(), not_(awaited))


def _is_first(*, besides: str = "") -> tuple[ColumnElement[bool], ...]:
    """A reply waits, none before it in its conversation does, and none there is on its way.

    `besides`: the owner of those that may be, since they go the same way together.
    """
    other = aliased(Message)
    on_its_way = and_(other.state == "sending", other.lease_owner.is_distinct_from(besides))
    held_back = exists().where(
        other.conversation_id == Message.conversation_id,
        or_(on_its_way, and_(other.state == "pending", other.id < Message.id)),
    )
    return (Message.state == "pending", not_(held_back))


def find_due(session: Session, reply_id: int, *, oldest_hours: float) -> int | None:
    """The conversation of a reply whose turn to be sent and time have come, and not gone."""
    reply = select(Message.conversation_id).where(*_may_leave(reply_id, oldest_hours))
    return session.scalar(reply)


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


def claim(
    session: Session,
    reply_id: int,
    *,
    owner: str,
    lease_seconds: float,
    oldest_hours: float,
    at_door: bool = False,
) -> Intent | None:
    """Write the intent to send a reply, with its open log row; None when it is not its turn.

    No other claim has ever had this `owner`, but for those of one answer at Typebot's door
    (`at_door`), in which replies go together, and none waits for a time of its own.
    """
    claimed = _take(session, reply_id, owner, lease_seconds, oldest_hours, at_door=at_door)
    if claimed is None:
        return None
    attempt = claimed.attempts + claimed.uncounted_attempts
    log = insert(DeliveryLog).values(
        message_id=reply_id, attempt=attempt, correlation_id=claimed.correlation_id
    )
    log_id = session.scalar(log.returning(DeliveryLog.id)) or 0
    address = addresses.of_reply(session, reply_id)
    return Intent(
        reply_id,
        claimed.conversation_id,
        log_id,
        attempt,
        claimed.attempts,
        claimed.text,
        claimed.correlation_id,
        address.number,
        address.ticket_id,
        address.lid,
        address.backend,
        claimed.number is not None,
        address.waited_seconds,
    )


def claim_together(
    session: Session,
    reply_ids: Sequence[int],
    *,
    owner: str,
    lease_seconds: float,
    oldest_hours: float,
) -> list[Intent]:
    """Write the intents to send replies in one answer, in order, as far as it is their turn."""
    intents = []
    for reply_id in reply_ids:
        intent = claim(
            session,
            reply_id,
            owner=owner,
            lease_seconds=lease_seconds,
            oldest_hours=oldest_hours,
            at_door=True,
        )
        if intent is None:
            break
        intents.append(intent)
    return intents


def _may_leave(reply_id: int, oldest_hours: float) -> tuple[ColumnElement[bool], ...]:
    return (*_is_sayable(reply_id, oldest_hours), Message.due_at <= NOW, *is_next())


def _is_sayable(reply_id: int, oldest_hours: float) -> tuple[ColumnElement[bool], ...]:
    """It is neither too old, nor has a person taken over since it was written."""
    is_heard = exists().where(Conversation.id == Message.conversation_id, ~is_silenced())
    return (Message.id == reply_id, Message.created_at >= after(-oldest_hours * 3600), is_heard)


def _take(
    session: Session,
    reply_id: int,
    owner: str,
    lease_seconds: float,
    oldest_hours: float,
    *,
    at_door: bool,
) -> Message | None:
    """Move a reply to `sending`, unless another of its conversation was faster just now."""
    given = (*_is_sayable(reply_id, oldest_hours), *_is_first(besides=owner))
    take = (
        update(Message)
        .where(*(given if at_door else _may_leave(reply_id, oldest_hours)))
        .values(
            state="sending",
            at_door=at_door,
            lease_owner=owner,
            lease_until=after(lease_seconds),
            attempts=Message.attempts + 1,
        )
        .returning(Message)
    )
    try:
        with session.begin_nested():
            return session.scalar(take)
    except IntegrityError:  # uq_messages_sending: one reply of a conversation at a time
        return None


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


def lock(session: Session, reply_id: int) -> int | None:
    """Lock a reply, behind whatever transaction is still busy with it; answers its conversation.

    That one stays its conversation as long as the lock.
    """
    query = select(Message.conversation_id).where(Message.id == reply_id)
    return session.scalar(query.with_for_update())


def withdraw(session: Session, reply_id: int, *, owner: str) -> int | None:
    """Take back an intent that its owner never acted upon; answers the attempt that was not made.

    None when there is none, or when a later reply has overtaken it: it would come after that one.
    """
    later = aliased(Message)
    overtaken = (
        select(later.id)
        .where(
            later.conversation_id == Message.conversation_id,
            later.id > Message.id,
            later.state.in_(("sending", "sent", "ambiguous")),
        )
        .exists()
    )
    return session.scalar(
        update(Message)
        .where(
            Message.id == reply_id,
            Message.lease_owner == owner,
            Message.state.in_(("sending", "ambiguous")),
            Message.resolved_at.is_(None),
            not_(overtaken),
        )
        .values(
            state="pending",
            reason=None,
            lease_owner=None,
            lease_until=None,
            rung_at=None,
            due_at=NOW,
            attempts=Message.attempts - 1,
        )
        .returning(Message.attempts + Message.uncounted_attempts + 1)
    )


def forget_log(session: Session, reply_id: int, attempt: int) -> None:
    """Take away the record of an attempt that was not made."""
    session.execute(
        delete(DeliveryLog).where(
            DeliveryLog.message_id == reply_id, DeliveryLog.attempt == attempt
        )
    )


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
    query = select(Message.id, seconds_until(Message.due_at)).where(
        Message.conversation_id == conversation_id, Message.state == "pending"
    )
    row = session.execute(query.order_by(Message.id).limit(1)).first()
    return None if row is None else (row[0], max(row[1], 0.0))


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
