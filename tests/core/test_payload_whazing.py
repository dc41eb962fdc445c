"""Whazing's webhooks, of a queue and of a channel."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from payload_documents import LID, PHONE, WHAZING, changed

from secretaria.core.payload import Ignored, Incoming, Invalid, Outgoing, Sender, TicketEvent, parse
from secretaria.core.ticket import Ticket

ANA = Sender(PHONE, LID, 3301, "Ana Prado")
CHANNEL = {name: WHAZING[name] for name in ("messageBody", "contact", "whatsapp")} | {
    "ticket": {"id": 3301, "status": "open", "queueId": 4, "userId": 7}
}


def _parse(document: dict[str, Any] | None = None, **changes: Any) -> Any:
    return parse(json.dumps(changed(document or WHAZING, **changes)).encode())


def test_a_message_is_read() -> None:
    decision = _parse()
    assert isinstance(decision, Incoming)
    assert decision.sender == ANA
    assert (decision.kind, decision.text, decision.provider_id) == ("text", "oi", "AB1")
    assert decision.sent_at == datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert decision.ticket == Ticket(3301, "pending")


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("image", "image"),
        ("video", "video"),
        ("audio", "audio"),
        ("ptt", "audio"),
        ("document", "document"),
        ("application", "document"),
        ("sticker", "sticker"),
        ("unheard-of", "document"),
    ],
)
def test_media_are_read_with_or_without_words(media_type: str, kind: str) -> None:
    url = "https://api.exemplo.com.br/public/1767614400000.bin"
    silent = _parse(mediaType=media_type, mediaUrl=url, messageBody="")
    assert (silent.kind, silent.text) == (kind, "")
    named = _parse(mediaType=media_type, mediaUrl=url, messageBody="1767614400000.bin")
    assert (named.kind, named.text) == (kind, "")


def test_only_a_sticker_wants_no_answer() -> None:
    assert _parse(mediaType="sticker").unanswered == "sticker"
    assert _parse(mediaType="image").unanswered is None


def test_a_message_of_ours_is_read() -> None:
    decision = _parse(fromMe=True, user={"id": 7, "name": "Joana"})
    assert isinstance(decision, Outgoing)
    assert decision.recipient == ANA
    assert (decision.text, decision.provider_id, decision.is_automatic) == ("oi", "AB1", False)
    assert _parse(fromMe=True, messageBody="\u200eoi").is_automatic
    assert _parse(fromMe=True, mediaType="image", messageBody="").kind == "image"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"edited": True, "messageBody": "quinta"}, "quinta"),
        ({"edited": "true", "messageBody": "quinta"}, "quinta"),
        ({"edited": "quinta", "messageBody": "terça"}, "quinta"),
    ],
)
def test_an_edit_comes_under_the_id_of_what_it_edits(changes: dict[str, Any], text: str) -> None:
    decision = _parse(**changes)
    assert (decision.kind, decision.text, decision.edits) == ("edit", text, "AB1")
    assert decision.provider_id is None
    assert len(decision.natural_key) == 64
    assert _parse(**changes, status="read").natural_key == decision.natural_key
    assert _parse(edited="sexta").natural_key != decision.natural_key
    assert _parse(**changes, fromMe=True).kind == "edit"


@pytest.mark.parametrize("edited", [None, False, "", 0, "false"])
def test_what_was_not_edited_is_a_message(edited: Any) -> None:
    assert _parse(edited=edited).kind == "text"


def test_a_deletion_comes_under_the_id_of_what_it_deletes() -> None:
    decision = _parse(isDeleted=True)
    assert (decision.kind, decision.text, decision.edits) == ("deletion", "", "AB1")
    assert (decision.unanswered, decision.provider_id) == ("deleted", None)
    assert _parse(isDeleted=True, messageId=None) == Ignored("system")
    assert _parse(isDeleted=True, fromMe=True) == Ignored("from_me")


@pytest.mark.parametrize("reactions", ["👍", ["❤️", "👍"], [{"emoji": "👍"}], {"text": "👍"}])
def test_a_reaction_is_no_new_message(reactions: Any) -> None:
    decision = _parse(reactions=reactions)
    assert (decision.kind, decision.text, decision.edits) == ("reaction", "👍", "AB1")
    assert decision.unanswered == "reaction"
    assert _parse(reactions=reactions, fromMe=True) == Ignored("from_me")


@pytest.mark.parametrize("reactions", [None, [], {}, "", 0, [{}]])
def test_no_reactions_are_no_reaction(reactions: Any) -> None:
    assert _parse(reactions=reactions).kind == "text"


@pytest.mark.parametrize(
    ("event", "status"),
    [("ClosedTicket", "closed"), ("TransferTicket", "open"), ("NewTicketUserCreate", "open")],
)
def test_what_becomes_of_a_ticket_is_told(event: str, status: Any) -> None:
    told = TicketEvent(ANA, Ticket(3301, status, 7))
    assert _parse({**CHANNEL, "Type": event}) == told
    assert _parse({**CHANNEL, "Type": event, "fromMe": True}) == told


def test_of_a_closed_ticket_the_number_is_enough() -> None:
    closed = {"Type": "ClosedTicket", "ticket": {"id": 5}}
    assert _parse(closed) == TicketEvent(Sender(None, None, 5, None), Ticket(5, "closed"))


@pytest.mark.parametrize("event", ["NewTicket", "SomethingNew"])
def test_an_opened_ticket_repeats_a_message_that_comes_by_itself(event: str) -> None:
    assert _parse({**CHANNEL, "Type": event}) == Ignored("event")


@pytest.mark.parametrize("event", ["ClosedTicket", "TransferTicket", "NewTicket"])
def test_an_event_that_names_nobody_is_ignored(event: str) -> None:
    assert _parse({"Type": event}) == Ignored("event")
    assert _parse({"Type": event, "contact": {"phoneNumber": "x"}}) == Ignored("event")


def test_an_event_of_a_group_is_ignored() -> None:
    group = {**CHANNEL, "Type": "ClosedTicket", "contact": {"isGroup": True}}
    assert _parse(group) == Ignored("group")


@pytest.mark.parametrize(
    ("changes", "number", "lid"),
    [
        ({}, PHONE, LID),
        ({"lid": None}, PHONE, None),
        ({"lid": LID}, PHONE, LID),
        ({"lid": int(LID)}, PHONE, LID),
        ({"phoneNumber": LID}, None, LID),
        ({"phoneNumber": int(LID)}, None, LID),
        ({"phoneNumber": f"{LID}@lid", "lid": None}, None, LID),
        ({"phoneNumber": None}, None, LID),
        ({"phoneNumber": LID, "number": PHONE}, PHONE, LID),
        ({"phoneNumber": "abc", "lid": None}, None, None),
    ],
)
def test_number_and_lid_are_told_apart(
    changes: dict[str, Any], number: str | None, lid: str | None
) -> None:
    sender = _parse(contact={**WHAZING["contact"], **changes}).sender
    assert (sender.number, sender.lid, sender.ticket_id) == (number, lid, 3301)


@pytest.mark.parametrize(
    "changes", [{"contact__isGroup": True}, {"contact__phoneNumber": "1@g.us"}]
)
def test_a_group_is_ignored(changes: dict[str, Any]) -> None:
    assert _parse(**changes) == Ignored("group")


def test_nobody_to_answer_is_refused() -> None:
    assert _parse(contact=None, ticket=None) == Invalid(
        "invalid_payload", "contact.phoneNumber: missing; expected who sent the message"
    )
    wrong = _parse(contact={"phoneNumber": "abc"}, ticket=None)
    assert wrong.detail.startswith("contact.phoneNumber: expected a phone number")
