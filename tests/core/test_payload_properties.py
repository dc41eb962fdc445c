"""Whatever comes, `parse` decides: it never raises, and what it lets through is clean."""

import copy
import json
import random
import unicodedata
from datetime import UTC
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secretaria.core.payload import Decision, Ignored, Incoming, Invalid, Outgoing, Sender, parse

KINDS = {
    *("text", "interactive", "image", "audio", "video", "sticker"),
    *("document", "location", "contact", "poll", "order", "edit"),
}
REASONS = {
    *("group", "status", "broadcast", "newsletter", "from_me"),
    *("reaction", "deleted", "system", "event"),
}
PHONE = "5511955550101@s.whatsapp.net"
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CONTENTS: list[Any] = [
    {"conversation": "oi"},
    {"extendedTextMessage": {"text": "oi", "contextInfo": {"stanzaId": "A"}}},
    {"buttonsResponseMessage": {"selectedButtonId": "1", "selectedDisplayText": "Sim"}},
    {"listResponseMessage": {"title": "A", "singleSelectReply": {"selectedRowId": "r"}}},
    {
        "interactiveResponseMessage": {
            "body": {"text": "A"},
            "nativeFlowResponseMessage": {"paramsJson": '{"id": "x"}'},
        }
    },
    {"locationMessage": {"degreesLatitude": -23.5, "degreesLongitude": -46.6, "name": "Casa"}},
    {"contactMessage": {"displayName": "Ana", "vcard": "TEL;waid=5511:+55 11"}},
    {"contactsArrayMessage": {"contacts": [{"displayName": "Ana", "vcard": "TEL:1"}]}},
    {"pollCreationMessageV3": {"name": "A?", "options": [{"optionName": "b"}]}},
    {"orderMessage": {"itemCount": 3, "totalAmount1000": "189900"}},
    {"documentWithCaptionMessage": {"message": {"documentMessage": {"caption": "a"}}}},
    {
        "editedMessage": {
            "message": {
                "protocolMessage": {"key": {"id": "A"}, "editedMessage": {"conversation": ""}}
            }
        }
    },
    {"requestPaymentMessage": {"amount1000": {"low": 5, "high": 0}, "noteMessage": {}}},
    {"templateMessage": {"hydratedTemplate": {"hydratedContentText": "a"}}},
]
DOCUMENTS: list[Any] = [
    *(
        {
            "key": {"remoteJid": PHONE, "fromMe": is_ours, "id": "A", "senderPn": PHONE},
            "messageTimestamp": 1767614400,
            "pushName": "Ana",
            "message": content,
        }
        for content in CONTENTS
        for is_ours in (False, True)
    ),
    *({"message": content, "number": "5511955550101"} for content in CONTENTS),
    {"message": CONTENTS[0], "ticket": {"id": 7, "contact": {"number": "5511955550101"}}},
    {"event": "message", "body": "oi", "contact": {"number": "+55 (16) 99999-0000", "name": "A"}},
    {"message": CONTENTS[0], "number": "5511955550101", "fromMe": True},
    {"mensagem": "oi", "fromMe": False, "ticketData": {"isGroup": False}, "acao": "start"},
]

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters())
    | st.sampled_from(["", PHONE, "1@lid", "1@g.us", "@", "\ud800", "\x00", "1e999", 10**30, 1e300])
)
_NAMES = st.text(st.characters(), max_size=8) | st.sampled_from(
    ["key", "message", "number", "contact", "ticket", "body", "event", "conversation", "remoteJid"]
    + [name for content in CONTENTS for name in content]
)
ANY_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=5),
    max_leaves=25,
)


def _check(decision: Decision) -> None:
    if isinstance(decision, Incoming):
        _check_incoming(decision)
    elif isinstance(decision, Outgoing):
        _check_outgoing(decision)
    elif isinstance(decision, Ignored):
        assert decision.reason in REASONS
    else:
        assert isinstance(decision, Invalid)
        assert decision.error in {"invalid_json", "invalid_payload"}
        assert ": " in decision.detail
        assert decision.detail.isascii()


def _check_incoming(incoming: Incoming) -> None:
    sender = incoming.sender
    _check_person(sender)
    assert incoming.kind in KINDS
    assert len(incoming.text) <= 65_536
    assert incoming.sent_at is None or incoming.sent_at.tzinfo is UTC
    for text in (incoming.text, incoming.choice_id, incoming.edits, sender.name, sender.lid):
        assert text is None or _hidden_in(text) <= {"\n", "\t"}


def _check_outgoing(outgoing: Outgoing) -> None:
    _check_person(outgoing.recipient)
    assert 0 < len(outgoing.text) <= 65_536
    assert outgoing.sent_at is None or outgoing.sent_at.tzinfo is UTC
    assert _hidden_in(outgoing.text) <= {"\n", "\t"}


def _check_person(sender: Sender) -> None:
    assert sender.number or sender.lid or sender.ticket_id
    assert sender.number is None or (sender.number.isascii() and sender.number.isdigit())
    assert sender.number is None or 8 <= len(sender.number) <= 15
    assert sender.name is None or 0 < len(sender.name) <= 100


def _hidden_in(text: str) -> set[str]:
    return {each for each in text if unicodedata.category(each) in {"Cc", "Cs"}}


@PATIENT
@given(st.binary(max_size=300))
def test_any_bytes_get_a_decision(body: bytes) -> None:
    _check(parse(body))


@PATIENT
@given(ANY_JSON, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_any_json_gets_a_decision(value: Any, encoding: str) -> None:
    _check(parse(json.dumps(value).encode(encoding)))


@PATIENT
@given(st.dictionaries(_NAMES, ANY_JSON, max_size=6))
def test_any_object_gets_a_decision(document: dict[str, Any]) -> None:
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
    _check(parse(body))


@settings(PATIENT, max_examples=400)
@given(st.sampled_from(DOCUMENTS), st.randoms(use_true_random=False), ANY_JSON)
def test_any_value_of_a_real_message_may_be_anything(
    document: Any, chance: random.Random, value: Any
) -> None:
    mutated = copy.deepcopy(document)
    place, name = chance.choice(_places(mutated))
    place[name] = value
    _check(parse(json.dumps(mutated).encode()))


@PATIENT
@given(st.sampled_from(DOCUMENTS), st.randoms(use_true_random=False))
def test_any_part_of_a_real_message_may_be_missing(document: Any, chance: random.Random) -> None:
    mutated = copy.deepcopy(document)
    place, name = chance.choice(_places(mutated))
    del place[name]
    _check(parse(json.dumps(mutated).encode()))


@PATIENT
@given(st.sampled_from(DOCUMENTS), st.binary(max_size=4), st.floats(0, 1), st.integers(0, 4))
def test_a_real_message_may_arrive_damaged(
    document: Any, damage: bytes, where: float, lost: int
) -> None:
    body = json.dumps(document, ensure_ascii=False).encode()
    start = int(where * len(body))
    _check(parse(body[:start] + damage + body[start + lost :]))


@PATIENT
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_text_never_decides_who_sent_it(text: str) -> None:
    decision = parse(
        json.dumps({"message": {"conversation": text}, "number": "5511999999999"}).encode()
    )
    assert isinstance(decision, Invalid) or decision.sender.number == "5511999999999"


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Return every place in a document where a value stands: its container and its name there."""
    if isinstance(value, dict):
        names: list[Any] = list(value)
    elif isinstance(value, list):
        names = list(range(len(value)))
    else:
        return []
    own = [(value, name) for name in names]
    return own + [place for name in names for place in _places(value[name])]
