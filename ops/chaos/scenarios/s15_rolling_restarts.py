"""15: everything is restarted, one process after another, while customers write."""

import signal
import time

import gevent

from ops.chaos.scenario import Run, scenario

MOST_SECONDS = 25.0


@scenario(
    15,
    "reinícios em sequência sob carga, SIGTERM duas vezes, uma migração no meio",
    quick={"customers": 5, "rounds": 1, "thinking_seconds": 0.5},
    full={"customers": 20, "rounds": 3, "thinking_seconds": 2.0},
)
def restart_in_turn(run: Run, *, customers: int, rounds: int, thinking_seconds: float) -> None:
    """Each process ends within 25 s of its SIGTERM with code 0, and nothing is lost."""
    arena = run.arena
    arena.gemini.default_delay_seconds = thinking_seconds
    slowest = 0.0
    with run.driver.chatter(customers):
        for _ in range(rounds):
            for name in ("web", *arena.worker_names):
                seconds, code = _restart(run, name)
                slowest = max(slowest, seconds)
                run.expect(code == 0, f"{name} termina com código 0, e não {code}")
            _migrate(run)
    run.limit("parada mais lenta", slowest, MOST_SECONDS)
    run.latencies()


def _migrate(run: Run) -> None:
    """The release line, and what the next version's migration does: the busiest table grows."""
    run.arena.release()
    run.arena.truth.change("ALTER TABLE messages ADD COLUMN of_the_next_version text")
    run.arena.truth.change("ALTER TABLE messages DROP COLUMN of_the_next_version")


def _restart(run: Run, name: str) -> tuple[float, int]:
    """Tell a process twice to stop, as platforms do, and start the next when it has."""
    started = time.monotonic()
    kind = "web" if name == "web" else "worker"
    process = run.arena.processes[name]
    gevent.spawn_later(0.5, process.send_signal, signal.SIGTERM)
    code = run.arena.end(name)
    seconds = time.monotonic() - started
    run.arena.run(kind, name=name)
    run.arena.wait_until_working()
    return seconds, code
