"""A whole conversation through Typebot's door, with real processes and no token of Whaticket's."""

from collections.abc import Callable
from typing import Any

import gevent
import pytest

from secretaria.playground.engines.process import wait_until
from secretaria.playground.faults import Fault
from secretaria.playground.stack import Stack
from secretaria.playground.whaticket.typebot import TypebotCaller

pytestmark = pytest.mark.minutes(1)

ANSWER_SECONDS = 60
SLUG = "the-slug-of-the-end-to-end-tests"
ANA = "5511955550101"


@pytest.fixture(scope="module")
def stack(make_stack: Callable[..., Stack]) -> Stack:
    return make_stack(WEBHOOK_URL_TOKEN=SLUG, TYPEBOT_WAIT_SECONDS="15", LLM_TIMEOUT_SECONDS="12")


@pytest.fixture
def caller(stack: Stack) -> TypebotCaller:
    return TypebotCaller(stack.url, SLUG)


def test_a_conversation_is_answered_in_the_answers_and_then_handed_over(
    stack: Stack, caller: TypebotCaller, read_lines: Callable[..., list[dict[str, Any]]]
) -> None:
    address = f"{ANA}@s.whatsapp.net"
    assert caller.customer_says(address, "eco: um") == ["eco: um"]
    assert caller.customer_says(address, "eco: dois") == ["eco: dois"]
    stack.gemini.plan(Fault("blocked", times=None))
    assert len(caller.customer_says(address, "e agora?")) == 1
    stack.gemini.plan()
    assert caller.ticket(address).is_stopped
    assert stack.whaticket.replies_to(ANA) == []

    def outcomes() -> list[str]:
        lines = read_lines(stack, "web", "worker")
        return [one["outcome"] for one in lines if one["event"] == "delivery.attempted"]

    assert wait_until(lambda: len(outcomes()) == 3, seconds=ANSWER_SECONDS)
    assert outcomes() == ["sent"] * 3
    for mark in (SLUG, ANA, caller.ticket(address).session_id or ""):
        assert mark not in stack.log("web") + stack.log("worker")


def test_customers_at_once_each_get_their_own_answer(stack: Stack, caller: TypebotCaller) -> None:
    numbers = [f"55119555502{count:02}" for count in range(30)]
    calls = [
        gevent.spawn(caller.customer_says, f"{number}@s.whatsapp.net", f"eco: {number[-2:]}")
        for number in numbers
    ]
    gevent.joinall(calls, raise_error=True)
    assert [call.value for call in calls] == [[f"eco: {number[-2:]}"] for number in numbers]
    assert not any(stack.whaticket.replies_to(number) for number in numbers)


def test_an_answer_that_takes_too_long_leaves_by_the_api(
    make_stack: Callable[..., Stack],
) -> None:
    hasty = make_stack(WEBHOOK_URL_TOKEN=SLUG, TYPEBOT_WAIT_SECONDS="0.5")
    hasty.gemini.plan(Fault("slow", seconds=1.5))
    caller = TypebotCaller(hasty.url, SLUG)
    assert caller.customer_says(f"{ANA}@s.whatsapp.net", "eco: devagar") == []
    assert wait_until(lambda: bool(hasty.whaticket.replies_to(ANA)), seconds=ANSWER_SECONDS)
    assert hasty.whaticket.replies_to(ANA) == ["eco: devagar"]
