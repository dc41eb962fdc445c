"""What Whaticket shows as ours, on the real server: it settles a reply, and is always answered."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import redis
from gevent.pool import Pool
from sqlalchemy import text
from web_client import PATH, Web, baileys_message

from secretaria.adapters.database import Database
from secretaria.adapters.queues import depth
from secretaria.bootstrap import worker
from secretaria.playground.engines.process import wait_until
from secretaria.playground.faults import Fault
from secretaria.playground.stack import SHARED_SECRET
from secretaria.playground.whaticket import WhaticketSimulator
from secretaria.playground.whaticket.phone import Webhook
from secretaria.settings import Settings

ANA = "5511955550101"
WORDS = "Abrimos às 8h. Até logo!"


@pytest.fixture
def add(database: Database) -> Callable[..., int]:
    """Put a reply into Ana's conversation; answers its id."""

    def put(state: str = "ambiguous", words: str = WORDS) -> int:
        with database.transaction() as session:
            run: Any = lambda statement, **values: session.scalar(text(statement), values)  # noqa: E731
            contact = run(
                "INSERT INTO contacts (number, lid) VALUES (:number, '118650') ON CONFLICT (number)"
                " DO UPDATE SET name = NULL RETURNING id",
                number=ANA,
            )
            conversation = run(
                "INSERT INTO conversations (contact_id) VALUES (:contact) ON CONFLICT (contact_id)"
                " DO UPDATE SET contact_id = :contact RETURNING id",
                contact=contact,
            )
            return int(
                run(
                    "INSERT INTO messages (conversation_id, direction, state, kind, text, due_at,"
                    " correlation_id, accepted_at) VALUES (:conversation, 'outbound', :state,"
                    " 'answer', :words, now(), 'correlation-of-the-reply', now()) RETURNING id",
                    conversation=conversation,
                    state=state,
                    words=words,
                )
            )

    return put


def row(database: Database, reply_id: int) -> Any:
    with database.transaction() as session:
        query = text("SELECT state, reason, provider_id FROM messages WHERE id = :id")
        return tuple(session.execute(query, {"id": reply_id}).one())


def echo(words: str = WORDS, *, provider_id: str = "3EB0", **key: Any) -> Any:
    payload = baileys_message(words, provider_id=provider_id, number=ANA)
    return payload | {"key": payload["key"] | {"fromMe": True} | key}


def is_from_me(answer: Any) -> bool:
    return (answer.status_code, answer.json()) == (200, {"queued": False, "reason": "from_me"})


@pytest.mark.parametrize(
    "payload",
    [
        echo(),
        echo(f"\u200e {WORDS}"),
        echo(f"*Joana:*\n{WORDS}"),
        echo(remoteJid="118650@lid"),
        {"message": {"conversation": WORDS}, "number": ANA, "fromMe": True},
        {"event": "message", "body": WORDS, "contact": {"number": ANA}, "fromMe": True},
    ],
)
def test_an_echo_settles_a_reply_and_is_answered_as_ever(
    web: Web, database: Database, add: Callable[..., int], payload: Any
) -> None:
    reply_id = add()
    with web.counting(ignored=1):
        assert is_from_me(web.say(payload))
    state, reason, _ = row(database, reply_id)
    assert (state, reason) == ("sent", "echoed")


@pytest.mark.parametrize(
    "payload",
    [
        echo("Oi Ana, aqui é a Joana"),
        echo(remoteJid="5511955550102@s.whatsapp.net"),
        echo(remoteJid=None),
        echo() | {"message": {"imageMessage": {"caption": WORDS}}},
        echo() | {"message": {"editedMessage": {"message": {"conversation": WORDS}}}},
        echo() | {"message": None},
        echo() | {"messageTimestamp": 1_500_000_000},
        echo(id="a b"),
    ],
)
def test_what_is_ours_and_no_echo_changes_nothing(
    web: Web, database: Database, add: Callable[..., int], payload: Any
) -> None:
    reply_id = add()
    assert is_from_me(web.say(payload))
    assert row(database, reply_id) == ("ambiguous", None, None)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (echo(remoteJid="120363025500010001@g.us", remoteJidAlt=f"{ANA}@c.us"), "group"),
        (echo(remoteJid="status@broadcast", remoteJidAlt=f"{ANA}@c.us"), "status"),
        (echo() | {"broadcast": True}, "broadcast"),
    ],
)
def test_what_was_said_to_many_never_counts(
    web: Web, database: Database, add: Callable[..., int], payload: Any, reason: str
) -> None:
    reply_id = add()
    assert web.say(payload).json() == {"queued": False, "reason": reason}
    assert row(database, reply_id) == ("ambiguous", None, None)


def test_an_echo_that_is_not_genuine_changes_nothing(
    web: Web, database: Database, add: Callable[..., int]
) -> None:
    reply_id = add()
    assert web.say(echo(), secret="another").status_code == 401
    assert row(database, reply_id) == ("ambiguous", None, None)


def test_the_same_echo_200_times_at_once_settles_one_of_two_identical_replies(
    web: Web, database: Database, add: Callable[..., int]
) -> None:
    replies = [add(), add()]
    answers = Pool(20).map(lambda index: web.say(echo(), seconds_ago=index), range(200))
    assert all(map(is_from_me, answers))
    assert sorted(row(database, one)[0] for one in replies) == ["ambiguous", "sent"]


def test_an_echo_before_the_answer_rings_for_the_next_reply(
    web: Web, database: Database, redis_client: redis.Redis, add: Callable[..., int]
) -> None:
    sending = add("sending")
    add("pending", "Mais alguma coisa?")
    assert is_from_me(web.say(echo()))
    assert row(database, sending) == ("sent", "echoed", "3EB0")
    assert depth(redis_client, "deliver").waiting == 1


def test_a_settled_reply_is_logged_under_its_own_correlation_id_and_without_a_word_of_it(
    web: Web, add: Callable[..., int]
) -> None:
    reply_id = add(words="Segredo da Ana")
    web.say(echo("Segredo da Ana"))
    lines = [line for line in web.log_lines() if line["event"] == "delivery.settled"]
    assert lines[-1]["reply_id"] == reply_id
    assert lines[-1]["correlation_id"] == "correlation-of-the-reply"
    assert (lines[-1]["how"], lines[-1]["was"]) == ("echoed", "ambiguous")
    written = json.dumps(web.log_lines(), ensure_ascii=False)
    assert "Segredo" not in written
    assert ANA not in written


def test_whatever_whaticket_delivers_without_saying_so_is_settled_by_its_echo(
    web: Web,
    database: Database,
    add: Callable[..., int],
    make_settings: Callable[..., Settings],
    whaticket: WhaticketSimulator,
) -> None:
    whaticket.webhook = Webhook(web.stack.url + PATH, SHARED_SECRET, None)
    whaticket.echoes = True
    deliver = worker.wire(make_settings(whaticket_timeout_seconds=2)).deliver
    replies = [add("pending", WORDS) for _ in range(3)]
    for fault, reply_id in zip(
        (
            Fault("deliver_then_status", status=500),
            Fault("deliver_then_hang"),
            Fault("status", status=500),
        ),
        replies,
        strict=True,
    ):
        whaticket.plan(fault)
        deliver(reply_id)
    assert wait_until(lambda: whaticket.ledger.echoes == 2, seconds=30)
    assert [row(database, one)[0] for one in replies] == ["sent", "sent", "ambiguous"]
    ticket = whaticket.tickets.of(ANA)
    assert ticket is not None
    *theirs, none = [row(database, one)[2] for one in replies]
    assert (set(theirs), none) == ({message.id for message in ticket.messages}, None)
