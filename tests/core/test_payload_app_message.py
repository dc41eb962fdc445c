"""The event `appMessage` of Socket.IO, and the envelope of the fork FLAV."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from payload_documents import (
    ALL,
    APP_MESSAGE,
    BAILEYS,
    ENVELOPE,
    LID,
    PHONE,
    TICKET,
    WWEBJS,
    changed,
)

from secretaria.core.payload import Ignored, Incoming, Invalid, Outgoing, Sender, TicketEvent, parse
from secretaria.core.ticket import Ticket

ANA = Sender(PHONE, None, 4357, "Ana Prado")
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SHOWN = Ticket(4357, "pending", updated_at=NOON)


def _parse(document: dict[str, Any], **changes: Any) -> Any:
    return parse(json.dumps(changed(document, **changes)).encode())


def _row(action: str = "create", **columns: Any) -> Any:
    message = {**APP_MESSAGE["message"], **columns}
    return _parse(APP_MESSAGE, action=action, message=message)


def test_a_new_message_is_read() -> None:
    decision = _row()
    assert isinstance(decision, Incoming)
    assert (decision.sender, decision.ticket, decision.sent_at) == (ANA, SHOWN, NOON)
    assert (decision.kind, decision.text, decision.provider_id) == ("text", "oi", "AB1")


def test_the_id_is_whatsapps_and_never_that_of_a_row() -> None:
    assert _row(id=77, wid="3EB0").provider_id == "3EB0"
    assert _row(id=77).provider_id is None


@pytest.mark.parametrize(
    ("columns", "kind", "text"),
    [
        ({"mediaType": "chat"}, "text", "oi"),
        ({"mediaType": None}, "text", "oi"),
        ({"mediaType": "imageMessage", "body": "foto"}, "image", "foto"),
        ({"mediaType": "audioMessage", "body": "🔊"}, "audio", ""),
        ({"mediaType": "stickerMessage", "body": "sticker"}, "sticker", ""),
        ({"mediaType": "documentMessage", "body": ""}, "document", ""),
        ({"mediaType": "buttonsResponseMessage", "body": "b1"}, "interactive", "b1"),
        ({"mediaType": "pollCreationMessageV3", "body": "Quando?"}, "poll", "Quando?"),
        ({"mediaType": "orderMessage", "body": "quero"}, "order", "quero"),
        ({"mediaType": "vcard", "body": "Ana"}, "contact", "Ana"),
        (
            {"mediaType": "locationMessage", "body": "-23.5, -46.6"},
            "location",
            "Localização: -23.5, -46.6",
        ),
        ({"mediaType": "location", "body": "na praça"}, "location", "na praça"),
        ({"mediaType": "viewOnceMessageV2", "body": ""}, "image", ""),
    ],
)
def test_each_type_is_read(columns: dict[str, Any], kind: str, text: str) -> None:
    decision = _row(**columns)
    assert isinstance(decision, Incoming), decision
    assert (decision.kind, decision.text) == (kind, text)


def test_what_whatsapp_sent_tells_more_than_the_row_where_it_is_kept() -> None:
    place = {"locationMessage": {"name": "Casa", "degreesLatitude": -23.5, "degreesLongitude": 1}}
    kept = json.dumps({"key": {"id": "AB1"}, "message": place})
    located = _row(mediaType="locationMessage", body="data:image/png;base64,AA==", dataJson=kept)
    assert located.text == "Localização: Casa (-23.5, 1)"
    seen_once = json.dumps({"message": {"viewOnceMessageV2": {"message": {"imageMessage": {}}}}})
    assert _row(mediaType="imageMessage", dataJson=seen_once).needs_person == "view_once"
    for unreadable in ("{", "[]", '{"message": 5}', "[" * 9_000, 5, {}):
        assert _row(mediaType="imageMessage", body="foto", dataJson=unreadable).text == "foto"


@pytest.mark.parametrize("action", ["update", "delete"])
def test_a_deletion_comes_under_the_id_of_what_it_deletes(action: str) -> None:
    decision = _row(action, isDeleted=True)
    assert (decision.kind, decision.text, decision.edits) == ("deletion", "", "AB1")
    assert (decision.unanswered, decision.provider_id) == ("deleted", None)
    assert _row(action, isDeleted=True, fromMe=True) == Ignored("from_me")
    assert _row(action, isDeleted=True, id=5) == Ignored("system")


def test_an_edit_comes_under_the_id_of_what_it_edits_and_only_once() -> None:
    decision = _row(
        "update", isEdited=True, body="quinta", dataJson='{"message": {"conversation": "x"}}'
    )
    assert (decision.kind, decision.text, decision.edits) == ("edit", "quinta", "AB1")
    assert decision.provider_id is None
    assert decision.sent_at == datetime(2026, 1, 5, 12, 1, tzinfo=UTC)
    seen = _row("update", isEdited=True, body="quinta", ack=3)
    assert seen.natural_key == decision.natural_key
    assert _row("update", isEdited=True, body="sexta").natural_key != decision.natural_key
    ours = _row("update", isEdited=True, body="quinta", fromMe=True)
    assert isinstance(ours, Outgoing)
    assert (ours.kind, ours.text) == ("edit", "quinta")


def test_an_update_that_changes_no_words_is_no_message() -> None:
    assert _row("update", ack=3) == Ignored("event")
    assert _row("update", ack=3, fromMe=True) == Ignored("from_me")
    without_ticket = {"action": "update", "message": {**APP_MESSAGE["message"], "ack": 3}}
    assert _parse(without_ticket) == Ignored("event")


def test_an_update_needs_no_more_than_the_message() -> None:
    message = {**APP_MESSAGE["message"], "isDeleted": True}
    deleted = _parse({"action": "update", "message": message})
    assert deleted.sender == Sender(PHONE, None, 4357, None)
    assert deleted.ticket is None


def test_what_the_system_says_is_ignored() -> None:
    assert _row(mediaType="e2e_notification") == Ignored("system")
    assert _row("update", mediaType="call_log", isEdited=True) == Ignored("system")


def test_a_reaction_says_what_it_is_about() -> None:
    decision = _row(mediaType="reactionMessage", body="👍", quotedMsgId="3EB0")
    assert (decision.kind, decision.text, decision.edits) == ("reaction", "👍", "3EB0")
    quoted = _row(mediaType="reactionMessage", body="👍", quotedMsgId=7, quotedMsg={"wid": "3EB0"})
    assert quoted.edits == "3EB0"
    assert quoted.unanswered == "reaction"


def test_what_we_said_is_read_with_whom_it_was_said_to() -> None:
    decision = _row(fromMe=True)
    assert isinstance(decision, Outgoing)
    assert (decision.recipient, decision.ticket) == (ANA, SHOWN)
    assert (decision.text, decision.provider_id, decision.is_automatic) == ("oi", "AB1", False)
    assert _row(fromMe=True, body="\u200e oi").is_automatic
    assert _row(fromMe=True, mediaType="image", body="").kind == "image"


@pytest.mark.parametrize("action", ["update", "delete"])
def test_a_ticket_alone_is_told(action: str) -> None:
    held = {**TICKET, "status": "open", "userId": 7}
    told = TicketEvent(ANA, Ticket(4357, "open", 7, updated_at=NOON))
    assert _parse({"action": action, "ticket": held, "ticketId": 4357}) == told


@pytest.mark.parametrize(
    "document",
    [
        {"action": "update", "ticket": {}},
        {"action": "delete", "ticketId": 4357},
        {"action": "update", "ticket": {"status": "closed"}},
    ],
)
def test_a_ticket_that_shows_nothing_or_nobody_is_ignored(document: dict[str, Any]) -> None:
    assert _parse(document) == Ignored("event")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"message__remoteJid": "120363025500010001@g.us"}, "group"),
        ({"ticket__isGroup": True}, "group"),
        ({"contact__isGroup": True}, "group"),
        ({"message__remoteJid": "status@broadcast", "message__fromMe": True}, "status"),
    ],
)
def test_what_was_said_to_many_is_ignored(changes: dict[str, Any], reason: str) -> None:
    assert _parse(APP_MESSAGE, **changes) == Ignored(reason)


def test_a_ticket_of_a_group_is_ignored() -> None:
    group = {"action": "update", "ticket": {**TICKET, "isGroup": True}}
    assert _parse(group) == Ignored("group")


@pytest.mark.parametrize(
    ("changes", "number", "lid"),
    [
        ({"message__remoteJid": f"{LID}@lid"}, PHONE, LID),
        ({"contact": {"number": PHONE, "lid": f"{LID}@lid"}}, PHONE, LID),
        (
            {
                "contact": {"number": LID},
                "ticket__contact": {"number": LID},
                "message__remoteJid": f"{LID}@lid",
            },
            None,
            LID,
        ),
        ({"contact": None, "ticket__contact": None}, PHONE, None),
        ({"contact": {"number": "abc"}}, PHONE, None),
    ],
)
def test_number_and_lid_are_told_apart(
    changes: dict[str, Any], number: str | None, lid: str | None
) -> None:
    sender = _parse(APP_MESSAGE, **changes).sender
    assert (sender.number, sender.lid) == (number, lid)


def test_nothing_readable_is_refused_by_the_name_of_the_field() -> None:
    assert _row(body="") == Invalid("invalid_payload", "message.body: nothing readable")


@pytest.mark.parametrize("dialect", sorted(ALL.keys() - {"envelope"}))
def test_an_envelope_holds_any_dialect(dialect: str) -> None:
    assert _parse(ENVELOPE, payload=ALL[dialect]) == _parse(ALL[dialect])


def test_an_envelope_may_hold_a_message_alone() -> None:
    row = {**APP_MESSAGE["message"], "ticket": TICKET, "contact": TICKET["contact"]}
    assert _parse(ENVELOPE, payload=row) == _parse(APP_MESSAGE)
    assert _parse(ENVELOPE, payload=WWEBJS).sender.number == PHONE


def test_an_envelope_may_hold_a_ticket_alone() -> None:
    closed = {"event": "ticket.closed", "payload": {**TICKET, "status": "closed"}, "timestamp": 1}
    decision = _parse(closed)
    assert decision == TicketEvent(ANA, Ticket(4357, "closed", updated_at=NOON))


@pytest.mark.parametrize("event", ["message.sent", "message.ack", "message.status", "message.read"])
def test_what_an_envelope_tells_of_our_own_is_never_answered(event: str) -> None:
    assert _parse(ENVELOPE, event=event) == Ignored("event")
    ours = changed(BAILEYS, key__fromMe=True)
    assert isinstance(_parse(ENVELOPE, event=event, payload=ours), Outgoing)


@pytest.mark.parametrize("payload", [5, [], "x", {}, {"event": "x", "payload": {}}])
def test_an_envelope_of_nothing_is_refused(payload: Any) -> None:
    assert isinstance(_parse(ENVELOPE, payload=payload), Ignored | Invalid)
