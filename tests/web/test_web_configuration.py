"""A wrong configuration stops the web process at its start, with one message that shows nothing."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from web_client import serving

from secretaria.playground.engines import Engines
from secretaria.playground.stack import ROOT, Stack

pytestmark = pytest.mark.minutes(1)

SECRET = "valor-que-ninguem-pode-ver"


def start(
    engines: Engines,
    folder: Path,
    environment: Mapping[str, str | None],
    *,
    line: str | None = None,
) -> tuple[int, str]:
    """Run the Procfile's web line, or another; answers its exit code and what it printed."""
    stack = Stack(folder, engines=engines)
    variables = {**stack.variables(), **environment}
    done = subprocess.run(  # noqa: S602 - a Procfile's line is a shell command
        f"exec {line or stack.line('web')}",
        shell=True,
        cwd=ROOT,
        env={name: value for name, value in variables.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    "name",
    ["DATABASE_URL", "REDIS_URL", "SHARED_SECRET", "WHATICKET_BASE_URL", "GEMINI_API_KEY"],
)
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_is_named(
    engines: Engines, tmp_path: Path, name: str, value: str | None
) -> None:
    code, printed = start(engines, tmp_path, {name: value})
    assert code != 0
    assert name in printed
    assert "Traceback" not in printed


def test_every_wrong_variable_is_named_once_and_no_value_is_shown(
    engines: Engines, tmp_path: Path
) -> None:
    wrong = {
        "DATABASE_URL": f"mysql://{SECRET}@x/y",
        "REDIS_URL": f"http://{SECRET}",
        "WEB_CONCURRENCY": SECRET,
        "RATE_LIMIT_PER_IP": "-1",
        "LOG_LEVEL": SECRET,
        "SHARED_SECRET": " , ",
    }
    code, printed = start(engines, tmp_path, wrong)
    assert code != 0
    assert {name: printed.count(name) for name in wrong} == dict.fromkeys(wrong, 1)
    assert SECRET not in printed
    assert "Traceback" not in printed


def test_a_metrics_folder_that_cannot_be_made_is_named(engines: Engines, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    code, printed = start(engines, tmp_path, {"PROMETHEUS_MULTIPROC_DIR": str(blocked / "metrics")})
    assert code != 0
    assert printed.count("PROMETHEUS_MULTIPROC_DIR") == 1
    assert "Traceback" not in printed


def test_a_variable_that_is_empty_is_one_that_is_not_set(engines: Engines, tmp_path: Path) -> None:
    with serving(tmp_path, engines, WEB_CONCURRENCY="", RATE_LIMIT_PER_IP="") as web:
        assert web.get("/livez").status_code == 200


def test_a_metrics_folder_of_their_own_is_made_and_kept(engines: Engines, tmp_path: Path) -> None:
    folder = tmp_path / "shared" / "metrics"
    with serving(tmp_path, engines, PROMETHEUS_MULTIPROC_DIR=str(folder)) as web:
        web.get("/livez")
    assert list(folder.glob("*.db"))


@pytest.mark.parametrize("line", ["gunicorn --config ops/gunicorn.conf.py x:y"])
def test_gunicorn_itself_says_the_same(engines: Engines, tmp_path: Path, line: str) -> None:
    code, printed = start(engines, tmp_path, {"SHARED_SECRET": None}, line=line)
    assert code != 0
    assert printed.count("SHARED_SECRET") == 1
    assert "Traceback" not in printed
