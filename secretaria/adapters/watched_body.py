"""An answer's body that tells what became of it, as far as this end of the connection can see."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from socket import MSG_PEEK
from typing import Any

from gevent.select import select

from secretaria.services.ports import Fate


def is_gone(socket: Any) -> bool:
    """Whether the client has visibly gone away: it says no more, or has broken the connection."""
    if socket is None:
        return False
    try:
        readable, _, _ = select([socket], [], [], 0)
        return bool(readable) and not socket.recv(1, MSG_PEEK)
    except (OSError, ValueError):
        return True


@dataclass(slots=True)
class WatchedBody:
    """What a WSGI server writes in one piece, and closes when it is done with it.

    `written` is what the server has handed to the network without an error, `broken` what it
    began to, `unwritten` what it did not, since nobody was there any more.
    """

    body: bytes
    socket: Any
    tell: Callable[[Fate], None]
    _fate: Fate = field(default="unwritten", init=False)
    _is_told: bool = field(default=False, init=False)

    def __iter__(self) -> Iterator[bytes]:
        """The body; whoever asks for more after it has written it."""
        if is_gone(self.socket):
            return
        self._fate = "broken"
        yield self.body
        self._fate = "written"

    def close(self) -> None:
        """Tell what became of the body, once."""
        if not self._is_told:
            self._is_told = True
            self.tell(self._fate)
