"""Name a contact for the logs."""

import secrets
from dataclasses import dataclass, field

from secretaria.core import phone
from secretaria.core.pseudonym import pseudonym
from secretaria.models import reports
from secretaria.services.ports import Transactions

_KEY_NAME = "privacy"


@dataclass(slots=True)
class NameContact:
    """Keyed by PRIVACY_KEY, or by a random key that the installation keeps in its database."""

    database: Transactions
    configured_key: str | None = field(repr=False)
    _fetched: str | None = field(default=None, init=False, repr=False)

    def __call__(self, identity: str) -> str:
        """The contact's pseudonym; raises `DatabaseUnavailable` if the key was never read."""
        return pseudonym(self.key(), identity)

    def key(self) -> str:
        """The key, read from the database at most once."""
        return self.configured_key or self._stored_key()

    def _stored_key(self) -> str:
        if self._fetched is None:
            with self.database.transaction() as session:
                self._fetched = reports.instance_key(session, _KEY_NAME, secrets.token_hex(32))
        return self._fetched


def identity_of(number: str | None, lid: str | None, ticket_id: int | None) -> str:
    """What stands for a contact: the number where it is known, else the LID, else the ticket.

    It is the same in whichever form the number has come.
    """
    return phone.canonical(number) if number else lid or f"ticket:{ticket_id}"
