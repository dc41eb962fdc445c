"""The raw Baileys message that most forks of Whaticket post, and nothing around it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from secretaria.core.payload.address import lid_digits, phone_number, place
from secretaria.core.payload.content import content_of
from secretaria.core.payload.decision import (
    Decision,
    Ignored,
    Incoming,
    Outgoing,
    PayloadError,
    Sender,
)
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.person import display_name

# Each generation of Baileys has its own name for a LID sender's phone number, and for the LID.
_PHONE_FIELDS = ("remoteJid", "senderPn", "sender_pn", "remoteJidAlt", "previousRemoteJid")
_LID_FIELDS = ("remoteJid", "senderLid", "sender_lid", "remoteJidAlt", "previousRemoteJid")

# Of a message of ours the sender's fields show ourselves; these show the customer.
_RECIPIENT_PHONE_FIELDS = ("remoteJid", "peer_recipient_pn", "remoteJidAlt", "previousRemoteJid")
_RECIPIENT_LID_FIELDS = ("remoteJid", "peer_recipient_lid", "remoteJidAlt", "previousRemoteJid")

_NO_STUB = (None, 0, "", "UNKNOWN")

_FIRST_SENSIBLE_SECOND = 1_230_768_000  # 2009: WhatsApp's first year
_LAST_SENSIBLE_SECOND = 4_102_444_800  # 2100
_LEAST_MILLISECONDS = 100_000_000_000


def read(document: Fields) -> Decision | None:
    """Read a raw Baileys message; None when the document is something else.

    Raise PayloadError when it is one, but nobody is there to answer or nothing to read.
    """
    if not isinstance(document.values.get("key"), dict):
        return None
    key = document.inside("key")
    return _elsewhere(document, key) or _ours(document, key) or _incoming(document, key)


def _elsewhere(document: Fields, key: Fields) -> Ignored | None:
    where = place(key.values.get("remoteJid"))
    if where is not None:
        return Ignored(where)
    return Ignored("broadcast") if document.flag("broadcast") else None


def _ours(document: Fields, key: Fields) -> Outgoing | Ignored | None:
    """Read a text of our own; whatever else is ours is ignored, readable or not."""
    if not key.flag("fromMe"):
        return None
    try:
        content = content_of(document.inside("message"))
        if isinstance(content, Ignored) or content.kind != "text":
            return Ignored("from_me")
        recipient = _person(key, _RECIPIENT_PHONE_FIELDS, _RECIPIENT_LID_FIELDS)
        return Outgoing(
            recipient, content.kind, content.text, key.identifier("id"), _sent_at(document)
        )
    except PayloadError:
        return Ignored("from_me")


def _incoming(document: Fields, key: Fields) -> Incoming | Ignored:
    if document.values.get("messageStubType") not in _NO_STUB:
        return Ignored("system")
    content = content_of(document.inside("message"))
    if isinstance(content, Ignored):
        return content
    return Incoming(
        sender=_person(key, _PHONE_FIELDS, _LID_FIELDS, name=display_name(document, "pushName")),
        kind=content.kind,
        text=content.text,
        provider_id=key.identifier("id"),
        choice_id=content.choice_id,
        edits=content.edits,
        sent_at=_sent_at(document),
    )


def _person(
    key: Fields, phone_fields: Sequence[str], lid_fields: Sequence[str], *, name: str | None = None
) -> Sender:
    number = _first_number(key, phone_fields)
    lid = next(filter(None, (lid_digits(key.values.get(field)) for field in lid_fields)), None)
    if number is None and lid is None:
        raise key.refuse("remoteJid", "missing; expected who sent the message")
    return Sender(number, lid, ticket_id=None, name=name)


def _first_number(key: Fields, names: Sequence[str]) -> str | None:
    for name in names:
        if key.values.get(name) in (None, ""):
            continue
        number = phone_number(key, name)
        if number is not None:
            return number
    return None


def _sent_at(document: Fields) -> datetime | None:
    """Return when it was sent; through the Cloud API the time stands inside the message."""
    seconds = document.whole("messageTimestamp")
    if not document.has("messageTimestamp"):
        seconds = document.inside("message").whole("timestamp")
    if seconds is None:
        return None
    if seconds >= _LEAST_MILLISECONDS:
        seconds //= 1000
    if not _FIRST_SENSIBLE_SECOND <= seconds < _LAST_SENSIBLE_SECOND:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC)
