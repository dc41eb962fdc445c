"""What a dead worker left behind is tried alone, one at a time, the first abandoned first."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from secretaria.core.turn import MOST_ATTEMPTS

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


def test_a_real_child_process_runs_abandoned_turns_and_ends_without_a_complaint(
    abandoned: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
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
    abandoned.parts.isolate()
    assert abandoned.states() == ["answered"] * 3
    assert abandoned.conversation().attempts == 0
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert {line["level"] for line in lines} == {"info", "warning"}
    assert len([line for line in lines if line["event"] == "turn.finished"]) == 3
