"""Tend: see to the ticket of a conversation that people have."""

from dataclasses import dataclass

import structlog

from secretaria.core.handover import note_of
from secretaria.core.ticket import Ticket
from secretaria.errors import TransferRefused, Transient
from secretaria.models import addresses, takeovers, tending
from secretaria.models.takeovers import Change
from secretaria.models.tending import Transfer
from secretaria.services.overhear import announce_change
from secretaria.services.ports import Tickets, Transactions

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tend:
    """Passes the ticket on to people when the bot hands over, and notices when they close it."""

    database: Transactions
    tickets: Tickets | None
    queue_id: int | None

    def __call__(self, conversation_id: int) -> None:
        """Do what is due for one ticket; raises `DatabaseUnavailable`."""
        if self.tickets is None:
            return
        with self.database.transaction() as session:
            transfer = tending.claim_transfer(session, conversation_id)
        if transfer is not None:
            self._transfer(self.tickets, transfer)
        else:
            self._review(self.tickets, conversation_id)

    def _transfer(self, tickets: Tickets, transfer: Transfer) -> None:
        conversation_id = transfer.conversation_id
        with self.database.transaction() as session:
            address = addresses.of_conversation(session, conversation_id)
        note = note_of(transfer.source, transfer.words)
        try:
            tickets.transfer(address, queue_id=self.queue_id, note=note)
        except Transient as error:
            self._postpone(transfer, str(error))
            return
        except TransferRefused as error:
            log.error("transfer.refused", conversation_id=conversation_id, error=str(error))  # noqa: TRY400 - the class says it all
        else:
            log.info("transfer.done", conversation_id=conversation_id)
        with self.database.transaction() as session:
            tending.end_transfer(session, conversation_id)

    def _postpone(self, transfer: Transfer, error: str) -> None:
        conversation_id = transfer.conversation_id
        if transfer.attempt < tending.MOST_TRANSFERS:
            log.warning("transfer.postponed", conversation_id=conversation_id, error=error)
        else:
            log.error("transfer.given_up", conversation_id=conversation_id, error=error)

    def _review(self, tickets: Tickets, conversation_id: int) -> None:
        with self.database.transaction() as session:
            address = addresses.of_conversation(session, conversation_id)
        try:
            ticket = tickets.current(address)
            bot_user_id = tickets.bot_user_id()
        except Transient as error:
            log.warning("review.postponed", conversation_id=conversation_id, error=str(error))
            return
        with self.database.transaction() as session:
            takeovers.learn_bot_user_id(session, bot_user_id)
        if ticket is not None and ticket.status == "closed":
            self._give_back(conversation_id, ticket)

    def _give_back(self, conversation_id: int, ticket: Ticket) -> None:
        """A ticket that was closed since people have the conversation: they are done with it."""
        with self.database.transaction() as session:
            since = takeovers.changed_at(session, conversation_id)
            is_theirs = takeovers.status_of(session, conversation_id) == "human"
            if not is_theirs or since is None or ticket.updated_at is None:
                return
            if ticket.updated_at <= since:
                return
            change = Change("ticket_closed", f"ticket {ticket.id}")
            takeovers.give_back(session, conversation_id, change)
        announce_change(conversation_id, change)
