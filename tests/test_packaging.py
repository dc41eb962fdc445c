"""What is installed holds all that is served: also what is no Python."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PANEL = Path("secretaria/resources/panel")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `pip install` would copy, built from a copy of what it looks at."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in ("secretaria", "actors", "migrations"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "setup.py", source)
    command = [sys.executable, "setup.py", "--quiet", "build_py", "--build-lib", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return target


@pytest.mark.parametrize("folder", [PANEL / "static", PANEL / "templates", "secretaria/profiles"])
def test_every_file_of_a_folder_is_installed(built: Path, folder: Path) -> None:
    names = {path.name for path in (ROOT / folder).iterdir() if path.is_file()}
    assert names
    assert {path.name for path in (built / folder).iterdir() if path.is_file()} == names


def test_what_is_others_work_has_its_licence_beside_it(built: Path) -> None:
    folder = built / PANEL / "static"
    for script in folder.glob("*.min.js"):
        licence = folder / f"{script.name.partition('.')[0]}.LICENSE"
        assert "Permission to use, copy, modify" in licence.read_text("utf-8")
