"""A web process with the defaults, and others with settings of their own."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
from doorway import TOKEN, Doorway
from panel_client import PASSWORD, Panel
from web_client import Web, serving

from secretaria.adapters.database import Database
from secretaria.bootstrap import worker
from secretaria.playground.engines import Engines
from secretaria.playground.stack import ROOT
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.typebot import TypebotCaller
from secretaria.settings import Settings


@pytest.fixture(scope="session")
def running_web(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with serving(tmp_path_factory.mktemp("web"), engines) as web:
        yield web


@pytest.fixture
def web(
    running_web: Web,
    database: Database,  # noqa: ARG001 - emptied
    redis_client: redis.Redis,  # noqa: ARG001 - emptied
) -> Web:
    """The web process with the defaults, on empty stores."""
    return running_web


@pytest.fixture
def serve(
    engines: Engines,
    database: Database,  # noqa: ARG001 - emptied
    redis_client: redis.Redis,  # noqa: ARG001 - emptied
    tmp_path: Path,
) -> Iterator[Callable[..., Web]]:
    """Start one more web process, with other settings."""
    with ExitStack() as stack:
        yield lambda **environment: stack.enter_context(serving(tmp_path, engines, **environment))


@pytest.fixture(scope="session")
def patient_web(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A web process with Typebot's door, whose callers wait for long."""
    folder = tmp_path_factory.mktemp("typebot")
    environment = {
        "WEBHOOK_URL_TOKEN": TOKEN,
        "BURST_WINDOW_SECONDS": "0",
        "TYPEBOT_WAIT_SECONDS": "15",
        "LOG_LEVEL": "DEBUG",
    }
    with serving(folder, engines, **environment) as web:
        yield web


@pytest.fixture
def make_doorway(
    make_settings: Callable[..., Settings], database: Database, whaticket: WhaticketSimulator
) -> Callable[..., Doorway]:
    def make(web: Web, **changed: object) -> Doorway:
        parts = worker.wire(make_settings(**changed))
        return Doorway(web, TypebotCaller(web.stack.url, TOKEN), parts, database, whaticket)

    return make


@pytest.fixture
def doorway(make_doorway: Callable[..., Doorway], patient_web: Web) -> Doorway:
    """Typebot's door, on empty stores."""
    return make_doorway(patient_web)


@pytest.fixture(scope="session")
def running_panel(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with serving(tmp_path_factory.mktemp("panel"), engines, PANEL_PASSWORD=PASSWORD) as web:
        yield web


@pytest.fixture
def panel(
    running_panel: Web,
    database: Database,  # noqa: ARG001 - emptied
    redis_client: redis.Redis,  # noqa: ARG001 - emptied
) -> Panel:
    """A browser that has not signed in, on empty stores."""
    return Panel(running_panel)


@pytest.fixture
def panel_alone(serve: Callable[..., Web]) -> Panel:
    """A browser and a web process of its own."""
    return Panel(serve(PANEL_PASSWORD=PASSWORD))


@pytest.fixture
def run_python() -> Callable[[str, Mapping[str, str]], str]:
    """Run some lines in a process that gevent has patched, as it patches a worker."""

    def run(lines: str, environment: Mapping[str, str]) -> str:
        program = f"from gevent import monkey; monkey.patch_all(); {lines}"
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env=dict(environment),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    return run
