"""The flat payload of commercial forks, which says in `acao` what has happened."""

from collections.abc import Iterator
from dataclasses import replace

from secretaria.core.payload import rows, tickets
from secretaria.core.payload.decision import Decision, Ignored, Sender, TicketEvent
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.message import Content, Message, checked, decide, fingerprint
from secretaria.core.payload.moments import moment
from secretaria.core.payload.person import Place, first_name, identify, ticket_number
from secretaria.core.payload.surroundings import elsewhere
from secretaria.core.ticket import Ticket

_OWN_FIELDS = ("mensagem", "acao", "chamadoId", "ticketData", "filaescolhidaid")


def read(document: Fields) -> Decision | None:
    """Read a flat payload; None when the document is something else.

    Raise PayloadError when it is one, but nobody is there to answer or nothing to read.
    """
    if document.values.get("action") == "tag-sync":
        return Ignored("event")
    if not any(document.has(name) for name in _OWN_FIELDS):
        return None
    parts = [document, *_places(document)]
    if document.values.get("acao") == "end":
        where = elsewhere(parts)
        return Ignored(where) if where else _ended(document)
    return decide(parts, lambda: _message(document))


def _places(document: Fields) -> Iterator[Fields]:
    """Return the objects that may show the customer, the best first."""
    message, ticket = document.part("mensagem"), _ticket(document)
    yield document.part("sender")
    yield ticket.part("contact")
    yield document.part("contact")
    yield message.part("contact")
    yield message.part("ticket").part("contact")
    yield message
    yield ticket


def _ticket(document: Fields) -> Fields:
    """Return the ticket; the older fork calls it `chamado`."""
    return document.part("ticketData" if document.has("ticketData") else "chamado")


def _ticket_id(document: Fields) -> int | None:
    message = document.part("mensagem")
    return ticket_number((document, "chamadoId"), (_ticket(document), "id"), (message, "ticketId"))


def _shown_ticket(document: Fields) -> Ticket | None:
    sender = document.part("sender")
    return tickets.shown(_ticket(document), sender, ticket_id=_ticket_id(document))


def _ended(document: Fields) -> TicketEvent | Ignored:
    ticket = _shown_ticket(document) or Ticket(_ticket_id(document), None)
    return tickets.event(replace(ticket, status="closed"), lambda: _customer(document))


def _message(document: Fields) -> Message | Ignored:
    content = _content(document)
    if isinstance(content, Ignored):
        return content
    row = document.part("mensagem")
    return Message(
        content,
        _customer(document),
        provider_id=_provider_id(document),
        sent_at=moment(row, "createdAt"),
        ticket=_shown_ticket(document),
        natural_key=_natural_key(document, content),
    )


def _customer(document: Fields) -> Sender:
    contacts = list(_places(document))
    numbers: list[Place] = [(each, "number") for each in contacts]
    numbers.append((document.part("mensagem"), "remoteJid"))
    if not isinstance(document.values.get("sender"), dict):
        numbers.insert(0, (document, "sender"))
    name = first_name((contacts[0], "name"), (contacts[1], "name"), (document, "name"))
    return identify(numbers, contacts, ticket_id=_ticket_id(document), name=name)


def _content(document: Fields) -> Content | Ignored:
    """Read `mensagem`: words, a list of `{type, text}`, or a message as the fork keeps it."""
    said = document.values.get("mensagem")
    if isinstance(said, dict):
        return rows.content_of(document.inside("mensagem"))
    if isinstance(said, list):
        return _joined(document.items("mensagem"))
    return checked(rows.worded(document, "mensagem"), document.where("mensagem"))


def _joined(items: list[object]) -> Content | Ignored:
    """Return what the items of a list say together.

    Media among them give the kind; a sticker beside words is only an ornament.
    """
    said = [_item(_as_fields(each)) for each in items]
    contents = [each for each in said if isinstance(each, Content)]
    if not contents:
        return Ignored("system") if said else checked(Content("text", ""), "mensagem")
    telling = [each for each in contents if each.kind != "sticker" and each.text] or contents
    first = next((each for each in contents if each.kind not in {"text", "sticker"}), telling[0])
    text = "\n".join(filter(None, (each.text for each in contents)))
    is_automatic = any(each.is_automatic for each in contents)
    return checked(replace(first, text=text, is_automatic=is_automatic), "mensagem")


def _item(item: Fields) -> Content | Ignored:
    names = ("text", "body", "caption")
    body = next(filter(item.has, names), "text")
    url = _url(item)
    row = Fields({**item.values, "mediaUrl": url}, item.path)
    if not row.text(body) and not url and row.values.get("type") in (None, "text"):
        return Content("text", "")
    return rows.content_of(row, body=body, media_type="type")


def _provider_id(document: Fields) -> str | None:
    """Return WhatsApp's id, which few forks show: a number is the id of a row in their tables."""
    row = document.part("mensagem")
    return row.whatsapp_id("wid", "id") or document.whatsapp_id("messageId", "wid")


def _natural_key(document: Fields, content: Content) -> str | None:
    """Return the key of a message without an id: the ticket, the words and the ticket's time."""
    updated_at = _ticket(document).values.get("updatedAt")
    ticket_id = _ticket_id(document)
    if not isinstance(updated_at, str) or not updated_at or ticket_id is None:
        return None
    items = [document.part("mensagem"), *map(_as_fields, document.items("mensagem"))]
    said = "\n".join(filter(None, map(_url, items))) or content.text
    return fingerprint(str(ticket_id), said, updated_at) if said else None


def _url(item: Fields) -> str | None:
    """Return where the media of a message lie."""
    url = item.values.get("mediaUrl") or item.values.get("url")
    return url if isinstance(url, str) else None


def _as_fields(item: object) -> Fields:
    return Fields(item if isinstance(item, dict) else {"text": item}, "mensagem")
