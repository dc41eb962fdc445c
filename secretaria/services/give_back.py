"""Give back what a caller at Typebot's door had in its hands: sent, of unknown fate, or unsent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import structlog

from secretaria.errors import DatabaseUnavailable
from secretaria.models import doors, outbox
from secretaria.models.claims import Intent
from secretaria.models.doors import Door
from secretaria.services import attempts
from secretaria.services.ports import Bell, Clock, Fate, Transactions

log = structlog.get_logger(__name__)
Outcome = Literal["sent", "ambiguous"]


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Records what became of replies that were given in an answer, and lets the next ones go."""

    database: Transactions
    bell: Bell
    clock: Clock

    def settle(self, intents: Sequence[Intent], owner: str, fate: Fate, *, since: float) -> None:
        """Record what became of the answer that held these replies; `since`: when it was ready."""
        if not intents:
            return
        duration_ms = round((self.clock.monotonic() - since) * 1000)
        if fate == "unwritten":
            self.withdraw([intent.reply_id for intent in intents], owner)
        else:
            outcome: Outcome = "sent" if fate == "written" else "ambiguous"
            self._patiently(lambda: self._record(intents, outcome, duration_ms))

    def withdraw(self, reply_ids: Sequence[int], owner: str) -> None:
        """Take back the intents of replies that nobody has seen, the last one first."""
        if reply_ids:
            self._patiently(lambda: self._withdraw(reply_ids, owner))

    def close(self, door: Door | None) -> None:
        """Let the conversation's replies leave the usual way, and wake whoever sends them.

        Where PostgreSQL is away, the door closes by itself when its time is over.
        """
        if door is None:
            return
        try:
            with self.database.transaction() as session:
                is_closed = doors.close(session, door)
                following = outbox.next_reply(session, door.conversation_id)
        except DatabaseUnavailable as error:
            log.warning("door.left_open", error=str(error))
            return
        if is_closed and following is not None:
            reply_id, delay_seconds = following
            self.bell.ring_deliver(reply_id, delay_seconds=delay_seconds)

    def _withdraw(self, reply_ids: Sequence[int], owner: str) -> None:
        with self.database.transaction() as session:
            for reply_id in reversed(reply_ids):
                attempts.withdraw(session, reply_id, owner)

    def _record(self, intents: Sequence[Intent], outcome: Outcome, duration_ms: int) -> None:
        error = None if outcome == "sent" else "connection_broken"
        with self.database.transaction() as session:
            for intent in intents:
                outbox.record(session, intent, state=outcome, reason=error, retry_seconds=None)
                outbox.complete_log(
                    session,
                    intent.log_id,
                    outcome=outcome,
                    http_status=None,
                    duration_ms=duration_ms,
                    error=error,
                )
            if outcome == "ambiguous":
                outbox.distrust_memory(session, *{one.conversation_id for one in intents})
        for intent in intents:
            attempts.announce(
                intent, outcome, http_status=None, error=error, duration_ms=duration_ms
            )

    def _patiently(self, write: Callable[[], None]) -> None:
        """Nobody waits for this any more: if PostgreSQL stays away, the sweeper says ambiguous."""
        try:
            attempts.patiently(write, self.clock)
        except DatabaseUnavailable:
            log.error("delivery.unrecorded")  # noqa: TRY400 - the event says it all
