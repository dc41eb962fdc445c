"""Store a message: its contact, its conversation, and when their turn is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from secretaria.core.payload import Sender
from secretaria.core.ticket import Ticket, holder
from secretaria.models import contents, inbox, takeovers
from secretaria.models.inbox import Arrival
from secretaria.models.tables import Conversation
from secretaria.models.takeovers import Change
from secretaria.services.find_contact import find_contact
from secretaria.services.name_contact import NameContact, identity_of

LONGEST_DELAY = timedelta(days=1)
"""What is older when it comes is stored, and nothing is said about it."""


@dataclass(frozen=True, slots=True)
class Burst:
    """How long the customer may pause before being answered, and how long a burst may grow."""

    window_seconds: float
    longest_seconds: float


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a message; `message_id` is None for one that was there already.

    `due_in_seconds`: when the turn is due that this message asks for, if it does.
    `changes`: how the conversation has changed hands with it.
    """

    contact: str
    conversation_id: int
    message_id: int | None
    ignored_reason: str | None = None
    due_in_seconds: float | None = None
    changes: tuple[Change, ...] = ()

    @property
    def is_queued(self) -> bool:
        """Whether a turn will answer it."""
        return self.message_id is not None and self.ignored_reason is None


@dataclass(frozen=True, slots=True)
class Store:
    """Writes a message once, in the caller's transaction."""

    burst: Burst
    name_contact: NameContact
    now: Callable[[], datetime]
    takeover_hours: float

    def __call__(self, session: Session, sender: Sender, arrival: Arrival) -> Stored:
        """Store; what a person has the conversation for is stored, and left to them."""
        contact = find_contact(session, sender)
        name = self.name_contact(identity_of(contact.number, contact.lid, contact.ticket_id))
        conversation = conversation_of(session, contact.id)
        if arrival.backend is not None:
            inbox.learn_backend(session, conversation.id, arrival.backend)
        changes = self._notice_changes(session, conversation, arrival.ticket)
        status = takeovers.status_of(session, conversation.id) if changes else conversation.status
        reason = arrival.unanswered or self.reason_of_age(arrival) or _reason_of_status(status)
        message_id = inbox.add_message(session, conversation.id, arrival, ignored_reason=reason)
        if message_id is None:
            return Stored(name, conversation.id, None, changes=changes)
        is_due = _apply(session, conversation.id, arrival, message_id)
        delay = self._schedule(session, conversation.id) if is_due or reason is None else None
        return Stored(name, conversation.id, message_id, reason, delay, changes)

    def _notice_changes(
        self, session: Session, conversation: Conversation, ticket: Ticket | None
    ) -> tuple[Change, ...]:
        """A ticket in a person's hands is a takeover, whoever writes in it; people's time ends."""
        evidence = _evidence(session, ticket)
        if evidence is not None:
            change = Change("ticket_open", evidence)
            is_new = takeovers.take_over(
                session, conversation.id, change, hours=self.takeover_hours, since=None
            )
            return (change,) if is_new else ()
        if conversation.status != "human" or not takeovers.is_over(session, conversation.id):
            return ()
        change = Change("time_over")
        takeovers.give_back(session, conversation.id, change)
        return (change,)

    def reason_of_age(self, arrival: Arrival) -> str | None:
        """Why nothing is said about a message that is older than a day."""
        if arrival.written_at is None:
            return None
        age = (arrival.accepted_at or self.now()) - arrival.written_at
        return "too_old" if age > LONGEST_DELAY else None

    def _schedule(self, session: Session, conversation_id: int) -> float:
        return inbox.schedule_turn(
            session,
            conversation_id,
            window_seconds=self.burst.window_seconds,
            longest_seconds=self.burst.longest_seconds,
        )

    def introduce(self, session: Session, sender: Sender) -> int:
        """The id of the sender's contact, who has a conversation from now on."""
        contact = find_contact(session, sender)
        conversation_of(session, contact.id)
        return contact.id


def _evidence(session: Session, ticket: Ticket | None) -> str | None:
    """What shows that a person has the ticket; who the bot is, is looked up only for that."""
    if ticket is None or holder(ticket, bot_user_id=None) is None:
        return None
    return holder(ticket, bot_user_id=takeovers.bot_user_id(session))


def _reason_of_status(status: str | None) -> str | None:
    return None if status == "bot" else status


def conversation_of(session: Session, contact_id: int) -> Conversation:
    """The contact's conversation, locked."""
    conversation = inbox.lock_conversation(session, contact_id)
    if conversation is None:
        inbox.add_conversation(session, contact_id)
        conversation = inbox.lock_conversation(session, contact_id)
    assert conversation is not None  # noqa: S101 - it was added in this transaction or before
    return conversation


def _apply(session: Session, conversation_id: int, arrival: Arrival, message_id: int) -> bool:
    """Do to an earlier message what this one says about it; True when a turn is due for that."""
    if arrival.edits is None:
        return False
    if arrival.kind == "edit":
        contents.correct(session, conversation_id, arrival.edits, arrival.text, by=message_id)
    if arrival.kind == "deletion":
        return contents.withdraw(session, conversation_id, arrival.edits, by=message_id)
    return False
