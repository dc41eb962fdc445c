"""Name a contact for the logs."""

import secrets
from dataclasses import dataclass, field

from secretaria.core.pseudonym import pseudonym
from secretaria.models import reports
from secretaria.services.ports import Transactions

_KEY_NAME = "privacy"


@dataclass(slots=True)
class NameContact:
    """Keyed by PRIVACY_KEY, or by a random key that the installation keeps in its database."""

    database: Transactions
    key: str | None
    _fetched: str | None = field(default=None, init=False)

    def __call__(self, identity: str) -> str:
        """The contact's pseudonym; raises `DatabaseUnavailable` if the key was never read."""
        return pseudonym(self.key or self._stored_key(), identity)

    def _stored_key(self) -> str:
        if self._fetched is None:
            with self.database.transaction() as session:
                self._fetched = reports.instance_key(session, _KEY_NAME, secrets.token_hex(32))
        return self._fetched
