"""Our own forms: words, and the number they came from."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from secretaria.core.payload import Ignored, Incoming, Invalid, Outgoing, Sender, parse
from secretaria.core.ticket import Ticket

HELLO = {"conversation": "olá"}


def _parse(**document: Any) -> Any:
    return parse(json.dumps(document).encode())


def _number(value: Any) -> Any:
    return _parse(message=HELLO, number=value)


def test_the_event_form_is_read() -> None:
    decision = _parse(
        event="message", body=" Olá! ", contact={"number": "+55 (16) 99999-0000", "name": "Ana"}
    )
    assert decision == Incoming(
        sender=Sender("5516999990000", None, None, "Ana"),
        kind="text",
        text="Olá!",
        provider_id=None,
        choice_id=None,
        edits=None,
        sent_at=None,
    )


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("5511999999999", "5511999999999"),
        (5511999999999, "5511999999999"),
        ("+55 (11) 99999-9999", "5511999999999"),
        ("55.11.99999.9999", "5511999999999"),
        ("\u202a+55\u00a011\u00a099999\u20119999\u202c", "5511999999999"),
        ("5511999999999@s.whatsapp.net", "5511999999999"),
        ("5511999999999:12@s.whatsapp.net", "5511999999999"),
        ("5511999999999_1:2@c.us", "5511999999999"),
        ("551199999999@C.US", "551199999999"),
        ("5511999999999:3@hosted", "5511999999999"),
        ("29022158", "29022158"),
    ],
)
def test_a_number_keeps_exactly_its_digits(written: Any, digits: str) -> None:
    assert _number(written).sender.number == digits


@pytest.mark.parametrize(
    "written",
    [
        "",
        "  ",
        "1234567",
        "1234567890123456",
        "abc",
        "5511x99999999",
        "٥٥١١٩٩٩٩٩٩٩٩٩",
        "５５１１９９９９９９９９９",
        "5511999999999@example.com",
        "5511999999999/5511888888888",
        "5" * 5_000,
        " " * 5_000 + "5511999999999",
        -5511999999999,
        5511999999999.0,
        1234567,
        10**60,
        True,
        [],
        {},
        ["5511999999999"],
    ],
)
def test_what_is_no_number_is_refused_by_name(written: Any) -> None:
    decision = _number(written)
    assert isinstance(decision, Invalid)
    assert decision.error == "invalid_payload"
    assert decision.detail.startswith("number: expected a phone number")


def test_a_number_is_looked_for_elsewhere_only_when_it_is_absent() -> None:
    elsewhere = {"contact": {"number": "551122222222"}}
    assert _parse(message=HELLO, ticket=elsewhere).sender.number == "551122222222"
    assert _parse(message=HELLO, number=None, **elsewhere).sender.number == "551122222222"
    assert isinstance(_parse(message=HELLO, number="", **elsewhere), Invalid)
    both = _parse(message=HELLO, ticket={"contact": {"number": "x"}}, **elsewhere)
    assert both.detail.startswith("ticket.contact.number: ")


def test_the_digits_of_a_lid_are_never_a_number() -> None:
    decision = _parse(message=HELLO, number="118650024417001:4@lid")
    assert decision.sender == Sender(None, "118650024417001", None, None)
    both = _parse(message=HELLO, contact={"number": "5511999999999", "lid": "118650024417001@lid"})
    assert both.sender == Sender("5511999999999", "118650024417001", None, None)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("120363025500010001@g.us", "group"),
        ("status@broadcast", "status"),
        ("123456@broadcast", "broadcast"),
        ("123456@newsletter", "newsletter"),
    ],
)
def test_a_place_for_many_is_ignored_even_with_nothing_to_read(address: str, reason: str) -> None:
    assert _parse(number=address) == Ignored(reason)


def test_a_ticket_is_enough_to_answer() -> None:
    assert _parse(message=HELLO, ticket={"id": 4357}).sender == Sender(None, None, 4357, None)
    assert _parse(message=HELLO, ticketId="4357").sender.ticket_id == 4357


@pytest.mark.parametrize("ticket_id", [0, -1, 2**31, True, "x", 1.5, [], {}, "", 10**90])
def test_a_senseless_ticket_is_nobody(ticket_id: Any) -> None:
    decision = _parse(message=HELLO, ticket={"id": ticket_id})
    assert isinstance(decision, Invalid)
    assert decision.detail.startswith("number: missing")


@pytest.mark.parametrize(
    "document",
    [
        {"message": HELLO, "number": "5511999999999"},
        {"message": HELLO, "ticket": {"contact": {"number": "5511999999999", "name": "Ana"}}},
        {"event": "message", "body": "olá", "contact": {"number": "+55 (11) 99999-9999"}},
    ],
)
def test_our_own_texts_are_read_in_every_form(document: dict[str, Any]) -> None:
    to_ana = Sender("5511999999999", None, None, None)
    assert _parse(**document, fromMe=True) == Outgoing(to_ana, "text", "olá", None, None)


@pytest.mark.parametrize(
    "document",
    [
        {"message": HELLO},
        {"message": HELLO, "number": "x"},
        {"message": {"reactionMessage": {"text": "👍"}}, "number": "5511999999999"},
        {"message": "oi", "number": "5511999999999"},
        {"number": "5511999999999"},
    ],
)
def test_whatever_else_is_ours_is_ignored(document: dict[str, Any]) -> None:
    assert _parse(**document, fromMe=True) == Ignored("from_me")


def test_the_mark_of_what_no_person_typed_is_seen() -> None:
    to_ana = {"contact": {"number": "5511999999999"}, "fromMe": True}
    assert _parse(event="message", body="\u200e olá", **to_ana).is_automatic
    assert _parse(message={"conversation": "\u200e olá"}, **to_ana).is_automatic
    assert not _parse(message=HELLO, **to_ana).is_automatic


@pytest.mark.parametrize(
    ("ticket", "shown"),
    [
        ({"status": "pending", "userId": None}, Ticket(7, "pending")),
        ({"status": "open", "userId": 3}, Ticket(7, "open", 3)),
        ({"status": "open", "userId": "3"}, Ticket(7, "open", 3)),
        ({"status": "closed"}, Ticket(7, "closed")),
        ({"status": "nps"}, Ticket(7, "other")),
        ({"userId": 3}, Ticket(7, None, 3)),
        ({"contact": {"disableBot": True}}, Ticket(7, None, is_bot_disabled=True)),
        ({"contact": {"disableBot": False}}, Ticket(7, None)),
        (
            {"status": "open", "updatedAt": "2026-01-05T12:00:00.000Z"},
            Ticket(7, "open", updated_at=datetime(2026, 1, 5, 12, tzinfo=UTC)),
        ),
        (
            {"status": "open", "updatedAt": "2026-01-05T09:00:00-03:00"},
            Ticket(7, "open", updated_at=datetime(2026, 1, 5, 12, tzinfo=UTC)),
        ),
        (
            {"status": "open", "updatedAt": "2026-01-05 12:00:00"},
            Ticket(7, "open", updated_at=datetime(2026, 1, 5, 12, tzinfo=UTC)),
        ),
        ({"status": "open", "updatedAt": "ontem"}, Ticket(7, "open")),
        ({"status": "open", "updatedAt": "0001-01-01T00:00:00+23:59"}, Ticket(7, "open")),
        ({"status": 5}, Ticket(7, None)),
        ({}, None),
        ({"updatedAt": "2026-01-05T12:00:00.000Z"}, None),
    ],
)
def test_a_ticket_is_shown_where_it_says_who_has_it(ticket: Any, shown: Ticket | None) -> None:
    decision = _parse(message=HELLO, number="5511999999999", ticket={"id": 7, **ticket})
    assert decision.ticket == shown


def test_whether_a_message_is_ours_must_be_clear() -> None:
    unclear = _parse(message=HELLO, number="5511999999999", fromMe="true")
    assert unclear == Invalid("invalid_payload", "fromMe: expected true or false")


def test_an_event_that_is_no_message_is_ignored() -> None:
    assert _parse(event="ack", body="oi", contact={"number": "5511999999999"}) == Ignored("event")


def test_an_event_about_messages_that_we_do_not_know_is_refused() -> None:
    decision = _parse(event="message.sent", body="oi", contact={"number": "5511999999999"})
    assert decision == Invalid("invalid_payload", "event: expected message")


@pytest.mark.parametrize("body", [None, "", " \n ", "\u200b\u2060", "\x00", "\ud800"])
def test_nothing_readable_is_refused(body: Any) -> None:
    decision = _parse(event="message", body=body, number="5511999999999")
    assert isinstance(decision, Invalid)
    assert "nothing readable" in decision.detail


def test_a_text_is_checked_but_never_cut() -> None:
    for length in (4_096, 65_536):
        assert len(_parse(body="é" * length, number="5511999999999").text) == length
    assert _parse(body="é" * 65_537, number="5511999999999") == Invalid(
        "invalid_payload", "body: expected at most 65536 characters"
    )


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"message": "oi", "number": "5511999999999"}, "message: expected an object"),
        ({"message": [], "number": "5511999999999"}, "message: expected an object"),
        ({"body": 5, "number": "5511999999999"}, "body: expected text"),
        ({"message": HELLO, "ticket": "x"}, "ticket: expected an object"),
        ({"message": HELLO, "ticket": {"contact": 1}}, "ticket.contact: expected an object"),
        ({"message": HELLO, "contact": ["x"]}, "contact: expected an object"),
    ],
)
def test_a_wrong_type_is_refused_by_the_name_of_its_field(
    document: dict[str, Any], field: str
) -> None:
    assert _parse(**document) == Invalid("invalid_payload", field)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"mensagem": "oi", "fromMe": True}, "from_me"),
        ({"message": {"body": "oi", "fromMe": True}, "ticket": {}}, "from_me"),
        ({"message": HELLO, "number": "123@g.us", "fromMe": True}, "group"),
        ({"message": HELLO, "number": "5511999999999", "isGroup": True}, "group"),
        ({"message": HELLO, "ticket": {"status": "group", "id": 5}}, "group"),
        ({"mensagem": "oi", "isGroup": True}, "group"),
        ({"ticketData": {"isGroup": True}}, "group"),
        ({"message": {"from": "123@g.us"}}, "group"),
        ({"message": {"isStatus": True}}, "status"),
        ({"message": {"pollUpdateMessage": {}}, "number": "5511999999999"}, "system"),
        ({"message": {"remoteJid": "status@broadcast"}}, "status"),
        ({"acao": "end"}, "event"),
        ({"type": "hookMessageStatus", "ack": 2}, "event"),
        ({"Type": "ClosedTicket"}, "event"),
    ],
)
def test_what_is_plainly_not_for_us_is_ignored_in_any_dialect(
    document: dict[str, Any], reason: str
) -> None:
    assert _parse(**document) == Ignored(reason)


def test_a_name_is_one_line_and_may_be_cut() -> None:
    named = _parse(message=HELLO, contact={"number": "5511999999999", "name": "Ana\n\u202ePrado"})
    assert named.sender.name == "Ana Prado"
    long = _parse(message=HELLO, number="5511999999999", pushName="👩\u200d👧" * 200)
    assert 0 < len(long.sender.name) <= 100
    assert not long.sender.name.endswith("\u200d")
    assert _number("5511999999999").sender.name is None
