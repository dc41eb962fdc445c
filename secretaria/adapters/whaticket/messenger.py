"""Handing a reply to Whaticket, with every fault classified."""

import time
from dataclasses import dataclass, field

from secretaria.adapters.whaticket.backend import answer_at
from secretaria.adapters.whaticket.calls import Stopped, Way
from secretaria.adapters.whaticket.families import Families
from secretaria.adapters.whaticket.login import Login
from secretaria.adapters.whaticket.place import Place, place_of
from secretaria.adapters.whaticket.queues import Queues
from secretaria.adapters.whaticket.send_api import SendApi
from secretaria.adapters.whaticket.visit import Visit
from secretaria.core.address import Address
from secretaria.core.delivery import Sending
from secretaria.core.family import USUAL, Family


@dataclass(frozen=True, slots=True)
class WhaticketMessenger:
    """Sends in the way that suits the Whaticket's family, and the contact.

    By Ticketz PRO's backend where the contact came through it; with the connection's token where
    there is one and a number; in the contact's ticket where there is a login.
    """

    base_url: str
    token: str | None = field(repr=False)
    login: Login | None
    timeout_seconds: float
    families: Families | None = None
    """None: of the usual family, whatever it is."""
    queues: Queues = field(default_factory=Queues)

    def send(self, address: Address, text: str, *, label: str) -> Sending:
        """Hand over one text, all of it within the time limit; never raises Whaticket's faults.

        A refusal is final here: whether the number's other form is tried, the caller decides.
        """
        nowhere = self._nowhere(address)
        if nowhere is not None:
            return Sending("refused", nowhere)
        place = place_of(self.base_url, self.token)
        way = Way(place.panel, time.monotonic() + self.timeout_seconds)
        families = self.families or Families(place, chosen=USUAL)
        family = families.current(timeout_seconds=self.timeout_seconds)
        return _Errand(self, way, place, families, family).run(address, text, label)

    def _nowhere(self, address: Address) -> str | None:
        """Why no family could reach the contact like this, so that none is looked for."""
        is_named = address.number is not None or address.lid is not None
        if address.backend is not None or (self.token is not None and is_named):
            return None
        if self.login is None:
            return "no_address"
        return None if is_named or address.ticket_id is not None else "no_ticket"


@dataclass(frozen=True, slots=True)
class _Errand:
    """One reply's way to the customer."""

    messenger: WhaticketMessenger
    way: Way
    place: Place
    families: Families
    family: Family

    def run(self, address: Address, text: str, label: str) -> Sending:
        if address.backend is None:
            return self._without_backend(address, text, label)
        sending = answer_at(address.backend, self.way, text)
        if sending.kind != "refused" or sending.is_with_people:
            return sending
        elsewhere = self._without_backend(address, text, label)
        leads_nowhere = elsewhere.error in {"no_address", "no_ticket"}
        return sending if leads_nowhere else elsewhere

    def _without_backend(self, address: Address, text: str, label: str) -> Sending:
        number = self._number(address)
        if number is None or self.messenger.token is None:
            return self._in_ticket(address, text)
        if self.family.prefers_ticket and self.messenger.login is not None:
            sending = self._in_ticket(address, text)
            if not _found_no_ticket(sending):
                return sending
        return self._by_token(number, text, label)

    def _number(self, address: Address) -> str | None:
        """What the send API takes for the contact; only Ticketz's takes a LID."""
        if address.number is None and address.lid is not None and self.family.takes_lid:
            return f"{address.lid}@lid"
        return address.number

    def _by_token(self, number: str, text: str, label: str) -> Sending:
        token = self.messenger.token or ""
        api = SendApi(self.way, self.place, self.families, self.family, token, self._user_id)
        try:
            return api.send(number, text, label)
        except Stopped as stopped:
            return stopped.sending

    def _in_ticket(self, address: Address, text: str) -> Sending:
        login = self.messenger.login
        if login is None:
            return Sending("refused", "no_address")
        visit = Visit(self.way, login, self.messenger.queues, self.family)
        try:
            return visit.answer(visit.ticket_to_answer(address), text)
        except Stopped as stopped:
            return stopped.sending

    def _user_id(self) -> int | None:
        login = self.messenger.login
        return login.user_id(timeout_seconds=self.way.seconds_left) if login else None


def _found_no_ticket(sending: Sending) -> bool:
    """Whether the ticket is out of reach, for a reason that does not concern the send API."""
    never_left = (sending.error or "").startswith(("login_", "tickets_", "no_ticket"))
    return never_left and sending.kind in {"refused", "channel_down"}
