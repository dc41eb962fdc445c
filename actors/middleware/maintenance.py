"""Keep the house in every worker: its chores, and the worker's own metrics."""

from collections.abc import Callable, Sequence
from importlib.metadata import version

import gevent
import structlog
from dramatiq import Broker, Middleware, Worker

from secretaria import metrics
from secretaria.adapters import loop_lag
from secretaria.errors import Transient
from secretaria.metrics import Build

log = structlog.get_logger(__name__)
EVERY_SECONDS = 2.0


class Maintenance(Middleware):
    """Does each chore every few seconds, in each worker process; none waits for another.

    `leave` is called when they end.
    """

    def __init__(
        self,
        chores: Sequence[Callable[[], object]],
        leave: Callable[[], object],
        *,
        metrics_port: int,
        metrics_token: str | None,
        build: Build | None = None,
    ) -> None:
        self.chores = chores
        self.leave = leave
        self.metrics_port = metrics_port
        self.metrics_token = metrics_token
        self.build = build
        self.greenlets: list[gevent.Greenlet] = []

    def after_worker_boot(self, broker: Broker, worker: Worker) -> None:
        """Begin."""
        self.greenlets = [gevent.spawn(_repeat, chore) for chore in self.chores]
        self.greenlets.append(loop_lag.watch("worker"))
        try:
            metrics.serve(self.metrics_port, token=self.metrics_token, build=self.build)
        except OSError as error:
            log.error("metrics.not_served", port=self.metrics_port, error=type(error).__name__)  # noqa: TRY400 - the port is what matters
        log.info("worker.ready", version=version("secretaria"))

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        """End, while the workers do."""
        gevent.killall(self.greenlets, block=False)
        self.leave()

    def after_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        """Say that it ended of its own accord: one that dies does not."""
        log.info("worker.stopped", version=version("secretaria"))


def _repeat(chore: Callable[[], object]) -> None:
    name = type(chore).__name__
    while True:
        gevent.sleep(EVERY_SECONDS)
        try:
            chore()
        except Transient as error:
            log.warning("chore.postponed", chore=name, error=str(error))
        except Exception:
            log.exception("chore.failed", chore=name)
