"""Stop within 25 seconds of SIGTERM, however often it comes."""

import signal
from types import FrameType
from typing import Any

import gevent
from dramatiq import Broker, Worker
from dramatiq.middleware import ShutdownNotifications

GRACE_SECONDS = 12


class GracefulStop(ShutdownNotifications):
    """Lets work in progress end for a while, then interrupts it, so that it gives its lease back.

    Dramatiq takes a second SIGTERM for an order to die at once; platforms send it as a matter of
    course, so that only the first one counts here.
    """

    def after_process_boot(self, broker: Broker) -> None:
        """Make the first SIGTERM the only one."""
        super().after_process_boot(broker)  # type: ignore[no-untyped-call] # Dramatiq's
        stop: Any = signal.getsignal(signal.SIGTERM)

        def once(number: int, frame: FrameType | None) -> None:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            stop(number, frame)

        signal.signal(signal.SIGTERM, once)

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        """Interrupt what is still running when the grace is over."""
        gevent.spawn_later(GRACE_SECONDS, super().before_worker_shutdown, broker, worker)
