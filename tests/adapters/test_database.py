"""PostgreSQL's door: a transaction that was left open does not keep its locks."""

from sqlalchemy import text

from secretaria.adapters.database import IDLE_TIMEOUT_MILLISECONDS, Database, connect
from secretaria.playground.engines import Engines


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
