"""Statements that take in what several customers said in one moment, in few round trips.

They serve what is plain: whoever is known just as they show themselves, or is quite new, and has a
conversation with which nobody else is busy. All the rest is for `contacts` and `inbox`, one by one.
"""

from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    DateTime,
    Select,
    Text,
    and_,
    any_,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from secretaria.models.clock import NOW, seconds_until
from secretaria.models.contacts import Identity
from secretaria.models.inbox import Arrival, burst_values
from secretaria.models.prepared import Executor, Prepared, given
from secretaria.models.tables import Contact, Conversation, Message, metadata

_CONTACTS, _CONVERSATIONS, _MESSAGES = (
    metadata.tables[table.__tablename__] for table in (Contact, Conversation, Message)
)
_TYPES: dict[str, Any] = {"ticket_id": BigInteger, "written_at": DateTime(timezone=True)}
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
_shown_by, _said_in = attrgetter(*_SHOWN), attrgetter(*_SAID)
"""What an identity and an arrival call by the names of the columns."""


class Written(NamedTuple):
    """What became of the message at a place, counted from 1, among those that were given.

    `message_id` is None where its conversation has one with its key already.
    """

    place: int
    conversation_id: int
    message_id: int | None
    due_in_seconds: float | None


def add_messages(
    executor: Executor,
    messages: Sequence[tuple[Identity, Arrival]],
    *,
    window_seconds: float,
    longest_seconds: float,
) -> Sequence[Written]:
    """Store what plain contacts say, in its order, and set when their turns are due.

    It is one statement, to be committed by itself or with others. Left out is what is not plain:
    of whoever is not known, or not just as they show themselves, or by a ticket alone; whom the bot
    does not serve; and whose contact or conversation somebody else is busy with, for nobody is
    waited for. The contacts keep their number and LID until the transaction ends.
    """
    rows = [(*_shown_by(identity), *_said_in(arrival)) for identity, arrival in messages]
    statement = _add_messages(window_seconds, longest_seconds)
    return [Written(*row) for row in statement.rows(executor, rows=_as_json(rows))]


def add_contacts(session: Session, identities: Sequence[Identity]) -> int:
    """Add the contacts who are not known yet, each with a conversation; answers how many.

    Whoever shares anything with a known contact is left out.
    """
    in_order = sorted(identities, key=lambda one: (one.number or "", one.lid or ""))
    rows = [_shown_by(one) for one in in_order]
    return len(_ADD_CONTACTS.rows(session, rows=_as_json(rows)))


def _as_json(rows: Sequence[tuple[Any, ...]]) -> str:
    """Rows as `_rows` takes them: one parameter, since the driver takes its time for each value."""
    return orjson.dumps(rows).decode()


def _rows(names: Sequence[str]) -> CTE:
    """A table of what the statement is given, and of each row's place, counted from 1."""
    element = (
        func.jsonb_array_elements(given("rows", JSONB))
        .table_valued(column("row", JSONB), with_ordinality="place", name="element")
        .render_derived()
        .c
    )
    columns = (
        cast(element.row[at].astext, _TYPES.get(name, Text)).label(name)
        for at, name in enumerate(names)
    )
    rows = select(element.place, *columns).cte("given")
    return rows.prefix_with("MATERIALIZED")  # read once, however often it is asked


def _any(column: ColumnElement[Any]) -> Any:
    """Any value of a column, as an array, for which PostgreSQL uses an index."""
    return any_(cast(select(func.array_agg(column)).scalar_subquery(), ARRAY(Text)))


def _is_known_by_ticket_alone(contact: Any, ticket_id: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(contact.number.is_(None), contact.lid.is_(None), contact.ticket_id == ticket_id)


@cache
def _add_messages(window_seconds: float, longest_seconds: float) -> Prepared:
    return Prepared(lambda: _adding(window_seconds, longest_seconds))


def _adding(window_seconds: float, longest_seconds: float) -> Select[Any]:
    placed, message = _placed().cte("placed"), _MESSAGES.c
    constants = {"direction": literal("inbound"), "state": literal("received"), "created_at": NOW}
    said = ("conversation_id", *_SAID)
    stored = (
        insert(_MESSAGES)
        .from_select(
            [*said, *constants],
            select(*(placed.c[name] for name in said), *constants.values()).order_by(
                placed.c.place
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
    is_it = and_(
        stored.c.conversation_id == placed.c.conversation_id,
        stored.c.deduplication_key == placed.c.deduplication_key,
    )
    return (
        select(placed.c.place, placed.c.conversation_id, stored.c.id, due.c.seconds)
        .select_from(placed)
        .outerjoin(stored, is_it)
        .outerjoin(due, due.c.id == stored.c.conversation_id)
        .order_by(placed.c.place)
    )


def _placed() -> Select[Any]:
    """What is said, with the locked conversation to which it belongs."""
    rows = _rows((*_SHOWN, *_SAID))
    free = _free(rows)
    shown, known = rows.c, free.c
    is_theirs = or_(
        known.number == shown.number, and_(shown.number.is_(None), known.lid == shown.lid)
    )
    is_nothing_new = and_(
        or_(shown.number.is_(None), known.canonical == shown.canonical),
        or_(shown.lid.is_(None), known.lid == shown.lid),
        or_(shown.ticket_id.is_(None), known.ticket_id == shown.ticket_id),
        or_(shown.name.is_(None), known.name.is_not(None)),
    )
    other = _CONTACTS.alias("other").c
    is_another = exists().where(_is_known_by_ticket_alone(other, shown.ticket_id))
    return (
        select(shown.place, known.conversation_id, *(shown[name] for name in _SAID))
        .join_from(rows, free, is_theirs)
        .where(is_nothing_new, known.status == "bot", ~is_another)
    )


def _free(rows: CTE) -> CTE:
    """The contacts with a number or LID that is shown, and their conversations, all locked."""
    contact, conversation = _CONTACTS.c, _CONVERSATIONS.c
    held = (
        select(contact.id, *(contact[name] for name in _SHOWN))
        .where(or_(contact.number == _any(rows.c.number), contact.lid == _any(rows.c.lid)))
        .with_for_update(of=_CONTACTS, read=True, key_share=True, skip_locked=True)
        .cte("held")
    )
    return (
        select(
            *(held.c[name] for name in _SHOWN),
            conversation.id.label("conversation_id"),
            conversation.status,
        )
        .join_from(held, _CONVERSATIONS, conversation.contact_id == held.c.id)
        .with_for_update(of=_CONVERSATIONS, key_share=True, skip_locked=True)
        .cte("free")
    )


def _add_contacts() -> Select[Any]:
    """Both rows in one statement; in the order of the numbers, so that no two wait in a circle.

    An insertion waits for whoever has just changed a contact with the same number, so that it is
    not even tried for one who is known.
    """
    shown, known = _rows(_SHOWN), _CONTACTS.alias("known").c
    is_known = exists().where(
        or_(
            known.number == shown.c.number,
            known.canonical == shown.c.canonical,
            known.lid == shown.c.lid,
            _is_known_by_ticket_alone(known, shown.c.ticket_id),
        )
    )
    unknown = select(*(shown.c[name] for name in _SHOWN)).where(~is_known)
    new = (
        insert(_CONTACTS)
        .from_select(list(_SHOWN), unknown.order_by(shown.c.place), include_defaults=False)
        .on_conflict_do_nothing()
        .returning(_CONTACTS.c.id)
        .cte("new")
    )
    opened = insert(_CONVERSATIONS).from_select(
        ["contact_id"], select(new.c.id), include_defaults=False
    )
    return select(opened.returning(_CONVERSATIONS.c.id).cte("opened").c.id)


_ADD_CONTACTS = Prepared(_add_contacts)
