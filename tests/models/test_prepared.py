"""Statements that are executed past SQLAlchemy fail, and are broken off, as SQLAlchemy's do."""

import gevent
import pytest
from sqlalchemy import Float, func, literal, select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from secretaria.adapters.database import Database
from secretaria.errors import DatabaseUnavailable
from secretaria.models.prepared import Prepared, given
from secretaria.playground.engines.process import wait_until

SLEEP = Prepared(lambda: select(func.pg_sleep(given("seconds", Float))))
DIVIDE = Prepared(lambda: select(literal(1) / given("by")))


class Stop(BaseException):
    """What a queue raises in a turn that is to end."""


def sleep(database: Database, *, seconds: float = 30.0) -> None:
    with database.transaction() as session:
        SLEEP.rows(session, seconds=seconds)


def is_sleeping(database: Database) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
    with database.transaction() as session:
        return bool(session.connection().exec_driver_sql(query).scalar())


def test_whoever_breaks_a_statement_off_is_heard(database: Database) -> None:
    sleeping = gevent.spawn(sleep, database)
    assert wait_until(lambda: is_sleeping(database), seconds=30)
    sleeping.kill(Stop)
    assert isinstance(sleeping.exception, Stop)
    with database.transaction() as session:
        assert SLEEP.rows(session, seconds=0.0)


def test_its_own_time_limit_is_told_as_such(engines: object, database: Database) -> None:  # noqa: ARG001 - the engines run
    impatient = Database(database.engine, database.sessions, timeout_seconds=0.2)
    with pytest.raises(DatabaseUnavailable, match="timeout"):
        sleep(impatient)


def test_a_statement_that_fails_raises_sqlalchemy_s_error_without_its_values(
    database: Database,
) -> None:
    def divide(session: Session) -> None:
        DIVIDE.rows(session, by=0)

    with pytest.raises(DataError) as failed, database.transaction() as session:
        divide(session)
    assert "division by zero" in str(failed.value)
    assert "given_by" not in str(failed.value).partition("SQL")[0]


def test_nothing_found_is_nothing(database: Database) -> None:
    nothing = Prepared(lambda: select(literal(1)).where(given("never")))
    with database.transaction() as session:
        assert nothing.rows(session, never=False) == []
        assert nothing.row(session, never=False) is None
        assert nothing.scalar(session, never=False) is None
        assert nothing.scalar(session, never=True) == 1
