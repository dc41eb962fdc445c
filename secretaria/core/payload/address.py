"""Phone numbers, LIDs and the other addresses of WhatsApp (JIDs)."""

import re
from functools import lru_cache

from secretaria.core.payload.fields import Fields
from secretaria.core.text import normalise

_PHONE_SERVERS = frozenset({"", "s.whatsapp.net", "c.us", "hosted"})
_LID_SERVERS = frozenset({"lid", "hosted.lid"})
_PLACES = {
    "g.us": "group",
    "broadcast": "broadcast",
    "newsletter": "newsletter",
    "bot": "system",
    "call": "system",
}
_WHATSAPP_ITSELF = "0"

_MAX_ADDRESS_CHARACTERS = 128
_FORMATTING = re.compile(r"[+().\s\u2010-\u2015\u2212-]")
_NUMBER = re.compile(r"[0-9]{8,15}")
_LID = re.compile(r"[0-9]{1,20}")
_DEVICE = re.compile(r"(?:_[0-9]{1,10})?(?::[0-9]{1,10})?$")
_MOST_REMEMBERED = 1_024
"""An address is looked at several times while its message is read."""
EXPECTED = "expected a phone number of 8 to 15 digits, or a LID"


def place(value: object) -> str | None:
    """Return why nothing that was said at this address is ours to answer; None if it may be."""
    if not isinstance(value, str):
        return None
    user, server = _split(value[:_MAX_ADDRESS_CHARACTERS])
    if server == "broadcast" and user == "status":
        return "status"
    if server in _PHONE_SERVERS - {""} and user == _WHATSAPP_ITSELF:
        return "system"
    return _PLACES.get(server)


def lid_digits(value: object) -> str | None:
    """Return the digits of a LID; None for everything else."""
    if not isinstance(value, str):
        return None
    user, server = _split(value[:_MAX_ADDRESS_CHARACTERS])
    return user if server in _LID_SERVERS and _LID.fullmatch(user) else None


def bare_lid_digits(value: object) -> str | None:
    """Return the digits in a field that holds LIDs alone, with or without their server."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    is_bare = isinstance(value, str) and _LID.fullmatch(value) is not None
    return str(value) if is_bare else lid_digits(value)


def phone_number(fields: Fields, name: str) -> str | None:
    """Return the digits of the phone number in a field; None when it holds a LID.

    Formatting and device suffixes are taken away, nothing is added. Raise PayloadError, naming
    the field, for everything that is neither.
    """
    value = fields.values.get(name)
    if lid_digits(value) is not None:
        return None
    digits = phone_digits(value)
    if digits is None:
        raise fields.refuse(name, EXPECTED)
    return digits


def phone_digits(value: object) -> str | None:
    """Return the digits of a phone number, bare, formatted or as a JID; None for all else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if _NUMBER.fullmatch(str(value)) else None
    if not isinstance(value, str) or len(value) > _MAX_ADDRESS_CHARACTERS:
        return None
    user, server = _split(value[:_MAX_ADDRESS_CHARACTERS])
    digits = _FORMATTING.sub("", user)
    return digits if server in _PHONE_SERVERS and _NUMBER.fullmatch(digits) else None


@lru_cache(_MOST_REMEMBERED)
def _split(address: str) -> tuple[str, str]:
    """Return the user, without agent and device, and the server (empty when there is none)."""
    user, _, server = address.partition("@")
    return _DEVICE.sub("", normalise(user)), server.strip().lower()
