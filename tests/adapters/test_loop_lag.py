"""A process that cannot keep its appointments says so."""

import time
from collections.abc import Iterator

import gevent
import pytest
from prometheus_client.parser import text_string_to_metric_families

from secretaria import metrics
from secretaria.adapters import loop_lag
from secretaria.playground.engines.process import wait_until


@pytest.fixture(autouse=True)
def watching(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(loop_lag, "EVERY_SECONDS", 0.01)
    greenlet = loop_lag.watch("web")
    yield
    greenlet.kill()


def told(name: str) -> float:
    page, _ = metrics.scrape()
    return sum(
        sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
        if sample.name == f"secretaria_{name}" and sample.labels == {"process": "web"}
    )


def test_a_process_that_computes_for_long_is_late() -> None:
    late = told("event_loop_lag_seconds_sum")
    gevent.sleep(0)
    ends = time.monotonic() + 0.3
    while time.monotonic() < ends:
        pass
    assert wait_until(lambda: told("event_loop_lag_seconds_sum") >= late + 0.2, seconds=10)
    assert told("process_cpu_seconds_total") >= 0.1


def test_it_is_measured_for_as_long_as_the_process_lives() -> None:
    count = told("event_loop_lag_seconds_count")
    assert wait_until(lambda: told("event_loop_lag_seconds_count") >= count + 3, seconds=10)
