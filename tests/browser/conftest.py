"""A real Chromium in front of the whole service, in which some things went wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import redis
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import text

from ops.pictures.browser import chromium
from ops.pictures.panel import sign_in
from ops.pictures.trouble import ENVIRONMENT, make_trouble
from secretaria.adapters import database as databases
from secretaria.adapters.database import Database
from secretaria.playground.stack import Stack


@dataclass
class Window:
    """A page, and whatever its console has complained about."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> "Window":
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return self

    def _hear(self, message: object) -> None:
        if getattr(message, "type", "") in {"error", "warning"}:
            self.complaints.append(str(getattr(message, "text", message)))

    def open(self) -> "Window":
        sign_in(self.page, self.url)
        return self

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("panel"), environment=ENVIRONMENT) as started:
        make_trouble(started)
        yield started


@pytest.fixture(scope="session")
def stored(stack: Stack) -> Iterator[Database]:
    assert stack.engines is not None
    made = databases.connect(
        stack.engines.postgres.url, pool_size=2, timeout_seconds=10, name="tests"
    )
    yield made
    made.close()


@pytest.fixture
def listed(stored: Database) -> Iterator[list[int]]:
    """What is listed, each test the same: what one has resolved, the next finds again."""
    read = text(
        "SELECT id, state, reason, text FROM messages"
        " WHERE state IN ('dead', 'ambiguous') AND resolved_at IS NULL ORDER BY id"
    )
    with stored.transaction() as session:
        before = [dict(row._mapping) for row in session.execute(read)]  # noqa: SLF001 - SQLAlchemy's name
    yield [row["id"] for row in before]
    with stored.transaction() as session:
        session.execute(text("UPDATE messages SET state = 'cancelled' WHERE state = 'pending'"))
        session.execute(text("UPDATE messages SET resolved_at = now() WHERE state = 'dead'"))
        session.execute(text("UPDATE conversations SET status = 'bot'"))
        for row in before:
            session.execute(
                text(
                    "UPDATE messages SET state = :state, reason = :reason, text = :text,"
                    " resolved_at = NULL WHERE id = :id"
                ),
                row,
            )


@pytest.fixture
def make_window(browser: Browser, stack: Stack) -> Iterator[Callable[..., Window]]:
    assert stack.engines is not None
    client = redis.Redis.from_url(stack.engines.valkey.url)
    for limit in client.keys("secretaria:limit*"):
        client.delete(limit)
    contexts: list[BrowserContext] = []

    def make(**options: object) -> Window:
        contexts.append(browser.new_context(**options))  # type: ignore[arg-type]
        contexts[-1].set_default_timeout(20_000)
        return Window(contexts[-1].new_page(), stack.url).watch()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def window(
    make_window: Callable[..., Window],
    listed: list[int],  # noqa: ARG001 - restored
) -> Iterator[Window]:
    """The panel, signed in; nothing that a test does may make its console complain."""
    opened = make_window(viewport={"width": 1100, "height": 800}).open()
    yield opened
    assert opened.complaints == []


@pytest.fixture
def run_sql(stored: Database) -> Callable[..., None]:
    def run(statement: str, **values: object) -> None:
        with stored.transaction() as session:
            session.execute(text(statement), values)

    return run
