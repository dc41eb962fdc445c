"""Under every fault of the quick subset the promises are kept; times are not judged."""

import os
import signal
from collections.abc import Callable

import pytest

from ops.chaos.arena import Arena
from ops.chaos.scenario import find_scenarios
from ops.chaos.verdict import Verdict

pytestmark = pytest.mark.minutes(3)

QUICK = (1, 2, 3, 6, 8, 10, 12)


def test_a_process_that_died_just_now_is_started_again_before_the_next_scenario(
    arena: Arena,
) -> None:
    arena.supervisor.stop()
    dead = arena.processes["worker2"]
    os.killpg(dead.pid, signal.SIGKILL)
    dead.wait()
    arena.supervisor.start()
    arena.clean()
    assert arena.processes["worker2"].poll() is None


@pytest.mark.parametrize("number", QUICK, ids=lambda number: find_scenarios()[number].act.__name__)
def test_the_promises_are_kept(
    number: int, play_quickly: Callable[..., Verdict], explain: Callable[[Verdict], str]
) -> None:
    verdict = play_quickly(number)
    assert verdict.is_kept, explain(verdict)
    assert verdict.findings.accepted > 0
