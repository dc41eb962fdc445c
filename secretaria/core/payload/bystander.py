"""What is plainly nothing to answer, in whichever dialect it comes; what is ours among it."""

from collections.abc import Iterator

from secretaria.core.payload import simple
from secretaria.core.payload.address import place
from secretaria.core.payload.decision import Ignored, Outgoing
from secretaria.core.payload.fields import Fields

_PARTS = ("message", "mensagem", "ticket", "ticketData", "contact")
_ADDRESSES = ("from", "remoteJid")

# The value that says "this is no message", by the field in which each dialect says it.
_EVENTS = {
    "action": {"tag-sync"},
    "acao": {"end"},
    "type": {"hookMessageStatus", "hookSessionStatus"},
    "Type": {"NewTicket", "NewTicketUserCreate", "TransferTicket", "ClosedTicket"},
}


def read(document: Fields) -> Ignored | Outgoing | None:
    """Say why a document needs no answer; None when it may need one."""
    parts = list(_parts(document))
    where = next(filter(None, map(_place, parts)), None)
    if where is not None:
        return Ignored(where)
    if any(part.values.get("fromMe") is True for part in parts):
        return simple.read_ours(document)
    return Ignored("event") if _is_event(document) else None


def _parts(document: Fields) -> Iterator[Fields]:
    yield document
    for name in _PARTS:
        if isinstance(document.values.get(name), dict):
            yield document.inside(name)


def _place(part: Fields) -> str | None:
    if part.values.get("isGroup") is True:
        return "group"
    if part.values.get("isStatus") is True:
        return "status"
    return next(filter(None, (place(part.values.get(name)) for name in _ADDRESSES)), None)


def _is_event(document: Fields) -> bool:
    event = document.values.get("event")
    if isinstance(event, str) and "message" not in event.lower():
        return True
    named = ((document.values.get(field), values) for field, values in _EVENTS.items())
    return any(isinstance(value, str) and value in values for value, values in named)
