"""Reading PostgreSQL from outside, as whoever doubts the service would."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg2
from psycogreen.gevent import patch_psycopg
from psycopg2.errors import DeadlockDetected, LockNotAvailable

patch_psycopg()

OWED = """
    SELECT count(*) FROM messages JOIN conversations ON conversations.id = conversation_id
    WHERE messages.state IN ('pending', 'sending')
       OR messages.state = 'received' AND conversations.status = 'bot'
"""
EMPTY_ATTEMPTS = 20
TABLES = "contacts, conversations, messages, delivery_logs, usage_days, channels"


@dataclass(frozen=True, slots=True)
class Truth:
    """The database behind a URL; each question has a connection of its own."""

    url: str

    def ask(self, query: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self._cursor() as cursor:
            cursor.execute(query, arguments)
            return list(cursor.fetchall())

    def change(self, statement: str, *arguments: Any) -> int:
        """Run a statement, such as one that moves a time; answers how many rows it touched."""
        with self._cursor() as cursor:
            cursor.execute(statement, arguments)
            return int(cursor.rowcount)

    def owed(self) -> int:
        """How many messages and replies have no final state, and are not people's."""
        return int(self.ask(OWED)[0][0])

    def inbound_texts(self) -> set[str]:
        """What customers said, as far as it is stored."""
        return {text for (text,) in self.ask("SELECT text FROM messages WHERE direction='inbound'")}

    def empty(self) -> None:
        """Forget everybody, as after the migrations; the service goes on meanwhile."""
        for _ in range(EMPTY_ATTEMPTS):
            with suppress(DeadlockDetected, LockNotAvailable):
                return self._empty()
        raise RuntimeError("the tables are never free")

    def _empty(self) -> None:
        with self._cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
            cursor.execute(f"TRUNCATE {TABLES} RESTART IDENTITY CASCADE")
            cursor.execute("INSERT INTO channels (name) VALUES ('whaticket')")

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        with (
            closing(psycopg2.connect(self.url, connect_timeout=5)) as connection,
            connection,
            connection.cursor() as cursor,
        ):
            yield cursor
