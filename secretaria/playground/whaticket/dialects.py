"""The webhooks of the families: what is said on a phone or a panel, in each one's own form.

The structures are those of section 3.1 of the real contracts, and of the samples beside them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from secretaria.playground.whaticket.manners import Dialect
from secretaria.playground.whaticket.phone import BUSINESS_NAME, echo_payload, text_payload
from secretaria.playground.whaticket.tickets import Ticket, iso

_BUSINESS_JID = "5511955559900@c.us"


@dataclass(frozen=True, slots=True)
class Said:
    """A text of a ticket; `sent_at` in epoch seconds, `user_id` of the person who wrote it.

    `backend_url` and `session_token`: where and by what Ticketz PRO takes the answers.
    """

    ticket: Ticket
    text: str
    provider_id: str
    sent_at: float
    is_from_me: bool
    user_id: int | None = None
    backend_url: str = ""
    session_token: str = ""

    @property
    def number(self) -> str:
        """The customer's number, or the digits of their LID."""
        return self.ticket.number

    @property
    def moment(self) -> str:
        """When it was said, as an ISO 8601 time."""
        return iso(datetime.fromtimestamp(self.sent_at, UTC))


def payload(dialect: Dialect, said: Said) -> dict[str, Any]:
    """Return what this dialect posts."""
    return _FORMS[dialect](said)


def closed_payload(ticket: Ticket) -> dict[str, Any]:
    """Return what Whazing's channel hook posts when a ticket is closed."""
    return {"Type": "ClosedTicket", "ticket": _whazing_ticket(ticket), "contact": _whazing(ticket)}


def _baileys(said: Said) -> dict[str, Any]:
    """A: the raw Baileys message."""
    form = (
        echo_payload(said.number, said.text, provider_id=said.provider_id, sent_at=said.sent_at)
        if said.is_from_me
        else text_payload(
            said.number,
            said.text,
            name=said.ticket.name,
            provider_id=said.provider_id,
            sent_at=said.sent_at,
        )
    )
    if said.ticket.is_lid:
        form["key"]["remoteJid"] = f"{said.number}@lid"
    return form


def _flat(said: Said) -> dict[str, Any]:
    """B: the flat form, which has no message id."""
    ticket = said.ticket
    return {
        "filaescolhida": None,
        "filaescolhidaid": ticket.queue_id,
        "mensagem": said.text,
        "sender": said.number,
        "chamadoId": ticket.id,
        "acao": "start",
        "name": ticket.name,
        "companyId": 1,
        "defaultWhatsapp_x": 1,
        "fromMe": said.is_from_me,
        "queueId": ticket.queue_id,
        "isGroup": False,
        "ticketData": ticket.as_json() | {"contact": _contact(ticket), "user": _user(ticket)},
    }


def _ticketz_pro(said: Said) -> dict[str, Any]:
    """C: the webhook driver, answered at once or at its backend."""
    return {
        "type": "text",
        "content": said.text,
        "mediaUrl": None,
        "token": said.session_token,
        "metadata": {
            "ticketId": said.ticket.id,
            "backendUrl": said.backend_url,
            "from": {"id": said.ticket.id, "name": said.ticket.name},
        },
    }


def _whazing_message(said: Said) -> dict[str, Any]:
    """D: the integration hook, which goes both ways."""
    return {
        "messageId": said.provider_id,
        "messageBody": said.text,
        "timestamp": int(said.sent_at * 1000),
        "status": "sended" if said.is_from_me else "received",
        "fromMe": said.is_from_me,
        "mediaType": "chat",
        "mediaUrl": None,
        "isDeleted": False,
        "sendType": "chat",
        "edited": None,
        "reactions": None,
        "ticket": _whazing_ticket(said.ticket),
        "contact": _whazing(said.ticket),
        "user": None if said.user_id is None else {"id": said.user_id, "name": "Joana"},
        "whatsapp": {"id": 1, "name": "Canal 1"},
    }


def _whazing_ticket(ticket: Ticket) -> dict[str, Any]:
    known = {"id": ticket.id, "status": ticket.status, "userId": ticket.user_id}
    return known | {"protocol": f"2026{ticket.id:08}", "queueId": ticket.queue_id}


def _whazing(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "name": ticket.name,
        "phoneNumber": None if ticket.is_lid else ticket.number,
        "isGroup": False,
        "pushname": ticket.name,
        "lid": f"{ticket.number}@lid" if ticket.is_lid else None,
    }


def _izing(said: Said) -> dict[str, Any]:
    """E: the hook of the tickets that were opened through izing's API."""
    return {
        "timestamp": int(said.sent_at * 1000),
        "message": _wwebjs(said),
        "messageId": said.provider_id,
        "ticketId": said.ticket.id,
        "externalKey": f"chave-{said.ticket.id}",
        "type": "hookMessage",
    }


def _press(said: Said) -> dict[str, Any]:
    """F: a whatsapp-web.js message with its ticket and contact."""
    ticket = said.ticket
    return {
        "message": _wwebjs(said),
        "ticket": ticket.as_json(),
        "contact": _contact(ticket)
        | {
            "number": "" if ticket.is_lid else ticket.number,
            "numberLid": f"{ticket.number}@lid" if ticket.is_lid else None,
        },
        "whatsappId": 1,
        "queueId": ticket.queue_id,
    }


def _wwebjs(said: Said) -> dict[str, Any]:
    server = "lid" if said.ticket.is_lid else "c.us"
    customer = f"{said.number}@{server}"
    flag = "true" if said.is_from_me else "false"
    ends = (_BUSINESS_JID, customer) if said.is_from_me else (customer, _BUSINESS_JID)
    return {
        "_data": {"notifyName": BUSINESS_NAME if said.is_from_me else said.ticket.name},
        "mediaKey": None,
        "id": {
            "fromMe": said.is_from_me,
            "remote": customer,
            "id": said.provider_id,
            "_serialized": f"{flag}_{customer}_{said.provider_id}",
        },
        "ack": 1,
        "hasMedia": False,
        "body": said.text,
        "type": "chat",
        "timestamp": int(said.sent_at),
        "from": ends[0],
        "to": ends[1],
        "author": None,
        "deviceType": "android",
        "isStatus": False,
        "broadcast": False,
        "fromMe": said.is_from_me,
        "hasQuotedMsg": False,
        "vCards": [],
        "mentionedIds": [],
        "links": [],
    }


def _socket(said: Said) -> dict[str, Any]:
    """H: the event `appMessage` of Socket.IO, as a bridge passes it on."""
    server = "lid" if said.ticket.is_lid else "s.whatsapp.net"
    message = {
        "id": said.provider_id,
        "remoteJid": f"{said.number}@{server}",
        "participant": None,
        "dataJson": "{}",
        "ack": 2 if said.is_from_me else 0,
        "read": said.is_from_me,
        "fromMe": said.is_from_me,
        "body": said.text,
        "mediaUrl": None,
        "mediaType": "conversation",
        "isDeleted": False,
        "createdAt": said.moment,
        "updatedAt": said.moment,
        "quotedMsgId": None,
        "ticketId": said.ticket.id,
        "contactId": None if said.is_from_me else said.ticket.id,
        "isEdited": False,
    }
    ticket = said.ticket.as_json() | {"user": _user(said.ticket)}
    return {
        "action": "create",
        "message": message,
        "ticket": ticket | {"contact": _contact(said.ticket)},
        "contact": _contact(said.ticket),
    }


def _contact(ticket: Ticket) -> dict[str, Any]:
    return ticket.contact_json() | {"disableBot": ticket.is_bot_disabled}


def _user(ticket: Ticket) -> dict[str, Any] | None:
    return None if ticket.user_id is None else {"id": ticket.user_id, "name": "Joana"}


_FORMS: Mapping[Dialect, Callable[[Said], dict[str, Any]]] = {
    "A": _baileys,
    "B": _flat,
    "C": _ticketz_pro,
    "D": _whazing_message,
    "E": _izing,
    "F": _press,
    "H": _socket,
}
