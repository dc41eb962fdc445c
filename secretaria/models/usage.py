"""Statements that count the tokens of each day of the business."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from secretaria.models.tables import UsageDay


def add(session: Session, day: date, *, prompt_tokens: int, output_tokens: int) -> None:
    """Add to the day's count."""
    row = insert(UsageDay).values(day=day, prompt_tokens=prompt_tokens, output_tokens=output_tokens)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[UsageDay.day],
            set_={
                "prompt_tokens": UsageDay.prompt_tokens + row.excluded.prompt_tokens,
                "output_tokens": UsageDay.output_tokens + row.excluded.output_tokens,
            },
        )
    )


def tokens_of(session: Session, day: date) -> int:
    """All tokens counted for a day."""
    total = UsageDay.prompt_tokens + UsageDay.output_tokens
    return session.scalar(select(total).where(UsageDay.day == day)) or 0
