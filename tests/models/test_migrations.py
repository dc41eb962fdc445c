"""The database's history: up, down, no drift, and the hot path served by indexes."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import gevent
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, make_url

from ops.bench.filling import run_sql
from secretaria.adapters import database as databases
from secretaria.adapters.database import Database, sqlalchemy_url
from secretaria.adapters.migrations import pending_migration
from secretaria.core.payload import Sender
from secretaria.models import outdated
from secretaria.models.outdated import Stage
from secretaria.models.tables import metadata
from secretaria.playground.engines import Engines
from secretaria.services.find_contact import find_contact

pytestmark = pytest.mark.minutes(1)

HOT = {
    "the turn's messages": "SELECT * FROM messages WHERE conversation_id = 7 AND state = 'received'"
    " ORDER BY id",
    "the memory": "SELECT * FROM messages WHERE conversation_id = 7 ORDER BY id DESC LIMIT 20",
    "the replies of an hour": "SELECT count(*) FROM messages WHERE conversation_id = 7"
    " AND direction = 'outbound' AND created_at > now() - interval '1 hour'",
    "the duplicate": "SELECT 1 FROM messages WHERE conversation_id = 7"
    " AND deduplication_key = 'provider:7'",
    "the turns that are due": "SELECT id FROM conversations WHERE due_at < now() ORDER BY due_at"
    " LIMIT 500",
    "the replies that wait": "SELECT id FROM messages WHERE state = 'pending' AND due_at < now()"
    " ORDER BY due_at LIMIT 500",
    "the contact": "SELECT * FROM contacts WHERE canonical = '5511955550007'"
    " OR number IN ('5511955550007', '11955550007') OR lid = '77'"
    " OR ticket_id = 7 AND number IS NULL AND lid IS NULL ORDER BY id",
    "the contact of a ticket": "SELECT * FROM contacts"
    " WHERE id = (SELECT max(id) FROM contacts WHERE ticket_id = 7)",
    "the conversation": "SELECT * FROM conversations WHERE contact_id = 7",
    "the list for people": "SELECT * FROM messages WHERE state IN ('dead', 'ambiguous')"
    " AND resolved_at IS NULL ORDER BY id",
    "the replies in doubt": "SELECT id FROM messages WHERE state = 'ambiguous'"
    " AND resolved_at IS NULL ORDER BY rung_at NULLS FIRST, id LIMIT 20",
    "the replies of a day": "SELECT * FROM messages WHERE conversation_id IN (7)"
    " AND direction = 'outbound' AND created_at >= now() - interval '1 day'"
    " AND created_at <= now() AND state IN ('sending', 'sent', 'ambiguous') ORDER BY id",
    "the attempts": "SELECT * FROM delivery_logs WHERE message_id = 7 ORDER BY attempt",
    "what retention deletes": "DELETE FROM messages WHERE id = ANY (ARRAY[7, 8, 9]) AND NOT EXISTS"
    " (SELECT FROM delivery_logs WHERE message_id = messages.id)",
}


@pytest.fixture
def empty_url(engines: Engines) -> Iterator[str]:
    """A database of its own, that no migration has seen."""
    admin = create_engine(sqlalchemy_url(engines.postgres.url), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS migrated WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE migrated"))
    url = make_url(engines.postgres.url).set(database="migrated")
    yield url.render_as_string(hide_password=False)
    admin.dispose()


Migrate = Callable[..., str]


def connect(url: str) -> Connection:
    return create_engine(sqlalchemy_url(url)).connect()


def test_the_migrations_make_what_the_models_say(empty_url: str, migrate: Migrate) -> None:
    migrate(empty_url, "upgrade", "head")
    with connect(empty_url) as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_every_migration_goes_down_again_and_up(empty_url: str, migrate: Migrate) -> None:
    migrate(empty_url, "upgrade", "head")
    migrate(empty_url, "downgrade", "base")
    with connect(empty_url) as connection:
        left = connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    assert left == 1  # Alembic's own
    migrate(empty_url, "upgrade", "head")


def test_a_pending_migration_is_seen(empty_url: str, migrate: Migrate) -> None:
    with connect(empty_url) as connection:
        assert pending_migration(connection)
    migrate(empty_url, "upgrade", "head")
    with connect(empty_url) as connection:
        assert not pending_migration(connection)


def test_two_migrations_at_once_wait_for_each_other(empty_url: str, migrate: Migrate) -> None:
    runs = [gevent.spawn(migrate, empty_url, "upgrade", "head") for _ in range(2)]
    gevent.joinall(runs, raise_error=True)
    with connect(empty_url) as connection:
        assert not pending_migration(connection)


def test_old_contacts_get_their_canonical_form_and_two_of_one_person_meet_at_the_next_message(
    empty_url: str, migrate: Migrate
) -> None:
    migrate(empty_url, "upgrade", "0003")
    with connect(empty_url) as connection, connection.begin():
        for statement in (
            "INSERT INTO contacts (number, lid) VALUES ('551691234567', NULL),"
            " ('5516991234567', NULL), ('551632123456', NULL), (NULL, '77'), ('16991234567', NULL)",
            "INSERT INTO conversations (contact_id) SELECT id FROM contacts ORDER BY id DESC",
            "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id)"
            " SELECT id, 'inbound', 'answered', 'text', 'oi', 'x' FROM conversations",
        ):
            connection.execute(text(statement))
    migrate(empty_url, "upgrade", "head")
    with connect(empty_url) as connection:
        formed = connection.scalars(text("SELECT canonical FROM contacts ORDER BY id")).all()
    assert formed == ["5516991234567", None, "551632123456", None, "16991234567"]
    upgraded = databases.connect(empty_url, pool_size=1, timeout_seconds=10, name="tests")
    with upgraded.transaction() as session:
        contact = find_contact(session, Sender("5516991234567", None, None, None))
        assert (contact.number, contact.canonical) == ("5516991234567", "5516991234567")
        of_one = text(
            "SELECT count(*), count(DISTINCT conversation_id) FROM messages"
            " JOIN conversations ON conversations.id = conversation_id WHERE contact_id = :id"
        )
        assert session.execute(of_one, {"id": contact.id}).one() == (3, 1)
    upgraded.close()


@pytest.fixture(scope="module")
def filled(engines: Engines, pooled: Database) -> Database:
    """Enough rows for the planner to care, however long a busy machine takes for them."""
    run_sql(
        engines.postgres.url,
        "TRUNCATE contacts RESTART IDENTITY CASCADE",
        "INSERT INTO contacts (number, canonical) SELECT '55119' || 10000000 + n,"
        " '55119' || 10000000 + n FROM generate_series(1, 20000) n",
        "INSERT INTO conversations (contact_id) SELECT id FROM contacts",
        "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id,"
        " deduplication_key) SELECT c.id, 'inbound', 'answered', 'text', 'oi', 'x',"
        " 'provider:' || c.id || n FROM conversations c, generate_series(1, 5) n",
        "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id)"
        " SELECT id, 'outbound', 'sent', 'reply', 'oi', 'x' FROM conversations",
        "INSERT INTO delivery_logs (message_id, attempt, correlation_id)"
        " SELECT id, 1, 'x' FROM messages WHERE direction = 'outbound'",
        "ANALYZE",
    )
    return pooled


@pytest.mark.parametrize("question", HOT)
def test_the_hot_path_is_served_by_indexes(filled: Database, question: str) -> None:
    with filled.transaction() as session:
        plan = "\n".join(session.scalars(text(f"EXPLAIN {HOT[question]}")))
    assert "Seq Scan" not in plan, plan


@pytest.mark.parametrize("stage", ["messages", "contacts"])
def test_a_step_of_retention_reads_no_more_than_its_rows(filled: Database, stage: Stage) -> None:
    before = datetime.now(UTC) - timedelta(days=90)
    query = outdated.look_query(stage, after=7000, before=before, limit=500)
    dialect = postgresql.dialect()
    told = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    with filled.transaction() as session:
        driver = session.connection().connection.cursor()
        driver.execute(f"EXPLAIN {told}")
        plan = "\n".join(row[0] for row in driver.fetchall())
    assert not re.search(r"Seq Scan on (messages|contacts)", plan), plan
