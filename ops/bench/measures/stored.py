"""B5: webhooks and turns with a long history of others in the database, beside none."""

from ops.bench.figures import Row, Said, Series, at_least
from ops.bench.filling import fill
from ops.bench.measure import Bench
from ops.bench.measures import turns, webhooks
from ops.bench.scale import Scale
from ops.bench.web import Web

EMPTY, FULL = "empty", "full"
MESSAGES = 10
"""In each conversation, of those who write as well: only everybody else's are there or not."""
WITHIN = 0.9


def steps(scale: Scale) -> int:
    """Filling, and both kinds of rounds on both databases."""
    return 2 + 2 * (scale.rounds + 1) + 2 * scale.turn_rounds


def measure(bench: Bench) -> None:
    """B5."""
    arena, scale = bench.arena, bench.scale
    writers = max(scale.contacts, scale.conversations * scale.turn_rounds)
    stored = max(scale.stored_conversations, writers)
    for name, contacts in ((EMPTY, writers), (FULL, stored)):
        bench.tell(f"enche o banco: {contacts * MESSAGES} mensagens")
        fill(arena.service(name).database_url, contacts=contacts, messages=MESSAGES)
    with arena.ours(database=EMPTY) as empty, arena.ours(database=FULL) as full:
        turns_of = _turns(bench, empty, full)
        webhooks_of = _webhooks(bench, empty, full)
    much = Said(
        f"com {stored * MESSAGES} mensagens guardadas", f"with {stored * MESSAGES} messages stored"
    )
    for what, found in (
        (Said("webhooks aceitos", "accepted webhooks"), webhooks_of),
        (Said("vezes por segundo", "turns a second"), turns_of),
    ):
        words = Said(f"{what.portuguese}, {much.portuguese}", f"{what.english}, {much.english}")
        row = Row("B5", words, found[FULL], at_least(WITHIN), EMPTY, found[EMPTY])
        bench.findings.rows.append(row)


def _turns(bench: Bench, empty: Web, full: Web) -> dict[str, Series]:
    """Before the webhooks, which leave messages that nobody has answered."""
    found: dict[str, list[turns.Turns]] = {EMPTY: [], FULL: []}
    for one in range(bench.scale.turn_rounds):
        first = one * bench.scale.conversations
        for name, web in ((EMPTY, empty), (FULL, full)):
            found[name].append(turns.play_turns(bench, web, first_contact=first, database=name))
    return {name: turns.per_second(results) for name, results in found.items()}


def _webhooks(bench: Bench, empty: Web, full: Web) -> dict[str, Series]:
    scale, webs = bench.scale, (empty, full)
    for web in webs:
        webhooks.warm_up(bench, web)
    found = webhooks.rounds(
        bench, webs, connections=webhooks.MANY, count=scale.rounds, seconds=scale.seconds
    )
    return {
        name: webhooks.per_second(results)
        for name, results in zip((EMPTY, FULL), found, strict=True)
    }
