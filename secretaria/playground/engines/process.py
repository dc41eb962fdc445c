"""What an operating system process needs to be found, ended and shown the way again."""

import itertools
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.02

# Below every system's ephemeral range: while an engine is down, no outgoing connection may take
# its port, nor may a client that keeps trying to reach it connect to itself.
_FIRST_PORTS = range(20_000, 30_000, 500)  # of each block


def wait_until(
    condition: Callable[[], bool], *, seconds: float, every_seconds: float = POLL_SECONDS
) -> bool:
    """Poll the condition; return whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every_seconds)
    return True


def is_free(port: int) -> bool:
    """Say whether a server could listen on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return _bound(probe, port)


def free_port() -> int:
    """Choose a free loopback port that no other process is given here, nor this one again soon.

    So those that choose at the same moment do not meet, and the port of an engine that is down
    for a while stays its own.
    """
    return next(port for port in _own_ports() if is_free(port))


@cache
def _own_ports() -> Iterator[int]:
    """Go round the ports of a block that is ours while we hold its first port.

    When every block has an owner, one is shared, in an order of our own.
    """
    chance = secrets.SystemRandom()
    with socket.socket() as claim:
        firsts = chance.sample(_FIRST_PORTS, len(_FIRST_PORTS))
        first = next((one for one in firsts if _bound(claim, one)), firsts[0])
        ports = range(first + 1, first + _FIRST_PORTS.step)
        yield from itertools.cycle(chance.sample(ports, len(ports)))


def _bound(server: socket.socket, port: int) -> bool:
    try:
        server.bind((LOOPBACK, port))
    except OSError:
        return False
    return True


def command_line(pid: int) -> str:
    """Return the command a process runs; empty when it is gone, or a zombie."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, UnicodeDecodeError):
            return ""
    listing = subprocess.run(  # noqa: S603 - fixed program, its argument is a number
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listing.stdout


def end_stranger(pid: int, *, marker: str, polite: signal.Signals, seconds: float) -> None:
    """End a process that is not our child, if its command line still carries the marker."""

    def gone() -> bool:
        return marker not in command_line(pid)

    for number in (polite, signal.SIGKILL):
        if gone():
            return
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        wait_until(gone, seconds=seconds)
