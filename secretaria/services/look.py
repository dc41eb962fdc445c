"""Look whether a person has the contact's ticket now, whatever the webhooks have told."""

from dataclasses import dataclass

import structlog

from secretaria.core.ticket import holder
from secretaria.errors import Transient
from secretaria.models import addresses, takeovers
from secretaria.models.takeovers import Change
from secretaria.services.overhear import announce_change
from secretaria.services.ports import Tickets, Transactions

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """Reads the ticket with a login; without one, there is only what Whaticket tells by itself."""

    database: Transactions
    tickets: Tickets | None
    takeover_hours: float

    @property
    def can_see(self) -> bool:
        """Whether there is a login to look with."""
        return self.tickets is not None

    def __call__(self, conversation_id: int) -> None:
        """Note a takeover that the ticket shows; raises `DatabaseUnavailable`.

        A Whaticket that does not answer shows nothing: whoever sends next will find out.
        """
        if self.tickets is None:
            return
        with self.database.transaction() as session:
            address = addresses.of_conversation(session, conversation_id)
        try:
            ticket = self.tickets.current(address)
            bot_user_id = self.tickets.bot_user_id()
        except Transient as error:
            log.warning("takeover.unseen", conversation_id=conversation_id, error=str(error))
            return
        evidence = ticket and holder(ticket, bot_user_id=bot_user_id)
        with self.database.transaction() as session:
            takeovers.learn_bot_user_id(session, bot_user_id)
            if not evidence:
                return
            change = Change("ticket_open", evidence)
            is_new = takeovers.take_over(
                session, conversation_id, change, hours=self.takeover_hours, since=None
            )
        if is_new:
            announce_change(conversation_id, change)
