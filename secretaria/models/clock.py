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
)

NOW: ColumnElement[Any] = func.clock_timestamp(type_=DateTime(timezone=True))


def after(seconds: float) -> ColumnElement[Any]:
    """The moment that many seconds from now (before now, when negative)."""
    return NOW + literal(timedelta(seconds=seconds), Interval)


def seconds_until(moment: SQLColumnExpression[Any]) -> ColumnElement[float]:
    """How many seconds from now to a moment; negative when it has passed."""
    return cast(extract("epoch", moment - NOW), Float)
