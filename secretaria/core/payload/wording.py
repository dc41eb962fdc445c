"""How a message without words of its own is put into words, in Portuguese."""

import re

from secretaria.core.payload.fields import Fields
from secretaria.core.text import normalise

_PHONE_LINE = re.compile(r"^(?:[\w-]+\.)?TEL[^:\n]*:([^\n]*)", re.IGNORECASE | re.MULTILINE)
_NAME_LINE = re.compile(r"^(?:[\w-]+\.)?FN[^:\n]*:([^\n]*)", re.IGNORECASE | re.MULTILINE)


def location(shared: Fields) -> str:
    """Say where a location, live or not, is: its name, address and coordinates."""
    named = " — ".join(
        filter(None, (shared.line("name"), shared.line("address"), shared.line("caption")))
    )
    coordinates = _coordinates(shared)
    described = f"{named} ({coordinates})" if named and coordinates else named or coordinates
    return f"Localização: {described}" if described else ""


def contacts(cards: list[Fields]) -> str:
    """Say whose contact cards were sent."""
    described = ", ".join(filter(None, map(_card, cards)))
    if not described:
        return ""
    return f"Contato enviado: {described}" if len(cards) == 1 else f"Contatos enviados: {described}"


def poll(created: Fields) -> str:
    """Say what a poll asks, and its options."""
    question = created.line("name")
    options = " / ".join(
        filter(None, (each.line("optionName") for each in created.each("options")))
    )
    described = f"{question} ({options})" if question and options else question or options
    return f"Enquete: {described}" if described else ""


def order(placed: Fields) -> str:
    """Return what the customer wrote with an order from the catalogue, or what it comes to."""
    written = placed.text("message")
    if written:
        return written
    count = placed.whole("itemCount")
    counted = f"{count} {'item' if count == 1 else 'itens'}" if count and count > 0 else ""
    amount = _money(placed.whole("totalAmount1000"), placed.line("totalCurrencyCode"))
    described = ", ".join(filter(None, (counted, amount)))
    return f"Pedido do catálogo: {described}" if described else "Pedido do catálogo"


def product(shown: Fields) -> str:
    """Say which product of the catalogue was sent, and what was written with it."""
    item = shown.inside("product")
    title = item.line("title") or item.line("description")
    return _lines(f"Produto: {title}" if title else "", shown.text("body"))


def group_invitation(invitation: Fields) -> str:
    """Say to which group somebody invites."""
    group = invitation.line("groupName")
    return _lines(f"Convite para o grupo: {group}" if group else "", invitation.text("caption"))


def event(planned: Fields) -> str:
    """Say which event was sent."""
    name = planned.line("name")
    return _lines(f"Evento: {name}" if name else "", planned.text("description"))


def payment_request(asked: Fields) -> str:
    """Say how much somebody asks us to pay, and what for."""
    amount = _money(asked.whole("amount1000"), asked.line("currencyCodeIso4217"))
    note = asked.inside("noteMessage")
    written = note.text("conversation") or note.inside("extendedTextMessage").text("text")
    return _lines(f"Pedido de pagamento: {amount}" if amount else "", written)


def _lines(*parts: str) -> str:
    return "\n".join(filter(None, parts))


def _coordinates(shared: Fields) -> str:
    latitude = shared.decimal("degreesLatitude", limit=90)
    longitude = shared.decimal("degreesLongitude", limit=180)
    if latitude is None or longitude is None:
        return ""
    return f"{_degrees(latitude)}, {_degrees(longitude)}"


def _degrees(angle: float) -> str:
    return f"{round(angle, 6) + 0.0:.6f}".rstrip("0").rstrip(".")


def _card(card: Fields) -> str:
    vcard = card.values.get("vcard")
    vcard = vcard if isinstance(vcard, str) else ""  # may hold a photo: longer than any text
    names = [card.line("displayName"), *_found(_NAME_LINE, vcard)]
    name = next(filter(None, names), "")
    phones = ", ".join(_found(_PHONE_LINE, vcard))
    return f"{name} ({phones})" if name and phones else name or phones


def _found(line: re.Pattern[str], vcard: str) -> list[str]:
    values = (" ".join(normalise(value).split()) for value in line.findall(vcard))
    return [value for value in values if value]


def _money(thousandths: int | None, currency: str) -> str:
    if thousandths is None or thousandths <= 0:
        return ""
    amount = f"{thousandths // 1000:,}".replace(",", ".") + f",{thousandths % 1000 // 10:02}"
    return f"R$ {amount}" if currency in {"", "BRL"} else f"{currency} {amount}"
