"""A subscription to a Redis channel, by which whoever waits in this process is told to look."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

import redis
import structlog

from secretaria.adapters.redis_client import RedisError

log = structlog.get_logger(__name__)
SILENCE_SECONDS = 5.0
"""After so long without a word Redis is asked whether it is there, and has as long to say so."""
PAUSE_SECONDS = 1.0


@dataclass(slots=True)
class Subscription:
    """Sets the event of whatever name is published; one connection and one thread for all."""

    client: redis.Redis
    channel: str
    is_listening: bool = field(default=False, init=False)
    """Whether Redis tells: else everybody has to ask."""
    _events: dict[str, threading.Event] = field(default_factory=dict, init=False)
    _thread: threading.Thread | None = field(default=None, init=False)

    def event_of(self, name: str) -> threading.Event:
        """What is set when the name is published."""
        return self._events.setdefault(name, threading.Event())

    def start(self) -> None:
        """Begin to listen, for the life of the process."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self.channel, daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                with self.client.pubsub() as subscription:  # type: ignore[no-untyped-call] # redis-py's
                    subscription.subscribe(self.channel)
                    self._listen(subscription)
            except RedisError as error:
                log.warning("subscription.broken", channel=self.channel, error=type(error).__name__)
            except Exception:
                log.exception("subscription.failed", channel=self.channel)
            self._note(is_listening=False)
            time.sleep(PAUSE_SECONDS)

    def _listen(self, subscription: Any) -> None:
        """Pass on what is said, until the connection is silent although it was asked."""
        is_asked = False
        while True:
            message = subscription.get_message(timeout=SILENCE_SECONDS)
            if message is not None:
                is_asked = False
                self._hear(message)
            elif is_asked:
                raise redis.TimeoutError
            else:
                is_asked = True
                subscription.ping()

    def _hear(self, message: dict[str, Any]) -> None:
        """Anything may have been said before a subscription stood, the first one or a new one."""
        if message["type"] == "subscribe":
            self._note(is_listening=True)
        elif message["type"] == "message":
            self.event_of(message["data"].decode("utf-8", "replace")).set()

    def _note(self, *, is_listening: bool) -> None:
        """Let everybody look once: they have missed something, or must ask from now on."""
        self.is_listening = is_listening
        for event in list(self._events.values()):
            event.set()
