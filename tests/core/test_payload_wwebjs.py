"""Messages of whatsapp-web.js, as Press-Ticket and izing send them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from payload_documents import IZING, LID, PHONE, PRESS_TICKET, WWEBJS, changed

from secretaria.core.payload import Ignored, Incoming, Invalid, Outgoing, Sender, parse
from secretaria.core.ticket import Ticket

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
VCARD = "BEGIN:VCARD\nFN:Ana\nTEL;waid=5511:190\nEND:VCARD"
BUSINESS = "5511955559900@c.us"
OURS = {
    "id": {"fromMe": True, "remote": f"{PHONE}@c.us", "id": "AB1"},
    "fromMe": True,
    "from": BUSINESS,
    "to": f"{PHONE}@c.us",
}


def _parse(document: dict[str, Any], **changes: Any) -> Any:
    return parse(json.dumps(changed(document, **changes)).encode())


def _said(**message: Any) -> Any:
    decisions = [
        _parse(document, message={**WWEBJS, **message}) for document in (PRESS_TICKET, IZING)
    ]
    kinds = [
        (type(each), getattr(each, "kind", ""), getattr(each, "text", "")) for each in decisions
    ]
    assert kinds[0] == kinds[1]
    return decisions[0]


def test_press_ticket_is_read() -> None:
    decision = _parse(PRESS_TICKET)
    assert isinstance(decision, Incoming)
    assert decision.sender == Sender(PHONE, LID, 4357, "Ana Prado")
    assert (decision.kind, decision.text, decision.provider_id) == ("text", "oi", "AB1")
    assert decision.sent_at == NOON
    assert decision.ticket == Ticket(4357, "pending", updated_at=NOON)


def test_izing_is_read() -> None:
    decision = _parse(IZING)
    assert isinstance(decision, Incoming)
    assert decision.sender == Sender(PHONE, None, 7712, "Ana")
    assert (decision.kind, decision.text, decision.provider_id) == ("text", "oi", "AB1")
    assert (decision.sent_at, decision.ticket) == (NOON, None)


@pytest.mark.parametrize("kind", ["hookMessageStatus", "hookSessionStatus"])
def test_a_status_of_izing_is_no_message(kind: str) -> None:
    assert _parse({"type": kind, "ack": 2, "messageId": "AB1"}) == Ignored("event")
    assert _parse(IZING, type=kind) == Ignored("event")


@pytest.mark.parametrize(
    ("message", "kind", "text"),
    [
        ({"type": "image", "body": "foto"}, "image", "foto"),
        ({"type": "image", "body": ""}, "image", ""),
        ({"type": "video", "body": ""}, "video", ""),
        ({"type": "ptv", "body": ""}, "video", ""),
        ({"type": "audio", "body": ""}, "audio", ""),
        ({"type": "ptt", "body": ""}, "audio", ""),
        ({"type": "sticker", "body": ""}, "sticker", ""),
        ({"type": "document", "body": "segue"}, "document", "segue"),
        (
            {"type": "vcard", "body": VCARD, "vCards": [VCARD]},
            "contact",
            "Contato enviado: Ana (190)",
        ),
        ({"type": "vcard", "body": VCARD}, "contact", "Contato enviado: Ana (190)"),
        (
            {"type": "multi_vcard", "body": "", "vCards": [VCARD, VCARD]},
            "contact",
            "Contatos enviados: Ana (190), Ana (190)",
        ),
        (
            {
                "type": "location",
                "body": "/9j/4AAQ",
                "location": {"latitude": "-23.5", "longitude": -46.6, "description": "Casa"},
            },
            "location",
            "Localização: Casa (-23.5, -46.6)",
        ),
        (
            {"type": "location", "body": "/9j/", "_data": {"lat": -23.5, "lng": -46.6}},
            "location",
            "Localização: -23.5, -46.6",
        ),
        ({"type": "location", "location": {"latitude": "x"}}, "location", "Localização"),
        ({"type": "buttons_response", "body": "Sim"}, "interactive", "Sim"),
        ({"type": "list_response", "body": "Boleto"}, "interactive", "Boleto"),
        ({"type": "template_button_reply", "body": "Sim"}, "interactive", "Sim"),
        (
            {
                "type": "poll_creation",
                "body": "Quando?",
                "pollName": "Quando?",
                "pollOptions": [{"name": "Manhã"}, {"name": "Tarde"}, 5],
            },
            "poll",
            "Enquete: Quando? (Manhã / Tarde)",
        ),
        ({"type": "order", "body": "Quero"}, "order", "Quero"),
        (
            {"type": "order", "body": "", "_data": {"itemCount": 2, "totalAmount1000": 189900}},
            "order",
            "Pedido do catálogo: 2 itens, R$ 189,90",
        ),
        ({"type": "order", "body": ""}, "order", "Pedido do catálogo"),
        ({"type": "product", "title": "Bolo", "body": "tem?"}, "text", "Produto: Bolo\ntem?"),
        ({"type": "product", "body": "tem?"}, "text", "tem?"),
        (
            {"type": "groups_v4_invite", "body": "vem", "inviteV4": {"groupName": "Turma"}},
            "text",
            "Convite para o grupo: Turma\nvem",
        ),
        ({"type": "event_creation", "body": "", "eventName": "Festa"}, "text", "Evento: Festa"),
        ({"type": "unheard-of", "body": "oi"}, "text", "oi"),
        ({"type": None, "body": "oi"}, "text", "oi"),
    ],
)
def test_each_type_is_read(message: dict[str, Any], kind: str, text: str) -> None:
    decision = _said(**message)
    assert isinstance(decision, Incoming), decision
    assert (decision.kind, decision.text) == (kind, text)


@pytest.mark.parametrize(
    ("message", "choice_id"),
    [
        ({"type": "buttons_response", "selectedButtonId": "b1"}, "b1"),
        ({"type": "list_response", "selectedRowId": "r1"}, "r1"),
        (
            {
                "type": "list_response",
                "_data": {"listResponse": {"singleSelectReply": {"selectedRowId": "r1"}}},
            },
            "r1",
        ),
        ({"type": "template_button_reply", "_data": {"selectedId": "t1"}}, "t1"),
        ({"type": "buttons_response"}, None),
    ],
)
def test_a_choice_has_its_id(message: dict[str, Any], choice_id: str | None) -> None:
    assert _said(**message).choice_id == choice_id
    if choice_id:
        assert _said(**message, body="").text == choice_id


@pytest.mark.parametrize(
    ("message", "name", "text"),
    [
        ({"filename": "a.pdf", "body": "a.pdf"}, "a.pdf", ""),
        ({"_data": {"filename": "a.pdf"}, "body": "segue"}, "a.pdf", "segue"),
        ({"body": ""}, None, ""),
    ],
)
def test_a_document_has_the_name_of_its_file(
    message: dict[str, Any], name: str | None, text: str
) -> None:
    decision = _said(type="document", **message)
    assert (decision.file_name, decision.text) == (name, text)


@pytest.mark.parametrize(
    "kind",
    ["e2e_notification", "call_log", "notification_template", "gp2", "ciphertext", "protocol"],
)
def test_what_the_system_says_is_ignored(kind: str) -> None:
    assert _said(type=kind, body="oi") == Ignored("system")


def test_what_only_a_person_can_answer_says_why() -> None:
    assert _said(type="order").needs_person == "order"
    assert _said(type="image", _data={"isViewOnce": True}).needs_person == "view_once"
    assert _said(type="image", isViewOnce=True).needs_person == "view_once"
    assert _said(type="image").needs_person is None


def test_only_a_sticker_wants_no_answer() -> None:
    assert _said(type="sticker").unanswered == "sticker"
    assert _said(type="image").unanswered is None


def test_a_deletion_says_what_it_deletes() -> None:
    named = _said(type="revoked", body="", protocolMessageKey={"id": "3EB0"})
    assert (named.kind, named.edits, named.provider_id) == ("deletion", "3EB0", "AB1")
    serialised = {"protocolMessageKey": {"_serialized": "false_55@c.us_3EB0"}}
    assert _said(type="revoked", _data=serialised).edits == "3EB0"
    again = _said(type="revoked", body="")
    assert (again.kind, again.edits, again.provider_id) == ("deletion", "AB1", None)
    assert again.natural_key != _said(type="chat").natural_key
    assert again.unanswered == "deleted"
    assert _parse(PRESS_TICKET, message={**WWEBJS, "type": "revoked", "id": {}}) == Ignored(
        "system"
    )


def test_an_edit_comes_under_the_id_of_what_it_edits() -> None:
    decision = _said(body="quinta", latestEditMsgKey={"id": "3EB9"})
    assert (decision.kind, decision.text, decision.edits) == ("edit", "quinta", "AB1")
    assert decision.provider_id is None
    assert len(decision.natural_key) == 64


def test_a_reaction_says_what_it_is_about() -> None:
    decision = _said(type="reaction", reaction="👍", msgId={"id": "3EB0"})
    assert (decision.kind, decision.text, decision.edits) == ("reaction", "👍", "3EB0")
    assert decision.unanswered == "reaction"


@pytest.mark.parametrize("document", [PRESS_TICKET, IZING])
def test_what_we_said_is_read_with_whom_it_was_said_to(document: dict[str, Any]) -> None:
    decision = _parse(document, message={**WWEBJS, **OURS})
    assert isinstance(decision, Outgoing)
    assert decision.recipient.number == PHONE
    assert (decision.text, decision.provider_id, decision.is_automatic) == ("oi", "AB1", False)
    marked = _parse(document, message={**WWEBJS, **OURS, "body": "\u200e oi"})
    assert marked.is_automatic
    assert _parse(document, message={**WWEBJS, **OURS, "type": "ptt", "body": ""}).kind == "audio"
    for kind in ("revoked", "reaction", "e2e_notification"):
        ignored = _parse(document, message={**WWEBJS, **OURS, "type": kind})
        assert ignored == Ignored("from_me")


def test_our_own_name_and_number_are_not_the_customers() -> None:
    message = {**WWEBJS, **OURS, "_data": {"notifyName": "Clínica"}}
    assert _parse(IZING, message=message).recipient == Sender(PHONE, None, 7712, None)
    alone = _parse({"message": message, "whatsappId": 1})
    assert alone.recipient == Sender(PHONE, None, None, None)


@pytest.mark.parametrize("document", [PRESS_TICKET, IZING])
@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"from": "120363025500010001@g.us", "author": f"{PHONE}@c.us"}, "group"),
        ({"from": BUSINESS, "to": "120363025500010001@g.us", "fromMe": True}, "group"),
        ({"id": {"remote": "120363025500010001@g.us", "id": "A"}}, "group"),
        ({"from": "status@broadcast"}, "status"),
        ({"isStatus": True}, "status"),
        ({"broadcast": True}, "broadcast"),
        ({"from": "1234@broadcast"}, "broadcast"),
        ({"from": "1234@newsletter"}, "newsletter"),
        ({"from": "0@c.us"}, "system"),
    ],
)
def test_what_was_said_to_many_is_ignored(
    document: dict[str, Any], message: dict[str, Any], reason: str
) -> None:
    assert _parse(document, message={**WWEBJS, **message}) == Ignored(reason)


def test_a_group_of_press_ticket_is_ignored_however_it_shows() -> None:
    assert _parse(PRESS_TICKET, ticket__isGroup=True) == Ignored("group")
    assert _parse(PRESS_TICKET, contact__isGroup=True) == Ignored("group")


@pytest.mark.parametrize(
    ("changes", "number", "lid"),
    [
        ({"contact": {"number": PHONE, "numberLid": f"{LID}@lid"}}, PHONE, LID),
        ({"contact": {"number": PHONE, "lid": LID}}, PHONE, LID),
        ({"contact": {"number": LID, "numberLid": LID}}, PHONE, LID),
        ({"contact": {"number": LID}, "message__from": f"{LID}@lid"}, PHONE, LID),
        (
            {
                "contact": {"number": LID},
                "ticket": {"id": 1},
                "message__from": f"{LID}@lid",
                "message__id": {"remote": f"{LID}@lid", "id": "A"},
            },
            None,
            LID,
        ),
        ({"contact": None}, PHONE, None),
        ({"contact": None, "ticket": None}, PHONE, None),
    ],
)
def test_number_and_lid_are_told_apart(
    changes: dict[str, Any], number: str | None, lid: str | None
) -> None:
    sender = _parse(PRESS_TICKET, **changes).sender
    assert (sender.number, sender.lid) == (number, lid)


@pytest.mark.parametrize(
    ("message_id", "read"),
    [
        ({"id": "AB1"}, "AB1"),
        ({"_serialized": "false_5511@c.us_AB1"}, "AB1"),
        ({"id": 5}, None),
        ("AB1", "AB1"),
        (None, None),
    ],
)
def test_the_id_is_read_in_every_form(message_id: Any, read: str | None) -> None:
    assert _parse(PRESS_TICKET, message__id=message_id).provider_id == read


def test_nothing_readable_is_refused_by_the_name_of_the_field() -> None:
    assert _said(body="") == Invalid("invalid_payload", "message.body: nothing readable")
    assert _said(body=5) == Invalid("invalid_payload", "message.body: expected text")
    assert isinstance(_said(fromMe="yes"), Invalid)
