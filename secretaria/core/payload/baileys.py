"""The raw Baileys message that most forks of Whaticket post, and nothing around it."""

from datetime import UTC, datetime

from secretaria.core.payload.address import lid_digits, phone_number, place
from secretaria.core.payload.content import content_of
from secretaria.core.payload.decision import Decision, Ignored, Incoming, Sender
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.person import display_name

# Each generation of Baileys has its own name for a LID sender's phone number, and for the LID.
_PHONE_FIELDS = ("remoteJid", "senderPn", "sender_pn", "remoteJidAlt", "previousRemoteJid")
_LID_FIELDS = ("remoteJid", "senderLid", "sender_lid", "remoteJidAlt", "previousRemoteJid")

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
    return _ignored(document, key) or _incoming(document, key)


def _ignored(document: Fields, key: Fields) -> Ignored | None:
    where = place(key.values.get("remoteJid"))
    if where is not None:
        return Ignored(where)
    if document.flag("broadcast"):
        return Ignored("broadcast")
    if key.flag("fromMe"):
        return Ignored("from_me")
    if document.values.get("messageStubType") not in _NO_STUB:
        return Ignored("system")
    return None


def _incoming(document: Fields, key: Fields) -> Incoming | Ignored:
    content = content_of(document.inside("message"))
    if isinstance(content, Ignored):
        return content
    return Incoming(
        sender=_sender(document, key),
        kind=content.kind,
        text=content.text,
        provider_id=key.identifier("id"),
        choice_id=content.choice_id,
        edits=content.edits,
        sent_at=_sent_at(document),
    )


def _sender(document: Fields, key: Fields) -> Sender:
    number = _first_number(key)
    lid = next(filter(None, (lid_digits(key.values.get(name)) for name in _LID_FIELDS)), None)
    if number is None and lid is None:
        raise key.refuse("remoteJid", "missing; expected who sent the message")
    return Sender(number, lid, ticket_id=None, name=display_name(document, "pushName"))


def _first_number(key: Fields) -> str | None:
    for name in _PHONE_FIELDS:
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
