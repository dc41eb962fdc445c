"""`python -m migrations`: bring the database to the newest version, or fail cleanly."""

import gc
import re
import sys
from importlib.metadata import version
from importlib.resources import files

import structlog
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from secretaria import logs, settings
from secretaria.errors import Misconfigured

log = structlog.get_logger("migrations")
LOCK_NOT_AVAILABLE = "55P03"
"""Another release, or whoever holds a table, was not done in time."""
REFUSALS = (
    (re.compile(r"FATAL: .*(too many|connection slots)"), "too_many_connections"),
    (re.compile(r'FATAL: .*database ".*" does not exist'), "no_such_database"),
    (re.compile(r"FATAL: .*(authentication|pg_hba|role|permi)"), "access_refused"),
)
"""What PostgreSQL says, in English, when it lets nobody in."""


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
    gc.freeze()  # what is loaded stays to the end, which need not look through it for garbage
    try:
        command.upgrade(config, "head")
    except OperationalError as error:
        reason = _reason(error)
        log.error("migrations.failed", reason=reason, exc_info=None if reason else error)  # noqa: TRY400 - the reason is what matters
        return 1
    except (SQLAlchemyError, CommandError) as error:
        log.error("migrations.failed", exc_info=error)  # noqa: TRY400 - the class is what matters
        return 1
    log.info("migrations.finished", version=version("secretaria"))
    return 0


def _reason(error: OperationalError) -> str | None:
    """What is wrong around the migration, rather than with it; None when it is the migration."""
    code = getattr(error.orig, "pgcode", None)
    if code is None:
        return _refusal(str(error.orig))
    return "lock_not_had" if code == LOCK_NOT_AVAILABLE else None


def _refusal(said: str) -> str:
    """Why there is no connection; psycopg2 has no code for that."""
    reasons = (reason for words, reason in REFUSALS if words.search(said))
    return next(reasons, "database_unreachable")


if __name__ == "__main__":
    sys.exit(main())
