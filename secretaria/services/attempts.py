"""What is the same of an attempt, whichever way it took: its taking back, its record, its news."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from secretaria import metrics
from secretaria.core.delivery import Outcome
from secretaria.errors import DatabaseUnavailable
from secretaria.models import claims
from secretaria.models.claims import Intent
from secretaria.services.ports import Clock

log = structlog.get_logger(__name__)
Written = TypeVar("Written")
WRITE_AGAIN_SECONDS = (0.5, *[1.0] * 60)
"""PostgreSQL may be away for a minute; what an attempt came to is known only here."""


def patiently(write: Callable[[], Written], clock: Clock) -> Written:
    """Write, for what is known must not become ambiguous because PostgreSQL stumbled just now.

    Raises `DatabaseUnavailable` when it stays away.
    """
    for delay_seconds in WRITE_AGAIN_SECONDS:
        try:
            return write()
        except DatabaseUnavailable:
            clock.sleep(delay_seconds)
    return write()


def withdraw(session: Session, reply_id: int, owner: str) -> None:
    """Take an intent back that may stand although its writing had no answer; nothing was sent."""
    claims.lock(session, reply_id)
    attempt = claims.withdraw(session, reply_id, owner=owner)
    if attempt is not None:
        claims.forget_log(session, reply_id, attempt)
        log.info("delivery.withdrawn", reply_id=reply_id)


def announce(
    intent: Intent,
    outcome: Outcome,
    *,
    http_status: int | None,
    error: str | None,
    duration_ms: int,
) -> None:
    """Count an attempt, and tell the log."""
    metrics.DELIVERIES_TOTAL.labels(outcome).inc()
    if outcome == "sent":
        metrics.END_TO_END_SECONDS.observe(intent.waited_seconds + duration_ms / 1000)
    severity = log.info if outcome == "sent" else log.warning
    severity(
        "delivery.attempted",
        correlation_id=intent.correlation_id,
        reply_id=intent.reply_id,
        conversation_id=intent.conversation_id,
        attempt=intent.attempt,
        outcome=outcome,
        http_status=http_status,
        error=error,
        duration_ms=duration_ms,
    )
