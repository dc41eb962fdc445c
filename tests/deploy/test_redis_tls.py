"""Heroku's Redis: TLS with a certificate that nobody has signed, at a URL that stays as it is."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from tls_proxy import tls_in_front_of

from secretaria.playground.engines import Engines, start_engines
from secretaria.playground.engines.process import LOOPBACK, wait_until
from secretaria.playground.stack import Stack

pytestmark = pytest.mark.minutes(2)

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "redis-password"
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Heroku:
    """The variables that the add-ons set, and what is behind them."""

    engines: Engines
    variables: dict[str, str]


@pytest.fixture(scope="module")
def heroku(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heroku]:
    folder = tmp_path_factory.mktemp("tls")
    with start_engines(folder, fsync=False) as engines:
        redis.Redis.from_url(engines.valkey.url).config_set("requirepass", PASSWORD)
        with tls_in_front_of(engines.valkey.port, folder) as port:
            variables = {
                "DATABASE_URL": f"postgres://{engines.postgres.url.partition('://')[2]}",
                "REDIS_URL": f"rediss://:{PASSWORD}@{LOOPBACK}:{port}",
                "BURST_WINDOW_SECONDS": "0",
            }
            yield Heroku(engines, variables)


def secretaria(stack: Stack, *words: str) -> subprocess.CompletedProcess[str]:
    program = "from secretaria.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        env=stack.variables(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def release(stack: Stack) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["sh", "-c", stack.line("release")],  # noqa: S607 - the platform's shell
        cwd=ROOT,
        env=stack.variables(),
        capture_output=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def stack(heroku: Heroku, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    unverified = heroku.variables | {"REDIS_TLS_VERIFY": "false", "WEBHOOK_URL_TOKEN": "token"}
    with Stack(tmp_path_factory.mktemp("stack"), environment=unverified) as running:
        yield running


def test_web_and_worker_answer_through_a_certificate_of_its_own(stack: Stack) -> None:
    stack.whaticket.customer_says("5511955550901", "eco: cifrado")
    assert wait_until(
        lambda: stack.whaticket.replies_to("5511955550901") == ["eco: cifrado"],
        seconds=ANSWER_SECONDS,
    )
    for name in ("web", "worker"):
        assert not any(
            word in stack.log(name) for word in ("bell.failed", "limiter.bypassed", "Error")
        ), stack.log(name)


@pytest.mark.usefixtures("stack")
def test_every_client_of_redis_is_there(heroku: Heroku) -> None:
    """The shared one of the web, the worker's bell, its subscription and its courtesy."""
    client = redis.Redis.from_url(heroku.engines.valkey.url, password=PASSWORD)
    assert wait_until(
        lambda: bool(client.zcard("secretaria:workers")) and _listeners(client) == 1,
        seconds=ANSWER_SECONDS,
    )
    assert client.keys("secretaria:limit*")
    assert client.keys("secretaria:memory*")


def _listeners(client: redis.Redis) -> int:
    [(_, count)] = client.pubsub_numsub("dramatiq:told")
    return int(count)


@pytest.mark.parametrize("words", [("status", "--json"), ("dead", "list")])
def test_commands_reach_it_too(stack: Stack, words: tuple[str, ...]) -> None:
    done = secretaria(stack, *words)
    assert done.returncode == 0, done.stderr
    assert '"queues": {}' not in done.stdout
    assert '"spooled": null' not in done.stdout


def test_the_doctor_is_content_but_says_that_nobody_is_verified(stack: Stack) -> None:
    done = secretaria(stack, "doctor")
    assert done.returncode == 0, done.stdout
    assert "! A conexão ao Redis é cifrada, mas não se confere com quem" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr


def test_what_the_url_itself_says_is_enough(heroku: Heroku, tmp_path: Path) -> None:
    url = f"{heroku.variables['REDIS_URL']}?ssl_cert_reqs=none"
    doubtful = Stack(tmp_path, environment=heroku.variables | {"REDIS_URL": url})
    assert "✓ O Redis responde." in secretaria(doubtful, "doctor").stdout


def test_the_doctor_says_what_to_do_about_a_certificate_that_proves_nothing(
    heroku: Heroku, tmp_path: Path
) -> None:
    done = secretaria(Stack(tmp_path, environment=heroku.variables), "doctor")
    assert done.returncode == 1
    assert "✗ O Redis mostra um certificado que não se pode conferir" in done.stdout
    assert "REDIS_TLS_VERIFY=false" in done.stdout
    assert PASSWORD not in done.stdout + done.stderr


def test_a_worker_says_nothing_to_a_redis_that_it_cannot_verify(
    heroku: Heroku, tmp_path: Path
) -> None:
    stack = Stack(tmp_path, environment=heroku.variables)
    stack.release()
    stack.run("worker")
    try:
        assert wait_until(
            lambda: all(
                event in stack.log("worker") for event in ("subscription.broken", "presence.untold")
            ),
            seconds=ANSWER_SECONDS,
        )
    finally:
        assert stack.end("worker") == 0
        stack.stop()
    assert PASSWORD not in stack.log("worker")


def test_sslmode_of_the_url_reaches_postgresql(heroku: Heroku, tmp_path: Path) -> None:
    """This PostgreSQL has no TLS: `require` must refuse to go without, `prefer` may."""
    plain = heroku.variables["DATABASE_URL"]
    for mode, is_fine in (("prefer", True), ("require", False)):
        done = release(Stack(tmp_path, environment={"DATABASE_URL": f"{plain}?sslmode={mode}"}))
        assert (done.returncode == 0) is is_fine, done.stderr
