"""Check whether messages can be accepted."""

from collections.abc import Callable
from dataclasses import dataclass

from secretaria.errors import DatabaseUnavailable
from secretaria.models import inbox
from secretaria.services.ports import Transactions


@dataclass(frozen=True, slots=True)
class Health:
    """`ok`, `degraded` (slower, but messages are safe) or `down`, and each check's result."""

    status: str
    checks: dict[str, str]


@dataclass(frozen=True, slots=True)
class CheckHealth:
    """PostgreSQL is the truth, so without it nothing is accepted; Redis only rings the bell."""

    database: Transactions
    ping_redis: Callable[[], object]

    def __call__(self) -> Health:
        """Ask both stores."""
        database, redis = self._database(), self._redis()
        status = "down" if database == "down" else "ok" if redis == "ok" else "degraded"
        return Health(status, {"database": database, "redis": redis})

    def _database(self) -> str:
        try:
            with self.database.transaction() as session:
                return "ok" if inbox.is_alive(session) else "down"
        except DatabaseUnavailable:
            return "down"

    def _redis(self) -> str:
        try:
            self.ping_redis()
        except Exception:  # noqa: BLE001 - whatever ails it, it is down
            return "down"
        return "ok"
