"""Overhear: what is said to the customer in our name, by us or by a person, and in whose ticket."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from secretaria import metrics
from secretaria.core import echo as matching
from secretaria.core.echo import Echo
from secretaria.core.payload import Outgoing, TicketEvent
from secretaria.core.ticket import Ticket, holder
from secretaria.errors import DatabaseUnavailable, SpoolUnavailable
from secretaria.models import echoes, inbox, takeovers
from secretaria.models.takeovers import Change
from secretaria.services.find_contact import find_contact
from secretaria.services.ports import Errand, Heard, Spool, Spooled, Transactions
from secretaria.services.settle import Settle, Settled, believe, conversations_of
from secretaria.services.store import conversation_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Overheard:
    """The replies that were proved to have arrived, and what changed hands: (conversation, why)."""

    settled: Sequence[Settled] = ()
    changed: Sequence[tuple[int, Change]] = ()


@dataclass(frozen=True, slots=True)
class Overhear:
    """Tells our own words from a person's: what none of us has written, a person has."""

    settle: Settle
    takeover_hours: float

    def take_in(self, session: Session, heard: Heard, *, at: datetime | None) -> Overheard:
        """Take in what was heard `at` some moment, or now, in the caller's transaction."""
        if isinstance(heard, TicketEvent):
            return self._see(session, heard)
        moment = heard.sent_at or at or inbox.now(session)
        conversations = conversations_of(session, heard.recipient)
        echo = Echo(heard.text, heard.provider_id, moment)
        is_text = heard.kind == "text"
        settled = believe(session, conversations, [echo], "echoed") if is_text else []
        if heard.is_automatic or self._is_ours(session, conversations, heard, moment):
            return Overheard(settled)
        conversation = conversation_of(session, find_contact(session, heard.recipient).id)
        named = heard.provider_id or heard.kind
        return Overheard((), self._take_over(session, conversation.id, "from_me", named, moment))

    def announce(self, overheard: Overheard) -> None:
        """Tell of it, and wake what waited for it."""
        self.settle.announce(overheard.settled, "echoed")
        for conversation_id, change in overheard.changed:
            announce_change(conversation_id, change)

    def _see(self, session: Session, event: TicketEvent) -> Overheard:
        changed: list[tuple[int, Change]] = []
        for conversation_id in conversations_of(session, event.contact):
            if event.ticket.status == "closed":
                changed += _close(session, conversation_id, event.ticket)
                continue
            evidence = holder(event.ticket, bot_user_id=takeovers.bot_user_id(session))
            if evidence is not None:
                changed += self._take_over(session, conversation_id, "ticket_open", evidence, None)
        return Overheard((), changed)

    def _is_ours(
        self, session: Session, conversations: Sequence[int], heard: Outgoing, moment: datetime
    ) -> bool:
        """Whether we wrote it, also when this echo settled nothing: it may have come twice.

        We write texts, and change none of them.
        """
        if heard.kind != "text":
            return False
        written = echoes.texts_written(session, conversations, before=moment)
        return any(matching.is_echo_of(heard.text, text) for text in written)

    def _take_over(
        self,
        session: Session,
        conversation_id: int,
        source: str,
        evidence: str,
        since: datetime | None,
    ) -> list[tuple[int, Change]]:
        change = Change(source, evidence)
        is_new = takeovers.take_over(
            session, conversation_id, change, hours=self.takeover_hours, since=since
        )
        return [(conversation_id, change)] if is_new else []


def _close(session: Session, conversation_id: int, ticket: Ticket) -> list[tuple[int, Change]]:
    """A closed ticket ends people's time."""
    if takeovers.status_of(session, conversation_id) != "human":
        return []
    change = Change("ticket_closed", f"ticket {ticket.id}" if ticket.id is not None else None)
    takeovers.give_back(session, conversation_id, change)
    return [(conversation_id, change)]


def announce_change(conversation_id: int, change: Change) -> None:
    """Count a change of hands, and tell the log."""
    metrics.TAKEOVERS_TOTAL.labels(change.source).inc()
    log.warning(
        "conversation.changed_hands",
        conversation_id=conversation_id,
        source=change.source,
        evidence=change.evidence,
    )


@dataclass(frozen=True, slots=True)
class OverhearWebhook:
    """Keeps what was overheard, as durably as a message: in PostgreSQL, or the spool for it."""

    database: Transactions
    overhear: Overhear
    spool: Spool
    import_spool: Errand = field(repr=False)

    def __call__(self, heard: Heard) -> None:
        """Take it in; never fails the webhook, which nobody would repeat."""
        if self.spool.is_waiting() and self._spool(heard):
            return
        try:
            with self.database.transaction() as session:
                overheard = self.overhear.take_in(session, heard, at=None)
        except DatabaseUnavailable as error:
            log.warning("echo.unstorable", error=str(error))
            self._spool(heard)
            return
        self.overhear.announce(overheard)

    def _spool(self, heard: Heard) -> bool:
        whose = heard.contact if isinstance(heard, TicketEvent) else heard.recipient
        try:
            self.spool.put(Spooled(whose, heard=heard))
        except SpoolUnavailable as error:
            log.error("echo.lost", error=str(error))  # noqa: TRY400 - the class says it all
            return False
        self.import_spool.start()
        return True
