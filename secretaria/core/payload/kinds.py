"""The kinds of message content that WhatsApp knows, and where the words sit in each."""

from collections.abc import Callable
from dataclasses import dataclass

from secretaria.core.payload import wording
from secretaria.core.payload.decision import PayloadError
from secretaria.core.payload.document import JsonObject, read_text
from secretaria.core.payload.fields import MAX_TEXT_CHARACTERS, Fields
from secretaria.core.text import normalise


@dataclass(frozen=True, slots=True)
class Content:
    """What was said, without who said it and when."""

    kind: str
    text: str
    choice_id: str | None = None
    edits: str | None = None


Reader = Callable[[Fields], Content]

SPEECHLESS = frozenset({"image", "audio", "video", "sticker", "document"})
"""The kinds that say something without a word."""

HOUSEKEEPING = frozenset(
    {
        "fastRatchetKeySenderKeyDistributionMessage",
        "messageContextInfo",
        "senderKeyDistributionMessage",
    }
)
"""Fields of a message that are never its content."""

UNANSWERED = {
    "albumMessage": "system",  # only announces pictures, which come as messages of their own
    "call": "system",
    "callLogMesssage": "system",  # spelt so in the protocol
    "encReactionMessage": "reaction",
    "keepInChatMessage": "system",
    "pinInChatMessage": "system",
    "pollUpdateMessage": "system",  # an encrypted vote
    "reactionMessage": "reaction",
    "secretEncryptedMessage": "system",  # an encrypted edit
}
"""Contents that nobody expects an answer to, and why."""


def _words(kind: str, name: str) -> Reader:
    return lambda content: Content(kind, content.text(name))


def _silent(kind: str) -> Reader:
    return lambda _content: Content(kind, "")


def _described(kind: str, describe: Callable[[Fields], str]) -> Reader:
    return lambda content: Content(kind, describe(content))


def _choice(words: str, choice_id: str) -> Content:
    return Content("interactive", words or choice_id, choice_id=choice_id or None)


def _button(reply: Fields) -> Content:
    return _choice(reply.text("selectedDisplayText"), reply.text("selectedButtonId"))


def _template_button(reply: Fields) -> Content:
    return _choice(reply.text("selectedDisplayText"), reply.text("selectedId"))


def _row(reply: Fields) -> Content:
    row_id = reply.inside("singleSelectReply").text("selectedRowId")
    return _choice(reply.text("title") or reply.text("description"), row_id)


def _native_flow(reply: Fields) -> Content:
    parameters = _parameters(reply.inside("nativeFlowResponseMessage"))
    words = reply.inside("body").text("text") or _short(parameters.get("title"))
    return _choice(words, _short(parameters.get("id")))


def _parameters(flow: Fields) -> JsonObject:
    """Return what `paramsJson`, JSON inside a string, holds; nothing when it holds no object."""
    encoded = flow.values.get("paramsJson")
    if not isinstance(encoded, str):
        return {}
    try:
        return read_text(encoded)
    except PayloadError:
        return {}  # the words of the reply stand beside it


def _short(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or len(value) > MAX_TEXT_CHARACTERS:
        return ""
    return normalise(value)


def _list_offer(offer: Fields) -> Content:
    parts = filter(None, (offer.text("title"), offer.text("description")))
    return Content("text", "\n".join(parts))


def _interactive_offer(offer: Fields) -> Content:
    words = offer.inside("body").text("text")
    return Content("text", words or offer.inside("header").text("title"))


def _template(template: Fields) -> Content:
    for name in ("hydratedTemplate", "hydratedFourRowTemplate"):
        if template.has(name):
            return Content("text", template.inside(name).text("hydratedContentText"))
    return _interactive_offer(template.inside("interactiveMessageTemplate"))


def _one_contact(card: Fields) -> str:
    return wording.contacts([card])


def _several_contacts(message: Fields) -> str:
    return wording.contacts(message.each("contacts"))


READERS: dict[str, Reader] = {
    "extendedTextMessage": _words("text", "text"),
    "imageMessage": _words("image", "caption"),
    "videoMessage": _words("video", "caption"),
    "ptvMessage": _words("video", "caption"),
    "audioMessage": _silent("audio"),
    "stickerMessage": _silent("sticker"),
    "documentMessage": _words("document", "caption"),
    "buttonsResponseMessage": _button,
    "listResponseMessage": _row,
    "templateButtonReplyMessage": _template_button,
    "interactiveResponseMessage": _native_flow,
    "buttonsMessage": _words("text", "contentText"),
    "listMessage": _list_offer,
    "interactiveMessage": _interactive_offer,
    "templateMessage": _template,
    "locationMessage": _described("location", wording.location),
    "liveLocationMessage": _described("location", wording.location),
    "contactMessage": _described("contact", _one_contact),
    "contactsArrayMessage": _described("contact", _several_contacts),
    "pollCreationMessage": _described("poll", wording.poll),
    "pollCreationMessageV2": _described("poll", wording.poll),
    "pollCreationMessageV3": _described("poll", wording.poll),
    "pollCreationMessageV5": _described("poll", wording.poll),
    "orderMessage": _described("order", wording.order),
    "productMessage": _described("text", wording.product),
    "groupInviteMessage": _described("text", wording.group_invitation),
    "eventMessage": _described("text", wording.event),
    "requestPaymentMessage": _described("text", wording.payment_request),
}
"""How each kind of content is read: the fields are those of WhatsApp's protocol."""
