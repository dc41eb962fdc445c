"""Every sample of the dialects that are read gives what its manifest says."""

import json
from pathlib import Path
from typing import Any

import pytest

from secretaria.core.payload import Ignored, Incoming, Invalid, Outgoing, Sender, parse

SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "whaticket" / "payloads"
if not SAMPLES.is_dir():
    pytest.skip("the samples are not beside this checkout", allow_module_level=True)

MANIFEST = json.loads((SAMPLES / "manifest.json").read_text("utf-8"))
READ = [each for each in MANIFEST if each["dialect"][0] in "AG"]
IGNORED = {
    "27_reaction.json": "reaction",
    "32_deleted_revoke.json": "deleted",
    "38_group_text.json": "group",
    "40_status_broadcast.json": "status",
}
INVALID = {"92_seed_missing_number.json"}
OURS = "43_from_me_human_phone.json"
ANSWERED = [each for each in READ if each["file"] not in IGNORED.keys() | INVALID | {OURS}]
LATER = {
    "61_flat_start_from_me_agent.json": Ignored("from_me"),
    "68_flat_tag_sync.json": Ignored("event"),
}


def _named(sample: Any) -> Any:
    return sample["file"] if isinstance(sample, dict) else None


@pytest.mark.parametrize("sample", ANSWERED, ids=_named)
def test_a_sample_gives_what_its_manifest_says(sample: dict[str, Any]) -> None:
    decision = parse((SAMPLES / sample["file"]).read_bytes())
    assert isinstance(decision, Incoming)
    assert decision.sender.number == sample["number"]
    assert decision.sender.lid == sample["lid"]
    assert decision.sender.ticket_id == sample["ticket_id"]
    assert decision.kind == sample["kind"]
    assert decision.text == sample["text"]
    assert decision.provider_id == sample["message_id"]


@pytest.mark.parametrize(("file", "reason"), IGNORED.items())
def test_a_sample_that_wants_no_answer_is_ignored(file: str, reason: str) -> None:
    assert parse((SAMPLES / file).read_bytes()) == Ignored(reason)


def test_the_sample_that_a_person_of_the_business_wrote_is_read_as_ours() -> None:
    [sample] = [each for each in MANIFEST if each["file"] == OURS]
    decision = parse((SAMPLES / OURS).read_bytes())
    assert isinstance(decision, Outgoing)
    assert decision.recipient == Sender(sample["number"], None, None, None)
    assert (decision.text, decision.provider_id) == (sample["text"], sample["message_id"])


def test_what_the_manifest_says_to_ignore_is_ignored_or_left_to_the_turn() -> None:
    """A sticker may open a conversation, and only a store knows a duplicate."""
    for_the_turn = {"20_sticker.json", "52_duplicate_of_01.json"}
    silent = {each["file"] for each in READ if each["action"] in {"ignore", "mute_bot"}}
    assert silent - for_the_turn == set(IGNORED) | {OURS}


def test_a_duplicate_has_the_id_of_the_first() -> None:
    first, second = (
        parse((SAMPLES / file).read_bytes())
        for file in ("01_text_conversation.json", "52_duplicate_of_01.json")
    )
    assert first == second


@pytest.mark.parametrize("file", INVALID)
def test_a_sample_without_a_sender_names_the_missing_field(file: str) -> None:
    decision = parse((SAMPLES / file).read_bytes())
    assert isinstance(decision, Invalid)
    assert decision.error == "invalid_payload"
    assert decision.detail.startswith("number: ")


@pytest.mark.parametrize(
    "sample", [each for each in MANIFEST if each["dialect"][0] not in "AG"], ids=_named
)
def test_a_dialect_of_a_later_issue_is_refused_or_plainly_not_for_us(
    sample: dict[str, Any],
) -> None:
    decision = parse((SAMPLES / sample["file"]).read_bytes())
    if sample["file"] in LATER:
        assert decision == LATER[sample["file"]]
    else:
        assert isinstance(decision, Invalid)
        assert decision.error == "invalid_payload"


@pytest.mark.parametrize("sample", ANSWERED, ids=_named)
def test_a_sample_reads_the_same_in_the_encoding_without_conversion(
    sample: dict[str, Any],
) -> None:
    """Baileys 7.0.0-rc.1 to rc.5: bytes as indexed objects, longs in halves, enums as numbers."""
    document = json.loads((SAMPLES / sample["file"]).read_bytes())
    raw = json.dumps(_unconverted(document)).encode()
    assert parse(raw) == parse((SAMPLES / sample["file"]).read_bytes())


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
    return {"MESSAGE_EDIT": 14, "SINGLE_SELECT": 1, "DISPLAY_TEXT": 1}.get(value, value)


def _signed(value: int) -> int:
    low = value & 0xFFFFFFFF
    return low - (1 << 32) if low >= 1 << 31 else low
