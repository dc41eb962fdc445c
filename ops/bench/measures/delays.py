"""B4: what the service adds between its 202 and the send, beside the model's own second."""

import random
from collections.abc import Sequence

from ops.bench.figures import Row, Said, Target, at_most, series
from ops.bench.filling import fill
from ops.bench.generator import Unmeasurable
from ops.bench.load.plan import Plan
from ops.bench.measure import Bench
from ops.bench.scale import KNOWN_MESSAGES, MODEL_SECONDS, Scale
from ops.bench.web import Web
from ops.quantiles import quantile

MESSAGES_PER_SECOND = 50
LONE_PAUSE_SECONDS = (2.0, 3.5)
"""Longer than a turn: the system has come to rest, at another moment of its clocks each time."""
SETTLE_SECONDS = 60.0
FIRST_MESSAGES = 2
"""Not counted: a process that has just started loads and connects at its first turn."""
MIDDLE, SLOWEST = 0.5, 0.99


def steps(scale: Scale) -> int:
    """One for each stream, and one for the lone messages."""
    return scale.stream_rounds + 1


def measure(bench: Bench) -> None:
    """B4."""
    scale = bench.scale
    streamed = max(int(MESSAGES_PER_SECOND * scale.stream_seconds), 1)
    service = bench.arena.service()
    contacts = streamed * scale.stream_rounds + scale.lone_messages + FIRST_MESSAGES
    fill(service.database_url, contacts=contacts, messages=KNOWN_MESSAGES)
    bench.arena.forget_bells()
    with bench.arena.ours() as web, service.worker():
        added_seconds(bench, web, (LONE_PAUSE_SECONDS[0],) * FIRST_MESSAGES, 0)
        lone = [_lone(bench, web, FIRST_MESSAGES)]
        known = FIRST_MESSAGES + scale.lone_messages
        streams = [
            _stream(bench, web, streamed, known + one * streamed)
            for one in range(scale.stream_rounds)
        ]
    stream = Said(
        f"{MESSAGES_PER_SECOND} mensagens por segundo", f"{MESSAGES_PER_SECOND} messages a second"
    )
    alone_words = Said(
        f"uma mensagem só, {scale.lone_messages} vezes",
        f"a lone message, {scale.lone_messages} times",
    )
    bench.findings.rows += _rows(stream, streams) + _rows(alone_words, lone)


def _rows(what: Said, rounds: Sequence[Sequence[float]]) -> list[Row]:
    return [
        _row(what, "p50", rounds, MIDDLE, at_most(5, "%")),
        _row(what, "p99", rounds, SLOWEST, at_most(25, "%")),
    ]


def _row(
    what: Said, name: str, rounds: Sequence[Sequence[float]], share: float, target: Target
) -> Row:
    words = Said(
        f"acrescentado ao segundo do modelo, {name}, {what.portuguese}",
        f"added to the model's second, {name}, {what.english}",
    )
    found = [quantile(sorted(added), share) / MODEL_SECONDS * 100 for added in rounds]
    return Row("B4", words, series(found, "%"), target)


def _stream(bench: Bench, web: Web, messages: int, first_contact: int) -> list[float]:
    bench.tell(f"{MESSAGES_PER_SECOND} mensagens por segundo, {messages} ao todo")
    pauses = (1 / MESSAGES_PER_SECOND,) * messages
    return added_seconds(bench, web, pauses, first_contact)


def _lone(bench: Bench, web: Web, first_contact: int) -> list[float]:
    bench.tell(f"{bench.scale.lone_messages} mensagens sozinhas")
    chance = random.Random(bench.scale.lone_messages)  # noqa: S311 - load, not secrets
    pauses = tuple(chance.uniform(*LONE_PAUSE_SECONDS) for _ in range(bench.scale.lone_messages))
    return added_seconds(bench, web, pauses, first_contact)


def added_seconds(
    bench: Bench, web: Web, pauses: tuple[float, ...], first_contact: int
) -> list[float]:
    """For each message, how long after its 202 its reply was handed over, less the model's time."""
    arena = bench.arena
    arena.forget_calls()
    accepted = arena.generator.play(
        Plan(
            port=web.port,
            messages=len(pauses),
            first=1,
            contacts=len(pauses),
            first_contact=first_contact,
            in_turn=True,
            pauses=pauses,
        )
    ).moments
    sent = dict(arena.wait_for_sends(len(pauses), seconds=SETTLE_SECONDS))
    if missing := set(accepted) - set(sent):
        raise Unmeasurable(f"{len(missing)} messages were answered to somebody else")
    return [sent[number] - at - MODEL_SECONDS for number, at in accepted.items()]
