"""The tickets of a Whaticket for the services: reading them back, who has one, handing one over."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from secretaria.adapters.whaticket import transfer
from secretaria.adapters.whaticket.calls import Way
from secretaria.adapters.whaticket.families import Families
from secretaria.adapters.whaticket.login import Login
from secretaria.adapters.whaticket.place import place_of
from secretaria.adapters.whaticket.queues import Queues
from secretaria.adapters.whaticket.visit import Visit
from secretaria.core.address import Address
from secretaria.core.echo import Echo
from secretaria.core.family import USUAL
from secretaria.core.ticket import Ticket

MOST_PAGES = 5
"""How far a ticket is followed: its newest 100 messages, in most forks."""


@dataclass(frozen=True, slots=True)
class WhaticketTickets:
    """Whaticket's tickets as a logged-in user sees them; each errand within the time limit.

    Every method raises `Stopped`, which is `Transient`, when Whaticket does not answer as it
    should.
    """

    base_url: str
    login: Login
    timeout_seconds: float
    families: Families | None = None
    """None: of the usual family, whatever it is."""
    queues: Queues = field(default_factory=Queues)

    def said(self, address: Address, *, since: datetime) -> Sequence[Echo]:
        """What a contact's ticket shows as ours since then.

        In some forks this marks the ticket's messages as read (section 2). Raises `Stopped` too
        when there is no ticket.
        """
        visit = self._visit()
        ticket_id = visit.ticket_to_answer(address)
        said: list[Echo] = []
        for page_number in range(1, MOST_PAGES + 1):
            page = visit.messages(ticket_id, page_number)
            said += page.said
            if not page.has_more or page.oldest is None or page.oldest < since:
                break
        return [echo for echo in said if echo.written_at >= since]

    def current(self, address: Address) -> Ticket | None:
        """The contact's living ticket, else the newest; None without any; marks nothing as read."""
        shown = self._visit().ticket(address)
        return None if shown is None else shown.ticket

    def bot_user_id(self) -> int | None:
        """The id of the user as whom we are logged in; None when the fork does not tell it."""
        return self.login.user_id(timeout_seconds=self.timeout_seconds)

    def transfer(self, address: Address, *, queue_id: int | None, note: str) -> None:
        """Leave a note where the fork has notes, and put the contact's ticket into a queue.

        Without a queue only the note is left. Raises `TransferRefused` when Whaticket will not.
        """
        transfer.hand_over(self._visit(), address, queue_id=queue_id, note=note)

    def queue_ids(self) -> tuple[int, ...]:
        """The ids of the queues that there are now."""
        return self._visit().queue_ids(fresh=True)

    def _visit(self) -> Visit:
        place = place_of(self.base_url, None)
        families = self.families or Families(place, chosen=USUAL)
        way = Way(place.panel, time.monotonic() + self.timeout_seconds)
        family = families.current(timeout_seconds=self.timeout_seconds)
        return Visit(way, self.login, self.queues, family)
