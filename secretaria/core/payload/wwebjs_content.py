"""What a message of whatsapp-web.js says, in all its types."""

from collections.abc import Callable
from dataclasses import replace

from secretaria.core.payload import wording, wwebjs
from secretaria.core.payload.decision import Ignored
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.kinds import MAX_FILE_NAME_CHARACTERS
from secretaria.core.payload.message import (
    ABOUT_ANOTHER,
    Content,
    checked,
    deletion,
    reaction,
    sticker,
)

Reader = Callable[[Fields], Content | Ignored]


def content_of(message: Fields) -> Content | Ignored:
    """Return what a message says; raise PayloadError when nothing in it can be read."""
    kind = message.values.get("type")
    if isinstance(kind, str) and kind in _SYSTEM:
        return Ignored("system")
    reader = _READERS.get(kind, _text) if isinstance(kind, str) else _text
    content = reader(message)
    if isinstance(content, Ignored):
        return content
    content = checked(content, message.where("body"))
    if _is_view_once(message):
        content = replace(content, needs_person="view_once")
    return _as_edit(message, content)


def _as_edit(message: Fields, content: Content) -> Content:
    """An edited message comes again under its own id, and says of which key the edit was."""
    is_edited = message.has("latestEditMsgKey") or message.part("_data").has("latestEditMsgKey")
    if not is_edited or content.kind in ABOUT_ANOTHER:
        return content
    return replace(content, kind="edit", edits=wwebjs.identifier(message), unanswered=None)


def _text(message: Fields) -> Content:
    return Content("text", message.text("body"), is_automatic=message.is_marked("body"))


def _media(kind: str) -> Reader:
    return lambda message: replace(_text(message), kind=kind)


def _sticker(_message: Fields) -> Content:
    return sticker()


def _document(message: Fields) -> Content:
    """WhatsApp Web shows the name of a file in place of a caption where there is none."""
    places = (message, message.part("_data"))
    names = (place.label("filename", limit=MAX_FILE_NAME_CHARACTERS) for place in places)
    file_name = next(filter(None, names), None)
    said = _text(message)
    text = "" if said.text == file_name else said.text
    return replace(said, kind="document", text=text, file_name=file_name)


def _location(message: Fields) -> Content:
    """The body of a location is a thumbnail."""
    shown, data = message.part("location"), message.part("_data")
    described: dict[str, object] = {
        "name": next(filter(None, map(shown.line, ("name", "description"))), data.line("loc")),
        "address": shown.line("address"),
        "degreesLatitude": _degrees(shown.values.get("latitude"), data.values.get("lat")),
        "degreesLongitude": _degrees(shown.values.get("longitude"), data.values.get("lng")),
    }
    return Content("location", wording.location(Fields(described)) or "Localização")


def _degrees(*shown: object) -> object:
    """Return the first angle; some versions write it as text."""
    angle = next((each for each in shown if each is not None), None)
    try:
        return float(angle) if isinstance(angle, str) else angle
    except ValueError:
        return None


def _contacts(message: Fields) -> Content:
    cards = [card for card in message.items("vCards") if isinstance(card, str)]
    body = message.values.get("body")
    if not cards and isinstance(body, str):
        cards = [body]
    return Content("contact", wording.contacts([Fields({"vcard": card}) for card in cards]))


def _choice(*places: tuple[str, ...]) -> Reader:
    """Return a reader of a choice whose id stands at one of these paths."""

    def read(message: Fields) -> Content:
        chosen = next(filter(None, (_at(message, path) for path in places)), None)
        said = _text(message)
        return replace(said, kind="interactive", text=said.text or chosen or "", choice_id=chosen)

    return read


def _at(message: Fields, path: tuple[str, ...]) -> str | None:
    *outer, name = path
    for each in outer:
        message = message.part(each)
    return message.label(name, limit=MAX_FILE_NAME_CHARACTERS)


def _poll(message: Fields) -> Content:
    options = message.items("pollOptions")
    names = [each.get("name") if isinstance(each, dict) else each for each in options]
    question = message.line("pollName") or message.line("body")
    described: dict[str, object] = {
        "name": question,
        "options": [{"optionName": name} for name in names if isinstance(name, str)],
    }
    return Content("poll", wording.poll(Fields(described)))


def _order(message: Fields) -> Content:
    data = message.part("_data")
    placed: dict[str, object] = {
        "message": message.text("body") or data.text("message"),
        "itemCount": data.whole("itemCount"),
        "totalAmount1000": data.whole("totalAmount1000"),
        "totalCurrencyCode": data.line("totalCurrencyCode"),
    }
    return Content("order", wording.order(Fields(placed)), needs_person="order")


def _product(message: Fields) -> Content:
    shown: dict[str, object] = {"product": message.values, "body": message.text("body")}
    return Content("text", wording.product(Fields(shown)))


def _invitation(message: Fields) -> Content:
    invitation = {**message.part("inviteV4").values, "caption": message.text("body")}
    return Content("text", wording.group_invitation(Fields(invitation)))


def _event(message: Fields) -> Content:
    shown = {"name": message.line("eventName"), "description": message.text("eventDescription")}
    return Content("text", wording.event(Fields(dict(shown))) or message.text("body"))


def _revoked(message: Fields) -> Content | Ignored:
    """Read a deletion: it names its target, or else comes again under the target's own id."""
    for place in (message, message.part("_data")):
        target = wwebjs.key_id(place.part("protocolMessageKey"))
        if target is not None:
            return deletion(target)
    return deletion(wwebjs.identifier(message))


def _reaction(message: Fields) -> Content:
    emoji = message.text("reaction") or message.text("body")
    return reaction(emoji, wwebjs.key_id(message.part("msgId")))


def _is_view_once(message: Fields) -> bool:
    places = (message, message.part("_data"))
    names = ("isViewOnce", "viewOnce")
    return any(place.values.get(name) is True for place in places for name in names)


_SYSTEM = frozenset(
    {
        *("album", "broadcast_notification", "call_log", "ciphertext", "debug", "e2e_notification"),
        *("gp2", "keep_in_chat", "notification", "notification_template", "pin_message"),
        *("pinned_message", "poll_update", "protocol", "vote_update"),
    }
)

_READERS: dict[str, Reader] = {
    "audio": _media("audio"),
    "buttons_response": _choice(("selectedButtonId",), ("_data", "selectedButtonId")),
    "document": _document,
    "event_creation": _event,
    "groups_v4_invite": _invitation,
    "image": _media("image"),
    "interactive_response": _choice(("selectedButtonId",)),
    "list_response": _choice(
        ("selectedRowId",),
        ("_data", "listResponse", "singleSelectReply", "selectedRowId"),
    ),
    "location": _location,
    "multi_vcard": _contacts,
    "order": _order,
    "poll_creation": _poll,
    "product": _product,
    "ptt": _media("audio"),
    "ptv": _media("video"),
    "reaction": _reaction,
    "revoked": _revoked,
    "sticker": _sticker,
    "template_button_reply": _choice(
        ("selectedId",), ("selectedButtonId",), ("_data", "selectedId")
    ),
    "vcard": _contacts,
    "video": _media("video"),
}
"""How each type of message is read; the words of all others are in their body."""
