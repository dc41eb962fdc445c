"""A message of whatsapp-web.js, in which Press-Ticket and izing pass on what was said."""

from secretaria.core.payload.fields import Fields
from secretaria.core.payload.person import Place


def is_message(value: object) -> bool:
    """Tell whether an object is a message of whatsapp-web.js, by what no other library has."""
    if not isinstance(value, dict):
        return False
    names_itself = isinstance(value.get("id"), dict) or isinstance(value.get("_data"), dict)
    return names_itself or (
        isinstance(value.get("from"), str) and isinstance(value.get("type"), str)
    )


def parts(message: Fields) -> tuple[Fields, Fields]:
    """Return where it may stand who said it, and where."""
    return message, message.part("id")


def identifier(message: Fields) -> str | None:
    """Return WhatsApp's id of a message."""
    return key_id(message.part("id")) or message.whatsapp_id("id")


def addresses(message: Fields, *, is_ours: bool) -> list[Place]:
    """Return where the customer's address stands, the best place first."""
    return [(message, "to" if is_ours else "from"), (message.part("id"), "remote")]


def key_id(key: Fields) -> str | None:
    """Return the id that a key of a message holds; the serialised one is `false_<chat>_<id>`."""
    plain = key.whatsapp_id("id")
    if plain is not None:
        return plain
    serialised = key.whatsapp_id("_serialized")
    return serialised.rpartition("_")[2] or None if serialised else None
