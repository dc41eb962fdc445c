"""Starting: wrong configuration stops a process with one message; the demo answers everybody."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from secretaria.playground.stack import Stack

pytestmark = pytest.mark.minutes(2)

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(sys.executable).parent


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=ROOT,
        env={"PATH": path, "HOME": os.environ.get("HOME", "/")} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.mark.parametrize("process", ["release", "web", "worker"])
def test_wrong_configuration_stops_a_process_with_one_readable_message(
    process: str, tmp_path: Path
) -> None:
    line = Stack(tmp_path).line(process)
    done = run("sh", "-c", line, DATABASE_URL="mysql://user:hidden-password@host/base")
    assert done.returncode != 0
    assert done.stderr.count("DATABASE_URL") == 1
    assert "Traceback" not in done.stderr
    assert "hidden-password" not in done.stdout + done.stderr


def test_a_profile_with_a_mistake_stops_the_worker_and_says_where(tmp_path: Path) -> None:
    profile = tmp_path / "perfil.toml"
    profile.write_text('[secretary]\nname = ""\n', encoding="utf-8")
    stack = Stack(tmp_path, environment={"SECRETARIA_PROFILE": str(profile)})
    with pytest.raises(Exception, match=r"perfil\.toml") as caught:
        stack.start()
    assert "secretary.name" in str(caught.value)


@pytest.mark.parametrize("process", ["web", "worker"])
def test_a_profile_with_a_mistake_stops_each_process(process: str, tmp_path: Path) -> None:
    profile = tmp_path / "perfil.toml"
    profile.write_text('[secretary]\nname = ""\n', encoding="utf-8")
    enough = {
        "DATABASE_URL": "postgresql://postgres@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SHARED_SECRET": "secret",
        "WHATICKET_BASE_URL": "http://127.0.0.1:1",
        "WHATICKET_TOKEN": "token",
        "GEMINI_API_KEY": "key",
        "SECRETARIA_PROFILE": str(profile),
    }
    done = run("sh", "-c", Stack(tmp_path).line(process), **enough)
    assert done.returncode == 2
    assert "secretary.name" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_demo_does_not_mind_a_proxy(tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:9"
    folder = str(tmp_path / "demo")
    done = run("secretaria", "demo", "--folder", folder, http_proxy=nobody, HTTP_PROXY=nobody)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_demo_plays_a_conversation_in_which_everybody_is_answered(tmp_path: Path) -> None:
    done = run("secretaria", "demo", "--folder", str(tmp_path / "demo"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "todas respondidas" in done.stdout


def test_the_program_lists_its_commands() -> None:
    done = run("secretaria", "--help")
    assert done.returncode == 0
    for command in ("demo", "status", "doctor", "dead", "say", "who"):
        assert command in done.stdout
