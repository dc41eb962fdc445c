"""Retain: delete once a day what is older than the owner keeps, from any worker."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from secretaria.models import daily_tasks, locks
from secretaria.models.daily_tasks import Progress
from secretaria.services.ports import Transactions
from secretaria.services.prune import BREATH_SECONDS, FIRST_STAGE, Position, Step, take_step, told

log = structlog.get_logger(__name__)
NAME = "retention"


@dataclass(frozen=True, slots=True)
class Retain:
    """The day's run, one step at a time, wherever it has come to, and whoever took the last one.

    A step and the note of it are one transaction: whoever is stopped in between leaves nothing
    half done, and nothing is done twice.
    """

    database: Transactions
    days: int
    sleep: Callable[[float], None]

    def __call__(self) -> None:
        """Go on until the day's run is over, or another worker is at it.

        Raises `DatabaseUnavailable`, and the next call goes on.
        """
        while self.days and self._step():
            self.sleep(BREATH_SECONDS)

    def _step(self) -> bool:
        """False when there is nothing more to do just now."""
        with self.database.transaction() as session:
            if not locks.take(session, "retain"):
                return False
            progress = _progress(session)
            if progress is None:
                return False
            before = progress.started_at - timedelta(days=self.days)
            position = Position(progress.stage, progress.after)
            step = take_step(session, position, before)
            counts = Counter(progress.counts) + step.counts
            _note(session, step, counts)
        if step.next is None:
            log.info("retention.pruned", days=self.days, **told(counts))
        return step.next is not None


def _progress(session: Session) -> Progress | None:
    progress = daily_tasks.open_run(session, NAME)
    if progress is None and daily_tasks.is_due(session, NAME):
        daily_tasks.begin(session, NAME, FIRST_STAGE)
        progress = daily_tasks.open_run(session, NAME)
    return progress


def _note(session: Session, step: Step, counts: Counter[str]) -> None:
    if step.next is None:
        daily_tasks.finish(session, NAME, counts=counts)
    else:
        daily_tasks.go_on(
            session, NAME, stage=step.next.stage, after=step.next.after, counts=counts
        )
