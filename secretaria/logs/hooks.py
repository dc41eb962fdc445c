"""What Python and gevent print by themselves, tracebacks with data in them, ends as a line too."""

import logging
import sys
import threading
import warnings
from types import TracebackType

import structlog
from gevent.hub import Hub

_END_OF_THE_SDK = r"\s*All support for the .google\.generativeai"

_log = structlog.get_logger(__name__)


def install() -> None:
    """Take over every way by which a message could reach stderr past our lines; idempotent."""
    logging.raiseExceptions = False
    logging.captureWarnings(capture=True)
    # Google's SDK announces its own end, and that of each Python, at every start.
    warnings.filterwarnings("ignore", _END_OF_THE_SDK, FutureWarning)
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"google\.")
    sys.excepthook = _process_crashed
    sys.unraisablehook = _error_ignored
    threading.excepthook = _thread_crashed
    Hub.print_exception = _greenlet_crashed


def _process_crashed(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        _log.warning("process.interrupted")
        return
    _log.critical("process.crashed", exc_info=(kind, error, trace))


def _thread_crashed(crash: threading.ExceptHookArgs) -> None:
    if issubclass(crash.exc_type, SystemExit):
        return
    _log.error("thread.crashed", exc_info=(crash.exc_type, crash.exc_value, crash.exc_traceback))


def _error_ignored(ignored: "sys.UnraisableHookArgs") -> None:
    """Log what was raised where nobody can catch it: in `__del__`, at exit, in a callback."""
    _log.error(
        "error.ignored",
        exc_info=(ignored.exc_type, ignored.exc_value, ignored.exc_traceback),
    )


def _greenlet_crashed(
    _hub: Hub,
    context: object,
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    """Log what ended a greenlet; what it was called with, which gevent would print, is data."""
    _log.error("greenlet.crashed", greenlet=type(context).__name__, exc_info=(kind, error, trace))
