"""What a 202 promises: the row is there, once, whoever sends it again and however many at once."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import redis
from gevent.pool import Pool
from sqlalchemy import text
from web_client import Web, baileys_message, signed, text_message

from secretaria.adapters.database import Database
from secretaria.adapters.queues import depth
from secretaria.playground.engines.process import wait_until


def rows(database: Database, query: str) -> list[Any]:
    with database.transaction() as session:
        return list(session.execute(text(query)))


def count(database: Database, table: str) -> int:
    (row,) = rows(database, f"SELECT count(*) FROM {table}")
    return int(row[0])


def test_the_row_is_committed_when_the_answer_comes(web: Web, database: Database) -> None:
    answer = web.say(text_message("Vocês abrem sábado?"))
    assert answer.status_code == 202
    (row,) = rows(
        database,
        "SELECT m.state, m.direction, m.text, m.correlation_id, c.number FROM messages m"
        " JOIN conversations v ON v.id = m.conversation_id JOIN contacts c ON c.id = v.contact_id",
    )
    assert tuple(row) == (
        "received",
        "inbound",
        "Vocês abrem sábado?",
        answer.headers["X-Correlation-ID"],
        "5511999999999",
    )


def test_the_bell_is_rung_for_what_was_queued(
    serve: Callable[..., Web], redis_client: redis.Redis
) -> None:
    web = serve(BURST_WINDOW_SECONDS="0")
    web.say(text_message())
    assert wait_until(lambda: depth(redis_client, "converse").waiting == 1, seconds=10)


def test_what_is_refused_or_ignored_leaves_no_row(web: Web, database: Database) -> None:
    web.post(b"{}", {"X-Signature": "0"})
    web.say({"message": {"conversation": "olá"}})
    web.say(baileys_message("olá", provider_id="1", number="5511999999999-1@g.us"))
    assert count(database, "messages") == count(database, "contacts") == 0


def test_what_was_ignored_does_not_use_up_its_id(web: Web) -> None:
    payload = baileys_message("olá", provider_id="3EB0")
    stub = payload | {"message": {"reactionMessage": {"text": "👍"}}}
    assert web.say(stub).status_code == 200
    assert web.say(payload).status_code == 202


def test_a_message_without_an_id_is_known_by_its_signed_request(
    web: Web, database: Database
) -> None:
    earlier, later = (str(int(time.time()) - seconds) for seconds in (10, 5))
    assert web.say(text_message(), timestamp=earlier).status_code == 202
    assert web.say(text_message(), timestamp=earlier).json()["reason"] == "duplicate"
    assert web.say(text_message(), timestamp=later).status_code == 202
    assert count(database, "messages") == 2


def test_the_same_id_from_another_contact_is_another_message(web: Web) -> None:
    assert web.say(baileys_message("a", provider_id="1", number="5511900000001")).ok
    other = web.say(baileys_message("a", provider_id="1", number="5511900000002"))
    assert other.status_code == 202


def at_once(requests: int, call: Callable[[int], int], *, connections: int = 20) -> list[int]:
    return list(Pool(connections).map(call, range(requests)))


def test_a_webhook_sent_200_times_at_once_is_accepted_once(
    serve: Callable[..., Web], database: Database
) -> None:
    web = serve(RATE_LIMIT_PER_NUMBER="0")
    body = b'{"message": {"conversation": "oi"}, "number": "5511999999999"}'
    headers = signed(body)
    statuses = at_once(200, lambda _: web.post(body, headers).status_code)
    assert sorted(statuses) == [200] * 199 + [202]
    assert web.outcomes()["duplicate"] == 199
    assert count(database, "messages") == 1


@pytest.mark.parametrize("attempt", range(5))
def test_the_first_messages_of_a_new_contact_may_come_at_the_same_instant(
    web: Web, database: Database, attempt: int
) -> None:
    statuses = at_once(
        10, lambda index: web.say(text_message(f"{attempt}.{index}")).status_code, connections=10
    )
    assert statuses == [202] * 10
    assert (count(database, "contacts"), count(database, "messages")) == (1, 10)


def test_many_contacts_may_write_at_once(web: Web, database: Database) -> None:
    statuses = at_once(
        100,
        lambda index: web.say(text_message(number=f"55119{index:08}")).status_code,
        connections=100,
    )
    assert statuses == [202] * 100
    assert count(database, "conversations") == 100


def test_a_ticket_that_another_contact_had_is_no_obstacle(web: Web, database: Database) -> None:
    """A Whaticket that was set up anew counts its tickets from one again."""
    for number in ("5511900000001", "5511900000002"):
        payload = {
            "message": {"conversation": "oi"},
            "ticket": {"id": 77, "contact": {"number": number}},
        }
        assert web.say(payload).status_code == 202
    assert count(database, "contacts") == 2


@pytest.mark.parametrize(
    "payload",
    [
        text_message("a\u0000b"),
        text_message("a\ud800b"),
        text_message("a", ticket={"id": 10**30}),
        text_message("a", ticket={"id": -1}),
        baileys_message("a", provider_id="1") | {"pushName": "x\u0000\ud800" * 1000},
        baileys_message("a", provider_id="1") | {"messageTimestamp": 10**18},
        baileys_message("a", provider_id="1") | {"messageTimestamp": -(10**18)},
        baileys_message("a", provider_id="a" * 255),
        text_message("👩‍👩‍👧‍👦\n\n" * 500),
    ],
)
def test_what_a_database_could_choke_on_is_stored_or_refused(web: Web, payload: Any) -> None:
    assert web.say(payload).status_code in {202, 400}


def test_a_conversation_that_people_have_is_stored_and_left_to_them(
    web: Web, database: Database
) -> None:
    web.say(text_message("primeira"))
    with database.transaction() as session:
        session.execute(text("UPDATE conversations SET status = 'human'"))
    with web.counting(ignored=1):
        answer = web.say(text_message("segunda"))
    assert (answer.status_code, answer.json()) == (200, {"queued": False, "reason": "human"})
    assert [tuple(row) for row in rows(database, "SELECT state FROM messages ORDER BY id")] == [
        ("received",),
        ("ignored",),
    ]
