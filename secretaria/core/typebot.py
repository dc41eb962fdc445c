"""Typebot's two calls, as Whaticket makes them: what they ask, and the answers that it obeys."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from secretaria.core.payload.address import lid_digits, phone_number, place
from secretaria.core.payload.decision import Invalid, PayloadError, Sender
from secretaria.core.payload.document import read_bytes
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.person import display_name
from secretaria.core.reply import prepare

Bubble: TypeAlias = Mapping[str, object]

STOP = '#{"stopBot":true}'
"""What makes Whaticket keep this customer's messages from us."""

_NO_PHONE = re.compile(r"[0-9]{14,20}")
_LONGEST_PHONE = 13
_AUDIO = frozenset({"Áudio", "🔊"})
_STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class Said:
    """What the customer said, as far as Whaticket's words for it tell; fields of `Incoming`."""

    kind: str
    text: str
    unanswered: str | None = None


def read_start(body: bytes) -> Sender | Invalid:
    """Who begins to talk, from the body of a startChat.

    `number` is all digits of the address, also where that is a LID; `remoteJid`, which some forks
    add, is the address itself. The `message` beside them is filler.
    """
    try:
        return _sender(Fields(read_bytes(body)).inside("prefilledVariables"))
    except PayloadError as error:
        return error.invalid


def read_message(body: bytes) -> Said | Invalid:
    """What was said, from the body of a continueChat: a text, or Typebot's newer typed message."""
    try:
        return _said(Fields(read_bytes(body)))
    except PayloadError as error:
        return error.invalid


def started(session_id: str) -> dict[str, object]:
    """Answer a startChat: no messages, so that Whaticket goes on with the customer's text."""
    typebot = {"id": "secretaria", "version": "6", "theme": {}, "settings": {}}
    return {"sessionId": session_id, "typebot": typebot} | spoken(())


def spoken(bubbles: Iterable[Bubble]) -> dict[str, object]:
    """Answer a continueChat with these bubbles."""
    return {"messages": list(bubbles), "input": None}


def bubble(bubble_id: str, text: str) -> Bubble:
    """One message for the customer, a paragraph a line.

    It never begins with `#`: what does is an order to Whaticket.
    """
    return _bubble(bubble_id, prepare(text).lstrip("# \n") or "…")


def order(command: str) -> Bubble:
    """A bubble that Whaticket obeys; it reads none after it."""
    return _bubble("order", command)


def to_people(queue_id: int | None) -> str:
    """The order that gives the ticket to people: into their queue, or away from us alone."""
    return STOP if queue_id is None else f"#{json.dumps({'queueId': queue_id})}"


def _bubble(bubble_id: str, text: str) -> Bubble:
    lines = [{"type": "p", "children": [{"text": line}]} for line in text.split("\n")]
    content = {"type": "richText", "richText": lines}
    return {"id": bubble_id, "type": "text", "content": content}


def _sender(variables: Fields) -> Sender:
    address = "remoteJid" if "@" in str(variables.values.get("remoteJid")) else "number"
    where = place(variables.values.get(address))
    if where is not None:
        raise variables.refuse(address, "expected a person's")
    name = display_name(variables, "pushName")
    lid = lid_digits(variables.values.get(address))
    if lid is not None:
        return Sender(_number_beside(variables, lid), lid, None, name)
    digits = str(variables.values.get(address))
    if address == "number" and _NO_PHONE.fullmatch(digits):
        return Sender(None, digits, None, name)
    return Sender(phone_number(variables, address), None, None, name)


def _number_beside(variables: Fields, lid: str) -> str | None:
    """The number that a fork knows of a LID, if what it shows is not the LID once more."""
    try:
        number = phone_number(variables, "number")
    except PayloadError:
        return None
    return number if number and number != lid and len(number) <= _LONGEST_PHONE else None


def _said(document: Fields) -> Said:
    typed = isinstance(document.values.get("message"), dict)
    message = document.inside("message") if typed else document
    kind = message.line("type") if typed else "text"
    words = message.text("text" if typed else "message")
    if kind == "audio" or words in _AUDIO:
        return Said("audio", "")
    if words == _STICKER:
        return Said("sticker", "", unanswered="sticker")
    if kind != "text" or not words:
        raise document.refuse("message", "nothing readable in it")
    return Said("text", words)
