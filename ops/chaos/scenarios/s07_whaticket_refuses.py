"""7: Whaticket refuses, each time for another reason."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import gevent

from ops.chaos import outages
from ops.chaos.scenario import Run, scenario
from secretaria.playground.faults import Fault

TOLD_SECONDS = 4
TEN_MINUTES = 600
NOT_ON_WHATSAPP = {"error": "ERR_CHECK_NUMBER"}
DISCONNECTED = {"error": "ERR_WAPP_NOT_INITIALIZED"}

BY_STATUS: Mapping[str, Fault] = {
    "401": Fault("status", status=401, times=3),
    "402": Fault("status", status=402, times=3),
    "403": Fault("status", status=403, times=3),
    "404 sem rota": Fault("status", status=404, times=3, body={"error": "Not found"}),
    "429": Fault("status", status=429, times=3, retry_after=TOLD_SECONDS),
    "503": Fault("status", status=503, times=3),
    "400 ERR_WAPP_NOT_INITIALIZED": Fault("status", status=400, times=3, body=DISCONNECTED),
}


@scenario(
    7,
    "o Whaticket recusa: cada classe de recusa",
    quick={"customers": 3, "seconds": 3.0},
    full={"customers": 10, "seconds": 40.0},
)
def refuse(run: Run, *, customers: int, seconds: float) -> None:
    """What did not arrive is tried again, what is refused is listed, a channel kills nothing."""
    for name, fault in BY_STATUS.items():
        run.arena.whaticket.plan(fault)
        run.driver.talk(customers, 1)
        _settle_with_none_dead(run, name)
    _expect_retry_after_kept(run)
    with _host_unknown(run):
        run.driver.talk(customers, 1)
        run.driver.finish()
        gevent.sleep(seconds)
    _settle_with_none_dead(run, "endereço desconhecido")
    with outages.whaticket_gone(run.arena):
        run.driver.talk(customers, 1)
        run.driver.finish()
        gevent.sleep(seconds)
    _settle_with_none_dead(run, "conexão recusada")
    _disconnect_for_ten_minutes(run, customers)
    _refuse_one_number(run, customers)


def _settle_with_none_dead(run: Run, name: str) -> None:
    run.settle()
    states = _states(run)
    dead = {state: times for state, times in states.items() if state in {"dead", "ambiguous"}}
    run.expect(not dead, f"{name}: nada morre nem fica em dúvida, e há {dead}")


def _states(run: Run) -> Counter[str]:
    query = "SELECT state, count(*) FROM messages WHERE direction = 'outbound' GROUP BY 1"
    return Counter(dict(run.arena.truth.ask(query)))


def _expect_retry_after_kept(run: Run) -> None:
    """Nothing that was put off until a moment is tried before it."""
    query = (
        "SELECT first.created_at, second.created_at FROM delivery_logs first"
        " JOIN delivery_logs second ON second.message_id = first.message_id"
        " AND second.attempt = first.attempt + 1 WHERE first.http_status = 429"
    )
    waits = [(second - first).total_seconds() for first, second in run.arena.truth.ask(query)]
    run.report("espera depois de 429", f"{min(waits, default=0):.1f} s")
    kept = bool(waits) and min(waits) >= TOLD_SECONDS
    run.expect(kept, f"Retry-After de {TOLD_SECONDS} s é respeitado")


@contextmanager
def _host_unknown(run: Run) -> Iterator[None]:
    environment = {"WHATICKET_BASE_URL": "http://whaticket.invalid"}
    with run.arena.sabotaged(run.arena.worker_names, environment=environment):
        yield


def _disconnect_for_ten_minutes(run: Run, customers: int) -> None:
    """Ten minutes pass by moving the database's times, not by waiting."""
    with outages.whatsapp_disconnected(run.arena):
        run.driver.talk(customers, 1)
        run.driver.finish()
        paused = run.wait_for(lambda: _channel(run) == "paused")
        run.expect(paused, "o canal fica em pausa")
        for _ in range(10):
            _let_pass(run, TEN_MINUTES / 10)
            probes = _calls(run)
            run.wait_for(_has_grown(run, probes), seconds=20)
    run.wait_for(lambda: _channel(run) == "ok")
    _settle_with_none_dead(run, "dez minutos sem WhatsApp")


def _channel(run: Run) -> str:
    return str(run.arena.truth.ask("SELECT status FROM channels")[0][0])


def _calls(run: Run) -> int:
    return len(run.arena.whaticket.ledger.sendings)


def _has_grown(run: Run, calls: int) -> Callable[[], bool]:
    return lambda: _calls(run) > calls


def _let_pass(run: Run, seconds: float) -> None:
    """Move what waits so far into the past."""
    span = timedelta(seconds=seconds)
    run.arena.truth.change(
        "UPDATE messages SET created_at = created_at - %s, due_at = due_at - %s"
        " WHERE state IN ('pending', 'received')",
        span,
        span,
    )
    run.arena.truth.change(
        "UPDATE channels SET probe_at = probe_at - %s, unreachable_since = unreachable_since - %s",
        span,
        span,
    )


def _refuse_one_number(run: Run, customers: int) -> None:
    """Who is not on WhatsApp is listed at once, and holds nobody up."""
    stranger = run.driver.new_number()
    fault = Fault("status", status=400, body=NOT_ON_WHATSAPP, number=stranger, times=None)
    run.arena.whaticket.plan(fault)
    refused = run.driver.write(stranger)
    run.driver.talk(customers, 1)
    run.settle()
    query = "SELECT state, attempts FROM messages WHERE direction = 'outbound' AND text = %s"
    rows = run.arena.truth.ask(query, refused.text)
    run.expect(rows == [("dead", 1)], f"quem não está no WhatsApp é listado de uma vez: {rows}")
