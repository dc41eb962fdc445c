"""Read what a leased conversation is owed: its messages, its limits, the customer's name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from sqlalchemy.orm import Session

from secretaria.core import turn
from secretaria.core.turn import Standing
from secretaria.core.wishes import asks_for_person
from secretaria.models import turns, usage
from secretaria.models.leases import Lease
from secretaria.models.tables import Message
from secretaria.services.name_contact import NameContact, identity_of
from secretaria.services.ports import Clock, Transactions


@dataclass(frozen=True, slots=True)
class Owed:
    """What a turn has to answer, and where its conversation stands."""

    lease: Lease
    messages: Sequence[Message]
    attacks: dict[int, str]
    standing: Standing
    customer_name: str | None
    contact: str

    @property
    def innocent(self) -> list[Message]:
        """The messages that deserve an answer."""
        return [message for message in self.messages if message.id not in self.attacks]


@dataclass(frozen=True, slots=True)
class ReadOwed:
    """Reads it all in one transaction, and tells attacks from the rest."""

    database: Transactions
    clock: Clock
    timezone: tzinfo
    name_contact: NameContact
    handover_phrases: tuple[str, ...]
    longest_delay_seconds: float

    def __call__(self, lease: Lease) -> Owed:
        """Read; a conversation that is owed nothing gives an `Owed` without messages."""
        with self.database.transaction() as session:
            messages = turns.unanswered(session, lease.conversation_id)
            contact = turns.contact_of(session, lease.conversation_id)
            standing = self._standing(session, lease)
        attacks = self._attacks(lease, messages)
        innocent = [message for message in messages if message.id not in attacks]
        standing = replace(
            standing,
            refusals_today=standing.refusals_today + 1 if attacks else 0,
            wish=self._wish(innocent),
            is_late=bool(innocent) and all(map(self._is_late, innocent)),
        )
        name = self.name_contact(identity_of(contact.number, contact.lid, contact.ticket_id))
        return Owed(lease, messages, attacks, standing, contact.name, name)

    def _attacks(self, lease: Lease, messages: Sequence[Message]) -> dict[int, str]:
        """Judge what is owed, unless that may be what has killed the attempts before."""
        if lease.attempts > turn.MOST_ATTEMPTS:
            return {}
        texts = [message.text for message in messages]
        attacks = turn.find_attacks(texts, between=lambda: self.clock.sleep(0))
        return {messages[position].id: rule for position, rule in attacks.items()}

    def _standing(self, session: Session, lease: Lease) -> Standing:
        today = self.clock.now().astimezone(self.timezone).date()
        return Standing(
            attempts=lease.attempts,
            replies_in_the_last_hour=turns.replies_in_the_last_hour(session, lease.conversation_id),
            tokens_today=usage.tokens_of(session, today),
            holding_seconds=lease.holding_seconds,
            refusals_today=turns.said_in_the_last_day(session, lease.conversation_id, "refusal"),
            was_told_of_delay=turns.said_in_the_last_day(session, lease.conversation_id, "delay")
            > 0,
        )

    def _wish(self, messages: Sequence[Message]) -> str | None:
        """Why a person is to answer this."""
        needs = next(filter(None, (message.needs_person for message in messages)), None)
        if needs is not None:
            return needs
        asks = any(asks_for_person(one.text, self.handover_phrases) for one in messages)
        return "asked" if asks else None

    def _is_late(self, message: Message) -> bool:
        return turn.is_late(
            message.written_at, message.created_at, longest_seconds=self.longest_delay_seconds
        )
