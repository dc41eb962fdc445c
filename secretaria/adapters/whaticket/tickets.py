"""Whaticket's tickets: finding the one that belongs to a number."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_LIVING = frozenset({"open", "pending"})


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket of one contact; a living one waits for somebody, or somebody has it."""

    id: int
    is_living: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of `GET /tickets`: the tickets of the number that was looked for."""

    tickets: tuple[Ticket, ...]
    has_more: bool


def queue_ids(body: str) -> list[int]:
    """The ids in an answer of `GET /queue`; without them only queueless tickets are listed."""
    return [one["id"] for one in _objects(_document(body)) if _is_id(one.get("id"))]


def page_of(body: str, number: str) -> Page | None:
    """The tickets of exactly this number; None for what is no list of tickets.

    The search matches names and messages too, so that most of what it finds is other people's.
    """
    document = _document(body)
    if not isinstance(document, dict) or not isinstance(document.get("tickets"), list):
        return None
    tickets = tuple(
        Ticket(one["id"], one.get("status") in _LIVING)
        for one in _objects(document["tickets"])
        if _is_id(one.get("id")) and _number(one) == number
    )
    return Page(tickets, document.get("hasMore") is True)


def best_of(tickets: Iterable[Ticket]) -> Ticket | None:
    """A living ticket first, then the newest."""
    return max(tickets, key=lambda ticket: (ticket.is_living, ticket.id), default=None)


def _number(ticket: dict[str, Any]) -> str | None:
    contact = ticket.get("contact")
    number = contact.get("number") if isinstance(contact, dict) else None
    return str(number) if number else None


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _objects(values: Any) -> list[dict[str, Any]]:
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _document(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
