"""What a dead worker left behind is tried alone, one at a time, the first abandoned first."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import gevent
import pytest
from pytest_mock import MockerFixture

from secretaria.core.turn import MOST_ATTEMPTS
from secretaria.playground.engines.process import wait_until
from secretaria.playground.faults import Fault

pytestmark = pytest.mark.minutes(2.5)

POISONED = 2


@dataclass
class Solitude:
    """Runs the turns here; the poisoned one dies, as its process would."""

    world: Any
    tried: list[int] = field(default_factory=list)

    @contextmanager
    def __call__(self) -> Iterator[Callable[[int], bool]]:
        yield self.attempt

    def attempt(self, conversation_id: int) -> bool:
        self.tried.append(conversation_id)
        conversation = self.world.conversation(conversation_id)
        if conversation_id == POISONED and conversation.attempts < MOST_ATTEMPTS:
            self.world.sql(
                "UPDATE conversations SET attempts = attempts + 1, fence = fence + 1,"
                " lease_owner = :owner, lease_until = now() + interval '15 s' WHERE id = :id",
                id=conversation_id,
                owner=self.world.parts.isolate.owner,
            )
            return False
        self.world.turn(conversation_id, is_alone=True)
        return True


@pytest.fixture
def abandoned(world: Any) -> Any:
    """Three conversations whose worker died; the poisoned one was abandoned first."""
    for count in (1, 2, 3):
        world.customer_says(f"eco: {count}", number=f"551195555010{count}")
    world.sql(
        "UPDATE conversations SET lease_owner = 'dead', fence = 1,"
        " lease_until = now() - interval '1 second' * CASE id WHEN 2 THEN 9 ELSE id END"
    )
    return world


@pytest.fixture
def tell_the_environment(abandoned: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a child process finds in its environment."""
    settings = abandoned.settings
    for name, value in {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "REDIS_URL": settings.redis_url.get_secret_value(),
        "SHARED_SECRET": "a-secret",
        "WHATICKET_BASE_URL": settings.whaticket_base_url,
        "WHATICKET_TOKEN": "connection-token",
        "GEMINI_API_KEY": "a-key",
        "GEMINI_ENDPOINT": settings.gemini_endpoint,
    }.items():
        monkeypatch.setenv(name, value)


def test_the_guilty_one_is_dead_after_three_attempts_and_nobody_dies_with_it(
    abandoned: Any,
) -> None:
    solitude = Solitude(abandoned)
    isolate = replace(abandoned.parts.isolate, solitude=solitude)
    for _ in range(MOST_ATTEMPTS + 1):
        isolate()
    assert solitude.tried == [POISONED, 3, 1, *[POISONED] * MOST_ATTEMPTS]
    assert abandoned.states() == ["answered", "dead", "answered"]
    assert sorted(abandoned.replies()) == [
        ("fallback", abandoned.parts.converse.sentences.fallback),
        ("reply", "eco: 1"),
        ("reply", "eco: 3"),
    ]


def test_what_is_not_due_or_is_with_people_or_is_being_worked_on_is_left_alone(
    abandoned: Any,
) -> None:
    abandoned.sql("UPDATE conversations SET due_at = now() + interval '1 hour' WHERE id = 1")
    abandoned.sql("UPDATE conversations SET status = 'human' WHERE id = 2")
    abandoned.sql("UPDATE conversations SET lease_until = now() + interval '9 s' WHERE id = 3")
    solitude = Solitude(abandoned)
    replace(abandoned.parts.isolate, solitude=solitude)()
    assert solitude.tried == []


def test_a_turn_that_is_abandoned_again_at_once_is_not_tried_twice_in_a_row(
    abandoned: Any, mocker: MockerFixture
) -> None:
    """Its process may not be able to do anything now, such as to reach PostgreSQL."""
    solitude = Solitude(abandoned)
    mocker.patch.object(
        solitude, "attempt", side_effect=lambda one: solitude.tried.append(one) or 1
    )
    replace(abandoned.parts.isolate, solitude=solitude)()
    assert solitude.tried == [POISONED]


@pytest.mark.parametrize("pause_seconds", [0, 0.001, 0.002, 0.005, 0.01, 0.05])
def test_a_real_child_process_that_is_told_twice_to_stop_counts_nothing(
    abandoned: Any,
    tell_the_environment: None,  # noqa: ARG001
    pause_seconds: float,
) -> None:
    abandoned.gemini.plan(Fault("hang"))
    child = subprocess.Popen(
        [sys.executable, "-m", "actors.alone", "me"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdin is not None
    child.stdin.write(b"1\n")
    child.stdin.flush()
    assert wait_until(lambda: abandoned.gemini.ledger.in_flight == 1, seconds=30)
    assert abandoned.conversation().attempts == 1
    child.terminate()
    gevent.sleep(pause_seconds)
    child.terminate()
    _, complaints = child.communicate(timeout=30)
    assert child.returncode == 0
    assert b'"level": "error"' not in complaints
    assert abandoned.conversation().attempts == 0
    abandoned.turn(1)
    assert abandoned.states()[0] == "received"
    abandoned.gemini.plan()
    abandoned.turn(1, is_alone=True)
    assert abandoned.states()[0] == "answered"


def test_a_real_child_process_runs_abandoned_turns_and_ends_without_a_complaint(
    abandoned: Any,
    tell_the_environment: None,  # noqa: ARG001
    capfd: pytest.CaptureFixture[str],
) -> None:
    abandoned.parts.isolate()
    assert abandoned.states() == ["answered"] * 3
    assert abandoned.conversation().attempts == 0
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert {line["level"] for line in lines} == {"info", "warning"}
    assert len([line for line in lines if line["event"] == "turn.finished"]) == 3
