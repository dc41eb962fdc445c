"""The kinds of message content that WhatsApp knows, and where the words sit in each."""

from collections.abc import Callable

from secretaria.core.payload import wording
from secretaria.core.payload.decision import PayloadError
from secretaria.core.payload.document import JsonObject, read_text
from secretaria.core.payload.fields import MAX_TEXT_CHARACTERS, Fields
from secretaria.core.payload.message import Content, reaction, sticker
from secretaria.core.text import normalise

MAX_FILE_NAME_CHARACTERS = 255

Reader = Callable[[Fields], Content]

HOUSEKEEPING = frozenset(
    {
        "fastRatchetKeySenderKeyDistributionMessage",
        "messageContextInfo",
        "senderKeyDistributionMessage",
    }
)
"""Fields of a message that are never its content."""

SYSTEM = frozenset(
    {
        "albumMessage",  # only announces pictures, which come as messages of their own
        "call",
        "callLogMesssage",  # spelt so in the protocol
        "encCommentMessage",
        "encEventResponseMessage",
        "keepInChatMessage",
        "pinInChatMessage",
        "pollUpdateMessage",  # an encrypted vote
        "scheduledCallCreationMessage",
        "scheduledCallEditMessage",
        "secretEncryptedMessage",  # an encrypted edit
        "stickerSyncRmrMessage",
    }
)
"""Contents that nobody can read, or expects an answer to."""


def _words(kind: str, *names: str) -> Reader:
    """Return a reader of the words in these fields, each on a line of its own."""

    def read(content: Fields) -> Content:
        text = "\n".join(filter(None, map(content.text, names)))
        return Content(kind, text, is_automatic=content.is_marked(*names))

    return read


def _media(kind: str) -> Reader:
    def read(media: Fields) -> Content:
        return Content(
            kind,
            media.text("caption"),
            needs_person="view_once" if media.values.get("viewOnce") is True else None,
            is_automatic=media.is_marked("caption"),
        )

    return read


def _document(document: Fields) -> Content:
    names = (document.label(name, limit=MAX_FILE_NAME_CHARACTERS) for name in ("fileName", "title"))
    return Content(
        "document",
        document.text("caption"),
        file_name=next(filter(None, names), None),
        is_automatic=document.is_marked("caption"),
    )


def _sticker(_content: Fields) -> Content:
    return sticker()


def _reaction(given: Fields) -> Content:
    return reaction(given.text("text"), given.inside("key").identifier("id"))


def _hidden_reaction(given: Fields) -> Content:
    return reaction("", given.inside("targetMessageKey").identifier("id"))


def _order(placed: Fields) -> Content:
    return Content("order", wording.order(placed), needs_person="order")


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


def _interactive_offer(offer: Fields) -> Content:
    body = offer.inside("body")
    return _TEXT(body) if body.text("text") else _words("text", "title")(offer.inside("header"))


def _template(template: Fields) -> Content:
    for name in ("hydratedTemplate", "hydratedFourRowTemplate"):
        if template.has(name):
            return _words("text", "hydratedContentText")(template.inside(name))
    return _interactive_offer(template.inside("interactiveMessageTemplate"))


def _one_contact(card: Fields) -> str:
    return wording.contacts([card])


def _several_contacts(message: Fields) -> str:
    return wording.contacts(message.each("contacts"))


_TEXT = _words("text", "text")

READERS: dict[str, Reader] = {
    "extendedTextMessage": _TEXT,
    "imageMessage": _media("image"),
    "videoMessage": _media("video"),
    "ptvMessage": _media("video"),
    "audioMessage": _media("audio"),
    "stickerMessage": _sticker,
    "stickerPackMessage": _sticker,
    "documentMessage": _document,
    "buttonsResponseMessage": _button,
    "listResponseMessage": _row,
    "templateButtonReplyMessage": _template_button,
    "interactiveResponseMessage": _native_flow,
    "buttonsMessage": _words("text", "contentText"),
    "listMessage": _words("text", "title", "description"),
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
    "pollCreationMessageV6": _described("poll", wording.poll),
    "orderMessage": _order,
    "productMessage": _described("text", wording.product),
    "groupInviteMessage": _described("text", wording.group_invitation),
    "eventMessage": _described("text", wording.event),
    "reactionMessage": _reaction,
    "encReactionMessage": _hidden_reaction,
    "requestPaymentMessage": _described("text", wording.payment_request),
}
"""How each kind of content is read: the fields are those of WhatsApp's protocol."""
