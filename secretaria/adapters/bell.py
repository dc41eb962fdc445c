"""The bell: wake-ups on Dramatiq's queues, rung by actor name, so that no actor is loaded here."""

from dataclasses import dataclass, field
from typing import Literal

import redis
import structlog
from dramatiq import Broker, Message

from secretaria import metrics
from secretaria.adapters.absence import Absence
from secretaria.adapters.broker import TellingBroker
from secretaria.adapters.redis_client import RedisError

log = structlog.get_logger(__name__)
CONVERSE = "converse"
DELIVER = "deliver"
SETTLE = "settle"
TEND = "tend"
MAINTENANCE_CHANCE = 100_000
"""Per million commands: high enough that dead workers' messages come back soon."""


def broker(client: redis.Redis) -> TellingBroker:
    """A Redis broker that knows our queues and, until told otherwise, no middleware."""
    made = TellingBroker(client, maintenance_chance=MAINTENANCE_CHANCE)
    made.declare_queue(CONVERSE)
    made.declare_queue(DELIVER)
    made.declare_queue(SETTLE)
    made.declare_queue(TEND)
    return made


@dataclass(frozen=True, slots=True)
class DramatiqBell:
    """Rings within the broker's short time limit; a bell that fails is counted and forgotten."""

    broker: Broker
    absence: Absence = field(default_factory=Absence)

    def ring_converse(self, conversation_id: int, *, delay_seconds: float = 0) -> bool:
        """Wake a worker for a conversation's turn."""
        return self._ring(CONVERSE, conversation_id, delay_seconds)

    def ring_deliver(self, reply_id: int, *, delay_seconds: float = 0) -> bool:
        """Wake a worker for a reply."""
        return self._ring(DELIVER, reply_id, delay_seconds)

    def ring_settle(self, reply_id: int) -> bool:
        """Wake a worker to look whether a reply of unknown fate has arrived."""
        return self._ring(SETTLE, reply_id, 0)

    def ring_tend(self, conversation_id: int) -> bool:
        """Wake a worker for the ticket of a conversation that people have."""
        return self._ring(TEND, conversation_id, 0)

    def _ring(self, actor: str, subject: int, delay_seconds: float) -> bool:
        message: Message[None] = Message(
            queue_name=actor, actor_name=actor, args=(subject,), kwargs={}, options={}
        )
        delay = round(delay_seconds * 1000) if delay_seconds > 0 else None
        if self.absence.is_recent():
            return self._has_failed(actor, "away")
        try:
            self.broker.enqueue(message, delay=delay)
        except RedisError as error:
            self.absence.note()
            return self._has_failed(actor, type(error).__name__)
        return True

    def _has_failed(self, actor: str, error: str) -> Literal[False]:
        metrics.WAKE_UPS_LOST_TOTAL.inc()
        log.warning("bell.failed", actor=actor, error=error)
        return False
