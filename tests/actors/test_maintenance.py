"""The sweeper runs whatever becomes of the metrics port."""

from contextlib import suppress
from typing import Any

import pytest
from dramatiq.brokers.stub import StubBroker

from actors.middleware import maintenance
from actors.middleware.maintenance import Maintenance
from secretaria.playground.engines.process import wait_until

NO_PORT = 99_999


def test_a_port_that_cannot_be_bound_does_not_stop_the_sweeper(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passes: list[int] = []
    monkeypatch.setattr(maintenance, "EVERY_SECONDS", 0.01)
    sweep: Any = lambda: passes.append(1)  # noqa: E731 - any call will do
    keeper = Maintenance(sweep, metrics_port=NO_PORT, metrics_token=None)
    broker: Any = StubBroker()
    worker: Any = None
    with suppress(OverflowError):  # Dramatiq swallows what a hook raises
        keeper.after_worker_boot(broker, worker)
    assert wait_until(lambda: len(passes) > 1, seconds=10)
    keeper.before_worker_shutdown(broker, worker)
