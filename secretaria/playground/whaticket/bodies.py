"""What the forks say, word for word: sections 1.1 to 1.3 of the real contracts.

Where nothing else is said the words are the SaaS family's, read from launcherbr/whaticketsaas:
controllers/MessageController.ts, middleware/isAuth.ts, middleware/tokenAuth.ts,
helpers/Mustache.ts. izing's are from its APIExternalController.ts and middleware/isAPIAuth.ts.
"""

import re
from collections.abc import Mapping
from typing import Any

SENT = {"mensagem": "Mensagem enviada"}

WRONG_TOKEN = {"error": "Acesso não permitido"}
WRONG_CREDENTIALS = {"error": "ERR_INVALID_CREDENTIALS"}
NO_SESSION = {"error": "ERR_SESSION_EXPIRED"}
EXPIRED_TOKEN = {"error": "Invalid token. We'll try to assign a new one on next request"}
NO_TICKET = {"error": "ERR_NO_TICKET_FOUND"}
DISCONNECTED = {"error": "ERR_WAPP_NOT_INITIALIZED"}
GENERIC_REFUSAL = {
    "error": "Não foi possível enviar a mensagem, tente novamente em alguns instantes"
}
INTERNAL_ERROR = {"error": "Internal server error"}
OUT_OF_HOURS = {"error": "ERR_OUT_OF_HOURS"}
FORBIDDEN = {"error": "ERR_FORBIDDEN"}
NO_PERMISSION = {"error": "ERR_NO_PERMISSION"}
INVALID_NOTE = {"error": "ERR_TICKETNOTE_INVALID_NAME"}

WRONG_FORMAT = {"error": "Invalid number format. Only numbers is allowed."}
NOT_ON_WHATSAPP = {"error": "ERR_WAPP_INVALID_CONTACT"}

FLOW_SENT = {"status": "SUCCESS"}
FLOW_NOT_ON_WHATSAPP = {"error": "Este número não está cadastrado no whatsapp"}
FLOW_SCHEDULED = "Mensagem enviada a fila de transmissão com sucesso"

TICKETZ_QUEUED = {"mensagem": "Message added to queue"}
TICKETZ_FAILED = {"error": "ERR_INTERNAL_ERROR"}
NO_COOKIE = {"error": "ERR_UNAUTHORIZED"}

PRESS_NO_USER = {"error": "User ID is required"}
PRESS_NO_TOKEN = {"error": "ERR_API_TOKEN_REQUIRED"}
PRESS_WRONG_TOKEN = {"error": "ERR_INVALID_API_TOKEN"}

EXTERNAL_QUEUED = {"message": "Message add queue"}
EXTERNAL_NO_TOKEN = {"error": "Token was not provided."}
EXTERNAL_WRONG_TOKEN = {"error": "Invalid token."}
EXTERNAL_FOREIGN = {"error": "ERR_SESSION_NOT_AUTH_TOKEN"}
NO_STATUS = {"error": "ERR_NO_STATUS_SELECTED"}


def held_by(attendant: str, queue: str) -> dict[str, str]:
    """Return how the MultiFlow family refuses to write into a ticket that others have."""
    return {"error": f"Ticket em outro atendimento. Atendente: {attendant} - Fila: {queue}"}


_USUAL_ERRORS: Mapping[int, Mapping[str, str]] = {
    400: GENERIC_REFUSAL,
    401: WRONG_TOKEN,
    402: {"error": "ERR_SUBSCRIPTION_EXPIRED"},
    403: EXPIRED_TOKEN,
    404: {"error": "ERR_CHECK_NUMBER"},
    429: {"error": "Too many requests, please try again later."},
    500: INTERNAL_ERROR,
}
_NGINX_REASONS = {
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}
_PLACEHOLDER = re.compile(r"\{\{\{?\s*([\w.]+)\s*\}?\}\}")


def usual_body(status: int) -> Any:
    """Return what is usually said with a status: JSON from Whaticket, a page (str) from nginx."""
    if status in _NGINX_REASONS:
        title = f"{status} {_NGINX_REASONS[status]}"
        return f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return _USUAL_ERRORS.get(status, INTERNAL_ERROR)


def rendered(body: str, contact_name: str) -> str:
    """Expand the body as the Mustache template it is taken for.

    Raises:
        ValueError: a tag is not closed.

    """
    values = {"name": contact_name, "firstName": contact_name.split(" ", maxsplit=1)[0]}
    text = _PLACEHOLDER.sub(lambda tag: values.get(tag[1], ""), body)
    if "{{" in text:
        raise ValueError("unclosed tag")
    return text
