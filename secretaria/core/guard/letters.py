"""Write every letter plainly: what only looks like a letter of a to z becomes that letter."""

import unicodedata
from typing import Final

_CYRILLIC = dict(zip("абвгеёзікмнорстухуһѕјԁԛԝѵ", "a6breesikmhopctyxyhsjdqwv", strict=True))
_GREEK = dict(zip("αβεηικνορτυχγωϲϳ", "abenikvoptuxywcj", strict=True))
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True))
_STROKED = dict(zip("ıłøđħŧɡɑǃ", "ilodhtga!", strict=True))
_BOXED = {
    chr(start + offset): chr(ord("a") + offset)
    for start in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
    for offset in range(26)
}
_PUNCTUATION = {"’": "'", "‘": "'", "´": "'", "`": "'", "…": "...", "¡": "!", "¿": "?"}
_LOOKALIKES: Final = str.maketrans(
    {**_CYRILLIC, **_GREEK, **_SMALL_CAPITALS, **_STROKED, **_BOXED, **_PUNCTUATION}
)
# Translated first: an acute accent that stands alone decomposes into a space and a mark.
_PUNCTUATION_ONLY: Final = str.maketrans(_PUNCTUATION)
_LEFT_OUT: Final = frozenset({"Mn", "Me", "Cf", "Cs", "Cn", "Co"})


def plain(text: str) -> str:
    """Return the text in small letters without accents, invisible characters or lookalikes.

    Line breaks and spacing stay. Marks are dropped before the text is decomposed as well as
    after it: sorting a long run of them is what makes Unicode normalisation slow.
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", _visible(text.translate(_PUNCTUATION_ONLY)))
    return _visible(decomposed).casefold().translate(_LOOKALIKES)


def _visible(text: str) -> str:
    return "".join(letter for letter in text if unicodedata.category(letter) not in _LEFT_OUT)
