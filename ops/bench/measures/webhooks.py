"""B1: accepted webhooks a second. B2: their latency, and the curve of latency against load."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ops.bench.figures import Point, Row, Said, Series, at_least, at_most, series
from ops.bench.filling import fill
from ops.bench.load.plan import Plan
from ops.bench.measure import Bench, Loaded
from ops.bench.scale import KNOWN_MESSAGES, Scale
from ops.bench.web import OURS, Web

MANY, FEW = 32, 4
CURVE = (1, 2, 4, 8, 16, 32, 64)
WARM_UP_SECONDS = 1.0
NEW_CONTACTS_FROM = 50_000_000
MOST_NEW_PER_SECOND = 3_000
SERVERS = 3
MILLISECONDS = 1000


def throughput_steps(scale: Scale) -> int:
    """One for each round, the warm-up, and the new contacts' one."""
    return SERVERS * (scale.rounds + 1) + 1


def latency_steps(scale: Scale) -> int:
    """One for each round, the warm-up, and each point of the curve."""
    return SERVERS * (scale.rounds + 1 + len(CURVE) * scale.curve_rounds)


@contextmanager
def servers(bench: Bench) -> Iterator[Sequence[Web]]:
    """The ceiling, the service and flask-rq, one process each, all warm; one at a time is used."""
    arena = bench.arena
    fill(arena.service().database_url, contacts=bench.scale.contacts, messages=KNOWN_MESSAGES)
    with arena.ceiling() as ceiling, arena.ours() as ours, arena.flask_rq() as flask:
        everybody = (ceiling, ours, flask)
        for web in everybody:
            warm_up(bench, web)
        yield everybody


def warm_up(bench: Bench, web: Web) -> None:
    """A round that does not count: connections are opened, caches filled, processes booted."""
    bench.load(web, connections=MANY, seconds=min(WARM_UP_SECONDS, bench.scale.seconds))


def limit(found: Sequence[Loaded], count: int) -> Said:
    """What limits so many web processes, as one of the rounds says."""
    return found[len(found) // 2].usage.limit("web", count)


def rounds(
    bench: Bench, webs: Sequence[Web], *, connections: int, count: int, seconds: float
) -> list[list[Loaded]]:
    """So many rounds of each, in turns: what disturbs the machine disturbs them all."""
    found: list[list[Loaded]] = [[] for _ in webs]
    for _ in range(count):
        for web, results in zip(webs, found, strict=True):
            results.append(bench.load(web, connections=connections, seconds=seconds))
    return found


def per_second(results: Sequence[Loaded]) -> Series:
    """The accepted messages a second."""
    return series([one.result.per_second for one in results], "/s")


def p50(results: Sequence[Loaded]) -> Series:
    """The middle of the latencies."""
    return series([one.result.p50 * MILLISECONDS for one in results], "ms")


def p99(results: Sequence[Loaded]) -> Series:
    """The latency that one in a hundred exceeds."""
    return series([one.result.p99 * MILLISECONDS for one in results], "ms")


def measure_throughput(bench: Bench) -> None:
    """B1."""
    scale = bench.scale
    with servers(bench) as everybody:
        ceiling, ours, flask = rounds(
            bench, everybody, connections=MANY, count=scale.rounds, seconds=scale.seconds
        )
        new = _new_contacts(bench, everybody[1])
    accepted = Said("webhooks aceitos, 32 conexões", "accepted webhooks, 32 connections")
    slowest = Said("p99, 32 conexões", "p99, 32 connections")
    first = Said("idem, a primeira mensagem de cada um", "the same, everybody's first message")
    rate, slow = per_second(ours), p99(ours)
    bench.findings.rows += [
        Row(
            "B1",
            accepted,
            rate,
            at_least(0.35),
            "ceiling",
            per_second(ceiling),
            limit(ours, 1),
        ),
        Row("B1", accepted, rate, at_least(1.75), "flask-rq", per_second(flask)),
        Row("B1", slowest, slow, at_most(1), "flask-rq", p99(flask)),
        Row("B1", first, per_second([new])),
    ]


def _new_contacts(bench: Bench, ours: Web) -> Loaded:
    """A round in which nobody has written before: each makes a contact and a conversation."""
    count = int(bench.scale.seconds * MOST_NEW_PER_SECOND)
    return bench.play(
        ours,
        Plan(
            port=ours.port,
            messages=count,
            first=1,
            contacts=count,
            first_contact=NEW_CONTACTS_FROM,
            connections=MANY,
            seconds=bench.scale.seconds,
            in_turn=True,
        ),
    )


def measure_latency(bench: Bench) -> None:
    """B2, and the curve."""
    scale = bench.scale
    with servers(bench) as everybody:
        ceiling, ours, flask = rounds(
            bench, everybody, connections=FEW, count=scale.rounds, seconds=scale.seconds
        )
        for connections in CURVE:
            found = rounds(
                bench,
                everybody,
                connections=connections,
                count=scale.curve_rounds,
                seconds=scale.curve_seconds,
            )
            bench.findings.curve += [
                Point(web.name, connections, per_second(results), p50(results), p99(results))
                for web, results in zip(everybody, found, strict=True)
            ]
    middle = Said("p50, 4 conexões", "p50, 4 connections")
    bench.findings.rows += [
        Row("B2", middle, p50(ours), at_most(8), "ceiling", p50(ceiling)),
        Row("B2", middle, p50(ours), at_most(1), "flask-rq", p50(flask)),
        _lone(bench.findings.curve),
    ]


def _lone(curve: Sequence[Point]) -> Row:
    """A request without company: one that waited for a batch to fill would take longer."""
    at = {point.connections: point.p50 for point in curve if point.name == OURS}
    what = Said(
        "p50, 1 conexão: ninguém espera por um lote", "p50, 1 connection: no wait for a batch"
    )
    return Row("B2", what, at[1], at_most(1), f"{FEW} conn.", at[FEW])
