"""Who may see the panel: signed passes, of which the server keeps nothing but the key."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from secretaria.core import sign_in
from secretaria.models import reports
from secretaria.services.ports import Transactions

_KEY_NAME = "panel"
Purpose = Literal["session", "visit"]
LIFETIME_SECONDS: dict[Purpose, int] = {"session": 12 * 3600, "visit": 3600}
"""Of somebody who has signed in, and of somebody who is about to."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What was sealed, and how long ago."""

    words: str
    age_seconds: float


class Seal(Protocol):
    """Signs words that others keep for us."""

    def close(self, key: bytes, purpose: str, words: str) -> str:
        """The words with their moment and a signature, fit for a cookie."""

    def open(self, key: bytes, purpose: str, sealed: str) -> Opened | None:
        """What was sealed for this purpose under this key; None for anything else."""


@dataclass(frozen=True, slots=True)
class Pass:
    """Somebody's pass: what their forms must bring, and how long it is good for."""

    form_proof: str
    seconds_left: float


def kept_key(database: Transactions) -> str:
    """The random key that the installation keeps; raises `DatabaseUnavailable`."""
    with database.transaction() as session:
        return reports.instance_key(session, _KEY_NAME, secrets.token_hex(32))


@dataclass(slots=True)
class PanelSessions:
    """Keyed by the password and a random key that the installation keeps.

    `read_key`: reads the latter; raises `DatabaseUnavailable`.
    """

    read_key: Callable[[], str]
    password: str = field(repr=False)
    seal: Seal
    new_id: Callable[[], str]
    _key: bytes | None = field(default=None, init=False, repr=False)

    def issue(self, purpose: Purpose) -> str:
        """A new pass, sealed; raises `DatabaseUnavailable` if the key was never read."""
        return self.seal.close(self.key(), purpose, self.new_id())

    def check(self, purpose: Purpose, sealed: str | None) -> Pass | None:
        """The pass, if it is one and still good; raises `DatabaseUnavailable` likewise."""
        opened = self.seal.open(self.key(), purpose, sealed) if sealed else None
        if opened is None:
            return None
        seconds_left = LIFETIME_SECONDS[purpose] - opened.age_seconds
        if seconds_left <= 0:
            return None
        return Pass(sign_in.form_proof(self.key(), opened.words), seconds_left)

    def key(self) -> bytes:
        """The key of all signatures, read at most once."""
        if self._key is None:
            self._key = sign_in.signing_key(self.password, self.read_key())
        return self._key
