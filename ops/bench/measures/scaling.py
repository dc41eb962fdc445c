"""B7: webhooks and turns with more processes, and what limits them."""

from ops.bench.figures import Row, Said
from ops.bench.filling import fill
from ops.bench.measure import Bench
from ops.bench.measures import turns, webhooks
from ops.bench.scale import KNOWN_MESSAGES, Scale
from ops.bench.web import Web


def steps(scale: Scale) -> int:
    """For each number of processes: a warm-up and rounds of three servers, rounds of turns."""
    of_webhooks = webhooks.SERVERS * (1 + scale.process_rounds)
    return len(scale.processes) * (of_webhooks + scale.process_rounds)


def measure(bench: Bench) -> None:
    """B7: on a fresh database each, since webhooks leave messages that nobody has answered."""
    scale = bench.scale
    rounds = scale.process_rounds * len(scale.processes)
    contacts = max(scale.contacts, scale.conversations * rounds)
    _fill(bench, contacts)
    for count in scale.processes:
        _webhooks(bench, count)
    _fill(bench, contacts)
    _turns_of_each(bench)


def _fill(bench: Bench, contacts: int) -> None:
    fill(bench.arena.service().database_url, contacts=contacts, messages=KNOWN_MESSAGES)


def _turns_of_each(bench: Bench) -> None:
    scale = bench.scale
    with bench.arena.ours() as web:
        alone = _turns(bench, web, 0, scale.processes[0])
        for at, count in enumerate(scale.processes):
            found = alone if at == 0 else _turns(bench, web, at, count)
            words = Said(
                f"vezes por segundo, WORKER_PROCESSES={count}",
                f"turns a second, WORKER_PROCESSES={count}",
            )
            limit = found[len(found) // 2].usage.limit("worker", count)
            row = Row(
                "B7", words, turns.per_second(found), None, "1", turns.per_second(alone), limit
            )
            bench.findings.rows.append(row)


def _turns(bench: Bench, web: Web, at: int, count: int) -> list[turns.Turns]:
    scale = bench.scale
    first = at * scale.process_rounds
    return [
        turns.play_turns(bench, web, first_contact=(first + one) * scale.conversations, count=count)
        for one in range(scale.process_rounds)
    ]


def _webhooks(bench: Bench, count: int) -> None:
    arena, scale = bench.arena, bench.scale
    with arena.ceiling(count) as ceiling, arena.ours(count) as ours, arena.flask_rq(count) as flask:
        everybody = (ceiling, ours, flask)
        for web in everybody:
            webhooks.warm_up(bench, web)
        found = webhooks.rounds(
            bench,
            everybody,
            connections=webhooks.MANY,
            count=scale.process_rounds,
            seconds=scale.seconds,
        )
    ceilings, own, flasks = found
    what = Said(
        f"webhooks aceitos, WEB_CONCURRENCY={count}", f"accepted webhooks, WEB_CONCURRENCY={count}"
    )
    rate = webhooks.per_second(own)
    bench.findings.rows += [
        Row(
            "B7",
            what,
            rate,
            None,
            "ceiling",
            webhooks.per_second(ceilings),
            webhooks.limit(own, count),
        ),
        Row("B7", what, rate, None, "flask-rq", webhooks.per_second(flasks)),
    ]
