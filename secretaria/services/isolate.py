"""Isolate: try again, alone and one at a time, the turns that a worker left behind."""

from dataclasses import dataclass

import structlog

from secretaria.models import leases
from secretaria.services.ports import Solitude, Transactions

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Isolate:
    """When a worker dies, one of its turns may have killed it: no other may die with that one."""

    database: Transactions
    solitude: Solitude
    owner: str
    """In whose name the process takes its leases; when it dies, they need not run out."""

    def __call__(self) -> None:
        """Try every abandoned turn once, the first abandoned first, until the process dies of one.

        Raises `DatabaseUnavailable`.
        """
        conversation_id = self._oldest()
        if conversation_id is None:
            return
        tried: set[int] = set()
        with self.solitude() as attempt:
            while conversation_id is not None and conversation_id not in tried:
                tried.add(conversation_id)
                log.warning("turn.isolated", conversation_id=conversation_id)
                if not attempt(conversation_id):
                    log.error("turn.killed_its_process", conversation_id=conversation_id)
                    self._abandon(conversation_id)
                    return
                conversation_id = self._oldest()

    def _abandon(self, conversation_id: int) -> None:
        with self.database.transaction() as session:
            leases.abandon(session, conversation_id, owner=self.owner)

    def _oldest(self) -> int | None:
        with self.database.transaction() as session:
            return leases.oldest_abandoned(session)
