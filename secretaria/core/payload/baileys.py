"""The raw Baileys message that most forks of Whaticket post, and nothing around it."""

from collections.abc import Sequence
from datetime import datetime

from secretaria.core.payload.address import lid_digits, phone_number
from secretaria.core.payload.content import content_of
from secretaria.core.payload.decision import Decision, Ignored, Sender
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.message import Message, decide
from secretaria.core.payload.moments import moment
from secretaria.core.payload.person import display_name

# Each generation of Baileys has its own name for a LID sender's phone number, and for the LID.
_PHONE_FIELDS = ("remoteJid", "senderPn", "sender_pn", "remoteJidAlt", "previousRemoteJid")
_LID_FIELDS = ("remoteJid", "senderLid", "sender_lid", "remoteJidAlt", "previousRemoteJid")

# Of a message of ours the sender's fields show ourselves; these show the customer.
_RECIPIENT_PHONE_FIELDS = ("remoteJid", "peer_recipient_pn", "remoteJidAlt", "previousRemoteJid")
_RECIPIENT_LID_FIELDS = ("remoteJid", "peer_recipient_lid", "remoteJidAlt", "previousRemoteJid")

_NO_STUB = (None, 0, "", "UNKNOWN")


def read(document: Fields) -> Decision | None:
    """Read a raw Baileys message; None when the document is something else.

    Raise PayloadError when it is one, but nobody is there to answer or nothing to read.
    """
    if not isinstance(document.values.get("key"), dict):
        return None
    key = document.inside("key")
    return decide(
        (key, Fields({"broadcast": document.flag("broadcast")})), lambda: _message(document, key)
    )


def _message(document: Fields, key: Fields) -> Message | Ignored:
    if document.values.get("messageStubType") not in _NO_STUB:
        return Ignored("system")
    content = content_of(document.inside("message"))
    if isinstance(content, Ignored):
        return content
    customer = _recipient(key) if key.flag("fromMe") else _sender(document, key)
    return Message(content, customer, provider_id=key.identifier("id"), sent_at=_sent_at(document))


def _sender(document: Fields, key: Fields) -> Sender:
    name = display_name(document, "pushName")
    return _person(key, _PHONE_FIELDS, _LID_FIELDS, name=name)


def _recipient(key: Fields) -> Sender:
    """Return the customer to whom we wrote; the name in the message is our own."""
    return _person(key, _RECIPIENT_PHONE_FIELDS, _RECIPIENT_LID_FIELDS, name=None)


def _person(
    key: Fields, phone_fields: Sequence[str], lid_fields: Sequence[str], *, name: str | None
) -> Sender:
    shown = [key.values[field] for field in lid_fields if field in key.values]
    lids = [digits for digits in map(lid_digits, shown) if digits]
    number = _first_number(key, phone_fields, lids)
    if number is None and not lids:
        raise key.refuse("remoteJid", "missing; expected who sent the message")
    return Sender(number, next(iter(lids), None), ticket_id=None, name=name)


def _first_number(key: Fields, names: Sequence[str], lids: Sequence[str]) -> str | None:
    """Return the first number; the digits of a LID are none, whatever server stands behind them."""
    for name in names:
        if key.values.get(name) in (None, ""):
            continue
        number = phone_number(key, name)
        if number is not None and number not in lids:
            return number
    return None


def _sent_at(document: Fields) -> datetime | None:
    """Return when it was sent; through the Cloud API the time stands inside the message."""
    if document.has("messageTimestamp"):
        return moment(document, "messageTimestamp")
    return moment(document.inside("message"), "timestamp")
