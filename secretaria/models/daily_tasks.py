"""Statements of tasks that run once a day, whoever runs them, and go on where they stopped."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Interval, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from secretaria.models.clock import NOW
from secretaria.models.tables import DailyTask

DAY = literal(timedelta(days=1), Interval)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a day's run has come: what it does, after which id, and what it has counted so far.

    `stage`: by whatever name the task calls it.
    """

    started_at: datetime
    stage: Any
    after: int
    counts: dict[str, int]


def open_run(session: Session, name: str) -> Progress | None:
    """The day's run as it stands; None when it is over, or has not begun."""
    query = select(DailyTask.started_at, DailyTask.stage, DailyTask.after, DailyTask.counts)
    row = session.execute(
        query.where(DailyTask.name == name, DailyTask.finished_at.is_(None))
    ).one_or_none()
    return None if row is None else Progress(*row)


def is_due(session: Session, name: str) -> bool:
    """Whether the last run began a day ago, or never; or a day from now, by a clock set back."""
    recent = DailyTask.started_at.between(NOW - DAY, NOW + DAY)
    query = select(DailyTask.name).where(DailyTask.name == name, recent)
    return session.scalar(query) is None


def begin(session: Session, name: str, stage: str) -> None:
    """Begin the day's run."""
    fresh: dict[str, Any] = {
        "started_at": NOW,
        "finished_at": None,
        "stage": stage,
        "after": 0,
        "counts": {},
    }
    row = insert(DailyTask).values(name=name, **fresh)
    session.execute(row.on_conflict_do_update(index_elements=[DailyTask.name], set_=fresh))


def go_on(session: Session, name: str, *, stage: str, after: int, counts: dict[str, int]) -> None:
    """Keep how far the day's run has come."""
    come = update(DailyTask).where(DailyTask.name == name)
    session.execute(come.values(stage=stage, after=after, counts=counts))


def finish(session: Session, name: str, *, counts: dict[str, int]) -> None:
    """The day's run is over."""
    over = update(DailyTask).where(DailyTask.name == name)
    session.execute(over.values(finished_at=NOW, counts=counts))
