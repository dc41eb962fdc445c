"""What a worker does about the samples: who is answered, with what, and who gets a person."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import pytest
from whaticket_samples import current, manifest, name_of

from secretaria.adapters.profile_file import load
from secretaria.core.payload import Incoming, Outgoing, parse
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD

SAMPLES = manifest()
BY_FILE = {each["file"]: each for each in SAMPLES}
TO_PEOPLE = {
    "10_interactive_native_flow.json": "asked",
    "21_view_once_image.json": "view_once",
    "36_order_catalog.json": "order",
    "91_seed_buttons_ticket_contact.json": "asked",
}
UNREACHABLE = {"49_lid_without_phone.json", "70_ticketzpro_text.json"}
"""Without a login nobody reaches them, and Ticketz PRO's backend in the sample is another's."""
ANSWERED = [
    each
    for each in SAMPLES
    if each["action"] in {"reply", "understand_media"}
    and each["file"] not in UNREACHABLE
    and not each["dialect"].startswith("I ")
]
SILENT = [each for each in SAMPLES if each["action"] in {"ignore", "mute_bot", "reject"}]


def come_in(world: Any, *files: str) -> None:
    """Take the samples as the webhook does."""
    for file in files:
        decision = parse(current(file))
        if isinstance(decision, Incoming):
            world.accept(decision, request_key=uuid4().hex, correlation_id=uuid4().hex)
        if isinstance(decision, Outgoing):
            world.hear(decision)


def run(world: Any) -> None:
    """Run the turn that is due, if any, and deliver what it says."""
    world.turn()
    world.deliver_all()


def got(world: Any, file: str) -> Sequence[str]:
    replies: Sequence[str] = world.whaticket.replies_to(BY_FILE[file]["number"])
    return replies


def sentences() -> Any:
    return load(None).sentences


def test_the_manifest_sends_these_to_people() -> None:
    assert {each["file"] for each in SAMPLES if each["action"] == "handoff"} == TO_PEOPLE.keys()


@pytest.mark.parametrize(("file", "source"), TO_PEOPLE.items())
def test_a_sample_that_is_for_a_person_is_handed_over_in_one_sentence(
    world: Any, file: str, source: str
) -> None:
    come_in(world, file)
    run(world)
    assert got(world, file) == [sentences().handover]
    assert world.conversation().status == "human"
    assert world.conversation().status_reason == source
    assert world.gemini.ledger.calls == []


@pytest.mark.parametrize("sample", ANSWERED, ids=name_of)
def test_a_sample_that_is_to_be_answered_is_answered_once(
    world: Any, sample: dict[str, Any]
) -> None:
    come_in(world, sample["file"])
    run(world)
    run(world)
    assert len(got(world, sample["file"])) == 1
    assert world.states() == ["answered"]
    assert world.states("outbound") == ["sent"]
    assert world.conversation().status == "bot"


@pytest.mark.parametrize("sample", SILENT, ids=name_of)
def test_a_sample_that_is_not_to_be_answered_is_not(world: Any, sample: dict[str, Any]) -> None:
    come_in(world, sample["file"])
    run(world)
    assert world.messages(direction="outbound") == []
    assert world.gemini.ledger.calls == []
    assert world.whaticket.ledger.sendings == []


@pytest.mark.parametrize("file", sorted(UNREACHABLE))
def test_a_sample_that_only_its_ticket_reaches_is_listed_where_there_is_no_login(
    world: Any, file: str
) -> None:
    come_in(world, file)
    run(world)
    assert world.states("outbound") == ["dead"]
    assert world.whaticket.ledger.sendings == []


def test_a_contact_without_a_number_is_answered_in_the_ticket_where_there_is_a_login(
    make_world: Callable[..., Any],
) -> None:
    world = make_world(whaticket_email=EMAIL, whaticket_password=PASSWORD)
    sample = BY_FILE["49_lid_without_phone.json"]
    world.whaticket.tickets.find_or_create(sample["lid"], "Ana", is_lid=True)
    come_in(world, sample["file"])
    run(world)
    assert len(world.whaticket.replies_to(sample["lid"])) == 1
    assert [one.via for one in world.whaticket.ledger.sendings] == ["ticket"]


def test_an_attack_discloses_nothing(world: Any) -> None:
    come_in(world, "55_prompt_injection_text.json")
    run(world)
    assert got(world, "55_prompt_injection_text.json") == [sentences().refusal]


def test_a_burst_is_answered_once(world: Any) -> None:
    come_in(world, "53_burst_part_1.json", "54_burst_part_2.json")
    run(world)
    run(world)
    assert len(got(world, "54_burst_part_2.json")) == 1
    assert world.states() == ["answered", "answered"]
    assert len(world.gemini.ledger.calls) == 1


@pytest.mark.parametrize(
    "file", ["43_from_me_human_phone.json", "61_flat_start_from_me_agent.json"]
)
def test_a_person_of_the_business_silences_the_bot_for_the_customer(world: Any, file: str) -> None:
    come_in(world, file, "01_text_conversation.json", "60_flat_start_text.json")
    run(world)
    assert world.states() == ["ignored", "ignored"]
    assert world.whaticket.ledger.sendings == []


def test_one_person_in_many_forms_is_one_conversation(world: Any) -> None:
    """The number alone, with a LID, of whatsapp-web.js, in a flat form, and in a ticket's."""
    come_in(
        world,
        "01_text_conversation.json",
        "45_lid_senderPn_baileys6.json",
        "60_flat_start_text.json",
        "80_whazing_text.json",
        "86_izing_hookMessage.json",
        "95_socket_appMessage_create.json",
    )
    run(world)
    assert {one.conversation_id for one in world.messages()} == {1}
    assert len(got(world, "01_text_conversation.json")) == 1
