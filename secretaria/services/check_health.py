"""Check whether messages can be accepted."""

from dataclasses import dataclass

from secretaria.errors import DatabaseUnavailable
from secretaria.models import inbox
from secretaria.services.ports import Spool, Transactions


@dataclass(frozen=True, slots=True)
class Health:
    """`ok`, `degraded` (slower, but messages are safe) or `down`, and each check's result."""

    status: str
    checks: dict[str, str]


@dataclass(frozen=True, slots=True)
class CheckHealth:
    """Either store can take a message; with one of them away, answers come later."""

    database: Transactions
    spool: Spool

    def __call__(self) -> Health:
        """Ask both stores."""
        checks = {"database": self._database(), "redis": self._redis()}
        working = list(checks.values()).count("ok")
        return Health(("down", "degraded", "ok")[working], checks)

    def _database(self) -> str:
        try:
            with self.database.transaction() as session:
                return "ok" if inbox.is_writable(session) else "down"
        except DatabaseUnavailable:
            return "down"

    def _redis(self) -> str:
        return "ok" if self.spool.is_writable() else "down"
