"""What the checker judges by: the driver's memory, Whaticket's ledger, the database's rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ops.chaos.driver import MARK, Written
from ops.chaos.truth import Truth
from secretaria.playground.whaticket.ledger import Sending

MESSAGES = """
    SELECT messages.id, contacts.number, conversations.status, direction, state, reason, kind,
           text, correlation_id, messages.attempts, messages.created_at, sent_at, resolved_at
    FROM messages
    JOIN conversations ON conversations.id = conversation_id
    JOIN contacts ON contacts.id = contact_id
    ORDER BY messages.id
"""
LOGS = """
    SELECT message_id, attempt, outcome, http_status, error, created_at
    FROM delivery_logs ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of `messages`, with whom it is for and who has the conversation."""

    id: int
    number: str
    held_by: str
    direction: Literal["inbound", "outbound"]
    state: str
    reason: str | None
    kind: str
    text: str
    correlation_id: str
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    resolved_at: datetime | None

    @property
    def marks(self) -> list[str]:
        """The messages that it is, or that it answers."""
        return marks_in(self.text)

    @property
    def is_reply(self) -> bool:
        """Whether we said it."""
        return self.direction == "outbound"

    @property
    def is_listed(self) -> bool:
        """Whether a person sees it in the list of what was not delivered."""
        return self.state in {"dead", "ambiguous"} and self.resolved_at is None


@dataclass(frozen=True, slots=True)
class Log:
    """A row of `delivery_logs`."""

    message_id: int
    attempt: int
    outcome: str | None
    http_status: int | None
    error: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that is known of a run."""

    written: Sequence[Written]
    sendings: Sequence[Sending]
    rows: Sequence[Row]
    logs: Sequence[Log] = ()
    spooled: int = 0


def marks_in(text: str) -> list[str]:
    """The marks of all messages that a text answers, in order."""
    return MARK.findall(text)


def gather(
    truth: Truth, written: Sequence[Written], sendings: Sequence[Sending], *, spooled: int = 0
) -> Evidence:
    """Read the database, and put everything together."""
    rows = [Row(*row) for row in truth.ask(MESSAGES)]
    logs = [Log(*row) for row in truth.ask(LOGS)]
    return Evidence(list(written), list(sendings), rows, logs, spooled)
