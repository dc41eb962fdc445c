"""The dashboard shows series that exist, in our words, with the alerts' own limits."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from watching import DASHBOARD, ONLY_WITH_A_WORKER, OPS, PANELS, RULES, expressions, series_of

from secretaria import metrics
from secretaria.metrics import Build, Snapshot

NAMES = {rule["alert"] for rule in RULES}


def test_every_series_of_a_panel_is_on_the_metrics_page() -> None:
    page, _ = metrics.scrape(lambda: Snapshot({}, 0.0, {}), Build("1", "a", "3"))
    told = set(re.findall(r"^# TYPE (\w+) ", page.decode(), re.MULTILINE))
    asked = set().union(*map(series_of, expressions(PANELS)))
    assert asked
    assert asked <= told


def test_it_can_be_imported_beside_others() -> None:
    assert DASHBOARD["schemaVersion"] >= 39
    assert DASHBOARD["uid"] == "secretaria"
    assert DASHBOARD["id"] is None
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    (variable,) = DASHBOARD["templating"]["list"]
    assert (variable["name"], variable["type"]) == ("datasource", "datasource")
    sources = {target["datasource"]["uid"] for panel in PANELS for target in panel["targets"]}
    assert sources == {"${datasource}"}


def test_what_customers_feel_comes_first_and_what_needs_a_worker_is_labelled() -> None:
    rows = [panel["title"] for panel in DASHBOARD["panels"] if panel["type"] == "row"]
    assert rows[0] == "O que o cliente sente"
    assert ONLY_WITH_A_WORKER in rows


def test_no_two_panels_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


@pytest.mark.parametrize("panel", PANELS, ids=[panel["title"] for panel in PANELS])
def test_a_panel_says_what_it_shows_and_in_what_unit(panel: Mapping[str, Any]) -> None:
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert all(target["legendFormat"] for target in panel["targets"])


@pytest.mark.parametrize("panel", PANELS, ids=[panel["title"] for panel in PANELS])
def test_the_limits_of_a_panel_are_those_of_the_alerts_it_names(panel: Mapping[str, Any]) -> None:
    named = set(re.findall(r"\bSecretaria[A-Z]\w+", panel["description"]))
    assert named <= NAMES
    steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
    limits = {float(step["value"]) for step in steps if step["value"] is not None}
    alerts = [rule for rule in RULES if rule["alert"] in named]
    in_force = {
        float(number) for rule in alerts for number in re.findall(r"[<>=]=? ([\d.]+)", rule["expr"])
    } | {60.0 * int(rule["for"].rstrip("m")) for rule in alerts}
    assert limits <= in_force


def test_grafana_finds_its_source_and_its_dashboards() -> None:
    provisioning = OPS / "grafana/provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())[
        "datasources"
    ]
    assert (source["type"], source["isDefault"]) == ("prometheus", True)
    (provider,) = yaml.safe_load((provisioning / "dashboards/secretaria.yml").read_text())[
        "providers"
    ]
    assert provider["options"]["path"] == "/var/lib/grafana/dashboards"


def test_prometheus_reads_both_pages_and_the_rules() -> None:
    read = yaml.safe_load((OPS / "prometheus.yml").read_text(encoding="utf-8"))
    targets = {
        job["job_name"]: job["static_configs"][0]["targets"] for job in read["scrape_configs"]
    }
    assert targets == {"secretaria-web": ["web:8080"], "secretaria-worker": ["worker:9191"]}
    assert read["rule_files"] == ["/etc/prometheus/alerts.yml"]
    jobs = set(re.findall(r'job="([\w-]+)"', " ".join(rule["expr"] for rule in RULES)))
    assert jobs == targets.keys()
