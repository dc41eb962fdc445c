"""A web process with the defaults, and others with settings of their own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
from web_client import Web, serving

from secretaria.adapters.database import Database
from secretaria.playground.engines import Engines


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
