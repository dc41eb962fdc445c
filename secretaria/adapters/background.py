"""Work beside the work, in a greenlet."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import gevent
import structlog

from secretaria.errors import Transient

log = structlog.get_logger(__name__)


class GreenletBackground:
    """Repeats a call while a block runs."""

    @contextmanager
    def repeating(self, seconds: float, call: Callable[[], None]) -> Iterator[None]:
        """Make a call every so many seconds while the block runs; its faults are logged."""
        greenlet = gevent.spawn(_repeat, seconds, call)
        try:
            yield
        finally:
            greenlet.kill()


def _repeat(seconds: float, call: Callable[[], None]) -> None:
    while True:
        gevent.sleep(seconds)
        try:
            call()
        except Exception:
            log.exception("background.failed")


@dataclass(slots=True)
class GreenletErrand:
    """Repeats a call in a greenlet until it says that it is done."""

    call: Callable[[], bool]
    every_seconds: float
    _greenlet: gevent.Greenlet | None = field(default=None, init=False)

    def start(self) -> None:
        """See to it, unless it is being seen to."""
        if self._greenlet is None or self._greenlet.dead:
            self._greenlet = gevent.spawn(self._run)

    def _run(self) -> None:
        while not self._is_done():
            gevent.sleep(self.every_seconds)

    def _is_done(self) -> bool:
        try:
            return self.call()
        except Transient:
            return False
        except Exception:
            log.exception("background.failed")
            return False
