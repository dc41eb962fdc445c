"""How late a process is for its own appointments, and how much of a processor it takes."""

import time

import gevent

from secretaria import metrics

EVERY_SECONDS = 1.0


def watch(process: str) -> gevent.Greenlet:
    """Measure both each second in a greenlet, for as long as the process lives: "web" or "worker".

    While one greenlet computes, all others wait: what this one waits for, customers do too.
    """
    return gevent.spawn(_watch, process)


def _watch(process: str) -> None:
    lag = metrics.EVENT_LOOP_LAG_SECONDS.labels(process)
    processor = metrics.PROCESS_CPU_SECONDS_TOTAL.labels(process)
    spent = 0.0
    while True:
        due = time.monotonic() + EVERY_SECONDS
        gevent.sleep(EVERY_SECONDS)
        lag.observe(max(time.monotonic() - due, 0.0))
        before, spent = spent, time.process_time()
        processor.inc(spent - before)
