"""The bell: wake-ups on Dramatiq's queues, rung by actor name, so that no actor is loaded here."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import redis
import structlog

from secretaria import metrics
from secretaria.adapters.absence import Absence
from secretaria.adapters.broker import Ring, TellingBroker
from secretaria.adapters.redis_client import RedisError
from secretaria.services.ports import WakeUp

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

    broker: TellingBroker
    absence: Absence = field(default_factory=Absence)

    def wake_all(self, wake_ups: Sequence[WakeUp]) -> Sequence[bool]:
        """Wake workers for many conversations' turns at once; answers as the others do of each."""
        are_rung = self._ring(*(_ring(CONVERSE, *wake_up) for wake_up in wake_ups))
        return [are_rung] * len(wake_ups)

    def ring_converse(self, conversation_id: int, *, delay_seconds: float = 0) -> bool:
        """Wake a worker for a conversation's turn."""
        return self._ring(_ring(CONVERSE, conversation_id, delay_seconds))

    def ring_deliver(self, reply_id: int, *, delay_seconds: float = 0) -> bool:
        """Wake a worker for a reply."""
        return self._ring(_ring(DELIVER, reply_id, delay_seconds))

    def ring_settle(self, reply_id: int) -> bool:
        """Wake a worker to look whether a reply of unknown fate has arrived."""
        return self._ring(_ring(SETTLE, reply_id, 0))

    def ring_tend(self, conversation_id: int) -> bool:
        """Wake a worker for the ticket of a conversation that people have."""
        return self._ring(_ring(TEND, conversation_id, 0))

    def _ring(self, *rings: Ring) -> bool:
        if self.absence.is_recent():
            return _have_failed(rings, "away")
        try:
            self.broker.ring(rings)
        except RedisError as error:
            self.absence.note(error)
            return _have_failed(rings, type(error).__name__)
        return True


def _ring(actor: str, subject: int, delay_seconds: float) -> Ring:
    return Ring(actor, subject, round(delay_seconds * 1000) if delay_seconds > 0 else None)


def _have_failed(rings: Sequence[Ring], error: str) -> bool:
    for ring in rings:
        metrics.WAKE_UPS_LOST_TOTAL.inc()
        log.warning("bell.failed", actor=ring.actor, subject=ring.subject, error=error)
    return False
