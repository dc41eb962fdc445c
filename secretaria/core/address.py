"""Where a contact is found."""

from dataclasses import dataclass

from secretaria.core.payload import Backend


@dataclass(frozen=True, slots=True)
class Address:
    """Where a contact is found: by a number, a LID, a ticket, or Ticketz PRO's backend."""

    number: str | None
    ticket_id: int | None
    lid: str | None = None
    backend: Backend | None = None
