"""Store a message: its contact, its conversation, and when their turn is due."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from secretaria.core.payload import Sender
from secretaria.models import inbox
from secretaria.models.inbox import Arrival
from secretaria.models.tables import Conversation
from secretaria.services.find_contact import find_contact
from secretaria.services.name_contact import NameContact, identity_of


@dataclass(frozen=True, slots=True)
class Burst:
    """How long the customer may pause before being answered, and how long a burst may grow."""

    window_seconds: float
    longest_seconds: float


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a message; `message_id` is None for one that was there already."""

    contact: str
    conversation_id: int
    message_id: int | None
    ignored_reason: str | None = None
    delay_seconds: float = 0

    @property
    def is_queued(self) -> bool:
        """Whether a turn will answer it."""
        return self.message_id is not None and self.ignored_reason is None


@dataclass(frozen=True, slots=True)
class Store:
    """Writes a message once, in the caller's transaction."""

    burst: Burst
    name_contact: NameContact

    def __call__(self, session: Session, sender: Sender, arrival: Arrival) -> Stored:
        """Store; what a person has the conversation for is stored, and left to them."""
        contact = find_contact(session, sender)
        name = self.name_contact(identity_of(contact.number, contact.lid, contact.ticket_id))
        conversation = _conversation(session, contact.id)
        reason = "human" if _is_with_people(session, conversation) else None
        message_id = inbox.add_message(session, conversation.id, arrival, ignored_reason=reason)
        if message_id is None or reason:
            return Stored(name, conversation.id, message_id, reason)
        delay = inbox.schedule_turn(
            session,
            conversation.id,
            window_seconds=self.burst.window_seconds,
            longest_seconds=self.burst.longest_seconds,
        )
        return Stored(name, conversation.id, message_id, delay_seconds=delay)


def _conversation(session: Session, contact_id: int) -> Conversation:
    conversation = inbox.lock_conversation(session, contact_id)
    if conversation is None:
        inbox.add_conversation(session, contact_id)
        conversation = inbox.lock_conversation(session, contact_id)
    assert conversation is not None  # noqa: S101 - it was added in this transaction or before
    return conversation


def _is_with_people(session: Session, conversation: Conversation) -> bool:
    if conversation.status == "bot":
        return False
    return not inbox.return_to_bot(session, conversation.id)
