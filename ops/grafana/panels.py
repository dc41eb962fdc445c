"""The panels of the dashboard's file, as far as a picture shows them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DASHBOARD = Path(__file__).parent / "dashboards" / "secretaria.json"


@dataclass(frozen=True, slots=True)
class Query:
    """An expression, and how each of its series is called."""

    expression: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel: `row`, `stat` or `timeseries`, where it stands, and what it shows."""

    kind: str
    title: str
    x: int
    y: int
    width: int
    height: int
    queries: Sequence[Query] = ()
    unit: str = "short"
    decimals: int | None = None
    steps: Sequence[tuple[float | None, str]] = ()
    shows_name: bool = False
    is_stacked: bool = False
    lowest: float | None = None
    highest: float | None = None


def read() -> Sequence[Panel]:
    """Read the dashboard's file."""
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return [_panel(panel) for panel in dashboard["panels"]]


def _panel(panel: Mapping[str, Any]) -> Panel:
    place = panel["gridPos"]
    about = panel.get("fieldConfig", {}).get("defaults", {})
    steps = about.get("thresholds", {}).get("steps", [])
    return Panel(
        kind=panel["type"],
        title=panel["title"],
        x=place["x"],
        y=place["y"],
        width=place["w"],
        height=place["h"],
        queries=[Query(one["expr"], one["legendFormat"]) for one in panel.get("targets", [])],
        unit=about.get("unit", "short"),
        decimals=about.get("decimals"),
        steps=[(step["value"], step["color"]) for step in steps],
        shows_name=panel.get("options", {}).get("textMode") == "name",
        is_stacked=about.get("custom", {}).get("stacking", {}).get("mode") == "normal",
        lowest=about.get("min"),
        highest=about.get("max"),
    )
