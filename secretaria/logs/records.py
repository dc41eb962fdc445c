"""What may be said of a library's own log record.

Libraries put URLs, numbers and parameters into the arguments of their records. The few whose
records tell how our processes fare are formatted; of all others only the template is shown,
and only from WARNING on, since a message made with an f-string cannot be told from a template.
"""

import logging
import re
from collections.abc import Mapping
from datetime import date
from enum import Enum
from pathlib import PurePath
from types import TracebackType
from uuid import UUID

from secretaria.logs.exceptions import short

FIELDS = "secretaria_fields"
"""The attribute of a prepared record that holds the fields of its line."""

_FORMATTED = ("gunicorn.error", "dramatiq", "alembic")
_WARNINGS = "py.warnings"

_HARMLESS = (str, int, float, UUID, date, PurePath, Enum)
_WARNING = re.compile(r"^(?P<where>[^\n]*?:\d+): (?P<category>\w+): ")
_MALFORMED_REQUEST = re.compile(r"^(Invalid request from ip=\S+): .*")


def is_shown(record: logging.LogRecord) -> bool:
    """Tell whether the record becomes a line at all."""
    return _is_formatted(record) or record.levelno >= logging.WARNING


def prepared(record: logging.LogRecord) -> logging.LogRecord:
    """Return a copy of a library's record with nothing left in it to format."""
    copy = logging.makeLogRecord(record.__dict__)
    copy.msg, copy.args = _event(record), ()
    copy.exc_info = record.exc_info or _exception_among(record)
    copy.__dict__[FIELDS] = _warning(record) if record.name == _WARNINGS else {}
    return copy


def _is_formatted(record: logging.LogRecord) -> bool:
    return any(record.name == name or record.name.startswith(f"{name}.") for name in _FORMATTED)


def _event(record: logging.LogRecord) -> str:
    if record.name == _WARNINGS:
        return "python.warned"
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    text = _formatted(record) if _is_formatted(record) else record.msg
    return _first_line(text)


def _first_line(text: str) -> str:
    """Return the first line: the next ones are a traceback, a source line or a configuration."""
    return next((line for line in text.splitlines() if line.strip()), "")


def _formatted(record: logging.LogRecord) -> str:
    """Return the message with its harmless arguments; the template where that fails."""
    try:
        text = record.msg % _arguments(record) if record.args else record.msg
    except Exception:  # noqa: BLE001 - too few arguments, a wrong type, a broken __str__
        text = record.msg
    return _MALFORMED_REQUEST.sub(r"\1", text)


def _arguments(record: logging.LogRecord) -> object:
    if not isinstance(record.args, Mapping):
        return tuple(_harmless(value) for value in record.args or ())
    if "%(" not in record.msg:
        return _harmless(record.args)
    return {name: _harmless(value) for name, value in record.args.items()}


def _harmless(value: object) -> object:
    if isinstance(value, str):
        return _first_line(value).partition("?")[0]  # a URL without its query
    return value if value is None or isinstance(value, _HARMLESS) else type(value).__name__


def _exception_among(
    record: logging.LogRecord,
) -> tuple[type[BaseException], BaseException, TracebackType | None] | None:
    """Return as `exc_info` an exception that was logged as the message or as an argument."""
    arguments = record.args if isinstance(record.args, tuple) else ()
    for value in (record.msg, *arguments):
        if isinstance(value, BaseException):
            return type(value), value, value.__traceback__
    return None


def _warning(record: logging.LogRecord) -> dict[str, str]:
    """Return the category and the place of a warning, whose message may quote anything."""
    text = record.args[0] if isinstance(record.args, tuple) and record.args else record.msg
    found = _WARNING.match(text) if isinstance(text, str) else None
    return {"category": found["category"], "where": short(found["where"])} if found else {}
