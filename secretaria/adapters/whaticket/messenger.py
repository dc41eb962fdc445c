"""Handing a reply to Whaticket, with every fault classified."""

import time
from dataclasses import dataclass, field

from secretaria.adapters.whaticket.calls import Stopped, Way
from secretaria.adapters.whaticket.login import Login
from secretaria.adapters.whaticket.visit import Visit
from secretaria.core.address import Address
from secretaria.core.delivery import Sending


@dataclass(frozen=True, slots=True)
class WhaticketMessenger:
    """Sends with the connection's token where there is one and a number, else in the ticket."""

    base_url: str
    token: str | None = field(repr=False)
    login: Login | None
    timeout_seconds: float

    def send(self, address: Address, text: str, *, label: str) -> Sending:  # noqa: ARG002
        """Hand over one text, all of it within the time limit; never raises Whaticket's faults.

        A contact known only by LID has no number: only a ticket reaches them.
        """
        way = Way(self.base_url, time.monotonic() + self.timeout_seconds)
        if self.token is not None and address.number is not None:
            message = {"number": address.number, "body": text}
            path = "/api/messages/send"
            return way.call("send", "POST", path, token=self.token, json=message).sending
        if self.login is None:
            return Sending("refused", "no_address")
        if address.number is None and address.ticket_id is None:
            return Sending("refused", "no_ticket")
        return _answer_in_ticket(Visit(way, self.login), address, text)


def _answer_in_ticket(visit: Visit, address: Address, text: str) -> Sending:
    try:
        if address.number is not None:
            return visit.answer(visit.find_ticket(address.number), text)
        return visit.answer(address.ticket_id or 0, text)
    except Stopped as stopped:
        return stopped.sending
