"""Whaticket's tickets: finding the one that belongs to a number."""

import json
from typing import Any

from secretaria.adapters.http import Answer

_BEST_FIRST = ("open", "pending")


def queue_ids(answer: Answer) -> list[int]:
    """The ids in an answer of `GET /queue`; without them only queueless tickets are listed."""
    queues = _document(answer)
    found = [queue.get("id") for queue in queues] if isinstance(queues, list) else []
    return [one for one in found if isinstance(one, int)]


def ticket_of(answer: Answer, number: str) -> int | None:
    """The contact's ticket in an answer of `GET /tickets`: a living one first, else the newest."""
    document = _document(answer)
    listed = document.get("tickets") if isinstance(document, dict) else None
    tickets = [one for one in listed or [] if isinstance(one, dict) and _number(one) == number]
    ranked = sorted(tickets, key=lambda ticket: (_rank(ticket), -int(ticket.get("id") or 0)))
    return int(ranked[0]["id"]) if ranked else None


def _rank(ticket: dict[str, Any]) -> int:
    return 0 if ticket.get("status") in _BEST_FIRST else 1


def _number(ticket: dict[str, Any]) -> str | None:
    contact = ticket.get("contact")
    number = contact.get("number") if isinstance(contact, dict) else None
    return str(number) if number else None


def _document(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
