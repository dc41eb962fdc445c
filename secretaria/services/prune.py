"""Prune: delete what is older than some days and owed to nobody, a short step at a time."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from secretaria.models import outdated, pruning
from secretaria.models.outdated import Fate, Stage
from secretaria.services.ports import Transactions

STEP_ROWS = 500
BREATH_SECONDS = 0.05
"""Between two steps: customers' messages go first."""

FIRST_STAGE: Final = "messages"
_NEXT: dict[Stage, Stage] = {
    "messages": "status_changes",
    "status_changes": "typebot_sessions",
    "typebot_sessions": "contacts",
    "contacts": "usage_days",
}

GOING = (
    "messages",
    "delivery_logs",
    "status_changes",
    "typebot_sessions",
    "conversations",
    "contacts",
    "usage_days",
)
KEPT: tuple[Fate, ...] = ("owed", "listed")
"""What is counted besides: old messages that stay, since somebody owes them something."""


def told(counts: Counter[str]) -> dict[str, int]:
    """Every kind in its order, also those of which there was nothing."""
    return {kind: counts[kind] for kind in (*GOING, *KEPT)}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a run stands: next come the rows of a kind after an id."""

    stage: Stage = FIRST_STAGE
    after: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What a step deleted, or would, by kind; and where the next one begins, if there is one."""

    counts: Counter[str]
    next: Position | None


@dataclass(frozen=True, slots=True)
class Prune:
    """Goes over everything once; each step has a transaction of its own, which stands."""

    database: Transactions
    sleep: Callable[[float], None]

    def before(self, days: int) -> datetime:
        """The moment that many days ago; raises `DatabaseUnavailable`."""
        with self.database.transaction() as session:
            return outdated.moment_before_now(session, days)

    def count(self, before: datetime) -> Counter[str]:
        """What a run would delete now, and what it would leave; raises `DatabaseUnavailable`."""
        return sum(self._steps(before, dry_run=True), Counter())

    def __call__(self, before: datetime) -> Iterator[Counter[str]]:
        """Delete; answers what each step came to. Raises `DatabaseUnavailable`."""
        for counts in self._steps(before, dry_run=False):
            yield counts
            self.sleep(BREATH_SECONDS)

    def _steps(self, before: datetime, *, dry_run: bool) -> Iterator[Counter[str]]:
        position: Position | None = Position()
        while position is not None:
            with self.database.transaction() as session:
                step = take_step(session, position, before, dry_run=dry_run)
            yield step.counts
            position = step.next


def take_step(
    session: Session, position: Position, before: datetime, *, dry_run: bool = False
) -> Step:
    """Take the next rows, in the caller's transaction."""
    stage = position.stage
    if stage == "usage_days":
        prune = pruning.count_usage_days if dry_run else pruning.delete_usage_days
        return Step(prune(session, before), None)
    rows = outdated.look(session, stage, after=position.after, before=before, limit=STEP_ROWS)
    fates = Counter(fate for _, fate in rows)
    going = [id_ for id_, fate in rows if fate == "goes"]
    if dry_run:
        counts = pruning.count_rows(session, stage, going)
    else:
        counts = pruning.delete_rows(session, stage, going, before)
    counts.update({fate: fates[fate] for fate in KEPT})
    ends = len(rows) < STEP_ROWS or _is_past_the_old(fates)
    return Step(counts, Position(_NEXT[stage]) if ends else Position(stage, rows[-1][0]))


def _is_past_the_old(fates: Counter[Fate]) -> bool:
    """Whether only young rows are left: there are some here, and not an old one among them."""
    return fates["young"] > 0 and fates["young"] + fates["future"] == fates.total()
