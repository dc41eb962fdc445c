"""Composing a turn's closing: one honest sentence, whatever the model does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from secretaria.adapters.database import Database
from secretaria.bootstrap import common, worker
from secretaria.core import prompt as prompting
from secretaria.core.memory import Utterance
from secretaria.core.turn import Standing
from secretaria.playground.engines.process import LOOPBACK, free_port
from secretaria.playground.gemini import Fault, GeminiSimulator
from secretaria.playground.gemini.answers import HTML_PAGE, TRACEBACK
from secretaria.services.compose import Compose, Draft
from secretaria.settings import Settings

CANARY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
FRESH = Standing(1, 0, 0, holding_seconds=None)
NAME = "Zuleica Marcada"


@pytest.fixture
def composer(make_settings: Callable[..., Settings], database: Database) -> Callable[..., Compose]:
    def make(**changed: Any) -> Compose:
        usual = {"llm_timeout_seconds": 15, "llm_attempts": 1, "llm_budget_seconds": 40}
        clock = replace(
            common.clock(),
            token=lambda: CANARY,
            now=lambda: datetime(2026, 11, 23, 13, 0, tzinfo=UTC),
        )
        return worker.compose(make_settings(**(usual | changed)), database, clock)

    return make


def speak(compose: Compose, words: str = "Oi", standing: Standing = FRESH) -> Draft:
    return compose.speak((), (Utterance("customer", words),), NAME, standing)


def says(text: str) -> Fault:
    return Fault("text", text=text, times=None)


HANGING = [
    Fault("hang", times=None),
    Fault("slow", seconds=20, times=None),
    Fault("drip", seconds=0.1, times=None),
]
PASSING = [
    Fault("reset", times=None),
    Fault("html", times=None),
    Fault("truncated", times=None),
    *(Fault("status", status=status, times=None) for status in (408, 429, 500, 502, 503, 504)),
]
LASTING = [
    *(
        Fault(kind, times=None)
        for kind in (
            "blocked",
            "safety",
            "empty",
            "no_candidates",
            "max_tokens",
            "max_tokens_empty",
            "unknown_finish",
            "error_text",
        )
    ),
    *(Fault("status", status=status, times=None) for status in (400, 401, 403, 404)),
    says(HTML_PAGE),
    says(TRACEBACK),
    says('{"error": {"code": 500, "message": "Internal error", "status": "INTERNAL"}}'),
    says("\u200b\u2060"),
]


def limit(fault: Fault, seconds: float) -> dict[str, float]:
    """A time limit for the model where a fault ends with nothing else."""
    return {"llm_timeout_seconds": seconds} if fault in HANGING else {}


def name_of(fault: Fault) -> str:
    return f"{fault.kind}-{fault.status}" if fault.kind == "status" else fault.kind


@pytest.mark.parametrize("fault", [*HANGING, *PASSING], ids=name_of)
def test_a_fault_that_passes_is_a_holding_sentence_once(
    composer: Callable[..., Compose], gemini: GeminiSimulator, fault: Fault
) -> None:
    gemini.plan(fault)
    compose = composer(**limit(fault, 0.5))

    first = speak(compose)
    second = speak(compose, standing=replace(FRESH, holding_seconds=5.0))

    assert first.closing.outcome == second.closing.outcome == "held"
    assert first.closing.line is not None
    assert first.closing.line.text == compose.profile.sentences.holding
    assert second.closing.line is None
    assert not first.closing.goes_to_people


def test_an_outage_that_lasts_ends_with_people(
    composer: Callable[..., Compose], gemini: GeminiSimulator
) -> None:
    gemini.plan(Fault("status", status=503, times=None))
    draft = speak(composer(), standing=replace(FRESH, holding_seconds=901.0))

    assert (draft.closing.outcome, draft.closing.goes_to_people) == ("handed_over", True)


@pytest.mark.parametrize("fault", LASTING, ids=name_of)
def test_a_fault_that_stays_is_the_fallback_sentence_and_people(
    composer: Callable[..., Compose], gemini: GeminiSimulator, fault: Fault
) -> None:
    gemini.plan(fault)
    compose = composer()
    draft = speak(compose)

    assert (draft.closing.outcome, draft.closing.goes_to_people) == ("fallback", True)
    assert draft.closing.line is not None
    assert draft.closing.line.text == compose.profile.sentences.fallback
    assert draft.memory == ()


@pytest.mark.parametrize(
    "fault",
    [one for one in (*HANGING, *PASSING, *LASTING) if one.kind not in {"text", "error_text"}],
    ids=name_of,
)
def test_the_fallback_model_hides_every_fault_of_the_main_one(
    composer: Callable[..., Compose], gemini: GeminiSimulator, fault: Fault
) -> None:
    gemini.plan(replace(fault, model="main"))
    compose = composer(
        gemini_model="main",
        gemini_fallback_model="spare",
        **limit(fault, 4),
    )
    draft = speak(compose, "eco:oi")

    assert draft.closing.outcome == "answered"
    assert draft.closing.line is not None
    assert draft.closing.line.text == "eco:oi"
    assert draft.answer is not None
    assert draft.answer.model == "spare"


def rules() -> str:
    return prompting.rules_of(common.profile_file.load(None))


@pytest.mark.parametrize(
    "said",
    [
        CANARY,
        CANARY.upper(),
        " ".join(CANARY),
        rules(),
        rules().upper(),
        rules()[200:245],
        "test-key",
        "connection-token",
        "CONNECTION TOKEN",
        "AIza" + "x" * 35,
    ],
)
def test_a_reply_that_gives_something_away_becomes_the_refusal(
    composer: Callable[..., Compose], gemini: GeminiSimulator, said: str
) -> None:
    gemini.plan(says(f"Claro! {said}"))
    compose = composer()

    with capture_logs() as lines:
        draft = speak(compose)

    assert draft.closing.outcome == "refused"
    assert draft.closing.line is not None
    assert draft.closing.line.text == compose.profile.sentences.refusal
    assert draft.memory == ()
    assert said not in str(lines)


def test_the_facts_may_be_said_word_for_word(
    composer: Callable[..., Compose], gemini: GeminiSimulator
) -> None:
    compose = composer()
    facts = prompting.facts_of(compose.profile)
    gemini.plan(says(facts))

    draft = speak(compose)

    assert draft.closing.outcome == "answered"
    assert draft.closing.line is not None
    assert draft.closing.line.text == facts


def test_a_reply_is_cleaned_of_marks_and_of_what_a_database_refuses(
    composer: Callable[..., Compose], gemini: GeminiSimulator
) -> None:
    gemini.plan(says(f"<cliente-{CANARY[:8]}>\nOlá,\x00 {{{{Ana}}}}!\n</cliente-{CANARY[:8]}>"))
    draft = speak(composer())

    assert draft.closing.line is not None
    assert draft.closing.line.text == "Olá, { {Ana}}!"


def test_an_answer_is_remembered_with_what_was_asked(composer: Callable[..., Compose]) -> None:
    draft = speak(composer(), "eco:oi")

    assert draft.memory == (Utterance("customer", "eco:oi"), Utterance("secretary", "eco:oi"))


def test_no_line_of_any_fault_tells_what_was_said_or_by_whom(
    composer: Callable[..., Compose], gemini: GeminiSimulator
) -> None:
    compose = composer(llm_breaker_failures=1000)
    faults = (*PASSING, *LASTING, says(f"Marcada {CANARY}"))
    with capture_logs() as lines:
        for fault in faults:
            gemini.plan(replace(fault, body=None, text=fault.text or "segredo-do-servidor"))
            speak(compose, "pergunta-marcada")

    assert len(gemini.ledger.calls) == len(faults)
    assert lines
    for marked in ("pergunta-marcada", "Marcada", "segredo-do-servidor", CANARY, "test-key"):
        assert marked not in str(lines)


@pytest.mark.parametrize("garbage", [b"\xff", b"[]", b'{"version": 1, "utterances": [["x", 1]]}'])
def test_garbage_in_redis_only_means_that_memory_is_rebuilt(world: Any, garbage: bytes) -> None:
    world.customer_says("meu nome é Zuleica")
    world.answer()
    for key in world.redis.keys("secretaria:memory:*"):
        world.redis.set(key, garbage)
    world.customer_says("qual é o meu nome?")

    assert "Zuleica" in world.answer()[-1]


def test_without_redis_a_turn_is_answered_and_memory_comes_from_the_database(
    make_world: Callable[..., Any],
) -> None:
    world = make_world(redis_url=f"redis://{LOOPBACK}:{free_port()}")
    with capture_logs() as lines:
        world.customer_says("meu nome é Zuleica")
        world.answer()
        world.customer_says("qual é o meu nome?")
        replies = world.answer()

    assert "Zuleica" in replies[-1]
    assert {"breaker.unreadable", "memory.unreadable"} <= {line["event"] for line in lines}
    assert "Zuleica" not in str(lines)


def test_an_answer_is_stored_with_its_tokens_and_the_model_that_gave_it(
    make_world: Callable[..., Any],
) -> None:
    world = make_world(gemini_model="main", gemini_fallback_model="spare")
    world.gemini.plan(Fault("status", status=404, model="main"))
    world.customer_says("Oi")
    world.answer()

    (reply,) = world.messages(direction="outbound")
    assert reply.model == "spare"
    assert reply.prompt_tokens > 0
    assert reply.output_tokens > 0


def test_a_reply_with_a_nul_character_is_delivered_without_it(world: Any) -> None:
    world.gemini.plan(says("tudo\x00 certo"))
    world.customer_says("Oi")

    assert world.answer() == ["tudo certo"]
