"""Statements that read what a conversation is owed, and what decides how it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import Executable

from secretaria.errors import LeaseLost
from secretaria.models.clock import after
from secretaria.models.prepared import Executor, Prepared, given
from secretaria.models.tables import Contact, Conversation, Message, UsageDay


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message of the customer's, as far as its answer depends on it."""

    id: int
    kind: str
    text: str
    file_name: str | None
    correlation_id: str
    created_at: datetime
    written_at: datetime | None
    needs_person: str | None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Who the customer is, what has been said already, and what the day has cost.

    `replies_in_the_last_hour`: how many turns were answered, cancelled ones left out; a reply in
    several parts is one. `has_history`: whether there is anything that may be remembered.
    """

    number: str | None
    lid: str | None
    ticket_id: int | None
    name: str | None
    replies_in_the_last_hour: int
    refusals_in_the_last_day: int
    delays_in_the_last_day: int
    tokens_today: int
    has_history: bool


def unanswered(executor: Executor, conversation_id: int) -> Sequence[Inbound]:
    """What the customer said and nobody has answered, oldest first."""
    return [Inbound(*row) for row in _UNANSWERED.rows(executor, conversation=conversation_id)]


def unanswered_ids(session: Session, conversation_id: int) -> Sequence[int]:
    """The ids of the same."""
    return [id_ for (id_,) in _UNANSWERED_IDS.rows(session, conversation=conversation_id)]


def circumstances(executor: Executor, conversation_id: int, today: date) -> Circumstances:
    """Read them; raises `LeaseLost` when the conversation has been merged into another."""
    row = _CIRCUMSTANCES.row(executor, conversation=conversation_id, today=today)
    if row is None:
        raise LeaseLost("conversation_merged")
    return Circumstances(*row)


def _unanswered(*columns: Any) -> Executable:
    is_owed = and_(Message.conversation_id == given("conversation"), Message.state == "received")
    return select(*columns).where(is_owed).order_by(Message.id)


_UNANSWERED = Prepared(
    lambda: _unanswered(
        Message.id,
        Message.kind,
        Message.text,
        Message.file_name,
        Message.correlation_id,
        Message.created_at,
        Message.written_at,
        Message.needs_person,
    )
)
_UNANSWERED_IDS = Prepared(lambda: _unanswered(Message.id))


def _circumstances() -> Executable:
    return (
        select(
            Contact.number,
            Contact.lid,
            Contact.ticket_id,
            Contact.name,
            _turns_in_the_last_hour(),
            _said_in_the_last_day("refusal"),
            _said_in_the_last_day("delay"),
            _tokens_today(),
            _has_history(),
        )
        .join(Conversation, Conversation.contact_id == Contact.id)
        .where(Conversation.id == given("conversation"))
    )


_CIRCUMSTANCES = Prepared(_circumstances)


def _turns_in_the_last_hour() -> ColumnElement[Any]:
    turns = func.count(func.coalesce(Message.turn, -Message.id).distinct())
    return select(turns).where(_is_ours(seconds=3600)).scalar_subquery()


def _said_in_the_last_day(kind: str) -> ColumnElement[Any]:
    """How often one of the fixed sentences was said."""
    said = and_(_is_ours(seconds=86_400), Message.kind == kind)
    return select(func.count()).where(said).scalar_subquery()


def _is_ours(*, seconds: float) -> ColumnElement[bool]:
    return and_(
        Message.conversation_id == given("conversation"),
        Message.direction == "outbound",
        Message.state != "cancelled",
        Message.created_at > after(-seconds),
    )


def _tokens_today() -> ColumnElement[Any]:
    tokens = func.sum(UsageDay.prompt_tokens + UsageDay.output_tokens)
    today = select(tokens).where(UsageDay.day == given("today")).scalar_subquery()
    return cast(func.coalesce(today, 0), BigInteger)


def _has_history() -> ColumnElement[bool]:
    """An answer, or a question that had one: of neither nothing can be remembered."""
    is_past = or_(Message.direction == "outbound", Message.state == "answered")
    return exists().where(Message.conversation_id == given("conversation"), is_past)
