"""What Prometheus reads: the series of all processes, and what the stores say at that moment."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Metric,
    generate_latest,
    multiprocess,
)
from prometheus_client.registry import Collector

from secretaria.metrics.build import Build
from secretaria.metrics.series import REGISTRY
from secretaria.metrics.snapshot import Scraped, TakeSnapshot


def scrape(snapshot: TakeSnapshot | None = None, build: Build | None = None) -> tuple[bytes, str]:
    """Return the exposition of every process that shares our folder, and its content type.

    The folder is `PROMETHEUS_MULTIPROC_DIR`; without it, only this process is told.
    """
    registry = CollectorRegistry()
    registry.register(_Folder(folder) if (folder := _folder()) else REGISTRY)
    if snapshot is not None:
        registry.register(Scraped(snapshot))
    if build is not None:
        registry.register(build)
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


def _folder() -> Path | None:
    """Return the folder the library itself found in the environment when it was imported."""
    path = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(path) if path else None
