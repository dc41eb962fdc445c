"""What is old enough to be deleted, and what of it is kept all the same: who may go, and who not.

Read before anything is deleted, and again under its lock.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Date,
    Interval,
    Select,
    and_,
    case,
    cast,
    exists,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from secretaria.models.clock import NOW
from secretaria.models.tables import (
    Contact,
    Conversation,
    Message,
    StatusChange,
    TypebotSession,
    UsageDay,
)

Stage = Literal["messages", "status_changes", "typebot_sessions", "contacts", "usage_days"]
"""The kinds of rows, in the order in which they go."""
Fate = Literal["goes", "owed", "listed", "stays", "young", "future"]
"""`owed`, `listed`, `stays`: old, and kept all the same. `future`: the clock was wrong once."""

_OWED = ("received", "pending", "sending")


def moment_before_now(session: Session, days: int) -> datetime:
    """The moment that many days ago, by the database's clock."""
    moment: datetime = session.execute(
        select(NOW - literal(timedelta(days=days), Interval))
    ).scalar_one()
    return moment


def look(
    session: Session, stage: Stage, *, after: int, before: datetime, limit: int
) -> Sequence[tuple[int, Fate]]:
    """The next rows of a table, by id, and what is to become of each that is older than `before`.

    Ids grow with time, but for what was imported late; so nobody has to read what is young.
    """
    rows: Any = session.execute(look_query(stage, after=after, before=before, limit=limit))
    return [(row[0], row[1]) for row in rows]


def look_query(stage: Stage, *, after: int, before: datetime, limit: int) -> Select[int, str]:
    """The rows are chosen before anything else is read, so that each of the rest is looked up."""
    table = _TABLES[stage]
    some = select(table).where(table.id > after).order_by(table.id).limit(limit)
    rows = aliased(table, some.subquery())
    query: Select[int, str] = select(rows.id, _fate(rows, before, *_FATES[stage](rows, before)))
    if stage == "contacts":
        query = query.outerjoin(Conversation, Conversation.contact_id == rows.id)
    return query.order_by(rows.id)


def _fate(rows: Any, before: datetime, *old: tuple[ColumnElement[bool], str]) -> ColumnElement[str]:
    is_future, is_young = (rows.created_at > NOW, "future"), (rows.created_at >= before, "young")
    return case(is_future, is_young, *old, else_="stays")


def _of_messages(message: Any, before: datetime) -> Iterator[tuple[ColumnElement[bool], Fate]]:
    yield _is_owed(message), "owed"
    yield _is_listed(message), "listed"
    yield may_go(message, before), "goes"


def _of_changes(change: Any, _: datetime) -> Iterator[tuple[ColumnElement[bool], Fate]]:
    """The newest of a conversation says why it stands as it does: it goes with it."""
    yield has_newer_change(change), "goes"


def _of_sessions(session: Any, _: datetime) -> Iterator[tuple[ColumnElement[bool], Fate]]:
    """The newest of a contact may be open still: it goes with them."""
    yield has_newer_session(session), "goes"


def _of_contacts(contact: Any, before: datetime) -> Iterator[tuple[ColumnElement[bool], Fate]]:
    yield is_finished(contact, before), "goes"


_TABLES: dict[Stage, Any] = {
    "messages": Message,
    "status_changes": StatusChange,
    "typebot_sessions": TypebotSession,
    "contacts": Contact,
}
_FATES: dict[Stage, Any] = {
    "messages": _of_messages,
    "status_changes": _of_changes,
    "typebot_sessions": _of_sessions,
    "contacts": _of_contacts,
}


def may_go(message: Any, before: datetime) -> ColumnElement[bool]:
    """A message is old, nobody owes it anything, and no person is to look at it."""
    return and_(message.created_at < before, ~_is_owed(message), ~_is_listed(message))


def _is_owed(message: Any) -> ColumnElement[bool]:
    is_owed: ColumnElement[bool] = message.state.in_(_OWED)
    return is_owed


def _is_listed(message: Any) -> ColumnElement[bool]:
    return and_(message.state.in_(("dead", "ambiguous")), message.resolved_at.is_(None))


def has_newer_change(change: Any) -> ColumnElement[bool]:
    """A conversation has changed hands again since."""
    newer = aliased(StatusChange)
    return exists().where(newer.conversation_id == change.conversation_id, newer.id > change.id)


def has_newer_session(session: Any) -> ColumnElement[bool]:
    """The contact has come to Typebot's door again since."""
    newer = aliased(TypebotSession)
    return exists().where(newer.contact_id == session.contact_id, newer.id > session.id)


def is_finished(contact: Any, before: datetime) -> ColumnElement[bool]:
    """Nothing of the contact is left, due, or in anybody's hands, and nothing of it is young.

    The contact's conversation, if there is one, is joined.
    """
    is_kept = and_(Message.conversation_id == Conversation.id, ~may_go(Message, before))
    is_young = and_(
        StatusChange.conversation_id == Conversation.id, StatusChange.created_at >= before
    )
    has_come = and_(TypebotSession.contact_id == contact.id, TypebotSession.created_at >= before)
    nobodys = or_(
        Conversation.status == "bot",
        and_(Conversation.status == "human", Conversation.status_until < before),
    )
    is_idle = and_(
        Conversation.created_at < before,
        nobodys,
        Conversation.lease_until.is_(None),
        Conversation.due_at.is_(None),
        Conversation.transfer_due_at.is_(None),
        Conversation.holding_since.is_(None),
        or_(Conversation.door_until.is_(None), Conversation.door_until < NOW),
        ~exists().where(is_kept),
        ~exists().where(is_young),
    )
    return and_(or_(Conversation.id.is_(None), is_idle), ~exists().where(has_come))


def is_over(before: datetime) -> ColumnElement[bool]:
    """The day had ended by then, wherever the business is."""
    return UsageDay.day < cast(literal(before) - timedelta(days=1), Date)
