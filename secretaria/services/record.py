"""Record how a turn closes, in one transaction that its fence must still allow."""

from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy.orm import Session

from secretaria.core import reply
from secretaria.core.profile import Sentences
from secretaria.core.turn import Closing
from secretaria.errors import LeaseLost
from secretaria.models import leases, takeovers, turns, usage
from secretaria.models import owed as owing
from secretaria.models.takeovers import Change
from secretaria.models.turns import Reply
from secretaria.services.compose import Draft
from secretaria.services.overhear import announce_change
from secretaria.services.owed import Owed
from secretaria.services.ports import Clock, Transactions

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
    transfers: bool
    """Whether Whaticket's ticket is to go to people as well."""

    def __call__(self, owed: Owed, draft: Draft, *, burst_seconds: float) -> Recorded:
        """Record a draft, or drop it when the customer has said more and the burst may grow.

        Raises `LeaseLost` when another worker has taken the conversation meanwhile.
        """
        with self.database.transaction() as session:
            status = leases.lock(session, owed.lease)
            if status is None:
                raise LeaseLost("fence_passed")
            recorded = self._record(session, owed, draft, status, burst_seconds)
            self._count_usage(session, draft)  # last: all turns of the day wait for this row
        return recorded

    def _record(
        self, session: Session, owed: Owed, draft: Draft, status: str, burst_seconds: float
    ) -> Recorded:
        if status != "bot":
            turns.finish(session, owed.lease)
            return Recorded("taken_over")
        if self._is_outdated(session, owed, draft, burst_seconds):
            leases.release(session, owed.lease, counted=False, delay_seconds=None)
            due = leases.seconds_until_due(session, owed.lease.conversation_id)
            return Recorded("dropped", due_in_seconds=due)
        return self._close(session, owed, draft)

    def _is_outdated(
        self, session: Session, owed: Owed, draft: Draft, burst_seconds: float
    ) -> bool:
        """Whether the customer has taken some of it back, or said more that may be waited for."""
        ids = owing.unanswered_ids(session, owed.lease.conversation_id)
        if not {message.id for message in owed.messages} <= set(ids):
            return True
        may_wait = draft.answer is not None and burst_seconds < self.longest_burst_seconds
        return may_wait and ids[-1] != owed.messages[-1].id

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
            turn=owed.lease.fence,
        )
        self._settle(session, owed, closing)
        if closing.outcome == "held":
            turns.hold(session, owed.lease, retry_seconds=HELD_RETRY_SECONDS)
            due = leases.seconds_until_due(session, owed.lease.conversation_id)
        else:
            due = turns.finish(session, owed.lease)
        if closing.goes_to_people:
            self._hand_to_people(session, owed, closing)
            due = None
        return Recorded(closing.outcome, tuple(reply_ids), due)

    def _replies(self, owed: Owed, draft: Draft) -> list[Reply]:
        closing, answer = draft.closing, draft.answer
        replies = []
        if owed.attacks and closing.outcome not in {"refused", "handed_over"}:
            replies.append(Reply("refusal", reply.prepare(self.sentences.refusal)))
        if closing.line is None:
            return replies
        first, *others = reply.split(reply.prepare(closing.line.text)) or ("",)
        kind = closing.line.kind
        replies.append(
            Reply(
                kind,
                first,
                answer.model if answer else None,
                answer.prompt_tokens if answer else None,
                answer.output_tokens if answer else None,
            )
        )
        return [*replies, *(Reply(kind, part) for part in others)]

    def _settle(self, session: Session, owed: Owed, closing: Closing) -> None:
        turns.mark_attacks(session, owed.attacks)
        attacks, turn = list(owed.attacks), owed.lease.fence
        turns.settle(session, attacks, state="answered", reason="attack", turn=turn)
        if closing.outcome == "held":
            return
        ids = [message.id for message in owed.innocent]
        if closing.outcome == "dead":
            tried = [one for one in ids if one <= (owed.lease.attempted_up_to or one)]
            turns.settle(session, tried, state="dead", reason=closing.reason)
            return
        turns.settle(session, ids, state="answered", reason=closing.reason, turn=turn)

    def _hand_to_people(self, session: Session, owed: Owed, closing: Closing) -> None:
        conversation_id = owed.lease.conversation_id
        change = Change(closing.source, closing.reason)
        takeovers.hand_over(
            session,
            conversation_id,
            change,
            hours=self.takeover_hours,
            transfers=self.transfers,
        )
        later = owing.unanswered_ids(session, conversation_id)
        turns.settle(session, later, state="ignored", reason="human")
        announce_change(conversation_id, change)
