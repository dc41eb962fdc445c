"""The last gate of every line: no secret, no number, no customer's word passes it."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum
from functools import lru_cache
from itertools import islice
from pathlib import PurePath
from typing import Any, NamedTuple
from uuid import UUID

from secretaria.logs.known_secrets import pattern_of
from secretaria.logs.patterns import NUMBER, SECRET, without_credentials, without_numbers

HIDDEN = "[hidden]"
TOO_DEEP = "[too deep]"
UNREADABLE = "[unreadable]"

_HIDDEN_NAMES = frozenset(
    {
        *("authorization", "key", "password", "secret", "token"),
        *("name", "number", "phone"),
        *("body", "content", "payload", "prompt", "reply", "text"),
    }
)
_HARMLESS = re.compile(r"[a-z_.]{1,40}|[0-9a-f]{32}")
"""Plain words and our own ids: neither a number nor what looks like a credential is among them."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO_LETTERS = re.compile(r"[^a-z]+")

_DEEPEST = 12
_MOST_ITEMS = 100
_MOST_CHARACTERS_READ = 65_536
_MOST_CHARACTERS_SHOWN = 2_000
_LONGEST_REMEMBERED = 100
_MOST_REMEMBERED = 4_096
"""Names, events, routes and ids come again and again: what they are shown as is remembered."""
_NUMBERS = frozenset({int, float})
_SMALLEST_NUMBER = 10**9
"""An integer from here on may be a telephone number: an area code and eight digits make ten."""


@dataclass(frozen=True, slots=True)
class Scrubber:
    """Turns whatever is to be logged into JSON values that give nobody away."""

    secrets: re.Pattern[str] | None = field(default=None, repr=False)
    _short_text: Callable[[str], str] = field(init=False, repr=False, compare=False)
    _short_name: Callable[[str], "Name"] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for attribute, remembered in (("_short_text", self._scrubbed), ("_short_name", self._name)):
            object.__setattr__(self, attribute, lru_cache(_MOST_REMEMBERED)(remembered))  # frozen

    @classmethod
    def of(cls, secrets: Iterable[str]) -> "Scrubber":
        """Return one that knows these secrets, in all their forms."""
        return cls(pattern_of(secrets))

    def text(self, text: str) -> str:
        """Return the text without secrets, credentials and numbers, cut to a sane length."""
        if type(text) is not str:
            text = str.__str__(text)
        is_short = len(text) <= _LONGEST_REMEMBERED
        return self._short_text(text) if is_short else self._scrubbed(text)

    def _scrubbed(self, text: str) -> str:
        text = text[:_MOST_CHARACTERS_READ].encode("utf-8", "replace").decode()
        if self.secrets is not None:
            text = self.secrets.sub(SECRET, text)
        if _HARMLESS.fullmatch(text):
            return text
        text = without_numbers(without_credentials(text))
        if len(text) <= _MOST_CHARACTERS_SHOWN:
            return text
        return f"{text[:_MOST_CHARACTERS_SHOWN]}…"

    def fields(self, fields: Mapping[Any, object], depth: int = 0) -> dict[str, object]:
        """Return the mapping with clean keys and values; some names never show their value."""
        clean: dict[str, object] = {}
        for name, value in islice(fields.items(), _MOST_ITEMS):
            is_short = type(name) is str and len(name) <= _LONGEST_REMEMBERED
            key = self._short_name(name) if is_short else self._name(name)
            is_hidden = key.hides or (key.hides_unless_count and not isinstance(value, int | float))
            clean[key.shown] = HIDDEN if is_hidden else self.value(value, depth + 1)
        return clean

    def value(self, value: object, depth: int = 0) -> object:
        """Return the value as JSON can hold it; of what is none of its types, only the type."""
        kind = type(value)
        if kind is str:  # these nearly always
            return self.text(value)  # type: ignore[arg-type] # so it is one
        if kind in _NUMBERS and -_SMALLEST_NUMBER < value < _SMALLEST_NUMBER:  # type: ignore[operator] # likewise
            return value
        if depth > _DEEPEST:
            return TOO_DEEP
        try:
            return self._scalar(value) if _is_scalar(value) else self._structure(value, depth)
        except Exception:  # noqa: BLE001 - an object's own methods may fail in any way
            return UNREADABLE

    def _name(self, name: object) -> "Name":
        """Its last word decides; a plural is hidden too, unless it counts (`tokens=120`)."""
        if not isinstance(name, str):
            return Name(str(self.value(name)), hides=False, hides_unless_count=False)
        words = _NO_LETTERS.split(_CAMEL.sub("_", str.__str__(name)).lower())
        last = next((word for word in reversed(words) if word), "")
        return Name(
            self.text(name),
            hides=last in _HIDDEN_NAMES,
            hides_unless_count=last.removesuffix("s") in _HIDDEN_NAMES,
        )

    def _scalar(self, value: object) -> object:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int | float) and abs(value) >= _SMALLEST_NUMBER:
            return NUMBER if math.isfinite(value) else float.__repr__(float(value))
        if isinstance(value, float) and math.isnan(value):
            return "nan"
        return value

    def _structure(self, value: object, depth: int) -> object:
        if isinstance(value, dict):
            return self.fields(value, depth)
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(item, depth + 1) for item in list(value)[:_MOST_ITEMS]]
        if isinstance(value, Enum):
            return self.value(value.value, depth + 1)
        if isinstance(value, UUID | date | time):
            return value.isoformat() if isinstance(value, date | time) else str(value)
        return self.text(str(value) if isinstance(value, PurePath) else type(value).__name__)


class Name(NamedTuple):
    """A name as it is shown, and whether it hides its value: `text`, `api_key`, `pushName`."""

    shown: str
    hides: bool
    hides_unless_count: bool


def _is_scalar(value: object) -> bool:
    if isinstance(value, Enum):
        return False
    return value is None or isinstance(value, str | int | float)
