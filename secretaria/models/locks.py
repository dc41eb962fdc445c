"""Locks on work that only one process of the installation may do at a time."""

from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

Work = Literal["sweep", "import", "retain"]
_KEYS: dict[Work, int] = {"sweep": 7_031_998, "import": 7_031_999, "retain": 7_032_000}
"""The keys of PostgreSQL's advisory locks."""


def take(session: Session, work: Work) -> bool:
    """Take the lock until the transaction ends; False when another process has it."""
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_KEYS[work]))))
