"""How gunicorn serves us: processes that are renewed, and starts that are refused."""

import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from sqlalchemy import text
from web_client import Web, text_message

from secretaria.adapters.database import Database
from secretaria.playground.engines import Engines
from secretaria.playground.engines.process import LOOPBACK, wait_until
from secretaria.playground.stack import ROOT, Stack

pytestmark = pytest.mark.minutes(1.5)

MESSAGES = 300
RENEWED = "--max-requests=25 --max-requests-jitter=10"
MASTER_PROGRAM = """
import sys
sys.argv = ["gunicorn", "--config", "ops/gunicorn.conf.py", "secretaria.wsgi:application()"]
from gunicorn.app.wsgiapp import WSGIApplication
from gunicorn.arbiter import Arbiter
arbiter = Arbiter(WSGIApplication())
assert arbiter.worker_class.__name__ == "WebWorker"
print(sorted({"sqlalchemy", "psycopg2", "redis", "secretaria.bootstrap.web"} & set(sys.modules)))
"""


def run(engines: Engines, folder: Path, command: list[str], **extra: str) -> tuple[int, str]:
    """Run a program with a service's environment; answers its exit code and what it printed."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=Stack(folder, engines=engines).variables() | extra,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def boots(web: Web) -> int:
    return web.stack.log("web").count("Booting worker with pid")


def test_no_message_is_lost_while_processes_are_renewed(
    serve: Callable[..., Web], database: Database
) -> None:
    web = serve(GUNICORN_CMD_ARGS=RENEWED, RATE_LIMIT_PER_NUMBER="0")

    def say(number: int) -> int:
        payload = text_message(f"eco: {number}", number=f"55119{number:08}")
        return web.say(payload).status_code

    with ThreadPoolExecutor(max_workers=8) as customers:
        statuses = list(customers.map(say, range(MESSAGES)))
    assert statuses == [202] * MESSAGES
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM messages")) == MESSAGES
    assert wait_until(lambda: boots(web) > 2, seconds=60)
    assert "graceful timeout" not in web.stack.log("web")


def test_who_reads_no_answer_does_not_keep_others_from_theirs(serve: Callable[..., Web]) -> None:
    web = serve(GUNICORN_CMD_ARGS="--worker-connections=1", WEB_CONCURRENCY="1")
    with socket.socket() as idler:
        idler.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        idler.connect((LOOPBACK, web.stack.web_port))
        idler.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 400)
        assert wait_until(lambda: answers(web), seconds=90)


def answers(web: Web) -> bool:
    try:
        return requests.get(f"{web.stack.url}/livez", timeout=5).ok
    except requests.RequestException:
        return False


def test_what_ended_processes_counted_stays_counted(serve: Callable[..., Web]) -> None:
    web = serve(GUNICORN_CMD_ARGS=RENEWED)
    refused = 0
    while boots(web) < 3:
        assert web.post(b"{}", {"X-Signature": "0"}).status_code in {401, 429}
        refused += 1
    counted = web.outcomes()
    assert counted["unauthorized"] + counted["rate_limited"] == refused


@pytest.mark.parametrize("way", ["--worker-class=sync", "--worker-class=gthread --threads=4"])
def test_a_worker_without_gevent_is_refused_at_the_start(
    engines: Engines, tmp_path: Path, way: str
) -> None:
    command = [sys.executable, "-m", "secretaria.wsgi"]
    code, printed = run(engines, tmp_path, command, GUNICORN_CMD_ARGS=way)
    assert code != 0
    assert "socket.socket" in printed
    assert "Procfile" in printed
    assert "Traceback" not in printed


def test_connections_are_not_shared_with_the_process_that_forks(
    engines: Engines, tmp_path: Path
) -> None:
    code, printed = run(engines, tmp_path, [sys.executable, "-c", MASTER_PROGRAM])
    assert (code, printed) == (0, "[]\n")


def test_loading_the_application_before_the_fork_is_refused(
    engines: Engines, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "secretaria.wsgi"]
    code, printed = run(engines, tmp_path, command, GUNICORN_CMD_ARGS="--preload")
    assert code == 2
    assert "--preload" in printed
    assert "Traceback" not in printed


def test_a_worker_without_gevent_declares_no_actor(engines: Engines, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from actors.worker import boot; boot()"]
    code, printed = run(engines, tmp_path, command)
    assert code == 2
    assert "socket.socket" in printed


def test_no_control_socket_is_opened(serve: Callable[..., Web], tmp_path: Path) -> None:
    web = serve(HOME=str(tmp_path), XDG_RUNTIME_DIR=str(tmp_path))
    assert web.get("/livez").status_code == 200
    assert [path for path in tmp_path.rglob("*") if path.is_socket()] == []
