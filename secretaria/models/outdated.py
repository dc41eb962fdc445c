"""What is old enough to be deleted, and what of it is kept all the same: who may go, and who not.

Read before anything is deleted, and again under its lock.
"""

from collections.abc import Sequence
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
    query = _LOOKS[stage](before)
    of = _TABLES[stage].id
    rows = session.execute(query.where(of > after).order_by(of).limit(limit))
    return [(row[0], row[1]) for row in rows]


def _fate(
    created_at: Any, before: datetime, *old: tuple[ColumnElement[bool], str], otherwise: str
) -> ColumnElement[str]:
    is_future, is_young = (created_at > NOW, "future"), (created_at >= before, "young")
    return case(is_future, is_young, *old, else_=otherwise)


def _messages(before: datetime) -> Select[int, str]:
    owed, listed = (_is_owed(), "owed"), (_is_listed(), "listed")
    return select(Message.id, _fate(Message.created_at, before, owed, listed, otherwise="goes"))


def _is_owed() -> ColumnElement[bool]:
    return Message.state.in_(_OWED)


def _is_listed() -> ColumnElement[bool]:
    return and_(Message.state.in_(("dead", "ambiguous")), Message.resolved_at.is_(None))


def may_go(before: datetime) -> ColumnElement[bool]:
    """A message is old, nobody owes it anything, and no person is to look at it."""
    return and_(Message.created_at < before, ~_is_owed(), ~_is_listed())


def _status_changes(before: datetime) -> Select[int, str]:
    """The newest of a conversation says why it stands as it does: it goes with it."""
    goes = (has_newer_change(), "goes")
    return select(StatusChange.id, _fate(StatusChange.created_at, before, goes, otherwise="stays"))


def has_newer_change() -> ColumnElement[bool]:
    """A conversation has changed hands again since."""
    newer = aliased(StatusChange)
    return exists().where(
        newer.conversation_id == StatusChange.conversation_id, newer.id > StatusChange.id
    )


def _typebot_sessions(before: datetime) -> Select[int, str]:
    """The newest of a contact may be open still: it goes with them."""
    goes = (has_newer_session(), "goes")
    fate = _fate(TypebotSession.created_at, before, goes, otherwise="stays")
    return select(TypebotSession.id, fate)


def has_newer_session() -> ColumnElement[bool]:
    """The contact has come to Typebot's door again since."""
    newer = aliased(TypebotSession)
    return exists().where(
        newer.contact_id == TypebotSession.contact_id, newer.id > TypebotSession.id
    )


def _contacts(before: datetime) -> Select[int, str]:
    goes = (is_finished(before), "goes")
    query = select(Contact.id, _fate(Contact.created_at, before, goes, otherwise="stays"))
    return query.outerjoin(Conversation, Conversation.contact_id == Contact.id)


def is_finished(before: datetime) -> ColumnElement[bool]:
    """Nothing of the contact is left, due, or in anybody's hands, and nothing of it is young."""
    is_kept = and_(Message.conversation_id == Conversation.id, ~may_go(before))
    is_young = and_(
        StatusChange.conversation_id == Conversation.id, StatusChange.created_at >= before
    )
    has_come = and_(TypebotSession.contact_id == Contact.id, TypebotSession.created_at >= before)
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


_TABLES: dict[Stage, Any] = {
    "messages": Message,
    "status_changes": StatusChange,
    "typebot_sessions": TypebotSession,
    "contacts": Contact,
}
_LOOKS: dict[Stage, Any] = {
    "messages": _messages,
    "status_changes": _status_changes,
    "typebot_sessions": _typebot_sessions,
    "contacts": _contacts,
}


def is_over(before: datetime) -> ColumnElement[bool]:
    """The day had ended by then, wherever the business is."""
    return UsageDay.day < cast(literal(before) - timedelta(days=1), Date)
