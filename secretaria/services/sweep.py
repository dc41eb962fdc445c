"""Sweep: wake what was not woken, give back what a dead worker held, list what is too old."""

from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from secretaria import metrics
from secretaria.models import channel, outbox, sweeping
from secretaria.services.ports import Bell, Transactions

log = structlog.get_logger(__name__)
GRACE_SECONDS = 3
REPEAT_SECONDS = 10
LOG_GRACE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Found:
    """What one pass found: conversations and replies to wake."""

    conversations: list[int]
    replies: list[int]


@dataclass(frozen=True, slots=True)
class Sweep:
    """One pass over what may have been forgotten; only one worker at a time makes it."""

    database: Transactions
    bell: Bell
    reply_max_age_hours: float

    def __call__(self) -> None:
        """Make a pass; raises `DatabaseUnavailable`, and the next pass does what this did not."""
        with self.database.transaction() as session:
            if not sweeping.is_ours(session):
                return
            self._list_lost(session)
            sweeping.close_logs(session, grace_seconds=LOG_GRACE_SECONDS)
            found = self._find(session)
        for conversation_id in found.conversations:
            self.bell.ring_converse(conversation_id)
        for reply_id in found.replies:
            self.bell.ring_deliver(reply_id)
        if found.conversations or found.replies:
            log.info(
                "sweep.woke",
                conversations=len(found.conversations),
                replies=len(found.replies),
            )

    def _list_lost(self, session: Session) -> None:
        for reply_id, conversation_id in sweeping.abandoned_sends(session):
            outbox.distrust_memory(session, conversation_id)
            metrics.DELIVERIES_TOTAL.labels("ambiguous").inc()
            log.error("delivery.sender_lost", reply_id=reply_id)
        overdue = sweeping.overdue_replies(session, oldest_hours=self.reply_max_age_hours)
        for reply_id, conversation_id in overdue:
            outbox.distrust_memory(session, conversation_id)
            metrics.DELIVERIES_TOTAL.labels("dead").inc()
            log.error("delivery.too_old", reply_id=reply_id)

    def _find(self, session: Session) -> Found:
        conversations = sweeping.forgotten_turns(
            session, grace_seconds=GRACE_SECONDS, repeat_seconds=REPEAT_SECONDS
        )
        if not channel.is_paused(session):
            replies = sweeping.forgotten_replies(
                session, grace_seconds=GRACE_SECONDS, repeat_seconds=REPEAT_SECONDS
            )
        elif channel.seconds_until_probe(session) <= 0:
            replies = sweeping.forgotten_replies(
                session, grace_seconds=0, repeat_seconds=GRACE_SECONDS, limit=1
            )
        else:
            replies = []
        return Found(conversations, replies)
