"""Whose number is none: known by what else is shown, or nobody."""

import json
from typing import Any

from secretaria.core.payload import Ignored, Incoming, Invalid, Outgoing, Sender, parse
from secretaria.core.payload.checked import checked
from secretaria.core.payload.decision import TicketEvent
from secretaria.core.ticket import Ticket

LID = "118650024417001"
NUMBER = "551691234567"


def decide(document: Any) -> Any:
    return parse(json.dumps(document).encode())


def said(number: str, **more: Any) -> Any:
    return {"message": {"conversation": "oi"}, "number": number} | more


def test_a_number_stays_as_it_came() -> None:
    decision = decide(said(NUMBER))
    assert isinstance(decision, Incoming)
    assert decision.sender.number == NUMBER


def test_a_brazilian_number_without_its_country_gets_it() -> None:
    assert decide(said("(16) 99123-4567")).sender.number == "5516991234567"


def test_a_lid_written_as_a_phone_is_no_number_of_whoever_has_a_ticket() -> None:
    decision = decide({"message": {"conversation": "oi"}, "ticketId": 7, "number": LID})
    assert decision.sender == Sender(None, None, 7, None)


def test_a_lid_written_as_a_phone_and_nothing_else_is_nobody() -> None:
    decision = decide(said(LID))
    assert isinstance(decision, Invalid)
    assert decision.error == "invalid_payload"
    assert decision.detail.startswith("number: expected a phone number")
    assert LID not in decision.detail


def test_what_we_wrote_to_nobody_is_ignored() -> None:
    assert decide(said(LID, fromMe=True)) == Ignored("from_me")
    assert isinstance(decide(said(NUMBER, fromMe=True)), Outgoing)


def test_the_ticket_of_nobody_is_ignored() -> None:
    ticket = Ticket(None, "closed")
    nobody, somebody = Sender(LID, None, None, None), Sender(LID, "77", None, None)
    assert checked(TicketEvent(nobody, ticket)) == Ignored("event")
    assert checked(TicketEvent(somebody, ticket)) == TicketEvent(
        Sender(None, "77", None, None), ticket
    )
