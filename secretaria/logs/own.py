"""Our own events, straight from structlog to the line.

They do not pass through `logging`: its records, locks and handlers cost more than all that a line
is made of, and a busy web process writes two for each request.
"""

import time

import structlog
from structlog.typing import EventDict, Processor

from secretaria.logs.lines import LineMaker, Made, write

_RANKS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "critical": 50, "exception": 40}
"""What structlog may be asked to log, and how much it matters; `exception` is an error."""


class Writer:
    """What structlog calls at the end of its chain: the logger of one name."""

    def __init__(self, name: str = "secretaria") -> None:
        self.name = name

    debug = info = warning = error = critical = exception = staticmethod(write)


def chain(maker: LineMaker, *, level: str) -> list[Processor]:
    """Return what happens to an event of at least this level, until it is a line."""
    least = _RANKS[level.lower()]

    def is_heard(_logger: Writer, method: str, event: EventDict) -> EventDict:
        if _RANKS[method] < least:
            raise structlog.DropEvent
        return event

    def line(logger: Writer, method: str, event: EventDict) -> str:
        level = "error" if method == "exception" else method
        return maker.line(Made(level, logger.name, time.time()), lambda: event)

    return [
        is_heard,
        structlog.contextvars.merge_contextvars,
        structlog.processors.StackInfoRenderer(),
        line,
    ]
