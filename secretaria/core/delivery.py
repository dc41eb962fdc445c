"""What a send came to, and what follows: the classes of the design as values."""

from dataclasses import dataclass
from typing import Literal

RETRY_SECONDS = (2, 10, 60, 300, 1800)
MOST_ATTEMPTS = len(RETRY_SECONDS) + 1
LONGEST_RETRY_AFTER_SECONDS = 3600
TICKET_WITH_PEOPLE = "ticket_with_people"
"""Whaticket's refusal `Ticket em outro atendimento`."""

_PERHAPS_ANOTHER_FORM = frozenset({"not_on_whatsapp", "generic_refusal"})
"""The SaaS family says no more of a number that is not on WhatsApp than that it did not work."""

Kind = Literal["sent", "not_arrived", "channel_down", "refused", "unknown"]
Outcome = Literal["sent", "retry", "ambiguous", "dead"]


@dataclass(frozen=True, slots=True)
class Sending:
    """What one call to Whaticket came to.

    `not_arrived`: the message certainly did not reach Whaticket, or Whaticket put it off.
    `channel_down`: WhatsApp or our access to it is down; the same for every message.
    `refused`: this message will never be taken.
    `unknown`: it may have been delivered.
    `provider_id` is WhatsApp's id of the message, from the forks that tell it.
    """

    kind: Kind
    error: str | None = None
    http_status: int | None = None
    retry_after_seconds: float | None = None
    is_unreachable: bool = False
    provider_id: str | None = None

    @property
    def is_with_people(self) -> bool:
        """Whether Whaticket says that a person has the ticket."""
        return self.kind == "refused" and self.error == TICKET_WITH_PEOPLE


@dataclass(frozen=True, slots=True)
class Step:
    """What to record: the reply's new state, and when to try again if it goes back to `pending`."""

    outcome: Outcome
    state: Literal["sent", "pending", "ambiguous", "dead", "cancelled"]
    reason: str | None = None
    retry_seconds: float | None = None
    number: str | None = None
    """The contact's other number, when the reply is to be tried there."""


def decide(
    sending: Sending, *, counted_attempts: int, jitter: float, other_number: str | None = None
) -> Step:
    """The step that follows a sending; `jitter` is a random number from 0 to 1.

    `other_number`: another form of the number, to which this reply has not been sent.
    """
    match sending.kind:
        case "sent":
            return Step("sent", "sent")
        case "unknown":
            return Step("ambiguous", "ambiguous", sending.error)
        case "refused":
            return _refused(sending, other_number)
        case "channel_down":
            return Step("retry", "pending", sending.error, 0)
        case "not_arrived":
            return _try_again(sending, counted_attempts, jitter)


def _refused(sending: Sending, other_number: str | None) -> Step:
    if sending.is_with_people:
        return Step("dead", "cancelled", "human")
    if other_number and sending.error in _PERHAPS_ANOTHER_FORM:
        return Step("retry", "pending", sending.error, 0, other_number)
    return Step("dead", "dead", sending.error)


def _try_again(sending: Sending, counted_attempts: int, jitter: float) -> Step:
    if counted_attempts >= MOST_ATTEMPTS:
        return Step("dead", "dead", sending.error)
    asked = min(sending.retry_after_seconds or 0, LONGEST_RETRY_AFTER_SECONDS)
    delay = max(RETRY_SECONDS[counted_attempts - 1], asked)
    return Step("retry", "pending", sending.error, delay * (1 + jitter / 4))
