"""A visit to Whaticket as a logged-in user: finding somebody's ticket, to answer or to read."""

from dataclasses import dataclass
from typing import Any, Literal

from secretaria.adapters.whaticket import messages, tickets
from secretaria.adapters.whaticket.calls import Exchange, Operation, Stopped, Way
from secretaria.adapters.whaticket.login import Login
from secretaria.core.delivery import Sending

MOST_PAGES = 5
"""How far a search is followed: the newest of 200 tickets that mention the number."""


@dataclass(slots=True)
class Visit:
    """The calls of one errand with one JWT, which is renewed once when it is turned away."""

    way: Way
    login: Login
    token: str | None = None
    is_renewed: bool = False

    def find_ticket(self, number: str) -> int:
        """The id of the ticket of exactly this number; raises `Stopped` when there is none."""
        queues = str(tickets.queue_ids(self._queues())).replace(" ", "")
        found: list[tickets.Ticket] = []
        for page_number in range(1, MOST_PAGES + 1):
            page = self._page(number, queues, page_number)
            found += page.tickets
            if not page.has_more or any(ticket.is_living for ticket in page.tickets):
                break
        best = tickets.best_of(found)
        if best is None:
            raise Stopped(Sending("refused", "no_ticket"))
        return best.id

    def answer(self, ticket_id: int, text: str) -> Sending:
        """Write into a ticket; raises `Stopped` when a renewed login fails before that."""
        path = f"/messages/{ticket_id}"
        return self._call("send", "POST", path, json={"body": text}).sending

    def messages(self, ticket_id: int, page_number: int) -> messages.Page:
        """A page of a ticket's messages, the first being the newest; raises `Stopped`."""
        params = {"pageNumber": str(page_number)}
        exchange = self._call("messages", "GET", f"/messages/{ticket_id}", params=params)
        if exchange.sending.kind != "sent":
            raise Stopped(exchange.sending)
        page = messages.page_of(exchange.body)
        if page is None:
            status = exchange.sending.http_status
            raise Stopped(Sending("channel_down", "messages_unreadable", status))
        return page

    def _queues(self) -> str:
        """The user's queues; a fork without that list has only queueless tickets to show."""
        exchange = self._call("tickets", "GET", "/queue")
        if exchange.sending.kind == "not_arrived" or exchange.has_expired:
            raise Stopped(exchange.sending)
        return exchange.body

    def _page(self, number: str, queues: str, page_number: int) -> tickets.Page:
        params = {
            "searchParam": number,
            "showAll": "true",
            "queueIds": queues,
            "pageNumber": str(page_number),
        }
        exchange = self._call("tickets", "GET", "/tickets", params=params)
        if exchange.sending.kind != "sent":
            raise Stopped(exchange.sending)
        page = tickets.page_of(exchange.body, number)
        if page is None:
            status = exchange.sending.http_status
            raise Stopped(Sending("channel_down", "tickets_unreadable", status))
        return page

    def _call(
        self, operation: Operation, method: Literal["GET", "POST"], path: str, **more: Any
    ) -> Exchange:
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
