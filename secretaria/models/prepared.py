"""Statements that are built and compiled once: that costs more than PostgreSQL's answer does."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BindParameter, CursorResult, bindparam
from sqlalchemy.dialects.postgresql import psycopg2
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

    It answers bare rows, in psycopg2's own types; `IN` has no place in it, whose list is written
    anew each time: `any_` of an array has.
    """

    def __init__(self, build: Callable[[], Executable]) -> None:
        self._build = build
        self._sql = ""
        self._constants: dict[str, Any] = {}

    def on(self, session: Session, **values: object) -> CursorResult[*tuple[Any, ...]]:
        """Execute it with what is given."""
        if not self._sql:
            self._compile()
        parameters = {f"{_PREFIX}{name}": value for name, value in values.items()}
        return session.connection().exec_driver_sql(self._sql, {**self._constants, **parameters})

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
