"""What /proc says about the processes that a rig has started: who is there, and what they use."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
KIBIBYTE = 1024
IDLE, WAITING = 3, 4
"""Where they stand in the first line of /proc/stat."""


@dataclass(frozen=True, slots=True)
class Process:
    """One running process, as /proc/PID/stat shows it.

    `cpu_seconds` is its own time and that of its children which have ended.
    """

    pid: int
    state: str
    parent: int
    session: int
    memory_bytes: int
    cpu_seconds: float


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
    cpu_seconds = sum(map(int, rest[7:11])) / TICKS
    if state == "Z":
        return None
    return Process(int(folder.name), state, int(parent), int(session), memory_bytes, cpu_seconds)


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


def cpu_seconds(pids: list[int]) -> float:
    """The processor time that these processes, and all that descend from them, have used so far."""
    families = {one for pid in pids for one in family(pid)}
    return sum(process.cpu_seconds for process in running() if process.pid in families)


def busy_seconds() -> float:
    """The time that all processors of the machine together were not idle, since it started."""
    words = Path("/proc/stat").read_text(encoding="utf-8").split(maxsplit=9)[1:9]
    ticks = list(map(int, words))
    return (sum(ticks) - ticks[IDLE] - ticks[WAITING]) / TICKS


def memory_of_sessions(sessions: set[int]) -> int:
    """The resident bytes of everything that runs in these sessions."""
    return sum(process.memory_bytes for process in running() if process.session in sessions)


def resident_bytes(pid: int) -> int:
    """What a process holds in memory now."""
    return _status_bytes(pid, "VmRSS")


def peak_bytes(pid: int) -> int:
    """The most that a process has ever held in memory."""
    return _status_bytes(pid, "VmHWM")


def _status_bytes(pid: int, name: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    found = re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * KIBIBYTE if found else 0


def mapped_files(pid: int) -> set[str]:
    """The files that a process has mapped, such as the libraries it has loaded."""
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8", errors="replace")
    return {line.split(maxsplit=5)[5] for line in maps.splitlines() if line.count("/")}


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
