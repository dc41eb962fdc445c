"""An arena for the tests of a file, with the short leases of a quick run."""

from collections.abc import Callable, Iterator

import pytest

from ops.chaos.arena import Arena
from ops.chaos.checker import Findings
from ops.chaos.sabotage import QUICK_CONSTANTS
from ops.chaos.scenario import find_scenarios, play
from ops.chaos.table import history
from ops.chaos.verdict import Verdict

SEED = 20261122


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    with Arena(tmp_path_factory.mktemp("arena"), constants=QUICK_CONSTANTS) as started:
        yield started


@pytest.fixture
def play_quickly(arena: Arena) -> Callable[..., Verdict]:
    """Play a scenario by its number; limits of time are not judged."""

    def play_it(
        number: int,
        *,
        settle_seconds: float = 180.0,
        has_seen_enough: Callable[[Findings], bool] | None = None,
    ) -> Verdict:
        chosen = find_scenarios()[number]
        return play(
            chosen,
            arena,
            seed=SEED,
            is_quick=True,
            settle_seconds=settle_seconds,
            has_seen_enough=has_seen_enough,
        )

    return play_it


@pytest.fixture
def explain() -> Callable[[Verdict], str]:
    """What broke, with the histories: what a failing test shows."""
    return history
