"""The small forms of our own: a WhatsApp message or a body, and the number it came from."""

from collections.abc import Iterator
from dataclasses import replace

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
from secretaria.core.payload.kinds import Content
from secretaria.core.payload.person import display_name

_MAX_TICKET_ID = 2**31 - 1


def read(document: Fields) -> Decision:
    """Read one of our own forms; raise PayloadError when it lacks what they all have.

    They are `{"message": {...}, "number": ...}`, `{"message": {...}, "ticket": {"contact":
    {"number": ...}}}` and `{"event": "message", "body": ..., "contact": {"number": ...}}`.
    """
    if document.has("event") and document.values["event"] != "message":
        raise document.refuse("event", "expected message")
    whose = _whose(document)
    content = _ignored(document, whose) or _content(document)
    if isinstance(content, Ignored):
        return content
    return Incoming(
        sender=_sender(document, whose),
        kind=content.kind,
        text=content.text,
        provider_id=None,
        choice_id=content.choice_id,
        edits=content.edits,
        sent_at=None,
    )


def read_ours(document: Fields) -> Outgoing | Ignored:
    """Read a text of our own in one of these forms; whatever else is ours is ignored."""
    try:
        content = _content(document)
        if isinstance(content, Ignored) or content.kind != "text":
            return Ignored("from_me")
        recipient = replace(_sender(document, _whose(document)), name=None)
        return Outgoing(recipient, content.kind, content.text, provider_id=None, sent_at=None)
    except PayloadError:
        return Ignored("from_me")


def _whose(document: Fields) -> Fields | None:
    return next((each for each in _people(document) if each.has("number")), None)


def _people(document: Fields) -> Iterator[Fields]:
    """Return the places where a number may stand; a later one counts when the others have none."""
    yield document
    yield document.inside("ticket").inside("contact")
    yield document.inside("contact")


def _ignored(document: Fields, whose: Fields | None) -> Ignored | None:
    where = place(whose.values["number"]) if whose else None
    if where is not None:
        return Ignored(where)
    return Ignored("from_me") if document.flag("fromMe") else None


def _content(document: Fields) -> Content | Ignored:
    if document.has("message"):
        return content_of(document.inside("message"))
    words = document.text("body")
    if not words:
        raise document.refuse("message", "nothing readable in it, nor in body")
    return Content("text", words)


def _sender(document: Fields, whose: Fields | None) -> Sender:
    ticket_id = _ticket_id(document)
    if whose is None:
        if ticket_id is None:
            raise document.refuse(
                "number", "missing, as are ticket.contact.number and contact.number"
            )
        return Sender(None, None, ticket_id, None)
    name = display_name(whose, "name") or display_name(document, "pushName")
    number = phone_number(whose, "number")
    lid = lid_digits(whose.values["number"]) or lid_digits(whose.values.get("lid"))
    return Sender(number, lid, ticket_id, name)


def _ticket_id(document: Fields) -> int | None:
    ticket = document.values.get("ticket")
    found = Fields(ticket).whole("id") if isinstance(ticket, dict) else document.whole("ticketId")
    return found if found is not None and 0 < found <= _MAX_TICKET_ID else None
