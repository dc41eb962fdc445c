"""A road to PostgreSQL that breaks just when a commit has been handed over."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from random import Random
from typing import Any

import gevent
from gevent import socket
from gevent.server import StreamServer

from secretaria.playground.engines.process import LOOPBACK

BLOCK_BYTES = 65_536
COMMIT = b"COMMIT"


@dataclass
class CuttingProxy:
    """Passes everything on; while it is `cutting`, some commits never hear what became of them."""

    target_port: int
    chance: Random
    one_in: int
    cutting: bool = False
    cuts: int = 0

    @contextmanager
    def listening(self) -> Iterator[int]:
        """Listen on a free port while a block runs."""
        server = StreamServer((LOOPBACK, 0), self._pass)
        server.start()
        try:
            yield server.server_port
        finally:
            server.stop(timeout=0)

    def _pass(self, client: Any, _address: Any) -> None:
        with suppress(OSError), socket.create_connection((LOOPBACK, self.target_port)) as server:
            answers = gevent.spawn(_copy, server, client)
            try:
                self._ask(client, server)
            finally:
                answers.kill()
                client.close()

    def _ask(self, client: Any, server: Any) -> None:
        while block := client.recv(BLOCK_BYTES):
            is_cut = self.cutting and COMMIT in block and not self.chance.randrange(self.one_in)
            server.sendall(block)
            if is_cut:
                self.cuts += 1
                return


def _copy(source: Any, target: Any) -> None:
    with suppress(OSError):
        while block := source.recv(BLOCK_BYTES):
            target.sendall(block)
        target.shutdown(socket.SHUT_RDWR)
