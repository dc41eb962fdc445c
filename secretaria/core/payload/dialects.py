"""The one door for a webhook's body: the dialects, tried in order."""

from collections.abc import Callable

from secretaria.core.payload import baileys, bystander, simple
from secretaria.core.payload.checked import checked
from secretaria.core.payload.decision import Decision, PayloadError
from secretaria.core.payload.document import read_bytes
from secretaria.core.payload.fields import Fields

Dialect = Callable[[Fields], Decision | None]

DIALECTS: tuple[Dialect, ...] = (baileys.read, bystander.read)
"""Each reads documents of its own structure and returns None for the others: those are ours."""


def parse(body: bytes) -> Decision:
    """Decide what a webhook's body is. It never raises, whatever the bytes."""
    try:
        return checked(_decide(Fields(read_bytes(body))))
    except PayloadError as error:
        return error.invalid


def _decide(document: Fields) -> Decision:
    decisions = (dialect(document) for dialect in DIALECTS)
    decided = next((each for each in decisions if each is not None), None)
    return decided or simple.read(document)
