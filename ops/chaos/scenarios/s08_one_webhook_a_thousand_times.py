"""8: one webhook is delivered again and again; the same words come with different ids."""

from collections import Counter

import gevent
import requests

from ops.chaos.driver import payload_of
from ops.chaos.scenario import Run, scenario
from ops.chaos.webhook import post, sign_payload
from secretaria.playground.whaticket.phone import text_payload

MOST_SECONDS = 1.0


@scenario(
    8,
    "um webhook mil vezes; o mesmo texto com ids diferentes",
    quick={"times": 100, "connections": 20, "same_words": 4},
    full={"times": 1000, "connections": 50, "same_words": 20},
)
def repeat_one_webhook(run: Run, *, times: int, connections: int, same_words: int) -> None:
    """Send one request over many connections at once, half of them with a new signature."""
    written = run.driver.compose(run.driver.new_number())
    captured = sign_payload(payload_of(written))

    def repeat(connection: int) -> None:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the machine does not know our loopback
            for _ in range(times // connections):
                is_captured = connection % 2 == 0
                request = captured if is_captured else sign_payload(payload_of(written))
                run.driver.post(written, request, session)

    repeating = [gevent.spawn(repeat, connection) for connection in range(connections)]
    gevent.joinall(repeating, raise_error=True)
    statuses = Counter(answer.status for answer in written.answers)
    run.report("respostas", dict(statuses))
    run.latencies(most_seconds=MOST_SECONDS)
    run.expect(statuses[202] == 1, "de mil pedidos iguais um só é aceito")
    run.expect(set(statuses) <= {200, 202}, "os outros são duplicados")
    _say_the_same_again(run, same_words)


def _say_the_same_again(run: Run, same_words: int) -> None:
    """The same words are another message when their id is another."""
    number = run.driver.new_number()
    for position in range(same_words):
        payload = text_payload(
            number, "bom dia", name="Cliente", provider_id=f"MESMO{position}", sent_at=1e9
        )
        answer = post(run.driver.url, sign_payload(payload))
        run.expect(answer.status == 202, "o mesmo texto com outro id é outra mensagem")  # noqa: PLR2004 - HTTP
    run.settle()
    query = (
        "SELECT messages.state, count(*) FROM messages"
        " JOIN conversations ON conversations.id = conversation_id"
        " JOIN contacts ON contacts.id = contact_id"
        " WHERE direction = 'inbound' AND number = %s GROUP BY 1"
    )
    states = dict(run.arena.truth.ask(query, number))
    run.expect(states == {"answered": same_words}, "cada uma das iguais é respondida")
