"""The database's clock in SQL: the only one that decides leases and due times."""

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Float,
    Interval,
    SQLColumnExpression,
    cast,
    extract,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session

NOW: ColumnElement[Any] = func.clock_timestamp(type_=DateTime(timezone=True))


def after(seconds: float) -> ColumnElement[Any]:
    """The moment that many seconds from now (before now, when negative)."""
    return NOW + literal(timedelta(seconds=seconds), Interval)


def seconds_until(moment: SQLColumnExpression[Any]) -> ColumnElement[float]:
    """How many seconds from now to a moment; negative when it has passed."""
    return cast(extract("epoch", moment - NOW), Float)


def limit_statements(session: Session, *, seconds: float) -> None:
    """Have PostgreSQL end each statement of this transaction that takes longer than that."""
    milliseconds = str(round(seconds * 1000))
    session.execute(select(func.set_config("statement_timeout", milliseconds, True)))  # noqa: FBT003 - PostgreSQL's way to say: for this transaction
