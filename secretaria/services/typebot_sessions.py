"""The sessions of Typebot's door: who it is that a caller speaks for."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from secretaria.core.payload import Sender
from secretaria.errors import DatabaseUnavailable, Rejected
from secretaria.models import doors
from secretaria.services.accept import RETRY_AFTER_SECONDS
from secretaria.services.ports import Transactions
from secretaria.services.store import Store


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has come by a session of theirs."""

    contact_id: int
    sender: Sender


@dataclass(frozen=True, slots=True)
class TypebotSessions:
    """Whoever knows a session's id speaks for its contact: it is kept as a hash only."""

    database: Transactions
    store: Store
    new_id: Callable[[], str]

    def open(self, sender: Sender) -> str:
        """The id of a new session of the sender's; raises `Rejected` (503)."""
        session_id = self.new_id()
        try:
            self.store.name_contact.key()
            with self.database.transaction() as session:
                contact_id = self.store.introduce(session, sender)
                doors.add_session(session, key_hash=_hash(session_id), contact_id=contact_id)
        except DatabaseUnavailable:
            raise _unavailable() from None
        return session_id

    def find(self, session_id: str) -> Visitor | None:
        """Whose session it is; None when it is nobody's. Raises `Rejected` (503)."""
        try:
            with self.database.transaction() as session:
                contact = doors.contact_of_session(session, _hash(session_id))
        except DatabaseUnavailable:
            raise _unavailable() from None
        if contact is None:
            return None
        sender = Sender(contact.number, contact.lid, contact.ticket_id, None)
        return Visitor(contact.id, sender)


def _hash(session_id: str) -> str:
    return sha256(session_id.encode("utf-8", "replace")).hexdigest()


def _unavailable() -> Rejected:
    return Rejected(503, "unavailable", retry_after_seconds=RETRY_AFTER_SECONDS)
