"""The flat payload of commercial forks, the newer and the older one."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from payload_documents import FLAT, LID, OLDER_FLAT, PHONE, TICKET, changed

from secretaria.core.payload import Ignored, Incoming, Invalid, Outgoing, Sender, TicketEvent, parse
from secretaria.core.ticket import Ticket

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ANA = Sender(PHONE, None, 4357, "Ana Prado")
URL = "https://api.exemplo.com.br/public/company1/1767614400000.ogg"


def _parse(document: dict[str, Any]) -> Any:
    return parse(json.dumps(document).encode())


def _said(mensagem: Any) -> Any:
    return _parse(changed(FLAT, mensagem=mensagem))


def test_both_forms_are_read() -> None:
    newer, older = _parse(FLAT), _parse(OLDER_FLAT)
    for decision in (newer, older):
        assert isinstance(decision, Incoming)
        assert (decision.kind, decision.text, decision.sender) == ("text", "oi", ANA)
        assert (decision.provider_id, decision.sent_at) == (None, None)
    assert newer.ticket == Ticket(4357, "pending", updated_at=NOON)
    assert older.ticket == Ticket(4357, "open", 7, updated_at=NOON)


def test_without_an_id_the_ticket_the_words_and_its_time_tell_a_message_from_another() -> None:
    key = _parse(FLAT).natural_key
    assert key == sha256(b"4357\noi\n2026-01-05T12:00:00.000Z").hexdigest()
    later = changed(FLAT, ticketData__updatedAt="2026-01-05T12:00:09.000Z")
    others = [changed(FLAT, mensagem="oi!"), changed(FLAT, chamadoId=4358), later]
    assert len({key, *(_parse(other).natural_key for other in others)}) == 4
    assert _parse(changed(FLAT, name="Outra", queueId=9)).natural_key == key


def test_the_url_tells_media_apart() -> None:
    media = {"id": 991, "body": "", "mediaType": "audio", "mediaUrl": URL}
    key = _said(media).natural_key
    assert key == sha256(f"4357\n{URL}\n2026-01-05T12:00:00.000Z".encode()).hexdigest()


def test_media_in_a_list_are_told_apart_as_well() -> None:
    first, second = ([{"type": "image", "url": f"https://a/{name}.jpg"}] for name in "ab")
    assert _said(first).natural_key != _said(second).natural_key


def test_what_says_nothing_that_could_tell_it_apart_has_no_key() -> None:
    assert _said({"body": "", "mediaType": "audio"}).natural_key is None


@pytest.mark.parametrize("order", [1, -1])
def test_a_sticker_beside_words_keeps_nobody_from_answering_them(order: int) -> None:
    items = [{"type": "sticker", "url": "https://a/b.webp"}, {"type": "text", "text": "oi"}]
    decision = _said(items[::order])
    assert (decision.kind, decision.text, decision.unanswered) == ("text", "oi", None)
    assert _said(items[:1]).unanswered == "sticker"


@pytest.mark.parametrize("updated_at", [None, "", 5, {}])
def test_without_the_time_of_its_ticket_a_message_has_no_key(updated_at: Any) -> None:
    assert _parse(changed(FLAT, ticketData__updatedAt=updated_at)).natural_key is None


def test_an_id_of_whatsapps_is_taken_where_a_fork_shows_one() -> None:
    assert _said({"id": "3EB0", "body": "oi", "mediaType": "chat"}).provider_id == "3EB0"
    assert _said({"id": 991, "wid": "3EB0", "body": "oi"}).provider_id == "3EB0"
    assert _said({"id": 991, "body": "oi"}).provider_id is None
    assert _parse({**FLAT, "messageId": "3EB0"}).provider_id == "3EB0"


@pytest.mark.parametrize(
    ("mensagem", "kind", "text"),
    [
        ([{"type": "text", "text": "oi"}], "text", "oi"),
        (
            [{"type": "text", "text": "oi"}, {"type": "text", "text": "tudo bem?"}],
            "text",
            "oi\ntudo bem?",
        ),
        (["oi", "tudo bem?"], "text", "oi\ntudo bem?"),
        ([{"text": "oi"}, {"type": "text", "text": ""}], "text", "oi"),
        ([{"type": "image", "url": URL, "caption": "foto"}], "image", "foto"),
        ([{"type": "text", "text": "veja"}, {"type": "image", "mediaUrl": URL}], "image", "veja"),
        ({"body": "oi"}, "text", "oi"),
        ({"body": "foto", "mediaType": "image", "mediaUrl": "https://a/b.jpg"}, "image", "foto"),
        ({"body": "b.jpg", "mediaType": "image", "mediaUrl": "https://a/b.jpg"}, "image", ""),
        ({"body": "", "mediaType": "video", "mediaUrl": "https://a/b.mp4"}, "video", ""),
        ({"body": "Áudio", "mediaType": "audio", "mediaUrl": URL}, "audio", ""),
        ({"body": "", "mediaType": "audioMessage"}, "audio", ""),
        ({"body": "", "mediaType": "application", "mediaUrl": "https://a/b.pdf"}, "document", ""),
        ({"body": "", "mediaType": "application/pdf", "mediaUrl": "https://a/b"}, "document", ""),
        (
            {"body": "notas.txt", "mediaType": "text", "mediaUrl": "https://a/n.txt"},
            "document",
            "notas.txt",
        ),
        (
            {"body": "sticker", "mediaType": "sticker", "mediaUrl": "https://a/b.webp"},
            "sticker",
            "",
        ),
        ("BEGIN:VCARD\nFN:Ana\nTEL:190\nEND:VCARD", "contact", "Contato enviado: Ana (190)"),
        (
            "data:image/png;base64,AA==|https://maps.google.com/maps?q=-23.5%2C-46.6|-23.5, -46.6 ",
            "location",
            "Localização: -23.5, -46.6",
        ),
        (
            "data:image/png;base64,AA==|https://fb.me/x|Promo|50%|quero saber|mais",
            "text",
            "quero saber|mais",
        ),
    ],
)
def test_the_message_may_be_words_a_list_or_an_object(mensagem: Any, kind: str, text: str) -> None:
    decision = _said(mensagem)
    assert isinstance(decision, Incoming), decision
    assert (decision.kind, decision.text) == (kind, text)


@pytest.mark.parametrize(
    "mensagem", ["", " ", [], ["a"] * 1_001, [{}], [5], {}, 5, {"body": ["x"]}, None, True]
)
def test_nothing_readable_is_refused_by_the_name_of_the_field(mensagem: Any) -> None:
    decision = _said(mensagem)
    assert isinstance(decision, Invalid)
    assert decision.detail.startswith("mensagem")


def test_a_document_has_the_name_under_which_it_was_stored_unless_it_has_its_own() -> None:
    stored = {"body": "", "mediaType": "document", "mediaUrl": "https://a/b/meu%20arquivo.pdf?x=1"}
    assert _said(stored).file_name == "meu arquivo.pdf"
    assert _said({**stored, "fileName": "contrato.pdf"}).file_name == "contrato.pdf"
    assert _said({**stored, "mediaUrl": "http://["}).file_name is None


@pytest.mark.parametrize("document", [FLAT, OLDER_FLAT])
def test_what_we_said_is_read_with_whom_it_was_said_to(document: dict[str, Any]) -> None:
    decision = _parse(changed(document, fromMe=True, mensagem="*Joana:*\nOi"))
    assert isinstance(decision, Outgoing)
    assert decision.recipient == ANA
    assert (decision.kind, decision.text) == ("text", "*Joana:*\nOi")
    assert not decision.is_automatic
    assert decision.ticket == _parse(document).ticket


@pytest.mark.parametrize(
    "mensagem",
    [
        "\u200e Olá",
        "Olá\u200c",
        [{"type": "text", "text": "\u200e Olá"}],
        {"body": "\u200e Olá"},
        {"body": "\u200eOlá", "mediaType": "image", "mediaUrl": "https://a/b.jpg"},
    ],
)
def test_the_mark_of_what_no_person_typed_is_seen(mensagem: Any) -> None:
    assert _parse(changed(FLAT, fromMe=True, mensagem=mensagem)).is_automatic


@pytest.mark.parametrize("mensagem", ["", None, 5, [], {"mediaType": "reactionMessage"}])
def test_whatever_of_ours_cannot_be_read_is_ignored(mensagem: Any) -> None:
    assert _parse(changed(FLAT, fromMe=True, mensagem=mensagem)) == Ignored("from_me")


def test_an_object_may_say_by_itself_that_it_is_ours() -> None:
    assert isinstance(_said({"body": "oi", "fromMe": True}), Outgoing)


@pytest.mark.parametrize("from_me", [False, True])
@pytest.mark.parametrize("document", [FLAT, OLDER_FLAT])
def test_an_end_closes_the_ticket(document: dict[str, Any], *, from_me: bool) -> None:
    decision = _parse(changed(document, acao="end", fromMe=from_me))
    assert isinstance(decision, TicketEvent)
    assert decision.contact == ANA
    assert (decision.ticket.id, decision.ticket.status) == (4357, "closed")


def test_an_end_may_show_no_more_than_its_number() -> None:
    ended = {"acao": "end", "chamadoId": 4357, "sender": PHONE, "mensagem": "SAIR"}
    assert _parse(ended) == TicketEvent(Sender(PHONE, None, 4357, None), Ticket(4357, "closed"))
    assert _parse({"acao": "end"}) == Ignored("event")
    assert _parse({**ended, "isGroup": True}) == Ignored("group")


def test_what_the_system_says_is_ignored() -> None:
    protocol = {"body": "x", "mediaType": "protocolMessage"}
    assert _said(protocol) == Ignored("system")
    assert _said([{"type": "call_log", "text": "x"}]) == Ignored("system")


def test_other_actions_are_messages() -> None:
    assert isinstance(_parse(changed(FLAT, acao="n8n")), Incoming)
    assert _parse({"action": "tag-sync", "tags": {}, "contact": {}}) == Ignored("event")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"isGroup": True}, "group"),
        ({"ticketData__isGroup": True}, "group"),
        ({"ticketData__status": "group"}, "group"),
        ({"ticketData__contact__isGroup": True}, "group"),
        ({"sender": "120363025500010001@g.us"}, "group"),
        ({"sender": {"number": "120363025500010001", "isGroup": True}}, "group"),
        ({"mensagem": {"body": "oi", "remoteJid": "status@broadcast"}}, "status"),
        ({"isGroup": True, "fromMe": True}, "group"),
    ],
)
def test_what_was_said_to_many_is_ignored(changes: dict[str, Any], reason: str) -> None:
    assert _parse(changed(FLAT, **changes)) == Ignored(reason)


@pytest.mark.parametrize(
    ("changes", "number", "lid"),
    [
        ({"sender": f"{LID}@lid"}, PHONE, LID),
        ({"sender": LID, "ticketData__contact": {"number": LID, "lid": f"{LID}@lid"}}, None, LID),
        ({"sender": LID, "ticketData__contact": {"number": LID, "lid": LID}}, None, LID),
        ({"sender": LID, "ticketData__contact": {"remoteJid": f"{LID}@lid"}}, None, LID),
        ({"ticketData__contact": {"number": PHONE, "lid": LID}}, PHONE, LID),
        ({"sender": {"number": LID, "lid": f"{LID}@lid"}}, PHONE, LID),
        ({"sender": LID, "mensagem": {"body": "oi", "remoteJid": f"{LID}@lid"}}, PHONE, LID),
        ({"sender": None}, PHONE, None),
        ({"sender": "+55 (11) 95555-0101"}, PHONE, None),
        ({"sender": 5511955550101}, PHONE, None),
        ({"sender": f"{PHONE}:12@s.whatsapp.net"}, PHONE, None),
    ],
)
def test_number_and_lid_are_told_apart(
    changes: dict[str, Any], number: str | None, lid: str | None
) -> None:
    sender = _parse(changed(FLAT, **changes)).sender
    assert (sender.number, sender.lid, sender.ticket_id) == (number, lid, 4357)


def test_nobody_to_answer_is_refused() -> None:
    decision = _parse({"mensagem": "oi", "acao": "start"})
    assert isinstance(decision, Invalid)
    assert decision.detail.startswith("sender: missing")
    assert _parse({"mensagem": "oi", "chamadoId": 7}).sender == Sender(None, None, 7, None)


def test_a_contact_whose_bot_is_switched_off_shows_it() -> None:
    contact = {**TICKET["contact"], "disableBot": True}
    assert _parse(changed(FLAT, ticketData__contact=contact)).ticket.is_bot_disabled
    sender = {"number": PHONE, "disableBot": True}
    assert _parse(changed(OLDER_FLAT, sender=sender)).ticket.is_bot_disabled


@pytest.mark.parametrize("part", ["ticketData", "ticket", "chamado", "contact"])
def test_a_tickets_own_flag_says_nothing_of_the_message(part: str) -> None:
    document = {
        "acao": "start",
        "mensagem": "Oi",
        "sender": "5511955550101",
        "chamadoId": 4357,
        "fromMe": False,
        part: {"id": 4357, "status": "pending", "fromMe": True},
    }
    decision = parse(json.dumps(document).encode())
    assert isinstance(decision, Incoming)
