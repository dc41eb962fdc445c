"""Typed access to a JSON object that knows its own path, so that a refusal can name the field."""

import math
import re
from typing import NamedTuple, TypeGuard

from secretaria.core.payload.decision import PayloadError
from secretaria.core.payload.document import JsonObject
from secretaria.core.text import normalise

MAX_TEXT_CHARACTERS = 65_536
"""WhatsApp's own limit."""

MAX_ITEMS = 1_000
"""Of a list: several times what WhatsApp lets anybody send at once."""

MARKS_OF_AUTOMATION = ("\u200e", "\u200c")
"""What forks put into the texts that no person has typed; normalising takes it away."""

_WHOLE = re.compile(r"-?[0-9]{1,20}")
_IDENTIFIER = re.compile(r"[!-~]{1,255}")


class Fields(NamedTuple):
    """An object of the payload and where it stands in it; null counts as absent."""

    values: JsonObject
    path: str = ""

    def where(self, name: str) -> str:
        """Return the full path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def refuse(self, name: str, expected: str) -> PayloadError:
        """Return the error that names a field and what is expected of it."""
        return PayloadError("invalid_payload", f"{self.where(name)}: {expected}")

    def has(self, name: str) -> bool:
        """Tell whether a field is there at all."""
        return self.values.get(name) is not None

    def inside(self, name: str) -> "Fields":
        """Return the object in a field; an empty one when absent."""
        value = self.values.get(name)
        if value is None:
            return Fields({}, self.where(name))
        if not isinstance(value, dict):
            raise self.refuse(name, "expected an object")
        return Fields(value, self.where(name))

    def part(self, name: str) -> "Fields":
        """Return the object in a field that we can do without; an empty one when it is none."""
        value = self.values.get(name)
        return Fields(value if isinstance(value, dict) else {}, self.where(name))

    def items(self, name: str) -> list[object]:
        """Return the items of a list; none when it is no list."""
        value = self.values.get(name)
        if not isinstance(value, list):
            return []
        if len(value) > MAX_ITEMS:
            raise self.refuse(name, f"expected at most {MAX_ITEMS} items")
        return value

    def each(self, name: str) -> list["Fields"]:
        """Return the objects of a list; none when absent."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, list):
            raise self.refuse(name, "expected a list of objects")
        objects = [item for item in self.items(name) if isinstance(item, dict)]
        if len(objects) != len(value or []):
            raise self.refuse(name, "expected a list of objects")
        return [Fields(item, self.where(name)) for item in objects]

    def text(self, name: str) -> str:
        """Return the normalised text of a field; empty when absent. It is checked, never cut."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.refuse(name, "expected text")
        if len(value) > MAX_TEXT_CHARACTERS:
            raise self.refuse(name, f"expected at most {MAX_TEXT_CHARACTERS} characters")
        return normalise(value)

    def line(self, name: str) -> str:
        """Return the text of a field on one line."""
        return " ".join(self.text(name).split())

    def label(self, name: str, *, limit: int) -> str | None:
        """Return a name that people choose, on one line and cut; None when there is none to read.

        It is no reason to refuse a message.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return None
        shown = " ".join(normalise(value).split())[:limit]
        return normalise(shown) or None

    def is_marked(self, *names: str) -> bool:
        """Tell whether a text bears the mark of those that no person has typed."""
        texts = (value for value in map(self.values.get, names) if isinstance(value, str))
        return any(mark in text for text in texts for mark in MARKS_OF_AUTOMATION)

    def flag(self, name: str) -> bool:
        """Return a yes or no; no when absent."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.refuse(name, "expected true or false")
        return value is True

    def identifier(self, name: str) -> str | None:
        """Return an id of WhatsApp's: visible ASCII. Absent and empty are None."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or not _IDENTIFIER.fullmatch(value):
            raise self.refuse(name, "expected up to 255 visible ASCII characters")
        return value

    def whatsapp_id(self, *names: str) -> str | None:
        """Return the first id that is text; a number is the id of a row in a fork's tables."""
        texts = (name for name in names if isinstance(self.values.get(name), str))
        return next(filter(None, map(self.identifier, texts)), None)

    def whole(self, name: str) -> int | None:
        """Return a whole number in any of Baileys' encodings; None when it is none of them.

        They are a number, a string of digits, or the two halves of a Long.
        """
        value = self.values.get(name)
        if isinstance(value, dict):
            return _joined(value.get("low"), value.get("high"))
        if isinstance(value, str):
            return int(value) if _WHOLE.fullmatch(value) else None
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return value if _is_integer(value) else None

    def decimal(self, name: str, *, limit: float) -> float | None:
        """Return a number between -limit and limit; None when it is no such number."""
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        number = float(value)
        return number if math.isfinite(number) and abs(number) <= limit else None


def _is_integer(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _joined(low: object, high: object) -> int | None:
    if not _is_integer(low) or not _is_integer(high):
        return None
    return (high << 32) | (low & 0xFFFFFFFF)
