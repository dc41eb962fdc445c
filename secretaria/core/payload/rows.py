"""A message as Whaticket keeps it: a body, the type of its media, and where they lie."""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from secretaria.core.payload import wording
from secretaria.core.payload.content import content_of as whatsapp_content_of
from secretaria.core.payload.decision import Ignored, PayloadError
from secretaria.core.payload.document import JsonObject, read_text
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.kinds import MAX_FILE_NAME_CHARACTERS
from secretaria.core.payload.message import Content, checked, reaction, sticker

Reader = Callable[[Fields, str], Content]
"""Reads a row; the second argument is the name under which it shows its body."""

_KINDS = {
    "audio": {"audio", "ptt", "audiomessage", "voice"},
    "contact": {"vcard", "multi_vcard", "contactmessage", "contactsarraymessage", "contact"},
    "document": {
        "document",
        "documentmessage",
        "documentwithcaptionmessage",
        "application",
        "file",
    },
    "image": {"image", "imagemessage"},
    "interactive": {
        *("buttons_response", "list_response", "template_button_reply", "interactive"),
        *("buttonsresponsemessage", "listresponsemessage", "templatebuttonreplymessage"),
        "interactiveresponsemessage",
    },
    "location": {"location", "locationmessage", "livelocation", "livelocationmessage"},
    "order": {"order", "ordermessage"},
    "poll": {"poll", "poll_creation"}
    | {f"pollcreationmessage{version}" for version in ("", "v2", "v3", "v4", "v5", "v6")},
    "reaction": {"reaction", "reactionmessage"},
    "sticker": {"sticker", "stickermessage"},
    "system": {
        *("protocolmessage", "e2e_notification", "notification_template", "call_log", "gp2"),
        *("ciphertext", "pollupdatemessage", "senderkeydistributionmessage"),
    },
    "text": {"chat", "conversation", "extendedtextmessage", "editedmessage", "text"},
    "video": {"video", "videomessage", "ptv", "ptvmessage", "gif"},
    "view_once": {"viewoncemessage", "viewoncemessagev2", "viewoncemessagev2extension"},
}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}

_NO_WORDS_OF_THEIRS = frozenset({"Áudio", "🔊", "sticker"})  # what forks put for want of words

_PARTS_OF_AN_ADVERTISEMENT = 5

_COORDINATES = re.compile(r"(-?[0-9]{1,3}\.[0-9]+), ?(-?[0-9]{1,3}\.[0-9]+)")
_FILE_NAMES = ("fileName", "filename", "mediaName", "originalName")


def content_of(
    row: Fields, *, body: str = "body", media_type: str = "mediaType"
) -> Content | Ignored:
    """Return what a row says; raise PayloadError when nothing in it can be read.

    `body` and `media_type` are the names under which a dialect shows those two columns.
    """
    kind = _kind(row, media_type)
    raw = _raw(row) if kind != "text" else None
    content = raw or _stored(row, kind, body)
    return content if isinstance(content, Ignored) else checked(content, row.where(body))


def worded(row: Fields, name: str) -> Content:
    """Return what a body says that may be words, or a place or card that a fork wrote into it."""
    text = row.text(name)
    if text.startswith("BEGIN:VCARD"):
        return _card(text)
    if text.startswith("data:image/") and "|" in text:
        return _picture_and_words(text)
    return Content("text", text, is_automatic=row.is_marked(name))


def _kind(row: Fields, media_type: str) -> str:
    value = row.values.get(media_type)
    named = value.split("/", 1)[0].lower() if isinstance(value, str) else ""
    has_media = bool(row.values.get("mediaUrl"))
    kind = _KIND_OF.get(named, "document" if has_media else "text")
    return "document" if kind == "text" and has_media and named == "text" else kind


def _raw(row: Fields) -> Content | Ignored | None:
    """Return what WhatsApp's own form of the message says, where the row keeps that as JSON."""
    kept = row.values.get("dataJson")
    if not isinstance(kept, str):
        return None
    try:
        return whatsapp_content_of(Fields(read_text(kept), row.where("dataJson")).inside("message"))
    except PayloadError:
        return None  # the row itself tells enough


def _stored(row: Fields, kind: str, body: str) -> Content | Ignored:
    if kind == "system":
        return Ignored("system")
    return _READERS[kind](row, body) if kind in _READERS else _media(row, kind, body)


def _media(row: Fields, kind: str, body: str) -> Content:
    """Return media; forks put the name of the file where nothing was written with it."""
    stored_name = _file_name(row)
    text = row.text(body)
    is_filler = text in _NO_WORDS_OF_THEIRS or text == stored_name
    names = (row.label(name, limit=MAX_FILE_NAME_CHARACTERS) for name in _FILE_NAMES)
    return Content(
        kind,
        "" if is_filler else text,
        file_name=next(filter(None, names), stored_name) if kind == "document" else None,
        is_automatic=row.is_marked(body),
    )


def _spoken(kind: str) -> Reader:
    return lambda row, body: replace(worded(row, body), kind=kind)


def _sticker(_row: Fields, _body: str) -> Content:
    return sticker()


def _reaction(row: Fields, body: str) -> Content:
    target = row.whatsapp_id("quotedMsgId") or row.part("quotedMsg").whatsapp_id("wid", "id")
    return reaction(row.text(body), target)


def _order(row: Fields, body: str) -> Content:
    placed: JsonObject = {"message": row.text(body)}
    return Content("order", wording.order(Fields(placed)), needs_person="order")


def _view_once(row: Fields, body: str) -> Content:
    return Content("image", row.text(body), needs_person="view_once")


def _contact(row: Fields, body: str) -> Content:
    return _card(row.text(body))


def _location(row: Fields, body: str) -> Content:
    return _place(row.text(body))


def _file_name(row: Fields) -> str | None:
    url = row.values.get("mediaUrl")
    try:
        path = urlsplit(url).path if isinstance(url, str) else ""
    except ValueError:
        return None
    named = Fields({"name": unquote(path).rpartition("/")[2]})
    return named.label("name", limit=MAX_FILE_NAME_CHARACTERS)


def _card(body: str) -> Content:
    described = wording.contacts([Fields({"vcard": body})]) if "BEGIN:VCARD" in body else ""
    return Content("contact", described or body)


def _picture_and_words(body: str) -> Content:
    """Read a thumbnail and what belongs to it: a place on a map, or an advertisement and a text.

    They are `data:image/...|<map>|<coordinates>` and `data:image/...|<url>|<title>|<body>|<text>`.
    """
    advertised = body.split("|", 4)
    if len(advertised) < _PARTS_OF_AN_ADVERTISEMENT or "maps" in advertised[1]:
        return _place(body)
    return Content("text", advertised[-1].strip())


def _place(body: str) -> Content:
    shown = "|".join(part for part in body.split("|") if not part.startswith("data:"))
    found = _COORDINATES.search(shown.replace("%2C", ","))
    if found is None:
        return Content("location", shown.strip() or "Localização")
    latitude, longitude = map(float, found.groups())
    degrees: JsonObject = {"degreesLatitude": latitude, "degreesLongitude": longitude}
    return Content("location", wording.location(Fields(degrees)) or "Localização")


_READERS: dict[str, Reader] = {
    "contact": _contact,
    "interactive": _spoken("interactive"),
    "location": _location,
    "order": _order,
    "poll": _spoken("poll"),
    "reaction": _reaction,
    "sticker": _sticker,
    "text": worded,
    "view_once": _view_once,
}
"""How each kind of row is read; all others are media."""
