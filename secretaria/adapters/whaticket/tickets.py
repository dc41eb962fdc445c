"""Whaticket's tickets as the API shows them: reading them, and finding a contact's own."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from secretaria.adapters.whaticket.moments import moment_in
from secretaria.core.ticket import Ticket, TicketStatus

_LIVING = frozenset({"open", "pending"})
_STATUSES: dict[str, TicketStatus] = {
    "pending": "pending",
    "open": "open",
    "closed": "closed",
}
_NUMBER_FIELDS = ("number", "phoneNumber", "lid", "numberLid")


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket with what else the API shows of it."""

    id: int
    ticket: Ticket
    queue_id: int | None = None
    contact_id: int | None = None
    contact_keys: frozenset[str] = frozenset()
    """The contact's number and LID, as far as they are shown: digits."""

    @property
    def is_living(self) -> bool:
        """Whether it waits for somebody, or somebody has it."""
        return self.ticket.status in _LIVING


@dataclass(frozen=True, slots=True)
class Page:
    """One page of `GET /tickets`: the tickets of the contact who was looked for."""

    tickets: tuple[Shown, ...]
    has_more: bool


def queue_ids(body: str) -> tuple[int, ...]:
    """The ids in an answer of `GET /queue`; without them only queueless tickets are listed."""
    found = (_id(one.get("id")) for one in _objects(_document(body)))
    return tuple(one for one in found if one is not None)


def page_of(body: str, keys: Collection[str]) -> Page | None:
    """The tickets of exactly these numbers or LIDs; None for what is no list of tickets.

    The search matches names and messages too, so that most of what it finds is other people's.
    """
    document = _document(body)
    if not isinstance(document, dict) or not isinstance(document.get("tickets"), list):
        return None
    shown = (_shown(one) for one in _objects(document["tickets"]))
    tickets = tuple(one for one in shown if one and not one.contact_keys.isdisjoint(keys))
    return Page(tickets, document.get("hasMore") is True)


def ticket_of(body: str) -> Shown | None:
    """The ticket in an answer of `GET /tickets/:id`; None for what is none."""
    document = _document(body)
    return _shown(document) if isinstance(document, dict) else None


def best_of(tickets: Iterable[Shown]) -> Shown | None:
    """A living ticket first, then the newest."""
    return max(tickets, key=lambda ticket: (ticket.is_living, ticket.id), default=None)


def _shown(row: dict[str, Any]) -> Shown | None:
    ticket_id = _id(row.get("id"))
    if ticket_id is None:
        return None
    contact = row["contact"] if isinstance(row.get("contact"), dict) else {}
    return Shown(
        ticket_id,
        Ticket(
            id=ticket_id,
            status=_status(row.get("status")),
            user_id=_id(row.get("userId")),
            is_bot_disabled=contact.get("disableBot") is True,
            updated_at=moment_in(row.get("updatedAt")),
        ),
        queue_id=_id(row.get("queueId")),
        contact_id=_id(row.get("contactId")) or _id(contact.get("id")),
        contact_keys=frozenset(
            str(contact[name]).partition("@")[0] for name in _NUMBER_FIELDS if contact.get(name)
        ),
    )


def _status(value: object) -> TicketStatus | None:
    return _STATUSES.get(value, "other") if isinstance(value, str) else None


def _id(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _objects(values: Any) -> list[dict[str, Any]]:
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _document(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
