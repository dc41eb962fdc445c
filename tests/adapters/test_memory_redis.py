"""Short-term memory on a real Redis: bounded in time, of one version, and never in the way."""

import json
from typing import Any

import pytest
import redis
from structlog.testing import capture_logs

from secretaria.adapters import redis_client as redis_door
from secretaria.adapters.memory import RedisMemory
from secretaria.core.memory import Utterance
from secretaria.playground.engines.process import LOOPBACK, free_port

SAID = (Utterance("customer", "meu nome é Zuleica 😀"), Utterance("secretary", "Olá, Zuleica!"))


@pytest.fixture
def memory(redis_client: redis.Redis) -> RedisMemory:
    return RedisMemory(redis_client, 60)


def key_of(client: redis.Redis) -> Any:
    (key,) = client.keys("*")  # type: ignore[misc]
    return key


def test_what_was_written_is_read(memory: RedisMemory) -> None:
    memory.write(7, SAID, version=3)

    assert memory.read(7, version=3) == SAID
    assert memory.read(8, version=3) is None


def test_memory_of_another_version_counts_as_missing(memory: RedisMemory) -> None:
    memory.write(7, SAID, version=3)

    assert memory.read(7, version=4) is None


def test_memory_expires(memory: RedisMemory, redis_client: redis.Redis) -> None:
    memory.write(7, SAID, version=3)

    assert 0 < redis_client.ttl(key_of(redis_client)) <= 60  # type: ignore[operator]


@pytest.mark.parametrize(
    "garbage",
    [
        b"Zuleica",
        b"\xff\xfe\x00",
        b"",
        b"null",
        b"7",
        b"[]",
        b'"texto"',
        b"{}",
        b"[" * 100_000,
        *(
            json.dumps({"version": 3, "utterances": wrong}).encode()
            for wrong in (
                None,
                7,
                "ab",
                [7],
                [["customer"]],
                [["customer", "Zuleica", "x"]],
                [["system", "Zuleica"]],
                [["customer", 7]],
                [["customer", None]],
                [[["customer"], "Zuleica"]],
                {"customer": "Zuleica"},
            )
        ),
    ],
)
def test_garbage_counts_as_missing_and_is_not_repeated(
    memory: RedisMemory, redis_client: redis.Redis, garbage: bytes
) -> None:
    memory.write(7, SAID, version=3)
    redis_client.set(key_of(redis_client), garbage)

    with capture_logs() as lines:
        assert memory.read(7, version=3) is None

    assert "Zuleica" not in str(lines)


def test_another_kind_of_key_counts_as_missing(
    memory: RedisMemory, redis_client: redis.Redis
) -> None:
    memory.write(7, SAID, version=3)
    key = key_of(redis_client)
    redis_client.delete(key)
    redis_client.lpush(key, "x")

    assert memory.read(7, version=3) is None


def test_without_redis_nothing_is_remembered_and_nothing_breaks() -> None:
    url = f"redis://{LOOPBACK}:{free_port()}"
    memory = RedisMemory(redis_door.connect(url, connections=2, timeout_seconds=0.2), 60)

    with capture_logs() as lines:
        memory.write(7, SAID, version=3)
        assert memory.read(7, version=3) is None

    assert [line["event"] for line in lines] == ["memory.unwritable", "memory.unreadable"]
    assert "Zuleica" not in str(lines)
