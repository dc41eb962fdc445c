"""Store a message: its contact, its conversation, and when their turn is due."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from secretaria.core.payload import Sender
from secretaria.errors import DatabaseUnavailable
from secretaria.models import inbox
from secretaria.models.inbox import Arrival, Identity
from secretaria.models.tables import Contact, Conversation
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
        contact = _contact(session, sender)
        name = self.name_contact(
            identity_of(contact.number or sender.number, contact.lid, contact.ticket_id)
        )
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

    def introduce(self, session: Session, sender: Sender) -> int:
        """The id of the sender's contact, who has a conversation from now on."""
        contact = _contact(session, sender)
        _conversation(session, contact.id)
        return contact.id


def _contact(session: Session, sender: Sender) -> Contact:
    """The sender as we know them, or from now on do."""
    identity = Identity(sender.number, sender.lid, sender.ticket_id, sender.name)
    known = inbox.find_contact(session, identity)
    if not known:
        inbox.add_contact(session, identity)
        known = inbox.find_contact(session, identity)
    if not known:
        raise DatabaseUnavailable("contact_contested")
    if len(known) == 1:
        inbox.learn(session, known[0], identity)
    return known[0]


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
