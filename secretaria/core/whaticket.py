"""What Whaticket's answers mean: classified by body before status, as the real forks need it."""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from secretaria.core.delivery import Kind, Sending

_NAMED: tuple[tuple[str, Kind, str], ...] = (
    ("err_wapp_not_initialized", "channel_down", "whatsapp_disconnected"),
    ("err_no_def_wapp_found", "channel_down", "whatsapp_disconnected"),
    ("err_sending_wapp_msg", "channel_down", "whatsapp_disconnected"),
    ("err_wapp_check_contact", "channel_down", "whatsapp_disconnected"),
    ("err_wapp_invalid_contact", "refused", "not_on_whatsapp"),
    ("err_check_number", "refused", "not_on_whatsapp"),
    ("não está cadastrado no whatsapp", "refused", "not_on_whatsapp"),
    ("não foi possível enviar a mensagem", "refused", "generic_refusal"),
    ("ticket em outro atendimento", "refused", "ticket_with_people"),
    ("err_internal_error", "refused", "generic_refusal"),
    ("err_no_ticket_found", "refused", "no_ticket"),
)
"""A part of an error's text in lower case, and what that error is (section 1.3 of the real
contracts). What our own request did wrong has no name here: its status says it.

Ticketz answers `500 ERR_INTERNAL_ERROR` to whatever fails before the message is queued, a number
that is not on WhatsApp above all; the crash of other forks says "Internal server error"."""
_WITHOUT_PERMISSION = ("err_forbidden", "err_no_permission")
_OUR_ACCESS = frozenset({401, 402, 403})
_PUT_OFF = frozenset({429, 503})
_NO_SUCH_ROUTE = frozenset({404, 405})
_CUT_SHORT = 408
_SUCCESS = range(200, 300)
_ELSEWHERE = range(300, 400)
_REFUSAL = range(400, 500)
_MESSAGE_ID = re.compile(r"[!-~]{1,255}")
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,3})?", re.ASCII)


def classify(status: int, body: str, retry_after_seconds: float | None = None) -> Sending:
    """Classify the answer to a send.

    The body decides where it names the fault: real forks answer 400 for passing ones.
    """
    fault = error_of(body).casefold()
    if status in _SUCCESS:
        return _taken(status, body, fault)
    for sign, kind, error in _NAMED:
        if sign in fault:
            return Sending(kind, error, status)
    return _by_status(status, retry_after_seconds)


def _taken(status: int, body: str, fault: str) -> Sending:
    """A success, unless a page or an error came with it: then nobody knows who took what."""
    if fault:
        return Sending("unknown", "error_in_success", status)
    if body.lstrip().startswith("<"):
        return Sending("unknown", "page_for_answer", status)
    return Sending("sent", http_status=status)


def _by_status(status: int, retry_after_seconds: float | None) -> Sending:
    if status in _OUR_ACCESS:
        return Sending("channel_down", f"access_{status}", status)
    if status in _NO_SUCH_ROUTE or status in _ELSEWHERE:
        return Sending("channel_down", f"route_{status}", status)
    if status in _PUT_OFF:
        return Sending("not_arrived", f"http_{status}", status, retry_after_seconds)
    if status in _REFUSAL and status != _CUT_SHORT:
        return Sending("refused", f"http_{status}", status)
    return Sending("unknown", f"http_{status}", status)


def is_without_permission(body: str) -> bool:
    """Whether a 403 means that the user may not do this, not that the JWT has expired.

    Section 4 of the real contracts.
    """
    fault = error_of(body).casefold()
    return any(sign in fault for sign in _WITHOUT_PERMISSION)


def message_id(body: str) -> str | None:
    """WhatsApp's id of the message in Press-Ticket's answer, `{"resp": <wwebjs message>}`.

    It is the last part of `_serialized` (`true_<jid>_<id>`), as the echo shows it.
    """
    resp = _object(_object(_document(body)).get("resp"))
    found = _object(resp.get("id"))
    named = found.get("id") or str(found.get("_serialized") or "").rpartition("_")[2]
    return named if isinstance(named, str) and _MESSAGE_ID.fullmatch(named) else None


def error_of(body: str) -> str:
    """The text of `{"error": …}`, the forks' only form of an error; "" when there is none."""
    error = _object(_document(body)).get("error")
    return error if isinstance(error, str) else ""


def _document(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def seconds_of(retry_after: str | None, now: datetime | None = None) -> float | None:
    """`Retry-After` in seconds; its date form is read only where `now` is given."""
    words = (retry_after or "").strip()
    if _SECONDS.fullmatch(words):
        return float(words)
    return None if now is None else _seconds_until(words, now)


def moment_of(date: str | None) -> datetime | None:
    """The moment in a header such as `Date`, aware; None without one, or for nonsense."""
    try:
        moment = parsedate_to_datetime(date or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds_until(date: str, now: datetime) -> float | None:
    moment = moment_of(date)
    return None if moment is None else max((moment - now).total_seconds(), 0.0)
