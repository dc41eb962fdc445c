"""Every sample through the real webhook: the answer and what is stored are the manifest's."""

from collections.abc import Callable
from typing import Any

import gevent
import pytest
import redis
import requests
from doorway import TOKEN, Doorway
from sqlalchemy import text
from web_client import PATH, Web, signed
from whaticket_samples import FOLDER, current, manifest, name_of

from secretaria.adapters.database import Database

SAMPLES = manifest()
POSTED = [each for each in SAMPLES if not each["dialect"].startswith("I ")]
QUEUED = [each for each in POSTED if each["action"] in {"reply", "understand_media", "handoff"}]
OURS = [each for each in POSTED if each["action"] == "mute_bot"]
REJECTED = [each for each in POSTED if each["action"] == "reject"]
DUPLICATES = {"52_duplicate_of_01.json": "01_text_conversation.json"}
UNSTORED = {
    "38_group_text.json": "group",
    "40_status_broadcast.json": "status",
    "68_flat_tag_sync.json": "event",
}
UNANSWERED = {
    "20_sticker.json": "sticker",
    "27_reaction.json": "reaction",
    "32_deleted_revoke.json": "deleted",
}
WITHOUT_MOMENT = {
    "60_flat_start_text.json",
    "64_flat_media_object.json",
    "70_ticketzpro_text.json",
    "90_seed_minimal.json",
    "91_seed_buttons_ticket_contact.json",
}
JSON = {"Content-Type": "application/json"}

Post = Callable[..., requests.Response]


@pytest.fixture
def open_web(
    patient_web: Web,
    database: Database,  # noqa: ARG001 - emptied
    redis_client: redis.Redis,  # noqa: ARG001 - emptied
) -> Web:
    """A web process that is open by signature and by URL, on empty stores."""
    return patient_web


@pytest.fixture(params=["signed", "by URL"])
def post(request: pytest.FixtureRequest, open_web: Web) -> Post:
    """Post a sample in one of the two ways."""

    def make(
        sample: dict[str, Any], body: bytes | None = None, proof: dict[str, str] | None = None
    ) -> requests.Response:
        body = body or current(sample["file"])
        if request.param == "signed":
            return open_web.post(body, (proof or {}) | (sample["headers"] or {}))
        headers = JSON | (sample["headers"] or {})
        return open_web.call("POST", f"{PATH}/{TOKEN}", data=body, headers=headers)

    return make


def stored(database: Database) -> list[dict[str, Any]]:
    query = (
        "SELECT contacts.number, lid, contacts.ticket_id, conversations.status, messages.state,"
        " messages.reason, messages.kind, messages.text, messages.provider_id FROM messages"
        " JOIN conversations ON conversations.id = conversation_id"
        " JOIN contacts ON contacts.id = contact_id"
        " WHERE direction = 'inbound' ORDER BY messages.id"
    )
    return rows(database, query)


def rows(database: Database, query: str) -> list[dict[str, Any]]:
    with database.transaction() as session:
        return [dict(row) for row in session.execute(text(query)).mappings()]


def assert_stored(database: Database, sample: dict[str, Any], **changed: Any) -> None:
    [row] = stored(database)
    kind = "deletion" if sample["kind"] == "delete" else sample["kind"]
    assert row == {
        "number": sample["number"],
        "lid": sample["lid"],
        "ticket_id": sample["ticket_id"],
        "status": "bot",
        "state": "received",
        "reason": None,
        "kind": kind,
        "text": sample["text"],
        "provider_id": sample["message_id"],
        **changed,
    }


def test_every_sample_is_tried() -> None:
    typebot = {"96_typebot_startChat.json", "97_typebot_continueChat.json"}
    tried = {each["file"] for each in (*QUEUED, *OURS, *REJECTED)}
    rest = {*DUPLICATES, *UNSTORED, *UNANSWERED, *typebot}
    assert tried | rest == {each["file"] for each in SAMPLES}
    assert len(SAMPLES) == len(tried) + len(rest) == 46


@pytest.mark.parametrize("sample", QUEUED, ids=name_of)
def test_what_is_to_be_answered_is_queued_and_stored_as_it_is_once(
    post: Post, database: Database, sample: dict[str, Any]
) -> None:
    """Also what has no id: the same body within a minute is the same message."""
    body = current(sample["file"])
    proof = signed(body)
    answer, again = post(sample, body, proof), post(sample, body, proof)
    assert (answer.status_code, answer.json()) == (202, {"queued": True})
    assert (again.status_code, again.json()) == (200, {"queued": False, "reason": "duplicate"})
    assert_stored(database, sample)


@pytest.mark.parametrize(
    "sample", [each for each in POSTED if each["file"] in UNSTORED], ids=name_of
)
def test_what_nobody_said_to_us_is_ignored_and_leaves_nothing(
    post: Post, database: Database, sample: dict[str, Any]
) -> None:
    answer = post(sample)
    ignored = {"queued": False, "reason": UNSTORED[sample["file"]]}
    assert (answer.status_code, answer.json()) == (200, ignored)
    assert stored(database) == rows(database, "SELECT * FROM contacts") == []


@pytest.mark.parametrize(
    "sample", [each for each in POSTED if each["file"] in UNANSWERED], ids=name_of
)
def test_what_asks_for_no_answer_is_stored_and_not_queued(
    post: Post, database: Database, sample: dict[str, Any]
) -> None:
    reason = UNANSWERED[sample["file"]]
    answer = post(sample)
    assert (answer.status_code, answer.json()) == (200, {"queued": False, "reason": reason})
    assert_stored(database, sample, state="ignored", reason=reason)


@pytest.mark.parametrize(
    "sample", [each for each in POSTED if each["file"] in DUPLICATES], ids=name_of
)
def test_what_was_delivered_again_is_a_duplicate(
    post: Post, database: Database, sample: dict[str, Any]
) -> None:
    [first] = [each for each in POSTED if each["file"] == DUPLICATES[sample["file"]]]
    assert post(first).status_code == 202
    again = post(sample)
    assert (again.status_code, again.json()) == (200, {"queued": False, "reason": "duplicate"})
    assert_stored(database, first)


@pytest.mark.parametrize("sample", OURS, ids=name_of)
def test_what_a_person_of_the_business_wrote_gives_them_the_conversation(
    post: Post, database: Database, sample: dict[str, Any]
) -> None:
    answer = post(sample)
    assert (answer.status_code, answer.json()) == (200, {"queued": False, "reason": "from_me"})
    query = (
        "SELECT number, lid, status FROM contacts JOIN conversations ON contact_id = contacts.id"
    )
    known = {"number": sample["number"], "lid": sample["lid"], "status": "human"}
    assert rows(database, query) == [known]
    evidence = sample["message_id"] or sample["kind"]
    assert rows(database, "SELECT source, evidence FROM status_changes") == [
        {"source": "from_me", "evidence": evidence}
    ]
    assert stored(database) == []


@pytest.mark.parametrize("sample", REJECTED, ids=name_of)
def test_what_nobody_can_be_answered_for_is_refused(
    post: Post, database: Database, sample: dict[str, Any]
) -> None:
    answer = post(sample)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_payload")
    assert stored(database) == rows(database, "SELECT * FROM contacts") == []


def test_what_was_written_in_january_is_only_stored(open_web: Web, database: Database) -> None:
    dated = [each for each in QUEUED if each["file"] not in WITHOUT_MOMENT]
    answers = [
        open_web.post((FOLDER / each["file"]).read_bytes(), each["headers"]) for each in dated
    ]
    too_old = {"queued": False, "reason": "too_old"}
    assert [answer.json() for answer in answers] == [too_old] * len(dated)
    kept = [(row["text"], row["state"], row["reason"]) for row in stored(database)]
    assert kept == [(each["text"], "ignored", "too_old") for each in dated]


def test_the_samples_of_typebot_begin_a_session_and_are_answered_in_it(doorway: Doorway) -> None:
    start, says = (each for each in SAMPLES if each["dialect"].startswith("I "))
    begun = call(doorway, start["path"].format(slug=TOKEN), start)
    assert begun["messages"] == []
    assert rows(doorway.database, "SELECT number, lid FROM contacts") == [
        {"number": start["number"], "lid": None}
    ]
    assert stored(doorway.database) == []
    path = says["path"].format(sessionId=begun["sessionId"])
    answering = gevent.spawn(call, doorway, path, says)
    doorway.wait_for_owed()
    assert_stored(doorway.database, says | {"number": start["number"]})
    doorway.turn()
    assert len(answering.get(timeout=30)["messages"]) == 1


def call(doorway: Doorway, path: str, sample: dict[str, Any]) -> Any:
    answer = doorway.web.call("POST", path, data=current(sample["file"]), headers=JSON)
    assert answer.status_code == 200
    return answer.json()
