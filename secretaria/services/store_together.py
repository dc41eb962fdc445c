"""Store together what came in one moment: one statement for all that is plain among it."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from secretaria.core.ticket import holder
from secretaria.errors import OthersWait
from secretaria.models import arrivals
from secretaria.models.arrivals import Written
from secretaria.models.contacts import Identity
from secretaria.models.inbox import Arrival
from secretaria.models.prepared import Executor
from secretaria.services.find_contact import identity_shown
from secretaria.services.name_contact import identity_of
from secretaria.services.ports import Spool, Spooled, Transactions
from secretaria.services.store import Store, Stored

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StoreTogether:
    """Stores what needs no more than to be written down; whatever is more than that goes alone.

    Plain is a message to be answered, of somebody who is known just as they show themselves or is
    quite new, and whom the bot serves. Neither its contact nor its conversation is waited for.
    """

    database: Transactions
    store: Store
    spool: Spool

    def __call__(self, messages: Sequence[Spooled]) -> Sequence[Stored | None]:
        """What became of each; None for one that is to be stored alone.

        Raises `DatabaseUnavailable`, and `OthersWait` while the spool is not empty.
        """
        if self.spool.is_waiting():
            raise OthersWait
        plain = [_Plain.of(message) for message in messages if self._is_plain(message)]
        stored = self._store_known(plain) if plain else {}
        left = [one for one in plain if id(one.message) not in stored]
        if left:
            stored |= self._store_new(left)
        return [stored.get(id(message)) for message in messages]

    def _is_plain(self, message: Spooled) -> bool:
        arrival, sender = message.arrival, message.sender
        if arrival is None or (sender.number is None and sender.lid is None):
            return False
        if arrival.unanswered or arrival.edits or arrival.backend or arrival.repeat_seconds:
            return False
        is_persons = arrival.ticket and holder(arrival.ticket, bot_user_id=None)
        return not is_persons and self.store.reason_of_age(arrival) is None

    def _store_known(self, messages: Sequence["_Plain"]) -> dict[int, Stored]:
        """By the identity of each message object; one bad row leaves all of them to go alone.

        (What the driver cannot even write down, such as half a character, is a `ValueError`.)
        """
        try:
            with self.database.statements() as statements:
                return self._write(statements, messages)
        except (SQLAlchemyError, ValueError) as error:
            return _parted(messages, error)

    def _store_new(self, messages: Sequence["_Plain"]) -> dict[int, Stored]:
        """Likewise, of those among them whom nobody knows yet."""
        try:
            with self.database.transaction() as session:
                new = arrivals.add_contacts(session, list({one.identity for one in messages}))
                return self._write(session, messages) if new else {}
        except (SQLAlchemyError, ValueError) as error:
            return _parted(messages, error)

    def _write(self, executor: Executor, messages: Sequence["_Plain"]) -> dict[int, Stored]:
        burst = self.store.burst
        rows = arrivals.add_messages(
            executor,
            [(one.identity, one.arrival) for one in messages],
            window_seconds=burst.window_seconds,
            longest_seconds=burst.longest_seconds,
        )
        stored: dict[int, Stored] = {}
        taken: set[int | None] = {None}
        for row in rows:
            message = messages[row.place - 1].message
            stored[id(message)] = self._stored(message, row, is_new=row.message_id not in taken)
            taken.add(row.message_id)
        return stored

    def _stored(self, message: Spooled, row: Written, *, is_new: bool) -> Stored:
        """The first of several with one key was stored; the others are its duplicates."""
        sender = message.sender
        contact = self.store.name_contact(identity_of(sender.number, sender.lid, sender.ticket_id))
        if not is_new:
            return Stored(contact, row.conversation_id, None)
        seconds = max(row.due_in_seconds or 0.0, 0.0)
        return Stored(contact, row.conversation_id, row.message_id, due_in_seconds=seconds)


@dataclass(frozen=True, slots=True)
class _Plain:
    """A message that may be stored with others, and what its sender shows."""

    message: Spooled
    identity: Identity

    @staticmethod
    def of(message: Spooled) -> "_Plain":
        return _Plain(message, identity_shown(message.sender))

    @property
    def arrival(self) -> Arrival:
        assert self.message.arrival is not None  # noqa: S101 - else it is not plain
        return self.message.arrival


def _parted(messages: Sequence[_Plain], error: Exception) -> dict[int, Stored]:
    log.warning("store.parted", messages=len(messages), error=type(error).__name__)
    return {}
