"""The client's patience: none with a Redis that hangs, a second look at one that was restarted."""

import os
import signal
from pathlib import Path

import gevent
import pytest
import redis

from secretaria.adapters.redis_client import Script, connect, connect_shared, round_trip
from secretaria.playground.engines import Engines, Valkey
from secretaria.playground.engines.process import free_port


def test_a_connection_that_redis_has_forgotten_is_made_anew(
    engines: Engines, redis_client: redis.Redis
) -> None:
    client = connect(engines.valkey.url, connections=2, timeout_seconds=5.0)
    mine = client.client_id()
    redis_client.client_kill_filter(_id=str(mine))
    assert client.ping()
    assert client.client_id() != mine


def test_a_redis_that_hangs_is_not_asked_twice(tmp_path: Path) -> None:
    with Valkey(tmp_path, append_only=False) as valkey:
        client = connect(valkey.url, connections=2, timeout_seconds=0.5)
        client.ping()
        operator = redis.Redis.from_url(valkey.url)
        connections = operator.info("stats")["total_connections_received"]
        assert valkey.pid
        os.kill(valkey.pid, signal.SIGSTOP)
        try:
            with pytest.raises(redis.TimeoutError):
                client.get("anything")
        finally:
            os.kill(valkey.pid, signal.SIGCONT)
        assert operator.info("stats")["total_connections_received"] == connections


def test_a_redis_that_is_not_there_is_an_error_at_once() -> None:
    client = connect(f"redis://127.0.0.1:{free_port()}/0", connections=1, timeout_seconds=5.0)
    with pytest.raises(redis.ConnectionError):
        client.ping()


def test_whoever_waits_for_others_longer_than_redis_may_take_is_answered(engines: Engines) -> None:
    client = connect_shared(engines.valkey.url, connections=2, timeout_seconds=1.0)
    taken = client.lanes.get_connection()
    waiting = gevent.spawn(round_trip, client, [("ECHO", "oi")])
    gevent.sleep(1.1)
    client.lanes.release(taken)
    assert waiting.get() == [b"oi"]


def test_commands_of_one_moment_share_a_round_trip(
    engines: Engines, redis_client: redis.Redis
) -> None:
    client = connect_shared(engines.valkey.url, connections=20, timeout_seconds=5.0)
    before = len(redis_client.client_list(_type="normal"))
    counting = [gevent.spawn(client.incr, "count") for _ in range(20)]
    assert sorted(one.get() for one in counting) == list(range(1, 21))
    assert len(redis_client.client_list(_type="normal")) < before + 20


def test_a_command_that_fails_does_not_fail_those_beside_it(
    engines: Engines, redis_client: redis.Redis
) -> None:
    redis_client.set("word", "oi")
    client = connect_shared(engines.valkey.url, connections=2, timeout_seconds=5.0)
    wrong, right = gevent.spawn(client.incr, "word"), gevent.spawn(client.get, "word")
    assert right.get() == b"oi"
    with pytest.raises(redis.ResponseError):
        wrong.get()


def test_a_script_that_redis_has_forgotten_is_loaded_again(
    engines: Engines, redis_client: redis.Redis
) -> None:
    client = connect_shared(engines.valkey.url, connections=2, timeout_seconds=5.0)
    script = client.register_script("return tonumber(ARGV[1])")
    asking = [gevent.spawn(script, args=[count]) for count in range(3)]
    assert [one.get() for one in asking] == [0, 1, 2]
    redis_client.script_flush()
    assert script(args=[3]) == 3


COUNT = "return redis.call('INCRBY', KEYS[1], ARGV[1])"


def test_a_script_is_run_many_times_in_one_round_trip_and_once_each(
    engines: Engines, redis_client: redis.Redis
) -> None:
    client = connect_shared(engines.valkey.url, connections=2, timeout_seconds=5.0)
    script = Script(client, COUNT)
    assert script.run([("a", 1), ("b", 2), ("a", 3)]) == [1, 2, 4]
    redis_client.script_flush()
    assert script.run([("a", 1), ("b", 1)]) == [5, 3]
    assert [redis_client.get(key) for key in ("a", "b")] == [b"5", b"3"]


def test_a_run_that_fails_is_an_error_and_the_others_are_run(
    engines: Engines, redis_client: redis.Redis
) -> None:
    redis_client.set("word", "oi")
    script = Script(connect(engines.valkey.url, connections=1, timeout_seconds=5.0), COUNT)
    with pytest.raises(redis.ResponseError):
        script.run([("word", 1), ("a", 2)])
    assert script.run([("a", 1)]) == [3]


def test_transactions_keep_no_round_trip_waiting(
    engines: Engines,
    redis_client: redis.Redis,  # noqa: ARG001 - emptied
) -> None:
    client = connect_shared(engines.valkey.url, connections=2, timeout_seconds=5.0)
    taken = client.connection_pool.get_connection()
    assert round_trip(client, [("INCR", "a"), ("INCR", "a")]) == [1, 2]
    client.connection_pool.release(taken)


def test_a_round_trip_that_is_broken_off_leaves_no_answer_for_the_next_one(
    engines: Engines, redis_client: redis.Redis
) -> None:
    client = connect(engines.valkey.url, connections=1, timeout_seconds=5.0)
    round_trip(client, [("SET", "a", "first")])
    redis_client.client_pause(60_000, all=False)
    try:
        with gevent.Timeout(0.2, False):  # noqa: FBT003 - gevent's way to say: quietly
            round_trip(client, [("SET", "a", "second")])
    finally:
        redis_client.client_unpause()
    assert round_trip(client, [("GET", "b"), ("EXISTS", "a")]) == [None, 1]
