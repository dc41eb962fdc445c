"""What Whaticket's answers mean: classified by body before status, as the real forks need it."""

import json

from secretaria.core.delivery import Sending

_CHANNEL_DOWN = (
    "ERR_WAPP_NOT_INITIALIZED",
    "ERR_NO_DEF_WAPP_FOUND",
    "ERR_SENDING_WAPP_MSG",
    "ERR_WAPP_CHECK_CONTACT",
)
_NOT_ON_WHATSAPP = (
    "ERR_WAPP_INVALID_CONTACT",
    "ERR_CHECK_NUMBER",
    "não está cadastrado no whatsapp",
)
_OUR_ACCESS = frozenset({401, 402, 403})
_PUT_OFF = frozenset({429, 503})
_NO_SUCH_ROUTE = frozenset({301, 302, 303, 307, 308, 404, 405})


def classify(status: int, body: str, retry_after: str | None = None) -> Sending:
    """Classify the answer to a send (shared/whaticket: section 1.3 of the real contracts).

    The body decides where it names the fault: real forks answer 400 for passing ones.
    """
    fault = error_of(body)
    if status < 300:  # noqa: PLR2004 - the class of success
        return Sending("sent", http_status=status)
    if any(sign in fault for sign in _CHANNEL_DOWN):
        return Sending("channel_down", "whatsapp_disconnected", status)
    if any(sign in fault for sign in _NOT_ON_WHATSAPP):
        return Sending("refused", "not_on_whatsapp", status)
    if status in _OUR_ACCESS:
        return Sending("channel_down", f"access_{status}", status)
    if status in _NO_SUCH_ROUTE:
        return Sending("channel_down", f"route_{status}", status)
    if status in _PUT_OFF:
        seconds = seconds_of(retry_after)
        return Sending("not_arrived", f"http_{status}", status, retry_after_seconds=seconds)
    if status >= 500:  # noqa: PLR2004 - the class of server faults
        return Sending("unknown", f"http_{status}", status)
    return Sending("refused", f"http_{status}", status)


def error_of(body: str) -> str:
    """The text of `{"error": …}`, the forks' only form of an error; "" when there is none."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    error = document.get("error") if isinstance(document, dict) else None
    return error if isinstance(error, str) else ""


def seconds_of(retry_after: str | None) -> float | None:
    """`Retry-After` in seconds; its date form is left unread."""
    if retry_after is None or not (retry_after.isascii() and retry_after.isdigit()):
        return None
    return float(retry_after[:6])
