"""Whazing's webhooks: of an integration or queue, and of a channel."""

from dataclasses import replace

from secretaria.core.payload import rows, tickets
from secretaria.core.payload.decision import Decision, Ignored, Sender
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.message import (
    Content,
    Message,
    checked,
    decide,
    deletion,
    reaction,
)
from secretaria.core.payload.moments import moment
from secretaria.core.payload.person import first_name, identify, ticket_number
from secretaria.core.payload.surroundings import elsewhere
from secretaria.core.ticket import Ticket

_OWN_FIELDS = ("messageBody", "sendType")
_TICKET_EVENTS = frozenset({"ClosedTicket", "TransferTicket", "NewTicketUserCreate"})
_NO = (None, False, 0, "", "false")


def read(document: Fields) -> Decision | None:
    """Read a webhook of Whazing; None when the document is something else.

    Raise PayloadError when it is one, but nobody is there to answer or nothing to read.
    """
    event = document.values.get("Type")
    if not isinstance(event, str) and not any(document.has(name) for name in _OWN_FIELDS):
        return None
    parts = (document, document.part("ticket"), document.part("contact"))
    if not isinstance(event, str):
        return decide(parts, lambda: _message(document))
    where = elsewhere(parts)
    return Ignored(where) if where else _event(document, event)


def _event(document: Fields, event: str) -> Decision:
    """Read what a channel tells: its message is told again, under its id, by another webhook."""
    if event not in _TICKET_EVENTS:
        return Ignored("event")
    ticket = _ticket(document)
    if event == "ClosedTicket":
        ticket = replace(ticket or Ticket(_ticket_id(document), None), status="closed")
    return tickets.event(ticket, lambda: _customer(document))


def _message(document: Fields) -> Message | Ignored:
    content = _content(document)
    if isinstance(content, Ignored):
        return content
    return Message(
        content,
        _customer(document),
        provider_id=_message_id(document),
        sent_at=moment(document, "timestamp"),
        ticket=_ticket(document),
    )


def _content(document: Fields) -> Content | Ignored:
    """Read a message, or what became of one: it is shown again then, under its own id."""
    if document.values.get("isDeleted") not in _NO:
        return deletion(_message_id(document))
    emoji = _emoji(document.values.get("reactions"))
    if emoji is not None:
        return reaction(emoji, _message_id(document))
    if document.values.get("edited") not in _NO:
        return _edit(document)
    return rows.content_of(document, body="messageBody")


def _edit(document: Fields) -> Content:
    """Return an edit; `edited` holds the new words, or only says that the body does."""
    is_in_body = (
        not isinstance(document.values["edited"], str) or document.values["edited"] == "true"
    )
    name = "messageBody" if is_in_body else "edited"
    is_automatic = document.is_marked(name)
    said = checked(Content("text", document.text(name)), document.where(name))
    return replace(said, kind="edit", edits=_message_id(document), is_automatic=is_automatic)


def _emoji(shown: object) -> str | None:
    """Return the last reaction to a message; None when it has none."""
    latest = shown[-1] if isinstance(shown, list) and shown else shown
    if isinstance(latest, dict):
        fields = Fields(latest)
        names = ("emoji", "reaction", "text")
        return next(filter(None, (fields.label(name, limit=32) for name in names)), None)
    if not isinstance(latest, str):
        return None
    return Fields({"emoji": latest}).label("emoji", limit=32)


def _message_id(document: Fields) -> str | None:
    return document.identifier("messageId")


def _ticket_id(document: Fields) -> int | None:
    return ticket_number((document.part("ticket"), "id"))


def _ticket(document: Fields) -> Ticket | None:
    return tickets.shown(document.part("ticket"), document.part("contact"))


def _customer(document: Fields) -> Sender:
    contact = document.part("contact")
    name = first_name((contact, "name"), (contact, "pushname"))
    numbers = [(contact, "phoneNumber"), (contact, "number")]
    return identify(numbers, [contact], ticket_id=_ticket_id(document), name=name)
