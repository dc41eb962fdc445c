"""A visit to Whaticket as a logged-in user: the calls of one errand, with one JWT."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from secretaria.adapters.whaticket import messages, tickets
from secretaria.adapters.whaticket.calls import Exchange, Operation, Stopped, Way
from secretaria.adapters.whaticket.login import Login
from secretaria.adapters.whaticket.queues import Queues
from secretaria.adapters.whaticket.tickets import Shown
from secretaria.core import phone
from secretaria.core.address import Address
from secretaria.core.delivery import Sending
from secretaria.core.family import Family
from secretaria.core.whaticket import is_without_permission

MOST_PAGES = 5
"""How far a search is followed: the newest of 200 tickets that mention the number."""
NO_TICKET = Sending("refused", "no_ticket")
_ANY_STATUS = ("open", "pending", "closed")


@dataclass(slots=True)
class Visit:
    """Finding somebody's ticket, to answer, to read, or to hand over.

    The JWT is renewed once when it is turned away: forks say 401 or 403 (section 2).
    """

    way: Way
    login: Login
    queues: Queues
    family: Family
    token: str | None = None
    is_renewed: bool = False

    def ticket_to_answer(self, address: Address) -> int:
        """The id of the contact's ticket; raises `Stopped` when there is none.

        What is known of the ticket may be stale, so that a number is looked for first.
        """
        if address.number is None and address.ticket_id is not None:
            return address.ticket_id
        found = self.search(_keys(address))
        if found is not None:
            return found.id
        if address.ticket_id is None:
            raise Stopped(NO_TICKET)
        return address.ticket_id

    def ticket(self, address: Address) -> Shown | None:
        """The contact's living ticket, else the newest; marks nothing as read.

        Raises `Stopped` when Whaticket does not show it.
        """
        found = self.search(_keys(address))
        if found is not None or address.ticket_id is None:
            return found
        known = self.show(address.ticket_id)
        if known is None or known.is_living:
            return known
        return self.search(tuple(sorted(known.contact_keys))) or known

    def search(self, keys: tuple[str, ...]) -> Shown | None:
        """The best ticket of the contact who has one of these numbers or LIDs, if any."""
        found: list[Shown] = []
        for key in keys:
            found += self._search_one(key, keys)
            if any(ticket.is_living for ticket in found):
                break
        return tickets.best_of(found)

    def show(self, ticket_id: int) -> Shown | None:
        """A ticket by its id; None when there is none."""
        exchange = self.call("tickets", "GET", f"/tickets/{ticket_id}")
        if exchange.sending.kind == "sent":
            shown = tickets.ticket_of(exchange.body)
            if shown is None:
                raise _unreadable("tickets", exchange)
            return shown
        if exchange.verdict.error == NO_TICKET.error:
            return None
        raise Stopped(exchange.sending)

    def answer(self, ticket_id: int, text: str) -> Sending:
        """Write into a ticket; raises `Stopped` when a renewed login fails before that."""
        exchange = self.call("send", "POST", f"/messages/{ticket_id}", json={"body": text})
        if exchange.sending.http_status in {401, 403} and is_without_permission(exchange.body):
            return replace(exchange.sending, kind="refused", error="no_permission")
        return exchange.sending

    def messages(self, ticket_id: int, page_number: int) -> messages.Page:
        """A page of a ticket's messages, the first being the newest; raises `Stopped`."""
        params = {"pageNumber": str(page_number)}
        exchange = self.call("messages", "GET", f"/messages/{ticket_id}", params=params)
        if exchange.sending.kind != "sent":
            raise Stopped(exchange.sending)
        page = messages.page_of(exchange.body)
        if page is None:
            raise _unreadable("messages", exchange)
        return page

    def queue_ids(self, *, fresh: bool = False) -> tuple[int, ...]:
        """The user's queues; a fork without that list has only queueless tickets to show."""
        known = None if fresh else self.queues.known()
        if known is not None:
            return known
        exchange = self.call("tickets", "GET", "/queue")
        if exchange.sending.kind == "not_arrived" or exchange.has_expired:
            raise Stopped(exchange.sending)
        ids = tickets.queue_ids(exchange.body)
        self.queues.keep(ids)
        return ids

    def call(
        self, operation: Operation, method: Literal["GET", "POST", "PUT"], path: str, **more: Any
    ) -> Exchange:
        """Make a call with the JWT; raises `Stopped` when the login fails before that."""
        if self.token is None:
            self.token = self.login.token(timeout_seconds=self.way.seconds_left)
        may_expire = not self.is_renewed
        exchange = self.way.call(
            operation, method, path, token=self.token, may_expire=may_expire, **more
        )
        if not (may_expire and exchange.has_expired):
            return exchange
        self.is_renewed = True
        self.token = self.login.token(timeout_seconds=self.way.seconds_left, refused=self.token)
        return self.way.call(operation, method, path, token=self.token, **more)

    def _search_one(self, key: str, keys: tuple[str, ...]) -> list[Shown]:
        found: list[Shown] = []
        for page_number in range(1, MOST_PAGES + 1):
            page = self._page(key, keys, page_number)
            found += page.tickets
            if not page.has_more or any(ticket.is_living for ticket in page.tickets):
                break
        return found

    def _page(self, key: str, keys: tuple[str, ...], page_number: int) -> tickets.Page:
        wanted: dict[str, Any] = {"searchParam": key, "showAll": "true"}
        params = wanted | self._filter() | {"pageNumber": str(page_number)}
        exchange = self.call("tickets", "GET", "/tickets", params=params)
        if exchange.sending.kind != "sent":
            raise Stopped(exchange.sending)
        page = tickets.page_of(exchange.body, keys)
        if page is None:
            raise _unreadable("tickets", exchange)
        return page

    def _filter(self) -> dict[str, Any]:
        """Every queue and every status: without the queues only queueless tickets are listed.

        izing wants lists, and answers 403 `ERR_NO_STATUS_SELECTED` to a user who is no admin and
        names no status (its TicketController and ListTicketsService).
        """
        ids = self.queue_ids()
        if self.family.lists_by_status:
            return {"status[]": _ANY_STATUS, "queuesIds[]": [str(one) for one in ids]}
        return {"queueIds": f"[{','.join(map(str, ids))}]"}


def _keys(address: Address) -> tuple[str, ...]:
    """What a contact's tickets are looked for by: the number's forms, and the LID.

    Forks that know nothing of LIDs keep one as the contact's number (section 3.4).
    """
    other = None if address.number is None else phone.other_form(address.number)
    return tuple(filter(None, (address.number, other, address.lid)))


def _unreadable(operation: Operation, exchange: Exchange) -> Stopped:
    status = exchange.sending.http_status
    return Stopped(Sending("channel_down", f"{operation}_unreadable", status))
