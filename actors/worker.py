"""The boot of a worker process: Dramatiq calls `boot` in each of them."""

import sys

import dramatiq
import structlog
from dramatiq.middleware import Retries, TimeLimit

from actors import converse, deliver, settle, tend
from actors.middleware.context import Context
from actors.middleware.delivery_log import DeliveryLog
from actors.middleware.graceful_stop import GracefulStop
from actors.middleware.maintenance import Maintenance
from secretaria import logs, settings
from secretaria.adapters import cooperation, garbage
from secretaria.bootstrap import common, worker
from secretaria.errors import Misconfigured

log = structlog.get_logger(__name__)


def boot() -> None:
    """Wire this process and declare its actors; what cannot be wired ends it with one line."""
    try:
        _boot()
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except Exception:
        log.exception("worker.not_booted")
        sys.exit(3)


def _boot() -> None:
    cooperation.require()
    environment = settings.load()
    logs.configure(
        level=environment.log_level,
        format=environment.log_format,
        secrets=environment.secrets(),
    )
    parts = worker.wire(environment)
    broker = parts.broker
    for middleware in (
        TimeLimit(),
        Maintenance(  # before whoever waits for the workers: no chore is begun meanwhile
            (parts.presence, parts.sweep, parts.isolate, parts.import_spool, parts.retain),
            parts.presence.leave,
            metrics_port=environment.worker_metrics_port,
            metrics_token=settings.reveal(environment.metrics_token),
            build=common.build(environment),
        ),
        GracefulStop(),
        Context(),
        DeliveryLog(parts.database),
        Retries(),
    ):
        broker.add_middleware(middleware)
    converse.register(broker, parts.converse)
    deliver.register(broker, parts.deliver)
    settle.register(broker, parts.read_back)
    tend.register(broker, parts.tend)
    dramatiq.set_broker(broker)
    garbage.look_for_less()
