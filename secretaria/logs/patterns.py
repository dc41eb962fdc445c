"""What gives away a telephone number or a credential by its form alone."""

import re
from collections.abc import Iterator

SECRET = "[secret]"  # noqa: S105 - what is shown instead of one
NUMBER = "[number]"

_FEWEST_DIGITS = 8

_BEARER = re.compile(r"""\b(Bearer|Basic)(?:\s+|%20)[^\s"',;]+""", re.IGNORECASE)
_LABELLED = re.compile(
    r"""((?:key|token|password|passwd|senha|secret|authorization)["']?\s{0,3}[=:]\s{0,3})"""
    r"""(?!\[secret\])("[^"]*"?|'[^']*'?|[^\s&,;"')}\]]+)""",
    re.IGNORECASE,
)
_URL_PASSWORD = re.compile(r"(://[^\s/@:]*:)[^\s/]*@")
_URL_TOKEN = re.compile(
    r"(/webhook/whaticket/|/api/v1/typebots/|/api/v1/sessions/)"
    r"(?!\{[a-z_]+\}(?:[\s/\"']|$))"  # the template of a path, which holds nothing
    r"[^\s/?#\"']+",
    re.IGNORECASE,
)
_JWT = re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]*)*")
_GOOGLE_KEY = re.compile(r"AIza[\w-]{10,}|\bAQ\.[\w-]{20,}")

_GAP = (
    r"(?:[\s().+\-\u2010-\u2015\u2212"  # how people write a number
    r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\u20e3\ufe0f\ufeff]"  # what comes along unseen
    r"|%(?:20|28|29|2[BbDd])){0,4}"
)
_NUMBER = re.compile(rf"\+?\d(?:{_GAP}\d){{{_FEWEST_DIGITS - 1},}}")

_DAY = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"[0-2]\d:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,9})?)?(?:Z|[+-][01]\d:?[0-5]\d)?"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_INTACT = re.compile(
    "|".join(
        (
            r"(?<!\w)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?!\w)",  # a UUID
            r"(?<!\w)(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?!\w)",  # a digest, an id
            # A shorter id in hexadecimal, unless a whole number with its country hides in it.
            r"(?<!\w)(?=\d*[a-f])(?!\w*\d{12})[0-9a-f]{16,63}(?!\w)",
            rf"(?<!\w){_DAY}(?:[T ]{_TIME})?(?!\w)",  # as ISO 8601 writes it
            rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?::\d{{1,5}})?(?![\w.]*\d)",  # an address
        )
    ),
    re.IGNORECASE | re.ASCII,
)


def without_credentials(text: str) -> str:
    """Replace what looks like a credential."""
    text = _URL_PASSWORD.sub(rf"\g<1>{SECRET}@", text)
    text = _URL_TOKEN.sub(rf"\g<1>{SECRET}", text)
    text = _BEARER.sub(rf"\g<1> {SECRET}", text)
    text = _JWT.sub(SECRET, text)
    text = _GOOGLE_KEY.sub(SECRET, text)
    return _LABELLED.sub(rf"\g<1>{SECRET}", text)


def without_numbers(text: str) -> str:
    """Replace every run of digits that may be a telephone number.

    Timestamps, addresses, UUIDs and ids in hexadecimal stay as they are.
    """
    return "".join(_parts(text))


def _parts(text: str) -> Iterator[str]:
    position = 0
    for intact in _INTACT.finditer(text):
        yield _NUMBER.sub(NUMBER, text[position : intact.start()])
        yield intact[0]
        position = intact.end()
    yield _NUMBER.sub(NUMBER, text[position:])
