"""What /proc says about the processes of the arena."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Process:
    """One running process, as /proc/PID/stat shows it."""

    pid: int
    state: str
    parent: int
    session: int
    memory_bytes: int


def running() -> Iterator[Process]:
    """Every process of the machine that is no zombie."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (process := _read(folder)) is not None:
            yield process


def _read(folder: Path) -> Process | None:
    try:
        stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:  # it has ended meanwhile
        return None
    state, parent, _, session, *rest = stat.rpartition(")")[2].split()
    memory_bytes = int(rest[17]) * PAGE_BYTES
    if state == "Z":
        return None
    return Process(int(folder.name), state, int(parent), int(session), memory_bytes)


def children(pid: int) -> list[int]:
    """The ids of a process's own children."""
    return [process.pid for process in running() if process.parent == pid]


def family(pid: int) -> list[int]:
    """A process and all that descend from it."""
    everybody = list(running())
    found = [pid]
    for one in found:
        found += [process.pid for process in everybody if process.parent == one]
    return found


def memory_of_sessions(sessions: set[int]) -> int:
    """The resident bytes of everything that runs in these sessions."""
    return sum(process.memory_bytes for process in running() if process.session in sessions)


def send(pids: list[int], number: signal.Signals) -> None:
    """Signal processes, some of which may just have ended."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def freeze(pid: int | None) -> None:
    """Stop a process and its own where they stand: connections stay, and nothing is answered."""
    if pid is not None:
        send(family(pid), signal.SIGSTOP)


def thaw(pid: int | None) -> None:
    """Let what was frozen go on."""
    if pid is not None:
        send(family(pid), signal.SIGCONT)
