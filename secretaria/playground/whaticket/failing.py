"""What becomes of an answer when the plan says that something goes wrong."""

from secretaria.playground.faults import Fault
from secretaria.playground.whaticket import bodies
from secretaria.playground.whaticket.desk import Taken
from secretaria.playground.whaticket.routes import Attempt, Route
from secretaria.playground.wire import Response, html_response, json_response

_UNANSWERED = {"hang", "reset"}
_DELIVERED_FIRST = "deliver_then_"
_FIRST_ERROR = 400
KINDS = {"slow", *_UNANSWERED, "status"} | {
    f"{_DELIVERED_FIRST}{kind}" for kind in (*_UNANSWERED, "status")
}


def concerns(fault: Fault, route: Route, attempt: Attempt | None) -> bool:
    """Say whether a planned fault is for this request."""
    if fault.number is not None and (attempt is None or attempt.number != fault.number):
        return False
    return attempt is not None if fault.route is None else fault.route == route.name


def fails_first(fault: Fault) -> bool:
    """Say whether the request is not even taken."""
    return fault.kind == "status" or fault.kind in _UNANSWERED


def answer_of(fault: Fault, taken: Taken | None) -> Response | None:
    """Return what is answered in the end; None for no answer at all."""
    kind = fault.kind.removeprefix(_DELIVERED_FIRST)
    was_refused = taken is not None and taken.response.status >= _FIRST_ERROR
    if taken and (was_refused or not (kind == "status" or kind in _UNANSWERED)):
        return taken.response
    return _failure(fault) if kind == "status" else None


def _failure(fault: Fault) -> Response:
    body = bodies.usual_body(fault.status) if fault.body is None else fault.body
    if isinstance(body, str):
        answer = html_response(body, fault.status)
    else:
        answer = json_response(body, fault.status)
    if fault.retry_after is None:
        return answer
    headers = {**answer.headers, "Retry-After": f"{fault.retry_after:g}"}
    return Response(answer.status, answer.body, headers)
