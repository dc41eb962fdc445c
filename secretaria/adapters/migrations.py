"""Whether the database is at the version that this program needs."""

from importlib.resources import files

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def pending_migration(connection: Connection) -> bool:
    """Whether a migration of this program has not been applied."""
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    newest = ScriptDirectory.from_config(config).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() != newest
