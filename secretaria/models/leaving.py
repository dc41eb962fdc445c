"""Whether a reply may leave now: its turn and time have come, and nobody has silenced it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Interval, and_, exists, not_, or_, select
from sqlalchemy.orm import Session, aliased

from secretaria.models.clock import NOW
from secretaria.models.prepared import Prepared, given
from secretaria.models.tables import Conversation, Message
from secretaria.models.takeovers import is_silenced


def is_next() -> tuple[ColumnElement[bool], ...]:
    """A reply waits, nothing in its conversation holds it back, and no caller waits for it."""
    awaited = exists().where(
        Conversation.id == Message.conversation_id, Conversation.door_until > NOW
    )
    return (*is_first(), not_(awaited))


def is_first(*, besides: ColumnElement[Any] | str = "") -> tuple[ColumnElement[bool], ...]:
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


def may_leave() -> tuple[ColumnElement[bool], ...]:
    """The `given` reply may be sent: `id`, and the `oldest` that one may be."""
    return (*is_sayable(), Message.due_at <= NOW, *is_next())


def is_sayable() -> tuple[ColumnElement[bool], ...]:
    """It is neither too old, nor has a person taken over since it was written."""
    is_heard = exists().where(Conversation.id == Message.conversation_id, ~is_silenced())
    is_young = Message.created_at >= NOW - given("oldest", Interval)
    return (Message.id == given("id"), is_young, is_heard)


def find_due(session: Session, reply_id: int, *, oldest_hours: float) -> int | None:
    """The conversation of a reply whose turn to be sent and time have come, and not gone."""
    oldest = timedelta(hours=oldest_hours)
    conversation_id: int | None = _FIND_DUE.scalar(session, id=reply_id, oldest=oldest)
    return conversation_id


_FIND_DUE = Prepared(lambda: select(Message.conversation_id).where(*may_leave()))
