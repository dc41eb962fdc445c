"""PostgreSQL's door: a transaction that was left open does not keep its locks."""

from sqlalchemy import text

from secretaria.adapters.database import IDLE_TIMEOUT_MILLISECONDS, Database


def test_the_server_ends_a_transaction_whose_process_froze(database: Database) -> None:
    with database.transaction() as session:
        query = text("SELECT setting FROM pg_settings WHERE name = :name")
        found = session.scalar(query, {"name": "idle_in_transaction_session_timeout"})
    assert int(found or 0) == IDLE_TIMEOUT_MILLISECONDS
