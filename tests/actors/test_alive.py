"""`python -m actors.alive`: what a container asks of its worker."""

import os
import socket
import subprocess
import sys

import pytest
import redis

from secretaria.adapters.presence import FORGOTTEN_AFTER_SECONDS, WORKERS, Presence
from secretaria.playground.engines import Engines
from secretaria.playground.engines.process import LOOPBACK, free_port

pytestmark = pytest.mark.minutes(0.5)


def ask(url: str) -> subprocess.CompletedProcess[str]:
    told = {
        "DATABASE_URL": f"postgres://user@{LOOPBACK}:1/none",
        "REDIS_URL": url,
        "SHARED_SECRET": "secret",
        "WHATICKET_BASE_URL": f"http://{LOOPBACK}:1",
        "WHATICKET_TOKEN": "token",
        "GEMINI_API_KEY": "key",
        "PATH": os.environ["PATH"],
    }
    return subprocess.run(
        [sys.executable, "-m", "actors.alive"],
        env=told,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_worker_of_this_host_that_has_just_said_so_is_alive(
    engines: Engines, redis_client: redis.Redis
) -> None:
    Presence(redis_client, f"{socket.gethostname()}:7:abc")()
    assert ask(engines.valkey.url).returncode == 0


@pytest.mark.parametrize("host", [socket.gethostname(), "another"])
def test_neither_a_silent_one_nor_another_hosts_is(
    engines: Engines, redis_client: redis.Redis, host: str
) -> None:
    now, _ = redis_client.time()
    silent = FORGOTTEN_AFTER_SECONDS + 1 if host == socket.gethostname() else 0
    redis_client.zadd(WORKERS, {f"{host}:7:abc": now - silent})
    asked = ask(engines.valkey.url)
    assert asked.returncode == 1
    assert "Nenhum worker desta máquina" in asked.stderr


def test_a_redis_that_is_away_is_told_in_one_line() -> None:
    asked = ask(f"redis://{LOOPBACK}:{free_port()}")
    assert asked.returncode == 1
    assert asked.stderr.count("\n") == 1
