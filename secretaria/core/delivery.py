"""What a send came to, and what follows: the classes of the design as values."""

from dataclasses import dataclass
from typing import Literal

RETRY_SECONDS = (2, 10, 60, 300, 1800)
MOST_ATTEMPTS = len(RETRY_SECONDS) + 1
LONGEST_RETRY_AFTER_SECONDS = 3600

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


@dataclass(frozen=True, slots=True)
class Step:
    """What to record: the reply's new state, and when to try again if it goes back to `pending`."""

    outcome: Outcome
    state: Literal["sent", "pending", "ambiguous", "dead"]
    reason: str | None = None
    retry_seconds: float | None = None


def decide(sending: Sending, *, counted_attempts: int, jitter: float) -> Step:
    """The step that follows a sending; `jitter` is a random number from 0 to 1."""
    match sending.kind:
        case "sent":
            return Step("sent", "sent")
        case "unknown":
            return Step("ambiguous", "ambiguous", sending.error)
        case "refused":
            return Step("dead", "dead", sending.error)
        case "channel_down":
            return Step("retry", "pending", sending.error, 0)
        case "not_arrived":
            return _try_again(sending, counted_attempts, jitter)


def _try_again(sending: Sending, counted_attempts: int, jitter: float) -> Step:
    if counted_attempts >= MOST_ATTEMPTS:
        return Step("dead", "dead", sending.error)
    asked = min(sending.retry_after_seconds or 0, LONGEST_RETRY_AFTER_SECONDS)
    delay = max(RETRY_SECONDS[counted_attempts - 1], asked)
    return Step("retry", "pending", sending.error, delay * (1 + jitter / 4))
