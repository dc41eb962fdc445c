"""Two releases side by side: what one has written, in whichever store, the other understands.

The samples are as the first release writes them. A change that breaks one of these tests needs two
releases: the first understands both forms, the second writes the new one.
"""

import ast
import inspect
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dramatiq
import pytest
import redis
from dramatiq.brokers.stub import StubBroker

from actors import converse, deliver, settle, tend
from secretaria.adapters import bell
from secretaria.adapters.absence import Absence
from secretaria.adapters.bell import DramatiqBell
from secretaria.adapters.memory import RedisMemory
from secretaria.adapters.spool import KEYS, STREAM, RedisSpool
from secretaria.adapters.visitors import VISITORS, RedisVisitors
from secretaria.core.memory import Utterance
from secretaria.core.payload import Sender
from secretaria.services.ports import Spooled

VERSIONS = Path(__file__).resolve().parents[2] / "migrations/versions"
ACTORS = ("converse", "deliver", "settle", "tend")
WAKE_UP = (
    b'{"queue_name":"%s","actor_name":"%s","args":[7],"kwargs":{},"options":{"redis_message_id":'
    b'"4a5d"},"message_id":"9c1e","message_timestamp":1795900000000}'
)
SENDER = {"number": "5511955550101", "lid": None, "ticket_id": 3, "name": "Ana"}
ARRIVAL = {
    "kind": "text",
    "text": "oi",
    "correlation_id": "c-1",
    "deduplication_key": "provider:1",
    "provider_id": "1",
    "choice_id": None,
    "edits": None,
    "written_at": "2026-11-28T12:00:00Z",
}
SPOOLED = {"sender": SENDER, "arrival": ARRIVAL, "heard": None}
MEMORY = b'{"version": 4, "utterances": [["customer", "oi"], ["secretary", "Bom dia!"]]}'


@pytest.fixture(scope="module")
def broker() -> dramatiq.Broker:
    made = StubBroker()
    converse.register(made, lambda _: None)  # type: ignore[arg-type] # only its signature is read
    deliver.register(made, lambda _: None)  # type: ignore[arg-type, return-value]
    settle.register(made, lambda _: None)  # type: ignore[arg-type, return-value]
    tend.register(made, lambda _: None)  # type: ignore[arg-type, return-value]
    return made


@pytest.mark.parametrize("name", ACTORS)
def test_an_old_wake_up_finds_its_actor(broker: dramatiq.Broker, name: str) -> None:
    message = dramatiq.Message.decode(WAKE_UP % (name.encode(), name.encode()))
    actor = broker.get_actor(message.actor_name)
    assert actor.queue_name == message.queue_name
    bound = inspect.signature(actor.fn).bind(*message.args, **message.kwargs)
    assert list(bound.arguments.values()) == [7]


@pytest.mark.parametrize("name", ACTORS)
def test_a_new_wake_up_says_what_an_old_actor_reads(redis_client: redis.Redis, name: str) -> None:
    getattr(DramatiqBell(bell.broker(redis_client)), f"ring_{name}")(7)
    [written] = redis_client.hvals(f"dramatiq:{name}.msgs")
    fresh, old = json.loads(written), json.loads(WAKE_UP % (name.encode(), name.encode()))
    assert fresh.keys() == old.keys()
    for part in ("queue_name", "actor_name", "args", "kwargs"):
        assert fresh[part] == old[part]
    assert set(fresh["options"]) == {"redis_message_id"}


def test_what_an_old_release_spooled_is_read(redis_client: redis.Redis) -> None:
    redis_client.sadd(KEYS, "key")
    redis_client.xadd(STREAM, {"key": "key", "message": json.dumps(SPOOLED)})
    [waiting] = RedisSpool(redis_client, Absence()).oldest(10)
    spooled = waiting.spooled
    assert spooled is not None
    assert spooled.sender == Sender("5511955550101", None, 3, "Ana")
    assert spooled.arrival is not None
    assert (spooled.arrival.text, spooled.arrival.deduplication_key) == ("oi", "provider:1")


def test_what_a_new_release_spools_has_all_that_an_old_one_reads(redis_client: redis.Redis) -> None:
    spool = RedisSpool(redis_client, Absence())
    redis_client.xadd(STREAM, {"key": "key", "message": json.dumps(SPOOLED)})
    [waiting] = spool.oldest(10)
    redis_client.delete(STREAM)
    assert isinstance(waiting.spooled, Spooled)
    assert spool.put(waiting.spooled)
    [(_, fields)] = redis_client.xrange(STREAM)  # type: ignore[misc] # not a coroutine
    written: dict[str, Any] = json.loads(fields[b"message"])
    assert written["sender"] == SENDER
    assert ARRIVAL.items() <= written["arrival"].items()


def test_an_old_memory_is_remembered_and_a_new_one_is_the_same(redis_client: redis.Redis) -> None:
    memory = RedisMemory(redis_client, expires_after_seconds=60)
    redis_client.set("secretaria:memory:7", MEMORY)
    remembered = memory.read(7, version=4)
    assert remembered == (Utterance("customer", "oi"), Utterance("secretary", "Bom dia!"))
    memory.write(8, remembered, version=4)
    assert redis_client.get("secretaria:memory:8") == MEMORY


def test_a_session_that_an_old_release_began_goes_on(redis_client: redis.Redis) -> None:
    visitors = RedisVisitors(redis_client, Absence())
    redis_client.set(f"{VISITORS}hash", json.dumps(SENDER))
    sender = visitors.recall("hash")
    assert sender == Sender("5511955550101", None, 3, "Ana")
    visitors.remember("other", sender)
    assert json.loads(redis_client.get(f"{VISITORS}other") or b"") == SENDER


def upgrades(path: Path) -> Iterator[ast.Call]:
    """Every `op.something(...)` of a migration, except on its way down."""
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "downgrade":
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("op."):
                yield node


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("*.py")), ids=lambda path: path.stem)
def test_a_migration_only_adds(path: Path) -> None:
    """The old release still writes and reads the tables while the new one begins."""
    assert [fault for call in upgrades(path) for fault in faults(call)] == []


REMOVING = ("drop_table", "drop_column", "drop_constraint", "rename_table", "alter_column")


def faults(call: ast.Call) -> Sequence[str]:
    name = ast.unparse(call.func).removeprefix("op.")
    text = ast.unparse(call)
    if name in REMOVING:
        return [text]
    if name == "add_column":
        column = call.args[1]
        assert isinstance(column, ast.Call)
        words = {keyword.arg: ast.unparse(keyword.value) for keyword in column.keywords}
        is_fine = words.get("nullable") == "True" or "server_default" in words
        return [] if is_fine else [text]
    if name == "execute" and any(word in text.upper() for word in ("DROP ", "RENAME ", "TRUNCATE")):
        return [text]
    return []


@pytest.mark.parametrize(
    "statement",
    [
        "op.drop_column('messages', 'text')",
        "op.rename_table('a', 'b')",
        "op.alter_column('messages', 'text', nullable=False)",
        "op.add_column('messages', sa.Column('x', sa.Text(), nullable=False))",
        "op.add_column('messages', sa.Column('x', sa.Text()))",
        "op.execute('ALTER TABLE messages DROP COLUMN text')",
    ],
)
def test_that_check_would_see_what_an_old_release_could_not_bear(statement: str) -> None:
    call = ast.parse(statement, mode="eval").body
    assert isinstance(call, ast.Call)
    assert faults(call)
