"""One keep-alive connection to a server, and the least that is needed to read its answers."""

import re
import socket

from secretaria.playground.engines.process import LOOPBACK

ACCEPTED = b"HTTP/1.1 202 "
SHOWN_BYTES = 300
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_MOST_BYTES = 65_536


class NotAccepted(Exception):
    """The server answered something else than 202, or nothing that can be understood."""


class Connection:
    """Sends a request, and tells when its answer is complete; `sent_at` is the caller's."""

    __slots__ = ("_received", "sent_at", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((LOOPBACK, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._received = b""

    def send(self, request: bytes) -> None:
        """Write a whole request."""
        self._received = b""
        self.socket.sendall(request)

    def is_answered(self) -> bool:
        """Read what has come; whether that is all of a 202. Raises `NotAccepted`."""
        part = self.socket.recv(_MOST_BYTES)
        self._received += part
        received = self._received
        head_end = received.find(b"\r\n\r\n")
        if not part or (head_end >= 0 and not received.startswith(ACCEPTED)):
            raise NotAccepted(received[:SHOWN_BYTES].decode(errors="replace") or "closed")
        if head_end < 0:
            return False
        length = _LENGTH.search(received, 0, head_end)
        if length is None:
            raise NotAccepted("an answer without a Content-Length")
        return len(received) >= head_end + 4 + int(length[1])

    def close(self) -> None:
        """Hang up."""
        self.socket.close()
