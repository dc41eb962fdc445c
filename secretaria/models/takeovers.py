"""Statements on who has a conversation: the bot, people for a time, or nobody until told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Interval, and_, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from secretaria.models.clock import NOW, after
from secretaria.models.tables import Channel, Conversation, Message, StatusChange


@dataclass(frozen=True, slots=True)
class Change:
    """Why a conversation changes hands; `evidence` names ids, never a customer's words."""

    source: str
    evidence: str | None = None


def is_silenced() -> ColumnElement[bool]:
    """A reply must not leave: it was written before a person took over, or the bot is muted."""
    return or_(
        Conversation.status == "muted",
        and_(
            Conversation.status == "human",
            Conversation.person_at.is_not(None),
            Message.created_at <= Conversation.person_at,
        ),
    )


def take_over(
    session: Session, conversation_id: int, change: Change, *, hours: float, since: datetime | None
) -> bool:
    """A person has the conversation for so many hours from `since`, their last sign, or from now.

    What the customer is owed is theirs, and what the bot has not said yet stays unsaid. False when
    their time is over already, or people had the conversation before.
    """
    moment = NOW if since is None else func.least(literal(since), NOW)
    until = moment + literal(timedelta(hours=hours), Interval)
    conversation = session.scalar(
        select(Conversation)
        .where(Conversation.id == conversation_id, until > NOW)
        .with_for_update()
    )
    if conversation is None or conversation.status == "muted":
        return False
    is_new = conversation.status == "bot"
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(
            status="human",
            status_until=func.greatest(until, Conversation.status_until),
            person_at=NOW,
            **({"status_reason": change.source} if is_new else {}),
        )
    )
    if is_new:
        write_down(session, conversation_id, "human", change)
    fall_silent(session, conversation_id)
    return is_new


def hand_over(
    session: Session, conversation_id: int, change: Change, *, hours: float, transfers: bool
) -> None:
    """The bot gives the conversation to people; what it says with that may still leave.

    `transfers`: Whaticket's ticket is to go to them as well, once that has left.
    """
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(
            status="human",
            status_reason=change.source,
            status_until=after(hours * 3600),
            person_at=None,
            transfer_due_at=NOW if transfers else None,
            transfer_attempts=0,
            due_at=None,
            burst_started_at=None,
        )
    )
    write_down(session, conversation_id, "human", change)


def mute(session: Session, conversation_id: int, change: Change) -> None:
    """Silence the bot in a conversation until somebody lets it speak again."""
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(
            status="muted", status_reason=change.source, status_until=None, transfer_due_at=None
        )
    )
    write_down(session, conversation_id, "muted", change)
    fall_silent(session, conversation_id)


def give_back(session: Session, conversation_id: int, change: Change) -> None:
    """Let the bot speak again, from the customer's next message on."""
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(
            status="bot",
            status_reason=change.source,
            status_until=None,
            person_at=None,
            transfer_due_at=None,
        )
    )
    write_down(session, conversation_id, "bot", change)


def fall_silent(session: Session, conversation_id: int) -> None:
    """Nothing is due in a conversation any more: people answer, or nobody does."""
    session.execute(
        update(Message)
        .where(Message.conversation_id == conversation_id, Message.state == "received")
        .values(state="ignored", reason="human")
    )
    cancel_pending(session, Message.conversation_id == conversation_id, reason="human")
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(due_at=None, burst_started_at=None, holding_since=None)
    )


def cancel_pending(session: Session, *which: ColumnElement[bool], reason: str) -> Sequence[int]:
    """Cancel replies that wait; answers their ids.

    One that somebody works on just now is left: it is leaving, or is looked at before it may.
    """
    waiting = select(Message.id).where(Message.state == "pending", *which)
    ids = session.scalars(waiting.with_for_update(skip_locked=True)).all()
    session.execute(
        update(Message)
        .where(Message.id.in_(ids))
        .values(state="cancelled", reason=reason, due_at=None)
    )
    return ids


def cancel_silenced(session: Session, reply_id: int) -> bool:
    """Cancel a reply that must not leave any more; True when it was one."""
    cancelled = session.scalar(
        update(Message)
        .where(
            Message.id == reply_id,
            Message.state == "pending",
            Conversation.id == Message.conversation_id,
            is_silenced(),
        )
        .values(state="cancelled", reason="human", due_at=None)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return cancelled is not None


def status_of(session: Session, conversation_id: int) -> str | None:
    """Who has the conversation now."""
    query = select(Conversation.status).where(Conversation.id == conversation_id)
    return session.scalar(query)


def standing_of(session: Session, conversation_id: int) -> tuple[str, datetime | None]:
    """Who has the conversation now, and until when, where that has an end."""
    query = select(Conversation.status, Conversation.status_until)
    row = session.execute(query.where(Conversation.id == conversation_id)).one()
    return row[0], row[1]


def is_over(session: Session, conversation_id: int) -> bool:
    """Whether people's time with a conversation has run out."""
    query = select(Conversation.id).where(
        Conversation.id == conversation_id,
        Conversation.status == "human",
        Conversation.status_until <= NOW,
    )
    return session.scalar(query) is not None


def changes_of(session: Session, conversation_id: int) -> list[StatusChange]:
    """Every change of hands, the oldest first."""
    query = select(StatusChange).where(StatusChange.conversation_id == conversation_id)
    return list(session.scalars(query.order_by(StatusChange.id)))


def changed_at(session: Session, conversation_id: int) -> datetime | None:
    """When the conversation last changed hands."""
    query = select(func.max(StatusChange.created_at))
    return session.scalar(query.where(StatusChange.conversation_id == conversation_id))


def bot_user_id(session: Session) -> int | None:
    """The id of Whaticket's user as whom we are logged in, where that is known."""
    return session.scalar(select(func.max(Channel.bot_user_id)))


def learn_bot_user_id(session: Session, user_id: int | None) -> None:
    """Remember as whom we are logged in."""
    if user_id is not None:
        session.execute(
            update(Channel)
            .where(Channel.bot_user_id.is_distinct_from(user_id))
            .values(bot_user_id=user_id)
        )


def write_down(session: Session, conversation_id: int, status: str, change: Change) -> None:
    """Keep why a conversation has changed hands."""
    session.execute(
        insert(StatusChange).values(
            conversation_id=conversation_id,
            status=status,
            source=change.source,
            evidence=change.evidence,
        )
    )
