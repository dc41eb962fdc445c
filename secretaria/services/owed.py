"""Read what a leased conversation is owed: its messages, its limits, the customer's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from secretaria.core import turn
from secretaria.core.attacks import find_attacks
from secretaria.core.turn import Standing
from secretaria.core.wishes import asks_for_person
from secretaria.models import owed
from secretaria.models.leases import Lease
from secretaria.models.owed import Inbound
from secretaria.services.name_contact import NameContact, identity_of
from secretaria.services.ports import Clock, Transactions


@dataclass(frozen=True, slots=True)
class Owed:
    """What a turn has to answer, and where its conversation stands."""

    lease: Lease
    messages: Sequence[Inbound]
    attacks: dict[int, str]
    standing: Standing
    customer_name: str | None
    contact: str
    has_history: bool = True
    """Whether anything was said before that may be remembered."""

    @property
    def innocent(self) -> list[Inbound]:
        """The messages that deserve an answer."""
        return [message for message in self.messages if message.id not in self.attacks]


@dataclass(frozen=True, slots=True)
class ReadOwed:
    """Reads it all, and tells attacks from the rest."""

    database: Transactions
    clock: Clock
    timezone: tzinfo
    name_contact: NameContact
    handover_phrases: tuple[str, ...]
    longest_delay_seconds: float

    def __call__(self, lease: Lease) -> Owed:
        """Read; a conversation that is owed nothing gives an `Owed` without messages."""
        with self.database.statements() as statements:
            messages = owed.unanswered(statements, lease.conversation_id)
            found = owed.circumstances(statements, lease.conversation_id, self._today())
        attacks = self._attacks(lease, messages)
        innocent = [message for message in messages if message.id not in attacks]
        standing = Standing(
            attempts=lease.attempts,
            replies_in_the_last_hour=found.replies_in_the_last_hour,
            tokens_today=found.tokens_today,
            holding_seconds=lease.holding_seconds,
            refusals_today=found.refusals_in_the_last_day + 1 if attacks else 0,
            wish=self._wish(innocent),
            is_late=bool(innocent) and all(map(self._is_late, innocent)),
            was_told_of_delay=found.delays_in_the_last_day > 0,
        )
        name = self.name_contact(identity_of(found.number, found.lid, found.ticket_id))
        return Owed(lease, messages, attacks, standing, found.name, name, found.has_history)

    def _attacks(self, lease: Lease, messages: Sequence[Inbound]) -> dict[int, str]:
        """Judge what is owed, unless that may be what has killed the attempts before."""
        if lease.attempts > turn.MOST_ATTEMPTS:
            return {}
        texts = [message.text for message in messages]
        attacks = find_attacks(texts, between=lambda: self.clock.sleep(0))
        return {messages[position].id: rule for position, rule in attacks.items()}

    def _today(self) -> date:
        return self.clock.now().astimezone(self.timezone).date()

    def _wish(self, messages: Sequence[Inbound]) -> str | None:
        """Why a person is to answer this."""
        needs = next(filter(None, (message.needs_person for message in messages)), None)
        if needs is not None:
            return needs
        asks = any(asks_for_person(one.text, self.handover_phrases) for one in messages)
        return "asked" if asks else None

    def _is_late(self, message: Inbound) -> bool:
        return turn.is_late(
            message.written_at, message.created_at, longest_seconds=self.longest_delay_seconds
        )
