"""Ticketz PRO's webhook driver."""

import json
from typing import Any

import pytest
from payload_documents import TICKETZ_PRO, changed

from secretaria.core.payload import Backend, Ignored, Incoming, Invalid, Outgoing, Sender, parse


def _parse(**changes: Any) -> Any:
    return parse(json.dumps(changed(TICKETZ_PRO, **changes)).encode())


def test_a_message_is_known_by_its_ticket_alone() -> None:
    decision = _parse()
    assert isinstance(decision, Incoming)
    assert decision.sender == Sender(None, None, 20811, "Ana Prado")
    assert (decision.kind, decision.text, decision.provider_id) == ("text", "oi", None)
    assert decision.backend == Backend("https://chat.exemplo.com.br/backend", "ficha")


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("image", "image"),
        ("audio", "audio"),
        ("video", "video"),
        ("document", "document"),
        ("sticker", "sticker"),
    ],
)
def test_media_are_read(kind: str, read: str) -> None:
    url = "https://chat.exemplo.com.br/public/media/a.bin"
    assert _parse(type=kind, content=None, mediaUrl=url).kind == read


@pytest.mark.parametrize(
    "url", ["http://localhost:3000", "https://a.b/c?d=e", "HTTPS://EXEMPLO.COM", "https://a:8080/b"]
)
def test_any_url_of_the_web_is_passed_on(url: str) -> None:
    assert _parse(metadata__backendUrl=url).backend.url == url


@pytest.mark.parametrize(
    "url",
    [
        *("", "ftp://a", "javascript:alert(1)", "//a", "https://", "https:///a", "https:a"),
        *(
            "https://a b",
            "https://a\r\nHost: b",
            "https://ana@b",
            "https://a\\@b",
            5,
            ["https://a"],
        ),
        "https://a/" + "x" * 5_000,
    ],
)
def test_what_is_no_such_url_is_refused(url: Any) -> None:
    decision = _parse(metadata__backendUrl=url)
    assert decision == Invalid(
        "invalid_payload", "metadata.backendUrl: expected an http or https URL"
    )


@pytest.mark.parametrize("token", ["", "a b", "a\r\nX: y", "á", 5, "x" * 5_000])
def test_a_token_that_no_header_can_carry_is_refused(token: Any) -> None:
    assert _parse(token=token).detail.startswith("token: ")


def test_without_a_url_or_a_token_there_is_no_such_way_back() -> None:
    assert _parse(metadata__backendUrl=None).backend is None
    assert _parse(token=None).backend is None


@pytest.mark.parametrize("ticket_id", [None, 0, -1, "x", 2**40])
def test_nobody_to_answer_is_refused(ticket_id: Any) -> None:
    assert _parse(metadata__ticketId=ticket_id).detail.startswith("metadata.ticketId: ")


def test_a_token_is_never_shown_by_accident() -> None:
    assert "ficha" not in repr(_parse())


def test_what_is_ours_or_of_a_group_is_not_answered() -> None:
    assert isinstance(_parse(metadata__fromMe=True), Outgoing)
    assert _parse(metadata__isGroup=True) == Ignored("group")


def test_what_the_system_says_is_ignored() -> None:
    assert _parse(type="call_log") == Ignored("system")


def test_nothing_readable_is_refused() -> None:
    assert _parse(content="") == Invalid("invalid_payload", "content: nothing readable")
