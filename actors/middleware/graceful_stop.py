"""Stop within 25 seconds of SIGTERM, however often it comes."""

import os
import signal
import time
from multiprocessing import parent_process
from types import FrameType
from typing import Any

from dramatiq import Broker, Worker
from dramatiq.middleware import ShutdownNotifications
from gevent.monkey import get_original

WATCH_SECONDS = 2.0
GRACE_SECONDS = 12.0
LAST_SECONDS = 5.0
"""For giving leases back, once interrupted."""
LONGEST_STOP_SECONDS = 25.0


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

    def after_worker_boot(self, broker: Broker, worker: Worker) -> None:
        """Begin to look whether whoever started this process is still there.

        Dramatiq tells the parent that we have booted, and a parent that dies in that moment leaves
        us waiting for it, with all our greenlets: only a thread of the system still looks.
        """
        get_original("_thread", "start_new_thread")(_stop_with, (_parent(),))

    def before_worker_shutdown(self, broker: Broker, worker: Worker) -> None:
        """Begin nothing new, let what runs end, and interrupt what still runs after that.

        Dramatiq waits too, but takes the whole time that has passed off each thread's share
        (`dramatiq.common.join_all`): with many threads it leaves most of them behind.
        """
        for thread in worker.workers:
            thread.stop()
        _join(worker, GRACE_SECONDS)
        super().before_worker_shutdown(broker, worker)  # type: ignore[no-untyped-call] # Dramatiq's
        _join(worker, LAST_SECONDS)


def _parent() -> int:
    """Who started this process, even if it has died since."""
    started_by = parent_process()
    known = None if started_by is None else started_by.pid
    return os.getppid() if known is None else known


def _stop_with(parent: int) -> None:
    """Stop when the parent has died: its platform starts another, and nobody looks after us.

    Nobody reads our log any more either: the parent did.
    """
    sleep = get_original("time", "sleep")
    while os.getppid() == parent:
        sleep(WATCH_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    sleep(LONGEST_STOP_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def _join(worker: Worker, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for thread in worker.workers:
        thread.join(max(deadline - time.monotonic(), 0))
