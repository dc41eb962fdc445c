"""However many ask at once, one looks; and nobody is told what is long past."""

import gevent
import pytest
from gevent.pool import Pool

from secretaria.adapters.kept import Kept


class Finding:
    def __init__(self, *, faults: int = 0) -> None:
        self.looks = 0
        self.faults = faults

    def __call__(self) -> int:
        self.looks += 1
        gevent.sleep(0.01)
        if self.looks <= self.faults:
            raise ConnectionError
        return self.looks


def test_all_who_ask_at_once_share_one_look() -> None:
    finding = Finding()
    kept = Kept(finding, seconds=3_600)
    assert Pool(50).map(lambda _: kept(), range(50)) == [1] * 50
    assert finding.looks == 1


def test_what_is_too_old_is_looked_at_again() -> None:
    kept = Kept(Finding(), seconds=0)
    assert [kept(), kept()] == [1, 2]


def test_a_look_that_fails_is_not_kept() -> None:
    kept = Kept(Finding(faults=1), seconds=3_600)
    with pytest.raises(ConnectionError):
        kept()
    assert kept() == 2
