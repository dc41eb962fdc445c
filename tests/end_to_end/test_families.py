"""The whole way with each family of Whaticket: answered, silent for a person, and back again."""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sql import execute_in

from secretaria.adapters.profile_file import load
from secretaria.core.family import FAMILIES, FamilyName
from secretaria.playground.engines.process import wait_until
from secretaria.playground.stack import Stack
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.manners import FROM_ME_DIALECTS, MANNERS, Dialect
from secretaria.playground.whaticket.phone import Webhook
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD

pytestmark = pytest.mark.minutes(3)

ANSWER_SECONDS = 60
URL_TOKEN = "the-url-token-of-the-families"
QUEUE = 3
HERE = "Oi, aqui é a Joana, já te ajudo"
FORMS: list[tuple[FamilyName, Dialect]] = [
    *((name, MANNERS[name].dialect) for name in FAMILIES),
    ("saas", "B"),
    ("ticketz", "C"),
]


@pytest.fixture(scope="module")
def stack(make_stack: Callable[..., Stack], tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Engines and a web process for all of them; each has a worker of its own."""
    example = Path(__file__).parents[2] / "secretaria" / "profiles" / "example.toml"
    profile = tmp_path_factory.mktemp("profile") / "profile.toml"
    text = example.read_text("utf-8")
    assert "handover" not in tomllib.loads(text)
    profile.write_text(f"{text}\n[handover]\nqueue_id = {QUEUE}\n", "utf-8")
    running = make_stack(
        WEBHOOK_URL_TOKEN=URL_TOKEN,
        WHATICKET_EMAIL=EMAIL,
        WHATICKET_PASSWORD=PASSWORD,
        SECRETARIA_PROFILE=str(profile),
    )
    running.end("worker")
    return running


@dataclass
class Customer:
    """One customer of one Whaticket, and what our tables say of them."""

    stack: Stack
    whaticket: WhaticketSimulator
    number: str

    def says(self, words: str) -> dict[str, Any]:
        answer = self.whaticket.customer_says(self.number, words)
        assert answer.status_code in {200, 202}
        told: dict[str, Any] = answer.json()
        return told

    def got(self) -> list[str]:
        return self.whaticket.replies_to(self.number)

    def wait_to_get(self, *texts: str) -> None:
        wait_until(lambda: len(self.got()) >= len(texts), seconds=ANSWER_SECONDS)
        assert self.got() == list(texts)

    def wait_for(self, query: str, *wanted: Any) -> None:
        """Wait for the answer of a query about the only conversation there is."""
        wait_until(lambda: self.ask(query) == list(wanted), seconds=ANSWER_SECONDS)
        assert self.ask(query) == list(wanted)

    def ask(self, query: str) -> list[Any]:
        return [row[0] for row in execute_in(self.stack, query)]


@contextmanager
def working(stack: Stack, family: FamilyName, dialect: Dialect) -> Iterator[WhaticketSimulator]:
    """A Whaticket that cannot sign, and a worker that finds out what it is."""
    whaticket = WhaticketSimulator(flavor=family, dialect=dialect)
    url = f"{stack.url}/webhook/whaticket/{URL_TOKEN}"
    whaticket.webhook = Webhook(url, "", None)
    # That a text is scheduled shows only when one was; every other family is found out.
    known = {"WHATICKET_FLAVOR": family} if family == "multiflow-scheduled" else {}
    name = f"worker-{family}-{dialect}"
    with whaticket:
        extra = {"WHATICKET_BASE_URL": whaticket.base_url} | known
        stack.run("worker", name=name, extra=extra)
        try:
            assert wait_until(lambda: "worker.ready" in stack.log(name), seconds=ANSWER_SECONDS)
            yield whaticket
            assert known or f'"family": "{family}"' in stack.log(name)
        finally:
            stack.end(name)


@pytest.mark.parametrize(("family", "dialect"), FORMS)
def test_the_whole_way_works_with_each_family(
    stack: Stack, family: FamilyName, dialect: Dialect
) -> None:
    execute_in(stack, "TRUNCATE contacts RESTART IDENTITY CASCADE")
    with working(stack, family, dialect) as whaticket:
        number = f"551195555{40 + FORMS.index((family, dialect)):02}01"
        ana = Customer(stack, whaticket, number)
        is_answered(ana)
        is_silent_for_a_person(ana, dialect)
        answers_again_when_the_ticket_is_closed(ana)
        hands_over(ana, family)


def is_answered(ana: Customer) -> None:
    assert ana.says("eco: um") == {"queued": True}
    ana.wait_to_get("eco: um")
    ana.wait_for("SELECT state FROM messages ORDER BY id", "answered", "sent")


def is_silent_for_a_person(ana: Customer, dialect: Dialect) -> None:
    """Told by the webhook, where that shows what people write; else seen in the ticket."""
    told = ana.whaticket.person_says(ana.number, HERE)
    assert (told is not None) == (dialect in FROM_ME_DIALECTS)
    if told is not None:
        assert told.json() == {"queued": False, "reason": "from_me"}
        assert ana.says("eco: dois") == {"queued": False, "reason": "human"}
    else:
        assert ana.says("eco: dois") == {"queued": True}
    ana.wait_for("SELECT state FROM messages ORDER BY id", "answered", "sent", "ignored")
    ana.wait_for("SELECT status FROM conversations", "human")
    ana.wait_to_get("eco: um", HERE)


def answers_again_when_the_ticket_is_closed(ana: Customer) -> None:
    """Told by the webhook, where that shows it; else seen when the ticket is looked at again."""
    ana.whaticket.close_ticket(ana.number)
    execute_in(ana.stack, "UPDATE conversations SET reviewed_at = NULL")
    ana.wait_for("SELECT status FROM conversations", "bot")
    assert ana.says("eco: três") == {"queued": True}
    ana.wait_to_get("eco: um", HERE, "eco: três")


def hands_over(ana: Customer, family: FamilyName) -> None:
    """Once, in a sentence; the ticket waits in the queue, with a note where there are notes."""
    assert ana.says("quero falar com um atendente") == {"queued": True}
    sentence = load(None).sentences.handover
    ana.wait_to_get("eco: um", HERE, "eco: três", sentence)
    ticket = ana.whaticket.tickets.of(ana.number)
    assert ticket is not None
    wait_until(lambda: ticket.queue_id == QUEUE, seconds=ANSWER_SECONDS)
    assert (ticket.queue_id, ticket.status, ticket.user_id) == (QUEUE, "pending", None)
    assert bool(ticket.notes) == FAMILIES[family].has_notes
    assert ana.says("alô?") == {"queued": False, "reason": "human"}
    assert ana.ask("SELECT status FROM conversations") == ["human"]
