"""izing's webhooks, which tell of the tickets that were opened through its API."""

from secretaria.core.payload import wwebjs, wwebjs_content
from secretaria.core.payload.decision import Decision, Ignored
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.message import Message, decide
from secretaria.core.payload.moments import moment
from secretaria.core.payload.person import first_name, identify, ticket_number
from secretaria.core.payload.surroundings import is_ours

_STATUSES = frozenset({"hookMessageStatus", "hookSessionStatus"})


def read(document: Fields) -> Decision | None:
    """Read a webhook of izing; None when the document is something else.

    Raise PayloadError when it is one, but nobody is there to answer or nothing to read.
    """
    kind = document.values.get("type")
    if isinstance(kind, str) and kind in _STATUSES:
        return Ignored("event")
    if kind != "hookMessage":
        return None
    message = document.part("message")
    parts = (document, document.part("contact"), *wwebjs.parts(message))
    return decide(parts, lambda: _message(document, message, is_ours=is_ours(parts)))


def _message(document: Fields, message: Fields, *, is_ours: bool) -> Message | Ignored:
    content = wwebjs_content.content_of(message)
    if isinstance(content, Ignored):
        return content
    contact = document.part("contact")
    numbers = [*wwebjs.addresses(message, is_ours=is_ours), (contact, "number")]
    name = first_name((contact, "name"))
    if name is None and not is_ours:
        name = first_name((message.part("_data"), "notifyName"))
    return Message(
        content,
        identify(numbers, [contact], ticket_id=ticket_number((document, "ticketId")), name=name),
        provider_id=document.identifier("messageId") or wwebjs.identifier(message),
        sent_at=moment(message, "timestamp") or moment(document, "timestamp"),
    )
