"""The spool in Redis: a stream of messages that wait for PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import redis
from pydantic import TypeAdapter, ValidationError

from secretaria.adapters.absence import Absence
from secretaria.adapters.redis_client import RedisError, round_trip
from secretaria.errors import SpoolUnavailable
from secretaria.services.ports import Spooled, Waiting

STREAM = "secretaria:spool"
KEYS = "secretaria:spool:keys"
REFUSED = "secretaria:spool:refused"
PROBE = "secretaria:spool:probe"
PROBE_SECONDS = 60
RECENT = "secretaria:spool:recent:"
LONGEST_LIST = 1000
_PUT = """
local is_new
if ARGV[3] == '' then is_new = redis.call('SADD', KEYS[2], ARGV[1]) == 1
else is_new = redis.call('SET', KEYS[3], 1, 'NX', 'PX', ARGV[3]) end
if not is_new then return false end
return redis.call('XADD', KEYS[1], '*', 'key', ARGV[1], 'message', ARGV[2])
"""
"""One step for Redis: a message that waits is known as such, whatever becomes of the caller.

One whose key is its own for a time only is known for that time.
"""
_MESSAGE = TypeAdapter(Spooled)


@dataclass(frozen=True, slots=True)
class RedisSpool:
    """As durable as Redis is: with an append-only file, it survives its death."""

    client: redis.Redis
    absence: Absence

    def is_waiting(self) -> bool:
        """Whether any message waits; False too while Redis is away, or was a moment ago."""
        if self.absence.is_recent():
            return False
        try:
            (length,) = round_trip(self.client, [("XLEN", STREAM)])
        except RedisError as error:
            self.absence.note(error)
            return False
        return int(length) > 0

    def is_writable(self) -> bool:
        """Whether Redis takes a write, which a read-only replica or a full one does not."""
        try:
            return bool(self.client.set(PROBE, 1, ex=PROBE_SECONDS))
        except RedisError:
            return False

    def put(self, spooled: Spooled) -> bool:
        """Keep a message behind the others; False when it waits already.

        Whoever comes next must be told that it waits, so that Redis counts as there again.
        """
        key, message = _key(spooled), _MESSAGE.dump_json(spooled)
        recent = RECENT + sha256(key.encode()).hexdigest()
        seconds = spooled.arrival.repeat_seconds if spooled.arrival else None
        lasting = "" if seconds is None else round(seconds * 1000)
        with _translated():
            put = self.client.eval(_PUT, 3, STREAM, KEYS, recent, key, message, lasting)
        self.absence.end()
        return put is not None

    def oldest(self, limit: int) -> Sequence[Waiting]:
        """The entries that wait longest, each with the moment when Redis took it."""
        return self._listed(STREAM, limit)

    def remove(self, waiting: Waiting) -> None:
        """Forget an entry, and that it waited."""
        with _translated(), self.client.pipeline() as pipeline:
            pipeline.xdel(STREAM, waiting.id)
            if waiting.spooled is not None:
                pipeline.srem(KEYS, _key(waiting.spooled))
            pipeline.execute()

    def set_aside(self, waiting: Waiting) -> None:
        """Move an entry to a stream of its own, as it is."""
        with _translated(), self.client.pipeline() as pipeline:
            for entry_id, fields in self._entries(STREAM, waiting.id, waiting.id, 1):
                pipeline.xadd(REFUSED, fields)
                pipeline.xdel(STREAM, entry_id)
                pipeline.srem(KEYS, fields.get(b"key", b""))
            pipeline.execute()

    def count(self) -> int:
        """How many messages wait; raises `SpoolUnavailable`."""
        with _translated():
            return self.client.xlen(STREAM)

    def count_refused(self) -> int:
        """How many messages were set aside; raises `SpoolUnavailable`."""
        with _translated():
            return self.client.xlen(REFUSED)

    def oldest_seconds(self) -> float:
        """How long a message has waited, at the most; raises `SpoolUnavailable`."""
        return self._age(STREAM)

    def oldest_refused_seconds(self) -> float:
        """How long ago one was set aside, at the most; raises `SpoolUnavailable`."""
        return self._age(REFUSED)

    def refused(self) -> Sequence[Waiting]:
        """What was set aside, the oldest first; raises `SpoolUnavailable`."""
        return self._listed(REFUSED, LONGEST_LIST)

    def _age(self, stream: str) -> float:
        """The age of a stream's first entry by the clock of Redis, which wrote its id."""
        with _translated():
            entries = self._entries(stream, "-", "+", 1)
            seconds, _ = self.client.time()
        return max(
            (seconds - _milliseconds(entry.decode()) / 1000 for entry, _ in entries), default=0.0
        )

    def _listed(self, stream: str, limit: int) -> Sequence[Waiting]:
        with _translated():
            entries = self._entries(stream, "-", "+", limit)
        return [_waiting(entry_id.decode(), fields) for entry_id, fields in entries]

    def _entries(self, stream: str, first: str, last: str, limit: int) -> list[tuple[bytes, Any]]:
        entries: Any = self.client.xrange(stream, first, last, count=limit)
        return list(entries)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise SpoolUnavailable(type(error).__name__) from None


def _key(spooled: Spooled) -> str:
    """What tells a message from every other: its sender's identities and its own."""
    sender = spooled.sender
    who = f"{sender.number}:{sender.lid}:{sender.ticket_id}"
    if spooled.arrival is not None:
        return f"{who}:{spooled.arrival.deduplication_key}"
    return f"{who}:heard:{sha256(_MESSAGE.dump_json(spooled)).hexdigest()}"


def _waiting(entry_id: str, fields: dict[bytes, bytes]) -> Waiting:
    since = datetime.fromtimestamp(_milliseconds(entry_id) / 1000, UTC)
    try:
        spooled = _MESSAGE.validate_json(fields[b"message"])
    except (KeyError, ValidationError):
        return Waiting(entry_id, since, None)
    if spooled.arrival is not None:
        spooled = replace(spooled, arrival=replace(spooled.arrival, accepted_at=since))
    return Waiting(entry_id, since, spooled)


def _milliseconds(entry_id: str) -> int:
    """The moment that an entry's id tells, since 1970."""
    return int(entry_id.partition("-")[0])
