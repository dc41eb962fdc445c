"""The measures, B1 to B7: each has its steps, and adds what it finds to the run's findings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ops.bench.measure import Bench
from ops.bench.measures import webhooks
from ops.bench.scale import Scale


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure; `steps` is how often it tells where it is."""

    run: Callable[[Bench], None]
    steps: Callable[[Scale], int]


MEASURES: Mapping[str, Measure] = {
    "B1": Measure(webhooks.measure_throughput, webhooks.throughput_steps),
}
