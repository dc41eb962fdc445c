"""What surrounds a message in any dialect: where it was said, and whether in our name."""

from collections.abc import Iterable

from secretaria.core.payload.address import place
from secretaria.core.payload.fields import Fields

_ADDRESSES = ("remoteJid", "from", "to", "remote", "sender", "number", "phoneNumber")
_AROUND = frozenset({"ticket", "ticketData", "chamado", "contact", "sender"})
"""The parts that say nothing of the message itself."""
_TELLING = frozenset({*_ADDRESSES, "isStatus", "isGroup", "status", "broadcast"})
_NO = (None, False, 0, "", "false")


def elsewhere(parts: Iterable[Fields]) -> str | None:
    """Return why nothing that was said there is ours to answer; None if it may be.

    The parts are the objects of a payload that may show it: message, ticket, contact.
    """
    return next(filter(None, map(_elsewhere, parts)), None)


def is_ours(parts: Iterable[Fields]) -> bool:
    """Tell whether one of a payload's parts says that the message is our own.

    Tickets have a `fromMe` of their own in some forks, which is about another message. Raise
    PayloadError for what is neither yes nor no: we would answer ourselves.
    """
    said = [part.flag("fromMe") for part in parts if _name(part) not in _AROUND]
    return any(said)


def _name(part: Fields) -> str:
    return part.path.rpartition(".")[2]


def _elsewhere(part: Fields) -> str | None:
    if _TELLING.isdisjoint(part.values):
        return None
    for name in _ADDRESSES:
        where = place(part.values[name]) if name in part.values else None
        if where is not None:
            return where
    if _says(part, "isStatus"):
        return "status"
    if _says(part, "isGroup") or part.values.get("status") == "group":
        return "group"
    return "broadcast" if _says(part, "broadcast") else None


def _says(part: Fields, name: str) -> bool:
    """Tell whether a flag is set; in doubt it is, since silence does less harm."""
    return part.values.get(name) not in _NO
