"""Record how a turn closes, in one transaction that its fence must still allow."""

from dataclasses import dataclass
from datetime import tzinfo

import structlog
from sqlalchemy.orm import Session

from secretaria.core import reply
from secretaria.core.profile import Sentences
from secretaria.core.turn import Closing
from secretaria.errors import LeaseLost
from secretaria.models import leases, turns, usage
from secretaria.models.turns import Reply
from secretaria.services.compose import Draft
from secretaria.services.owed import Owed
from secretaria.services.ports import Clock, Transactions

log = structlog.get_logger(__name__)
HELD_RETRY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a turn left: its outcome for the metric, its replies, and when the next turn is due."""

    outcome: str
    reply_ids: tuple[int, ...] = ()
    due_in_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Writes replies, answered messages and usage together, or nothing at all."""

    database: Transactions
    clock: Clock
    timezone: tzinfo
    sentences: Sentences
    takeover_hours: float
    longest_burst_seconds: float

    def __call__(self, owed: Owed, draft: Draft, *, burst_seconds: float) -> Recorded:
        """Record a draft, or drop it when the customer has said more and the burst may grow.

        Raises `LeaseLost` when another worker has taken the conversation meanwhile.
        """
        with self.database.transaction() as session:
            if not leases.lock(session, owed.lease):
                raise LeaseLost("fence_passed")
            self._count_usage(session, draft)
            if self._is_outdated(session, owed, draft, burst_seconds):
                leases.release(session, owed.lease, counted=False, delay_seconds=None)
                recorded = Recorded("dropped")
            else:
                recorded = self._close(session, owed, draft)
            due = leases.seconds_until_due(session, owed.lease.conversation_id)
        return Recorded(recorded.outcome, recorded.reply_ids, due)

    def _is_outdated(
        self, session: Session, owed: Owed, draft: Draft, burst_seconds: float
    ) -> bool:
        if draft.answer is None or burst_seconds >= self.longest_burst_seconds:
            return False
        unanswered = turns.unanswered(session, owed.lease.conversation_id)
        return bool(unanswered) and unanswered[-1].id != owed.messages[-1].id

    def _count_usage(self, session: Session, draft: Draft) -> None:
        if draft.answer is None:
            return
        usage.add(
            session,
            self.clock.now().astimezone(self.timezone).date(),
            prompt_tokens=draft.answer.prompt_tokens,
            output_tokens=draft.answer.output_tokens,
        )

    def _close(self, session: Session, owed: Owed, draft: Draft) -> Recorded:
        closing = draft.closing
        reply_ids = turns.add_replies(
            session,
            owed.lease.conversation_id,
            self._replies(owed, draft),
            correlation_id=owed.messages[0].correlation_id,
            accepted_at=owed.messages[0].created_at,
        )
        self._settle(session, owed, closing)
        if closing.outcome == "held":
            turns.hold(session, owed.lease, retry_seconds=HELD_RETRY_SECONDS)
        else:
            turns.finish(session, owed.lease)
        if closing.goes_to_people:
            self._hand_to_people(session, owed, closing)
        return Recorded(closing.outcome, tuple(reply_ids))

    def _replies(self, owed: Owed, draft: Draft) -> list[Reply]:
        closing, answer = draft.closing, draft.answer
        replies = []
        if owed.attacks and closing.outcome != "refused":
            replies.append(Reply("refusal", reply.prepare(self.sentences.refusal)))
        if closing.line is not None:
            replies.append(
                Reply(
                    closing.line.kind,
                    reply.prepare(closing.line.text),
                    answer.model if answer else None,
                    answer.prompt_tokens if answer else None,
                    answer.output_tokens if answer else None,
                )
            )
        return replies

    def _settle(self, session: Session, owed: Owed, closing: Closing) -> None:
        turns.mark_attacks(session, owed.attacks)
        turns.settle(session, list(owed.attacks), state="answered", reason="attack")
        if closing.outcome == "held":
            return
        ids = [message.id for message in owed.innocent]
        if closing.outcome == "dead":
            tried = [one for one in ids if one <= (owed.lease.attempted_up_to or one)]
            turns.settle(session, tried, state="dead", reason=closing.reason)
            return
        turns.settle(session, ids, state="answered", reason=closing.reason)

    def _hand_to_people(self, session: Session, owed: Owed, closing: Closing) -> None:
        reason = closing.reason or "asked"
        turns.hand_to_people(
            session,
            owed.lease.conversation_id,
            reason=reason,
            takeover_hours=self.takeover_hours,
        )
        later = [one.id for one in turns.unanswered(session, owed.lease.conversation_id)]
        turns.settle(session, later, state="ignored", reason="human")
        log.warning("conversation.handed_over", reason=reason)
