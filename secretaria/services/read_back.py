"""Read back: look into a contact's ticket whether a reply of unknown fate stands there."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from secretaria.core.echo import read_since
from secretaria.errors import Transient
from secretaria.models import echoes
from secretaria.models.echoes import Doubt
from secretaria.services.ports import Tickets, Transactions
from secretaria.services.settle import Settle

log = structlog.get_logger(__name__)
LONGEST_LOOK_BACK = timedelta(hours=24)
"""So long before a reply's last attempt the replies with the same text are considered."""


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Presence settles a reply; absence proves nothing, for not every fork keeps what we send."""

    database: Transactions
    settle: Settle
    tickets: Tickets | None
    """None without a login."""

    def __call__(self, reply_id: int) -> None:
        """Look once; a passing fault is logged, and the next look is the sweeper's."""
        try:
            self._look(reply_id)
        except Transient as error:
            log.warning("read_back.postponed", reply_id=reply_id, error=str(error))

    def _look(self, reply_id: int) -> None:
        found = self._find(reply_id)
        if found is None or self.tickets is None:
            return
        doubt, since = found
        structlog.contextvars.bind_contextvars(correlation_id=doubt.reply.correlation_id)
        said = self.tickets.said(doubt.address, since=since)
        self.settle.by_ticket(doubt.reply.conversation_id, said)

    def _find(self, reply_id: int) -> tuple[Doubt, datetime] | None:
        """The reply, and since when to read.

        The echoes of earlier replies with the same text are needed too: without them this reply's
        own would be taken for one of theirs.
        """
        with self.database.transaction() as session:
            doubt = echoes.find_doubt(session, reply_id)
            if doubt is None:
                return None
            attempted_at = doubt.reply.attempted_at
            replies = echoes.find_replies(
                session,
                [doubt.reply.conversation_id],
                earliest=attempted_at - LONGEST_LOOK_BACK,
                latest=attempted_at,
            )
        return doubt, read_since(doubt.reply, replies)
