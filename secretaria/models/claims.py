"""Statements of the intent to send a reply: who may take it, and its taking back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Interval,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.dml import ReturningUpdate

from secretaria.core import phone
from secretaria.core.address import Address
from secretaria.models import addresses, channel
from secretaria.models.clock import NOW, seconds_until
from secretaria.models.leaving import is_first, is_sayable, may_leave
from secretaria.models.prepared import Executor, Prepared, given
from secretaria.models.tables import Contact, Conversation, DeliveryLog, Message

_ONE_AT_A_TIME = "uq_messages_sending"
"""The unique index by which one reply of a conversation is on its way at a time."""


class Overtaken(Exception):
    """Another reply of the conversation was taken just now; the transaction is spoilt."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A reply that is about to be handed to Whaticket, by us alone."""

    reply_id: int
    conversation_id: int
    log_id: int
    attempt: int
    counted_attempts: int
    text: str
    correlation_id: str
    address: Address
    is_other_form: bool
    """Whether the address's number is tried because its other form was refused."""
    waited_seconds: float

    @property
    def was_held_up(self) -> bool:
        """Whether an earlier attempt found the channel down."""
        return self.attempt > self.counted_attempts + self.is_other_form

    @property
    def other_number(self) -> str | None:
        """The form of the number that this reply has not been tried in."""
        number = self.address.number
        return None if self.is_other_form or number is None else phone.other_form(number)


def claim(
    executor: Executor,
    reply_id: int,
    *,
    owner: str,
    lease_seconds: float,
    oldest_hours: float,
    is_probe: bool = False,
) -> Intent | None:
    """Write the intent to send a reply, with its open log row.

    None when it is not its turn, or the channel is paused and this is no probe. No other claim has
    ever had this `owner`. Raises `Overtaken`.
    """
    try:
        row = _CLAIM.row(
            executor,
            id=reply_id,
            owner=owner,
            lease=timedelta(seconds=lease_seconds),
            oldest=timedelta(hours=oldest_hours),
            is_probe=is_probe,
        )
    except IntegrityError as error:
        if error.orig is None or _ONE_AT_A_TIME not in str(error.orig):
            raise
        raise Overtaken from None
    return None if row is None else _intent(*row)


def _intent(*row: Any) -> Intent:
    *told, waited_seconds, number, ticket_id, lid, url, token = row
    address = addresses.address_of(number, ticket_id, lid, url, token)
    reply_id, conversation_id, log_id, attempt, counted, text, correlation_id, is_other = told
    return Intent(
        reply_id,
        conversation_id,
        log_id,
        attempt,
        counted,
        text,
        correlation_id,
        address,
        is_other,
        waited_seconds,
    )


def claim_together(
    session: Session,
    reply_ids: Sequence[int],
    *,
    owner: str,
    lease_seconds: float,
    oldest_hours: float,
) -> list[Intent]:
    """Write the intents to send replies in one answer at Typebot's door, in order.

    They go as far as it is their turn, have one owner, and none waits for a time of its own.
    """
    intents = []
    for reply_id in reply_ids:
        row = _CLAIM_AT_DOOR.row(
            session,
            id=reply_id,
            owner=owner,
            lease=timedelta(seconds=lease_seconds),
            oldest=timedelta(hours=oldest_hours),
        )
        if row is None:
            break
        intents.append(_intent(*row))
    return intents


def _claiming(*, at_door: bool) -> Executable:
    """Move a reply to `sending`, open its log row, and read where it goes, all at once."""
    taken = _taking(at_door=at_door).cte("taken")
    attempt = taken.c.attempts + taken.c.uncounted_attempts
    opened = (
        insert(DeliveryLog)
        .from_select(
            ["message_id", "attempt", "correlation_id"],
            select(taken.c.id, attempt, taken.c.correlation_id),
        )
        .returning(DeliveryLog.id)
        .cte("opened")
    )
    return (
        select(
            taken.c.id,
            taken.c.conversation_id,
            opened.c.id,
            attempt,
            taken.c.attempts,
            taken.c.text,
            taken.c.correlation_id,
            taken.c.tried_number.is_not(None),
            func.coalesce(-seconds_until(taken.c.accepted_at), 0.0),
            func.coalesce(taken.c.tried_number, Contact.working_number, Contact.number),
            *addresses.PLACES,
        )
        .join_from(taken, opened, true())
        .join(Conversation, Conversation.id == taken.c.conversation_id)
        .join(Contact, Contact.id == Conversation.contact_id)
    )


def _taking(*, at_door: bool) -> ReturningUpdate[*tuple[Any, ...]]:
    may_be_given = (*is_sayable(), *is_first(besides=given("owner")))
    may_be_sent = (*may_leave(), or_(given("is_probe", Boolean), ~channel.has_paused()))
    return (
        update(Message)
        .where(*(may_be_given if at_door else may_be_sent))
        .values(
            state="sending",
            at_door=at_door,
            lease_owner=given("owner"),
            lease_until=NOW + given("lease", Interval),
            attempts=Message.attempts + 1,
        )
        .returning(
            Message.id,
            Message.conversation_id,
            Message.text,
            Message.correlation_id,
            Message.attempts,
            Message.uncounted_attempts,
            Message.tried_number,
            Message.accepted_at,
        )
    )


_CLAIM = Prepared(lambda: _claiming(at_door=False))
_CLAIM_AT_DOOR = Prepared(lambda: _claiming(at_door=True))


def lock(session: Session, reply_id: int) -> int | None:
    """Lock a reply, behind whatever transaction is still busy with it; answers its conversation.

    That one stays its conversation as long as the lock.
    """
    query = select(Message.conversation_id).where(Message.id == reply_id)
    return session.scalar(query.with_for_update())


def withdraw(session: Session, reply_id: int, *, owner: str) -> int | None:
    """Take back an intent that its owner never acted upon; answers the attempt that was not made.

    None when there is none, or when a later reply has overtaken it: it would come after that one.
    """
    later = aliased(Message)
    overtaken = (
        select(later.id)
        .where(
            later.conversation_id == Message.conversation_id,
            later.id > Message.id,
            later.state.in_(("sending", "sent", "ambiguous")),
        )
        .exists()
    )
    return session.scalar(
        update(Message)
        .where(
            Message.id == reply_id,
            Message.lease_owner == owner,
            Message.state.in_(("sending", "ambiguous")),
            Message.resolved_at.is_(None),
            not_(overtaken),
        )
        .values(
            state="pending",
            reason=None,
            lease_owner=None,
            lease_until=None,
            rung_at=None,
            due_at=NOW,
            attempts=Message.attempts - 1,
        )
        .returning(Message.attempts + Message.uncounted_attempts + 1)
    )


def forget_log(session: Session, reply_id: int, attempt: int) -> None:
    """Take away the record of an attempt that was not made."""
    session.execute(
        delete(DeliveryLog).where(
            DeliveryLog.message_id == reply_id, DeliveryLog.attempt == attempt
        )
    )
