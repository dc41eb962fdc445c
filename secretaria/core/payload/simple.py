"""The small forms of our own: a WhatsApp message or a body, and the number it came from."""

from collections.abc import Iterator
from dataclasses import replace

from secretaria.core.payload import tickets
from secretaria.core.payload.content import content_of
from secretaria.core.payload.decision import Decision, Ignored, Sender
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.message import Content, Message, decide
from secretaria.core.payload.person import first_name, identify, ticket_number
from secretaria.core.payload.surroundings import is_ours


def read(document: Fields) -> Decision:
    """Read one of our own forms; raise PayloadError when it lacks what they all have.

    They are `{"message": {...}, "number": ...}`, `{"message": {...}, "ticket": {"contact":
    {"number": ...}}}` and `{"event": "message", "body": ..., "contact": {"number": ...}}`.
    """
    event = document.values.get("event")
    if isinstance(event, str) and "message" not in event.lower():
        return Ignored("event")
    if event is not None and event != "message":
        raise document.refuse("event", "expected message")
    parts = list(_parts(document))
    return decide(parts, lambda: _message(document, is_ours=is_ours(parts)))


def _parts(document: Fields) -> Iterator[Fields]:
    yield document
    for name in ("message", "ticket", "contact"):
        yield document.part(name)
    yield document.part("ticket").part("contact")


def _message(document: Fields, *, is_ours: bool) -> Message | Ignored:
    content = _content(document)
    if isinstance(content, Ignored):
        return content
    customer = _customer(document)
    if is_ours:
        customer = replace(customer, name=None)  # a name beside our own words is our own
    ticket = tickets.shown(document.part("ticket"), document.part("contact"))
    return Message(content, customer, ticket=ticket)


def _content(document: Fields) -> Content | Ignored:
    if document.has("message"):
        return content_of(document.inside("message"))
    words = document.text("body")
    if not words:
        raise document.refuse("message", "nothing readable in it, nor in body")
    return Content("text", words, is_automatic=document.is_marked("body"))


def _customer(document: Fields) -> Sender:
    ticket_id = ticket_number((document.part("ticket"), "id"), (document, "ticketId"))
    whose = next((each for each in _people(document) if each.has("number")), None)
    if whose is not None:
        name = first_name((whose, "name"), (document, "pushName"))
        return identify([(whose, "number")], [whose], ticket_id=ticket_id, name=name)
    if ticket_id is None:
        raise document.refuse("number", "missing, as are ticket.contact.number and contact.number")
    return Sender(None, None, ticket_id, None)


def _people(document: Fields) -> Iterator[Fields]:
    """Return the places where a number may stand; a later one counts when the others have none."""
    yield document
    yield document.inside("ticket").inside("contact")
    yield document.inside("contact")
