"""Reading a request's body: never more than is allowed, never longer than is allowed."""

from dataclasses import dataclass
from typing import Protocol

import gevent

from secretaria.errors import Rejected

CHUNK_BYTES = 65_536


class Stream(Protocol):
    """What a WSGI server hands out as `wsgi.input`."""

    def read(self, size: int) -> bytes:
        """At most that many bytes; none at the end."""


@dataclass(frozen=True, slots=True)
class BodyReader:
    """Reads whole bodies within a limit of bytes and of seconds."""

    longest_bytes: int
    longest_seconds: float

    def __call__(self, stream: Stream, length: int | None) -> bytes:
        """Read the body of a request that announced so many bytes.

        Raises `Rejected`: 411 without a length (also chunked), 413 for too many bytes, 408 when
        they do not come in time or the client goes away before.
        """
        if length is None:
            raise Rejected(411, "length_required")
        if length > self.longest_bytes:
            raise Rejected(413, "too_large")
        limit = gevent.Timeout.start_new(self.longest_seconds)
        try:
            return _read(stream, length)
        except gevent.Timeout as timeout:
            if timeout is not limit:
                raise
            raise Rejected(408, "timeout") from None
        finally:
            limit.close()


def _read(stream: Stream, length: int) -> bytes:
    body = bytearray()
    while len(body) < length:
        chunk = stream.read(min(CHUNK_BYTES, length - len(body)))
        if not chunk:
            raise Rejected(408, "timeout")
        body += chunk
    return bytes(body)
