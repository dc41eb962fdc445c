"""One call to Whaticket: timed, counted, and classified."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from secretaria import metrics
from secretaria.adapters import http
from secretaria.core.delivery import Kind, Sending
from secretaria.core.whaticket import classify, is_without_permission
from secretaria.errors import Transient

Operation = Literal["send", "login", "tickets", "messages", "transfer", "probe"]
EXPIRED = frozenset({401, 403})
"""What the forks answer to a JWT that they no longer take."""


class Stopped(Transient):
    """The way to a send ended before the message left; `sending` is what that comes to."""

    def __init__(self, sending: Sending) -> None:
        super().__init__(sending.error or sending.kind)
        self.sending = sending


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was answered, and what it comes to; a look-up that worked is `sent` too."""

    sending: Sending
    body: str = ""

    @property
    def has_expired(self) -> bool:
        """Whether the token was turned away, not what its user wanted to do."""
        return self.sending.http_status in EXPIRED and not is_without_permission(self.body)

    @property
    def verdict(self) -> Sending:
        """What the answer means by itself, also where it was no send's."""
        status = self.sending.http_status
        return self.sending if status is None else classify(status, self.body)


@dataclass(frozen=True, slots=True)
class Way:
    """The address of a Whaticket, and the moment by which all of it must be over."""

    base_url: str
    deadline: float

    @property
    def seconds_left(self) -> float:
        """How long the rest may take."""
        return self.deadline - time.monotonic()

    def call(  # noqa: PLR0913 - the parts of one request
        self,
        operation: Operation,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        params: http.Parameters | None = None,
        may_expire: bool = False,
    ) -> Exchange:
        """Make a call; never raises a fault of Whaticket's.

        `may_expire`: the token will be renewed when it is turned away.
        """
        started = time.monotonic()
        try:
            answer = http.call(
                method,
                f"{self.base_url}{path}",
                timeout_seconds=self.seconds_left,
                token=token,
                headers=headers,
                json=json,
                params=params,
            )
        except http.NotConnected as error:
            exchange = Exchange(Sending("not_arrived", str(error), is_unreachable=True))
        except http.Unanswered as error:
            exchange = Exchange(Sending("unknown", str(error)))
        else:
            exchange = _understood(operation, answer)
        if operation != "send":
            exchange = replace(exchange, sending=_before_the_send(operation, exchange.sending))
        outcome = _outcome(operation, exchange, may_expire=may_expire)
        seconds = time.monotonic() - started
        metrics.WHATICKET_SECONDS.labels(operation, outcome).observe(seconds)
        return exchange


def _understood(operation: Operation, answer: http.Answer) -> Exchange:
    if operation == "send" or not answer.is_success:
        sending = classify(answer.status, answer.body, answer.retry_after_seconds)
    elif answer.cut_by is None:
        sending = Sending("sent", http_status=answer.status)
    else:
        sending = Sending("unknown", answer.cut_by, answer.status)
    return Exchange(sending, answer.body)


def _before_the_send(operation: Operation, sending: Sending) -> Sending:
    """What a look-up's fault means for the message, which certainly has not left yet."""
    if sending.kind == "sent":
        return sending
    kind: Kind = "channel_down" if sending.kind == "channel_down" else "not_arrived"
    return replace(sending, kind=kind, error=f"{operation}_{sending.error}")


def _outcome(operation: Operation, exchange: Exchange, *, may_expire: bool) -> str:
    if may_expire and exchange.has_expired:
        return "expired"
    if operation != "send" and exchange.sending.kind == "sent":
        return "ok"
    return exchange.sending.kind
