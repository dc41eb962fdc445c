"""Settle: believe what Whaticket shows of a reply of which nobody knew whether it arrived."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import structlog
from sqlalchemy.orm import Session

from secretaria import metrics
from secretaria.core import echo as matching
from secretaria.core.echo import Echo, Reply
from secretaria.core.payload import Sender
from secretaria.models import echoes, outbox
from secretaria.services.find_contact import find_known
from secretaria.services.ports import Bell, Transactions

log = structlog.get_logger(__name__)
How = Literal["echoed", "read_back"]


@dataclass(frozen=True, slots=True)
class Settled:
    """A reply that has arrived, and the one that it held back: its id, and when it is due."""

    reply: Reply
    following: tuple[int, float] | None


@dataclass(frozen=True, slots=True)
class Settle:
    """Gives each echo to the one reply that it proves; an echo only ever says `sent`."""

    database: Transactions
    bell: Bell

    def by_ticket(self, conversation_id: int, said: Sequence[Echo]) -> None:
        """Take in what a contact's ticket shows as ours; raises `DatabaseUnavailable`."""
        with self.database.transaction() as session:
            settled = believe(session, [conversation_id], said, "read_back")
        self.announce(settled, "read_back")

    def announce(self, settled: Sequence[Settled], how: How) -> None:
        """Tell of the replies that have arrived, and wake those that they held back."""
        for one in settled:
            metrics.REPLIES_SETTLED_TOTAL.labels(how).inc()
            log.info(
                "delivery.settled",
                reply_id=one.reply.id,
                conversation_id=one.reply.conversation_id,
                correlation_id=one.reply.correlation_id,
                how=how,
                was=one.reply.state,
            )
            if one.following is not None:
                following_id, delay_seconds = one.following
                self.bell.ring_deliver(following_id, delay_seconds=delay_seconds)


def conversations_of(session: Session, sender: Sender) -> Sequence[int]:
    """The conversations of whoever is known by a sender's addresses."""
    known = find_known(session, replace(sender, name=None))  # an echo may show our own name
    return echoes.conversations_of(session, [contact.id for contact in known])


def believe(
    session: Session, conversations: Sequence[int], said: Sequence[Echo], how: How
) -> list[Settled]:
    """Settle the replies that echoes prove, in the caller's transaction."""
    if not conversations or not said:
        return []
    moments = [echo.written_at for echo in said]
    replies = echoes.lock_replies(
        session, conversations, earliest=min(moments), latest=max(moments)
    )
    settled = []
    for echo, reply in matching.assign(said, replies):
        is_given = not echo.provider_id or echoes.give(session, reply, echo)
        if is_given and reply.is_open:
            settled.append(_settle(session, reply, echo, how))
    return settled


def _settle(session: Session, reply: Reply, echo: Echo, how: How) -> Settled:
    """Record it; the next turn must not be told of a doubt that is over."""
    echoes.settle(session, reply, echo, reason=how)
    if reply.state == "ambiguous":
        outbox.distrust_memory(session, reply.conversation_id)
        return Settled(reply, None)
    return Settled(reply, outbox.next_reply(session, reply.conversation_id))
