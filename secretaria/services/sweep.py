"""Sweep: wake what was not woken, give back what a dead worker held, list what is too old."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from sqlalchemy.orm import Session

from secretaria import metrics
from secretaria.errors import DatabaseUnavailable
from secretaria.models import channel, echoes, locks, outbox, sweeping, tending
from secretaria.services.ports import Bell, Transactions

log = structlog.get_logger(__name__)
GRACE_SECONDS = 3
REPEAT_SECONDS = 5
LOG_GRACE_SECONDS = 30
FIRST_LOOK_SECONDS = 5
LAST_LOOK_SECONDS = 86_400
MOST_LOOKS = 5
"""How many replies of unknown fate, and how many of people's tickets, one pass has looked for.

Whaticket is not to notice, and where it hangs its looks are not to fill the worker.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What one pass found: replies that are lost or too old, and what is to be woken."""

    lost: Sequence[int]
    overdue: Sequence[int]
    conversations: list[int]
    replies: list[int]
    doubts: Sequence[int]
    tickets: Sequence[int]


@dataclass(slots=True)
class Patience:
    """Whoever has sent may have waited for PostgreSQL too, to say what the send came to.

    So nobody is given up before PostgreSQL has been back for `seconds`.
    """

    seconds: float = 0.0
    monotonic: Callable[[], float] = lambda: 0.0
    _back_since: float | None = field(default=None, init=False)

    @contextmanager
    def tried(self) -> Iterator[None]:
        """Note whether PostgreSQL was there for a block."""
        try:
            if self._back_since is None:
                self._back_since = self.monotonic()
            yield
        except DatabaseUnavailable:
            self._back_since = None
            raise

    def is_over(self) -> bool:
        """Whether PostgreSQL has been there for long enough."""
        return self._back_since is not None and (
            self.monotonic() - self._back_since >= self.seconds
        )


@dataclass(frozen=True, slots=True)
class Sweep:
    """One pass over what may have been forgotten; only one worker at a time makes it."""

    database: Transactions
    bell: Bell
    reply_max_age_hours: float
    has_login: bool = False
    patience: Patience = field(default_factory=Patience)

    def __call__(self) -> None:
        """Make a pass; raises `DatabaseUnavailable`, and the next pass does what this did not."""
        with self.patience.tried(), self.database.transaction() as session:
            if not locks.take(session, "sweep"):
                return
            lost, overdue = self._list(session)
            sweeping.close_logs(session, grace_seconds=LOG_GRACE_SECONDS)
            conversations, replies = self._forgotten(session)
            doubts, tickets = self._for_the_login(session)
        self._tell(Found(lost, overdue, conversations, replies, doubts, tickets))

    def _list(self, session: Session) -> tuple[list[int], list[int]]:
        lost = sweeping.abandoned_sends(session) if self.patience.is_over() else ()
        overdue = sweeping.overdue_replies(session, oldest_hours=self.reply_max_age_hours)
        outbox.distrust_memory(session, *(conversation for _, conversation in (*lost, *overdue)))
        return [reply for reply, _ in lost], [reply for reply, _ in overdue]

    def _tell(self, found: Found) -> None:
        """Say and ring what is so, now that it is committed."""
        for reply_id in found.lost:
            metrics.DELIVERIES_TOTAL.labels("ambiguous").inc()
            log.error("delivery.sender_lost", reply_id=reply_id)
        for reply_id in found.overdue:
            metrics.DELIVERIES_TOTAL.labels("dead").inc()
            log.error("delivery.too_old", reply_id=reply_id)
        self._wake(found)
        if found.conversations or found.replies:
            log.info(
                "sweep.woke",
                conversations=len(found.conversations),
                replies=len(found.replies),
            )

    def _wake(self, found: Found) -> None:
        """Ring; what the queue does not take is named again by the next pass."""
        turns = [one for one in found.conversations if not self.bell.ring_converse(one)]
        replies = [one for one in found.replies if not self.bell.ring_deliver(one)]
        for reply_id in found.doubts:
            self.bell.ring_settle(reply_id)
        for conversation_id in found.tickets:
            self.bell.ring_tend(conversation_id)
        if turns or replies:
            with self.database.transaction() as session:
                sweeping.unring_turns(session, turns)
                sweeping.unring_replies(session, replies)

    def _for_the_login(self, session: Session) -> tuple[Sequence[int], Sequence[int]]:
        """What takes a login and a Whaticket: replies to look for, and people's tickets."""
        if not self.has_login or channel.is_paused(session):
            return (), ()
        doubts = echoes.forgotten_doubts(
            session,
            first_seconds=FIRST_LOOK_SECONDS,
            longest_seconds=LAST_LOOK_SECONDS,
            limit=MOST_LOOKS,
        )
        return doubts, tending.to_tend(session, limit=MOST_LOOKS)

    def _forgotten(self, session: Session) -> tuple[list[int], list[int]]:
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
        return conversations, replies
