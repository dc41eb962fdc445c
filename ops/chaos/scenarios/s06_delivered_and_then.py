"""6: Whaticket delivers and then says it failed, or says nothing."""

import time
from collections import Counter
from collections.abc import Iterator

from ops.chaos.evidence import Row, gather, marks_in
from ops.chaos.scenario import Run, scenario
from secretaria.playground.faults import Fault
from secretaria.playground.whaticket.simulator import EMAIL, PASSWORD

SETTLED_SECONDS = 30.0
LOGIN = {"WHATICKET_EMAIL": EMAIL, "WHATICKET_PASSWORD": PASSWORD}
KINDS = (
    Fault("deliver_then_status", status=500),
    Fault("deliver_then_hang"),
    Fault("deliver_then_reset"),
    Fault("deliver_then_status", status=502),
    Fault("hang"),
    Fault("reset"),
)
"""The last two are not delivered: from outside they look the same, and stay listed."""


@scenario(
    6,
    "o Whaticket entrega e depois responde 500, trava ou corta",
    quick={"conversations": 10, "messages": 4, "one_in": 4},
    full={"conversations": 30, "messages": 12, "one_in": 10},
)
def deliver_and_fail(run: Run, *, conversations: int, messages: int, one_in: int) -> None:
    """Let some sends end in doubt: with nothing that settles them, with the echo, with a login."""
    numbers = _write(run, conversations, messages, one_in)
    _report(run, "sem nada que assente", numbers)
    run.arena.whaticket.echoes = True
    numbers = _write(run, conversations, messages, one_in)
    _expect_settled(run, numbers, "o eco")
    _report(run, "com eco", numbers)
    run.arena.whaticket.echoes = False
    with run.arena.sabotaged(run.arena.worker_names, environment=LOGIN):
        numbers = _write(run, conversations, messages, one_in)
        _expect_settled(run, numbers, "o ticket")
    _report(run, "com login", numbers)


def _write(run: Run, conversations: int, messages: int, one_in: int) -> set[str]:
    run.arena.whaticket.plan(*_faults(run, conversations * messages, one_in))
    numbers = set(run.driver.talk(conversations, messages, pause_seconds=0.3))
    run.settle()
    _expect_no_second_try(run)
    return numbers


def _report(run: Run, how: str, numbers: set[str]) -> None:
    run.report(f"ambíguas {how}", len(_in_doubt(run, numbers)))
    run.report(f"delas entregues {how}", len(_delivered_in_doubt(run, numbers)))


def _faults(run: Run, sends: int, one_in: int) -> Iterator[Fault]:
    """As many faults as make one in so many sends fail, at random places."""
    for _ in range(sends // one_in):
        yield Fault("ok", times=run.chance.randrange(2 * one_in - 1) + 1)
        yield run.chance.choice(KINDS)


def _in_doubt(run: Run, numbers: set[str]) -> list[Row]:
    rows = gather(run.arena.truth, (), ()).rows
    return [row for row in rows if row.state == "ambiguous" and row.number in numbers]


def _delivered_in_doubt(run: Run, numbers: set[str]) -> list[Row]:
    delivered = {one.body for one in run.arena.whaticket.ledger.delivered}
    return [row for row in _in_doubt(run, numbers) if row.text in delivered]


def _expect_settled(run: Run, numbers: set[str], by: str) -> None:
    began = time.monotonic()
    are_settled = run.wait_for(lambda: not _delivered_in_doubt(run, numbers))
    run.expect(are_settled, f"{by} assenta o que chegou")
    run.limit(f"{by} assenta em", time.monotonic() - began, SETTLED_SECONDS)


def _expect_no_second_try(run: Run) -> None:
    """What may have arrived is in one sending, and in no other, whether it was delivered or not."""
    tries = Counter(
        mark for one in run.arena.whaticket.ledger.sendings for mark in marks_in(one.body)
    )
    again = [mark for mark, times in tries.items() if times > 1]
    run.expect(
        not again, f"o que talvez tenha chegado não é enviado de novo ({len(again)})", *again
    )
