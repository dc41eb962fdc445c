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
    """Somebody's pass, as they keep it: what their forms must bring, how long it is good for."""

    sealed: str = field(repr=False)
    form_proof: str = field(repr=False)
    seconds_left: float
    name: str
    """What it is called in logs."""


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

    def issue(self, purpose: Purpose) -> Pass:
        """A new pass; raises `DatabaseUnavailable` if the key was never read."""
        return self._issue(purpose, self.new_id())

    def renew(self, purpose: Purpose, sealed: str | None) -> Pass:
        """The same pass from now on, or a new one if it is not good; raises as `issue`.

        Forms that the pass was shown with stay good.
        """
        opened = self._open(purpose, sealed)
        return self.issue(purpose) if opened is None else self._issue(purpose, opened.words)

    def check(self, purpose: Purpose, sealed: str | None) -> Pass | None:
        """The pass, if it is one and still good; raises as `issue`."""
        opened = self._open(purpose, sealed)
        if sealed is None or opened is None:
            return None
        return self._pass(sealed, opened.words, _seconds_left(purpose, opened))

    def key(self) -> bytes:
        """The key of all signatures, read at most once."""
        if self._key is None:
            self._key = sign_in.signing_key(self.password, self.read_key())
        return self._key

    def _issue(self, purpose: Purpose, pass_id: str) -> Pass:
        sealed = self.seal.close(self.key(), purpose, pass_id)
        return self._pass(sealed, pass_id, LIFETIME_SECONDS[purpose])

    def _open(self, purpose: Purpose, sealed: str | None) -> Opened | None:
        opened = self.seal.open(self.key(), purpose, sealed) if sealed else None
        is_good = opened is not None and _seconds_left(purpose, opened) > 0
        return opened if is_good else None

    def _pass(self, sealed: str, pass_id: str, seconds_left: float) -> Pass:
        key = self.key()
        proof, name = sign_in.form_proof(key, pass_id), sign_in.pass_name(key, pass_id)
        return Pass(sealed, proof, seconds_left, name)


def _seconds_left(purpose: Purpose, opened: Opened) -> float:
    return LIFETIME_SECONDS[purpose] - opened.age_seconds
