"""Work beside the work, in a greenlet."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import gevent
import structlog

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
