"""A caller who waits at Typebot's door: every reply goes one way, whoever breaks off and when."""

import json
import os
import signal
import socket
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from doorway import ANA_AT, TOKEN, Doorway
from web_client import Connection, Web

from secretaria.adapters.queues import depth
from secretaria.playground.engines.process import wait_until
from secretaria.playground.faults import Fault
from secretaria.playground.gemini import GeminiSimulator

pytestmark = pytest.mark.minutes(0.5)

LARGE = "muito " * 2_000_000
"""More than every buffer between the server and a client that does not read."""
SAYS = b'{"message": "oi"}'


@pytest.fixture
def hasty(serve: Callable[..., Web], make_doorway: Callable[..., Doorway]) -> Doorway:
    """A door whose callers wait for half a second."""
    usual = {"WEBHOOK_URL_TOKEN": TOKEN, "BURST_WINDOW_SECONDS": "0"}
    return make_doorway(serve(TYPEBOT_WAIT_SECONDS="0.5", **usual))


def reset(connection: Connection) -> None:
    """Close a connection as a client that dies does."""
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.socket.close()


def sending(doorway: Doorway) -> bool:
    return bool(doorway.value("SELECT count(*) FROM messages WHERE state = 'sending'"))


def test_while_a_caller_waits_replies_leave_no_other_way(doorway: Doorway) -> None:
    doorway.begin()
    call = doorway.says("oi")
    doorway.wait_for_owed()
    reply = (
        "INSERT INTO messages (conversation_id, direction, state, kind, text, correlation_id,"
        " accepted_at, due_at) VALUES (1, 'outbound', 'pending', 'reply', 'antes', 'c', now(),"
        " now() - interval '1 min') RETURNING id"
    )
    doorway.sql(reply)
    doorway.deliver_all()
    doorway.sweep()
    assert doorway.value("SELECT rung_at FROM messages WHERE text = 'antes'") is None
    doorway.add_replies("depois")
    assert call.get(timeout=30) == ["antes", "depois"]
    assert doorway.by_api() == []


def test_a_reply_that_comes_too_late_leaves_the_usual_way(hasty: Doorway) -> None:
    hasty.begin()
    assert hasty.says("eco: tarde").get(timeout=30) == []
    hasty.wait_until_closed()
    hasty.turn()
    hasty.deliver_all()
    assert hasty.replies() == [("sent", "eco: tarde")]
    assert hasty.by_api() == ["eco: tarde"]


def test_what_waits_still_when_the_wait_is_over_is_rung_for(
    hasty: Doorway, redis_client: redis.Redis
) -> None:
    hasty.begin()
    hasty.add_replies("de antes")
    assert hasty.says("eco: oi").get(timeout=30) == []
    hasty.wait_until_closed()
    assert wait_until(lambda: depth(redis_client, "deliver").waiting == 1, seconds=30)
    hasty.deliver_all()
    assert hasty.by_api() == ["de antes"]


def test_without_a_wait_the_answer_is_empty_and_nothing_is_held(
    serve: Callable[..., Web], make_doorway: Callable[..., Doorway]
) -> None:
    web = serve(WEBHOOK_URL_TOKEN=TOKEN, BURST_WINDOW_SECONDS="0", TYPEBOT_WAIT_SECONDS="0")
    doorway = make_doorway(web)
    assert doorway.says("eco: oi").get(timeout=30) == []
    assert doorway.value("SELECT door_until FROM conversations") is None
    doorway.turn()
    doorway.deliver_all()
    assert doorway.by_api() == ["eco: oi"]


def test_the_holding_sentence_is_given_and_the_answer_comes_later(
    doorway: Doorway, gemini: GeminiSimulator
) -> None:
    doorway.begin()
    gemini.plan(Fault("status", status=503, times=None))
    [sentence] = doorway.asked("eco: e agora?")
    assert "lentidão" in sentence
    gemini.plan()
    doorway.wait_until_closed()
    doorway.sql("UPDATE conversations SET due_at = now()")
    doorway.turn()
    doorway.deliver_all()
    assert doorway.by_api() == ["eco: e agora?"]


def test_a_person_who_takes_over_meanwhile_silences_the_answer(doorway: Doorway) -> None:
    doorway.begin()
    call = doorway.says("oi")
    doorway.wait_for_owed()
    doorway.add_replies("o bot ainda ia dizer", also="UPDATE conversations SET status = 'human'")
    assert call.get(timeout=30) == []
    assert doorway.caller.ticket(ANA_AT).is_stopped
    doorway.wait_until_closed()
    assert doorway.replies() == [("pending", "o bot ainda ia dizer")]


def test_two_calls_at_once_are_given_each_reply_once(doorway: Doorway) -> None:
    doorway.begin()
    calls = [doorway.says(words) for words in ("eco: um", "eco: dois")]
    doorway.wait_for_owed(2)
    doorway.turn()
    got = [text for call in calls for text in call.get(timeout=30)]
    doorway.wait_until_closed()
    assert [("sent", text) for text in got] == doorway.replies()
    assert len(got) == 1
    assert doorway.by_api() == []


def test_a_caller_who_has_gone_is_answered_the_usual_way(doorway: Doorway) -> None:
    session_id = doorway.begin()
    connection = doorway.call_bare(session_id, json.dumps({"message": "eco: fui"}).encode())
    doorway.wait_for_owed()
    connection.socket.close()
    doorway.wait_until_closed()
    doorway.turn()
    doorway.deliver_all()
    assert doorway.by_api() == ["eco: fui"]
    assert doorway.values("SELECT attempt FROM delivery_logs") == [1]


@pytest.mark.parametrize("replies", [(LARGE,), (LARGE, "e mais")])
def test_an_answer_that_breaks_off_is_ambiguous(doorway: Doorway, replies: tuple[str, ...]) -> None:
    connection = doorway.call_bare(doorway.begin(), SAYS)
    doorway.wait_for_owed()
    doorway.add_replies(*replies)
    assert connection.socket.recv(64).startswith(b"HTTP/1.1 200")
    reset(connection)
    doorway.wait_until_closed()
    assert [state for state, _ in doorway.replies()] == ["ambiguous"] * len(replies)
    assert doorway.values("SELECT outcome FROM delivery_logs") == ["ambiguous"] * len(replies)
    assert set(doorway.values("SELECT reason FROM messages WHERE direction = 'outbound'")) == {
        "connection_broken"
    }
    doorway.deliver_all()
    assert doorway.by_api() == []


def test_a_server_that_dies_in_the_middle_leaves_nothing_to_be_sent_twice(
    serve: Callable[..., Web], make_doorway: Callable[..., Doorway]
) -> None:
    usual = {"WEBHOOK_URL_TOKEN": TOKEN, "BURST_WINDOW_SECONDS": "0"}
    web = serve(TYPEBOT_WAIT_SECONDS="15", **usual)
    doorway = make_doorway(web)
    connection = doorway.call_bare(doorway.begin(), SAYS)
    doorway.wait_for_owed()
    doorway.add_replies(LARGE, "e mais")
    assert wait_until(lambda: sending(doorway), seconds=30)
    kill(web)
    connection.socket.close()
    assert [state for state, _ in doorway.replies()] == ["sending", "sending"]
    doorway.add_replies("depois")
    doorway.sql("UPDATE messages SET lease_until = now() WHERE state = 'sending'")
    doorway.sql("UPDATE conversations SET door_until = now()")
    doorway.sweep()
    doorway.deliver_all()
    assert [state for state, _ in doorway.replies()] == ["ambiguous", "ambiguous", "sent"]
    assert doorway.by_api() == ["depois"]


def test_a_server_that_dies_while_a_caller_waits_loses_nothing(
    serve: Callable[..., Web], make_doorway: Callable[..., Doorway]
) -> None:
    usual = {"WEBHOOK_URL_TOKEN": TOKEN, "BURST_WINDOW_SECONDS": "0"}
    web = serve(TYPEBOT_WAIT_SECONDS="15", **usual)
    doorway = make_doorway(web)
    caller = doorway.call_bare(doorway.begin(), b'{"message": "eco: oi"}')
    doorway.wait_for_owed()
    kill(web)
    caller.socket.close()  # not before: who hangs up is not waited for
    doorway.turn()
    doorway.deliver_all()
    assert doorway.by_api() == []
    doorway.sql("UPDATE conversations SET door_until = now()")
    doorway.deliver_all()
    assert doorway.by_api() == ["eco: oi"]


def kill(web: Web) -> None:
    """End every process of the web at once."""
    master = web.stack.processes["web"].pid
    os.kill(master, signal.SIGSTOP)  # so that it replaces none of them meanwhile
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    web.stack.end("web", number=signal.SIGKILL)
    web.stack.run("web")
