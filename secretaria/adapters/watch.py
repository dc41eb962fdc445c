"""A watch over something that changes: one look for all who watch, a stream of events for each."""

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR
from typing import Any

import gevent
import structlog
from gevent.event import Event
from gevent.monkey import get_original

from secretaria.adapters.watched_body import is_gone

log = structlog.get_logger(__name__)
_LINE_END = re.compile(r"\r\n|\r|\n")
RECONNECT = b"retry: 2000\n\n"
HEARTBEAT = b": \n\n"

Parts = Mapping[str, str]
"""What there is to see, each part under the name of its event."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to look, how long to be silent, to live and to write, and how many may watch."""

    look_seconds: float = 2.0
    silence_seconds: float = 14.0
    life_seconds: float = 300.0
    write_seconds: float = 10.0
    most_streams: int = 20


@dataclass(slots=True)
class Watch:
    """Looks while anybody watches, in a greenlet of its own; a look that fails shows nothing new.

    `stopping`: set when the process is to stop, which ends every stream.
    """

    look: Callable[[], Parts]
    stopping: Event
    patience: Patience = field(default_factory=Patience)
    parts: Parts = field(default_factory=dict, init=False)
    _streams: "set[Stream]" = field(default_factory=set, init=False)
    _greenlet: gevent.Greenlet | None = field(default=None, init=False)

    def open(self, socket: Any, *, seconds_left: float) -> "Stream | None":
        """A stream of what changes; None when there are too many.

        It says `end` when the time of whoever watches is over, in so many seconds.
        """
        if len(self._streams) >= self.patience.most_streams:
            return None
        stream = Stream(self, socket, time.monotonic() + seconds_left)
        self._streams.add(stream)
        if self._greenlet is None or self._greenlet.dead:
            self._greenlet = gevent.spawn(self._run)
        return stream

    def forget(self, stream: "Stream") -> None:
        """Somebody does not watch any more."""
        self._streams.discard(stream)

    def _run(self) -> None:
        while self._streams and not self.stopping.is_set():
            self._look()
            for stream in list(self._streams):
                stream.wake()
                stream.cut(self.patience.write_seconds)
            self.stopping.wait(self.patience.look_seconds)
        for stream in list(self._streams):
            stream.cut(0)

    def _look(self) -> None:
        try:
            self.parts = self.look()
        except Exception:
            log.exception("watch.failed")


@dataclass(slots=True, eq=False)
class Stream:
    """One viewer's answer: what a WSGI server iterates over, and closes."""

    watch: Watch
    socket: Any
    over_at: float
    """By the monotonic clock."""
    _told: dict[str, str] = field(default_factory=dict, init=False)
    _news: Event = field(default_factory=Event, init=False)
    _writing_since: float | None = field(default=None, init=False)

    def __iter__(self) -> Iterator[bytes]:
        """Events as the protocol writes them; each is in the network before the next is asked."""
        for chunk in self._chunks():
            self._writing_since = time.monotonic()
            yield chunk
            self._writing_since = None

    def _chunks(self) -> Iterator[bytes]:
        yield RECONNECT
        ends_at = min(time.monotonic() + self.watch.patience.life_seconds, self.over_at)
        spoken_at = time.monotonic()
        while not self._is_over(ends_at):
            chunk = self._changes() or self._heartbeat(spoken_at)
            if chunk:
                spoken_at = time.monotonic()
                yield chunk
            self._wait(min(ends_at, spoken_at + self.watch.patience.silence_seconds))
        if time.monotonic() >= self.over_at:
            yield event("end", "")

    def _is_over(self, ends_at: float) -> bool:
        is_late = time.monotonic() >= ends_at
        return is_late or self.watch.stopping.is_set() or is_gone(self.socket)

    def _changes(self) -> bytes:
        new = {name: it for name, it in self.watch.parts.items() if self._told.get(name) != it}
        self._told |= new
        return b"".join(event(name, fragment) for name, fragment in new.items())

    def _heartbeat(self, spoken_at: float) -> bytes:
        """Something to say, lest a router cuts a connection on which nothing moves."""
        is_due = time.monotonic() - spoken_at >= self.watch.patience.silence_seconds
        return HEARTBEAT if is_due else b""

    def _wait(self, until: float) -> None:
        seconds = max(until - time.monotonic(), 0)
        gevent.wait([self._news, self.watch.stopping], seconds, count=1)
        self._news.clear()

    def wake(self) -> None:
        """Have the stream look at what there is."""
        self._news.set()

    def cut(self, longest_seconds: float) -> None:
        """Break the connection if its other end has taken nothing for so long."""
        since = self._writing_since
        if since is not None and time.monotonic() - since >= longest_seconds:
            _break(self.socket)

    def close(self) -> None:
        """Give the place to somebody else."""
        self.watch.forget(self)


def _break(socket: Any) -> None:
    """Shut a connection as if its other end had: whoever writes to it finds it broken.

    (The plain `shutdown` of the system: gevent's own calls the connection a closed file.)
    """
    with suppress(OSError), get_original("socket", "socket")(fileno=os.dup(socket.fileno())) as it:
        it.shutdown(SHUT_RDWR)


def event(name: str, data: str) -> bytes:
    """An event on the wire: each line of its data is announced, whatever ends it."""
    lines = "".join(f"data: {line}\n" for line in _LINE_END.split(data))
    return f"event: {name}\n{lines}\n".encode()
