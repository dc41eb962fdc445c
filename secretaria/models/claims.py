"""Statements of the intent to send a reply: who may take it, and its taking back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, exists, insert, not_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from secretaria.core import phone
from secretaria.core.address import Address
from secretaria.models import addresses
from secretaria.models.clock import NOW, after
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
    address: Address
    is_other_form: bool
    """Whether the address's number is tried because its other form was refused."""
    waited_seconds: float

    @property
    def was_held_up(self) -> bool:
        """Whether an earlier attempt found the channel down."""
        return self.attempt > self.counted_attempts + self.is_other_form

    @property
    def other_number(self) -> str | None:
        """The form of the number that this reply has not been tried in."""
        number = self.address.number
        return None if self.is_other_form or number is None else phone.other_form(number)


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
    address, waited_seconds = addresses.of_reply(session, reply_id)
    return Intent(
        reply_id,
        claimed.conversation_id,
        log_id,
        attempt,
        claimed.attempts,
        claimed.text,
        claimed.correlation_id,
        address,
        claimed.tried_number is not None,
        waited_seconds,
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
