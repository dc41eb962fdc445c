"""Press-Ticket's queue webhook: a message of whatsapp-web.js, and the ticket it belongs to."""

from secretaria.core.payload import tickets, wwebjs, wwebjs_content
from secretaria.core.payload.decision import Decision, Ignored, Sender
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.message import Message, decide
from secretaria.core.payload.moments import moment
from secretaria.core.payload.person import first_name, identify, ticket_number
from secretaria.core.payload.surroundings import is_ours


def read(document: Fields) -> Decision | None:
    """Read a message of Press-Ticket; None when the document is something else.

    Raise PayloadError when it is one, but nobody is there to answer or nothing to read.
    """
    if not wwebjs.is_message(document.values.get("message")):
        return None
    message, ticket = document.part("message"), document.part("ticket")
    around = (document, document.part("contact"), ticket, ticket.part("contact"))
    parts = (*around, *wwebjs.parts(message))
    return decide(parts, lambda: _message(document, message, is_ours=is_ours(parts)))


def _message(document: Fields, message: Fields, *, is_ours: bool) -> Message | Ignored:
    content = wwebjs_content.content_of(message)
    if isinstance(content, Ignored):
        return content
    return Message(
        content,
        _customer(document, message, is_ours=is_ours),
        provider_id=wwebjs.identifier(message),
        sent_at=moment(message, "timestamp"),
        ticket=tickets.shown(document.part("ticket"), document.part("contact")),
    )


def _customer(document: Fields, message: Fields, *, is_ours: bool) -> Sender:
    ticket = document.part("ticket")
    contacts = [document.part("contact"), ticket.part("contact")]
    numbers = [(contact, "number") for contact in contacts]
    name = first_name(*((contact, "name") for contact in contacts))
    if name is None and not is_ours:
        name = first_name((message.part("_data"), "notifyName"))
    return identify(
        [*numbers, *wwebjs.addresses(message, is_ours=is_ours)],
        contacts,
        ticket_id=ticket_number((ticket, "id"), (document, "ticketId")),
        name=name,
    )
