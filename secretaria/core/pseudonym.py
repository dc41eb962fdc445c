"""The name that stands for somebody in logs: the same for the same one, and no way back."""

import hmac

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_LENGTH = 12


def pseudonym(key: str, identity: str) -> str:
    """Twelve letters for a number, a LID or a pass, keyed so that numbers cannot be tried out."""
    digest = hmac.digest(key.encode(), identity.encode(), "sha256").hex()
    return digest[:_LENGTH].translate(_LETTERS)
