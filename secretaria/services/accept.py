"""Accept a customer's message: limit, store, say when its turn is due, ring the bell."""

from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from secretaria.core.payload import Incoming, Sender
from secretaria.errors import DatabaseUnavailable, Rejected
from secretaria.models import inbox
from secretaria.models.inbox import Arrival, Identity
from secretaria.models.tables import Contact, Conversation
from secretaria.services.name_contact import NameContact, identity_of
from secretaria.services.ports import Bell, Limiter, Transactions

log = structlog.get_logger(__name__)
RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Burst:
    """How long the customer may pause before being answered, and how long a burst may grow."""

    window_seconds: float
    longest_seconds: float


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Whether a message will be answered; if not, why."""

    is_queued: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Stored:
    contact: str
    conversation_id: int
    message_id: int | None
    ignored_reason: str | None
    delay_seconds: float = 0


@dataclass(frozen=True, slots=True)
class Accept:
    """Makes a message safe: when this returns, its row is committed."""

    database: Transactions
    limiter: Limiter
    bell: Bell
    burst: Burst
    name_contact: NameContact

    def __call__(self, incoming: Incoming, *, request_key: str, correlation_id: str) -> Acceptance:
        """Store the message once.

        Raises `Rejected`: 429 when the contact writes too fast, 503 when nothing can be stored.
        """
        self._limit(incoming.sender)
        arrival = _arrival(incoming, request_key, correlation_id)
        try:
            self.name_contact.key()
            stored = self._store(incoming.sender, arrival)
        except DatabaseUnavailable as error:
            log.warning("message.unstorable", error=str(error))
            raise Rejected(503, "unavailable", retry_after_seconds=RETRY_AFTER_SECONDS) from None
        return self._announce(stored)

    def _limit(self, sender: Sender) -> None:
        retry_after = self.limiter.count_number(
            identity_of(sender.number, sender.lid, sender.ticket_id)
        )
        if retry_after is not None:
            raise Rejected(429, "rate_limited", retry_after_seconds=retry_after)

    def _store(self, sender: Sender, arrival: Arrival) -> _Stored:
        with self.database.transaction() as session:
            contact = _contact(session, sender)
            name = self.name_contact(
                identity_of(contact.number or sender.number, contact.lid, contact.ticket_id)
            )
            conversation = _conversation(session, contact.id)
            held_by_people = _is_with_people(session, conversation)
            reason = "human" if held_by_people else None
            message_id = inbox.add_message(session, conversation.id, arrival, ignored_reason=reason)
            if message_id is None or held_by_people:
                return _Stored(name, conversation.id, message_id, reason)
            delay = inbox.schedule_turn(
                session,
                conversation.id,
                window_seconds=self.burst.window_seconds,
                longest_seconds=self.burst.longest_seconds,
            )
            return _Stored(name, conversation.id, message_id, None, delay)

    def _announce(self, stored: _Stored) -> Acceptance:
        ids = {
            "contact": stored.contact,
            "conversation_id": stored.conversation_id,
            "message_id": stored.message_id,
        }
        if stored.message_id is None:
            log.info("message.duplicated", **ids)
            return Acceptance(is_queued=False, reason="duplicate")
        if stored.ignored_reason:
            log.info("message.left_to_people", **ids)
            return Acceptance(is_queued=False, reason=stored.ignored_reason)
        log.info("message.accepted", due_in_seconds=round(stored.delay_seconds, 3), **ids)
        self.bell.ring_converse(stored.conversation_id, delay_seconds=stored.delay_seconds)
        return Acceptance(is_queued=True)


def _arrival(incoming: Incoming, request_key: str, correlation_id: str) -> Arrival:
    by_provider = f"provider:{incoming.provider_id}"
    return Arrival(
        kind=incoming.kind,
        text=incoming.text,
        correlation_id=correlation_id,
        deduplication_key=by_provider if incoming.provider_id else f"request:{request_key}",
        provider_id=incoming.provider_id,
        choice_id=incoming.choice_id,
        edits=incoming.edits,
        written_at=incoming.sent_at,
    )


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
