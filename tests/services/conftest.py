"""A worker's services on real engines, with a bell that only remembers who rang."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import pytest
import redis
from sqlalchemy import select, text

from secretaria.adapters.database import Database
from secretaria.adapters.gathering import Gathering
from secretaria.bootstrap import worker
from secretaria.core.payload import Incoming, Sender
from secretaria.models.tables import Conversation, DeliveryLog, Message
from secretaria.playground.faults import Fault
from secretaria.playground.gemini import GeminiSimulator
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.services.accept import Accept, Acceptance
from secretaria.services.overhear import OverhearWebhook
from secretaria.services.ports import WakeUp
from secretaria.services.settle import Settle
from secretaria.services.store_together import StoreTogether
from secretaria.services.sweep import Patience
from secretaria.settings import Settings

ANA = "5511955550101"


@dataclass
class RememberingBell:
    conversations: list[tuple[int, float]] = field(default_factory=list)
    replies: list[tuple[int, float]] = field(default_factory=list)
    doubts: list[int] = field(default_factory=list)
    tickets: list[int] = field(default_factory=list)

    def wake(self, wake_up: WakeUp) -> None:
        self.ring_converse(wake_up.conversation_id, delay_seconds=wake_up.delay_seconds)

    def ring_converse(self, conversation_id: int, *, delay_seconds: float = 0) -> bool:
        self.conversations.append((conversation_id, delay_seconds))
        return True

    def ring_deliver(self, reply_id: int, *, delay_seconds: float = 0) -> bool:
        self.replies.append((reply_id, delay_seconds))
        return True

    def ring_settle(self, reply_id: int) -> bool:
        self.doubts.append(reply_id)
        return True

    def ring_tend(self, conversation_id: int) -> bool:
        self.tickets.append(conversation_id)
        return True


class NoLimiter:
    def seconds_to_wait(self, _: str) -> int:
        return 0

    def count_address(self, _: str) -> int | None:
        return None


class NoErrand:
    def start(self) -> None:
        pass


@dataclass
class World:
    """What a test does as the customer, as the worker, and as the one who looks at the tables."""

    settings: Settings
    database: Database
    redis: redis.Redis
    gemini: GeminiSimulator
    whaticket: WhaticketSimulator
    bell: RememberingBell
    parts: worker.Worker
    accept: Accept
    hear: OverhearWebhook

    def customer_says(self, words: str, *, number: str = ANA, **more: Any) -> Acceptance:
        """Accept a message, as the webhook does."""
        sender = Sender(number=number, lid=None, ticket_id=None, name=more.pop("name", None))
        usual: dict[str, Any] = {
            "sender": sender,
            "kind": "text",
            "text": words,
            "provider_id": uuid4().hex,
            "choice_id": None,
            "edits": None,
            "sent_at": None,
        }
        correlation_id = more.pop("correlation_id", uuid4().hex)
        incoming = Incoming(**(usual | more))
        return self.accept(incoming, request_key=uuid4().hex, correlation_id=correlation_id)

    def turn(self, conversation_id: int = 1, *, is_alone: bool = False) -> None:
        """Run a turn now, as a wake-up would, or as the process that runs them alone."""
        self.parts.converse(conversation_id, is_alone=is_alone)

    def deliver_all(self) -> None:
        """Deliver whatever waits, oldest first, also when the machine stands still meanwhile."""
        for reply in self.messages(direction="outbound", state="pending"):
            attempt = self.parts.deliver(reply.id)
            while attempt is not None and attempt.error == "lease_short":
                self.sql("UPDATE messages SET due_at = now() WHERE id = :id", id=reply.id)
                attempt = self.parts.deliver(reply.id)

    def answer(self) -> list[str]:
        """Run the turn and deliver; answers what the customer has got so far."""
        self.turn()
        self.deliver_all()
        return self.whaticket.replies_to(ANA)

    def answered(self, words: str, *faults: Fault) -> Message:
        """Say something and have it answered, while Whaticket fails so; answers the reply."""
        self.customer_says(words)
        self.turn()
        self.whaticket.plan(*faults)
        self.deliver_all()
        return self.messages(direction="outbound")[-1]

    def messages(self, **wanted: Any) -> Sequence[Message]:
        query = select(Message).filter_by(**wanted).order_by(Message.id)
        with self.database.transaction() as session:
            return session.scalars(query).all()

    def replies(self) -> list[tuple[str, str]]:
        return [(one.kind, one.text) for one in self.messages(direction="outbound")]

    def states(self, direction: str = "inbound") -> list[str]:
        return [message.state for message in self.messages(direction=direction)]

    def conversation(self, conversation_id: int = 1) -> Conversation:
        with self.database.transaction() as session:
            return session.scalars(select(Conversation).filter_by(id=conversation_id)).one()

    def logs(self) -> Sequence[DeliveryLog]:
        with self.database.transaction() as session:
            return session.scalars(select(DeliveryLog).order_by(DeliveryLog.id)).all()

    def sql(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as session:
            session.execute(text(statement), values)


@pytest.fixture
def make_world(
    make_settings: Callable[..., Settings],
    database: Database,
    redis_client: redis.Redis,
    gemini: GeminiSimulator,
    whaticket: WhaticketSimulator,
) -> Callable[..., World]:
    def make(**changed: Any) -> World:
        usual = {"llm_timeout_seconds": 15, "llm_attempts": 2, "llm_budget_seconds": 40}
        settings = make_settings(**(usual | changed))
        bell = RememberingBell()
        wired = worker.wire(settings)
        parts = replace(
            wired,
            converse=replace(wired.converse, bell=bell),
            deliver=replace(wired.deliver, bell=bell),
            read_back=replace(wired.read_back, settle=replace(wired.read_back.settle, bell=bell)),
            sweep=replace(wired.sweep, bell=bell, patience=Patience()),
            import_spool=replace(
                wired.import_spool,
                bell=bell,
                overhear=replace(wired.import_spool.overhear, settle=Settle(database, bell)),
            ),
        )
        importing = parts.import_spool
        spool = importing.spool
        accept = Accept(
            database,
            NoLimiter(),
            is_too_fast=lambda _: False,
            store_together=gathered(database, importing.store, spool),
            wake=bell.wake,
            store=importing.store,
            spool=spool,
            import_spool=NoErrand(),
        )
        hear = OverhearWebhook(database, importing.overhear, spool, NoErrand())
        return World(settings, database, redis_client, gemini, whaticket, bell, parts, accept, hear)

    return make


def gathered(database: Any, store: Any, spool: Any) -> Gathering[Any, Any]:
    return Gathering(StoreTogether(database, store, spool), 2)


@pytest.fixture
def with_stores() -> Callable[..., Accept]:
    """The same way in, to other stores."""

    def replaced(accept: Accept, *, database: Any = None, spool: Any = None) -> Accept:
        database, spool = database or accept.database, spool or accept.spool
        return replace(
            accept,
            database=database,
            spool=spool,
            store_together=gathered(database, accept.store, spool),
        )

    return replaced


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()
