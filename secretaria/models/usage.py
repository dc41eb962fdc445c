"""Statements that count the tokens of each day of the business."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Session

from secretaria.models.prepared import Prepared, given
from secretaria.models.tables import UsageDay


def add(session: Session, day: date, *, prompt_tokens: int, output_tokens: int) -> None:
    """Add to the day's count."""
    _ADD.rows(session, day=day, prompt=prompt_tokens, output=output_tokens)


def tokens_of(session: Session, day: date) -> int:
    """All the tokens of a day."""
    tokens = UsageDay.prompt_tokens + UsageDay.output_tokens
    return session.scalar(select(tokens).where(UsageDay.day == day)) or 0


def _adding() -> Insert:
    row = insert(UsageDay).values(
        day=given("day"), prompt_tokens=given("prompt"), output_tokens=given("output")
    )
    return row.on_conflict_do_update(
        index_elements=[UsageDay.day],
        set_={
            "prompt_tokens": UsageDay.prompt_tokens + row.excluded.prompt_tokens,
            "output_tokens": UsageDay.output_tokens + row.excluded.output_tokens,
        },
    )


_ADD = Prepared(_adding)
