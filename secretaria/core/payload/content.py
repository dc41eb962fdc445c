"""What a WhatsApp message says, once its wrappers are off."""

from dataclasses import replace

from secretaria.core.payload.decision import Ignored, PayloadError
from secretaria.core.payload.fields import MAX_TEXT_CHARACTERS, Fields
from secretaria.core.payload.kinds import HOUSEKEEPING, READERS, SPEECHLESS, UNANSWERED, Content

MAX_WRAPPERS = 5
"""As many as Baileys' `normalizeMessageContent` takes off."""

_WRAPPERS = frozenset(
    {
        "associatedChildMessage",
        "deviceSentMessage",
        "documentWithCaptionMessage",
        "editedMessage",
        "ephemeralMessage",
        "groupStatusMessage",
        "groupStatusMessageV2",
        "lottieStickerMessage",
        "pollCreationMessageV4",
        "viewOnceMessage",
        "viewOnceMessageV2",
        "viewOnceMessageV2Extension",
    }
)
_REVOKE = (0, "REVOKE")


def content_of(message: Fields) -> Content | Ignored:
    """Return what a message says; raise PayloadError when nothing in it can be read."""
    inner, is_edit = _unwrapped(message)
    content = _read(inner)
    if isinstance(content, Ignored):
        return content
    if not content.text and content.kind not in SPEECHLESS | {"edit"}:
        raise _unreadable(message)
    if len(content.text) > MAX_TEXT_CHARACTERS:
        expected = f"expected at most {MAX_TEXT_CHARACTERS} characters of text"
        raise PayloadError("invalid_payload", f"{message.path}: {expected}")
    return replace(content, kind="edit") if is_edit else content


def _unwrapped(message: Fields) -> tuple[Fields, bool]:
    """Return what the wrappers hold, and whether one of them says that it is an edit."""
    is_edit = False
    for _ in range(MAX_WRAPPERS):
        wrapper = next((name for name in _present(message) if name in _WRAPPERS), None)
        if wrapper is None:
            break
        is_edit = is_edit or wrapper == "editedMessage"
        message = message.inside(wrapper).inside("message")
    return message, is_edit


def _read(message: Fields) -> Content | Ignored:
    present = _present(message)
    if "conversation" in present:
        return Content("text", message.text("conversation"))
    for name in present:
        if name == "protocolMessage":
            return _protocol(message.inside(name))
        if name in READERS:
            return READERS[name](message.inside(name))
        if name in UNANSWERED:
            return Ignored(UNANSWERED[name])
    if present and HOUSEKEEPING.issuperset(present):
        return Ignored("system")
    raise _unreadable(message)


def _protocol(protocol: Fields) -> Content | Ignored:
    """Read a message about another one: an edit, a deletion or something of WhatsApp's own."""
    if protocol.has("editedMessage"):
        content = content_of(protocol.inside("editedMessage"))
        if isinstance(content, Ignored):
            return content
        target = protocol.inside("key").identifier("id")
        return replace(content, kind="edit", edits=target)
    return Ignored("deleted" if protocol.values.get("type") in _REVOKE else "system")


def _present(message: Fields) -> list[str]:
    return [name for name, value in message.values.items() if value not in (None, "")]


def _unreadable(message: Fields) -> PayloadError:
    return PayloadError("invalid_payload", f"{message.path}: nothing readable")
