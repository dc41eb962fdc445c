"""A message, whoever said it: to us, or to the customer in our name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from secretaria.core.payload.decision import (
    Backend,
    Decision,
    Ignored,
    Incoming,
    Outgoing,
    PayloadError,
    Sender,
)
from secretaria.core.payload.fields import MAX_TEXT_CHARACTERS, Fields
from secretaria.core.payload.surroundings import elsewhere, is_ours
from secretaria.core.ticket import Ticket

ABOUT_ANOTHER = frozenset({"reaction", "deletion"})
"""The kinds that say nothing of their own."""

_SPEECHLESS = ABOUT_ANOTHER | {"image", "audio", "video", "sticker", "document", "edit"}


@dataclass(frozen=True, slots=True)
class Content:
    """What was said, without who said it and when. The fields are those of `Incoming`."""

    kind: str
    text: str
    choice_id: str | None = None
    edits: str | None = None
    unanswered: str | None = None
    needs_person: str | None = None
    file_name: str | None = None
    is_automatic: bool = False
    """Whether it bears the mark of what no person has typed."""


@dataclass(frozen=True, slots=True)
class Message:
    """What was said between the customer and us. The fields are those of `Incoming`."""

    content: Content
    customer: Sender
    provider_id: str | None = None
    sent_at: datetime | None = None
    ticket: Ticket | None = None
    natural_key: str | None = None
    backend: Backend | None = None


def sticker() -> Content:
    """Return a sticker, which alone wants no answer."""
    return Content("sticker", "", unanswered="sticker")


def reaction(emoji: str, target: str | None) -> Content:
    """Return a reaction to a message; without an emoji it takes an earlier one back."""
    return Content("reaction", emoji, edits=target, unanswered="reaction")


def deletion(target: str | None) -> Content | Ignored:
    """Return the deletion of a message; nothing can be done about one that names none."""
    if target is None:
        return Ignored("system")
    return Content("deletion", "", edits=target, unanswered="deleted")


def checked(content: Content, path: str) -> Content:
    """Return the content as it is; raise PayloadError when there is nothing, or too much, to read.

    The path is that of the field where it stands.
    """
    if not content.text and content.kind not in _SPEECHLESS:
        raise PayloadError("invalid_payload", f"{path}: nothing readable")
    if len(content.text) > MAX_TEXT_CHARACTERS:
        expected = f"expected at most {MAX_TEXT_CHARACTERS} characters of text"
        raise PayloadError("invalid_payload", f"{path}: {expected}")
    return content


def fingerprint(*said: str) -> str:
    """Return what tells a message from another where no id does: a SHA-256, in hex."""
    return sha256("\n".join(said).encode("utf-8", "surrogatepass")).hexdigest()


def decide(parts: Sequence[Fields], read: Callable[[], Message | Ignored]) -> Decision:
    """Decide about a message: where it was said, by whom, and only then what it says.

    Whatever is ours is ignored when it can't be read. Raise PayloadError when that is so for
    something else.
    """
    where = elsewhere(parts)
    if where is not None:
        return Ignored(where)
    if is_ours(parts):
        return _outgoing(read)
    message = read()
    return message if isinstance(message, Ignored) else _incoming(message)


def _incoming(message: Message) -> Incoming:
    content = message.content
    provider_id, natural_key = _keys(message)
    return Incoming(
        sender=message.customer,
        kind=content.kind,
        text=content.text,
        provider_id=provider_id,
        choice_id=content.choice_id,
        edits=content.edits,
        sent_at=message.sent_at,
        unanswered=content.unanswered,
        needs_person=content.needs_person,
        file_name=content.file_name,
        natural_key=natural_key,
        ticket=message.ticket,
        backend=message.backend,
    )


def _outgoing(read: Callable[[], Message | Ignored]) -> Outgoing | Ignored:
    try:
        message = read()
    except PayloadError:
        return Ignored("from_me")
    if isinstance(message, Ignored) or _says_nothing(message.content):
        return Ignored("from_me")
    return Outgoing(
        recipient=message.customer,
        kind=message.content.kind,
        text=message.content.text,
        provider_id=_keys(message)[0],
        sent_at=message.sent_at,
        is_automatic=message.content.is_automatic,
        ticket=message.ticket,
    )


def _says_nothing(content: Content) -> bool:
    is_emptied = content.kind == "edit" and not content.text
    return content.kind in ABOUT_ANOTHER or is_emptied


def _keys(message: Message) -> tuple[str | None, str | None]:
    """Return the provider's id and the natural key.

    Some dialects tell an edit or a deletion by showing the message again under its own id: that
    id is taken, and what tells the news from the message is what it says.
    """
    content = message.content
    if content.edits is None or content.edits != message.provider_id:
        return message.provider_id, message.natural_key
    return None, fingerprint(content.kind, content.edits, content.text)
