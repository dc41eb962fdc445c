"""An outbox on real engines, whose replies go to the simulated Whaticket over real HTTP."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from slow_messenger import MOST_SECONDS
from sqlalchemy import select, text

from secretaria.adapters.database import Database
from secretaria.bootstrap import common, worker
from secretaria.models.tables import Channel, DeliveryLog, Message
from secretaria.playground.engines.process import wait_until
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.services.deliver import Attempt, Deliver
from secretaria.services.look import Look
from secretaria.settings import Settings

ANA, BIA = "5511955550101", "5511955550102"


@dataclass
class RememberingBell:
    replies: list[tuple[int, float]] = field(default_factory=list)

    def ring_converse(self, conversation_id: int, *, delay_seconds: float = 0) -> bool:
        raise AssertionError(f"turn {conversation_id} woken, {delay_seconds} s")

    def ring_deliver(self, reply_id: int, *, delay_seconds: float = 0) -> bool:
        self.replies.append((reply_id, delay_seconds))
        return True


@dataclass
class Outbox:
    """Replies to deliver, the delivering, and a look at what became of them."""

    database: Database
    whaticket: WhaticketSimulator
    settings: Settings
    bell: RememberingBell
    deliver: Deliver
    serial: Any = field(default_factory=lambda: itertools.count(1))

    def add(self, words: str = "olá", *, number: str | None = ANA, **contact: Any) -> int:
        """Put a reply in a contact's conversation, due now; answers its id."""
        who = {"number": number, "lid": None, "ticket_id": None} | contact
        with self.database.transaction() as session:
            contact_id = session.scalar(
                text("SELECT id FROM contacts WHERE number = :number OR lid = :lid"), who
            ) or session.scalar(
                text(
                    "INSERT INTO contacts (number, lid, ticket_id)"
                    " VALUES (:number, :lid, :ticket_id) RETURNING id"
                ),
                who,
            )
            conversation_id = session.scalar(
                text(
                    "INSERT INTO conversations (contact_id) VALUES (:id)"
                    " ON CONFLICT (contact_id) DO UPDATE SET contact_id = :id RETURNING id"
                ),
                {"id": contact_id},
            )
            reply = text(
                "INSERT INTO messages (conversation_id, direction, state, kind, text,"
                " correlation_id, accepted_at, due_at) VALUES (:conversation_id, 'outbound',"
                " 'pending', 'answer', :words, :correlation_id, now(), now()) RETURNING id"
            )
            values = {
                "conversation_id": conversation_id,
                "words": words,
                "correlation_id": f"correlation-{next(self.serial)}",
            }
            return int(session.scalar(reply, values) or 0)

    def attempt(self, reply_id: int) -> Attempt | None:
        """Deliver as a wake-up would, whatever the time says."""
        self.sql("UPDATE messages SET due_at = now() WHERE state = 'pending'")
        return self.deliver(reply_id)

    def reply(self, reply_id: int) -> Message:
        with self.database.transaction() as session:
            return session.scalars(select(Message).filter_by(id=reply_id)).one()

    def state(self, reply_id: int) -> str:
        return self.reply(reply_id).state

    def logs(self, reply_id: int) -> Sequence[DeliveryLog]:
        query = select(DeliveryLog).filter_by(message_id=reply_id).order_by(DeliveryLog.attempt)
        with self.database.transaction() as session:
            return session.scalars(query).all()

    def channel(self) -> Channel:
        with self.database.transaction() as session:
            return session.scalars(select(Channel)).one()

    def due_in(self, reply_id: int) -> float:
        """How many seconds from now a reply is due."""
        left = "SELECT extract(epoch FROM due_at - clock_timestamp()) FROM messages WHERE id = :id"
        return float(self.value(left, id=reply_id))

    def now(self) -> datetime:
        """The moment by PostgreSQL's clock."""
        moment: datetime = self.value("SELECT clock_timestamp()")
        return moment

    def value(self, query: str, **values: Any) -> Any:
        with self.database.transaction() as session:
            return session.scalar(text(query), values)

    def sql(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as session:
            session.execute(text(statement), values)

    def wait_for_a_blocked_statement(self) -> None:
        """Wait until another transaction waits for a row that the caller's holds."""
        blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        assert wait_until(lambda: self.value(blocked) > 0, seconds=MOST_SECONDS)

    def reconfigured(self, **changed: Any) -> "Outbox":
        """The same outbox, worked on by a worker with other settings."""
        settings = self.settings.model_copy(update=changed)
        return replace(
            self, settings=settings, deliver=deliverer(settings, self.database, self.bell)
        )


def deliverer(settings: Settings, database: Database, bell: RememberingBell) -> Deliver:
    return Deliver(
        database,
        bell,
        worker.messenger(settings),
        Look(database, None, settings.human_takeover_hours),
        common.clock(),
        settings.whaticket_timeout_seconds,
        settings.reply_max_age_hours,
        settings.human_takeover_hours,
        settings.reply_chars_per_second,
    )


@pytest.fixture
def outbox(
    make_settings: Callable[..., Settings], database: Database, whaticket: WhaticketSimulator
) -> Outbox:
    settings = make_settings(whaticket_timeout_seconds=8)
    bell = RememberingBell()
    return Outbox(database, whaticket, settings, bell, deliverer(settings, database, bell))
