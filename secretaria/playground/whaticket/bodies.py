"""What the SaaS family of forks says, word for word; another family is another such module.

Read from launcherbr/whaticketsaas: controllers/MessageController.ts, middleware/isAuth.ts,
middleware/tokenAuth.ts, helpers/Mustache.ts.
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
