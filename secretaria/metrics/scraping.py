"""What Prometheus reads: the series of all processes, and what the stores say at that moment."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Metric,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from secretaria.metrics.series import REGISTRY

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of the service, the same whichever process is asked."""

    queue_messages: dict[tuple[str, str], int]
    """How many messages a (queue, state) holds: waiting, in_flight, delayed, dead."""
    unanswered_oldest_seconds: float | None
    breaker_open: dict[str, bool]
    spooled_messages: int | None = None
    listed_messages: dict[tuple[str, str], int] = field(default_factory=dict)
    """How many messages of a (direction, state) wait for a person to look at them."""


TakeSnapshot = Callable[[], Snapshot | None]
"""What a store that is away would say is left out: a gauge that is absent says so, a zero lies."""


@dataclass(frozen=True, slots=True)
class Scraped(Collector):
    """The gauges that no process feeds, since they are computed when somebody looks."""

    snapshot: TakeSnapshot

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges of a fresh snapshot, or nothing."""
        taken = self._taken()
        if taken is None:
            return
        yield _gauge(
            "queue_messages",
            "Messages on the queues",
            ["queue", "state"],
            taken.queue_messages.items(),
        )
        yield _gauge(
            "unanswered_oldest_seconds",
            "Age of the oldest message that is still owed an answer",
            [],
            _alone(taken.unanswered_oldest_seconds),
        )
        yield _gauge(
            "spooled_messages",
            "Messages accepted into Redis that wait for PostgreSQL",
            [],
            _alone(taken.spooled_messages),
        )
        yield _gauge(
            "listed_messages",
            "Dead and ambiguous messages that wait for a person",
            ["direction", "state"],
            taken.listed_messages.items(),
        )
        yield _gauge(
            "breaker_open",
            "1 while the circuit breaker keeps calls away",
            ["breaker"],
            [((breaker,), is_open) for breaker, is_open in taken.breaker_open.items()],
        )

    def _taken(self) -> Snapshot | None:
        try:
            return self.snapshot()
        except Exception:  # noqa: BLE001 - a failing store must not take the other series away
            _log.exception("metrics.snapshot_failed")
            return None


def scrape(snapshot: TakeSnapshot | None = None) -> tuple[bytes, str]:
    """Return the exposition of every process that shares our folder, and its content type.

    The folder is `PROMETHEUS_MULTIPROC_DIR`; without it, only this process is told.
    """
    registry = CollectorRegistry()
    registry.register(_Folder(folder) if (folder := _folder()) else REGISTRY)
    if snapshot is not None:
        registry.register(Scraped(snapshot))
    return generate_latest(registry), CONTENT_TYPE_LATEST


def mark_process_dead(pid: int) -> None:
    """Take away the live gauges of a process that ended; what it counted stays counted."""
    if _folder() is not None:
        multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]  # the library's


@dataclass(frozen=True, slots=True)
class _Folder(Collector):
    """Adds up the files of all processes.

    A process that was killed while it made its file leaves it empty, for ever: it is passed over,
    where the library's own collector would fail each scrape.
    """

    path: Path

    def collect(self) -> Iterator[Metric]:
        files = [str(file) for file in self.path.glob("*.db") if _has_content(file)]
        yield from multiprocess.MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]  # the library's


def _has_content(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:  # a live gauge of a process that has just been marked dead
        return False


def _gauge(
    name: str, meaning: str, labels: list[str], values: Iterable[tuple[Sequence[str], float]]
) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(f"secretaria_{name}", meaning, labels=labels)
    for label_values, value in values:
        gauge.add_metric(label_values, value)
    return gauge


def _alone(value: float | None) -> list[tuple[Sequence[str], float]]:
    return [] if value is None else [((), value)]


def _folder() -> Path | None:
    """Return the folder the library itself found in the environment when it was imported."""
    path = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(path) if path else None
