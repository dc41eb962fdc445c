"""The two kinds of a round: connections that are always busy, and messages at their own pace."""

import selectors
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ops.bench.load.connection import Connection, NotAccepted
from ops.bench.load.plan import Plan, Result
from ops.quantiles import quantile

Messages = Iterable[tuple[str, bytes]]

LONGEST_SILENCE_SECONDS = 15.0
clock = time.perf_counter


@dataclass(slots=True)
class Round:
    """Connections that wait for an answer, and how long the answers took that have come."""

    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    latencies: list[float] = field(default_factory=list)

    def send(self, connection: Connection, request: bytes) -> None:
        """Start the clock of a request."""
        connection.sent_at = clock()
        connection.send(request)

    def answered(self, seconds: float) -> Iterator[Connection]:
        """The connections that are answered within the time; raises `NotAccepted`."""
        for key, _ in self.selector.select(seconds):
            connection: Connection = key.data
            if connection.is_answered():
                self.latencies.append(clock() - connection.sent_at)
                yield connection

    def result(self, accepted: int, seconds: float) -> Result:
        """What the round came to."""
        ordered = sorted(self.latencies)
        return Result(accepted, seconds, quantile(ordered, 0.5), quantile(ordered, 0.99))


def play_busy(plan: Plan, messages: Messages) -> Result:
    """Keep every connection busy until the time is over; what is under way then is awaited."""
    played, waiting = Round(), iter(messages)
    busy = [Connection(plan.port) for _ in range(plan.connections)]
    for connection in busy:
        played.selector.register(connection.socket, selectors.EVENT_READ, connection)
    started = ended = clock()
    deadline = started + plan.seconds
    accepted = 0
    under_way = sum(_send_next(played, connection, waiting) for connection in busy)
    while under_way:
        for connection in _some(played):
            under_way -= 1
            if clock() <= deadline:
                accepted, ended = accepted + 1, clock()
                under_way += _send_next(played, connection, waiting)
    finished = clock()
    for connection in busy:
        connection.close()
    if accepted < plan.connections:  # the round was too short for such a server
        return played.result(len(played.latencies), finished - started)
    is_used_up = next(waiting, None) is None
    return played.result(accepted, (ended if is_used_up else deadline) - started)


def play_paced(plan: Plan, messages: Messages) -> Result:
    """Send each message when its time has come, on a connection of its own."""
    played = Round()
    numbers: dict[Connection, str] = {}
    moments: dict[str, float] = {}

    def note(answered: Iterable[Connection]) -> None:
        for connection in answered:
            moments[numbers.pop(connection)] = time.time()
            played.selector.unregister(connection.socket)
            connection.close()

    started = due = clock()
    for (number, request), pause in zip(messages, plan.pauses, strict=True):
        due += pause
        while (left := due - clock()) > 0:
            note(played.answered(left))
        connection = Connection(plan.port)
        numbers[connection] = number
        played.selector.register(connection.socket, selectors.EVENT_READ, connection)
        played.send(connection, request)
    while numbers:
        note(_some(played))
    seconds = clock() - started
    result = played.result(len(played.latencies), seconds)
    return Result(result.accepted, seconds, result.p50, result.p99, moments=moments)


def _some(played: Round) -> Iterator[Connection]:
    """What is answered next; raises `NotAccepted` when nothing comes any more."""
    before = clock()
    yield from played.answered(LONGEST_SILENCE_SECONDS)
    if clock() - before >= LONGEST_SILENCE_SECONDS:
        raise NotAccepted(f"no answer for {LONGEST_SILENCE_SECONDS:.0f} s")


def _send_next(played: Round, connection: Connection, waiting: Iterator[tuple[str, bytes]]) -> bool:
    message = next(waiting, None)
    if message is None:
        return False
    played.send(connection, message[1])
    return True
