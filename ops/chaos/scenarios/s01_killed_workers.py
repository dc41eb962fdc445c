"""1: workers are killed while the model thinks."""

import gevent

from ops.chaos.scenario import Run, scenario


@scenario(
    1,
    "kill -9 em workers enquanto o modelo pensa",
    quick={"conversations": 8, "messages": 3, "kills": 3, "thinking_seconds": 2.0},
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
        run.wait_for(lambda: _is_thinking(run) or _is_over(run))
        if _is_over(run):
            break
        gevent.sleep(run.chance.random() * thinking_seconds)
        if run.wait_for(lambda: arena.kill_a_worker(run.chance) is not None):
            done += 1
    run.report("kill -9", done)
    arena.gemini.default_delay_seconds = thinking_seconds / 4
    run.settle()
    dead_texts = _dead_texts(run)
    dead = [one.mark for one in run.driver.accepted if one.text in dead_texts]
    run.expect(not dead, f"nenhuma mensagem inocente morre ({len(dead)} morreram)", *dead)


def _is_thinking(run: Run) -> bool:
    return run.arena.gemini.ledger.in_flight > 0


def _is_over(run: Run) -> bool:
    return not run.driver.is_talking and not _is_thinking(run) and run.is_settled()


def _dead_texts(run: Run) -> set[str]:
    query = "SELECT text FROM messages WHERE direction = 'inbound' AND state = 'dead'"
    return {text for (text,) in run.arena.truth.ask(query)}
