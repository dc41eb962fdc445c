"""The Procfile run as on a platform, by honcho, with a .env and nothing else."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from secretaria.playground.engines import start_engines
from secretaria.playground.engines.process import wait_until
from secretaria.playground.stack import SHARED_SECRET, Stack

pytestmark = pytest.mark.minutes(0.5)

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60
ANA = "5511955550950"


class Local:
    """An owner's machine: a .env with what is needed, and an empty environment."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.stack = stack
        self.log = folder / "honcho.log"
        self.dotenv = folder / ".env"
        needed = {
            name: value
            for name, value in stack.variables().items()
            if name not in {"PATH", "HOME", "PYTHONUNBUFFERED"}
        }
        lines = (f"{name}={value}\n" for name, value in needed.items())
        self.dotenv.write_text("".join(lines), encoding="utf-8")
        self.environment = {"PATH": stack.variables()["PATH"]}

    def command(self, *words: str) -> list[str]:
        return ["honcho", "--env", str(self.dotenv), *words]


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    with start_engines(tmp_path / "engines", fsync=False) as engines:
        stores = {"DATABASE_URL": engines.postgres.url, "REDIS_URL": engines.valkey.url}
        stack = Stack(tmp_path / "stack", environment=stores | {"BURST_WINDOW_SECONDS": "0"})
        with stack.gemini, stack.whaticket:
            yield Local(stack, tmp_path)


def test_release_web_and_worker_run_from_a_dotenv_and_ctrl_c_ends_them(local: Local) -> None:
    released = subprocess.run(
        local.command("run", "sh", "-c", local.stack.line("release")),
        cwd=ROOT,
        env=local.environment,
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert released.returncode == 0, released.stderr
    with local.log.open("wb") as log:
        honcho = subprocess.Popen(
            local.command("start", "web", "worker"),
            cwd=ROOT,
            env=local.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        webhook = type(local.stack.whaticket.webhook)
        local.stack.whaticket.webhook = webhook(
            f"{local.stack.url}/webhook/whaticket", SHARED_SECRET, None
        )
        said = local.log.read_text
        assert wait_until(
            lambda: "worker.ready" in said() and "Listening at" in said(), seconds=READY_SECONDS
        )
        assert local.stack.whaticket.customer_says(ANA, "eco: local").status_code == 202
        assert wait_until(
            lambda: local.stack.whaticket.replies_to(ANA) == ["eco: local"], seconds=READY_SECONDS
        )
    finally:
        os.killpg(honcho.pid, signal.SIGINT)  # as a terminal does
        honcho.wait(READY_SECONDS)
    assert "Traceback" not in said()
    assert "SIGKILL" not in said()
