"""Answer a call at Typebot's door: accept, wait for the turn's replies, give them to the caller."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from secretaria.core import typebot
from secretaria.core.payload import Incoming
from secretaria.core.typebot import Said
from secretaria.errors import DatabaseUnavailable
from secretaria.models import claims, doors
from secretaria.models.claims import Intent
from secretaria.models.doors import Door, Look
from secretaria.services.accept import Accept, Acceptance
from secretaria.services.give_back import GiveBack
from secretaria.services.ports import Clock, Fate, Transactions
from secretaria.services.typebot_sessions import Visitor

log = structlog.get_logger(__name__)
LOOK_SECONDS = 0.25
DOOR_MARGIN_SECONDS = 5.0
"""From the end of the wait until the replies are taken, or the door is closed."""
WRITE_SECONDS = 15.0
"""From the moment when replies are taken until it is recorded what became of them."""
_GOODBYES = frozenset({"handover", "fallback"})
"""The kinds of reply with which we hand over; without one, a person has taken over."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, while it lasts: who says what, since when, and whether the caller has gone."""

    visitor: Visitor
    said: Said
    correlation_id: str
    started: float
    is_gone: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Given:
    """What a caller is given: replies, which are ours alone until settled, and perhaps an order."""

    is_accepted: bool
    owner: str
    since: float
    intents: tuple[Intent, ...] = ()
    order: str | None = None
    door: Door | None = None


@dataclass(frozen=True, slots=True)
class AnswerTypebot:
    """The same acceptance and the same outbox as everywhere; only the last step is another."""

    database: Transactions
    clock: Clock
    accept: Accept
    give_back: GiveBack
    wait_seconds: float
    oldest_hours: float
    queue_id: int | None

    def __call__(self, call: Call) -> Given:
        """Accept what was said and wait; `settle` what is given. Raises `Rejected` as `Accept`."""
        owner = self.clock.token()
        door = self._hold_open(call.visitor)
        try:
            acceptance = self.accept(
                _incoming(call), request_key=owner, correlation_id=call.correlation_id
            )
            given = self._given(call, acceptance, Given(acceptance.is_queued, owner, 0.0))
        except BaseException:
            self.give_back.close(door)
            raise
        waited = self.clock.monotonic() - call.started
        log.info(
            "typebot.answered",
            conversation_id=acceptance.conversation_id,
            replies=len(given.intents),
            is_ordered=given.order is not None,
            waited_ms=round(waited * 1000),
        )
        return replace(given, door=door, since=self.clock.monotonic())

    def settle(self, given: Given, fate: Fate) -> None:
        """Record what became of the answer, and let go what it did not hold."""
        self.give_back.settle(given.intents, given.owner, fate, since=given.since)
        self.give_back.close(given.door)

    def _hold_open(self, visitor: Visitor) -> Door | None:
        """None where nobody waits: the replies leave the usual way, as they do without a door."""
        if not self.wait_seconds or visitor.contact_id is None:
            return None
        seconds = self.wait_seconds + DOOR_MARGIN_SECONDS
        try:
            with self.database.transaction() as session:
                return doors.hold_open(session, visitor.contact_id, seconds=seconds)
        except DatabaseUnavailable:
            return None

    def _given(self, call: Call, acceptance: Acceptance, nothing: Given) -> Given:
        if not acceptance.is_queued:
            is_with_people = acceptance.reason in {"human", "muted"}
            return replace(nothing, order=typebot.STOP if is_with_people else None)
        conversation_id, message_id = acceptance.conversation_id, acceptance.message_id
        if conversation_id is None or message_id is None:
            return nothing  # it is in the spool, and comes out of it too late for this caller
        if not self.wait_seconds:
            return nothing
        return self._wait(call, conversation_id, message_id, nothing)

    def _wait(self, call: Call, conversation_id: int, message_id: int, nothing: Given) -> Given:
        deadline = call.started + self.wait_seconds
        while True:
            try:
                given = self._take(conversation_id, message_id, nothing)
            except DatabaseUnavailable:
                return nothing
            if given is not None:
                return given
            left = deadline - self.clock.monotonic()
            if left <= 0 or call.is_gone():
                return nothing
            self.clock.sleep(min(LOOK_SECONDS, left))

    def _take(self, conversation_id: int, message_id: int, nothing: Given) -> Given | None:
        """Take what is ready into our hands, if it is; raises `DatabaseUnavailable`."""
        touched: list[int] = []
        try:
            with self.database.transaction() as session:
                look = doors.look(session, conversation_id, message_id)
                if not _is_ready(look, message_id):
                    return None
                if _is_taken_over(look):
                    return replace(nothing, order=typebot.STOP)
                touched = [reply.reply_id for reply in look.replies]
                intents = claims.claim_together(
                    session,
                    touched,
                    owner=nothing.owner,
                    lease_seconds=WRITE_SECONDS,
                    oldest_hours=self.oldest_hours,
                )
        except DatabaseUnavailable:
            # The intents may stand although their writing had no answer.
            self.give_back.withdraw(touched, nothing.owner)
            raise
        if touched and not intents:
            return None
        order = typebot.to_people(self.queue_id) if look.status != "bot" else None
        return replace(nothing, intents=tuple(intents), order=order)


def _incoming(call: Call) -> Incoming:
    return Incoming(
        sender=call.visitor.sender,
        kind=call.said.kind,
        text=call.said.text,
        provider_id=None,
        choice_id=None,
        edits=None,
        sent_at=None,
        unanswered=call.said.unanswered,
    )


def _is_ready(look: Look, message_id: int) -> bool:
    """Whether the message's turn is over, or has put it off and said so."""
    if not look.is_owed:
        return True
    return look.is_held and any(reply.reply_id > message_id for reply in look.replies)


def _is_taken_over(look: Look) -> bool:
    return look.status != "bot" and not any(reply.kind in _GOODBYES for reply in look.replies)
