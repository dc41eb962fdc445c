"""What a reply must be before it is stored: free of our rules, keys, canaries and error texts."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from secretaria.core.text import fold, normalise

LONGEST_QUOTE = 40
"""So many characters of the rules in a row, or more, are a leak."""

LONGEST_PART = 1_500
MOST_PARTS = 6
SHORTEST_PART = 200
"""A part of fewer characters is no place to pause."""
_PLACES = (
    re.compile(r"\n[ \t]*\n\s*"),
    re.compile(r"\n\s*"),
    re.compile(r"(?<=[.!?…])[\"”’)]*\s+"),
    re.compile(r"\s+"),
)

_SHORTEST_RUN = 24
_STRAY_LETTERS = 8
_SHORTEST_SECRET = 6
_SHORTEST_SECRET_IN_LETTERS = 12
_TEMPLATE = re.compile(r"\{(?=\{)")
_KEYS = re.compile(
    r"AIza[\w-]{30,}|\bAQ\.[\w-]{20,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*|\bsk-[\w-]{20,}"
    r"|\bAKIA[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\b[a-z]{4,10}://[^\s/@]+:[^\s/@]+@"
)
_ERRORS = re.compile(
    # what programs print when they break, in any of the usual languages
    r"Traceback \(most recent call last\)|^[ \t]*File \".+\", line \d+|^panic: |\bgoroutine \d+ \["
    r"|^[ \t]*at [^\n(]+\(\S+\.\w+:\d+(?::\d+)?\)|\b(?:psycopg2|sqlalchemy|google\.\w+)\.\w+"
    r"|\b[A-Z]\w+(?:Error|Exception)\b(?=[:(]|$)|\A(?:Uncaught |Unhandled )?(?:Error|Exception): "
    # Google's, HTTP's, Whaticket's and the network's own words
    r"|\b(?:RESOURCE_EXHAUSTED|INVALID_ARGUMENT|PERMISSION_DENIED|DEADLINE_EXCEEDED"
    r"|FAILED_PRECONDITION|UNAUTHENTICATED|INTERNAL_ERROR|ECONN[A-Z]{3,}|ETIMEDOUT|ENOTFOUND)\b"
    r"|\bgoogleapis\.com/|\bERR_[A-Z_]{4,}|\bstatus code:? [45]\d\d\b|\bHTTP(?:/[\d.]+)? [45]\d\d\b"
    r"|\b[45]\d\d (?:INTERNAL|UNAVAILABLE|NOT_FOUND|Internal Server Error|Bad (?:Gateway|Request)"
    r"|Service Unavailable|Gateway Time-?out|Too Many Requests|Not Found|Forbidden|Unauthorized)\b"
    # a page or a document where a sentence should be
    r"|(?i:<!doctype\b|</?(?:html|head|body|title|script|pre|div)\b[^>]*>|<\?xml\b)"
    r"|\{\s*\"error\"\s*:|\A\s*(?:```\w*\s*)?[\[{]\s*[\[{]?\s*\"[^\"\n]*\"\s*:",
    re.MULTILINE,
)
_ERROR_WORDS = re.compile(
    r"(?:error \d{3}\W+)?(?:\d{3}\W+)?internal (?:server )?error(?: encountered)?"
    r"|api key not valid.*|an? (?:internal |unexpected |unknown )?error (?:has )?occurr?ed\b.*"
    r"|.*\bobject (?:has no attribute|is not (?:callable|subscriptable|iterable))\b.*"
    r"|\[object \w+\]|undefined|null|none|nan|true|false",
    re.IGNORECASE | re.DOTALL,
)
"""What is an error when it is all that a reply says."""
_CODE_FENCE = re.compile(r"\A```\w*\s*|\s*```\Z")


@dataclass(frozen=True, slots=True)
class Confidential:
    """What no reply may contain, and the facts that may be said although the rules hold them."""

    canary: str
    rules: str
    facts: str
    secrets: Sequence[str] = field(repr=False)


def prepare(text: str) -> str:
    """A text as it is stored and sent: nothing hidden in it.

    Whaticket would expand `{{`, so the braces are parted.
    """
    return _TEMPLATE.sub("{ ", normalise(text))


def split(text: str) -> tuple[str, ...]:
    """A reply in parts as people send them: cut between paragraphs, else sentences, else words.

    What is longer than all parts together ends in an ellipsis.
    """
    parts: list[str] = []
    rest = text.strip()
    while rest and len(parts) < MOST_PARTS:
        end = len(rest) if len(rest) <= LONGEST_PART else _end_of_part(rest)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    if rest:
        parts[-1] = parts[-1][: LONGEST_PART - 1].rstrip() + "…"
    return tuple(parts)


def _end_of_part(text: str) -> int:
    """Where the first part ends: at the last good place that leaves it neither long nor tiny."""
    window = text[: LONGEST_PART + 1]
    for place in _PLACES:
        ends = [found.end() for found in place.finditer(window) if found.start() <= LONGEST_PART]
        fitting = [
            end for end in ends if SHORTEST_PART <= len(window[:end].rstrip()) <= LONGEST_PART
        ]
        if fitting:
            return fitting[-1]
    return LONGEST_PART


def find_leak(text: str, confidential: Confidential) -> str | None:
    """What a reply gives away, in one word; None when it may go."""
    said = _letters(text)
    if confidential.canary and _letters(confidential.canary) in said:
        return "canary"
    if any(_tells(text, said, one, confidential.facts) for one in confidential.secrets):
        return "secret"
    if _KEYS.search(text):
        return "key"
    runs = _confidential_runs(confidential.rules, confidential.facts)
    return "rules" if any(run in said for run in runs) else None


def is_error_text(text: str) -> bool:
    """Whether a reply is a machine's error or document rather than a sentence for a customer."""
    alone = text.strip().rstrip(".! ")
    return bool(_ERRORS.search(text) or _ERROR_WORDS.fullmatch(alone)) or _is_json(text)


def _tells(text: str, said: str, secret: str, facts: str) -> bool:
    """Whether a text tells a secret, also spaced out or in another case; facts are no secrets."""
    if len(secret) < _SHORTEST_SECRET or secret in facts:
        return False
    letters = _letters(secret)
    return secret in text or (len(letters) >= _SHORTEST_SECRET_IN_LETTERS and letters in said)


@lru_cache(maxsize=8)
def _confidential_runs(rules: str, facts: str) -> tuple[str, ...]:
    """The letters of every run of the rules that is too long to be said.

    A run that is a fact but for a few letters at its ends may be said: those letters are often
    there by chance, from the words before and after.
    """
    open_letters = _letters(facts)
    starts = range(len(rules) - LONGEST_QUOTE + 1)
    runs = dict.fromkeys(_letters(rules[start : start + LONGEST_QUOTE]) for start in starts)
    return tuple(
        run
        for run in runs
        if len(run) >= _SHORTEST_RUN and run[_STRAY_LETTERS:-_STRAY_LETTERS] not in open_letters
    )


def _is_json(text: str) -> bool:
    bare = _CODE_FENCE.sub("", text.strip())
    if not bare.startswith(("{", "[")):
        return False
    try:
        json.loads(bare)
    except (ValueError, RecursionError):
        return False
    return True


def _letters(text: str) -> str:
    """Letters and digits only, without case or accents."""
    return "".join(filter(str.isalnum, fold(text)))
