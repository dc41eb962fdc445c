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


def decoded(text: str) -> Iterator[str]:
    """Yield what the codes in a text say, written plainly, where they say anything."""
    blobs = (*_from_base64(text), *_from_hexadecimal(text))
    for blob in blobs:
        try:
            yield plain(blob.decode())
        except UnicodeDecodeError:
            continue
    yield from _turned(text)


def _turned(text: str) -> Iterator[str]:
    """Yield the text itself, rotated or reversed, where it speaks of that or looks like it."""
    written = plain(text)
    if _ROT13.search(written):
        yield codecs.encode(written, "rot13")
    if _BACKWARDS.search(written):
        yield written[::-1]
    if sum(text.count(letter) for letter in _UPSIDE_DOWN) >= _TURNED_AT_LEAST:
        yield plain(text.lower().translate(_TURNED)[::-1])


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
