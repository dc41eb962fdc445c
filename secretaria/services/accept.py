"""Accept a customer's message: limit, make it safe, ring the bell."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from secretaria.core.payload import Incoming, Sender
from secretaria.errors import DatabaseUnavailable, OthersWait, Rejected, SpoolUnavailable
from secretaria.models.inbox import Arrival
from secretaria.services.name_contact import identity_of
from secretaria.services.overhear import announce_change
from secretaria.services.ports import (
    Errand,
    Limiter,
    Spool,
    Spooled,
    Transactions,
    WakeUp,
)
from secretaria.services.store import Store, Stored

log = structlog.get_logger(__name__)
RETRY_AFTER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Whether a message will be answered; if not, why."""

    is_queued: bool
    reason: str | None = None
    conversation_id: int | None = None
    """Where it is queued in PostgreSQL; None in the spool, and where it is not queued."""
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Accept:
    """Makes a message safe: when this returns, PostgreSQL has it, or the spool while that is away.

    What comes in the same moment is counted together (`is_too_fast`), and stored together as far
    as it is plain (`store_together`); nobody waits for the bell (`wake`). Whoever comes while
    others wait in the spool waits behind them: the order of acceptance is the order of the
    conversation.
    """

    database: Transactions
    limiter: Limiter
    is_too_fast: Callable[[str], bool]
    store_together: Callable[[Spooled], Stored | None]
    wake: Callable[[WakeUp], None]
    store: Store
    spool: Spool
    import_spool: Errand

    def __call__(
        self,
        incoming: Incoming,
        *,
        request_key: str,
        correlation_id: str,
        repeat_seconds: float | None = None,
    ) -> Acceptance:
        """Keep the message once.

        `request_key` tells a message that has no id of its own from others, for `repeat_seconds`
        or for ever.

        Raises `Rejected`: 429 when the contact writes too fast, 503 when nothing can be kept.
        """
        self._limit(incoming.sender)
        arrival = _arrival(incoming, request_key, correlation_id, repeat_seconds)
        message = Spooled(incoming.sender, arrival)
        try:
            kept = self._store(message, arrival)
        except OthersWait:
            kept = self._spool(message) or self._store(message, arrival, is_alone=True)
        return kept or self._spool(message) or _refuse()

    def _limit(self, sender: Sender) -> None:
        contact = identity_of(sender.number, sender.lid, sender.ticket_id)
        if self.is_too_fast(contact):
            seconds = self.limiter.seconds_to_wait(contact)
            raise Rejected(429, "rate_limited", retry_after_seconds=seconds)

    def _store(
        self, message: Spooled, arrival: Arrival, *, is_alone: bool = False
    ) -> Acceptance | None:
        """None when PostgreSQL cannot take it, whatever the reason, or may have.

        Raises `OthersWait`, unless it is to be stored alone anyway.
        """
        try:
            self.store.name_contact.key()
            stored = None if is_alone else self.store_together(message)
            stored = stored or self._store_alone(message.sender, arrival)
        except DatabaseUnavailable as error:
            log.warning("message.unstorable", error=str(error))
            return None
        except SQLAlchemyError as error:
            log.error("message.unstorable", error=type(error).__name__)  # noqa: TRY400 - it may quote the message
            return None
        return self._announce(stored)

    def _store_alone(self, sender: Sender, arrival: Arrival) -> Stored:
        with self.database.transaction() as session:
            return self.store(session, sender, arrival)

    def _spool(self, message: Spooled) -> Acceptance | None:
        """None when Redis cannot take it."""
        try:
            is_new = self.spool.put(message)
        except SpoolUnavailable as error:
            log.warning("message.unspoolable", error=str(error))
            return None
        self.import_spool.start()
        if not is_new:
            log.info("message.duplicated")
            return Acceptance(is_queued=False, reason="duplicate")
        log.warning("message.spooled")
        reason = message.arrival.unanswered if message.arrival else None
        return Acceptance(is_queued=reason is None, reason=reason)

    def _announce(self, stored: Stored) -> Acceptance:
        for change in stored.changes:
            announce_change(stored.conversation_id, change)
        ids = {
            "contact": stored.contact,
            "conversation_id": stored.conversation_id,
            "message_id": stored.message_id,
        }
        if stored.message_id is None:
            log.info("message.duplicated", **ids)
            return Acceptance(is_queued=False, reason="duplicate")
        due = stored.due_in_seconds
        if stored.ignored_reason:
            log.info("message.unanswered", reason=stored.ignored_reason, **ids)
        else:
            log.info("message.accepted", due_in_seconds=round(due or 0.0, 3), **ids)
        if due is not None:
            self.wake(WakeUp(stored.conversation_id, due))
        return Acceptance(
            stored.is_queued,
            stored.ignored_reason,
            conversation_id=stored.conversation_id,
            message_id=stored.message_id,
        )


def _arrival(
    incoming: Incoming, request_key: str, correlation_id: str, repeat_seconds: float | None
) -> Arrival:
    own_key = _own_key(incoming)
    return Arrival(
        kind=incoming.kind,
        text=incoming.text,
        correlation_id=correlation_id,
        deduplication_key=own_key or f"request:{request_key}",
        repeat_seconds=None if own_key else repeat_seconds,
        provider_id=incoming.provider_id,
        choice_id=incoming.choice_id,
        edits=incoming.edits,
        written_at=incoming.sent_at,
        file_name=incoming.file_name,
        needs_person=incoming.needs_person,
        unanswered=incoming.unanswered,
        ticket=incoming.ticket,
        backend=incoming.backend,
    )


def _own_key(incoming: Incoming) -> str | None:
    if incoming.provider_id and incoming.unanswered:  # the message of that id may be still to come
        return f"{incoming.kind}:{incoming.provider_id}"
    if incoming.provider_id:
        return f"provider:{incoming.provider_id}"
    return f"natural:{incoming.natural_key}" if incoming.natural_key else None


def _refuse() -> Acceptance:
    raise Rejected(503, "unavailable", retry_after_seconds=RETRY_AFTER_SECONDS)
