"""The unit with which systemd keeps up what the Procfile says."""

import shlex
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
from honcho.environ import parse_procfile

ROOT = Path(__file__).resolve().parents[2]
LINES = parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8")).processes
TOLD = '#!/bin/sh\necho "$0 $*"\n'


@pytest.fixture(scope="module")
def unit() -> ConfigParser:
    parser = ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign] # systemd tells case apart
    parser.read_string((ROOT / "ops/systemd/secretaria@.service").read_text(encoding="utf-8"))
    return parser


@pytest.mark.parametrize("name", ["web", "worker"])
def test_it_runs_the_line_of_the_procfile(unit: ConfigParser, name: str, tmp_path: Path) -> None:
    written = unit["Service"]["ExecStart"].replace("%i", name).replace("$$", "$")
    python = tmp_path / "python"
    python.write_text(TOLD, encoding="utf-8")
    python.chmod(0o755)
    ran = subprocess.run(
        shlex.split(written),
        cwd=ROOT,
        env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == LINES[name].replace("python", str(python), 1)


def test_its_python_is_the_one_that_make_installs(unit: ConfigParser) -> None:
    service = unit["Service"]
    folder = service["WorkingDirectory"]
    assert service["Environment"].startswith(f"PATH={folder}/.venv/bin:")
    assert service["EnvironmentFile"] == f"{folder}/.env"


def test_who_dies_is_started_again_for_ever_and_who_stops_has_time(unit: ConfigParser) -> None:
    service = unit["Service"]
    assert service["Restart"] == "always"
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert service["KillMode"] == "mixed"
    assert int(service["TimeoutStopSec"]) > 25
    assert service["User"] != "root"
