"""Each alert speaks of series that exist, has its tests, and leads to what helps at night."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from watching import OPS, RULES, series_of

from secretaria import metrics
from secretaria.metrics import Snapshot

RUNBOOK = (OPS / "runbook.md").read_text(encoding="utf-8")
NAMES = sorted({rule["alert"] for rule in RULES})
CASES = yaml.safe_load((OPS / "alerts_test.yml").read_text(encoding="utf-8"))["tests"]
RULE_IDS = [f"{rule['alert']}-{rule['labels']['severity']}" for rule in RULES]


def anchor(title: str) -> str:
    """The anchor that Markdown viewers give a title."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


SECTIONS = {
    anchor(title): text
    for title, text in re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", RUNBOOK, re.MULTILINE)
}


def section_of(rule: Mapping[str, Any]) -> str:
    path, _, part = rule["annotations"]["runbook"].partition("#")
    assert path == "ops/runbook.md"
    return SECTIONS[part]


def test_every_series_of_an_alert_is_on_the_metrics_page() -> None:
    page, _ = metrics.scrape(lambda: Snapshot({}, 0.0, {}))
    told = set(re.findall(r"^# TYPE (\w+) ", page.decode(), re.MULTILINE))
    asked = set().union(*(series_of(rule["expr"]) for rule in RULES))
    assert asked
    assert asked <= told


@pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
def test_an_alert_says_how_urgent_it_is_what_customers_feel_and_where_to_read(
    rule: Mapping[str, Any],
) -> None:
    assert rule["labels"].keys() == {"severity"}
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert rule["annotations"].keys() == {"summary", "description", "runbook"}
    assert rule["for"]


@pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
def test_its_section_says_what_it_means_the_first_commands_and_how_it_ends(
    rule: Mapping[str, Any],
) -> None:
    section = section_of(rule)
    commands = re.findall(r"^```bash\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert section.startswith("\n**Para o cliente:** ")
    assert len(commands[0].splitlines()) >= 3
    assert "**Acaba quando** " in section


@pytest.mark.parametrize("name", NAMES)
def test_the_index_leads_from_an_alert_to_its_section(name: str) -> None:
    (row,) = [line for line in SECTIONS["chegou-um-alerta"].splitlines() if f"`{name}`" in line]
    (rule, *_) = [rule for rule in RULES if rule["alert"] == name]
    assert rule["annotations"]["runbook"].endswith(row.rpartition("(")[2].rstrip(" |)"))


def test_every_link_within_the_runbook_leads_somewhere() -> None:
    assert set(re.findall(r"\]\(#([^)]+)\)", RUNBOOK)) <= SECTIONS.keys()


@pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
def test_promtool_sees_each_alert_fire_and_stay_silent(rule: Mapping[str, Any]) -> None:
    tried = [
        one
        for case in CASES
        for one in case["alert_rule_test"]
        if one["alertname"] == rule["alert"]
    ]
    fired = [alert for one in tried for alert in one["exp_alerts"]]
    severity = rule["labels"]["severity"]
    assert severity in {alert["exp_labels"]["severity"] for alert in fired}
    assert any(not one["exp_alerts"] for one in tried)
    assert all(alert["exp_annotations"].keys() == rule["annotations"].keys() for alert in fired)


def test_no_alert_needs_what_only_a_worker_tells() -> None:
    """Where the worker's port cannot be reached, nobody feeds these."""
    fed_by_workers = {
        series_of(name).pop()
        for name in (
            "secretaria_turns_total",
            "secretaria_llm_seconds",
            "secretaria_deliveries_total",
            "secretaria_whaticket_seconds",
            "secretaria_end_to_end_seconds",
        )
    }
    assert not [rule["alert"] for rule in RULES if series_of(rule["expr"]) & fed_by_workers]
