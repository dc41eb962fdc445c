"""The actor that looks for a reply of unknown fate."""

import dramatiq

from secretaria.adapters.bell import SETTLE
from secretaria.services.read_back import ReadBack


def register(broker: dramatiq.Broker, read_back: ReadBack) -> None:
    """Declare the actor on a broker.

    It is never retried: the sweeper rings again, ever more rarely. All else goes before it.
    """

    @dramatiq.actor(
        broker=broker,
        actor_name=SETTLE,
        queue_name=SETTLE,
        priority=20,
        max_retries=0,
        time_limit=60_000,
    )
    def run(reply_id: int) -> None:
        read_back(reply_id)
