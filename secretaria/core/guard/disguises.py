"""Read what is written in code: base64, hexadecimal, rot13, backwards, upside down."""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from typing import Final

from secretaria.core.guard.letters import plain

_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}")
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}[ :]?){12,}")
_ROT13: Final = re.compile(r"\brot[ -]?13\b|\bcesar\b|\bcaesar\b")
_BACKWARDS: Final = re.compile(
    r"\btras (?:pra|para) (?:a )?frente\b|\bcontrario\b|backward|\brevers"
)
_UPSIDE_DOWN: Final = "ɐɔǝɟƃɓɥᴉıɾʞɯɹʇʌʍʎ"
_TURNED: Final = str.maketrans(_UPSIDE_DOWN + "nudpbq", "acefgghiijkmrtvwy" + "unpdqb")
_TURNED_AT_LEAST = 4
# How people number the parts of a message that the reader is to put together.
_PART: Final = re.compile(
    r"(?:^|(?<=[\s,;:(]))[\"'(]?(?:(?:parte?|pedaco|piece)s? ?[1-9a-e]|[1-9a-e][).\-=:])"
    r"[\"')]?\s?[:.)\-=]?\s?"
)
_JOINING: Final = re.compile(
    r"\b(?:junt[ae]r?|junt[ae]ndo|une|unir|una|combin[ae]r?|concaten[ae]r?|join|combine|concat"
    r"|concatenate|put together|som[ae])\b"
)
_PARTS_AT_LEAST = 2


def decoded(text: str) -> Iterator[str]:
    """Yield what the codes in a text say, written plainly, where they say anything."""
    blobs = (*_from_base64(text), *_from_hexadecimal(text))
    for blob in blobs:
        try:
            yield plain(blob.decode())
        except UnicodeDecodeError:
            continue
    yield from _turned(text)
    yield from _in_parts(plain(text))


def _turned(text: str) -> Iterator[str]:
    """Yield the text itself, rotated or reversed, where it speaks of that or looks like it."""
    written = plain(text)
    if _ROT13.search(written):
        yield codecs.encode(written, "rot13")
    if _BACKWARDS.search(written):
        yield written[::-1]
    if sum(text.count(letter) for letter in _UPSIDE_DOWN) >= _TURNED_AT_LEAST:
        yield plain(text.lower().translate(_TURNED)[::-1])


def _in_parts(written: str) -> Iterator[str]:
    """Yield the numbered parts of a text as one, where it asks for them to be joined."""
    parts = _PART.split(written)
    if len(parts) > _PARTS_AT_LEAST and _JOINING.search(written):
        yield " ".join(part.strip(" \n,;\"'") for part in parts)


def _from_base64(text: str) -> Iterator[bytes]:
    for blob in _BASE64.findall(text):
        trimmed = blob.rstrip("=")
        padded = trimmed[: len(trimmed) - (len(trimmed) % 4 == 1)]
        try:
            yield base64.b64decode(padded + "=" * (-len(padded) % 4))
        except binascii.Error:
            continue


def _from_hexadecimal(text: str) -> Iterator[bytes]:
    for blob in _HEX.findall(text):
        yield bytes.fromhex(re.sub(r"[ :]", "", blob))
