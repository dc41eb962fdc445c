"""`python -m migrations`: bring the database to the newest version, or fail cleanly."""

import sys
from importlib.metadata import version
from importlib.resources import files

import structlog
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from secretaria import logs, settings
from secretaria.errors import Misconfigured

log = structlog.get_logger("migrations")


def main() -> int:
    """Migrate; answers the exit code."""
    try:
        url = settings.load_database_url()
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        return 2
    logs.configure(level="INFO", format="json", secrets=[url])
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except (SQLAlchemyError, CommandError) as error:
        log.error("migrations.failed", exc_info=error)  # noqa: TRY400 - the class is what matters
        return 1
    log.info("migrations.finished", version=version("secretaria"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
