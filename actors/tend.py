"""The actor that sees to people's tickets."""

import dramatiq

from secretaria.adapters.bell import TEND
from secretaria.services.tend import Tend


def register(broker: dramatiq.Broker, tend: Tend) -> None:
    """Declare the actor on a broker.

    It is never retried: what is due stands in PostgreSQL, and the sweeper rings again.
    """

    @dramatiq.actor(
        broker=broker,
        actor_name=TEND,
        queue_name=TEND,
        priority=20,
        max_retries=0,
        time_limit=60_000,
    )
    def run(conversation_id: int) -> None:
        tend(conversation_id)
