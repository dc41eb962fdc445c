"""Reading back what a contact's ticket shows as ours."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from secretaria.adapters.whaticket.calls import Stopped, Way
from secretaria.adapters.whaticket.login import Login
from secretaria.adapters.whaticket.visit import Visit
from secretaria.core.address import Address
from secretaria.core.delivery import Sending
from secretaria.core.echo import Echo

MOST_PAGES = 5
"""How far a ticket is followed: its newest 100 messages, in most forks."""


@dataclass(frozen=True, slots=True)
class WhaticketReader:
    """Reads with a login. In some forks reading marks the ticket's messages as read."""

    base_url: str
    login: Login
    timeout_seconds: float

    def said(self, address: Address, *, since: datetime) -> Sequence[Echo]:
        """What a contact's ticket shows as ours since then, read within the time limit.

        Raises `Stopped` when there is no ticket, or Whaticket does not show it.
        """
        visit = Visit(Way(self.base_url, time.monotonic() + self.timeout_seconds), self.login)
        ticket_id = _ticket(visit, address)
        said: list[Echo] = []
        for page_number in range(1, MOST_PAGES + 1):
            page = visit.messages(ticket_id, page_number)
            said += page.said
            if not page.has_more or page.oldest is None or page.oldest < since:
                break
        return [echo for echo in said if echo.written_at >= since]


def _ticket(visit: Visit, address: Address) -> int:
    if address.number is not None:
        return visit.find_ticket(address.number)
    if address.ticket_id is None:
        raise Stopped(Sending("refused", "no_ticket"))
    return address.ticket_id
