"""A person takes a conversation over in the middle of a turn, and the bot stays silent."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sql import execute_in

from secretaria.playground.engines.process import wait_until
from secretaria.playground.faults import Fault
from secretaria.playground.gemini import GeminiSimulator
from secretaria.playground.stack import Stack
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD
from secretaria.playground.wire import Request, Response

pytestmark = pytest.mark.minutes(0.5)

ANSWER_SECONDS = 60
HERE = "Oi, aqui é a Joana, já te ajudo"


class ThinkingGemini(GeminiSimulator):
    """A model that thinks for as long as a test wants it to."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked = threading.Event()
        self.may_answer = threading.Event()

    def think(self) -> None:
        """Think about the next question until told to answer."""
        self.is_asked.clear()
        self.may_answer.clear()

    def answer(self, request: Request) -> Response:
        self.is_asked.set()
        assert self.may_answer.wait(ANSWER_SECONDS)
        return super().answer(request)


@pytest.fixture(scope="module")
def stack(make_stack: Callable[..., Stack]) -> Stack:
    """A Whaticket whose webhook shows what people write, and which we may log in to."""
    gemini = ThinkingGemini()
    gemini.may_answer.set()
    return make_stack(
        simulators={"gemini": gemini, "whaticket": WhaticketSimulator(flavor="community")},
        WHATICKET_EMAIL=EMAIL,
        WHATICKET_PASSWORD=PASSWORD,
        LLM_TIMEOUT_SECONDS="30",
        LLM_BUDGET_SECONDS="60",
    )


def row(stack: Stack, number: str) -> tuple[Any, ...]:
    """Whose a customer's conversation is, why, and what became of its messages."""
    query = (
        "SELECT status, status_reason, conversations.lease_until IS NULL,"
        " array_agg(state || coalesce(' ' || reason, '') ORDER BY messages.id)"
        " FROM conversations JOIN contacts ON contacts.id = contact_id"
        " JOIN messages ON conversation_id = conversations.id"
        f" WHERE contacts.number = '{number}' GROUP BY conversations.id"
    )
    return next(iter(execute_in(stack, query)), ())


def accept(whaticket: WhaticketSimulator, number: str) -> None:
    """Nothing tells us: only the ticket shows it."""
    whaticket.person_accepts(number)


def write(whaticket: WhaticketSimulator, number: str) -> None:
    told = whaticket.person_says(number, HERE)
    assert told is not None
    assert told.json() == {"queued": False, "reason": "from_me"}


@pytest.mark.parametrize(
    ("number", "take_over", "source", "shown"),
    [
        ("5511955556001", accept, "ticket_open", []),
        ("5511955556002", write, "from_me", [HERE]),
    ],
)
def test_a_person_who_takes_over_while_the_model_thinks_is_not_talked_over(
    stack: Stack,
    number: str,
    take_over: Callable[[WhaticketSimulator, str], None],
    source: str,
    shown: list[str],
) -> None:
    gemini, whaticket = stack.gemini, stack.whaticket
    assert isinstance(gemini, ThinkingGemini)
    gemini.think()
    assert whaticket.customer_says(number, "eco: um").status_code == 202
    assert gemini.is_asked.wait(ANSWER_SECONDS)
    take_over(whaticket, number)
    gemini.may_answer.set()
    silent = [
        ("human", source, True, states)
        for states in (["ignored human"], ["answered", "cancelled human"])
    ]
    wait_until(lambda: row(stack, number) in silent, seconds=ANSWER_SECONDS)
    assert row(stack, number) in silent
    assert whaticket.replies_to(number) == shown
    assert number not in {one.number for one in whaticket.ledger.sendings}


def test_a_person_who_takes_over_between_the_parts_of_a_reply_cancels_the_rest(
    stack: Stack,
) -> None:
    number = "5511955556003"
    long = "\n\n".join(f"{count} {'palavra ' * 150}".strip() for count in range(3))
    stack.gemini.plan(Fault("text", text=long))
    assert stack.whaticket.customer_says(number, "conta tudo").status_code == 202
    assert wait_until(lambda: bool(stack.whaticket.replies_to(number)), seconds=ANSWER_SECONDS)
    write(stack.whaticket, number)
    cancelled = [
        ("human", "from_me", True, ["answered", first, "cancelled human", "cancelled human"])
        for first in ("sent", "sent echoed")  # whichever came first, the answer or the echo
    ]
    wait_until(lambda: row(stack, number) in cancelled, seconds=ANSWER_SECONDS)
    assert row(stack, number) in cancelled
    first, theirs = stack.whaticket.replies_to(number)
    assert first.startswith("0 palavra")
    assert theirs == HERE
