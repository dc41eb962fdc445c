"""Statements of retention: what is outdated is deleted, in short steps.

Nobody waits long for a step, and no step waits for anybody: what another transaction works on is
skipped, to go another day. Locks are taken as in `merging`: contacts, conversations, messages.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    any_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from secretaria.models import outdated
from secretaria.models.outdated import Stage
from secretaria.models.tables import (
    Contact,
    Conversation,
    DeliveryLog,
    Message,
    StatusChange,
    TypebotSession,
    UsageDay,
)


def delete_rows(
    session: Session, stage: Stage, ids: Sequence[int], before: datetime
) -> Counter[str]:
    """Delete those rows that still may go, and what goes with them; answers how many of each."""
    deleted: Counter[str] = _DELETE[stage](session, ids, before)
    return deleted


def count_rows(session: Session, stage: Stage, ids: Sequence[int]) -> Counter[str]:
    """How many rows would go with those, and of what kind."""
    if stage == "messages":
        return _count_with_messages(session, ids)
    if stage == "contacts":
        return _count_with_contacts(session, ids)
    return Counter({stage: len(ids)})


def _delete_messages(session: Session, ids: Sequence[int], before: datetime) -> Counter[str]:
    """Delete those that still may go, with the records of their deliveries."""
    which = (
        select(Message.id)
        .where(_is_among(Message.id, ids), outdated.may_go(Message, before))
        .order_by(Message.id)
    )
    free = _free(session, which)
    of_them = select(DeliveryLog.id).where(_is_among(DeliveryLog.message_id, free))
    logs = _delete(session, DeliveryLog, _free(session, of_them))
    has_log = exists().where(DeliveryLog.message_id == Message.id)
    messages = _delete(session, Message, free, ~has_log)  # one is being completed just now
    return Counter(messages=messages, delivery_logs=logs)


def _delete_status_changes(session: Session, ids: Sequence[int], _: datetime) -> Counter[str]:
    free = _free(session, select(StatusChange.id).where(_is_among(StatusChange.id, ids)))
    return Counter(status_changes=_delete(session, StatusChange, free))


def _delete_typebot_sessions(session: Session, ids: Sequence[int], _: datetime) -> Counter[str]:
    free = _free(session, select(TypebotSession.id).where(_is_among(TypebotSession.id, ids)))
    return Counter(typebot_sessions=_delete(session, TypebotSession, free))


def _delete_contacts(session: Session, ids: Sequence[int], before: datetime) -> Counter[str]:
    """Delete those of whom nothing is left, with their conversations.

    Whoever stores a message holds its contact first, and finds none after this: they are added
    anew. What was stored a moment before the locks were ours is seen by the look after them.
    """
    held = _free(session, select(Contact.id).where(_is_among(Contact.id, ids)).order_by(Contact.id))
    theirs = select(Conversation.id).where(_is_among(Conversation.contact_id, held))
    locked = _free(session, theirs.order_by(Conversation.id))
    going = _finished_and_empty(session, held, locked, before)
    contacts = [contact for contact, _ in going]
    conversations = [conversation for _, conversation in going if conversation is not None]
    return Counter(
        status_changes=_delete_of(session, StatusChange.conversation_id, conversations),
        typebot_sessions=_delete_of(session, TypebotSession.contact_id, contacts),
        conversations=_delete(session, Conversation, conversations),
        contacts=_delete(session, Contact, contacts),
    )


def _finished_and_empty(
    session: Session, contacts: Sequence[int], conversations: Sequence[int], before: datetime
) -> Sequence[tuple[int, int | None]]:
    has_messages = exists().where(Message.conversation_id == Conversation.id)
    query = (
        select(Contact.id, Conversation.id)
        .outerjoin(Conversation, Conversation.contact_id == Contact.id)
        .where(
            _is_among(Contact.id, contacts),
            or_(Conversation.id.is_(None), _is_among(Conversation.id, conversations)),
            Contact.created_at < before,
            outdated.is_finished(Contact, before),
            ~has_messages,
        )
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def delete_usage_days(session: Session, before: datetime) -> Counter[str]:
    """Delete the counts of the days that had ended by then, wherever the business is."""
    done = session.execute(delete(UsageDay).where(outdated.is_over(before)))
    return Counter(usage_days=_affected(done))


def count_usage_days(session: Session, before: datetime) -> Counter[str]:
    """How many those are."""
    return Counter(
        usage_days=session.scalar(select(func.count()).where(outdated.is_over(before))) or 0
    )


def _count_with_messages(session: Session, ids: Sequence[int]) -> Counter[str]:
    """What goes with messages."""
    logs = select(func.count()).where(_is_among(DeliveryLog.message_id, ids))
    return Counter(messages=len(ids), delivery_logs=session.scalar(logs) or 0)


def _count_with_contacts(session: Session, ids: Sequence[int]) -> Counter[str]:
    """What goes with contacts: the newest change and session of each, which do not go alone."""
    conversations = select(Conversation.id).where(_is_among(Conversation.contact_id, ids))
    changes = (
        StatusChange.conversation_id.in_(conversations),
        ~outdated.has_newer_change(StatusChange),
    )
    sessions = (
        _is_among(TypebotSession.contact_id, ids),
        ~outdated.has_newer_session(TypebotSession),
    )
    theirs = _is_among(Conversation.contact_id, ids)
    return Counter(
        status_changes=session.scalar(select(func.count()).where(*changes)) or 0,
        typebot_sessions=session.scalar(select(func.count()).where(*sessions)) or 0,
        conversations=session.scalar(select(func.count()).where(theirs)) or 0,
        contacts=len(ids),
    )


def _is_among(column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """`IN` would be written and planned anew for each number of ids."""
    among: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(BigInteger)))
    return among


def _free(session: Session, query: Select[int]) -> Sequence[int]:
    """Lock the rows that nobody else has locked."""
    return session.scalars(query.with_for_update(skip_locked=True)).all()


def _delete(session: Session, table: Any, ids: Sequence[int], *which: ColumnElement[bool]) -> int:
    return _affected(session.execute(_plain(delete(table).where(_is_among(table.id, ids), *which))))


def _delete_of(session: Session, owner: Any, ids: Sequence[int]) -> int:
    return _affected(session.execute(_plain(delete(owner.class_).where(_is_among(owner, ids)))))


def _plain(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)


def _affected(done: Any) -> int:
    return int(done.rowcount)


_DELETE: dict[Stage, Any] = {
    "messages": _delete_messages,
    "status_changes": _delete_status_changes,
    "typebot_sessions": _delete_typebot_sessions,
    "contacts": _delete_contacts,
}
