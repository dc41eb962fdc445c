"""1: workers are killed while the model thinks."""

import gevent

from ops.chaos.scenario import Run, scenario


@scenario(
    1,
    "kill -9 em workers enquanto o modelo pensa",
    quick={"conversations": 8, "messages": 3, "kills": 3, "thinking_seconds": 1.0},
    full={"conversations": 30, "messages": 10, "kills": 20, "thinking_seconds": 2.0},
)
def kill_workers(
    run: Run, *, conversations: int, messages: int, kills: int, thinking_seconds: float
) -> None:
    """Kill a random worker again and again, always while turns are being thought about."""
    arena = run.arena
    arena.gemini.default_delay_seconds = thinking_seconds
    run.driver.talk(conversations, messages, pause_seconds=thinking_seconds)
    done = 0
    for _ in range(kills):
        if not run.wait_for(lambda: arena.gemini.ledger.in_flight > 0):
            break
        gevent.sleep(run.chance.random() * thinking_seconds)
        if run.wait_for(lambda: arena.kill_a_worker(run.chance) is not None):
            done += 1
    run.report("kill -9", done)
    arena.gemini.default_delay_seconds = thinking_seconds / 4
    run.settle()
