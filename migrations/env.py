"""Alembic's way into the database: DATABASE_URL, one transaction, one run at a time."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from secretaria import settings
from secretaria.adapters.database import sqlalchemy_url
from secretaria.models.tables import metadata

MIGRATION_LOCK = 7_031_997
"""Any two runs wait for each other on this advisory lock."""
CONNECT_SECONDS = 10
LOCK_SECONDS = 30
"""As long as a run waits for another one, or for a table: a platform waits for its end."""


def run() -> None:
    """Migrate, or fail cleanly and leave everything as it was."""
    url = context.config.get_main_option("sqlalchemy.url") or settings.load_database_url()
    engine = create_engine(
        sqlalchemy_url(url),
        poolclass=pool.NullPool,
        hide_parameters=True,
        connect_args={
            "application_name": "secretaria-release",
            "connect_timeout": CONNECT_SECONDS,
        },
    )
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            context.run_migrations()


run()
