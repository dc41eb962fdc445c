"""Calls that come at nearly the same time, made as one."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import gevent
import structlog
from gevent.event import AsyncResult

from secretaria.errors import Transient

log = structlog.get_logger(__name__)
Item = TypeVar("Item")
Result = TypeVar("Result")
MOST_TOGETHER = 64
LOOK_EVERY_SECONDS = 0.01


class CallEnded(Transient):
    """A call was ended from outside before it had an answer for anybody."""


@dataclass(slots=True)
class Gathering(Generic[Item, Result]):
    """Lets greenlets share a call: whoever comes while all lanes are busy goes with the next one.

    Nobody waits for company: while a lane is free, whatever there is goes at once.
    `call` answers a result or an exception for each item. What it raises itself, all get, and
    whoever has waited for a lane meanwhile too: none waits for the others' fault and then its own.
    """

    call: Callable[[Sequence[Item]], Sequence[Result | Exception]]
    lanes: int
    _waiting: deque[tuple[Item, AsyncResult]] = field(default_factory=deque, init=False)
    _busy: int = field(default=0, init=False)

    def __call__(self, item: Item) -> Result:
        """Have an item's call made; raises what came of it, if that is an exception."""
        result: Result = self._join(item).get()
        return result

    def post(self, item: Item) -> None:
        """Have an item's call made, and do not wait for what comes of it; the log tells a fault."""
        self._join(item).rawlink(_tell_fault)

    def finish(self) -> None:
        """Wait until nobody waits and no call is under way."""
        while self._busy:
            gevent.sleep(LOOK_EVERY_SECONDS)

    def _join(self, item: Item) -> AsyncResult:
        outcome = AsyncResult()
        self._waiting.append((item, outcome))
        self._open_lane()
        return outcome

    def _open_lane(self) -> None:
        if self._busy < self.lanes:
            self._busy += 1
            gevent.spawn(self._work)

    def _work(self) -> None:
        """Go on until nobody waits."""
        try:
            while self._waiting:
                gevent.sleep(0)  # whatever is ready to run goes first: it may want to come along
                if self._waiting:  # unless another lane has taken all of them meanwhile
                    self._make_one_call()
        finally:
            self._busy -= 1
            if self._waiting:  # this lane was ended from outside
                self._open_lane()

    def _make_one_call(self) -> None:
        number = min(len(self._waiting), MOST_TOGETHER)
        together = [self._waiting.popleft() for _ in range(number)]
        try:
            results = self.call([item for item, _ in together])
            answered = list(zip(together, results, strict=True))
        except BaseException as error:
            is_fault = isinstance(error, Exception)
            for _, outcome in (*together, *self._waiting):
                outcome.set_exception(error if is_fault else CallEnded())
            self._waiting.clear()
            if not is_fault:
                raise
            return
        for (_, outcome), result in answered:
            if isinstance(result, Exception):
                outcome.set_exception(result)
            else:
                outcome.set(result)


def _tell_fault(outcome: AsyncResult) -> None:
    if outcome.exception is not None:
        log.error("gathering.failed", exc_info=outcome.exception)
