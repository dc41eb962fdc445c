"""What a WhatsApp message says, once its wrappers are off."""

from dataclasses import replace

from secretaria.core.payload.decision import Ignored, PayloadError
from secretaria.core.payload.fields import Fields
from secretaria.core.payload.kinds import HOUSEKEEPING, READERS, SYSTEM
from secretaria.core.payload.message import ABOUT_ANOTHER, Content, checked, deletion

MAX_WRAPPERS = 5
"""As many as Baileys' `normalizeMessageContent` takes off."""

_VIEW_ONCE = frozenset({"viewOnceMessage", "viewOnceMessageV2", "viewOnceMessageV2Extension"})
_WRAPPERS = _VIEW_ONCE | {
    "associatedChildMessage",
    "botForwardedMessage",
    "botInvokeMessage",
    "deviceSentMessage",
    "documentWithCaptionMessage",
    "editedMessage",
    "ephemeralMessage",
    "groupMentionedMessage",
    "groupStatusMessage",
    "groupStatusMessageV2",
    "lottieStickerMessage",
    "pollCreationMessageV4",
}
_REVOKE = (0, "REVOKE")


def content_of(message: Fields) -> Content | Ignored:
    """Return what a message says; raise PayloadError when nothing in it can be read."""
    inner, present, wrappers = _unwrapped(message)
    content = _read(inner, present)
    if isinstance(content, Ignored):
        return content
    content = checked(content, message.path)
    if "editedMessage" in wrappers and content.kind not in ABOUT_ANOTHER:
        content = _edit(content, content.edits)
    return replace(content, needs_person="view_once") if wrappers & _VIEW_ONCE else content


def _unwrapped(message: Fields) -> tuple[Fields, list[str], set[str]]:
    """Return what the wrappers hold, the names of what is present in it, and which they were."""
    taken_off: set[str] = set()
    present = _present(message)
    for _ in range(MAX_WRAPPERS):
        wrapper = next((name for name in present if name in _WRAPPERS), None)
        if wrapper is None:
            break
        taken_off.add(wrapper)
        message = message.inside(wrapper).inside("message")
        present = _present(message)
    return message, present, taken_off


def _read(message: Fields, present: list[str]) -> Content | Ignored:
    if "conversation" in present:
        is_automatic = message.is_marked("conversation")
        return Content("text", message.text("conversation"), is_automatic=is_automatic)
    for name in present:
        if name == "protocolMessage":
            return _protocol(message.inside(name))
        if name in READERS:
            return READERS[name](message.inside(name))
        if name in SYSTEM:
            return Ignored("system")
    if present and HOUSEKEEPING.issuperset(present):
        return Ignored("system")
    raise PayloadError("invalid_payload", f"{message.path}: nothing readable")


def _protocol(protocol: Fields) -> Content | Ignored:
    """Read a message about another one: an edit, a deletion or something of WhatsApp's own."""
    target = protocol.inside("key").identifier("id")
    if protocol.has("editedMessage"):
        content = content_of(protocol.inside("editedMessage"))
        if isinstance(content, Ignored) or content.kind in ABOUT_ANOTHER:
            return Ignored("system")
        return _edit(content, target)
    return deletion(target) if protocol.values.get("type") in _REVOKE else Ignored("system")


def _edit(content: Content, target: str | None) -> Content:
    return replace(content, kind="edit", edits=target, unanswered=None)


def _present(message: Fields) -> list[str]:
    return [name for name, value in message.values.items() if value not in (None, "")]
