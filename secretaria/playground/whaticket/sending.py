"""The send APIs of the simulated families, as they answer when nothing is wrong with the world."""

from collections.abc import Callable, Mapping
from typing import Any

from secretaria.core.family import FamilyName
from secretaria.playground.whaticket import bodies
from secretaria.playground.whaticket.desk import (
    API_ID,
    Desk,
    Taken,
    deliver,
    queue,
    refused,
    template,
    words,
)
from secretaria.playground.whaticket.routes import fields_of
from secretaria.playground.whaticket.tickets import Ticket
from secretaria.playground.wire import Request, Response, json_response


def send(desk: Desk, request: Request) -> Taken:
    """Take a text for a number, as the family does."""
    return _WAYS[desk.flavor](desk, request)


def _saas(desk: Desk, request: Request) -> Taken:
    """Take it with the connection's token; any plain error is the one generic 400."""
    if request.bearer() != desk.token:
        return refused(bodies.WRONG_TOKEN, 401)
    if _is_multipart(request):
        return refused(bodies.SENT, 200)  # no file came with it: it sends nothing
    fields = fields_of(request)
    number = fields.get("number")
    if not isinstance(number, str):
        return refused(bodies.INTERNAL_ERROR, 500)
    text = template(desk, number, fields.get("body"))
    if not (number.isascii() and number.isdigit()) or not desk.is_known(number) or not text:
        return refused(bodies.GENERIC_REFUSAL)
    return deliver(desk, desk.tickets.find_or_create(number), text, json_response(bodies.SENT))


def _community(desk: Desk, request: Request) -> Taken:
    """Take it with the token of the settings; the answer is empty, and a crash is a 500."""
    refusal = _of_connection(desk, request)
    if refusal:
        return refusal
    if _is_multipart(request):
        return Taken(Response(200))
    fields = fields_of(request)
    number = _digits(fields.get("number"))
    if isinstance(number, Taken):
        return number
    text = template(desk, number, fields.get("body"))
    if not desk.is_known(number):
        return refused(bodies.NOT_ON_WHATSAPP)
    if not text:
        return refused(bodies.INTERNAL_ERROR, 500)
    return deliver(desk, desk.tickets.find_or_create(number), text, Response(200))


def _flow(desk: Desk, request: Request) -> Taken:
    """Take it for its ticket, unless it names a user or queue that is not the ticket's."""
    refusal = _of_connection(desk, request)
    if refusal:
        return refusal
    if _is_multipart(request):
        return refused(bodies.FLOW_SENT, 200)
    fields = fields_of(request)
    number = _digits(fields.get("number"))
    if isinstance(number, Taken):
        return number
    if not desk.is_known(number):
        return refused(bodies.FLOW_NOT_ON_WHATSAPP)
    return _into_ticket(desk, desk.tickets.find_or_create(number), fields)


def _into_ticket(desk: Desk, ticket: Ticket, fields: Mapping[str, Any]) -> Taken:
    if _names_others(fields, ticket):
        return refused(bodies.held_by(f"user {ticket.user_id}", f"queue {ticket.queue_id}"))
    text = words(fields.get("body"))
    if desk.flavor == "multiflow":
        return deliver(desk, ticket, text, json_response(bodies.FLOW_SENT))
    scheduled = {"companyId": 1, "schedule": desk.queue_seconds, "filaId": ticket.id}
    thanks = json_response({"message": bodies.FLOW_SCHEDULED, **scheduled})
    return queue(desk, ticket, text, thanks)


def _names_others(fields: Mapping[str, Any], ticket: Ticket) -> bool:
    named = {"userId": ticket.user_id, "queueId": ticket.queue_id}
    return any(
        fields.get(name) is not None and value is not None and fields[name] != value
        for name, value in named.items()
    )


def _ticketz(desk: Desk, request: Request) -> Taken:
    """Queue it; the panel shows it only with `saveOnTicket`, and a number may be a JID."""
    if request.bearer() != desk.token:
        return refused(bodies.WRONG_TOKEN, 401)
    fields = fields_of(request)
    number = fields.get("number")
    if not isinstance(number, str):
        return refused(bodies.INTERNAL_ERROR, 500)
    digits, _, server = number.partition("@")
    is_lid = server == "lid"
    if not digits.isdigit() or not (is_lid or desk.is_known(digits)):
        return refused(bodies.TICKETZ_FAILED, 500)
    ticket = desk.tickets.find_or_create(digits, is_lid=is_lid)
    thanks = json_response(bodies.TICKETZ_QUEUED)
    is_shown = bool(fields.get("saveOnTicket"))
    return queue(desk, ticket, words(fields.get("body")), thanks, is_shown=is_shown)


def _press(desk: Desk, request: Request) -> Taken:
    """Take it by `/v1` with a token of its own, or by the old route with that of the settings."""
    is_new = request.path.startswith("/v1/")
    refusal = press_refusal(desk, request) if is_new else _of_connection(desk, request)
    if refusal:
        return refusal
    fields = fields_of(request)
    number = _digits(fields.get("number"))
    if isinstance(number, Taken):
        return number
    if not isinstance(fields.get("userId"), int):
        return refused(bodies.PRESS_NO_USER)
    if not desk.is_known(number):
        return refused(bodies.NOT_ON_WHATSAPP)
    text = template(desk, number, fields.get("body"))
    taken = deliver(desk, desk.tickets.find_or_create(number), text, Response(200))
    message_id = taken.message.id if taken.message else ""
    jid = f"{number}@c.us"
    shown = {"fromMe": True, "remote": jid, "id": message_id}
    shown["_serialized"] = f"true_{jid}_{message_id}"
    resp = {"id": shown, "body": text, "fromMe": True, "to": jid}
    return Taken(json_response({"resp": resp}), taken.ticket_id, taken.message)


def press_refusal(desk: Desk, request: Request) -> Taken | None:
    """Return how Press's `/v1` turns a request away, if it does."""
    if not desk.press_has_v1:
        return Taken(Response(404, b"Cannot POST /v1/messages/send"))
    token = request.headers.get("x-api-token")
    if token is None:
        return refused(bodies.PRESS_NO_TOKEN, 401)
    if token != desk.token:
        return refused(bodies.PRESS_WRONG_TOKEN, 401)
    wanted = "read:queue" if request.method == "GET" else "create:messages"
    is_allowed = wanted in desk.press_permissions
    return None if is_allowed else refused(bodies.NO_PERMISSION, 403)


def _external(desk: Desk, request: Request) -> Taken:
    """Queue it; a number that is not on WhatsApp is found out too late for the answer."""
    refusal = external_refusal(desk, request)
    if refusal:
        return refusal
    fields = fields_of(request)
    for name in ("body", "number", "externalKey"):
        if not words(fields.get(name)):
            return refused({"error": f"{name} is a required field"})
    thanks = json_response(bodies.EXTERNAL_QUEUED)
    if not desk.is_known(fields["number"]):
        return Taken(thanks)
    return queue(desk, desk.tickets.find_or_create(fields["number"]), fields["body"], thanks)


def external_refusal(desk: Desk, request: Request) -> Taken | None:
    """Return how the external API turns a request away, if it does."""
    if "authorization" not in request.headers:
        return refused(bodies.EXTERNAL_NO_TOKEN, 403)
    if request.bearer() != desk.token:
        return refused(bodies.EXTERNAL_WRONG_TOKEN, 403)
    is_ours = f"/v1/api/external/{API_ID}" in request.path
    return None if is_ours else refused(bodies.EXTERNAL_FOREIGN, 403)


def _of_connection(desk: Desk, request: Request) -> Taken | None:
    if "authorization" not in request.headers:
        return refused(bodies.NO_SESSION, 401)
    return None if request.bearer() == desk.token else refused(bodies.EXPIRED_TOKEN, 403)


def _digits(number: Any) -> str | Taken:
    """Take the first "-" and space out, and then want digits; what is no text is a crash."""
    if not isinstance(number, str):
        return refused(bodies.INTERNAL_ERROR, 500)
    stripped = number.replace("-", "", 1).replace(" ", "", 1)
    is_good = stripped.isascii() and stripped.isdigit()
    return stripped if is_good else refused(bodies.WRONG_FORMAT)


def _is_multipart(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/")


_WAYS: Mapping[FamilyName, Callable[[Desk, Request], Taken]] = {
    "community": _community,
    "saas": _saas,
    "multiflow": _flow,
    "multiflow-scheduled": _flow,
    "ticketz": _ticketz,
    "press-ticket": _press,
    "izing": _external,
    "whazing": _external,
}
