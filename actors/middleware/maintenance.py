"""Keep the house in every worker: the sweeper, and the worker's own metrics."""

import gevent
import structlog
from dramatiq import Broker, Middleware, Worker

from secretaria import metrics
from secretaria.errors import DatabaseUnavailable
from secretaria.services.sweep import Sweep

log = structlog.get_logger(__name__)
EVERY_SECONDS = 2.0


class Maintenance(Middleware):
    """Sweeps every few seconds, in each worker process; a lock lets one of them do it."""

    def __init__(self, sweep: Sweep, *, metrics_port: int, metrics_token: str | None) -> None:
        self.sweep = sweep
        self.metrics_port = metrics_port
        self.metrics_token = metrics_token
        self.greenlet: gevent.Greenlet | None = None

    def after_worker_boot(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - Dramatiq's signature
        """Begin."""
        self.greenlet = gevent.spawn(self._run)
        try:
            metrics.serve(self.metrics_port, token=self.metrics_token)
        except OSError as error:
            log.error("metrics.not_served", port=self.metrics_port, error=type(error).__name__)  # noqa: TRY400 - the port is what matters
        log.info("worker.ready")

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:  # noqa: ARG002 - Dramatiq's signature
        """End, before the workers do."""
        if self.greenlet is not None:
            self.greenlet.kill()

    def _run(self) -> None:
        while True:
            gevent.sleep(EVERY_SECONDS)
            try:
                self.sweep()
            except DatabaseUnavailable as error:
                log.warning("sweep.postponed", error=str(error))
            except Exception:
                log.exception("sweep.failed")
