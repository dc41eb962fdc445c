"""Statements that are built and compiled once: that costs more than PostgreSQL's answer does."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.dialects.postgresql import psycopg2
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ClauseElement

_PREFIX = "given_"
"""SQLAlchemy keeps the names of columns for itself."""


def given(name: str, type_: Any = None) -> BindParameter[Any]:
    """A value that is told when the statement is executed."""
    return bindparam(f"{_PREFIX}{name}", type_=type_)


class Prepared:
    """A statement of constants and of `given` values, for the way of every message.

    It answers bare rows, in psycopg2's own types: what SQLAlchemy makes of a row takes longer than
    the row. `IN` has no place in it, whose list is written anew each time: `any_` of an array has.
    """

    def __init__(self, build: Callable[[], Executable]) -> None:
        self._build = build
        self._sql = ""
        self._constants: dict[str, Any] = {}

    def rows(self, session: Session, **values: object) -> list[tuple[Any, ...]]:
        """Execute it with what is given; answers all rows, none where it returns nothing.

        Raises SQLAlchemy's `DBAPIError`, as if SQLAlchemy had executed it; a time limit or a stop
        passes through, and takes the connection with it.
        """
        if not self._sql:
            self._compile()
        parameters = {f"{_PREFIX}{name}": value for name, value in values.items()}
        connection = session.connection()
        dbapi_error: type[Exception] = connection.dialect.loaded_dbapi.Error
        with closing(connection.connection.cursor()) as cursor:
            try:
                cursor.execute(self._sql, {**self._constants, **parameters})
                return list(cursor.fetchall()) if cursor.description else []
            except dbapi_error as error:
                raise DBAPIError.instance(
                    self._sql, None, error, dbapi_error, hide_parameters=True
                ) from error
            except BaseException:
                connection.invalidate()  # broken off in the middle: nobody may use it any more
                raise

    def row(self, session: Session, **values: object) -> tuple[Any, ...] | None:
        """Execute it likewise; answers the first row, or None."""
        return next(iter(self.rows(session, **values)), None)

    def scalar(self, session: Session, **values: object) -> Any:
        """Execute it likewise; answers the first value of the first row, or None."""
        row = self.row(session, **values)
        return None if row is None else row[0]

    def _compile(self) -> None:
        statement = self._build()
        assert isinstance(statement, ClauseElement)  # noqa: S101 - whatever is executable is one
        compiled = statement.compile(dialect=psycopg2.dialect())  # type: ignore[no-untyped-call] # SQLAlchemy's
        self._constants = {
            name: value
            for name, value in (compiled.params or {}).items()
            if not name.startswith(_PREFIX)
        }
        self._sql = str(compiled)
