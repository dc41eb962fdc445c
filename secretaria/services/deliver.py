"""Deliver: hand one reply to Whaticket: intent, call, outcome."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import structlog
from sqlalchemy.orm import Session

from secretaria.core import delivery, reply
from secretaria.core.delivery import Outcome, Sending, Step
from secretaria.errors import DatabaseUnavailable
from secretaria.models import addresses, channel, claims, leaving, outbox, takeovers
from secretaria.models.claims import Intent
from secretaria.models.prepared import Executor
from secretaria.models.takeovers import Change
from secretaria.services import attempts
from secretaria.services.look import Look
from secretaria.services.overhear import announce_change
from secretaria.services.ports import Bell, Clock, Messenger, Transactions

log = structlog.get_logger(__name__)
PROBE_SECONDS = 15
UNREACHABLE_SECONDS = 30
LEASE_MARGIN_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one attempt came to, for its record; `retry_seconds` when it is to be tried again."""

    log_id: int
    outcome: Outcome
    http_status: int | None
    duration_ms: int
    error: str | None
    retry_seconds: float | None


@dataclass(frozen=True, slots=True)
class _Recorded:
    """What stands of an attempt, and what it leads to."""

    intent: Intent
    sending: Sending
    step: Step
    change: Change | None = None
    following: tuple[int, float] | None = None


@dataclass(frozen=True, slots=True)
class Deliver:
    """Sends the reply if it is its turn; nothing recorded as sent is ever sent again."""

    database: Transactions
    bell: Bell
    messenger: Messenger
    look: Look
    clock: Clock
    timeout_seconds: float
    reply_max_age_hours: float
    takeover_hours: float
    chars_per_second: int

    def __call__(self, reply_id: int) -> Attempt | None:
        """Make one attempt; None when there is nothing to do now.

        Raises `DatabaseUnavailable`; without its intent on record nothing is sent.
        """
        if self.look.can_see and not self._has_looked(reply_id):
            return None
        claimed, owner = self.clock.monotonic(), self.clock.token()
        try:
            intent = self._claim(reply_id, owner)
        except DatabaseUnavailable:
            attempts.patiently(lambda: self._withdraw(reply_id, owner), self.clock)
            raise
        if intent is None:
            return None
        structlog.contextvars.bind_contextvars(correlation_id=intent.correlation_id)
        started = self.clock.monotonic()
        if started - claimed > LEASE_MARGIN_SECONDS:
            sending = Sending("not_arrived", "lease_short")
        else:
            text, label = reply.prepare(intent.text), str(intent.reply_id)
            sending = self.messenger.send(intent.address, text, label=label)
        duration_ms = round((self.clock.monotonic() - started) * 1000)
        return attempts.patiently(lambda: self._record(intent, sending, duration_ms), self.clock)

    def _has_looked(self, reply_id: int) -> bool:
        """Look whether a person has the ticket; False when it is not the reply's turn anyway."""
        with self.database.transaction() as session:
            conversation_id = self._find_due(session, reply_id)
        if conversation_id is None:
            return False
        self.look(conversation_id)
        return True

    def _find_due(self, session: Session, reply_id: int) -> int | None:
        """The conversation of a reply whose turn it is; what a person has silenced is cancelled."""
        conversation_id = leaving.find_due(session, reply_id, oldest_hours=self.reply_max_age_hours)
        if conversation_id is None and takeovers.cancel_silenced(session, reply_id):
            log.info("delivery.silenced", reply_id=reply_id)
        return conversation_id

    def _claim(self, reply_id: int, owner: str) -> Intent | None:
        """Take the reply if the channel is open; else look why not, and whether to probe it."""
        lease_seconds = self.timeout_seconds + LEASE_MARGIN_SECONDS
        claim = partial(
            claims.claim,
            reply_id=reply_id,
            owner=owner,
            lease_seconds=lease_seconds,
            oldest_hours=self.reply_max_age_hours,
        )
        try:
            with self.database.statements() as statements:
                intent = claim(statements)
            return intent or self._probe(reply_id, lease_seconds, partial(claim, is_probe=True))
        except claims.Overtaken:
            return None

    def _probe(
        self, reply_id: int, lease_seconds: float, claim: Callable[[Executor], Intent | None]
    ) -> Intent | None:
        with self.database.transaction() as session:
            if self._find_due(session, reply_id) is None:
                return None
            if not channel.may_send(session, probe_seconds=max(PROBE_SECONDS, lease_seconds)):
                return None
            intent = claim(session)
            if intent is None:
                session.rollback()  # the turn to probe, if it was taken, goes back
            return intent

    def _withdraw(self, reply_id: int, owner: str) -> None:
        with self.database.transaction() as session:
            attempts.withdraw(session, reply_id, owner)

    def _record(self, intent: Intent, sending: Sending, duration_ms: int) -> Attempt:
        recorded = self._record_plainly(intent, sending)
        if recorded is None:
            with self.database.transaction() as session:
                recorded = self._record_all(session, intent, sending)
        return self._tell(recorded, duration_ms)

    def _record_plainly(self, intent: Intent, sending: Sending) -> _Recorded | None:
        """Record in one statement what most sends come to; None when there is more to it."""
        if not _was_plainly_sent(intent, sending):
            return None
        with self.database.statements() as statements:
            is_recorded = outbox.record_sent(statements, intent)
        return _Recorded(intent, sending, Step("sent", "sent")) if is_recorded else None

    def _record_all(self, session: Session, intent: Intent, sending: Sending) -> _Recorded:
        sending = self._judge_channel(session, intent, sending)
        step = delivery.decide(
            sending,
            counted_attempts=intent.counted_attempts,
            jitter=self.clock.chance(),
            other_number=intent.other_number,
        )
        intent = _in_its_conversation(session, intent)
        step = self._write(session, intent, sending, step)
        change = self._notice_person(session, intent, sending)
        if step.state == "sent":
            outbox.pace(session, intent.reply_id, chars_per_second=self.chars_per_second)
        following = outbox.next_reply(session, intent.conversation_id)
        return _Recorded(intent, sending, step, change, following)

    def _tell(self, recorded: _Recorded, duration_ms: int) -> Attempt:
        """Say and ring what is so, now that it is committed."""
        intent, sending, step = recorded.intent, recorded.sending, recorded.step
        attempts.announce(
            intent,
            step.outcome,
            http_status=sending.http_status,
            error=sending.error,
            duration_ms=duration_ms,
        )
        if recorded.change is not None:
            announce_change(intent.conversation_id, recorded.change)
        if step.number is not None:
            self.bell.ring_deliver(intent.reply_id)
        elif step.state != "pending" and recorded.following is not None:
            following_id, delay_seconds = recorded.following
            self.bell.ring_deliver(following_id, delay_seconds=delay_seconds)
        retry = step.retry_seconds if sending.kind == "not_arrived" else None
        return Attempt(
            intent.log_id, step.outcome, sending.http_status, duration_ms, sending.error, retry
        )

    def _notice_person(self, session: Session, intent: Intent, sending: Sending) -> Change | None:
        """Whaticket itself says when a person has the ticket."""
        if not sending.is_with_people:
            return None
        change = Change("whaticket_refused", f"reply {intent.reply_id}")
        is_new = takeovers.take_over(
            session, intent.conversation_id, change, hours=self.takeover_hours, since=None
        )
        return change if is_new else None

    def _judge_channel(self, session: Session, intent: Intent, sending: Sending) -> Sending:
        """Settle what a send says about the channel, and the channel about the send.

        Whatever did not arrive while the channel is down failed for that, and uses no attempt; a
        Whaticket that stays out of reach is a channel that is down. But a reply that found it down
        before, and again after it has carried others, must not stop it for everybody.
        """
        is_down = channel.is_paused(session)
        if sending.kind == "channel_down" and intent.was_held_up and not is_down:
            return replace(sending, kind="not_arrived")
        if sending.is_unreachable:
            is_down |= channel.unreachable_seconds(session) >= UNREACHABLE_SECONDS
        elif sending.http_status is not None:
            channel.note_reached(session)
        if sending.kind == "not_arrived" and is_down:
            sending = replace(sending, kind="channel_down")
        if sending.kind == "channel_down":
            self._pause(session, sending)
        elif _was_judged(sending) and channel.resume(session):
            log.warning("channel.resumed")
        return sending

    def _pause(self, session: Session, sending: Sending) -> None:
        reason = sending.error or "unknown"
        asked = min(sending.retry_after_seconds or 0, delivery.LONGEST_RETRY_AFTER_SECONDS)
        if channel.pause(session, reason, probe_seconds=max(PROBE_SECONDS, asked)):
            log.error("channel.paused", reason=reason)

    def _write(self, session: Session, intent: Intent, sending: Sending, step: Step) -> Step:
        """Record a step; answers what holds.

        That differs when the sweeper has given us up, or an echo was faster than the answer.
        """
        is_recorded = outbox.record(
            session, intent, state=step.state, reason=step.reason, retry_seconds=step.retry_seconds
        )
        if not is_recorded:
            return self._settled(session, intent, sending) or step
        if sending.kind == "channel_down" or step.number is not None:
            outbox.forget_attempt(session, intent)
        if step.number is not None:
            addresses.try_other_form(session, intent.reply_id, step.number)
        number = intent.address.number
        if step.state == "sent" and intent.is_other_form and number is not None:
            addresses.remember_form(session, intent.conversation_id, number)
        if step.state in {"ambiguous", "dead"}:
            outbox.distrust_memory(session, intent.conversation_id)
        return step

    def _settled(self, session: Session, intent: Intent, sending: Sending) -> Step | None:
        state = outbox.state_since(session, intent)
        if state == "ambiguous":
            return Step("ambiguous", "ambiguous", sending.error)
        return Step("sent", "sent") if state == "sent" else None


def _in_its_conversation(session: Session, intent: Intent) -> Intent:
    """The intent, locked; its conversation may have been merged into another meanwhile."""
    conversation_id = claims.lock(session, intent.reply_id)
    return replace(intent, conversation_id=conversation_id or intent.conversation_id)


def _was_judged(sending: Sending) -> bool:
    """Whether WhatsApp itself has taken or refused the message: the channel works."""
    return sending.kind in {"sent", "refused"} and sending.http_status is not None


def _was_plainly_sent(intent: Intent, sending: Sending) -> bool:
    """Whether nothing is to be learnt from the send; with a clear channel, that is most of them."""
    return sending.kind == "sent" and _was_judged(sending) and not intent.is_other_form
