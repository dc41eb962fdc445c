"""What people wrote, in one form: nothing invisible in it, and a second form for comparing."""

import re
import unicodedata

_LINE_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_BRAILLE_BLANK = "\u2800"

# The blocks that emoji come from; a joiner belongs only between two of them.
_EMOJI = (
    "\u2190-\u21ff\u2300-\u2328\u232b-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001fffd"
)
_STRAY_JOINER = f"(?<![{_EMOJI}])(?<![{_EMOJI}]\ufe0f)\u200d|\u200d(?![{_EMOJI}])"

# England, Scotland and Wales: the only flags that real keyboards write with tag characters.
_TAGGED_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)

_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters; tab and line feed stay
    "\u00ad\u034f\u061c\u180b-\u180f"  # soft hyphen, joiners, Mongolian selectors
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # letters that draw nothing
    "\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, direction
    "\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff"  # annotations, and what is no character
    "\ud800-\udfff"  # halves of surrogate pairs
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # other format controls
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"  # tag characters
    + "".join(f"{chr(end - 1)}{chr(end)}" for end in range(0x1FFFF, 0x110000, 0x10000))
)
_HIDDEN = re.compile(f"({_TAGGED_FLAGS})|[{_INVISIBLE}]|{_STRAY_JOINER}")

# A variation selector changes how the one character before it is drawn; any other hides data.
_SELECTOR = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_IDEOGRAPH = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_STRAY_SELECTOR = re.compile(
    rf"(?<![^\s{_SELECTOR}])[{_SELECTOR}]|(?<![{_IDEOGRAPH}])[\U000e0100-\U000e01ef]"
)

# Unicode normalisation sorts marks in quadratic time: 65,536 of them in a row take seconds.
# UAX #15 (stream-safe text) says that no language needs more than 30 on one character.
_MARKS_PER_CHARACTER = 30
_MAYBE_MARKS = re.compile(f"[^\x00-\u02ff]{{{_MARKS_PER_CHARACTER + 1},}}")
_HALFWIDTH_MARKS = "\uff9e\uff9f"  # letters by category, marks once decomposed


_PLAIN = re.compile("[\t\n\x20-\x7e\xa0-\xac\xae-\xff]*")
"""Nothing of this is ever changed, but for the outer whitespace: it is what most people write."""


def normalise(text: str) -> str:
    """Return the text as a person sees it: NFC, no hidden characters, outer whitespace stripped.

    Line breaks (all become a line feed), tabs, inner spacing and whole emoji stay; what only
    hides in a text goes: control, zero-width, direction and tag characters, lone surrogates.
    """
    if _PLAIN.fullmatch(text):
        return text.strip()
    text = _LINE_BREAK.sub("\n", text).replace(_BRAILLE_BLANK, " ")
    text = _STRAY_SELECTOR.sub("", _HIDDEN.sub(r"\1", text))
    text = unicodedata.normalize("NFC", _with_few_marks(text))
    return _with_few_marks(text).strip()


def fold(text: str) -> str:
    """Return the form in which two texts are compared: no accents, case or extra whitespace."""
    folded = normalise(text)
    for _ in range(2):  # folding the case may bring forth characters that decompose again
        folded = unicodedata.normalize("NFKD", folded).casefold()
    visible = (each for each in folded if each != "\u200d" and unicodedata.category(each) != "Mn")
    return " ".join("".join(visible).split())


def _with_few_marks(text: str) -> str:
    return _MAYBE_MARKS.sub(lambda stretch: _thinned(stretch.group()), text)


def _thinned(stretch: str) -> str:
    kept = []
    marks = 0
    for character in stretch:
        marks = marks + 1 if _is_mark(character) else 0
        if marks <= _MARKS_PER_CHARACTER:
            kept.append(character)
    return "".join(kept)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M") or character in _HALFWIDTH_MARKS
