"""Deliver: hand one reply to Whaticket: intent, call, outcome."""

from dataclasses import dataclass
from typing import Literal

import structlog
from sqlalchemy.orm import Session

from secretaria import metrics
from secretaria.core import delivery
from secretaria.core.delivery import Sending, Step
from secretaria.errors import DatabaseUnavailable
from secretaria.models import channel, outbox
from secretaria.models.outbox import Intent
from secretaria.services.ports import Address, Bell, Clock, Messenger, Transactions

log = structlog.get_logger(__name__)
PROBE_SECONDS = 15
UNREACHABLE_SECONDS = 30
LEASE_MARGIN_SECONDS = 5
RECORD_AGAIN_SECONDS = (0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt came to, for its record; `retry_seconds` when it is to be tried again."""

    log_id: int
    outcome: Literal["sent", "retry", "ambiguous", "dead"]
    http_status: int | None
    duration_ms: int
    error: str | None
    retry_seconds: float | None


@dataclass(frozen=True, slots=True)
class Deliver:
    """Sends the reply if it is its turn; nothing recorded as sent is ever sent again."""

    database: Transactions
    bell: Bell
    messenger: Messenger
    clock: Clock
    timeout_seconds: float

    def __call__(self, reply_id: int) -> Attempt | None:
        """Make one attempt; None when there is nothing to do now.

        Raises `DatabaseUnavailable`; without its intent on record nothing is sent.
        """
        lease_seconds = self.timeout_seconds + LEASE_MARGIN_SECONDS
        claimed = self.clock.monotonic()
        intent = self._claim(reply_id, lease_seconds)
        if intent is None:
            return None
        structlog.contextvars.bind_contextvars(correlation_id=intent.correlation_id)
        started = self.clock.monotonic()
        if started - claimed > LEASE_MARGIN_SECONDS:
            sending = Sending("not_arrived", "lease_short")
        else:
            sending = self.messenger.send(Address(intent.number, intent.ticket_id), intent.text)
        duration_ms = round((self.clock.monotonic() - started) * 1000)
        return self._record_patiently(intent, sending, duration_ms)

    def _record_patiently(self, intent: Intent, sending: Sending, duration_ms: int) -> Attempt:
        """What is known must not become ambiguous because PostgreSQL stumbled just now."""
        for delay in RECORD_AGAIN_SECONDS:
            try:
                return self._record(intent, sending, duration_ms)
            except DatabaseUnavailable:
                self.clock.sleep(delay)
        return self._record(intent, sending, duration_ms)

    def _claim(self, reply_id: int, lease_seconds: float) -> Intent | None:
        with self.database.transaction() as session:
            if not outbox.is_due(session, reply_id):
                return None
            if not channel.may_send(session, probe_seconds=PROBE_SECONDS):
                return None
            return outbox.claim(session, reply_id, lease_seconds=lease_seconds)

    def _record(self, intent: Intent, sending: Sending, duration_ms: int) -> Attempt:
        with self.database.transaction() as session:
            sending = self._judge_channel(session, sending)
            step = delivery.decide(
                sending, counted_attempts=intent.counted_attempts, jitter=self.clock.chance()
            )
            recorded = outbox.record(
                session,
                intent,
                state=step.state,
                reason=step.reason,
                retry_seconds=step.retry_seconds,
            )
            if recorded and sending.kind == "channel_down":
                outbox.forget_attempt(session, intent)
            if step.state in {"ambiguous", "dead"}:
                outbox.distrust_memory(session, intent.conversation_id)
            following = outbox.next_reply(session, intent.conversation_id)
        self._announce(intent, sending, step, duration_ms)
        if step.state != "pending" and following is not None:
            self.bell.ring_deliver(following)
        retry = step.retry_seconds if sending.kind == "not_arrived" else None
        return Attempt(
            intent.log_id, step.outcome, sending.http_status, duration_ms, sending.error, retry
        )

    def _judge_channel(self, session: Session, sending: Sending) -> Sending:
        """A Whaticket that stays out of reach is a channel that is down."""
        if sending.is_unreachable:
            if channel.unreachable_seconds(session) >= UNREACHABLE_SECONDS:
                sending = Sending("channel_down", sending.error)
        elif sending.kind in {"sent", "refused"} and channel.resume(session):
            log.warning("channel.resumed")
        if sending.kind == "channel_down" and channel.pause(
            session, sending.error or "unknown", probe_seconds=PROBE_SECONDS
        ):
            log.error("channel.paused", reason=sending.error)
        return sending

    def _announce(self, intent: Intent, sending: Sending, step: Step, duration_ms: int) -> None:
        metrics.DELIVERIES_TOTAL.labels(step.outcome).inc()
        if step.outcome == "sent":
            metrics.END_TO_END_SECONDS.observe(intent.waited_seconds + duration_ms / 1000)
        severity = log.info if step.outcome == "sent" else log.warning
        severity(
            "delivery.attempted",
            reply_id=intent.reply_id,
            conversation_id=intent.conversation_id,
            attempt=intent.attempt,
            outcome=step.outcome,
            http_status=sending.http_status,
            error=sending.error,
            duration_ms=duration_ms,
        )
