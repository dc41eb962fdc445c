"""Statements for people: how many messages are where, how old, and which need a hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, extract, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from secretaria.models import takeovers
from secretaria.models.clock import NOW, seconds_until
from secretaria.models.leases import is_abandoned, is_free
from secretaria.models.tables import Contact, Conversation, DeliveryLog, InstanceKey, Message
from secretaria.models.takeovers import Change


def count_states(session: Session) -> dict[tuple[str, str], int]:
    """How many messages are in each (direction, state)."""
    query = select(Message.direction, Message.state, func.count()).group_by(
        Message.direction, Message.state
    )
    return {(direction, state): count for direction, state, count in session.execute(query)}


def oldest_unanswered_seconds(session: Session) -> float | None:
    """The age of the oldest message that the bot still owes something, reply included.

    What is dead, ambiguous or in a person's hands is left out; so is what a caller at the door is
    being given this moment. Each part has an index of its own.
    """
    owed = (
        select(func.min(Message.created_at))
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.state == "received", Conversation.status == "bot")
        .scalar_subquery()
    )
    accepted = select(func.min(Message.accepted_at))
    waiting = accepted.where(Message.state == "pending").scalar_subquery()
    leaving = accepted.where(Message.state == "sending", ~Message.at_door).scalar_subquery()
    age = session.scalar(select(-seconds_until(func.least(owed, waiting, leaving))))
    return None if age is None else max(age, 0.0)


LISTED = (("inbound", "dead"), ("outbound", "dead"), ("outbound", "ambiguous"))


def count_listed(session: Session) -> dict[tuple[str, str], int]:
    """How many messages of each (direction, state) wait for a person."""
    query = select(Message.direction, Message.state, func.count()).where(*_is_listed())
    rows = session.execute(query.group_by(Message.direction, Message.state))
    counted = {(direction, state): count for direction, state, count in rows}
    return dict.fromkeys(LISTED, 0) | counted


def listed_seconds(session: Session) -> dict[tuple[str, str], float]:
    """The age of the oldest message of each (direction, state) that waits for a person."""
    age = -seconds_until(func.min(Message.created_at))
    query = select(Message.direction, Message.state, age).where(*_is_listed())
    rows = session.execute(query.group_by(Message.direction, Message.state))
    found = {(direction, state): max(seconds, 0.0) for direction, state, seconds in rows}
    return dict.fromkeys(LISTED, 0.0) | found


def overdue_seconds(session: Session) -> float:
    """How long the turn that is due longest has waited for a worker to begin it; 0 without any."""
    waiting = select(-seconds_until(func.min(Conversation.due_at))).where(
        Conversation.due_at.is_not(None),
        Conversation.status == "bot",
        or_(is_free(), is_abandoned()),
    )
    return max(session.scalar(waiting) or 0.0, 0.0)


def count_handed_over(session: Session) -> int:
    """How many conversations people have been given and, as far as we see, not taken up yet."""
    query = select(func.count()).where(
        Conversation.status == "human",
        Conversation.person_at.is_(None),
        or_(Conversation.status_until.is_(None), Conversation.status_until > NOW),
    )
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class ListedLine:
    """A dead or ambiguous message, without its words."""

    id: int
    direction: str
    state: str
    reason: str | None
    correlation_id: str
    age_seconds: float


@dataclass(frozen=True, slots=True)
class Customer:
    """Whose a conversation is, for a person who must find it on a telephone."""

    name: str | None
    number: str | None
    lid: str | None
    ticket_id: int | None

    @property
    def label(self) -> str:
        """All that they are known by."""
        ticket = None if self.ticket_id is None else f"ticket {self.ticket_id}"
        return " · ".join(part for part in (self.name, self.number, self.lid, ticket) if part)


def first_listed(session: Session, limit: int) -> Sequence[ListedLine]:
    """The oldest of the dead or ambiguous messages.

    Their ages are whole minutes of the clock's: all of them change at once, and once a minute.
    """
    created_at = Message.created_at
    query = select(
        Message.id,
        Message.direction,
        Message.state,
        Message.reason,
        Message.correlation_id,
        extract("epoch", func.date_trunc("minute", NOW) - func.date_trunc("minute", created_at)),
    )
    rows = session.execute(query.where(*_is_listed()).order_by(Message.id).limit(limit))
    return [ListedLine(*row) for row in rows]


def listed(session: Session) -> Sequence[Message]:
    """Every dead or ambiguous message, oldest first."""
    return session.scalars(_listed().order_by(Message.id)).all()


def listed_one(session: Session, message_id: int) -> Message | None:
    """One dead or ambiguous message."""
    return session.scalar(_listed().where(Message.id == message_id).with_for_update())


def _listed() -> Select[Message]:
    return select(Message).where(*_is_listed())


def _is_listed() -> tuple[ColumnElement[bool], ...]:
    return (Message.state.in_(("dead", "ambiguous")), Message.resolved_at.is_(None))


def attempts_of(session: Session, message_id: int) -> Sequence[DeliveryLog]:
    """The record of a reply's attempts, in order."""
    query = select(DeliveryLog).where(DeliveryLog.message_id == message_id)
    return session.scalars(query.order_by(DeliveryLog.attempt)).all()


def resolve(session: Session, message_id: int, *, state: str, reason: str) -> None:
    """Take a message off the list, with the state that a person says it has."""
    session.execute(
        update(Message)
        .where(Message.id == message_id)
        .values(state=state, reason=reason, resolved_at=NOW)
    )


def is_with_people(session: Session, message: Message) -> bool:
    """Whether a person has the message's conversation now."""
    status = select(Conversation.status).where(
        Conversation.id == message.conversation_id,
        or_(Conversation.status_until.is_(None), Conversation.status_until > NOW),
    )
    return session.scalar(status) in {"human", "muted"}


def customer_of(session: Session, conversation_id: int) -> Customer:
    """Whom a conversation is with."""
    query = (
        select(Contact.name, Contact.number, Contact.lid, Contact.ticket_id)
        .join(Conversation, Conversation.contact_id == Contact.id)
        .where(Conversation.id == conversation_id)
    )
    return Customer(*session.execute(query).one())


def owe_again(session: Session, message: Message) -> Change | None:
    """Owe an answer to a dead inbound message again, at once, by the bot.

    Answers how the conversation has changed hands for that, if it has.
    """
    session.execute(
        update(Message).where(Message.id == message.id).values(state="received", reason="replayed")
    )
    change = None
    if takeovers.status_of(session, message.conversation_id) != "bot":
        change = Change("replayed")
        takeovers.give_back(session, message.conversation_id, change)
    session.execute(
        update(Conversation)
        .where(Conversation.id == message.conversation_id)
        .values(due_at=NOW, rung_at=None, attempts=0)
    )
    return change


def send_again(session: Session, message: Message) -> int:
    """Put a copy of a reply in the outbox, with a record of its own; answers its id."""
    copy = insert(Message).values(
        conversation_id=message.conversation_id,
        direction="outbound",
        state="pending",
        reason="replayed",
        kind=message.kind,
        text=message.text,
        correlation_id=message.correlation_id,
        accepted_at=NOW,
        model=message.model,
        due_at=NOW,
    )
    return session.scalar(copy.returning(Message.id)) or 0


def instance_key(session: Session, name: str, fresh: str) -> str:
    """The installation's key of that name, made of `fresh` the first time."""
    session.execute(insert(InstanceKey).values(name=name, value=fresh).on_conflict_do_nothing())
    query: Select[Any] = select(InstanceKey.value).where(InstanceKey.name == name)
    return str(session.scalar(query))
