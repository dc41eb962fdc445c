"""List, replay and resolve what could not be delivered, or may not have arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from secretaria.errors import Permanent
from secretaria.models import reports
from secretaria.models.reports import Customer
from secretaria.models.tables import DeliveryLog, Message
from secretaria.services.overhear import announce_change
from secretaria.services.ports import Bell, Transactions

log = structlog.get_logger(__name__)


class NotListed(Permanent):
    """No dead or ambiguous message has this id."""


class WithPeople(Permanent):
    """A person has the conversation now."""


class MayHaveArrived(Permanent):
    """The customer may have this reply already, and would get it twice."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A dead or ambiguous message, as a person needs to see it."""

    id: int
    conversation_id: int
    direction: str
    state: str
    reason: str | None
    kind: str
    correlation_id: str
    created_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One of them, with its attempts, and whom it is about."""

    message: Listed
    attempts: Sequence[DeliveryLog]
    customer: Customer


@dataclass(frozen=True, slots=True)
class ListDead:
    """The list that a person works through."""

    database: Transactions
    bell: Bell

    def all(self) -> list[Listed]:
        """Everything on the list, oldest first."""
        with self.database.transaction() as session:
            return [_listed(message) for message in reports.listed(session)]

    def show(self, message_id: int) -> Shown:
        """One message with all that is known of it; raises `NotListed`."""
        with self.database.transaction() as session:
            message = _required(reports.listed_one(session, message_id))
            return Shown(
                _listed(message),
                reports.attempts_of(session, message_id),
                reports.customer_of(session, message.conversation_id),
            )

    def replay(
        self, message_id: int, *, even_if_with_people: bool = False, even_if_twice: bool = False
    ) -> int | None:
        """Answer a dead message after all, or send a reply again as a new one; answers its id.

        Raises `NotListed`; `MayHaveArrived` for an ambiguous reply; or `WithPeople` rather than
        let the bot talk over a person.
        """
        with self.database.transaction() as session:
            message = _required(reports.listed_one(session, message_id))
            if not even_if_twice and message.state == "ambiguous":
                raise MayHaveArrived("may_have_arrived")
            if not even_if_with_people and reports.is_with_people(session, message):
                raise WithPeople("with_people")
            change = None
            if message.direction == "inbound":
                change = reports.owe_again(session, message)
                reply_id = None
            else:
                reply_id = reports.send_again(session, message)
                reports.resolve(session, message_id, state=message.state, reason="replayed")
            conversation_id = message.conversation_id
        log.info(
            "message.replayed",
            message_id=message_id,
            reply_id=reply_id,
            correlation_id=message.correlation_id,
        )
        if change is not None:
            announce_change(conversation_id, change)
        if reply_id is None:
            self.bell.ring_converse(conversation_id)
        else:
            self.bell.ring_deliver(reply_id)
        return reply_id

    def resolve(self, message_id: int, *, arrived: bool) -> None:
        """Take a message off the list: a person knows what became of it. Raises `NotListed`."""
        with self.database.transaction() as session:
            message = _required(reports.listed_one(session, message_id))
            happy = "answered" if message.direction == "inbound" else "sent"
            state = happy if arrived else "dead"
            reports.resolve(session, message_id, state=state, reason="resolved")
        log.info(
            "message.resolved",
            message_id=message_id,
            state=state,
            correlation_id=message.correlation_id,
        )


def _required(message: Message | None) -> Message:
    if message is None:
        raise NotListed("not_listed")
    return message


def _listed(message: Message) -> Listed:
    return Listed(
        message.id,
        message.conversation_id,
        message.direction,
        message.state,
        message.reason,
        message.kind,
        message.correlation_id,
        message.created_at,
        message.text,
    )
