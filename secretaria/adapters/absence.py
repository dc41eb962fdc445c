"""That Redis was away a moment ago, so that not every request waits to find out."""

import time
from dataclasses import dataclass, field

import redis

RECENT_SECONDS = 1.0


@dataclass(slots=True)
class Absence:
    """One for each process, shared by all for whom Redis is a courtesy."""

    _until: float = field(default=0.0, init=False)

    def is_recent(self) -> bool:
        """Whether nobody should ask just now."""
        return time.monotonic() < self._until

    def note(self, error: Exception) -> None:
        """Somebody has waited in vain; whoever was refused at once, as by a full Redis, has not."""
        if not isinstance(error, redis.ResponseError):
            self._until = time.monotonic() + RECENT_SECONDS

    def end(self) -> None:
        """Redis has just done what somebody could not do without."""
        self._until = 0.0
