"""Import the spool: give PostgreSQL what was accepted while it was away, in that order."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from secretaria.models import locks
from secretaria.services.ports import Bell, Spool, Transactions, Waiting
from secretaria.services.store import Store, Stored

log = structlog.get_logger(__name__)
LONGEST_PASS = 100


@dataclass(frozen=True, slots=True)
class ImportSpool:
    """Imports in passes, one process at a time; what was imported already is not imported again.

    An entry leaves the spool after PostgreSQL has it for sure.
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
            if not self._pass(waiting):
                return False
        return True

    def _pass(self, waiting: Sequence[Waiting]) -> bool:
        self.store.name_contact.key()
        with self.database.transaction() as session:
            if not locks.take(session, "import"):
                return False
            outcomes = [(entry, self._store(session, entry)) for entry in waiting]
        self.spool.remove([entry for entry, stored in outcomes if stored is not None])
        for entry, stored in outcomes:
            if stored is None:
                log.error("spool.entry_refused", entry_id=entry.id)
                self.spool.set_aside(entry)
            elif stored.is_queued:
                self._announce(entry, stored)
        return True

    def _store(self, session: Session, entry: Waiting) -> Stored | None:
        """None for what can never be stored; it must not keep the others waiting."""
        if entry.spooled is None:
            return None
        try:
            with session.begin_nested():
                return self.store(session, entry.spooled.sender, entry.spooled.arrival)
        except (DataError, IntegrityError, ValueError):
            return None

    def _announce(self, entry: Waiting, stored: Stored) -> None:
        assert entry.spooled is not None  # noqa: S101 - it was stored
        log.info(
            "message.imported",
            correlation_id=entry.spooled.arrival.correlation_id,
            contact=stored.contact,
            conversation_id=stored.conversation_id,
            message_id=stored.message_id,
        )
        self.bell.ring_converse(stored.conversation_id, delay_seconds=stored.delay_seconds)
