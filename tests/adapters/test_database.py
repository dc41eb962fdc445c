"""PostgreSQL's door: a transaction that was left open does not keep its locks."""

import pytest
from sqlalchemy import text, update

from secretaria.adapters.database import IDLE_TIMEOUT_MILLISECONDS, Database, connect
from secretaria.models.prepared import Prepared
from secretaria.models.tables import Channel
from secretaria.playground.engines import Engines

KEEP = Prepared(lambda: update(Channel).values(reason="kept"))


def test_the_server_ends_a_transaction_whose_process_froze(database: Database) -> None:
    with database.transaction() as session:
        query = text("SELECT setting FROM pg_settings WHERE name = :name")
        found = session.scalar(query, {"name": "idle_in_transaction_session_timeout"})
    assert int(found or 0) == IDLE_TIMEOUT_MILLISECONDS


def test_a_connection_that_the_server_has_closed_is_made_anew(
    engines: Engines, database: Database
) -> None:
    mine = connect(engines.postgres.url, pool_size=2, timeout_seconds=5, name="forgotten")
    with mine.transaction() as session:
        before = session.scalar(text("SELECT pg_backend_pid()"))
    with database.transaction() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": before})
    with mine.transaction() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != before
    mine.close()


def test_a_statement_that_commits_by_itself_stands_although_the_block_fails(
    database: Database,
) -> None:
    def fail() -> None:
        with database.statements() as statements:
            KEEP.rows(statements)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with database.transaction() as session:
        assert session.scalar(text("SELECT reason FROM channels")) == "kept"


def test_a_transaction_after_one_that_commits_each_is_whole_again(engines: Engines) -> None:
    only = connect(engines.postgres.url, pool_size=1, timeout_seconds=10, name="tests")
    with only.statements() as statements:
        KEEP.rows(statements)
    with only.transaction() as session:
        session.execute(text("CREATE TABLE forgotten (id int)"))
        session.rollback()
    with only.transaction() as session:
        assert session.scalar(text("SELECT to_regclass('forgotten')")) is None
    only.close()
