"""The alerts speak of series that exist, and lead to parts of the runbook that exist."""

import re
from pathlib import Path

from secretaria import metrics
from secretaria.metrics import Snapshot

OPS = Path(__file__).resolve().parent.parent / "ops"
ALERTS = (OPS / "alerts.yml").read_text(encoding="utf-8")
RUNBOOK = (OPS / "runbook.md").read_text(encoding="utf-8")


def anchor(title: str) -> str:
    """The anchor that Markdown viewers give a title."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def test_every_series_of_an_alert_is_on_the_metrics_page() -> None:
    page, _ = metrics.scrape(lambda: Snapshot({}, 0.0, {}))
    told = set(re.findall(r"^# TYPE (\w+) ", page.decode(), re.MULTILINE))
    asked = set(re.findall(r"\b(secretaria_\w+)", ALERTS))
    assert asked
    assert asked <= told


def test_every_alert_leads_to_its_part_of_the_runbook() -> None:
    parts = {anchor(title) for title in re.findall(r"^## (.+)$", RUNBOOK, re.MULTILINE)}
    links = re.findall(r"runbook\.md#([\w-]+)", ALERTS)
    assert len(links) == ALERTS.count("- alert:")
    assert set(links) <= parts
