"""An event becomes one line: a JSON object for machines, or a coloured sentence for people."""

import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import structlog
from structlog.typing import EventDict

from secretaria.logs.exceptions import described, exception_of, frames_of
from secretaria.logs.records import FIELDS, is_shown, prepared
from secretaria.logs.scrubber import Scrubber

_OF_EXCEPTIONS = frozenset({"exc_info", "stack_info", "stack", "positional_args"})
_NOT_PLAIN = re.compile(r"[\s\"'=]|[^\x20-\x7e\u00a1-\uffff]|^$")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_UTF_8 = frozenset({"utf-8", "utf8"})
_COLOURS = {"debug": "2", "info": "32", "warning": "33", "error": "31", "critical": "1;31"}


class Shown(logging.Filter):
    """Lets through what may become a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record becomes a line."""
        return is_shown(record)


class StandardError(logging.Handler):
    """Writes the lines of libraries' records."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; one that cannot be written is lost, nothing else."""
        write(self.format(record))


class Line(logging.Formatter):
    """Formats a library's record as we format our own events."""

    def __init__(self, maker: "LineMaker") -> None:
        super().__init__()
        self._maker = maker

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, in the context in which it was written."""
        made = Made(record.levelname.lower(), record.name, record.created)
        return self._maker.line(made, lambda: _event(prepared(record)))


def write(line: str) -> None:
    """Write a line in one call to whatever `sys.stderr` is at that moment.

    A forked worker replaces it by a pipe. Logging must never stop the work.
    """
    with suppress(Exception):
        stream = sys.stderr
        stream.write(_writable(f"{line}\n", stream))
        stream.flush()


class Made(NamedTuple):
    """How a line came about: its level in small letters, its logger, and when (`time.time()`)."""

    level: str
    logger: str
    created: float

    def fields(self) -> dict[str, str]:
        """What begins the line."""
        second = int(self.created)
        microseconds = int((self.created - second) * 1_000_000)
        return {"timestamp": f"{_told(second)}.{microseconds:06}Z", "level": self.level}


@lru_cache(1)
def _told(second: int) -> str:
    """A second as ISO 8601 writes it in UTC: many lines have the same."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


@dataclass(frozen=True, slots=True)
class LineMaker:
    """Makes lines of events: scrubbed, in a fixed order, for machines or for people."""

    scrubber: Scrubber
    for_people: bool

    def line(self, made: Made, event: Callable[[], EventDict]) -> str:
        """Return the line; when that fails, a line that says only so."""
        try:
            line = self._cleaned(made, _with_exceptions(event()))
            return _for_people(line) if self.for_people else _json(line)
        except Exception as failure:  # noqa: BLE001 - a line that cannot be made must not hurt
            return self._apology(made, failure)

    def _cleaned(self, made: Made, event: EventDict) -> dict[str, object]:
        value = self.scrubber.value
        line: dict[str, object] = {**made.fields(), "event": value(event.pop("event", None))}
        correlation_id = event.pop("correlation_id", None)
        if correlation_id is not None:
            line["correlation_id"] = value(correlation_id)
        line["logger"], line["pid"] = value(made.logger), os.getpid()
        return line | self.scrubber.fields(event) | line  # nothing takes the place of these

    def _apology(self, made: Made, failure: Exception) -> str:
        said = {"event": "log.failed", "logger": self.scrubber.value(made.logger)}
        return _json({**made.fields(), **said, "pid": os.getpid(), "error": type(failure).__name__})


def _event(record: logging.LogRecord) -> EventDict:
    """Return a library's prepared record as an event."""
    return {
        **structlog.contextvars.get_contextvars(),
        **record.__dict__[FIELDS],
        "event": record.msg,
        "exc_info": record.exc_info,
        "stack_info": record.stack_info,
    }


def _with_exceptions(event: EventDict) -> EventDict:
    """Replace the exception and the stack by what may be said of them."""
    if _OF_EXCEPTIONS.isdisjoint(event):
        return event
    event.pop("positional_args", None)
    error = exception_of(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = described(error)
    stack = event.pop("stack_info", None) or event.pop("stack", None)
    if stack is not None:
        event["stack"] = frames_of(stack) if isinstance(stack, str) else []
    return event


def _json(line: Mapping[str, object]) -> str:
    return _ENCODER.encode(line)


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
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if encoding in _UTF_8 or str(encoding).lower().replace("_", "-") in _UTF_8:
        return line
    return _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], line)
