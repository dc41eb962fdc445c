"""Handing a reply to Whaticket, with every fault classified."""

import time
from dataclasses import dataclass

from secretaria import metrics
from secretaria.adapters import http
from secretaria.adapters.whaticket import tickets
from secretaria.adapters.whaticket.login import Login, LoginRefused
from secretaria.core.delivery import Sending
from secretaria.core.whaticket import classify
from secretaria.errors import Transient
from secretaria.services.ports import Address

_EXPIRED = frozenset({401, 403})
_GOOD = range(200, 300)


class _NoTicket(Exception):
    """The contact has no ticket to answer in."""


@dataclass(frozen=True, slots=True)
class WhaticketMessenger:
    """Sends with the connection's token where there is one and a number, else in the ticket."""

    base_url: str
    token: str | None
    login: Login | None
    timeout_seconds: float

    def send(self, address: Address, text: str) -> Sending:
        """Hand over one text within the time limit; never raises a fault of Whaticket's."""
        deadline = time.monotonic() + self.timeout_seconds
        if self.token is not None and address.number is not None:
            return self._send_by_number(address.number, text, deadline)
        if self.login is not None:
            return self._send_by_ticket(self.login, address, text, deadline)
        return Sending("refused", "no_address")

    def _send_by_number(self, number: str, text: str, deadline: float) -> Sending:
        return self._hand_over(
            "/api/messages/send", {"number": number, "body": text}, self.token, deadline
        )

    def _send_by_ticket(
        self, login: Login, address: Address, text: str, deadline: float
    ) -> Sending:
        try:
            token, ticket_id = self._prepare(login, address, deadline)
        except LoginRefused as error:
            return Sending("channel_down", str(error))
        except _NoTicket:
            return Sending("refused", "no_ticket")
        except http.NotConnected as error:
            return Sending("not_arrived", str(error), is_unreachable=True)
        except Transient as error:
            return Sending("not_arrived", str(error))
        path, body = f"/messages/{ticket_id}", {"body": text}
        sending = self._hand_over(path, body, token, deadline)
        if sending.http_status not in _EXPIRED:
            return sending
        login.forget(token)
        try:
            token = login.token(timeout_seconds=deadline - time.monotonic())
        except LoginRefused as error:
            return Sending("channel_down", str(error))
        except Transient as error:
            return Sending("not_arrived", str(error))
        return self._hand_over(path, body, token, deadline)

    def _prepare(self, login: Login, address: Address, deadline: float) -> tuple[str, int]:
        token = login.token(timeout_seconds=deadline - time.monotonic())
        if address.ticket_id is not None:
            return token, address.ticket_id
        if address.number is None:
            raise _NoTicket
        found = self._find(address.number, token, deadline)
        if found.status in _EXPIRED:
            login.forget(token)
            token = login.token(timeout_seconds=deadline - time.monotonic())
            found = self._find(address.number, token, deadline)
        if found.status not in _GOOD:
            raise Transient(f"tickets_{found.status}")
        ticket_id = tickets.ticket_of(found, address.number)
        if ticket_id is None:
            raise _NoTicket
        return token, ticket_id

    def _find(self, number: str, token: str, deadline: float) -> http.Answer:
        queues = tickets.queue_ids(self._get("/queue", None, token, deadline))
        params = {
            "searchParam": number,
            "showAll": "true",
            "queueIds": str(queues).replace(" ", ""),
            "pageNumber": "1",
        }
        return self._get("/tickets", params, token, deadline)

    def _get(
        self, path: str, params: dict[str, str] | None, token: str, deadline: float
    ) -> http.Answer:
        return http.call(
            "GET",
            f"{self.base_url}{path}",
            timeout_seconds=deadline - time.monotonic(),
            token=token,
            params=params,
        )

    def _hand_over(
        self, path: str, body: dict[str, str], token: str | None, deadline: float
    ) -> Sending:
        started = time.monotonic()
        try:
            answer = http.call(
                "POST",
                f"{self.base_url}{path}",
                timeout_seconds=deadline - started,
                token=token,
                json=body,
            )
            sending = classify(answer.status, answer.body, answer.retry_after)
        except http.NotConnected as error:
            sending = Sending("not_arrived", str(error), is_unreachable=True)
        except http.Unanswered as error:
            sending = Sending("unknown", str(error))
        seconds = time.monotonic() - started
        metrics.WHATICKET_SECONDS.labels("send", sending.kind).observe(seconds)
        return sending
