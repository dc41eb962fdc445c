"""The envelope in which the fork FLAV sends what has happened: `{event, payload, timestamp}`."""

import re
from collections.abc import Iterator

from secretaria.core.payload.fields import Fields

_TOLD_OF_OURS = re.compile(r"sent|send|out|ack|read|deliver|status", re.IGNORECASE)


def is_envelope(document: Fields) -> bool:
    """Tell whether a document only wraps another."""
    return isinstance(document.values.get("event"), str) and document.has("payload")


def is_answerable(document: Fields) -> bool:
    """Tell whether its event may mean that a customer said something."""
    return not _TOLD_OF_OURS.search(str(document.values["event"]))


def readings(document: Fields) -> Iterator[Fields]:
    """Return the ways in which its payload may be meant.

    It is a document of another dialect, or a message or a ticket by itself.
    """
    payload = document.inside("payload")
    around = {name: payload.values.get(name) for name in ("ticket", "contact")}
    yield payload
    yield Fields({"message": payload.values, **around}, payload.path)
    if str(document.values["event"]).lower().startswith("ticket"):
        yield Fields({"action": "update", "ticket": payload.values}, payload.path)
