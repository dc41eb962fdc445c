"""What the simulated Whaticket was handed, what reached the customer, and what it answered."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Via = Literal["api", "ticket", "backend"]


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt to send. `delivered` is the truth, whatever was answered.

    `at` counts the attempts, from 1; `answered_status` is None when no answer left.
    """

    number: str
    body: str
    at: int
    via: Via
    ticket_id: int | None
    delivered: bool
    answered_status: int | None


@dataclass(slots=True)
class Ledger:
    """The attempts in order, and how often each route was called."""

    sendings: list[Sending] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    logins: int = 0
    refused_logins: int = 0
    refreshes: int = 0
    echoes: int = 0
    """How many messages from us our webhook has taken."""

    @property
    def delivered(self) -> list[Sending]:
        """The attempts that reached the customer."""
        return [sending for sending in self.sendings if sending.delivered]

    def forget(self) -> None:
        """Empty the ledger."""
        self.sendings.clear()
        self.calls.clear()
        self.logins = self.refused_logins = self.refreshes = self.echoes = 0

    def as_json(self) -> dict[str, Any]:
        """Return it for the control route."""
        return {
            "sendings": [asdict(sending) for sending in self.sendings],
            "calls": dict(self.calls),
            "logins": self.logins,
            "refused_logins": self.refused_logins,
            "refreshes": self.refreshes,
            "echoes": self.echoes,
        }
