"""A service in which some things went wrong: what a person finds on the panel."""

import json

from secretaria.playground.engines.process import wait_until
from secretaria.playground.faults import Fault
from secretaria.playground.stack import Stack

PASSWORD = "playground-password"  # noqa: S105 - it opens nothing but the playground
ENVIRONMENT = {"PANEL_PASSWORD": PASSWORD, "BURST_WINDOW_SECONDS": "0"}
SECONDS = 60.0
SERVED = tuple(f"55119555501{number:02}" for number in range(6))
NOT_ON_WHATSAPP, DOUBTFUL, REFUSED, PUT_OFF = (f"55119555502{number:02}" for number in range(4))
_LISTED = (NOT_ON_WHATSAPP, DOUBTFUL, REFUSED)
_QUESTION = "Vocês abrem sábado?"
_FAULTS = (
    Fault("status", times=None, status=500, number=DOUBTFUL),
    Fault("status", times=None, status=400, body={"error": "ERR_CHECK_NUMBER"}, number=REFUSED),
    Fault("status", times=None, status=503, number=PUT_OFF),
)


def make_trouble(stack: Stack) -> None:
    """Have customers write, of whom some are answered and others are not."""
    stack.whaticket.not_on_whatsapp.add(NOT_ON_WHATSAPP)
    stack.whaticket.plan(*_FAULTS)
    for number in (*SERVED, NOT_ON_WHATSAPP, DOUBTFUL, REFUSED, PUT_OFF):
        stack.whaticket.customer_says(number, _QUESTION)
    wait_until(lambda: _listed(stack) == len(_LISTED), seconds=SECONDS)


def _listed(stack: Stack) -> int:
    lines = (json.loads(line) for line in stack.log("worker").splitlines())
    return sum(line.get("outcome") in {"dead", "ambiguous"} for line in lines)
