"""A process that dies is started again by whatever runs it: here `secretaria dev`."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from secretaria.playground.engines.process import command_line, free_port, wait_until

pytestmark = pytest.mark.minutes(1)

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 90


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    program = "from secretaria.cli import main; main()"
    with (tmp_path / "dev.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", program, "dev", "--folder", str(tmp_path / "dev")],
            cwd=ROOT,
            env={
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
                "HOME": os.environ.get("HOME", "/"),
                "PORT": str(free_port()),
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    said = (tmp_path / "dev.log").read_text
    assert wait_until(lambda: "No ar em " in said(encoding="utf-8"), seconds=READY_SECONDS)
    yield process
    process.terminate()
    process.wait(READY_SECONDS)


def running(dev: subprocess.Popen[bytes], words: str) -> int | None:
    """The process of `dev` that runs these words."""
    children = Path(f"/proc/{dev.pid}/task/{dev.pid}/children").read_text(encoding="ascii")
    found = [int(pid) for pid in children.split() if words in command_line(int(pid))]
    return found[0] if found else None


@pytest.mark.parametrize("words", ["-m actors", "-m secretaria.wsgi"])
def test_what_is_killed_is_started_again(dev: subprocess.Popen[bytes], words: str) -> None:
    killed = running(dev, words)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert wait_until(
        lambda: running(dev, words) not in {None, killed}, seconds=READY_SECONDS, every_seconds=0.2
    )
