"""Complete the record of a delivery attempt with its outcome."""

from contextvars import ContextVar
from typing import Any

import structlog
from dramatiq import Broker, Middleware
from dramatiq.broker import MessageProxy

from secretaria.errors import DatabaseUnavailable
from secretaria.models import outbox
from secretaria.services.deliver import Attempt
from secretaria.services.ports import Transactions

log = structlog.get_logger(__name__)
_attempt: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


def note(attempt: Attempt | None) -> None:
    """Say what the message being processed came to; None when there was nothing to send."""
    _attempt.set(attempt)


class DeliveryLog(Middleware):
    """Writes what the actor noted; the row itself stands since the intent was written.

    A record that cannot be completed now is completed by the sweeper from the reply's state.
    """

    def __init__(self, database: Transactions) -> None:
        self.database = database

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """Forget the attempt of the message before."""
        _attempt.set(None)

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Complete the attempt's record, also when the actor asked for a retry."""
        attempt = _attempt.get()
        if attempt is None:
            return
        try:
            with self.database.statements() as statements:
                outbox.complete_log(
                    statements,
                    attempt.log_id,
                    outcome=attempt.outcome,
                    http_status=attempt.http_status,
                    duration_ms=attempt.duration_ms,
                    error=attempt.error,
                )
        except DatabaseUnavailable:
            log.warning("delivery_log.left_open", log_id=attempt.log_id)
