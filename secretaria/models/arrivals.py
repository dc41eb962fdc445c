"""Statements that take in what several customers said in one moment, in few round trips.

They serve what is plain: whoever is known just as they show themselves, or is quite new, and has a
conversation with which nobody else is busy. All the rest is for `contacts` and `inbox`, one by one.
"""

from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    DateTime,
    Select,
    TableValuedAlias,
    Text,
    and_,
    any_,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from secretaria.models.clock import NOW, seconds_until
from secretaria.models.contacts import Identity
from secretaria.models.inbox import Arrival, burst_values
from secretaria.models.prepared import Prepared, given
from secretaria.models.tables import Contact, Conversation, Message, metadata

_CONTACTS, _CONVERSATIONS, _MESSAGES = (
    metadata.tables[table.__tablename__] for table in (Contact, Conversation, Message)
)
_TYPES: dict[str, Any] = {
    "conversation_id": BigInteger,
    "ticket_id": BigInteger,
    "written_at": DateTime(timezone=True),
}
_SHOWN = ("number", "canonical", "lid", "ticket_id", "name")
_SAID = (
    "kind",
    "text",
    "correlation_id",
    "deduplication_key",
    "provider_id",
    "choice_id",
    "written_at",
    "file_name",
    "needs_person",
)
_WRITTEN = ("conversation_id", *_SAID)
_shown_by, _said_in = attrgetter(*_SHOWN), attrgetter(*_SAID)
"""What an identity and an arrival call by the names of the columns."""


class Known(NamedTuple):
    """A contact as we know them, with their conversation and its status."""

    number: str | None
    canonical: str | None
    lid: str | None
    ticket_id: int | None
    name: str | None
    conversation_id: int
    status: str


def lock_known(session: Session, identities: Sequence[Identity]) -> Sequence[Known]:
    """The contacts whom identities show, and whoever is known by their ticket alone.

    They keep their number and LID, and their conversations are locked, until the transaction ends;
    those with whom, or with which, somebody else is busy are left out: nobody is waited for.
    """
    sought = {
        "numbers": [one.number for one in identities if one.number is not None],
        "lids": [one.lid for one in identities if one.lid is not None],
        "ticket_ids": [one.ticket_id for one in identities if one.ticket_id is not None],
    }
    return [Known(*row) for row in _LOCK_KNOWN.rows(session, **sought)]


def add_new(session: Session, identities: Sequence[Identity]) -> Sequence[Known]:
    """Add the contacts who are not known yet, each with a conversation.

    Whoever shares anything with a known contact is left out.
    """
    in_order = sorted(identities, key=lambda one: (one.number or "", one.lid or ""))
    rows = [_shown_by(one) for one in in_order]
    return [Known(*row) for row in _ADD_NEW.rows(session, **_columns(_SHOWN, rows))]


def add_messages(
    session: Session,
    arrivals: Sequence[tuple[int, Arrival]],
    *,
    window_seconds: float,
    longest_seconds: float,
) -> Sequence[tuple[int, int, str, float]]:
    """Store inbound messages of locked conversations in their order, and set when turns are due.

    Answers (message id, conversation id, deduplication key, seconds until the turn) of each that
    was not there already.
    """
    rows = [(conversation_id, *_said_in(one)) for conversation_id, one in arrivals]
    statement = _add_messages(window_seconds, longest_seconds)
    return statement.rows(session, **_columns(_WRITTEN, rows))


def _columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Rows as the columns that `_rows` takes."""
    return {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}


def _rows(names: Sequence[str]) -> TableValuedAlias:
    """A table of what the statement is given, one parameter for each column."""
    columns = [_many(name, _TYPES.get(name, Text)) for name in names]
    typed = (column(name, _TYPES.get(name, Text)) for name in names)
    rows = func.unnest(*columns).table_valued(*typed, with_ordinality="place", name="given")
    return rows.render_derived()


def _many(name: str, kind: Any) -> BindParameter[Any]:
    return given(name, ARRAY(kind))


def _lock_known() -> Select[Any]:
    contact, conversation = _CONTACTS.c, _CONVERSATIONS.c
    is_ticket_alone = and_(contact.number.is_(None), contact.lid.is_(None))
    is_sought = or_(
        contact.number == any_(_many("numbers", Text)),
        contact.lid == any_(_many("lids", Text)),
        and_(is_ticket_alone, contact.ticket_id == any_(_many("ticket_ids", BigInteger))),
    )
    held = (
        select(contact.id, *(contact[name] for name in _SHOWN))
        .where(is_sought)
        .with_for_update(of=_CONTACTS, read=True, key_share=True, skip_locked=True)
        .cte("held")
    )
    return (
        select(*(held.c[name] for name in _SHOWN), conversation.id, conversation.status)
        .join_from(held, _CONVERSATIONS, conversation.contact_id == held.c.id)
        .order_by(conversation.id)
        .with_for_update(of=_CONVERSATIONS, key_share=True, skip_locked=True)
    )


def _add_new() -> Select[Any]:
    """Both rows in one statement; in the order of the numbers, so that no two wait in a circle.

    An insertion waits for whoever has just changed a contact with the same number, so that it is
    not even tried for one who is known.
    """
    shown, known = _rows(_SHOWN), _CONTACTS.alias("known").c
    is_ticket_alone = and_(known.number.is_(None), known.lid.is_(None))
    is_known = exists().where(
        or_(
            known.number == shown.c.number,
            known.canonical == shown.c.canonical,
            known.lid == shown.c.lid,
            and_(is_ticket_alone, known.ticket_id == shown.c.ticket_id),
        )
    )
    unknown = select(*(shown.c[name] for name in _SHOWN)).where(~is_known)
    new = (
        insert(_CONTACTS)
        .from_select(list(_SHOWN), unknown.order_by(shown.c.place), include_defaults=False)
        .on_conflict_do_nothing()
        .returning(_CONTACTS.c.id, *(_CONTACTS.c[name] for name in _SHOWN))
        .cte("new")
    )
    opened = (
        insert(_CONVERSATIONS)
        .from_select(["contact_id"], select(new.c.id), include_defaults=False)
        .returning(_CONVERSATIONS.c.id, _CONVERSATIONS.c.contact_id, _CONVERSATIONS.c.status)
        .cte("opened")
    )
    return select(*(new.c[name] for name in _SHOWN), opened.c.id, opened.c.status).join_from(
        new, opened, opened.c.contact_id == new.c.id
    )


@cache
def _add_messages(window_seconds: float, longest_seconds: float) -> Prepared:
    return Prepared(lambda: _adding(window_seconds, longest_seconds))


def _adding(window_seconds: float, longest_seconds: float) -> Select[Any]:
    rows, message = _rows(_WRITTEN), _MESSAGES.c
    constants = {"direction": literal("inbound"), "state": literal("received"), "created_at": NOW}
    stored = (
        insert(_MESSAGES)
        .from_select(
            [*_WRITTEN, *constants],
            select(*(rows.c[name] for name in _WRITTEN), *constants.values()).order_by(
                rows.c.place
            ),
            include_defaults=False,
        )
        .on_conflict_do_nothing()
        .returning(message.id, message.conversation_id, message.deduplication_key)
        .cte("stored")
    )
    due = (
        update(_CONVERSATIONS)
        .where(_CONVERSATIONS.c.id.in_(select(stored.c.conversation_id)))
        .values(burst_values(window_seconds=window_seconds, longest_seconds=longest_seconds))
        .returning(_CONVERSATIONS.c.id, seconds_until(_CONVERSATIONS.c.due_at).label("seconds"))
        .cte("due")
    )
    return (
        select(stored.c.id, stored.c.conversation_id, stored.c.deduplication_key, due.c.seconds)
        .join_from(stored, due, due.c.id == stored.c.conversation_id)
        .order_by(stored.c.id)
    )


_LOCK_KNOWN = Prepared(_lock_known)
_ADD_NEW = Prepared(_add_new)
