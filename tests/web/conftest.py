"""A web process with the defaults, and others with settings of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
from doorway import TOKEN, Doorway
from web_client import Web, serving

from secretaria.adapters.database import Database
from secretaria.bootstrap import worker
from secretaria.playground.engines import Engines
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
