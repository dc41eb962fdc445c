"""Who the customer is: the number, the LID, the ticket and the name that a payload shows."""

from collections.abc import Sequence

from secretaria.core.payload.address import EXPECTED, bare_lid_digits, lid_digits, phone_digits
from secretaria.core.payload.decision import PayloadError, Sender
from secretaria.core.payload.fields import Fields

MAX_NAME_CHARACTERS = 100

_MAX_TICKET_ID = 2**31 - 1
_LID_FIELDS = ("lid", "numberLid")
_JID_FIELDS = ("remoteJid", "jid")

Place = tuple[Fields, str]
"""An object of the payload, and the field in it where an address may stand."""


def identify(
    numbers: Sequence[Place],
    contacts: Sequence[Fields],
    *,
    ticket_id: int | None = None,
    name: str | None = None,
) -> Sender:
    """Return who stands at these places: the first number, and the first LID.

    Contacts are looked through for LIDs. Whatever equals a LID that is shown anywhere is no
    number, however the fork has labelled it. Raise PayloadError when nobody stands there.
    """
    lids = _lids(numbers, contacts)
    found = (phone_digits(fields.values.get(name)) for fields, name in numbers)
    number = next((digits for digits in found if digits is not None and digits not in lids), None)
    if number is None and not lids and ticket_id is None:
        raise _nobody(numbers)
    return Sender(number, next(iter(lids), None), ticket_id, name)


def display_name(fields: Fields, name: str) -> str | None:
    """Return the display name in a field, on one line; None when there is none to read.

    People choose it themselves: it may be long, and it may be cut.
    """
    return fields.label(name, limit=MAX_NAME_CHARACTERS)


def first_name(*places: Place) -> str | None:
    """Return the first display name that can be read."""
    return next(filter(None, (display_name(fields, name) for fields, name in places)), None)


def ticket_number(*places: Place) -> int | None:
    """Return the first id of a ticket that makes sense."""
    found = (fields.whole(name) for fields, name in places)
    return next((id_ for id_ in found if id_ is not None and 0 < id_ <= _MAX_TICKET_ID), None)


def _lids(numbers: Sequence[Place], contacts: Sequence[Fields]) -> list[str]:
    labelled = (bare_lid_digits(each.values.get(name)) for each in contacts for name in _LID_FIELDS)
    by_server = [
        *(lid_digits(fields.values.get(name)) for fields, name in numbers),
        *(lid_digits(each.values.get(name)) for each in contacts for name in _JID_FIELDS),
    ]
    return [digits for digits in (*labelled, *by_server) if digits is not None]


def _nobody(numbers: Sequence[Place]) -> PayloadError:
    for fields, name in numbers:
        if fields.has(name):
            return fields.refuse(name, EXPECTED)
    fields, name = numbers[0]
    return fields.refuse(name, "missing; expected who sent the message")
