"""Statements that are executed past SQLAlchemy fail, and are broken off, as SQLAlchemy's do."""

from collections.abc import Callable, Iterator

import gevent
import pytest
from sqlalchemy import Float, func, literal, literal_column, select
from sqlalchemy import text as sql_text
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from secretaria.adapters.database import Database, connect
from secretaria.errors import DatabaseUnavailable
from secretaria.models.prepared import Executor, Prepared, given
from secretaria.playground.engines import Engines
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


CHANGING = Prepared(lambda: select(literal_column("word")).select_from(sql_text("changing")))


@pytest.fixture
def only(engines: Engines) -> Iterator[Database]:
    """A pool of one connection, so that it is known who has prepared what."""
    made = connect(engines.postgres.url, pool_size=1, timeout_seconds=10, name="tests")
    yield made
    made.close()


def test_a_statement_is_prepared_once_on_a_connection(only: Database) -> None:
    for _ in range(3):
        with only.statements() as statements:
            assert DIVIDE.scalar(statements, by=1) == 1
    with only.transaction() as session:
        assert DIVIDE.scalar(session, by=1) == 1
        query = sql_text("SELECT count(*) FROM pg_prepared_statements")
        assert session.scalar(query) == 1


def test_what_the_server_has_forgotten_is_prepared_again(only: Database) -> None:
    with only.transaction() as session:
        DIVIDE.scalar(session, by=1)
        session.execute(sql_text("DEALLOCATE ALL"))
    fails_once_as_if_it_were_away(only, lambda executor: DIVIDE.scalar(executor, by=1))


def test_what_the_server_has_already_is_prepared_elsewhere(only: Database) -> None:
    with only.transaction() as session:
        DIVIDE.scalar(session, by=1)
        session.connection().connection.info.clear()
    fails_once_as_if_it_were_away(only, lambda executor: DIVIDE.scalar(executor, by=1))


def test_a_table_that_was_changed_costs_one_call(only: Database) -> None:
    with only.transaction() as session:
        session.execute(sql_text("CREATE TABLE changing (word text)"))
    try:
        with only.statements() as statements:
            assert CHANGING.rows(statements) == []
        with only.transaction() as session:
            session.execute(sql_text("ALTER TABLE changing ALTER word TYPE varchar"))
        fails_once_as_if_it_were_away(only, CHANGING.rows)
    finally:
        with only.transaction() as session:
            session.execute(sql_text("DROP TABLE changing"))


def fails_once_as_if_it_were_away(only: Database, call: Callable[[Executor], object]) -> None:
    with pytest.raises(DatabaseUnavailable), only.statements() as statements:
        call(statements)
    with only.statements() as statements:
        call(statements)


def test_a_percent_sign_is_one(only: Database) -> None:
    percent = Prepared(lambda: select(literal_column("'%'")))
    with only.statements() as statements:
        assert percent.scalar(statements) == "%"
