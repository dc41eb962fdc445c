"""Import the spool: give PostgreSQL what was accepted while it was away, in that order."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from secretaria.models import locks
from secretaria.services.overhear import Overhear, Overheard, announce_change
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
    overhear: Overhear
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
                done = self._take_in(session, entry.spooled, entry.since)
        except (DataError, IntegrityError, ValueError):
            self._set_aside(entry)
            return True
        self.spool.remove(entry)
        if isinstance(done, Overheard):
            self.overhear.announce(done)
        else:
            self._announce(entry.spooled, done)
        return True

    def _take_in(self, session: Session, spooled: Spooled, since: datetime) -> Stored | Overheard:
        if spooled.arrival is not None:
            return self.store(session, spooled.sender, spooled.arrival)
        if spooled.heard is None:
            raise ValueError("an entry that holds nothing")
        return self.overhear.take_in(session, spooled.heard, at=since)

    def _set_aside(self, entry: Waiting) -> None:
        log.error("spool.entry_refused", entry_id=entry.id)
        self.spool.set_aside(entry)

    def _announce(self, spooled: Spooled, stored: Stored) -> None:
        for change in stored.changes:
            announce_change(stored.conversation_id, change)
        if stored.message_id is None:
            return
        log.info(
            "message.imported",
            correlation_id=spooled.arrival.correlation_id if spooled.arrival else None,
            contact=stored.contact,
            conversation_id=stored.conversation_id,
            message_id=stored.message_id,
        )
        if stored.due_in_seconds is not None:
            self.bell.ring_converse(stored.conversation_id, delay_seconds=stored.due_in_seconds)
