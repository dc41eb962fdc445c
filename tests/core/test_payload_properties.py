"""Whatever comes, `parse` decides: it never raises, and what it lets through is clean."""

import base64
import copy
import json
import random
import unicodedata
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from payload_documents import ALL, BAILEYS, LID, changed
from payload_documents import PHONE as DIGITS

from secretaria.core.payload import (
    Decision,
    Ignored,
    Incoming,
    Invalid,
    Outgoing,
    Sender,
    TicketEvent,
    parse,
)
from secretaria.core.payload.content import content_of
from secretaria.core.payload.fields import Fields

pytestmark = pytest.mark.minutes(0.5)

KINDS = {
    *("text", "interactive", "image", "audio", "video", "sticker"),
    *("document", "location", "contact", "poll", "order", "edit", "reaction", "deletion"),
}
WITHOUT_WORDS = {"image", "audio", "video", "sticker", "document"}
REASONS = {"group", "status", "broadcast", "newsletter", "from_me", "system", "event"}
PHONE = f"{DIGITS}@s.whatsapp.net"
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
OURS = [
    ("baileys", "key__fromMe"),
    ("flat", "fromMe"),
    ("older flat", "fromMe"),
    ("whazing", "fromMe"),
    ("izing", "message__fromMe"),
    ("press ticket", "message__fromMe"),
    ("simple", "message__fromMe"),
    ("app message", "message__fromMe"),
    ("envelope", "payload__message__fromMe"),
]
MANY: list[tuple[str, str, Any]] = [
    ("baileys", "key__remoteJid", "120363025500010001@g.us"),
    ("baileys", "key__remoteJid", "status@broadcast"),
    ("baileys", "key__remoteJid", "1@newsletter"),
    ("flat", "isGroup", True),
    ("flat", "ticketData__isGroup", True),
    ("older flat", "sender__isGroup", True),
    ("whazing", "contact__isGroup", True),
    ("izing", "message__from", "120363025500010001@g.us"),
    ("izing", "message__isStatus", True),
    ("press ticket", "message__from", "120363025500010001@g.us"),
    ("press ticket", "ticket__isGroup", True),
    ("simple", "ticket__isGroup", True),
    ("app message", "message__remoteJid", "120363025500010001@g.us"),
    ("envelope", "payload__ticket__isGroup", True),
]
NEWS: list[tuple[str, dict[str, Any]]] = [
    ("flat", {"acao": "end"}),
    ("whazing", {"Type": "ClosedTicket"}),
    ("whazing", {"isDeleted": True}),
    ("whazing", {"reactions": [{"emoji": "A"}]}),
    ("whazing", {"edited": "A"}),
    ("press ticket", {"message__type": "revoked"}),
    ("press ticket", {"message__type": "location", "message__location": {"latitude": 1}}),
    ("press ticket", {"message__type": "poll_creation", "message__pollOptions": [{"name": "A"}]}),
    ("app message", {"action": "update", "message__isEdited": True}),
    ("app message", {"action": "update", "message__isDeleted": True}),
    ("app message", {"message__mediaType": "document", "message__mediaUrl": "https://a/b.pdf"}),
    ("ticketz pro", {"type": "image", "mediaUrl": "https://a/b.jpg"}),
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
    *ALL.values(),
    *(changed(ALL[name], **{path: True}) for name, path in OURS),
    *(changed(ALL[name], **changes) for name, changes in NEWS),
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
    elif isinstance(decision, TicketEvent):
        _check_person(decision.contact)
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
    assert incoming.unanswered in {None, "reaction", "deleted", "sticker"}
    assert incoming.needs_person in {None, "order", "view_once"}
    assert (incoming.kind == "deletion") == (incoming.unanswered == "deleted")
    assert incoming.edits is None or incoming.edits != incoming.provider_id
    assert incoming.natural_key is None or len(incoming.natural_key) == 64
    texts = (incoming.text, incoming.choice_id, incoming.edits, incoming.file_name)
    for text in (*texts, sender.name, sender.lid):
        assert text is None or _hidden_in(text) <= {"\n", "\t"}


def _check_outgoing(outgoing: Outgoing) -> None:
    _check_person(outgoing.recipient)
    assert outgoing.kind in KINDS - {"reaction", "deletion"}
    assert len(outgoing.text) <= 65_536
    assert outgoing.text or outgoing.kind in WITHOUT_WORDS
    assert outgoing.sent_at is None or outgoing.sent_at.tzinfo is UTC
    assert _hidden_in(outgoing.text) <= {"\n", "\t"}


def _check_person(sender: Sender) -> None:
    assert sender.number or sender.lid or sender.ticket_id
    assert sender.number is None or (sender.number.isascii() and sender.number.isdigit())
    assert sender.number is None or 8 <= len(sender.number) <= 15
    assert sender.name is None or 0 < len(sender.name) <= 100


def _hidden_in(text: str) -> set[str]:
    return {each for each in text if unicodedata.category(each) in {"Cc", "Cs"}}


@given(st.binary(max_size=300))
def test_any_bytes_get_a_decision(body: bytes) -> None:
    _check(parse(body))


@given(ANY_JSON, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_any_json_gets_a_decision(value: Any, encoding: str) -> None:
    _check(parse(json.dumps(value).encode(encoding)))


@given(st.dictionaries(_NAMES, ANY_JSON, max_size=6))
def test_any_object_gets_a_decision(document: dict[str, Any]) -> None:
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
    _check(parse(body))


@settings(max_examples=400)
@given(st.sampled_from(DOCUMENTS), st.randoms(use_true_random=False), ANY_JSON)
def test_any_value_of_a_real_message_may_be_anything(
    document: Any, chance: random.Random, value: Any
) -> None:
    mutated = copy.deepcopy(document)
    place, name = chance.choice(_places(mutated))
    place[name] = value
    _check(parse(json.dumps(mutated).encode()))


@given(st.sampled_from(DOCUMENTS), st.randoms(use_true_random=False))
def test_any_part_of_a_real_message_may_be_missing(document: Any, chance: random.Random) -> None:
    mutated = copy.deepcopy(document)
    place, name = chance.choice(_places(mutated))
    del place[name]
    _check(parse(json.dumps(mutated).encode()))


@given(st.sampled_from(DOCUMENTS), st.binary(max_size=4), st.floats(0, 1), st.integers(0, 4))
def test_a_real_message_may_arrive_damaged(
    document: Any, damage: bytes, where: float, lost: int
) -> None:
    body = json.dumps(document, ensure_ascii=False).encode()
    start = int(where * len(body))
    _check(parse(body[:start] + damage + body[start + lost :]))


FATES = st.sampled_from(["lost", "replaced"])


def _body(document: Any) -> bytes:
    return json.dumps(document).encode()


@settings(max_examples=400)
@given(st.sampled_from(MANY), st.randoms(use_true_random=False), ANY_JSON, FATES)
def test_what_was_said_to_many_is_never_answered_whatever_else_is_changed(
    many: tuple[str, str, Any],
    chance: random.Random,
    value: Any,
    fate: str,
) -> None:
    name, path, evidence = many
    document = _changed_elsewhere(changed(ALL[name], **{path: evidence}), path, chance, value, fate)
    assert isinstance(parse(_body(document)), Ignored | Invalid)


@settings(max_examples=400)
@given(st.sampled_from(OURS), st.randoms(use_true_random=False), ANY_JSON, FATES)
def test_what_is_ours_is_never_answered_whatever_else_is_changed(
    ours: tuple[str, str],
    chance: random.Random,
    value: Any,
    fate: str,
) -> None:
    name, path = ours
    document = _changed_elsewhere(changed(ALL[name], **{path: True}), path, chance, value, fate)
    assert not isinstance(parse(_body(document)), Incoming)


def _changed_elsewhere(
    document: Any, path: str, chance: random.Random, value: Any, fate: str
) -> Any:
    """Change, or take away, one value that is neither the evidence nor what it stands in."""
    *outer, evidence = path.split("__")
    holders, holder = [document], document
    for each in outer:
        holder = holder[each]
        holders.append(holder)
    kept = [(holder, evidence), *zip(holders, outer, strict=False)]
    free = [
        (place, name)
        for place, name in _places(document)
        if not any(place is held and name == there for held, there in kept)
    ]
    place, name = chance.choice(free)
    if fate == "lost":
        del place[name]
    else:
        place[name] = value
    return document


WRAPPERS = [
    *("ephemeralMessage", "viewOnceMessage", "viewOnceMessageV2", "viewOnceMessageV2Extension"),
    *("documentWithCaptionMessage", "associatedChildMessage", "groupStatusMessage"),
    *("groupStatusMessageV2", "deviceSentMessage", "lottieStickerMessage", "editedMessage"),
]
# An edit brings a wrapper of its own.
UNWRAPPED = [each for each in CONTENTS if not each.keys() & {"editedMessage"}]
DEPTHS = st.lists(st.sampled_from(WRAPPERS), max_size=5)


@given(st.sampled_from(UNWRAPPED), DEPTHS, st.sampled_from([{}, {"messageContextInfo": {}}]))
def test_up_to_five_wrappers_change_no_word(
    content: Any,
    wrappers: list[str],
    beside: dict[str, Any],
) -> None:
    inner = _said(content)
    within = 5 - sum(name in WRAPPERS for name in content)
    wrapped = content
    for wrapper in wrappers[:within]:
        wrapped = {**beside, wrapper: {"message": wrapped}}
    assert _said(wrapped) == inner


def _said(content: Any) -> tuple[str, str | None]:
    read = content_of(Fields(content, "message"))
    assert not isinstance(read, Ignored)
    return read.text, read.choice_id


NUMBERS = st.integers(0, 2**63 - 1)
BYTES = st.binary(max_size=12)


@given(
    st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip),
    st.integers(1_600_000_000, 2_000_000_000),
    NUMBERS,
    BYTES,
    st.sampled_from(["MESSAGE_EDIT", "REVOKE", None]),
)
def test_both_encodings_of_a_message_give_one_decision(
    text: str, seconds: int, amount: int, key: bytes, protocol: str | None
) -> None:
    """Of Baileys 6 (base64, text, names) and 7 without conversion (objects, halves, numbers)."""
    converted, plain = (
        changed(
            BAILEYS,
            messageTimestamp=encode_number(seconds),
            message=_encoded(protocol, text, encode_number(amount), encode_bytes(key), name_of),
        )
        for encode_number, encode_bytes, name_of in (
            (str, lambda raw: base64.b64encode(raw).decode(), lambda name: name),
            (_halves, _indexed, lambda name: {"MESSAGE_EDIT": 14, "REVOKE": 0}[name]),
        )
    )
    assert parse(_body(converted)) == parse(_body(plain))


def _encoded(protocol: str | None, text: str, amount: Any, key: Any, name_of: Any) -> Any:
    if protocol is None:
        order = {"message": text, "totalAmount1000": amount, "thumbnail": key}
        return {"messageContextInfo": {"messageSecret": key}, "orderMessage": order}
    told = {"key": {"id": "A"}, "type": name_of(protocol), "timestampMs": amount}
    if protocol == "MESSAGE_EDIT":
        told["editedMessage"] = {"imageMessage": {"caption": text, "mediaKey": key}}
    return {"protocolMessage": told}


def _halves(value: int) -> dict[str, Any]:
    low = value & 0xFFFFFFFF
    return {
        "low": low - (1 << 32) if low >= 1 << 31 else low,
        "high": value >> 32,
        "unsigned": True,
    }


def _indexed(raw: bytes) -> dict[str, Any]:
    if len(raw) % 2:
        return {"type": "Buffer", "data": list(raw)}
    return {str(index): each for index, each in enumerate(raw)}


@settings(max_examples=400)
@given(st.sampled_from(sorted(ALL.keys() - {"ticketz pro"})), st.randoms(use_true_random=False))
def test_the_digits_of_a_lid_are_never_a_number(name: str, chance: random.Random) -> None:
    """One field says that it is a LID: then it is one wherever else its digits stand."""
    document = copy.deepcopy(ALL[name])
    for place, field in _places(document):
        value = place[field]
        if isinstance(value, str) and DIGITS in value and chance.random() < 0.8:
            place[field] = value.replace(DIGITS, LID)
    _say_that_it_is_a_lid(name, document)
    decision = parse(_body(document))
    assert isinstance(decision, Incoming)
    assert decision.sender.number != LID
    assert decision.sender.lid == LID


def _say_that_it_is_a_lid(name: str, document: Any) -> None:
    inside = document["payload"] if name == "envelope" else document
    if name == "baileys":
        inside["key"]["senderLid"] = f"{LID}@lid"
    elif name == "izing":
        inside["message"]["from"] = f"{LID}@lid"
    elif name == "simple":
        inside["ticket"]["contact"]["lid"] = f"{LID}@lid"
    elif name == "older flat":
        inside["sender"]["lid"] = f"{LID}@lid"
    elif name == "flat":
        inside["ticketData"]["contact"]["lid"] = LID
    else:
        inside["contact"]["lid"] = LID


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
