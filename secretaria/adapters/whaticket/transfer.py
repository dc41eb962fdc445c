"""Handing a contact's ticket to people: a note for them, and the queue where they find it.

Section 4 of the contracts. Notes are `POST /ticket-notes` {note, ticketId, contactId} in the forks
that have them (ticketNoteRoutes.ts, TicketNoteController). That they want three characters or more
is our assumption.
"""

from typing import Any

import structlog

from secretaria.adapters.whaticket.calls import Exchange, Stopped
from secretaria.adapters.whaticket.tickets import Shown
from secretaria.adapters.whaticket.visit import NO_TICKET, Visit
from secretaria.core.address import Address
from secretaria.core.whaticket import is_without_permission
from secretaria.errors import TransferRefused

log = structlog.get_logger(__name__)
SHORTEST_NOTE = 3
_BOT_OFF = {"useIntegration": False, "integrationId": None, "isBot": False}


def hand_over(visit: Visit, address: Address, *, queue_id: int | None, note: str) -> None:
    """Leave the note, then move the ticket; without a queue only the note is left.

    Raises `TransferRefused` for what stays refused, and `Stopped` for what may pass.
    """
    shown = visit.ticket(address)
    if shown is None:
        raise TransferRefused(NO_TICKET.error)
    failed = _leave_note(visit, shown, note)
    if queue_id is not None:
        _must_exist(visit, queue_id)
        _move(visit, shown, queue_id)
    elif failed is not None:
        _raise(failed)


def _leave_note(visit: Visit, shown: Shown, note: str) -> Exchange | None:
    """Answers the call that failed, if it did: no note keeps a ticket from people."""
    if not visit.family.has_notes or len(note.strip()) < SHORTEST_NOTE:
        return None
    body = {"note": note, "ticketId": shown.id, "contactId": shown.contact_id}
    exchange = visit.call("transfer", "POST", "/ticket-notes", json=body)
    if exchange.sending.kind == "sent":
        return None
    log.warning("note.not_left", ticket_id=shown.id, error=exchange.sending.error)
    return exchange


def _must_exist(visit: Visit, queue_id: int) -> None:
    """A queue that does not exist would be a crash in Whaticket, over and over."""
    if queue_id in visit.queue_ids():
        return
    listed = visit.queue_ids(fresh=True)
    if listed and queue_id not in listed:
        raise TransferRefused("no_queue")


def _move(visit: Visit, shown: Shown, queue_id: int) -> None:
    body: dict[str, Any] = {"status": "pending", "queueId": queue_id, "userId": None}
    if visit.family.has_bot_flags:
        body |= _BOT_OFF
    exchange = visit.call("transfer", "PUT", f"/tickets/{shown.id}", json=body)
    if exchange.sending.kind == "sent":
        log.info("ticket.transferred", ticket_id=shown.id, queue_id=queue_id)
        return
    if is_without_permission(exchange.body):
        raise TransferRefused("no_permission")
    if not _was_written(visit, shown, queue_id, exchange):
        _raise(exchange)
    log.info("ticket.transferred", ticket_id=shown.id, queue_id=queue_id)


def _was_written(visit: Visit, shown: Shown, queue_id: int, exchange: Exchange) -> bool:
    """The SaaS family answers 500 to its own mistakes after it has written the row."""
    if exchange.sending.is_unreachable or exchange.has_expired:
        return False
    now = visit.show(shown.id)
    return now is not None and (now.queue_id, now.ticket.status, now.ticket.user_id) == (
        queue_id,
        "pending",
        None,
    )


def _raise(exchange: Exchange) -> None:
    verdict = exchange.verdict
    if verdict.kind == "refused":
        raise TransferRefused(verdict.error or "refused")
    raise Stopped(exchange.sending)
