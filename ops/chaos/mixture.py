"""A random mixture: one fault after another, under load, for as many minutes as asked."""

import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import gevent

from ops.chaos.outages import OUTAGES
from ops.chaos.scenario import Run, Scenario
from secretaria.playground.faults import Fault

CUSTOMERS = 20
SHORTEST_SECONDS, LONGEST_SECONDS = 2.0, 12.0
IN_DOUBT = (
    Fault("deliver_then_status", status=500, times=2),
    Fault("deliver_then_reset", times=2),
    Fault("deliver_then_hang", times=1),
    Fault("status", status=503, times=3),
)
NUMBER = 0
"""A mixture is no scenario of the list."""


def mixture(minutes: float) -> Scenario:
    """A scenario made up as it goes, by the seed's chance."""
    size = {"minutes": minutes}
    return Scenario(NUMBER, f"mistura por {minutes:g} min", mix, quick=size, full=size)


def mix(run: Run, *, minutes: float) -> None:
    """One fault at a time: losing the spool while PostgreSQL needs it is outside the promise."""
    run.arena.gemini.default_delay_seconds = 0.5
    told: dict[str, int] = {}
    deadline = time.monotonic() + minutes * 60
    with run.driver.chatter(CUSTOMERS, pause_seconds=1.0):
        while time.monotonic() < deadline:
            run.wait_for(lambda: not run.arena.spooled())
            name = run.chance.choice([*OUTAGES, *BLOWS])
            told[name] = told.get(name, 0) + 1
            if name in OUTAGES:
                with OUTAGES[name](run.arena):
                    gevent.sleep(run.chance.uniform(SHORTEST_SECONDS, LONGEST_SECONDS))
            else:
                BLOWS[name](run)
            gevent.sleep(run.chance.uniform(SHORTEST_SECONDS, LONGEST_SECONDS))
    for name, times in told.items():
        run.report(name, times)
    run.latencies()


def _kill_worker(run: Run) -> None:
    run.arena.kill_a_worker(run.chance)


def _kill_web(run: Run) -> None:
    """Kill one of gunicorn's workers; gunicorn starts another."""
    run.arena.kill_a_web_process(run.chance)


def _restart_worker(run: Run) -> None:
    """Stop a worker as a deploy does; the supervisor starts the next."""
    name = run.chance.choice(run.arena.worker_names)
    with suppress(ProcessLookupError):
        run.arena.processes[name].send_signal(signal.SIGTERM)


def _doubtful_sends(run: Run) -> None:
    run.arena.whaticket.plan(run.chance.choice(IN_DOUBT))


BLOWS: Mapping[str, Callable[[Run], None]] = {
    "kill -9 num worker": _kill_worker,
    "kill -9 no web": _kill_web,
    "SIGTERM num worker": _restart_worker,
    "envios em dúvida": _doubtful_sends,
}
