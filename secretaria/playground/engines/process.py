"""What an operating system process needs to be found, ended and shown the way again."""

import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.02

# Below every system's ephemeral range: while an engine is down, no outgoing connection may take
# its port, nor may a client that keeps trying to reach it connect to itself.
_FIRST_PORT, _PORTS = 20_000, 10_000


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
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Choose a free loopback port at random, so that neighbours rarely meet."""
    while True:
        port = _FIRST_PORT + secrets.randbelow(_PORTS)
        if is_free(port):
            return port


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
