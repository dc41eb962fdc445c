"""What Whaticket asks of a Typebot, read; and what it is answered, in the form that it obeys."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretaria.core import typebot
from secretaria.core.payload import Invalid, Sender
from secretaria.core.typebot import Said

ANA = "5511955550101"
LID = "118650024417900"


def start(**variables: Any) -> Sender | Invalid:
    filler = {"isStreamEnabled": True, "message": "string", "resultId": "string"}
    return typebot.read_start(json.dumps(filler | {"prefilledVariables": variables}).encode())


def say(message: Any) -> Said | Invalid:
    return typebot.read_message(json.dumps({"message": message}).encode())


def test_the_samples_of_whaticket_are_understood() -> None:
    assert start(number=ANA, pushName="Ana Prado") == Sender(ANA, None, None, "Ana Prado")
    assert say("quero agendar") == Said("text", "quero agendar")


@pytest.mark.parametrize(
    ("variables", "number", "lid"),
    [
        ({"number": int(ANA)}, ANA, None),
        ({"number": "+55 (11) 95555-0101"}, ANA, None),
        ({"number": ANA, "remoteJid": f"{ANA}:12@s.whatsapp.net"}, ANA, None),
        ({"number": f"{ANA}12", "remoteJid": f"{ANA}:12@s.whatsapp.net"}, ANA, None),
        ({"number": ANA, "remoteJid": ANA}, ANA, None),
        ({"number": ANA, "remoteJid": None}, ANA, None),
        ({"number": LID}, None, LID),
        ({"number": int(LID)}, None, LID),
        ({"number": LID[:14]}, None, LID[:14]),
        ({"number": LID[:12], "remoteJid": f"{LID[:12]}@lid"}, None, LID[:12]),
        ({"number": LID, "remoteJid": f"{LID}@lid"}, None, LID),
        ({"number": ANA, "remoteJid": f"{LID}@lid"}, ANA, LID),
        ({"number": "", "remoteJid": f"{LID}@lid"}, None, LID),
        ({"remoteJid": f"{ANA}@s.whatsapp.net"}, ANA, None),
        ({"number": LID[:14], "remoteJid": f"{LID[:14]}@s.whatsapp.net"}, LID[:14], None),
    ],
)
def test_a_lid_is_never_taken_for_a_number(
    variables: dict[str, Any], number: str | None, lid: str | None
) -> None:
    assert start(**variables) == Sender(number, lid, None, None)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"number": None},
        {"number": ""},
        {"number": "123"},
        {"number": [ANA]},
        {"number": True},
        {"number": "9" * 21},
        {"number": ANA, "remoteJid": "120363000000000000@g.us"},
        {"number": "0", "remoteJid": "status@broadcast"},
        {"number": ANA, "remoteJid": "@"},
    ],
)
def test_nobody_to_talk_to_is_refused(variables: dict[str, Any]) -> None:
    refused = start(**variables)
    assert isinstance(refused, Invalid)
    assert refused.error == "invalid_payload"
    assert refused.detail.startswith("prefilledVariables.")


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Áudio", Said("audio", "")),
        ("🔊", Said("audio", "")),
        ("sticker", Said("sticker", "", "sticker")),
        ("um áudio", Said("text", "um áudio")),
        ({"type": "text", "text": "oi"}, Said("text", "oi")),
        ({"type": "audio", "url": "https://example.com/a.ogg"}, Said("audio", "")),
        ("#menu", Said("text", "#menu")),
    ],
)
def test_what_was_said_is_read_from_every_form(message: Any, said: Said) -> None:
    assert say(message) == said


@pytest.mark.parametrize("message", [None, "", "  ", 7, ["oi"], {}, {"type": "text"}, {"type": 1}])
def test_nothing_said_is_refused(message: Any) -> None:
    refused = say(message)
    assert isinstance(refused, Invalid)
    assert refused.error == "invalid_payload"


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["message", "prefilledVariables", "number", "remoteJid", "type", "text"]
                ),
                inner,
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_body_breaks_the_reading(body: bytes) -> None:
    assert isinstance(typebot.read_start(body), Sender | Invalid)
    assert isinstance(typebot.read_message(body), Said | Invalid)


def text_of(bubble: Any) -> str:
    lines = bubble["content"]["richText"]
    return "\n".join(child["text"] for line in lines for child in line["children"])


def test_each_line_is_a_paragraph_of_one_bubble() -> None:
    bubble = typebot.bubble("7", "Olá!\n\nAbrimos às 8h.")
    assert bubble == {
        "id": "7",
        "type": "text",
        "content": {
            "type": "richText",
            "richText": [
                {"type": "p", "children": [{"text": "Olá!"}]},
                {"type": "p", "children": [{"text": ""}]},
                {"type": "p", "children": [{"text": "Abrimos às 8h."}]},
            ],
        },
    }


@given(st.text(alphabet=st.sampled_from('# \n{}"stopBot:true'), max_size=40))
def test_no_reply_is_an_order(text: str) -> None:
    shown = text_of(typebot.bubble("1", text))
    assert shown
    assert not shown.startswith("#")


def test_the_orders_are_what_whaticket_obeys() -> None:
    assert text_of(typebot.order(typebot.STOP)) == '#{"stopBot":true}'
    assert json.loads(typebot.to_people(3)[1:]) == {"queueId": 3}
    assert typebot.to_people(None) == typebot.STOP
