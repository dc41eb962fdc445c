"""The rig can see: without a safeguard, the scenario that needs it fails, and says why."""

from collections.abc import Callable

import pytest

from ops.chaos.arena import Arena
from ops.chaos.checker import Findings
from ops.chaos.verdict import Verdict

pytestmark = pytest.mark.minutes(5)

IMPATIENT_SECONDS = 12.0


def somebody_was_answered_twice(findings: Findings) -> bool:
    return findings.count("twice") > 0


def test_without_the_fence_somebody_is_answered_twice(
    arena: Arena, play_quickly: Callable[..., Verdict]
) -> None:
    with arena.sabotaged(arena.worker_names, mutations=("fence",)):
        verdict = play_quickly(1, has_seen_enough=somebody_was_answered_twice)
    assert somebody_was_answered_twice(verdict.findings)


def test_without_the_intent_a_reply_is_sent_twice(
    arena: Arena, play_quickly: Callable[..., Verdict]
) -> None:
    with arena.sabotaged(arena.worker_names, mutations=("intent",)):
        verdict = play_quickly(2, has_seen_enough=somebody_was_answered_twice)
    assert somebody_was_answered_twice(verdict.findings)


def test_without_the_sweeper_a_wiped_redis_leaves_messages_unanswered(
    arena: Arena, play_quickly: Callable[..., Verdict]
) -> None:
    with arena.sabotaged(arena.worker_names, mutations=("sweeper",)):
        verdict = play_quickly(3, settle_seconds=IMPATIENT_SECONDS)
    assert verdict.findings.count("unfinished")


def test_without_the_duplicate_check_one_webhook_is_answered_many_times(
    arena: Arena, play_quickly: Callable[..., Verdict]
) -> None:
    with arena.sabotaged(["web"], mutations=("duplicate_check",)):
        verdict = play_quickly(8, has_seen_enough=somebody_was_answered_twice)
    assert "de mil pedidos iguais um só é aceito" in verdict.broken
    assert somebody_was_answered_twice(verdict.findings)
