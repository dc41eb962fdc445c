"""One message of each dialect, as the forks send it, to build others from."""

import copy
from typing import Any

PHONE = "5511955550101"
LID = "118650024417001"

TICKET: dict[str, Any] = {
    "id": 4357,
    "status": "pending",
    "isGroup": False,
    "userId": None,
    "queueId": 3,
    "updatedAt": "2026-01-05T12:00:00.000Z",
    "contact": {"id": 8120, "name": "Ana Prado", "number": PHONE, "disableBot": False},
    "user": None,
}
BAILEYS: dict[str, Any] = {
    "key": {"remoteJid": f"{LID}@lid", "fromMe": False, "id": "AB1", "senderPn": f"{PHONE}@c.us"},
    "messageTimestamp": 1767614400,
    "pushName": "Ana Prado",
    "broadcast": False,
    "message": {"conversation": "oi"},
}
FLAT: dict[str, Any] = {
    "filaescolhida": "Recepção",
    "filaescolhidaid": 3,
    "mensagem": "oi",
    "sender": PHONE,
    "chamadoId": 4357,
    "acao": "start",
    "name": "Ana Prado",
    "fromMe": False,
    "queueId": 3,
    "isGroup": False,
    "ticketData": TICKET,
}
OLDER_FLAT: dict[str, Any] = {
    "filaescolhidaid": 3,
    "mensagem": "oi",
    "sender": {"id": 8120, "name": "Ana Prado", "number": PHONE, "isGroup": False},
    "chamadoId": 4357,
    "acao": "start",
    "fromMe": False,
    "chamado": {"id": 4357, "status": "open", "userId": 7, "updatedAt": "2026-01-05T12:00:00Z"},
}
TICKETZ_PRO: dict[str, Any] = {
    "type": "text",
    "content": "oi",
    "mediaUrl": None,
    "token": "ficha",
    "metadata": {
        "ticketId": 20811,
        "backendUrl": "https://chat.exemplo.com.br/backend",
        "from": {"id": 551, "name": "Ana Prado"},
    },
}
WHAZING: dict[str, Any] = {
    "messageId": "AB1",
    "messageBody": "oi",
    "timestamp": 1767614400000,
    "status": "received",
    "fromMe": False,
    "mediaType": "chat",
    "mediaUrl": None,
    "isDeleted": False,
    "sendType": "chat",
    "edited": None,
    "reactions": None,
    "ticket": {"id": 3301, "status": "pending", "protocol": "2026", "queueId": 4},
    "contact": {
        "name": "Ana Prado",
        "phoneNumber": PHONE,
        "isGroup": False,
        "pushname": "Ana",
        "lid": f"{LID}@lid",
    },
    "user": None,
    "whatsapp": {"id": 1, "name": "Canal 1"},
}
WWEBJS: dict[str, Any] = {
    "_data": {"notifyName": "Ana"},
    "id": {
        "fromMe": False,
        "remote": f"{PHONE}@c.us",
        "id": "AB1",
        "_serialized": f"false_{PHONE}@c.us_AB1",
    },
    "hasMedia": False,
    "body": "oi",
    "type": "chat",
    "timestamp": 1767614400,
    "from": f"{PHONE}@c.us",
    "to": "5511955559900@c.us",
    "isStatus": False,
    "broadcast": False,
    "fromMe": False,
    "vCards": [],
}
IZING: dict[str, Any] = {
    "timestamp": 1767614400000,
    "message": WWEBJS,
    "messageId": "AB1",
    "ticketId": 7712,
    "externalKey": "sv-0002",
    "type": "hookMessage",
}
PRESS_TICKET: dict[str, Any] = {
    "message": WWEBJS,
    "ticket": TICKET,
    "contact": {"name": "Ana Prado", "number": PHONE, "numberLid": LID, "isGroup": False},
    "whatsappId": 1,
    "queueId": 3,
}
SIMPLE: dict[str, Any] = {"message": {"conversation": "oi"}, "ticket": TICKET, "pushName": "Ana"}
APP_MESSAGE: dict[str, Any] = {
    "action": "create",
    "message": {
        "id": "AB1",
        "remoteJid": f"{PHONE}@s.whatsapp.net",
        "participant": None,
        "dataJson": "{}",
        "ack": 0,
        "fromMe": False,
        "body": "oi",
        "mediaUrl": None,
        "mediaType": "conversation",
        "isDeleted": False,
        "createdAt": "2026-01-05T12:00:00.000Z",
        "updatedAt": "2026-01-05T12:01:00.000Z",
        "quotedMsgId": None,
        "ticketId": 4357,
        "isEdited": False,
    },
    "ticket": TICKET,
    "contact": TICKET["contact"],
}
ENVELOPE: dict[str, Any] = {
    "event": "message.received",
    "payload": APP_MESSAGE,
    "timestamp": "2026-01-05T12:00:00.000Z",
}
ALL = {
    "baileys": BAILEYS,
    "flat": FLAT,
    "older flat": OLDER_FLAT,
    "ticketz pro": TICKETZ_PRO,
    "whazing": WHAZING,
    "izing": IZING,
    "press ticket": PRESS_TICKET,
    "simple": SIMPLE,
    "app message": APP_MESSAGE,
    "envelope": ENVELOPE,
}


def changed(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a copy in which fields have other values; `__` leads into an object."""
    copied = copy.deepcopy(document)
    for path, value in changes.items():
        *outer, name = path.split("__")
        place = copied
        for each in outer:
            place = place[each]
        place[name] = value
    return copied
