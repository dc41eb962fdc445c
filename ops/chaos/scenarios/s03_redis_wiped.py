"""3: all of Redis is lost while accepted messages wait."""

import signal
import time

from ops.chaos.scenario import Run, scenario

MOST_SECONDS = 10


@scenario(
    3,
    "todo o Redis apagado com mensagens à espera",
    quick={"conversations": 20, "messages": 2},
    full={"conversations": 150, "messages": 2},
)
def wipe_redis(run: Run, *, conversations: int, messages: int) -> None:
    """Hold the workers still, accept messages, lose Redis, let the workers go."""
    run.arena.signal_workers(signal.SIGSTOP)
    try:
        run.driver.talk(conversations, messages, pause_seconds=0.05)
        run.driver.finish()
        waiting = run.arena.truth.owed()
        run.arena.wipe_redis()
    finally:
        run.arena.signal_workers(signal.SIGCONT)
    wiped = time.monotonic()
    run.report("à espera", waiting)
    run.expect(waiting > 0, "há mensagens à espera quando o Redis é apagado")
    run.settle()
    run.recovered(wiped, most_seconds=MOST_SECONDS)
