"""PostgreSQL's only door: engines, transactions, and its errors in our words."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import gevent
import psycopg2
from psycogreen.gevent import patch_psycopg
from sqlalchemy import Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.exc import DisconnectionError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from secretaria.adapters import sockets
from secretaria.errors import DatabaseUnavailable

STATEMENT_TIMEOUT_MILLISECONDS = 10_000
IDLE_TIMEOUT_MILLISECONDS = 15_000
"""A process that froze inside a transaction must not keep its locks from everybody."""
POOL_WAIT_SECONDS = 15


def sqlalchemy_url(url: str) -> str:
    """Name the driver: `postgres://`, as Heroku writes it, is no longer known to SQLAlchemy."""
    _, rest = url.split("://", 1)
    return f"postgresql+psycopg2://{rest}"


@dataclass(frozen=True, slots=True)
class Database:
    """Hands out transactions; each is limited in time as a whole."""

    engine: Engine
    sessions: sessionmaker[Session]
    timeout_seconds: float

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Run a block in one transaction: committed at its end, rolled back by any exception.

        Raises `DatabaseUnavailable` when PostgreSQL cannot be reached, is too slow, or breaks the
        connection; whether a commit that failed so took place is then unknown.
        """
        with self._limited(), self.sessions.begin() as session:
            yield session

    @contextmanager
    def statements(self) -> Iterator[PoolProxiedConnection]:
        """Run a block whose statements, all `Prepared`, are each a transaction of its own.

        For a block of one, or of readings, that spares PostgreSQL's `BEGIN` and `COMMIT`, and
        SQLAlchemy's session. Raises `DatabaseUnavailable`, likewise.
        """
        with self._limited(), closing(self.engine.raw_connection()) as connection:
            connection.driver_connection.autocommit = True  # type: ignore[union-attr] # psycopg2's
            yield connection

    @contextmanager
    def _limited(self) -> Iterator[None]:
        limit = gevent.Timeout.start_new(self.timeout_seconds)
        try:
            yield
        except gevent.Timeout as timeout:
            if timeout is not limit:
                raise
            raise DatabaseUnavailable("timeout") from None
        except PoolTimeout:
            raise DatabaseUnavailable("pool_exhausted") from None
        except (OperationalError, InterfaceError, InternalError) as error:
            raise DatabaseUnavailable(type(error.orig).__name__) from None
        except psycopg2.Error as error:  # in vain to connect for `statements`
            raise DatabaseUnavailable(type(error).__name__) from None
        finally:
            limit.close()

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def connect(url: str, *, pool_size: int, timeout_seconds: float, name: str) -> Database:
    """Prepare a pool of at most `pool_size` connections; nothing connects yet."""
    patch_psycopg()
    engine = create_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        hide_parameters=True,
        connect_args={
            "application_name": name,
            "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MILLISECONDS}"
            f" -c idle_in_transaction_session_timeout={IDLE_TIMEOUT_MILLISECONDS}",
            "tcp_user_timeout": IDLE_TIMEOUT_MILLISECONDS,
        },
    )
    event.listen(engine, "checkout", _leave_stale)
    event.listen(engine, "checkout", _begin)
    sessions = sessionmaker(engine, expire_on_commit=False, autoflush=False)
    return Database(engine, sessions, timeout_seconds)


def _begin(connection: Any, *_: object) -> None:
    """Begin with transactions, whatever whoever had the connection before began with.

    It is psycopg2's own flag; SQLAlchemy's `isolation_level` would tell the server each time.
    """
    connection.autocommit = False


def _leave_stale(connection: Any, *_: object) -> None:
    """Have a connection made anew that the server has closed: all that it can have to say is that.

    A look at the socket takes no time; asking the server would take a round trip of every
    transaction.
    """
    if sockets.has_something(connection.fileno()):
        raise DisconnectionError
