"""The chores are done whatever becomes of the metrics port, and of each other."""

from contextlib import suppress
from typing import Any

import pytest
from dramatiq.brokers.stub import StubBroker

from actors.middleware import maintenance
from actors.middleware.maintenance import Maintenance
from secretaria.errors import DatabaseUnavailable
from secretaria.playground.engines.process import wait_until

NO_PORT = 99_999


class Chore:
    def __init__(self, fault: Exception | None = None) -> None:
        self.times = 0
        self.fault = fault

    def __call__(self) -> None:
        self.times += 1
        if self.fault is not None:
            raise self.fault


def test_a_port_that_cannot_be_bound_does_not_stop_the_chores_nor_do_their_faults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(maintenance, "EVERY_SECONDS", 0.01)
    chores = [Chore(), Chore(DatabaseUnavailable("timeout")), Chore(ValueError("a bug"))]
    left = Chore()
    keeper = Maintenance(chores, left, metrics_port=NO_PORT, metrics_token=None)
    broker: Any = StubBroker()
    worker: Any = None
    with suppress(OverflowError):  # Dramatiq swallows what a hook raises
        keeper.after_worker_boot(broker, worker)
    assert wait_until(lambda: all(chore.times > 1 for chore in chores), seconds=30)
    keeper.before_worker_shutdown(broker, worker)
    assert left.times == 1
