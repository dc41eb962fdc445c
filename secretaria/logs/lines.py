"""A record becomes one line: a JSON object for machines, or a coloured sentence for people."""

import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog

from secretaria.logs.exceptions import described, exception_of, frames_of
from secretaria.logs.records import FIELDS, is_ours, is_shown, prepared
from secretaria.logs.scrubber import Scrubber

_RESERVED = ("timestamp", "level", "event", "correlation_id", "logger", "pid")
_NOT_PLAIN = re.compile(r"[\s\"'=]|[^\x20-\x7e\u00a1-\uffff]|^$")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_COLOURS = {"debug": "2", "info": "32", "warning": "33", "error": "31", "critical": "1;31"}


class StandardError(logging.Handler):
    """Writes to whatever `sys.stderr` is at that moment: a forked worker replaces it by a pipe."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line in one call; a line that cannot be written is lost, nothing else."""
        try:
            stream = sys.stderr
            stream.write(_writable(f"{self.format(record)}\n", stream))
            stream.flush()
        except Exception:  # noqa: BLE001 - logging must never stop the work
            self.handleError(record)


class Shown(logging.Filter):
    """Lets through what may become a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record becomes a line."""
        return is_shown(record)


class Line(logging.Formatter):
    """Formats our own events and the records of libraries alike."""

    def __init__(self, *, scrubber: Scrubber, for_people: bool) -> None:
        super().__init__()
        self._scrubber = scrubber
        self._written = _for_people if for_people else _json

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; when that fails, a line that says only so."""
        try:
            event = _own(record) if is_ours(record) else _of_library(prepared(record))
            return self._written(self._cleaned(record, _with_exceptions(event)))
        except Exception as failure:  # noqa: BLE001 - a line that cannot be made must not hurt
            return self._apology(record, failure)

    def _cleaned(self, record: logging.LogRecord, event: dict[str, Any]) -> dict[str, object]:
        said = {name: event.pop(name, None) for name in ("event", "correlation_id")}
        fields = {name: value for name, value in event.items() if name not in _RESERVED}
        said["logger"] = record.name
        clean = {name: self._scrubber.value(value) for name, value in said.items()}
        if clean["correlation_id"] is None:
            del clean["correlation_id"]
        return {**_made_by(record), **clean, "pid": _pid(record), **self._scrubber.fields(fields)}

    def _apology(self, record: logging.LogRecord, failure: Exception) -> str:
        return json.dumps(
            {
                **_made_by(record),
                "event": "log.failed",
                "logger": self._scrubber.value(record.name),
                "pid": _pid(record),
                "error": type(failure).__name__,
            }
        )


def _own(record: logging.LogRecord) -> dict[str, Any]:
    """Return a copy of the event that structlog has put into a record."""
    assert isinstance(record.msg, dict)  # noqa: S101 - is_ours
    return dict(record.msg)


def _of_library(record: logging.LogRecord) -> dict[str, Any]:
    """Return a library's line, in the context in which it was written, as an event."""
    return {
        **structlog.contextvars.get_contextvars(),
        **record.__dict__[FIELDS],
        "event": record.msg,
        "exc_info": record.exc_info,
        "stack_info": record.stack_info,
    }


def _with_exceptions(event: dict[str, Any]) -> dict[str, Any]:
    """Replace the exception and the stack by what may be said of them."""
    event.pop("positional_args", None)
    error = exception_of(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = described(error)
    stack = event.pop("stack_info", None) or event.pop("stack", None)
    if stack is not None:
        event["stack"] = frames_of(stack) if isinstance(stack, str) else []
    return event


def _made_by(record: logging.LogRecord) -> dict[str, str]:
    moment = datetime.fromtimestamp(record.created, UTC)
    timestamp = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"timestamp": timestamp, "level": str(record.levelname).lower()}


def _pid(record: logging.LogRecord) -> int:
    return record.process or os.getpid()


def _json(line: Mapping[str, object]) -> str:
    return json.dumps(line, ensure_ascii=False, allow_nan=False)


def _for_people(line: Mapping[str, Any]) -> str:
    """Return `12:00:00.000 info  event  key=value`, and below it where an exception came from."""
    fields = dict(line)
    moment, level, event = (str(fields.pop(name)) for name in ("timestamp", "level", "event"))
    links = fields.pop("exception", [])
    data = " ".join(f"{name}={_plain(value)}" for name, value in fields.items())
    head = f"{moment[11:23]} {_coloured(f'{level:<8}', level)} {_sentence(event):<28} {data}"
    return "\n".join([head.rstrip(), *_indented(links)])


def _plain(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return json.dumps(text, ensure_ascii=False) if _NOT_PLAIN.search(text) else text


def _sentence(event: str) -> str:
    return event if event.isprintable() else json.dumps(event, ensure_ascii=False)


def _coloured(text: str, level: str) -> str:
    is_terminal = sys.stderr is not None and sys.stderr.isatty()
    return f"\x1b[{_COLOURS.get(level, '0')}m{text}\x1b[0m" if is_terminal else text


def _indented(links: object) -> list[str]:
    """Return the lines of an exception, one for each class and each frame."""
    if not isinstance(links, list):
        return []
    return [f"    {line}" for link in links if isinstance(link, dict) for line in _of_link(link)]


def _of_link(link: dict[str, Any]) -> Iterator[str]:
    yield f"{link['type']}: {link.get('message', '')}".rstrip(": ")
    yield from (f"    {frame}" for frame in link["frames"])
    for chain in link.get("exceptions", []):
        yield from _indented(chain)


def _writable(line: str, stream: object) -> str:
    """Return the line as the stream can hold it: JSON has an escape for every character."""
    encoding = str(getattr(stream, "encoding", None) or "utf-8").lower().replace("_", "-")
    if encoding in {"utf-8", "utf8"}:
        return line
    return _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], line)
