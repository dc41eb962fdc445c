"""The ids of Whaticket's queues, which hardly ever change: asked for once in five minutes."""

import time
from dataclasses import dataclass

FRESH_SECONDS = 300.0


@dataclass(slots=True)
class Queues:
    """What `GET /queue` listed last, for this process alone."""

    _ids: tuple[int, ...] = ()
    _until: float = 0.0

    def known(self) -> tuple[int, ...] | None:
        """The ids, while they are fresh."""
        return self._ids if time.monotonic() < self._until else None

    def keep(self, ids: tuple[int, ...]) -> None:
        """Remember what was listed; a list of none is asked for again."""
        self._ids = ids
        self._until = time.monotonic() + FRESH_SECONDS if ids else 0.0
