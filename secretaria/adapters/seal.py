"""Signed words that others keep for us: the only door of itsdangerous."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from itsdangerous import BadData, TimestampSigner

from secretaria.services.panel_sessions import Opened


@dataclass(frozen=True, slots=True)
class DatedSeal:
    """Signs words with their moment; each purpose has signatures of its own."""

    now: Callable[[], datetime]

    def close(self, key: bytes, purpose: str, words: str) -> str:
        """The words, their moment and the signature, in ASCII."""
        return self._signer(key, purpose).sign(words).decode()

    def open(self, key: bytes, purpose: str, sealed: str) -> Opened | None:
        """What was sealed for this purpose under this key; None for anything else."""
        signer = self._signer(key, purpose)
        try:
            words, moment = signer.unsign(sealed, return_timestamp=True)
        except BadData:
            return None
        return Opened(words.decode(), (self.now() - moment).total_seconds())

    def _signer(self, key: bytes, purpose: str) -> TimestampSigner:
        return _Signer(self.now, key, purpose)


class _Signer(TimestampSigner):
    """The library's, by a clock that is handed in."""

    def __init__(self, now: Callable[[], datetime], key: bytes, purpose: str) -> None:
        super().__init__(key, salt=f"secretaria.panel.{purpose}", digest_method=sha256)
        self._now = now

    def get_timestamp(self) -> int:
        return int(self._now().timestamp())
