"""What a webhook turns out to be: something to answer, to leave alone, or to refuse."""

from dataclasses import dataclass, field
from datetime import datetime

from secretaria.core.ticket import Ticket
from secretaria.errors import SecretariaError


@dataclass(frozen=True, slots=True)
class Sender:
    """The customer: at least one of number, LID and ticket is known."""

    number: str | None
    """8 to 15 digits exactly as they came; never the digits of a LID."""
    lid: str | None
    """The digits of the LID, the address WhatsApp gives to whoever hides their number."""
    ticket_id: int | None
    name: str | None
    """The display name, on one line, cut to 100 characters."""


@dataclass(frozen=True, slots=True)
class Backend:
    """Where Ticketz PRO takes the answers of a conversation, and the token that it takes there."""

    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Incoming:
    """Somebody said something: a turn should answer it, unless `unanswered` says why not."""

    sender: Sender
    kind: str
    """text, interactive, image, audio, video, sticker, document, location, contact, poll, order,
    edit, reaction or deletion."""
    text: str
    """Normalised words, or a description in Portuguese; may be empty for media only."""
    provider_id: str | None
    """WhatsApp's id of the message (`key.id`)."""
    choice_id: str | None
    """The id of the button, row or native flow that was chosen."""
    edits: str | None
    """The provider id of the message that this one edits, or deletes."""
    sent_at: datetime | None
    """Aware, in UTC; None when missing or senseless."""
    unanswered: str | None = None
    """Why it is stored but not answered: reaction, deleted or sticker."""
    needs_person: str | None = None
    """Why only a person can answer it: order or view_once."""
    file_name: str | None = None
    """The name of a document's file, on one line."""
    natural_key: str | None = None
    """What tells a message without a `provider_id` from another, where its dialect says that."""
    ticket: Ticket | None = None
    """The ticket as the payload shows it."""
    backend: Backend | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The customer was told something in our name: by us, or by a person. Nobody answers it."""

    recipient: Sender
    kind: str
    """As of `Incoming`."""
    text: str
    """Normalised words; may be empty for media only."""
    provider_id: str | None
    """WhatsApp's id of the message (`key.id`)."""
    sent_at: datetime | None
    """Aware, in UTC; None when missing or senseless."""
    is_automatic: bool = False
    """Whether it bears the mark (U+200E or U+200C) by which forks tell what no person has typed."""
    ticket: Ticket | None = None
    """The ticket as the payload shows it."""


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """Nobody said anything, but a ticket has changed hands, or is closed."""

    contact: Sender
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Ignored:
    """Understood, and nothing to answer."""

    reason: str
    """group, status, broadcast, newsletter, from_me, system or event."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """Not to be understood, or nobody to answer."""

    error: str
    """invalid_json or invalid_payload."""
    detail: str
    """Names the field and what is expected, never the value."""


Decision = Incoming | Outgoing | TicketEvent | Ignored | Invalid


class PayloadError(SecretariaError):
    """A payload we refuse; raised and caught inside this package only."""

    def __init__(self, error: str, detail: str) -> None:
        super().__init__(f"{error}: {detail}")
        self.invalid = Invalid(error, detail)
