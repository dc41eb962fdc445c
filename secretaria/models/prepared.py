"""Statements that are built once, and prepared once on each connection.

To build and compile one costs more than PostgreSQL's answer does, and to plan it as much again.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from hashlib import sha256
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, Connection, Dialect, PoolProxiedConnection, bindparam
from sqlalchemy.dialects.postgresql import psycopg2
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.types import NullType

Executor: TypeAlias = Session | PoolProxiedConnection
"""A transaction, or a connection on which each statement is a transaction of its own."""
_PREFIX = "given_"
"""SQLAlchemy keeps the names of columns for itself."""
_PREPARED = "secretaria.prepared"
"""What is prepared on a connection, in what SQLAlchemy remembers of it for as long as it lives."""
_STALE = frozenset({"26000", "42P05", "0A000"})
"""What a connection has prepared is not what we believe: it is missing, it is there already, or it
would answer other columns than then, since a table was changed. Another connection knows better."""
_NOTHING = {"nothing": None}
"""Without any values psycopg2 would leave each `%%` doubled."""


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
        self._name = ""
        self._preparing: str = ""
        self._constants: dict[str, Any] = {}
        self._executing: str = ""

    def rows(self, executor: Executor, **values: object) -> list[tuple[Any, ...]]:
        """Execute it with what is given; answers all rows, none where it returns nothing.

        Raises SQLAlchemy's `DBAPIError`, as if SQLAlchemy had executed it; a time limit or a stop
        passes through, and takes the connection with it.
        """
        if not self._executing:
            self._compile()
        connection = executor.connection() if isinstance(executor, Session) else executor
        pooled = connection.connection if isinstance(connection, Connection) else connection
        driver: Any = pooled.driver_connection
        with closing(driver.cursor()) as cursor:
            try:
                self._prepare(pooled, cursor)
                cursor.execute(self._executing, values)
                return list(cursor.fetchall()) if cursor.description else []
            except driver.Error as error:
                if driver.closed or error.pgcode in _STALE:
                    connection.invalidate()
                if error.pgcode in _STALE:
                    raise OperationalError(self._executing, None, error) from error
                raise DBAPIError.instance(
                    self._executing, None, error, driver.Error, hide_parameters=True
                ) from error
            except BaseException:
                connection.invalidate()  # broken off in the middle: nobody may use it any more
                raise

    def row(self, executor: Executor, **values: object) -> tuple[Any, ...] | None:
        """Execute it likewise; answers the first row, or None."""
        return next(iter(self.rows(executor, **values)), None)

    def scalar(self, executor: Executor, **values: object) -> Any:
        """Execute it likewise; answers the first value of the first row, or None."""
        row = self.row(executor, **values)
        return None if row is None else row[0]

    def _prepare(self, connection: PoolProxiedConnection, cursor: Any) -> None:
        prepared: set[str] = connection.info.setdefault(_PREPARED, set())
        if self._name not in prepared:
            cursor.execute(self._preparing, self._constants or _NOTHING)
            prepared.add(self._name)

    def _compile(self) -> None:
        statement = self._build()
        assert isinstance(statement, ClauseElement)  # noqa: S101 - whatever is executable is one
        dialect: Dialect = psycopg2.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy's
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - what compiles a statement
        binds = {name: bind for name, bind in compiled.binds.items() if name.startswith(_PREFIX)}
        self._constants = {
            name: value for name, value in compiled.params.items() if name not in binds
        }
        sql = str(compiled)
        for place, name in enumerate(binds, start=1):
            sql = sql.replace(f"%({name})s", f"${place}")
        types = _listed(_type_of(bind, dialect) for bind in binds.values())
        values = _listed(f"%({name.removeprefix(_PREFIX)})s" for name in binds)
        said = f"{types}{sql}{self._constants}"
        self._name = f"secretaria_{sha256(said.encode()).hexdigest()[:16]}"
        self._preparing = f"PREPARE {self._name}{types} AS {sql}"
        self._executing = f"EXECUTE {self._name}{values}"


def _type_of(bind: BindParameter[Any], dialect: Dialect) -> str:
    """What PostgreSQL calls a parameter's type; where nobody knows it, PostgreSQL finds out."""
    return "unknown" if isinstance(bind.type, NullType) else bind.type.compile(dialect)


def _listed(items: Iterable[str]) -> str:
    """A list in brackets, and nothing for none, as PostgreSQL wants both."""
    listed = ", ".join(items)
    return f" ({listed})" if listed else ""
