"""The forms in which a secret we know may turn up in a line, as one pattern."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import SplitResult, quote, quote_plus, unquote, urlsplit

_SHORT = 4
"""A secret shorter than this is replaced only where it stands alone: it would shred the lines."""

_SHORTEST_BASE64 = 8
"""Fewer characters of base64 than this say too little to be told from ordinary words."""


def pattern_of(secrets: Iterable[str]) -> re.Pattern[str] | None:
    """Return what matches every form of every secret, the longest first; None without any."""
    forms = {form for secret in secrets for form in _forms(secret) if form}
    if not forms:
        return None
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(map(_literal, longest_first)), re.IGNORECASE)


def _literal(form: str) -> str:
    escaped = re.escape(form)
    return escaped if len(form) >= _SHORT else rf"(?<!\w){escaped}(?!\w)"


def _forms(secret: str) -> Iterator[str]:
    for plain in _plain_forms(secret.strip()):
        yield plain
        yield from (quote(plain), quote(plain, safe=""), quote_plus(plain))
        yield from (json.dumps(plain)[1:-1], repr(plain)[1:-1])
        yield from _encoded_forms(plain.encode("utf-8", "replace"))


def _plain_forms(secret: str) -> Iterator[str]:
    """Yield the secret, each of those separated by commas, and the password of a URL."""
    yield secret
    yield from (part.strip() for part in secret.split(",") if len(part.strip()) >= _SHORT)
    url = _url(secret)
    if url is not None and url.password and not _is_public(url.password, url):
        yield url.password
        yield unquote(url.password)


def _url(secret: str) -> SplitResult | None:
    try:
        url = urlsplit(secret)
    except ValueError:
        return None
    return url if url.scheme and url.netloc else None


def _is_public(password: str, url: SplitResult) -> bool:
    """Tell whether it only repeats the user or the database, as `app:app@localhost/app` does.

    Nothing is kept secret by it, and replacing such a word everywhere would spoil every line.
    """
    return password in {url.username, url.hostname, url.path.strip("/")}


def _encoded_forms(raw: bytes) -> Iterator[str]:
    if len(raw) < _SHORT:
        return
    yield raw.hex()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(raw).decode()
        yield from (whole, whole.rstrip("="))
        for offset, first in enumerate((0, 2, 3)):
            whole_characters = (offset + len(raw)) * 8 // 6
            core = encode(b"\0" * offset + raw).decode()[first:whole_characters]
            if len(core) >= _SHORTEST_BASE64:
                yield core  # as it stands in the middle of something longer
