"""The raw Baileys message, in all its kinds."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from secretaria.core.payload import Ignored, Incoming, Invalid, Outgoing, Sender, parse

PHONE = "5511955550101@s.whatsapp.net"
HELLO = {"conversation": "oi"}
EDIT = {"key": {"id": "3EB0"}, "type": "MESSAGE_EDIT", "editedMessage": {"conversation": "quinta"}}


def _parse(message: Any, key: dict[str, Any] | None = None, **around: Any) -> Any:
    key = {"remoteJid": PHONE, "fromMe": False, "id": "ABC"} if key is None else key
    return parse(json.dumps({"key": key, "message": message, **around}).encode())


def _said(message: Any) -> tuple[str, str, str | None]:
    decision = _parse(message)
    assert isinstance(decision, Incoming), decision
    return decision.kind, decision.text, decision.choice_id


def _wrapped(message: Any, *wrappers: str) -> Any:
    for wrapper in reversed(wrappers):
        message = {wrapper: {"message": message}}
    return message


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"conversation": "oi"}, ("text", "oi", None)),
        ({"extendedTextMessage": {"text": "oi"}}, ("text", "oi", None)),
        ({"conversation": "", "imageMessage": {}}, ("image", "", None)),
        ({"timestamp": 1, "conversation": "oi"}, ("text", "oi", None)),
        ({"imageMessage": {"caption": "foto"}}, ("image", "foto", None)),
        ({"videoMessage": {"caption": "vídeo"}}, ("video", "vídeo", None)),
        ({"ptvMessage": {"seconds": 3}}, ("video", "", None)),
        ({"audioMessage": {"ptt": True}}, ("audio", "", None)),
        ({"stickerMessage": {}}, ("sticker", "", None)),
        ({"documentMessage": {"fileName": "a.pdf"}}, ("document", "", None)),
        (
            {"buttonsResponseMessage": {"selectedButtonId": "b1", "selectedDisplayText": "Sim"}},
            ("interactive", "Sim", "b1"),
        ),
        ({"buttonsResponseMessage": {"selectedButtonId": "b1"}}, ("interactive", "b1", "b1")),
        (
            {
                "listResponseMessage": {
                    "description": "Financeiro",
                    "singleSelectReply": {"selectedRowId": "r1"},
                }
            },
            ("interactive", "Financeiro", "r1"),
        ),
        (
            {"templateButtonReplyMessage": {"selectedId": "t1", "selectedDisplayText": "Não"}},
            ("interactive", "Não", "t1"),
        ),
        (
            {
                "interactiveResponseMessage": {
                    "nativeFlowResponseMessage": {"paramsJson": '{"id": 7, "title": "Sete"}'}
                }
            },
            ("interactive", "Sete", "7"),
        ),
        (
            {
                "interactiveResponseMessage": {
                    "body": {"text": "Enviado"},
                    "nativeFlowResponseMessage": {"paramsJson": "[" * 9_000},
                }
            },
            ("interactive", "Enviado", None),
        ),
        ({"buttonsMessage": {"contentText": "Escolha"}}, ("text", "Escolha", None)),
        (
            {"listMessage": {"title": "Menu", "description": "Escolha"}},
            ("text", "Menu\nEscolha", None),
        ),
        ({"interactiveMessage": {"body": {"text": "Veja"}}}, ("text", "Veja", None)),
        ({"interactiveMessage": {"header": {"title": "Topo"}}}, ("text", "Topo", None)),
        (
            {"templateMessage": {"hydratedTemplate": {"hydratedContentText": "Oferta"}}},
            ("text", "Oferta", None),
        ),
        (
            {"templateMessage": {"interactiveMessageTemplate": {"body": {"text": "Oferta"}}}},
            ("text", "Oferta", None),
        ),
        (
            {"productMessage": {"product": {"title": "Bolo"}, "body": "tem?"}},
            ("text", "Produto: Bolo\ntem?", None),
        ),
        (
            {"groupInviteMessage": {"groupName": "Turma", "caption": "vem"}},
            ("text", "Convite para o grupo: Turma\nvem", None),
        ),
        ({"eventMessage": {"name": "Festa"}}, ("text", "Evento: Festa", None)),
        (
            {
                "requestPaymentMessage": {
                    "amount1000": {"low": 1234567890, "high": 0, "unsigned": False},
                    "currencyCodeIso4217": "BRL",
                    "noteMessage": {"extendedTextMessage": {"text": "corte"}},
                }
            },
            ("text", "Pedido de pagamento: R$ 1.234.567,89\ncorte", None),
        ),
        (
            {"orderMessage": {"itemCount": 1, "totalAmount1000": "5050"}},
            ("order", "Pedido do catálogo: 1 item, R$ 5,05", None),
        ),
        (
            {"orderMessage": {"itemCount": 3, "totalAmount1000": 2000, "totalCurrencyCode": "USD"}},
            ("order", "Pedido do catálogo: 3 itens, USD 2,00", None),
        ),
        ({"pollCreationMessage": {"name": "Quando?"}}, ("poll", "Enquete: Quando?", None)),
        (
            {"pollCreationMessageV5": {"name": "A?", "options": [{"optionName": "b"}]}},
            ("poll", "Enquete: A? (b)", None),
        ),
        ({"senderKeyDistributionMessage": {}, "conversation": "oi"}, ("text", "oi", None)),
        ({"messageContextInfo": {}, "audioMessage": {}}, ("audio", "", None)),
    ],
)
def test_each_kind_of_content_is_read(message: Any, said: tuple[str, str, str | None]) -> None:
    assert _said(message) == said


@pytest.mark.parametrize(
    ("shared", "text"),
    [
        (
            {"degreesLatitude": -23.5, "degreesLongitude": -46},
            "Localização: -23.5, -46",
        ),
        ({"name": "Casa"}, "Localização: Casa"),
        ({"address": "Rua A", "degreesLatitude": 91, "degreesLongitude": 0}, "Localização: Rua A"),
        (
            {"name": "Casa", "degreesLatitude": True, "degreesLongitude": "x"},
            "Localização: Casa",
        ),
        (
            {"caption": "estou aqui", "degreesLatitude": -0.0, "degreesLongitude": 0.00001},
            "Localização: estou aqui (0, 0.00001)",
        ),
    ],
)
def test_a_location_is_put_into_words(shared: dict[str, Any], text: str) -> None:
    assert _said({"locationMessage": shared}) == ("location", text, None)
    assert _said({"liveLocationMessage": shared}) == ("location", text, None)


def test_a_location_without_a_place_is_nothing_readable() -> None:
    assert _parse({"locationMessage": {}}).detail == "message: nothing readable"


def test_a_contact_card_is_put_into_words_and_is_never_the_sender() -> None:
    vcard = (
        "BEGIN:VCARD\r\nFN:Dr. Paulo\r\nitem1.TEL;waid=5511955550190:+55 11 95555-0190\r\n"
        f"TEL:190\r\nPHOTO;BASE64:{'A' * 90_000}\r\nEND:VCARD"
    )
    decision = _parse({"contactMessage": {"vcard": vcard}})
    assert decision.text == "Contato enviado: Dr. Paulo (+55 11 95555-0190, 190)"
    assert decision.sender.number == "5511955550101"
    several = [{"displayName": "Ana", "vcard": "TEL:190"}, {"displayName": "Rui"}, {"vcard": 5}]
    text = _parse({"contactsArrayMessage": {"contacts": several}}).text
    assert text == "Contatos enviados: Ana (190), Rui"


def test_a_contact_card_does_not_stand_in_for_a_missing_sender() -> None:
    card = {"displayName": "Ana", "vcard": "TEL;waid=5511955550190:+55 11 95555-0190"}
    decision = _parse({"contactMessage": card}, key={"fromMe": False, "id": "ABC"})
    assert isinstance(decision, Invalid)
    assert decision.detail.startswith("key.remoteJid: missing")


@pytest.mark.parametrize(
    "wrapper",
    [
        "ephemeralMessage",
        "viewOnceMessage",
        "viewOnceMessageV2",
        "viewOnceMessageV2Extension",
        "documentWithCaptionMessage",
        "associatedChildMessage",
        "groupStatusMessage",
        "groupStatusMessageV2",
        "deviceSentMessage",
        "lottieStickerMessage",
        "pollCreationMessageV4",
    ],
)
def test_a_wrapper_is_taken_off(wrapper: str) -> None:
    message = {"messageContextInfo": {}, **_wrapped({"stickerMessage": {}}, wrapper)}
    assert _said(message) == ("sticker", "", None)


def test_five_wrappers_are_taken_off_and_no_more() -> None:
    assert _said(_wrapped(HELLO, *["ephemeralMessage"] * 5)) == ("text", "oi", None)
    sixth = _parse(_wrapped(HELLO, *["ephemeralMessage"] * 6))
    assert isinstance(sixth, Invalid)
    assert sixth.detail.endswith(".message: nothing readable")


@pytest.mark.parametrize(
    "wrappers", [(), ("editedMessage",), ("ephemeralMessage", "editedMessage")]
)
@pytest.mark.parametrize("name_of_type", ["MESSAGE_EDIT", 14])
def test_an_edit_says_what_it_edits_however_it_is_wrapped(
    wrappers: tuple[str, ...], name_of_type: str | int
) -> None:
    decision = _parse(_wrapped({"protocolMessage": {**EDIT, "type": name_of_type}}, *wrappers))
    assert (decision.kind, decision.text, decision.edits) == ("edit", "quinta", "3EB0")
    assert decision.provider_id == "ABC"


def test_an_edit_may_be_wrapped_inside_as_well() -> None:
    inner = _wrapped({"imageMessage": {"caption": "nova"}}, "ephemeralMessage")
    decision = _parse({"protocolMessage": {**EDIT, "editedMessage": inner}})
    assert (decision.kind, decision.text, decision.edits) == ("edit", "nova", "3EB0")


def test_an_edit_of_unknown_target_is_still_an_edit() -> None:
    decision = _parse(_wrapped(HELLO, "editedMessage"))
    assert (decision.kind, decision.text, decision.edits) == ("edit", "oi", None)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"protocolMessage": {"type": "REVOKE", "key": {}}}, "system"),
        ({"protocolMessage": {"type": 0}}, "system"),
        ({"protocolMessage": {"type": "EPHEMERAL_SETTING"}}, "system"),
        ({"protocolMessage": {"type": 3}}, "system"),
        ({"protocolMessage": {}}, "system"),
        ({"protocolMessage": {**EDIT, "editedMessage": {"reactionMessage": {}}}}, "system"),
        ({"pollUpdateMessage": {}}, "system"),
        ({"secretEncryptedMessage": {}}, "system"),
        ({"albumMessage": {}}, "system"),
        ({"senderKeyDistributionMessage": {}, "messageContextInfo": {}}, "system"),
    ],
)
def test_what_needs_no_answer_is_ignored(message: Any, reason: str) -> None:
    assert _parse(message) == Ignored(reason)


@pytest.mark.parametrize("revoke", ["REVOKE", 0])
@pytest.mark.parametrize("wrappers", [(), ("ephemeralMessage",), ("editedMessage",)])
def test_a_deletion_says_what_it_deletes(revoke: Any, wrappers: tuple[str, ...]) -> None:
    protocol = {"protocolMessage": {"type": revoke, "key": {"id": "3EB0"}}}
    decision = _parse(_wrapped(protocol, *wrappers))
    assert isinstance(decision, Incoming)
    assert (decision.kind, decision.text, decision.edits) == ("deletion", "", "3EB0")
    assert (decision.unanswered, decision.provider_id) == ("deleted", "ABC")


@pytest.mark.parametrize(
    ("message", "emoji", "target"),
    [
        ({"reactionMessage": {"key": {"id": "3EB0"}, "text": "👍"}}, "👍", "3EB0"),
        ({"reactionMessage": {"key": {"id": "3EB0"}, "text": ""}}, "", "3EB0"),
        ({"reactionMessage": {"text": "❤️"}}, "❤️", None),
        ({"encReactionMessage": {"targetMessageKey": {"id": "3EB0"}}}, "", "3EB0"),
    ],
)
def test_a_reaction_is_kept_but_wants_no_answer(
    message: Any, emoji: str, target: str | None
) -> None:
    decision = _parse(message)
    assert (decision.kind, decision.text, decision.edits) == ("reaction", emoji, target)
    assert decision.unanswered == "reaction"


def test_only_a_sticker_wants_no_answer_among_what_says_something() -> None:
    assert _parse({"stickerMessage": {}}).unanswered == "sticker"
    assert _parse({"lottieStickerMessage": {"message": {"stickerMessage": {}}}}).unanswered
    assert _parse({"imageMessage": {}}).unanswered is None
    assert _parse(HELLO).unanswered is None


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"orderMessage": {"message": "quero"}}, "order"),
        ({"orderMessage": {}}, "order"),
        (_wrapped({"imageMessage": {}}, "viewOnceMessage"), "view_once"),
        (_wrapped({"videoMessage": {}}, "viewOnceMessageV2"), "view_once"),
        (_wrapped({"audioMessage": {}}, "viewOnceMessageV2Extension"), "view_once"),
        (_wrapped({"imageMessage": {}}, "ephemeralMessage", "viewOnceMessageV2"), "view_once"),
        ({"imageMessage": {"viewOnce": True}}, "view_once"),
        ({"videoMessage": {"viewOnce": True}}, "view_once"),
        ({"audioMessage": {"viewOnce": True}}, "view_once"),
        ({"imageMessage": {"viewOnce": False}}, None),
        (_wrapped({"imageMessage": {}}, "ephemeralMessage"), None),
    ],
)
def test_what_only_a_person_can_answer_says_why(message: Any, reason: str | None) -> None:
    assert _parse(message).needs_person == reason


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"fileName": "contrato.pdf", "title": "outro"}, "contrato.pdf"),
        ({"title": "contrato.pdf"}, "contrato.pdf"),
        ({"fileName": "a\nb.pdf"}, "a b.pdf"),
        ({"fileName": 5}, None),
        ({"fileName": "x" * 300}, "x" * 255),
        ({}, None),
    ],
)
def test_a_document_has_the_name_of_its_file(document: Any, name: str | None) -> None:
    assert _parse({"documentMessage": document}).file_name == name
    wrapped = _wrapped({"documentMessage": document}, "documentWithCaptionMessage")
    assert _parse(wrapped).file_name == name


def test_an_advertisement_is_not_taken_for_the_customers_words() -> None:
    advertisement = {"title": "Promoção", "body": "50%", "sourceUrl": "https://exemplo.com"}
    text = {"text": "tenho interesse", "contextInfo": {"externalAdReply": advertisement}}
    assert _said({"extendedTextMessage": text}) == ("text", "tenho interesse", None)


@pytest.mark.parametrize("stub", [2, "CIPHERTEXT", "GROUP_CREATE"])
@pytest.mark.parametrize("message", [None, {}])
def test_a_stub_is_the_systems(stub: Any, message: Any) -> None:
    assert _parse(message, messageStubType=stub) == Ignored("system")


@pytest.mark.parametrize("stub", [None, 0, "UNKNOWN"])
def test_the_default_of_the_stub_field_is_no_stub(stub: Any) -> None:
    assert isinstance(_parse(HELLO, messageStubType=stub), Incoming)


@pytest.mark.parametrize("message", [None, {}, {"conversation": " "}, {"unknownMessage": {"a": 1}}])
def test_a_message_with_nothing_readable_is_refused(message: Any) -> None:
    assert _parse(message) == Invalid("invalid_payload", "message: nothing readable")


@pytest.mark.parametrize("message", [None, {}, HELLO, 5, "x"])
@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("120363025500010001@g.us", "group"),
        ("status@broadcast", "status"),
        ("1234@broadcast", "broadcast"),
        ("1234@newsletter", "newsletter"),
        ("1313555@bot", "system"),
        ("0@s.whatsapp.net", "system"),
    ],
)
def test_a_place_for_many_is_ignored_with_or_without_words(
    message: Any, address: str, reason: str
) -> None:
    key = {"remoteJid": address, "fromMe": True, "id": "", "participant": PHONE}
    assert _parse(message, key=key) == Ignored(reason)


def test_a_message_to_a_broadcast_list_is_ignored() -> None:
    assert _parse(HELLO, broadcast=True) == Ignored("broadcast")


def _ours(message: Any, **key: Any) -> Any:
    return _parse(message, key={"remoteJid": PHONE, "fromMe": True, "id": "ABC"} | key)


def test_a_text_of_ours_is_read_with_whom_it_was_written_to() -> None:
    around = {"messageTimestamp": 1767614400, "pushName": "Clínica Exemplo"}
    key = {"remoteJid": PHONE, "fromMe": True, "id": "ABC"}
    assert _parse({"conversation": "\u200e oi"}, key=key, **around) == Outgoing(
        recipient=Sender(number="5511955550101", lid=None, ticket_id=None, name=None),
        kind="text",
        text="oi",
        provider_id="ABC",
        sent_at=datetime(2026, 1, 5, 12, tzinfo=UTC),
        is_automatic=True,
    )


@pytest.mark.parametrize(
    "message",
    [
        {"extendedTextMessage": {"text": "oi"}},
        {"ephemeralMessage": {"message": {"extendedTextMessage": {"text": "oi"}}}},
        {"deviceSentMessage": {"destinationJid": PHONE, "message": {"conversation": "oi"}}},
    ],
)
def test_a_text_of_ours_is_read_in_whatever_it_is_wrapped(message: Any) -> None:
    assert _ours(message).text == "oi"


@pytest.mark.parametrize(
    ("message", "key"),
    [
        (None, {}),
        ({"conversation": ""}, {}),
        ({"unheardOf": {}}, {}),
        ({"reactionMessage": {"text": "👍", "key": {"id": "A"}}}, {}),
        ({"protocolMessage": {"type": 0, "key": {"id": "A"}}}, {}),
        ({"protocolMessage": {"type": "EPHEMERAL_SETTING"}}, {}),
        ({"protocolMessage": {**EDIT, "editedMessage": {"imageMessage": {}}}}, {}),
        (HELLO, {"remoteJid": "x"}),
        (HELLO, {"remoteJid": None}),
        (HELLO, {"id": "a b"}),
    ],
)
def test_whatever_else_is_ours_is_ignored_readable_or_not(message: Any, key: Any) -> None:
    assert _ours(message, **key) == Ignored("from_me")


@pytest.mark.parametrize(
    ("message", "kind", "text"),
    [
        ({"imageMessage": {"caption": "o cardápio"}}, "image", "o cardápio"),
        ({"audioMessage": {}}, "audio", ""),
        ({"stickerMessage": {}}, "sticker", ""),
        ({"locationMessage": {"name": "Clínica"}}, "location", "Localização: Clínica"),
        ({"protocolMessage": EDIT}, "edit", "quinta"),
        (_wrapped(HELLO, "editedMessage"), "edit", "oi"),
    ],
)
def test_whatever_else_of_ours_says_something_is_read_as_well(
    message: Any, kind: str, text: str
) -> None:
    decision = _ours(message)
    assert isinstance(decision, Outgoing)
    assert (decision.kind, decision.text, decision.is_automatic) == (kind, text, False)


@pytest.mark.parametrize("mark", ["\u200e", "\u200c"])
@pytest.mark.parametrize(
    "message",
    [
        lambda text: {"conversation": text},
        lambda text: {"extendedTextMessage": {"text": text}},
        lambda text: {"imageMessage": {"caption": text}},
        lambda text: {"documentMessage": {"caption": text}},
        lambda text: {"buttonsMessage": {"contentText": text}},
        lambda text: {"listMessage": {"title": "Menu", "description": text}},
        lambda text: {"interactiveMessage": {"body": {"text": text}}},
        lambda text: {"templateMessage": {"hydratedTemplate": {"hydratedContentText": text}}},
        lambda text: {"protocolMessage": {**EDIT, "editedMessage": {"conversation": text}}},
        lambda text: {"ephemeralMessage": {"message": {"conversation": text}}},
    ],
)
def test_the_mark_of_what_no_person_typed_is_seen(message: Any, mark: str) -> None:
    assert _ours(message(f"{mark} olá")).is_automatic
    assert _ours(message(f"olá{mark}")).text.endswith("olá")
    assert not _ours(message("olá")).is_automatic


def test_the_mark_in_a_quoted_text_says_nothing_of_who_quotes_it() -> None:
    quoted = {"quotedMessage": {"conversation": "\u200e sou um robô"}}
    decision = _ours({"extendedTextMessage": {"text": "desculpe", "contextInfo": quoted}})
    assert not decision.is_automatic


@pytest.mark.parametrize(
    ("key", "number", "lid"),
    [
        ({"remoteJid": "118650@lid", "remoteJidAlt": PHONE}, "5511955550101", "118650"),
        ({"remoteJid": PHONE, "remoteJidAlt": "118650@lid"}, "5511955550101", "118650"),
        ({"remoteJid": "118650@lid", "peer_recipient_pn": PHONE}, "5511955550101", "118650"),
        ({"peer_recipient_lid": "118650@lid"}, "5511955550101", "118650"),
        ({"remoteJid": "118650@lid", "senderPn": "551133330000@c.us"}, None, "118650"),
        ({"remoteJid": "118650@lid", "sender_pn": "551133330000@c.us"}, None, "118650"),
        ({"senderLid": "99999@lid"}, "5511955550101", None),
    ],
)
def test_of_a_text_of_ours_the_sender_is_not_taken_for_the_customer(
    key: dict[str, Any], number: str | None, lid: str | None
) -> None:
    recipient = _ours(HELLO, **key).recipient
    assert (recipient.number, recipient.lid) == (number, lid)


@pytest.mark.parametrize(
    ("key", "number", "lid"),
    [
        ({"remoteJid": "5511955550101:7@s.whatsapp.net"}, "5511955550101", None),
        ({"remoteJid": "5511955550101_1:2@c.us"}, "5511955550101", None),
        ({"remoteJid": "5511955550101:12@hosted"}, "5511955550101", None),
        ({"remoteJid": PHONE, "participant": ""}, "5511955550101", None),
        ({"remoteJid": PHONE, "remoteJidAlt": "118650@lid"}, "5511955550101", "118650"),
        ({"remoteJid": PHONE, "senderLid": "118650:3@lid"}, "5511955550101", "118650"),
        ({"remoteJid": PHONE, "sender_lid": "118650@lid"}, "5511955550101", "118650"),
        ({"remoteJid": "118650@lid", "senderPn": PHONE}, "5511955550101", "118650"),
        ({"remoteJid": "118650@lid", "sender_pn": PHONE}, "5511955550101", "118650"),
        ({"remoteJid": "118650@lid", "remoteJidAlt": PHONE}, "5511955550101", "118650"),
        ({"remoteJid": "118650@lid", "previousRemoteJid": PHONE}, "5511955550101", "118650"),
        ({"remoteJid": PHONE, "previousRemoteJid": "118650@lid"}, "5511955550101", "118650"),
        ({"remoteJid": "118650024417001@hosted.lid"}, None, "118650024417001"),
        ({"remoteJid": "118650024417001@lid", "senderPn": ""}, None, "118650024417001"),
        ({"remoteJid": "118650@lid", "senderPn": "77120@lid"}, None, "118650"),
        ({"remoteJid": "118650@lid", "participant": PHONE}, None, "118650"),
        (
            {"remoteJid": "118650024417001@s.whatsapp.net", "senderLid": "118650024417001@lid"},
            None,
            "118650024417001",
        ),
        (
            {"remoteJid": "118650024417001@lid", "senderPn": "118650024417001@s.whatsapp.net"},
            None,
            "118650024417001",
        ),
    ],
)
def test_number_and_lid_are_told_apart(
    key: dict[str, Any], number: str | None, lid: str | None
) -> None:
    sender = _parse(HELLO, key=key).sender
    assert (sender.number, sender.lid) == (number, lid)


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ({"remoteJid": "abc@s.whatsapp.net", "senderPn": PHONE}, "key.remoteJid"),
        ({"remoteJid": "abc@lid"}, "key.remoteJid"),
        ({"remoteJid": "5511955550101@example.com"}, "key.remoteJid"),
        ({"remoteJid": 5}, "key.remoteJid"),
        ({"remoteJid": ["x"]}, "key.remoteJid"),
        ({"remoteJid": "118650@lid", "senderPn": "x"}, "key.senderPn"),
        ({}, "key.remoteJid"),
        ({"remoteJid": PHONE, "fromMe": "true"}, "key.fromMe"),
        ({"remoteJid": PHONE, "fromMe": 1}, "key.fromMe"),
        ({"remoteJid": PHONE, "id": "a b"}, "key.id"),
        ({"remoteJid": PHONE, "id": "a\x00"}, "key.id"),
        ({"remoteJid": PHONE, "id": "á"}, "key.id"),
        ({"remoteJid": PHONE, "id": "a" * 256}, "key.id"),
        ({"remoteJid": PHONE, "id": 5}, "key.id"),
    ],
)
def test_a_malformed_key_is_refused_by_the_name_of_its_field(
    key: dict[str, Any], field: str
) -> None:
    decision = _parse(HELLO, key=key)
    assert isinstance(decision, Invalid)
    assert decision.error == "invalid_payload"
    assert decision.detail.startswith(f"{field}: ")


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({"conversation": 5}, "message.conversation"),
        ({"extendedTextMessage": {"text": ["x"]}}, "message.extendedTextMessage.text"),
        ({"imageMessage": "x"}, "message.imageMessage"),
        ({"ephemeralMessage": True}, "message.ephemeralMessage"),
        ({"ephemeralMessage": {"message": "x"}}, "message.ephemeralMessage.message"),
        (
            {"pollCreationMessage": {"name": "?", "options": ["a"]}},
            "message.pollCreationMessage.options",
        ),
        ({"contactsArrayMessage": {"contacts": {}}}, "message.contactsArrayMessage.contacts"),
        (
            {"contactsArrayMessage": {"contacts": [{}] * 1_001}},
            "message.contactsArrayMessage.contacts",
        ),
        ({"conversation": "a" * 65_537}, "message.conversation"),
        (
            {"contactMessage": {"vcard": "TEL:190\n" * 20_000}},
            "message",
        ),
        ([], "message"),
        ("oi", "message"),
    ],
)
def test_malformed_content_is_refused_by_the_name_of_its_field(message: Any, field: str) -> None:
    decision = _parse(message)
    assert isinstance(decision, Invalid)
    assert decision.error == "invalid_payload"
    assert decision.detail.startswith(f"{field}: ")


@pytest.mark.parametrize(
    "stamp",
    [
        1767614400,
        "1767614400",
        1767614400.0,
        1767614400000,
        {"low": 1767614400, "high": 0, "unsigned": True},
        {"low": -1912125952, "high": 411, "unsigned": False},
    ],
)
def test_the_time_is_read_in_every_encoding(stamp: Any) -> None:
    sent_at = _parse(HELLO, messageTimestamp=stamp).sent_at
    assert sent_at == datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert sent_at.tzinfo is UTC


def test_a_message_of_the_cloud_api_is_read() -> None:
    wamid = "wamid.HBgNNTUxMTk1NTU1MDEwMRUCABIYFDNBOEU2NTg0AA=="
    key = {"fromMe": False, "remoteJid": PHONE, "id": wamid}
    chosen = {"selectedButtonId": "b1", "selectedDisplayText": "Agendar"}
    decision = _parse({"buttonsResponseMessage": chosen, "timestamp": "1767614400"}, key=key)
    assert (decision.kind, decision.text, decision.choice_id) == ("interactive", "Agendar", "b1")
    assert (decision.provider_id, decision.sender.number) == (wamid, "5511955550101")
    assert decision.sent_at == datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_the_time_of_the_cloud_api_stands_inside_the_message() -> None:
    decision = _parse({"conversation": "oi", "timestamp": 1767614400})
    assert decision.sent_at == datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "stamp",
    [None, 0, -1, True, "", "ontem", 1.5, 1e300, 10**90, "9" * 20, [], {}, {"low": "1", "high": 0}],
)
def test_a_senseless_time_is_none(stamp: Any) -> None:
    assert _parse(HELLO, messageTimestamp=stamp).sent_at is None


def test_a_name_of_the_wrong_type_is_no_reason_to_lose_a_message() -> None:
    assert _parse(HELLO, pushName={"a": 1}).sender.name is None
