"""Ticketz PRO's door for answers that come later: `POST {backendUrl}/integrations/webhook`."""

from dataclasses import replace

from secretaria.adapters.whaticket.calls import Way
from secretaria.adapters.whaticket.place import is_same_origin
from secretaria.core.delivery import Sending
from secretaria.core.payload import Backend

FOREIGN = Sending("refused", "foreign_backend")
_NO_LONGER_OPEN = ("access_", "route_")


def answer_at(backend: Backend, way: Way, text: str) -> Sending:
    """Answer in the conversation whose token came with its message (dialect C of section 3.1).

    The address came from outside: only that of our own Whaticket is called. A token that is no
    longer taken is this conversation's fault alone, not the channel's.
    """
    if not is_same_origin(backend.url, way.base_url):
        return FOREIGN
    there = replace(way, base_url=backend.url.rstrip("/"))
    message = {"type": "text", "content": text}
    path = "/integrations/webhook"
    sending = there.call("send", "POST", path, token=backend.token, json=message).sending
    if (sending.error or "").startswith(_NO_LONGER_OPEN):
        return replace(sending, kind="refused", error=f"backend_{sending.error}")
    return sending
