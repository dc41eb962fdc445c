"""Which build of the program runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True)
class Build(Collector):
    """A version, the revision of the source it was made of, and the Python that runs it."""

    version: str
    revision: str
    python: str

    def collect(self) -> Iterator[Metric]:
        """Yield the one that is 1."""
        info = GaugeMetricFamily(
            "secretaria_build_info", "1, for its labels", labels=["version", "revision", "python"]
        )
        info.add_metric([self.version, self.revision, self.python], 1)
        yield info
