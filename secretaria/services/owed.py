"""Read what a leased conversation is owed: its messages, its limits, the customer's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy.orm import Session

from secretaria.core import turn
from secretaria.core.turn import Standing
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

    def __call__(self, lease: Lease) -> Owed:
        """Read; a conversation that is owed nothing gives an `Owed` without messages."""
        with self.database.transaction() as session:
            messages = turns.unanswered(session, lease.conversation_id)
            contact = turns.contact_of(session, lease.conversation_id)
            standing = self._standing(session, lease)
        attacks = self._attacks(lease, messages)
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
        )
