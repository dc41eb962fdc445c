"""Converse: one turn answers everything that a conversation has not had answered yet."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from secretaria import metrics
from secretaria.core import turn
from secretaria.core.memory import keep_last
from secretaria.core.profile import Sentences
from secretaria.core.turn import Limits
from secretaria.errors import DatabaseUnavailable, LeaseLost, Transient
from secretaria.models import leases, turns
from secretaria.models.leases import Lease
from secretaria.services.compose import Compose, Draft
from secretaria.services.look import Look
from secretaria.services.owed import Owed, ReadOwed
from secretaria.services.ports import Background, Bell, Clock, Memory, Transactions
from secretaria.services.record import Record, Recorded

log = structlog.get_logger(__name__)
LEASE_SECONDS = 15
RETRY_AFTER_FAULT_SECONDS = 5
TRY_AGAIN_SECONDS = (0.5, 1.0, *[2.0] * 30)
"""A store may be away for a minute; a lease left behind would have its turn tried alone."""


@dataclass(frozen=True, slots=True)
class Converse:
    """Leases the conversation, thinks outside transactions, records under the fence.

    `stop` is what the queue raises in a turn when its process is told to end.
    """

    database: Transactions
    bell: Bell
    memory: Memory
    background: Background
    clock: Clock
    look: Look
    read_owed: ReadOwed
    compose: Compose
    record: Record
    limits: Limits
    sentences: Sentences
    owner: str
    stop: type[BaseException]
    remembered_messages: int

    def __call__(self, conversation_id: int, *, is_alone: bool = False) -> None:
        """Run the conversation's turn, if one is due and nobody else runs it.

        `is_alone`: the turn was abandoned, and this process does nothing else meanwhile.
        """
        lease = self._claim(conversation_id, is_alone=is_alone)
        if lease is None:
            return
        started = self.clock.monotonic()
        with self._held(lease):
            recorded = self._turn(lease, started)
        seconds = self.clock.monotonic() - started
        metrics.TURNS_TOTAL.labels(recorded.outcome).inc()
        metrics.TURN_SECONDS.observe(seconds)
        tell = log.error if recorded.outcome == "dead" else log.info
        tell("turn.finished", outcome=recorded.outcome, duration_ms=round(seconds * 1000))
        if recorded.reply_ids:
            self.bell.ring_deliver(recorded.reply_ids[0])
        if recorded.due_in_seconds is not None:
            self.bell.ring_converse(conversation_id, delay_seconds=recorded.due_in_seconds)

    def _claim(self, conversation_id: int, *, is_alone: bool) -> Lease | None:
        with self.database.statements() as statements:
            lease = leases.claim(
                statements,
                conversation_id,
                owner=self.owner,
                lease_seconds=LEASE_SECONDS,
                is_alone=is_alone,
            )
            due = None if lease else leases.seconds_until_due(statements, conversation_id)
        if due is not None:
            self.bell.ring_converse(conversation_id, delay_seconds=max(due, 0.0))
        return lease

    def _turn(self, lease: Lease, started: float) -> Recorded:
        self.look(lease.conversation_id)
        owed = self.read_owed(lease)
        if not owed.messages:
            return self._leave(lease)
        self._introduce(owed)
        draft = self._draft(owed)
        elapsed = self.clock.monotonic() - started
        recorded = self.record(owed, draft, burst_seconds=lease.burst_seconds + elapsed)
        if draft.memory and recorded.outcome == "answered":
            self.memory.write(
                lease.conversation_id,
                keep_last(draft.memory, self.remembered_messages),
                version=lease.memory_version + 1,
            )
        return recorded

    def _draft(self, owed: Owed) -> Draft:
        foreseen = turn.foresee(owed.standing, self.limits, self.sentences)
        if foreseen is not None:
            log.warning("turn.foreseen", outcome=foreseen.outcome, reason=foreseen.reason)
            return Draft(foreseen)
        if not owed.innocent:
            return Draft(turn.refuse(self.sentences, "attack"))
        return self.compose(owed)

    def _leave(self, lease: Lease) -> Recorded:
        with self.database.transaction() as session:
            status = leases.lock(session, lease)
            if status is not None:
                turns.finish(session, lease)
        return Recorded("nothing_owed" if status == "bot" else "taken_over")

    def _introduce(self, owed: Owed) -> None:
        first, *others = owed.messages
        structlog.contextvars.bind_contextvars(correlation_id=first.correlation_id)
        for rule in owed.attacks.values():
            metrics.ATTACKS_TOTAL.labels(rule).inc()
        log.info(
            "turn.started",
            contact=owed.contact,
            conversation_id=owed.lease.conversation_id,
            attempt=owed.lease.attempts,
            is_alone=owed.lease.is_alone,
            messages=len(owed.messages),
            attacks=len(owed.attacks),
            other_correlation_ids=[message.correlation_id for message in others],
        )

    @contextmanager
    def _held(self, lease: Lease) -> Iterator[None]:
        """Renew the lease while the turn goes on, and give it back if the turn breaks off.

        A stop does not count as an attempt, nor does a store that is away; everything else does.
        Memory may have been eaten by a neighbour: who was it, is seen when each is alone.
        """
        try:
            with self.background.repeating(LEASE_SECONDS / 3, lambda: self._renew(lease)):
                yield
        except LeaseLost:
            self._patiently(lambda session: leases.uncount(session, lease))
            raise
        except MemoryError:
            metrics.TURNS_TOTAL.labels("failed").inc()
            self._patiently(
                lambda session: leases.abandon(session, lease.conversation_id, owner=self.owner)
            )
            raise
        except self.stop:
            self._give_back(lease, counted=False, delay_seconds=0)
            raise
        except Transient:
            self._give_back(lease, counted=False, delay_seconds=RETRY_AFTER_FAULT_SECONDS)
            raise
        except BaseException:
            self._give_back(lease, counted=True, delay_seconds=RETRY_AFTER_FAULT_SECONDS)
            raise

    def _renew(self, lease: Lease) -> None:
        with self.database.statements() as statements:
            kept = leases.renew(statements, lease, owner=self.owner, lease_seconds=LEASE_SECONDS)
        if not kept:
            log.warning("lease.lost", conversation_id=lease.conversation_id)

    def _give_back(self, lease: Lease, *, counted: bool, delay_seconds: float) -> None:
        metrics.TURNS_TOTAL.labels("failed" if counted else "interrupted").inc()

        def give_back(session: Session) -> None:
            if lease.is_alone and not counted:
                is_ours = leases.leave_alone(session, lease)
            else:
                is_ours = leases.release(
                    session, lease, counted=counted, delay_seconds=delay_seconds
                )
            if not is_ours:
                leases.uncount(session, lease)

        self._patiently(give_back)

    def _patiently(self, statement: Callable[[Session], None]) -> None:
        """Write although the store stumbles; if it stays away, the lease runs out by itself."""
        for pause_seconds in (*TRY_AGAIN_SECONDS, None):
            try:
                with self.database.transaction() as session:
                    statement(session)
            except DatabaseUnavailable:
                if pause_seconds is None:
                    log.warning("lease.left_to_expire")
                    return
                self.clock.sleep(pause_seconds)
            else:
                return
