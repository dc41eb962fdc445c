"""The measures, B1 to B7: each has its steps, and adds what it finds to the run's findings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ops.bench.measure import Bench
from ops.bench.measures import delays, scaling, starting, stored, turns, webhooks
from ops.bench.scale import Scale


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure; `steps` is how often it tells where it is."""

    run: Callable[[Bench], None]
    steps: Callable[[Scale], int]


MEASURES: Mapping[str, Measure] = {
    "B1": Measure(webhooks.measure_throughput, webhooks.throughput_steps),
    "B2": Measure(webhooks.measure_latency, webhooks.latency_steps),
    "B3": Measure(turns.measure, turns.steps),
    "B4": Measure(delays.measure, delays.steps),
    "B5": Measure(stored.measure, stored.steps),
    "B6": Measure(starting.measure, starting.steps),
    "B7": Measure(scaling.measure, scaling.steps),
}
