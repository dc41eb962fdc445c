"""The actor of a delivery."""

import dramatiq
from dramatiq.errors import Retry

from actors.middleware.delivery_log import note
from secretaria.adapters.bell import DELIVER
from secretaria.core.delivery import MOST_ATTEMPTS, RETRY_SECONDS
from secretaria.services.deliver import Deliver


def register(broker: dramatiq.Broker, deliver: Deliver) -> None:
    """Declare the actor on a broker.

    A send that did not arrive is retried with the delay that the service decided, which is also
    on the reply's row: a retry lost by the queue is found by the sweeper.
    """

    @dramatiq.actor(
        broker=broker,
        actor_name=DELIVER,
        queue_name=DELIVER,
        max_retries=MOST_ATTEMPTS,
        min_backoff=RETRY_SECONDS[0] * 1000,
        max_backoff=RETRY_SECONDS[-1] * 1000,
        time_limit=120_000,
    )
    def run(reply_id: int) -> None:
        attempt = deliver(reply_id)
        note(attempt)
        if attempt is not None and attempt.retry_seconds is not None:
            raise Retry("delivery.retry", delay=round(attempt.retry_seconds * 1000))
