"""The log of every process: one JSON object a line, and nobody's data in it.

Ours are structlog events, `log.info("message.accepted", conversation_id=7)`; the records of
libraries are made the same lines of. `bind` gives every later line of this request or message,
also of libraries, its `correlation_id`; `structlog.contextvars` has the rest.
"""

import logging.config
from collections.abc import Iterable
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars

from secretaria.logs import hooks, own
from secretaria.logs.lines import Line, LineMaker, Shown, StandardError
from secretaria.logs.scrubber import Scrubber

__all__ = ["bind", "configure", "logging_config"]

_CHAIN: list[structlog.typing.Processor] = []
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
    maker = _maker(format, secrets)
    _CHAIN[:] = own.chain(maker, level=level)
    structlog.configure(
        processors=_CHAIN,
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=own.Writer,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_config(level, maker))
    hooks.install()


def logging_config(
    *,
    level: str,
    format: str,  # noqa: A002 - the word of the setting
    secrets: Iterable[str],
) -> dict[str, Any]:
    """Return the libraries' part as `logging.config` takes it, and gunicorn's `logconfig_dict`.

    It shows no secret when printed. Gunicorn's own access log stays silent: we write one
    `http.request` line for each request.
    """
    return _config(level, _maker(format, secrets))


def _maker(format: str, secrets: Iterable[str]) -> LineMaker:  # noqa: A002 - the word of the setting
    return LineMaker(Scrubber.of(secrets), for_people=format.lower() == "console")


def _config(level: str, maker: LineMaker) -> dict[str, Any]:
    chosen = level.upper()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"shown": {"()": Shown}},
        "formatters": {"line": {"()": Line, "maker": maker}},
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
