"""Prometheus' own tool accepts the rules, their tests, the configuration and every expression."""

import json
import subprocess
from pathlib import Path

import pytest
from watching import OPS, PANELS, expressions

pytestmark = pytest.mark.tools


def promtool(*arguments: object) -> str:
    done = subprocess.run(
        ["promtool", *map(str, arguments)],  # noqa: S607 - whichever is there
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_rules_are_rules() -> None:
    assert "SUCCESS" in promtool("check", "rules", OPS / "alerts.yml")


def test_each_alert_fires_when_it_should_and_only_then() -> None:
    assert "SUCCESS" in promtool("test", "rules", OPS / "alerts_test.yml")


def test_the_configuration_is_one(tmp_path: Path) -> None:
    written = (OPS / "prometheus.yml").read_text(encoding="utf-8")
    here = tmp_path / "prometheus.yml"
    here.write_text(written.replace("/etc/prometheus", str(OPS)), encoding="utf-8")
    assert "SUCCESS" in promtool("check", "config", here)


def test_every_expression_of_the_dashboard_is_one(tmp_path: Path) -> None:
    rules = [
        {"record": f"panel:{number}", "expr": expression}
        for number, expression in enumerate(expressions(PANELS))
    ]
    here = tmp_path / "panels.yml"
    here.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    assert f"{len(rules)} rules found" in promtool("check", "rules", here)
