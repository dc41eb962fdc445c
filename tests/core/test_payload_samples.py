"""Every sample gives what its manifest says."""

import json
from pathlib import Path
from typing import Any

import pytest

from secretaria.core.payload import Backend, Ignored, Incoming, Invalid, Outgoing, parse
from secretaria.core.ticket import Ticket

SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "whaticket" / "payloads"
if not SAMPLES.is_dir():
    pytest.skip("the samples are not beside this checkout", allow_module_level=True)

MANIFEST = json.loads((SAMPLES / "manifest.json").read_text("utf-8"))
READ = [each for each in MANIFEST if each["dialect"] != "I typebot"]

OURS = [each for each in READ if each["from_me"]]
INVALID = [each for each in READ if each["kind"] == "invalid"]
IGNORED = {
    "38_group_text.json": "group",
    "40_status_broadcast.json": "status",
    "68_flat_tag_sync.json": "event",
}
THEIRS = [
    each
    for each in READ
    if each not in OURS and each not in INVALID and each["file"] not in IGNORED
]
UNANSWERED = {
    "20_sticker.json": "sticker",
    "27_reaction.json": "reaction",
    "32_deleted_revoke.json": "deleted",
}
FOR_A_PERSON = {"21_view_once_image.json": "view_once", "36_order_catalog.json": "order"}
EDITS = {
    "27_reaction.json": "BAE5C79BA6CA7813",
    "29_edited_wrapper.json": "7FAD26D7D605FCBF569CB231D00884D9",
    "32_deleted_revoke.json": "18DC7D7C6E183AA54F463774BDA49D79",
}
KINDS = {"delete": "deletion"}


def _named(sample: Any) -> str:
    return str(sample["file"])


def _parse(file: str) -> Any:
    return parse((SAMPLES / file).read_bytes())


@pytest.mark.parametrize("sample", THEIRS, ids=_named)
def test_a_sample_gives_what_its_manifest_says(sample: dict[str, Any]) -> None:
    decision = _parse(sample["file"])
    assert isinstance(decision, Incoming)
    assert decision.sender.number == sample["number"]
    assert decision.sender.lid == sample["lid"]
    assert decision.sender.ticket_id == sample["ticket_id"]
    assert decision.kind == KINDS.get(sample["kind"], sample["kind"])
    assert decision.text == sample["text"]
    assert decision.provider_id == sample["message_id"]
    assert decision.unanswered == UNANSWERED.get(sample["file"])
    assert decision.needs_person == FOR_A_PERSON.get(sample["file"])
    assert decision.edits == EDITS.get(sample["file"])


@pytest.mark.parametrize("sample", OURS, ids=_named)
def test_a_sample_that_a_person_of_the_business_wrote_is_read_as_ours(
    sample: dict[str, Any],
) -> None:
    decision = _parse(sample["file"])
    assert isinstance(decision, Outgoing)
    assert decision.recipient.number == sample["number"]
    assert decision.recipient.ticket_id == sample["ticket_id"]
    assert (decision.kind, decision.text) == (sample["kind"], sample["text"])
    assert decision.provider_id == sample["message_id"]
    assert not decision.is_automatic


@pytest.mark.parametrize(("file", "reason"), IGNORED.items())
def test_a_sample_that_nobody_said_to_us_is_ignored(file: str, reason: str) -> None:
    assert _parse(file) == Ignored(reason)


@pytest.mark.parametrize("sample", INVALID, ids=_named)
def test_a_sample_without_a_sender_or_words_is_refused(sample: dict[str, Any]) -> None:
    decision = _parse(sample["file"])
    assert isinstance(decision, Invalid)
    assert decision.error == "invalid_payload"


def test_the_sample_without_a_number_is_refused_by_the_name_of_the_field() -> None:
    assert _parse("92_seed_missing_number.json").detail.startswith("number: ")


def test_what_the_manifest_says_to_ignore_is_ignored_or_stored_unanswered() -> None:
    """Only a store knows a duplicate."""
    silent = {each["file"] for each in READ if each["action"] in {"ignore", "ignore_duplicate"}}
    assert silent - {"52_duplicate_of_01.json"} == IGNORED.keys() | UNANSWERED.keys()


def test_a_duplicate_has_the_id_of_the_first() -> None:
    assert _parse("01_text_conversation.json") == _parse("52_duplicate_of_01.json")


def test_the_samples_show_the_tickets_they_belong_to() -> None:
    assert _parse("61_flat_start_from_me_agent.json").ticket.user_id == 7
    assert _parse("60_flat_start_text.json").ticket.status == "pending"
    assert _parse("80_whazing_text.json").ticket == Ticket(3301, "pending")
    assert _parse("95_socket_appMessage_create.json").ticket.id == 4357


def test_the_sample_of_ticketz_pro_says_where_its_answer_goes() -> None:
    assert _parse("70_ticketzpro_text.json").backend == Backend(
        "https://chat.exemplo.com.br/backend", "ticket-session-token-exemplo"
    )


def test_the_sample_of_a_document_has_the_name_of_its_file() -> None:
    assert _parse("16_document_with_caption.json").file_name == "contrato_2026.pdf"


@pytest.mark.parametrize("sample", [each for each in READ if each["dialect"][0] == "A"], ids=_named)
def test_a_sample_reads_the_same_in_the_encoding_without_conversion(
    sample: dict[str, Any],
) -> None:
    """Baileys 7.0.0-rc.1 to rc.5: bytes as indexed objects, longs in halves, enums as numbers."""
    document = json.loads((SAMPLES / sample["file"]).read_bytes())
    raw = json.dumps(_unconverted(document)).encode()
    assert parse(raw) == _parse(sample["file"])


def _unconverted(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _unconverted(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_unconverted(item) for item in value]
    if name in {"messageTimestamp", "totalAmount1000", "fileLength", "timestampMs"}:
        return {"low": _signed(int(value)), "high": int(value) >> 32, "unsigned": True}
    if name in {"jpegThumbnail", "mediaKey", "waveform", "fileSha256"}:
        return {"type": "Buffer", "data": [1, 2, 3]}
    if name in {"messageSecret", "fileEncSha256", "streamingSidecar"}:
        return {"0": 1, "1": 255}
    enums = {"REVOKE": 0, "MESSAGE_EDIT": 14, "SINGLE_SELECT": 1, "DISPLAY_TEXT": 1}
    return enums.get(value, value)


def _signed(value: int) -> int:
    low = value & 0xFFFFFFFF
    return low - (1 << 32) if low >= 1 << 31 else low
