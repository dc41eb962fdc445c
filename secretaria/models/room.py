"""How many connections PostgreSQL grants to whoever we are in it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_GRANTED = text("""
    SELECT least(
        current_setting('max_connections')::int
            - current_setting('superuser_reserved_connections')::int,
        nullif(rolconnlimit, -1),
        nullif(datconnlimit, -1)
    )
    FROM pg_roles, pg_database
    WHERE rolname = current_user AND datname = current_database()
""")


def connections_granted(session: Session) -> int:
    """The smallest of the server's limit, the role's and the database's."""
    return int(session.execute(_GRANTED).scalar_one())
