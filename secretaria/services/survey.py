"""Survey what a person needs to see: queues, workers, the channel, and what waits for a hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from secretaria.errors import DatabaseUnavailable, QueuesUnavailable
from secretaria.models import channel, reports
from secretaria.models.channel import Standing
from secretaria.models.reports import ListedLine
from secretaria.services.ports import Transactions

MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wake-ups of a queue are where."""

    name: str
    waiting: int
    in_flight: int
    delayed: int
    dead: int


@dataclass(frozen=True, slots=True)
class InRedis:
    """What Redis tells; `spooled` waits there for PostgreSQL, `refused` for a person."""

    queues: Sequence[Queue]
    workers: Sequence[str]
    spooled: int
    refused: int


@dataclass(frozen=True, slots=True)
class InDatabase:
    """What PostgreSQL tells; of what is listed, the oldest."""

    oldest_unanswered_seconds: float | None
    channel: Standing
    listed: Sequence[ListedLine]
    listed_count: int


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What both stores tell; None for one that is away."""

    database: InDatabase | None
    redis: InRedis | None


@dataclass(frozen=True, slots=True)
class Survey:
    """Asks both stores, each for itself."""

    database: Transactions
    ask_redis: Callable[[], InRedis]

    def __call__(self) -> Surveyed:
        """Look; never raises for a store that is away."""
        return Surveyed(self._database(), self._redis())

    def _database(self) -> InDatabase | None:
        try:
            with self.database.transaction() as session:
                return InDatabase(
                    reports.oldest_unanswered_seconds(session),
                    channel.standing(session),
                    reports.first_listed(session, MOST_LISTED),
                    sum(reports.count_listed(session).values()),
                )
        except DatabaseUnavailable:
            return None

    def _redis(self) -> InRedis | None:
        try:
            return self.ask_redis()
        except QueuesUnavailable:
            return None
