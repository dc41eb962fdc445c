"""The one door for a webhook's body: the dialects, tried in order."""

from collections.abc import Callable

from secretaria.core.payload import (
    app_message,
    baileys,
    envelope,
    flat,
    izing,
    press_ticket,
    simple,
    ticketz_pro,
    whazing,
)
from secretaria.core.payload.checked import checked
from secretaria.core.payload.decision import Decision, Ignored, Incoming, PayloadError
from secretaria.core.payload.document import read_bytes
from secretaria.core.payload.fields import Fields

Dialect = Callable[[Fields], Decision | None]

DIALECTS: tuple[Dialect, ...] = (
    baileys.read,
    flat.read,
    ticketz_pro.read,
    izing.read,
    whazing.read,
    press_ticket.read,
    app_message.read,
)
"""Each reads documents of its own structure and returns None for the others: those are ours."""


def parse(body: bytes) -> Decision:
    """Decide what a webhook's body is. It never raises, whatever the bytes."""
    try:
        return checked(_decide(Fields(read_bytes(body))))
    except PayloadError as error:
        return error.invalid


def _decide(document: Fields) -> Decision:
    if envelope.is_envelope(document):
        return _opened(document)
    return _read(document) or simple.read(document)


def _read(document: Fields) -> Decision | None:
    decisions = (dialect(document) for dialect in DIALECTS)
    return next((each for each in decisions if each is not None), None)


def _opened(document: Fields) -> Decision:
    readings = (_read(reading) for reading in envelope.readings(document))
    decision = next((each for each in readings if each is not None), None)
    if decision is None:
        decision = simple.read(document.inside("payload"))
    is_theirs = isinstance(decision, Incoming)
    return decision if not is_theirs or envelope.is_answerable(document) else Ignored("event")
