"""What stands in the files that watch over the service, as the tests of them read it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

OPS = Path(__file__).resolve().parents[1] / "ops"
DASHBOARD = json.loads((OPS / "grafana/dashboards/secretaria.json").read_text(encoding="utf-8"))
RULES: Sequence[Mapping[str, Any]] = [
    rule
    for group in yaml.safe_load((OPS / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
PANELS: Sequence[Mapping[str, Any]] = [
    panel for panel in DASHBOARD["panels"] if panel["type"] != "row"
]
ONLY_WITH_A_WORKER = "Só onde se alcança a porta do worker (no Heroku, vazio)"


def series_of(expression: str) -> set[str]:
    """The names of our series in an expression, a histogram by its own."""
    names = re.findall(r"\bsecretaria_\w+", expression)
    return {re.sub(r"_bucket$", "", name) for name in names}


def expressions(panels: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for panel in panels:
        yield from (target["expr"] for target in panel["targets"])


def panels_of_the_web() -> Sequence[Mapping[str, Any]]:
    """The panels that show something where only the web's page can be reached."""
    found, is_there = [], True
    for panel in DASHBOARD["panels"]:
        if panel["type"] == "row":
            is_there = panel["title"] != ONLY_WITH_A_WORKER
        elif is_there:
            found.append(panel)
    return found
