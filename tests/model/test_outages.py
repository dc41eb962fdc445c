"""Many greenlets and one model that is away: the breaker's promises over real HTTP and Redis."""

import json
import subprocess
import sys
import time
from collections.abc import Callable

import gevent
import pytest
from gevent.pool import Pool

from secretaria.bootstrap import common, worker
from secretaria.core.memory import Utterance
from secretaria.core.prompt import Marks, Prompt
from secretaria.errors import ModelUnavailable
from secretaria.playground.engines.process import wait_until
from secretaria.playground.gemini import Fault, GeminiSimulator
from secretaria.services.think import Think
from secretaria.settings import Settings

PROMPT = Prompt("Nome: Clara.", (Utterance("customer", "eco:oi"),), Marks("", ""))
AWAY = Fault("status", status=503, times=None)
RESET_SECONDS = 3.0


@pytest.fixture
def make_think(make_settings: Callable[..., Settings]) -> Callable[..., Think]:
    def make(**changed: object) -> Think:
        usual = {
            "llm_attempts": 1,
            "llm_timeout_seconds": 30,
            "llm_budget_seconds": 60,
            "llm_breaker_failures": 3,
            "llm_breaker_reset_seconds": RESET_SECONDS,
        }
        return worker.think(make_settings(**(usual | changed)), common.clock())

    return make


def outcome_of(think: Think) -> str:
    try:
        return think(PROMPT).text
    except ModelUnavailable as fault:
        return str(fault)


def test_a_model_that_is_away_is_left_alone_but_for_one_probe_in_each_reset_time(
    make_think: Callable[..., Think], gemini: GeminiSimulator
) -> None:
    gemini.plan(AWAY)
    think = make_think()
    started = time.monotonic()
    assert [outcome_of(think) for _ in range(4)] == ["http_503"] * 3 + ["breaker_open"]

    while len(gemini.ledger.calls) < 3 + 3:
        Pool(20).map(lambda _: outcome_of(think), range(20))
        gevent.sleep(0.05)

    probes = len(gemini.ledger.calls) - 3
    assert time.monotonic() - started > probes * RESET_SECONDS * 0.9


def test_the_first_probe_that_works_lets_everybody_through(
    make_think: Callable[..., Think], gemini: GeminiSimulator
) -> None:
    gemini.plan(AWAY)
    think = make_think()
    for _ in range(3):
        outcome_of(think)
    gemini.plan()

    assert wait_until(lambda: outcome_of(think) != "breaker_open", seconds=30)

    assert set(Pool(30).map(lambda _: outcome_of(think), range(30))) == {"eco:oi"}


def test_calls_are_never_made_one_after_the_other(
    make_think: Callable[..., Think], gemini: GeminiSimulator
) -> None:
    gemini.plan(Fault("hang", times=None))
    think = make_think()

    calls = [gevent.spawn(outcome_of, think) for _ in range(40)]

    assert wait_until(lambda: gemini.ledger.in_flight == 40, seconds=30)
    gevent.killall(calls)


def test_a_wait_that_google_asks_for_is_kept(
    make_think: Callable[..., Think], gemini: GeminiSimulator
) -> None:
    gemini.plan(Fault("status", status=429, retry_after=1))
    think = make_think(llm_attempts=2)
    started = time.monotonic()

    assert outcome_of(think) == "eco:oi"
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize("kind", ["hang", "drip"])
def test_the_budget_holds_over_all_attempts_of_both_models(
    make_think: Callable[..., Think], gemini: GeminiSimulator, kind: str
) -> None:
    gemini.plan(Fault(kind, seconds=0.1, times=None))
    think = make_think(
        llm_attempts=5,
        llm_timeout_seconds=2.4,
        llm_budget_seconds=6,
        gemini_fallback_model="spare",
        llm_breaker_failures=100,
    )
    started = time.monotonic()

    assert outcome_of(think) == "timeout"
    assert time.monotonic() - started < 20  # all attempts would take more than that
    assert {call.model for call in gemini.ledger.calls} == {"gemini-flash-latest", "spare"}


def test_at_the_lowest_log_level_the_sdk_tells_nobody_what_was_said(
    gemini: GeminiSimulator,
) -> None:
    gemini.plan(Fault("ok"), Fault("status", status=400, text="resposta-marcada"))
    script = f"""
from gevent import monkey; monkey.patch_all()
from secretaria import logs
logs.configure(level="DEBUG", format="json", secrets=["chave-marcada"])
from secretaria.adapters import gemini
from secretaria.core.memory import Utterance
from secretaria.core.prompt import Marks, Prompt
from secretaria.errors import ModelRefused
model = gemini.connect("chave-marcada", {gemini.url!r})
prompt = Prompt("perfil-marcado", (Utterance("customer", "eco:fala-marcada"),), Marks("", ""))
model.generate("m", prompt, timeout_seconds=20)
try:
    model.generate("m", prompt, timeout_seconds=20)
except ModelRefused as fault:
    print(fault)
import logging
logging.getLogger("google.auth").warning("Refreshing with %s", "chave-marcada")
"""
    process = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )

    assert process.stdout == "http_400\n"
    assert "marcad" not in process.stderr
    lines = [json.loads(line) for line in process.stderr.splitlines()]
    assert [line["logger"] for line in lines if line["level"] == "warning"] == ["google.auth"]
