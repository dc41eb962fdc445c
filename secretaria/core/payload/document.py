"""From bytes to a JSON object, whatever hostile bytes they are."""

import json
import re
from itertools import accumulate
from typing import NoReturn, TypeAlias

from secretaria.core.payload.decision import PayloadError

JsonObject: TypeAlias = dict[str, object]

MAX_DEPTH = 64
MAX_INTEGER_DIGITS = 100

_BYTE_ORDER_MARK = "\ufeff"
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_NO_BRACKET = re.compile(r"[^\[\]{}]+")
_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}


def read_bytes(body: bytes) -> JsonObject:
    """Return the object in a request's body; raise PayloadError (invalid_json) if there is none."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise _refused(f"body: not UTF-8 at byte {error.start}") from None
    return read_text(text.removeprefix(_BYTE_ORDER_MARK))


def read_text(text: str) -> JsonObject:
    """Return the object that a JSON text holds; raise PayloadError (invalid_json) if none.

    Stricter than `json.loads`: no NaN, no duplicate keys, no absurd integers, no abyss.
    """
    if text.count("{") + text.count("[") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise _refused(f"body: nested deeper than {MAX_DEPTH} levels")
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _refused(f"body: not JSON at character {error.pos}") from None
    if not isinstance(value, dict):
        raise _refused("body: expected a JSON object")
    return value


def _depth(text: str) -> int:
    """Return how deep brackets nest outside strings, without recursion and in linear time.

    What follows a syntax error may be counted wrongly: the parser never gets there.
    """
    outside_strings = "".join(_ESCAPE.sub("", text).split('"')[::2])
    brackets = _NO_BRACKET.sub("", outside_strings)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)


def _members(pairs: list[tuple[str, object]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _refused("body: an object has the same key twice")
    return members


def _integer(literal: str) -> int:
    if len(literal) > MAX_INTEGER_DIGITS:
        raise _refused(f"body: an integer has more than {MAX_INTEGER_DIGITS} digits")
    return int(literal)


def _constant(_literal: str) -> NoReturn:
    raise _refused("body: NaN and Infinity are not JSON")


def _refused(detail: str) -> PayloadError:
    return PayloadError("invalid_json", detail)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_constant=_constant
)
