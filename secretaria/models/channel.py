"""Statements on the state of the channel to WhatsApp."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session

from secretaria.models.clock import NOW, after, seconds_until
from secretaria.models.tables import Channel

WHATICKET = "whaticket"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the channel is paused, and why."""

    is_paused: bool
    reason: str | None


def standing(session: Session) -> Standing:
    """How the channel stands."""
    query = select(Channel.status, Channel.reason).where(Channel.name == WHATICKET)
    status, reason = session.execute(query).one()
    return Standing(status == "paused", reason)


def is_paused(session: Session) -> bool:
    """Whether the channel is paused."""
    return session.scalar(select(Channel.status).where(Channel.name == WHATICKET)) == "paused"


def paused_seconds(session: Session) -> float | None:
    """For how long the channel has been paused; None while it is open, or since nobody knows when.

    The latter is what code of the version before leaves: a pause that lasts is dated by the next
    probe that fails.
    """
    since = select(-seconds_until(Channel.paused_at)).where(
        Channel.name == WHATICKET, Channel.status == "paused"
    )
    return session.scalar(since)


def has_paused() -> ColumnElement[bool]:
    """The channel is paused, as a part of another statement."""
    return exists().where(Channel.name == WHATICKET, Channel.status == "paused")


def is_troubled() -> ColumnElement[bool]:
    """The channel is paused or was out of reach a moment ago, as a part of another statement."""
    is_out_of_reach = Channel.unreachable_since.is_not(None)
    return exists().where(
        Channel.name == WHATICKET, or_(Channel.status == "paused", is_out_of_reach)
    )


def seconds_until_probe(session: Session) -> float:
    """How long until the paused channel may be tried again; 0 or less: now."""
    query = select(seconds_until(Channel.probe_at)).where(Channel.name == WHATICKET)
    return session.scalar(query) or 0.0


def may_send(session: Session, *, probe_seconds: float) -> bool:
    """Whether this send may go: the channel is open, or it is our turn to probe it."""
    if not is_paused(session):
        return True
    probe = session.scalar(
        update(Channel)
        .where(Channel.name == WHATICKET, Channel.probe_at <= NOW)
        .values(probe_at=after(probe_seconds))
        .returning(Channel.name)
    )
    return probe is not None


def pause(session: Session, reason: str, *, probe_seconds: float) -> bool:
    """Pause the channel, or keep it so until the next probe; True when it was open until now."""
    was_open = session.scalar(
        update(Channel)
        .where(Channel.name == WHATICKET, Channel.status == "ok")
        .values(status="paused")
        .returning(Channel.name)
    )
    session.execute(
        update(Channel)
        .where(Channel.name == WHATICKET)
        .values(
            reason=reason,
            paused_at=func.coalesce(Channel.paused_at, NOW),
            probe_at=after(probe_seconds),
        )
    )
    return was_open is not None


def resume(session: Session) -> bool:
    """Open the channel, since it carries messages; True when it was paused until now."""
    was_paused = session.scalar(
        update(Channel)
        .where(Channel.name == WHATICKET, Channel.status == "paused")
        .values(status="ok", reason=None, paused_at=None, probe_at=None)
        .returning(Channel.name)
    )
    return was_paused is not None


def note_reached(session: Session) -> None:
    """Whaticket has answered something: it has not been out of reach until now."""
    session.execute(
        update(Channel)
        .where(Channel.name == WHATICKET, Channel.unreachable_since.is_not(None))
        .values(unreachable_since=None)
    )


def unreachable_seconds(session: Session) -> float:
    """Note that Whaticket could not be reached; answers for how long that has been so."""
    seconds = session.scalar(
        update(Channel)
        .where(Channel.name == WHATICKET)
        .values(unreachable_since=func.coalesce(Channel.unreachable_since, NOW))
        .returning(-seconds_until(Channel.unreachable_since))
    )
    return seconds or 0.0
