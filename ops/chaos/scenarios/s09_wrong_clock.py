"""9: clocks that are wrong by ten minutes, and a captured request that is replayed."""

import time

from ops.chaos.driver import Written, payload_of
from ops.chaos.scenario import Run, scenario
from ops.chaos.webhook import Signed, sign_payload

TEN_MINUTES = 600
TOLERANCE_SECONDS = 300
RESTART_SECONDS = 12
"""A replay waits so long for the web process to start again with another clock."""


@scenario(
    9,
    "relógio errado; pedido capturado e repetido",
    quick={"customers": 5, "messages": 2},
    full={"customers": 20, "messages": 5},
)
def turn_the_clock(run: Run, *, customers: int, messages: int) -> None:
    """Only the database's clock decides; a replay is a duplicate, and later it is refused."""
    fast, *slow = run.arena.worker_names
    with (
        run.arena.sabotaged([fast], skew_seconds=TEN_MINUTES),
        run.arena.sabotaged(slow[:1], skew_seconds=-TEN_MINUTES),
    ):
        run.driver.talk(customers, messages, pause_seconds=0.3)
        run.settle()
    _replay(run)


def _replay(run: Run) -> None:
    """Replay while it is young, just before it is too old, and just after."""
    _expect(run, *_capture(run), 1, 200, 1)
    for seconds, status in ((TOLERANCE_SECONDS - 1, 200), (TOLERANCE_SECONDS + 1, 401)):
        written, captured = _capture(run)
        with run.arena.sabotaged(["web"], skew_seconds=seconds - RESTART_SECONDS):
            _expect(run, written, captured, RESTART_SECONDS, status, seconds)


def _capture(run: Run) -> tuple[Written, Signed]:
    written = run.driver.compose(run.driver.new_number())
    captured = sign_payload(payload_of(written))
    first = run.driver.post(written, captured)
    run.expect(first.status == 202, "o pedido capturado foi aceito")  # noqa: PLR2004 - HTTP
    return written, captured


def _expect(
    run: Run, written: Written, captured: Signed, age: int, status: int, told_age: int
) -> None:
    """Replay when the request has an age by our clock; the web process may see another."""
    replay_at = int(captured.headers["X-Timestamp"]) + age
    run.wait_for(lambda: time.time() >= replay_at)
    answer = run.driver.post(written, captured)
    kept = answer.status == status and answer.reason in {"duplicate", "unauthorized"}
    run.expect(kept, f"repetido depois de {told_age} s recebe {status}, e não {answer.status}")
