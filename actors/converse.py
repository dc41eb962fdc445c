"""The actor of a turn."""

import dramatiq

from secretaria.adapters.bell import CONVERSE
from secretaria.services.converse import Converse


def register(broker: dramatiq.Broker, converse: Converse) -> None:
    """Declare the actor on a broker.

    A retry only makes recovery fast: what is due stands in PostgreSQL, and the sweeper finds it.
    A finished reply goes before the next turn: Dramatiq takes the lower priority first.
    """

    @dramatiq.actor(
        broker=broker,
        actor_name=CONVERSE,
        queue_name=CONVERSE,
        priority=10,
        max_retries=3,
        min_backoff=5_000,
        max_backoff=60_000,
        time_limit=180_000,
        notify_shutdown=True,
    )
    def run(conversation_id: int) -> None:
        converse(conversation_id)
