"""B6: from start to ready, memory at rest, and that the web process has not the model's SDK."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ops import processes
from ops.bench.figures import Row, Said, Series, at_most, series
from ops.bench.filling import fill
from ops.bench.measure import Bench
from ops.bench.scale import KNOWN_MESSAGES, Scale
from ops.bench.web import Web

REST_SECONDS = 1.0
FIRST_SECONDS = 0.3
FEW = 4
MEBIBYTE = 1 << 20
SDK_FOLDERS = ("/grpc/", "/google/")
"""Where the compiled parts lie of what google-generativeai loads with it."""


@dataclass(frozen=True, slots=True)
class Start:
    """How long one start took, what the process held at rest, and which of the SDK's files."""

    seconds: float
    resident_bytes: int
    sdk_files: int


def steps(scale: Scale) -> int:
    """Each of the three, so many times; two of them are loaded a little."""
    return 5 * scale.starts


def measure(bench: Bench) -> None:
    """B6."""
    arena = bench.arena
    fill(arena.service().database_url, contacts=bench.scale.contacts, messages=KNOWN_MESSAGES)
    ceiling, ours, worker = [], [], []
    for _ in range(bench.scale.starts):  # before the web's, which leave it something to do
        bench.tell("worker")
        with arena.service().worker() as started:
            worker.append(_at_rest(started.start_seconds, started.serving()[0]))
    for _ in range(bench.scale.starts):
        bench.tell("ceiling")
        with arena.ceiling() as web:
            ceiling.append(_after_work(bench, web))
        bench.tell("web")
        with arena.ours() as web:
            ours.append(_after_work(bench, web))
    start, memory = (
        Said("web: até responder", "web: until it answers"),
        Said("web: memória em repouso", "web: memory at rest"),
    )
    sdk = Said("web: arquivos do SDK do modelo", "web: files of the model's SDK")
    bench.findings.rows += [
        Row("B6", memory, _memory(ours), at_most(2.5), "ceiling", _memory(ceiling)),
        Row("B6", start, _seconds(ours), at_most(5), "ceiling", _seconds(ceiling)),
        Row("B6", sdk, series([one.sdk_files for one in ours]), at_most(0)),
        Row("B6", Said("worker: memória em repouso", "worker: memory at rest"), _memory(worker)),
        Row("B6", Said("worker: até trabalhar", "worker: until it works"), _seconds(worker)),
        Row(
            "B6",
            Said("worker: arquivos do SDK do modelo", "worker: files of the model's SDK"),
            series([one.sdk_files for one in worker]),
        ),
    ]


def _after_work(bench: Bench, web: Web) -> Start:
    """Look at rest after a little work, so that whatever is loaded late is there."""
    bench.load(web, connections=FEW, seconds=FIRST_SECONDS)
    return _at_rest(web.start_seconds, web.serving()[0])


def _at_rest(seconds: float, pid: int) -> Start:
    time.sleep(REST_SECONDS)
    mapped = processes.mapped_files(pid)
    sdk_files = sum(any(folder in path for folder in SDK_FOLDERS) for path in mapped)
    return Start(seconds, processes.resident_bytes(pid), sdk_files)


def _seconds(starts: Sequence[Start]) -> Series:
    return series([start.seconds for start in starts], "s")


def _memory(starts: Sequence[Start]) -> Series:
    return series([start.resident_bytes / MEBIBYTE for start in starts], "MiB")
