"""Our own events, straight from structlog to the line.

They do not pass through `logging`: its records, locks and handlers cost more than all that a line
is made of, and a busy web process writes two for each request.
"""

import time
from collections.abc import Callable

import structlog
from structlog.typing import EventDict, Processor

from secretaria.logs.lines import LineMaker, Made, write

_RANKS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50, "exception": 40}
"""What structlog may be asked to log, and how much it matters; `exception` is an error."""


class Writer:
    """What structlog calls at the end of its chain: the logger of one name."""

    def __init__(self, name: str = "secretaria") -> None:
        self.name = name

    def __getattr__(self, level: str) -> Callable[[str], None]:
        """Write the line, which is the same for every level."""
        if level not in _RANKS:
            raise AttributeError(level)
        return write


def chain(maker: LineMaker, *, level: str) -> list[Processor]:
    """Return what happens to an event of at least this level, until it is a line."""
    least = _RANKS[level.lower()]

    def is_heard(_logger: Writer, method: str, event: EventDict) -> EventDict:
        if _RANKS[method] < least:
            raise structlog.DropEvent
        return event

    def line(logger: Writer, method: str, event: EventDict) -> str:
        level = "error" if method == "exception" else method
        made = Made(level, logger.name, time.time())
        return maker.line(made, lambda: dict(event))

    return [
        is_heard,
        structlog.contextvars.merge_contextvars,
        structlog.processors.StackInfoRenderer(),
        line,
    ]
