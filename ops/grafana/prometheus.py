"""A real Prometheus, with our rules, that scrapes often and forgets all when it ends."""

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import requests

from secretaria.errors import Misconfigured
from secretaria.playground.engines.process import LOOPBACK, free_port, wait_until

PROGRAM = "prometheus"
RULES = Path(__file__).resolve().parents[1] / "alerts.yml"
EVERY = "2s"
READY_SECONDS = 30
STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Series:
    """A series' labels, and its (moment, value) pairs."""

    labels: Mapping[str, str]
    points: Sequence[tuple[float, float]]

    def called(self, legend: str) -> str:
        """Its name, as Grafana makes it of a legend's format."""
        return re.sub(r"{{\s*(\w+)\s*}}", lambda found: self.labels.get(found[1], ""), legend)


@dataclass
class Prometheus:
    """Scrapes the targets, by the name of their job, from when the block begins to its end."""

    folder: Path
    targets: Mapping[str, str]
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def query(self, expression: str, at: float) -> Sequence[Series]:
        """What an expression says at a moment."""
        found = self._ask("query", query=expression, time=at)
        return [_series(one["metric"], [one["value"]]) for one in found["result"]]

    def query_range(self, expression: str, start: float, end: float) -> Sequence[Series]:
        """What an expression says at each second of a time."""
        found = self._ask("query_range", query=expression, start=start, end=end, step=1)
        return [_series(one["metric"], one["values"]) for one in found["result"]]

    def alerts(self) -> Mapping[str, str]:
        """The alerts that are pending or firing."""
        return {one["labels"]["alertname"]: one["state"] for one in self._ask("alerts")["alerts"]}

    def _ask(self, what: str, **parameters: Any) -> Any:
        url = f"http://{LOOPBACK}:{self.port}/api/v1/{what}"
        answer = requests.get(url, params=parameters, timeout=30)
        answer.raise_for_status()
        return answer.json()["data"]

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        configuration = self.folder / "prometheus.yml"
        configuration.write_text(json.dumps(self._configuration()), encoding="utf-8")
        with (self.folder / "prometheus.log").open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - all of it is ours
                [
                    PROGRAM,
                    f"--config.file={configuration}",
                    f"--storage.tsdb.path={self.folder / 'data'}",
                    f"--web.listen-address={LOOPBACK}:{self.port}",
                ],
                stdout=log,
                stderr=log,
            )
        if not wait_until(self._is_ready, seconds=READY_SECONDS):
            self.__exit__()
            raise Misconfigured("o Prometheus não ficou pronto")
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(STOP_SECONDS)

    def _configuration(self) -> Any:
        """What ops/prometheus.yml says, of other targets and more often; JSON is YAML too."""
        return {
            "global": {
                "scrape_interval": EVERY,
                "scrape_timeout": EVERY,
                "evaluation_interval": EVERY,
            },
            "rule_files": [str(RULES)],
            "scrape_configs": [
                {"job_name": job, "static_configs": [{"targets": [target]}]}
                for job, target in self.targets.items()
            ],
        }

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"http://{LOOPBACK}:{self.port}/-/ready", timeout=2).ok
        except requests.RequestException:
            return False


def _series(labels: Mapping[str, str], points: Sequence[tuple[float, str]]) -> Series:
    return Series(labels, [(moment, float(value)) for moment, value in points])
