"""The name that stands for somebody in logs: the same for the same one, and no way back."""

import hmac
from functools import lru_cache

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_LENGTH = 12
_MOST_REMEMBERED = 4_096
"""Each message names its contact, and they come again."""


@lru_cache(_MOST_REMEMBERED)
def pseudonym(key: str, identity: str) -> str:
    """Twelve letters for a number, a LID or a pass, keyed so that numbers cannot be tried out."""
    digest = hmac.digest(key.encode(), identity.encode(), "sha256").hex()
    return digest[:_LENGTH].translate(_LETTERS)
