"""Ticketz PRO's webhook driver, which takes the answers at an address of its own."""

import re

from secretaria.core.payload import rows
from secretaria.core.payload.decision import Backend, Decision, Ignored, Sender
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.message import Message, decide
from secretaria.core.payload.person import display_name, ticket_number

_URL = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#][!-~]*)?", re.IGNORECASE)
_TOKEN = re.compile(r"[!-~]+")
_MAX_CHARACTERS = 4096


def read(document: Fields) -> Decision | None:
    """Read a message of Ticketz PRO; None when the document is something else.

    Raise PayloadError when it is one, but no ticket is there to answer or nothing to read.
    """
    metadata = document.values.get("metadata")
    if not isinstance(metadata, dict) or not metadata.keys() & {"ticketId", "backendUrl"}:
        return None
    return decide((document, document.part("metadata")), lambda: _message(document))


def _message(document: Fields) -> Message | Ignored:
    metadata = document.part("metadata")
    content = rows.content_of(document, body="content", media_type="type")
    if isinstance(content, Ignored):
        return content
    ticket_id = ticket_number((metadata, "ticketId"))
    if ticket_id is None:
        raise metadata.refuse("ticketId", "expected the id of the ticket to answer")
    customer = Sender(None, None, ticket_id, display_name(metadata.part("from"), "name"))
    return Message(content, customer, backend=_backend(document))


def _backend(document: Fields) -> Backend | None:
    """Return where the answers go; None where that, or the token for it, is not shown."""
    metadata = document.part("metadata")
    if not metadata.has("backendUrl") or not document.has("token"):
        return None
    url = _matching(metadata, "backendUrl", _URL, "expected an http or https URL")
    return Backend(url, _matching(document, "token", _TOKEN, "expected visible ASCII characters"))


def _matching(fields: Fields, name: str, pattern: re.Pattern[str], expected: str) -> str:
    value = fields.values.get(name)
    if not isinstance(value, str) or len(value) > _MAX_CHARACTERS or not pattern.fullmatch(value):
        raise fields.refuse(name, expected)
    return value
