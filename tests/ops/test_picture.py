"""The picture is drawn from the dashboard's file, and a real Prometheus takes its questions."""

import shutil
import time
from pathlib import Path

import pytest

from ops.grafana import panels
from ops.grafana.drawing import draw
from ops.grafana.prometheus import PROGRAM, Prometheus, Series
from secretaria.playground.engines.process import wait_until

pytestmark = pytest.mark.tools

PNG = b"\x89PNG"


def test_a_series_is_called_as_grafana_would_call_it() -> None:
    series = Series({"queue": "converse", "state": "waiting"}, [])
    assert series.called("{{queue}} {{ state }}: {{nothing}}") == "converse waiting: "


@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason="no Prometheus on this machine")
def test_every_panel_is_asked_for_and_drawn_also_without_data(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    began = time.time()
    with Prometheus(tmp_path / "prometheus", {}) as prometheus:
        assert wait_until(lambda: "SecretariaSemMetricas" in prometheus.alerts(), seconds=30), (
            "the rules are in force"
        )
        draw(panels.read(), prometheus, began - 60, time.time(), picture)
    assert picture.read_bytes().startswith(PNG)
