"""13: a model that answers in every broken way."""

from ops.chaos.scenario import Run, scenario
from secretaria.playground.faults import Fault

LONG_WORDS = "x" * 80
"""Half of the answer is cut off by `max_tokens`: the mark must stand in the other half."""

PASSING = (
    Fault("hang"),
    Fault("drip", seconds=0.2),
    Fault("html"),
    Fault("truncated"),
    Fault("reset"),
    Fault("status", status=500),
    Fault("status", status=503),
)
LASTING = (
    Fault("safety"),
    Fault("blocked"),
    Fault("empty"),
    Fault("no_candidates"),
    Fault("max_tokens"),
    Fault("max_tokens_empty"),
    Fault("unknown_finish"),
    Fault("error_text"),
    Fault("status", status=400),
)
ERROR_SIGNS = ("Traceback", "<html", "Error", "{", "RESOURCE_EXHAUSTED")
HONEST_KINDS = {"reply", "holding", "fallback", "handover", "refusal"}


@scenario(
    13,
    "um modelo que trava, goteja, responde HTML, JSON cortado, SAFETY, nada",
    quick={"times": 1},
    full={"times": 2},
)
def break_the_model(run: Run, *, times: int) -> None:
    """Every message ends in one honest sentence, and never in an error's text."""
    outcomes = {}
    for fault in (*PASSING, *LASTING) * times:
        run.arena.gemini.plan(fault)
        written = run.driver.write(run.driver.new_number(), LONG_WORDS)
        run.settle()
        name = fault.kind if fault.kind != "status" else f"status {fault.status}"
        outcomes[name] = _kinds_of_replies(run, written.number)
        run.expect(bool(outcomes[name]), f"{name}: o cliente ouve alguma coisa", written.mark)
        run.expect(
            len(outcomes[name]) == 1 or outcomes[name][0] == "holding",
            f"{name}: uma frase só, e não {outcomes[name]}",
            written.mark,
        )
    for name, kinds in outcomes.items():
        run.report(name, " + ".join(kinds))
        if name in {fault.kind for fault in PASSING}:
            run.expect(kinds[-1] == "reply", f"{name} passa, e a resposta vem depois")
    bodies = [sending.body for sending in run.arena.whaticket.ledger.sendings]
    leaked = [body for body in bodies if any(sign in body for sign in ERROR_SIGNS)]
    run.expect(not leaked, f"nenhum texto de erro chega ao cliente: {leaked[:1]}")


def _kinds_of_replies(run: Run, number: str) -> list[str]:
    query = (
        "SELECT kind FROM messages JOIN conversations ON conversations.id = conversation_id"
        " JOIN contacts ON contacts.id = contact_id"
        " WHERE direction = 'outbound' AND number = %s ORDER BY messages.id"
    )
    return [kind for (kind,) in run.arena.truth.ask(query, number)]
