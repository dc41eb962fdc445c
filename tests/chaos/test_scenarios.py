"""Under every fault of the quick subset the promises are kept; times are not judged."""

from collections.abc import Callable

import pytest

from ops.chaos.scenario import find_scenarios
from ops.chaos.verdict import Verdict

pytestmark = pytest.mark.minutes(3)

QUICK = (1, 2, 3, 6, 8, 10, 12)


@pytest.mark.parametrize("number", QUICK, ids=lambda number: find_scenarios()[number].act.__name__)
def test_the_promises_are_kept(
    number: int, play_quickly: Callable[..., Verdict], explain: Callable[[Verdict], str]
) -> None:
    verdict = play_quickly(number)
    assert verdict.is_kept, explain(verdict)
    assert verdict.findings.accepted > 0
