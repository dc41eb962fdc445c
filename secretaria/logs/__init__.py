"""The log of every process: one JSON object a line, and nobody's data in it.

Ours are structlog events, `log.info("message.accepted", conversation_id=7)`; the records of
libraries go through the same chain. `bind` gives every later line of this request or message,
also of libraries, its `correlation_id`; `structlog.contextvars` has the rest.
"""

import logging.config
from collections.abc import Iterable
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars

from secretaria.logs import hooks
from secretaria.logs.lines import Line, Shown, StandardError
from secretaria.logs.scrubber import Scrubber

__all__ = ["bind", "configure", "logging_config"]

_CHAIN: list[structlog.typing.Processor] = [
    structlog.stdlib.filter_by_level,
    structlog.contextvars.merge_contextvars,
    structlog.processors.StackInfoRenderer(),
    structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
]
"""One list for the life of the process: loggers that were used before keep it."""


def configure(
    *,
    level: str,
    format: str,  # noqa: A002 - the word of the setting
    secrets: Iterable[str],
) -> None:
    """Set up logging for this process: `json` or `console` lines on stderr.

    Each process calls it once, first of all; calling it again only replaces what was set.
    Warnings, crashes of threads and greenlets and uncaught errors become lines too.
    """
    structlog.configure(
        processors=_CHAIN,
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(logging_config(level=level, format=format, secrets=secrets))
    _collect_only_what_is_shown()
    hooks.install()


def _collect_only_what_is_shown() -> None:
    """Spare each record what no line of ours tells, as Python's Logging HOWTO does it."""
    logging.logThreads = False
    logging.logProcesses = False
    logging.logMultiprocessing = False


def logging_config(
    *,
    level: str,
    format: str,  # noqa: A002 - the word of the setting
    secrets: Iterable[str],
) -> dict[str, Any]:
    """Return the same as `logging.config` takes it, and gunicorn's `logconfig_dict`.

    It shows no secret when printed. Gunicorn's own access log stays silent: we write one
    `http.request` line for each request.
    """
    chosen = level.upper()
    line = {
        "()": Line,
        "scrubber": Scrubber.of(secrets),
        "for_people": format.lower() == "console",
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"shown": {"()": Shown}},
        "formatters": {"line": line},
        "handlers": {
            "stderr": {"()": StandardError, "formatter": "line", "filters": ["shown"]},
        },
        "root": {"level": chosen, "handlers": ["stderr"]},
        "loggers": {
            "gunicorn.error": {"level": chosen, "handlers": [], "propagate": True},
            "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": True},
        },
    }


def bind(**fields: object) -> None:
    """Add fields to every later line of this context: a request, a message, a greenlet."""
    bind_contextvars(**fields)
