"""What a webhook turns out to be: something to answer, to leave alone, or to refuse."""

from dataclasses import dataclass
from datetime import datetime

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
class Incoming:
    """Somebody said something that a turn should answer."""

    sender: Sender
    kind: str
    """text, interactive, image, audio, video, sticker, document, location, contact, poll, order
    or edit."""
    text: str
    """Normalised words, or a description in Portuguese; may be empty for media only."""
    provider_id: str | None
    """WhatsApp's id of the message (`key.id`)."""
    choice_id: str | None
    """The id of the button, row or native flow that was chosen."""
    edits: str | None
    """The provider id of the message that this one edits."""
    sent_at: datetime | None
    """Aware, in UTC; None when missing or senseless."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The customer was told something in our name: by us, or by a person. Nobody answers it."""

    recipient: Sender
    text: str
    """Normalised words, not empty."""
    provider_id: str | None
    """WhatsApp's id of the message (`key.id`)."""
    sent_at: datetime | None
    """Aware, in UTC; None when missing or senseless."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Understood, and nothing to answer."""

    reason: str
    """group, status, broadcast, newsletter, from_me, reaction, deleted, system or event."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """Not to be understood, or nobody to answer."""

    error: str
    """invalid_json or invalid_payload."""
    detail: str
    """Names the field and what is expected, never the value."""


Decision = Incoming | Outgoing | Ignored | Invalid


class PayloadError(SecretariaError):
    """A payload we refuse; raised and caught inside this package only."""

    def __init__(self, error: str, detail: str) -> None:
        super().__init__(f"{error}: {detail}")
        self.invalid = Invalid(error, detail)
