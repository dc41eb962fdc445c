"""What was found out a moment ago, kept for those who ask next."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gevent.lock import BoundedSemaphore

Finding = TypeVar("Finding")


@dataclass(slots=True)
class Kept(Generic[Finding]):
    """Lets all greenlets of a process that ask within some seconds share one finding.

    Who comes while it is being found out waits for it: however many ask, one looks.
    """

    find_out: Callable[[], Finding]
    seconds: float
    _looking: BoundedSemaphore = field(default_factory=BoundedSemaphore, init=False)
    _found: tuple[float, Finding] | None = field(default=None, init=False)

    def __call__(self) -> Finding:
        """What was found out last, unless that is too long ago."""
        with self._looking:
            if self._found is None or time.monotonic() - self._found[0] >= self.seconds:
                finding = self.find_out()
                self._found = (time.monotonic(), finding)
            return self._found[1]
