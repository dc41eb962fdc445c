"""The sessions of Typebot's door: who it is that a caller speaks for."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import structlog

from secretaria.core.payload import Sender
from secretaria.errors import DatabaseUnavailable, Rejected
from secretaria.models import doors
from secretaria.services.accept import RETRY_AFTER_SECONDS
from secretaria.services.ports import Transactions, Visitors
from secretaria.services.store import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has come by a session of theirs; no `contact_id` while PostgreSQL is away."""

    sender: Sender
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class TypebotSessions:
    """Whoever knows a session's id speaks for its contact: it is kept as a hash only.

    Kept twice: what customers say while PostgreSQL is away must find its way into the spool.
    """

    database: Transactions
    store: Store
    visitors: Visitors
    new_id: Callable[[], str]

    def open(self, sender: Sender) -> str:
        """The id of a new session of the sender's; raises `Rejected` (503)."""
        session_id = self.new_id()
        key_hash = _hash(session_id)
        is_remembered = self.visitors.remember(key_hash, sender)
        try:
            self._keep(key_hash, sender)
        except DatabaseUnavailable as error:
            log.warning("typebot.session_unstorable", error=str(error))
            if not is_remembered:
                raise _unavailable() from None
        return session_id

    def find(self, session_id: str) -> Visitor | None:
        """Whose session it is; None when it is nobody's. Raises `Rejected` (503)."""
        key_hash = _hash(session_id)
        try:
            visitor = self._known(key_hash) or self._adopted(key_hash)
        except DatabaseUnavailable as error:
            log.warning("typebot.session_unreadable", error=str(error))
            sender = self.visitors.recall(key_hash)
            if sender is None:
                raise _unavailable() from None
            return Visitor(sender)
        if visitor is not None:
            self.visitors.remember(key_hash, visitor.sender)
        return visitor

    def _known(self, key_hash: str) -> Visitor | None:
        with self.database.transaction() as session:
            contact = doors.contact_of_session(session, key_hash)
        if contact is None:
            return None
        sender = Sender(contact.number, contact.lid, contact.ticket_id, None)
        return Visitor(sender, contact.id)

    def _adopted(self, key_hash: str) -> Visitor | None:
        """A session that was opened while PostgreSQL was away."""
        sender = self.visitors.recall(key_hash)
        return None if sender is None else Visitor(sender, self._keep(key_hash, sender))

    def _keep(self, key_hash: str, sender: Sender) -> int:
        self.store.name_contact.key()
        with self.database.transaction() as session:
            contact_id = self.store.introduce(session, sender)
            doors.add_session(session, key_hash=key_hash, contact_id=contact_id)
        return contact_id


def _hash(session_id: str) -> str:
    return sha256(session_id.encode("utf-8", "replace")).hexdigest()


def _unavailable() -> Rejected:
    return Rejected(503, "unavailable", retry_after_seconds=RETRY_AFTER_SECONDS)
