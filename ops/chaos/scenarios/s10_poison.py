"""10: a message that kills its worker, and one that eats all its memory, among innocent turns."""

from ops.chaos.driver import Written
from ops.chaos.failpoints import crashes
from ops.chaos.scenario import Run, scenario

MOST_ATTEMPTS_ALONE = 3
MEMORY_BYTES = 1 << 30


@scenario(
    10,
    "uma mensagem que mata o worker, e uma que come a memória, entre inocentes",
    quick={"innocents": 12, "thinking_seconds": 1.0},
    full={"innocents": 60, "thinking_seconds": 3.0},
)
def poison(run: Run, *, innocents: int, thinking_seconds: float) -> None:
    """Each poison is dead after three attempts alone, and nobody else is."""
    _poison_with(run, crashes.AT_THOUGHT, innocents, thinking_seconds)
    with run.arena.sabotaged(run.arena.worker_names, memory_bytes=MEMORY_BYTES):
        _poison_with(run, crashes.ALL_MEMORY, innocents, thinking_seconds)


def _poison_with(run: Run, poison_name: str, innocents: int, thinking_seconds: float) -> None:
    run.arena.gemini.default_delay_seconds = thinking_seconds
    before = len(run.driver.written)
    ledger, number = run.arena.gemini.ledger, run.driver.new_number()
    with run.driver.chatter(innocents, pause_seconds=thinking_seconds) as numbers:
        are_in_flight = run.wait_for(lambda: ledger.in_flight >= innocents // 2)
        poisonous = run.driver.write(number, crashes.TRIGGER + poison_name)
    run.expect(are_in_flight, "há inocentes em voo quando o veneno chega")
    for one in numbers:
        run.driver.go_on(one, 1)
    # The first attempt alone waits for a lease to run out, and for the innocents before it.
    patience = 3 * run.settle_seconds
    is_dead = run.wait_for(lambda: _state(run, poisonous) == "dead", seconds=patience)
    run.expect(is_dead, f"{poison_name}: morta, e está {_state(run, poisonous)}", poisonous.mark)
    run.driver.finish()
    _expect_the_conversation_goes_on(run, number, poison_name)
    run.settle()
    _expect_innocents_answered(run, run.driver.written[before:], poisonous, poison_name)
    attempts = run.arena.deaths()[poison_name]
    run.report(f"tentativas com {poison_name}", attempts)
    # One more, shared with the others, is what tells that it must be alone from then on.
    run.expect(
        attempts <= MOST_ATTEMPTS_ALONE + 1, f"{poison_name}: no máximo três tentativas a sós"
    )


def _expect_the_conversation_goes_on(run: Run, number: str, poison_name: str) -> None:
    run.driver.write(number)
    after = run.driver.write(number)
    answered = run.wait_for(lambda: _state(run, after) == "answered")
    run.expect(answered, f"{poison_name}: a conversa continua")


def _expect_innocents_answered(
    run: Run, written: list[Written], poisonous: Written, poison_name: str
) -> None:
    states = {
        one.mark: _state(run, one) for one in written if one is not poisonous and one.is_accepted
    }
    hurt = {mark: state for mark, state in states.items() if state != "answered"}
    run.expect(not hurt, f"{poison_name}: todo inocente é respondido ({len(hurt)} não são)", *hurt)


def _state(run: Run, written: Written) -> str:
    query = "SELECT state FROM messages WHERE direction = 'inbound' AND text = %s"
    rows = run.arena.truth.ask(query, written.text)
    return str(rows[0][0]) if rows else "none"
