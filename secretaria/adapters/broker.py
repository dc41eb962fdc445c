"""Dramatiq's Redis broker, whose consumers are told of a message instead of asking for it."""

import heapq
import secrets
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson
import redis
from dramatiq import Message
from dramatiq.broker import MessageProxy
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.common import current_millis, dq_name

from secretaria.adapters.redis_client import Script
from secretaria.adapters.subscription import Subscription

CHANNEL = "dramatiq:told"
ID_BYTES = 16
POLL_SECONDS = 0.1
"""How often Redis is asked while nobody tells."""
FULL_SECONDS = 0.05
"""How long a process that has all it may prefetch waits for room."""
_TELL = f"""
if command == "enqueue" or command == "requeue" then
    redis.pcall("publish", "{CHANNEL}", queue_name)
end
"""
"""What Dramatiq's script does besides, in the same round trip; whether it works, nobody minds."""


class Ring(NamedTuple):
    """A message for an actor whose queue has its name: the one thing that it is about, and when."""

    actor: str
    subject: int
    delay_milliseconds: int | None


class TellingBroker(RedisBroker):
    """Tells the consumers of all processes, with the message itself, that there is one.

    A word that is lost costs no more than the idle timeout: consumers still ask that often.
    """

    def __init__(self, client: redis.Redis, *, maintenance_chance: int) -> None:
        super().__init__(client=client, middleware=[], maintenance_chance=maintenance_chance)  # type: ignore[no-untyped-call] # Dramatiq's
        script: Any = self.scripts["dispatch"].script
        script += _TELL.encode()
        self.scripts["dispatch"] = client.register_script(script)
        self._dispatching = Script(client, script)
        self.subscription = Subscription(client, CHANNEL)

    @property
    def consumer_class(self) -> type[_RedisConsumer]:
        """Our consumers wait in another way."""
        return _ToldConsumer

    def ring(self, rings: Iterable[Ring]) -> None:
        """Enqueue a message for each ring, all in one round trip; raises `redis.RedisError`.

        It is what `enqueue` does, but for the middleware, which has nothing to do with it.
        """
        self._dispatching.run([self._call(ring) for ring in rings])

    def _call(self, ring: Ring) -> tuple[Any, ...]:
        """The key and arguments with which Dramatiq's script enqueues a message."""
        queue, options, message_id = ring.actor, {}, secrets.token_hex(ID_BYTES)
        if ring.delay_milliseconds is not None:
            queue, options = dq_name(queue), {"eta": current_millis() + ring.delay_milliseconds}
        message: Message[None] = Message(
            queue_name=queue,
            actor_name=ring.actor,
            args=(ring.subject,),
            kwargs={},
            options={"redis_message_id": message_id} | options,
            message_id=message_id,
        )
        return (
            *(self.namespace, "enqueue", current_millis(), queue, self.broker_id),
            *(self.heartbeat_timeout, self.dead_message_ttl),
            *(self._should_do_maintenance("enqueue"), self._max_unpack_size()),  # type: ignore[no-untyped-call] # Dramatiq's
            *(message_id, orjson.dumps(message.asdict())),  # as Dramatiq's encoder, but sooner
        )

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Any:
        """Create a consumer; the first one begins to listen for all of this process."""
        self.subscription.start()
        return super().consume(queue_name, prefetch, timeout)


class _ToldConsumer(_RedisConsumer):
    """Waits until it is told of a message, one that it holds back is due, or its time is over."""

    def __init__(self, broker: TellingBroker, queue_name: str, prefetch: int, timeout: int) -> None:
        super().__init__(broker, queue_name, prefetch, 0)  # type: ignore[no-untyped-call] # Dramatiq's
        self.idle_seconds = timeout / 1000
        self.subscription = broker.subscription
        self.told = broker.subscription.event_of(queue_name)
        self.held_until: list[float] = []

    def __next__(self) -> MessageProxy | None:
        """The next message; None when there was none for a while.

        Whoever is told after the look for messages has begun, does not wait.
        """
        self.told.clear()
        message: MessageProxy | None = super().__next__()  # type: ignore[no-untyped-call] # Dramatiq's
        if message is None:
            self.told.wait(self._seconds_to_wait())
        elif message.options.get("eta") is not None:
            heapq.heappush(self.held_until, message.options["eta"])
        return message

    def _seconds_to_wait(self) -> float:
        """Dramatiq sends what has come due on its way after each look."""
        now = current_millis()
        is_due = False
        while self.held_until and self.held_until[0] <= now:
            heapq.heappop(self.held_until)
            is_due = True
        if is_due:
            return 0
        seconds = self.idle_seconds if self.subscription.is_listening else POLL_SECONDS
        if self.outstanding_message_count >= self.prefetch:
            seconds = FULL_SECONDS
        if self.held_until:
            seconds = min(seconds, (self.held_until[0] - now) / 1000)
        return seconds
