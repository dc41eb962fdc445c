"""The event `appMessage` that Whaticket's own screens get through Socket.IO."""

from dataclasses import replace

from secretaria.core.payload import rows, tickets
from secretaria.core.payload.decision import Decision, Ignored, Sender
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.message import ABOUT_ANOTHER, Content, Message, decide, deletion
from secretaria.core.payload.moments import moment
from secretaria.core.payload.person import first_name, identify, ticket_number
from secretaria.core.payload.surroundings import elsewhere

_ACTIONS = frozenset({"create", "update", "delete"})
_COLUMNS = frozenset({"body", "mediaType", "ticketId", "ack", "isDeleted", "isEdited", "wid"})
_NO = (None, False, 0, "", "false")


def read(document: Fields) -> Decision | None:
    """Read an event of a message or a ticket; None when the document is something else.

    Raise PayloadError when it is one, but nobody is there to answer or nothing to read.
    """
    message = document.values.get("message")
    if isinstance(message, dict) and message.keys() & _COLUMNS:
        return decide(_parts(document), lambda: _message(document))
    action = document.values.get("action")
    is_known = isinstance(action, str) and action in _ACTIONS
    shows_ticket = document.has("ticket") or document.has("ticketId")
    return _ticket_event(document) if is_known and shows_ticket and message is None else None


def _parts(document: Fields) -> list[Fields]:
    message, ticket = document.part("message"), document.part("ticket")
    return [document, message, ticket, *_contacts(document)]


def _contacts(document: Fields) -> list[Fields]:
    message, ticket = document.part("message"), document.part("ticket")
    places = (document, ticket, message, message.part("ticket"))
    return [place.part("contact") for place in places]


def _ticket_event(document: Fields) -> Decision:
    where = elsewhere(_parts(document))
    if where is not None:
        return Ignored(where)
    ticket = tickets.shown(document.part("ticket"), document.part("contact"))
    return tickets.event(ticket, lambda: _customer(document))


def _message(document: Fields) -> Message | Ignored:
    row = document.part("message")
    content = _content(document, row)
    if isinstance(content, Ignored):
        return content
    ticket = document.part("ticket") if document.has("ticket") else row.part("ticket")
    return Message(
        content,
        _customer(document),
        provider_id=_message_id(row),
        sent_at=moment(row, "createdAt" if content.kind != "edit" else "updatedAt"),
        ticket=tickets.shown(ticket, document.part("contact")),
    )


def _content(document: Fields, row: Fields) -> Content | Ignored:
    """Read a message, or what became of one; that it was seen is no news."""
    action = document.values.get("action")
    if action == "delete" or row.values.get("isDeleted") not in _NO:
        return deletion(_message_id(row))
    if row.values.get("isEdited") not in _NO and action != "create":
        return _edit(row)
    return Ignored("event") if action not in (None, "create") else rows.content_of(row)


def _edit(row: Fields) -> Content | Ignored:
    """Return an edit: the row holds the new words, beside what WhatsApp sent at first."""
    content = rows.content_of(Fields({**row.values, "dataJson": None}, row.path))
    if isinstance(content, Ignored) or content.kind in ABOUT_ANOTHER:
        return Ignored("system")
    return replace(content, kind="edit", edits=_message_id(row), unanswered=None)


def _message_id(row: Fields) -> str | None:
    return row.whatsapp_id("wid", "id")


def _customer(document: Fields) -> Sender:
    contacts = _contacts(document)
    message, ticket = document.part("message"), document.part("ticket")
    return identify(
        [*((contact, "number") for contact in contacts), (message, "remoteJid")],
        [*contacts, message],
        ticket_id=ticket_number((ticket, "id"), (message, "ticketId"), (document, "ticketId")),
        name=first_name(*((contact, "name") for contact in contacts)),
    )
