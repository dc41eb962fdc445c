"""Import the spool: give PostgreSQL what was accepted while it was away, in that order."""

from dataclasses import dataclass

import structlog
from sqlalchemy.exc import DataError, IntegrityError

from secretaria.models import locks
from secretaria.services.ports import Bell, Spool, Spooled, Transactions, Waiting
from secretaria.services.store import Store, Stored

log = structlog.get_logger(__name__)
LONGEST_PASS = 100


@dataclass(frozen=True, slots=True)
class ImportSpool:
    """Imports one entry after the other, one process at a time; none is imported twice.

    An entry leaves the spool after PostgreSQL has it for sure. Each has a transaction of its own:
    however slow PostgreSQL is, what was imported stays so, and no lock is held for long.
    """

    database: Transactions
    spool: Spool
    store: Store
    bell: Bell

    def __call__(self) -> bool:
        """Import all that waits; False when another process is at it.

        Raises `DatabaseUnavailable` and `SpoolUnavailable`; what is left waits on.
        """
        while waiting := self.spool.oldest(LONGEST_PASS):
            self.store.name_contact.key()
            if not all(self._import(entry) for entry in waiting):
                return False
        return True

    def _import(self, entry: Waiting) -> bool:
        """False when another process is at it; what can never be stored keeps nobody waiting."""
        if entry.spooled is None:
            self._set_aside(entry)
            return True
        try:
            with self.database.transaction() as session:
                if not locks.take(session, "import"):
                    return False
                stored = self.store(session, entry.spooled.sender, entry.spooled.arrival)
        except (DataError, IntegrityError, ValueError):
            self._set_aside(entry)
            return True
        self.spool.remove(entry)
        if stored.is_queued:
            self._announce(entry.spooled, stored)
        return True

    def _set_aside(self, entry: Waiting) -> None:
        log.error("spool.entry_refused", entry_id=entry.id)
        self.spool.set_aside(entry)

    def _announce(self, spooled: Spooled, stored: Stored) -> None:
        log.info(
            "message.imported",
            correlation_id=spooled.arrival.correlation_id,
            contact=stored.contact,
            conversation_id=stored.conversation_id,
            message_id=stored.message_id,
        )
        self.bell.ring_converse(stored.conversation_id, delay_seconds=stored.delay_seconds)
