"""B3: turns a second of one worker process, beside one RQ worker; and its memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import redis
from rq import Queue

from ops import processes
from ops.bench.arena import Arena
from ops.bench.figures import Row, Said, Series, at_least, at_most, series
from ops.bench.filling import fill
from ops.bench.load.messages import number_of
from ops.bench.load.plan import Plan
from ops.bench.measure import Bench
from ops.bench.scale import KNOWN_MESSAGES, WORKER_THREADS, Scale
from ops.bench.usage import Usage, watch
from ops.bench.web import Web

JOB = "ops.bench.peers.turn.answer"
MEBIBYTE = 1 << 20
LONGEST_SECONDS = 180.0
POSTING_CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Turns:
    """One round: how many turns a second, the greatest process's peak, and who used what."""

    per_second: float
    peak_bytes: int
    usage: Usage


def steps(scale: Scale) -> int:
    """One for each round, and one for RQ's."""
    return scale.turn_rounds + 1


def measure(bench: Bench) -> None:
    """B3."""
    peer = rq_turns(bench)
    fill(
        bench.arena.service().database_url,
        contacts=bench.scale.conversations * bench.scale.turn_rounds,
        messages=KNOWN_MESSAGES,
    )
    with bench.arena.ours() as web:
        found = [
            play_turns(bench, web, first_contact=one * bench.scale.conversations)
            for one in range(bench.scale.turn_rounds)
        ]
    bench.findings.rows += _rows(found, peer)


def _rows(found: Sequence[Turns], peer: Series) -> list[Row]:
    what = Said("vezes por segundo, um processo", "turns a second, one process")
    memory = Said("pico de memória do processo", "the process's peak of memory")
    greenlets = Said("greenlets (WORKER_THREADS)", "greenlets (WORKER_THREADS)")
    limits = found[len(found) // 2].usage.limit("worker", 1)
    peak = series([turns.peak_bytes / MEBIBYTE for turns in found], "MiB")
    return [
        Row("B3", what, per_second(found), at_least(80), "rq-worker", peer, limits),
        Row("B3", memory, peak, at_most(200, "MiB")),
        Row("B3", greenlets, series([WORKER_THREADS])),
    ]


def per_second(found: Sequence[Turns]) -> Series:
    """The turns a second of the rounds."""
    return series([turns.per_second for turns in found], "/s")


def play_turns(
    bench: Bench, web: Web, *, first_contact: int, database: str = "secretaria", count: int = 1
) -> Turns:
    """Let conversations write, then start a worker and time it, from its first call to its last.

    The messages wait when it starts, so that no web process and no load takes a core from it. The
    time in which the first answers are thought of counts.
    """
    arena, conversations = bench.arena, bench.scale.conversations
    bench.tell(f"{database}, {conversations} conversas, {count} worker")
    arena.forget_calls()
    arena.forget_bells()
    arena.generator.play(
        Plan(
            port=web.port,
            messages=conversations,
            first=1,
            contacts=conversations,
            first_contact=first_contact,
            connections=POSTING_CONNECTIONS,
            in_turn=True,
        )
    )
    with arena.service(database).worker(count) as worker:
        meter = watch(arena.pids() | {"worker": worker.pid})
        sends = arena.wait_for_sends(conversations, seconds=LONGEST_SECONDS)
        begun = min(at for _, at in arena.calls("gemini"))
        seconds = max(at for _, at in sends) - begun
        usage = meter.read(seconds)
        peak = max(map(processes.peak_bytes, worker.serving()))
    return Turns(len(sends) / seconds, peak, usage)


def rq_turns(bench: Bench) -> Series:
    """Turns a second of an RQ worker: one for each pause between its sends."""
    arena, jobs = bench.arena, bench.scale.jobs
    bench.tell(f"rq-worker, {jobs} vezes")
    arena.forget_calls()
    _enqueue(arena, jobs)
    with arena.rq_worker():
        sends = sorted(at for _, at in arena.wait_for_sends(jobs, seconds=LONGEST_SECONDS))
    return series([1 / (later - earlier) for earlier, later in pairwise(sends)], "/s")


def _enqueue(arena: Arena, jobs: int) -> None:
    with redis.Redis.from_url(arena.flask_redis_url) as connection:
        queue = Queue(connection=connection)
        for one in range(jobs):
            queue.enqueue(JOB, number_of(one), "Quanto custa a consulta?", result_ttl=0)
