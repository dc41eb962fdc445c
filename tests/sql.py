"""PostgreSQL, past everything of ours: what a test looks up or changes from outside."""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg2

from secretaria.playground.stack import Stack


def execute(
    url: str, *statements: str, values: Sequence[object] | None = None
) -> list[tuple[Any, ...]]:
    """Execute statements in one transaction; answers the rows of the last, if it returns any."""
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


def execute_in(stack: Stack, *statements: str) -> list[tuple[Any, ...]]:
    """The same, in the PostgreSQL that a stack has started for itself."""
    assert stack.engines is not None
    return execute(stack.engines.postgres.url, *statements)
