"""14: the model says 429 for two minutes, and then for twenty."""

import time
from datetime import timedelta

import gevent

from ops.chaos import outages
from ops.chaos.scenario import Run, scenario

TWENTY_MINUTES = timedelta(minutes=20)
CALLS_A_SECOND = 1.0
"""What the breaker lets through while it is open: a probe now and then."""


@scenario(
    14,
    "429 do modelo por dois minutos, e por vinte",
    quick={"customers": 5, "seconds": 6.0},
    full={"customers": 20, "seconds": 120.0},
)
def keep_the_model_busy(run: Run, *, customers: int, seconds: float) -> None:
    """One holding sentence each, no storm of calls; then the answers, or people."""
    with outages.model_busy(run.arena):
        calls = len(run.arena.gemini.ledger.calls)
        with run.driver.chatter(customers, pause_seconds=seconds / 4):
            gevent.sleep(seconds)
        calls = len(run.arena.gemini.ledger.calls) - calls
    back = time.monotonic()
    run.report("chamadas durante 429", calls)
    # Each process learns from the breaker only what was noted before its call left.
    allowed = 2 * customers + CALLS_A_SECOND * seconds
    run.expect(calls <= allowed, f"sem tempestade: {calls} chamadas, e o limite é {allowed:.0f}")
    run.settle()
    run.report("repouso depois de 429", f"{time.monotonic() - back:.1f} s")
    _expect_one_holding_sentence(run)
    _give_up_to_people(run, customers)


def _expect_one_holding_sentence(run: Run) -> None:
    query = (
        "SELECT conversation_id, count(*) FROM messages"
        " WHERE direction = 'outbound' AND kind = 'holding' GROUP BY 1"
    )
    told = dict(run.arena.truth.ask(query))
    run.report("frases de espera", sum(told.values()))
    run.expect(bool(told), "quem espera ouve uma frase")
    run.expect(max(told.values(), default=0) <= 1, "uma frase de espera por conversa")


def _give_up_to_people(run: Run, customers: int) -> None:
    """Twenty minutes pass by moving the database's times, not by waiting."""
    with outages.model_busy(run.arena):
        numbers = run.driver.talk(customers, 1)
        run.driver.finish()
        run.wait_for(lambda: _held(run) == customers)
        run.arena.truth.change(
            "UPDATE conversations SET holding_since = holding_since - %s, due_at = now()"
            " WHERE holding_since IS NOT NULL",
            TWENTY_MINUTES,
        )
        query = "SELECT count(*) FROM conversations WHERE status = 'human'"
        handed = run.wait_for(lambda: run.arena.truth.ask(query)[0][0] == len(numbers))
        run.expect(handed, "depois de vinte minutos as conversas são de pessoas")
        run.settle()


def _held(run: Run) -> int:
    query = "SELECT count(*) FROM conversations WHERE holding_since IS NOT NULL"
    return int(run.arena.truth.ask(query)[0][0])
