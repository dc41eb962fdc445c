"""Store together what came in one moment: one transaction for all that is plain among it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from secretaria.core.ticket import holder
from secretaria.errors import OthersWait
from secretaria.models import arrivals
from secretaria.models.arrivals import Known
from secretaria.models.contacts import Identity
from secretaria.models.inbox import Arrival
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
        plain = [message for message in messages if self._is_plain(message)]
        stored = self._store_plain(plain) if plain else {}
        return [stored.get(id(message)) for message in messages]

    def _is_plain(self, message: Spooled) -> bool:
        arrival, sender = message.arrival, message.sender
        if arrival is None or (sender.number is None and sender.lid is None):
            return False
        more = (arrival.unanswered, arrival.edits, arrival.backend, arrival.repeat_seconds)
        is_persons = arrival.ticket and holder(arrival.ticket, bot_user_id=None)
        return not any(more) and not is_persons and self.store.reason_of_age(arrival) is None

    def _store_plain(self, messages: Sequence[Spooled]) -> dict[int, Stored]:
        """By the identity of each message object; one bad row leaves all of them to go alone.

        (What the driver cannot even write down, such as half a character, is a `ValueError`.)
        """
        try:
            with self.database.transaction() as session:
                placed = self._place(session, messages)
                return self._write(session, placed) if placed else {}
        except (SQLAlchemyError, ValueError) as error:
            log.warning("store.parted", messages=len(messages), error=type(error).__name__)
            return {}

    def _place(self, session: Session, messages: Sequence[Spooled]) -> list["_Placed"]:
        """Find whose each message is; what cannot be placed at once is left out."""
        identities = [identity_shown(message.sender) for message in messages]
        shown = set(identities)
        found = _Found()
        found.add(arrivals.lock_known(session, list(shown)))
        new = [identity for identity in shown if found.of(identity) is None]
        if new:
            found.add(arrivals.add_new(session, new))
        contacts = {identity: found.exactly(identity) for identity in shown}
        return [
            _Placed(message, contact.conversation_id)
            for message, identity in zip(messages, identities, strict=True)
            if (contact := contacts[identity]) is not None
        ]

    def _write(self, session: Session, placed: Sequence["_Placed"]) -> dict[int, Stored]:
        rows = arrivals.add_messages(
            session,
            [(one.conversation_id, one.arrival) for one in placed],
            window_seconds=self.store.burst.window_seconds,
            longest_seconds=self.store.burst.longest_seconds,
        )
        written: dict[tuple[int, str], list[tuple[int, float]]] = defaultdict(list)
        for message_id, conversation_id, key, seconds in rows:
            written[conversation_id, key].append((message_id, seconds))
        return {id(one.message): self._stored(one, written[one.key]) for one in placed}

    def _stored(self, placed: "_Placed", written: list[tuple[int, float]]) -> Stored:
        """The first of several with one key was stored; the others are its duplicates."""
        sender = placed.message.sender
        contact = self.store.name_contact(identity_of(sender.number, sender.lid, sender.ticket_id))
        if not written:
            return Stored(contact, placed.conversation_id, None)
        message_id, seconds = written.pop()
        return Stored(contact, placed.conversation_id, message_id, due_in_seconds=max(seconds, 0.0))


@dataclass(frozen=True, slots=True)
class _Placed:
    """A message, and the conversation to which it belongs."""

    message: Spooled
    conversation_id: int

    @property
    def arrival(self) -> Arrival:
        assert self.message.arrival is not None  # noqa: S101 - else it is not plain
        return self.message.arrival

    @property
    def key(self) -> tuple[int, str]:
        return self.conversation_id, self.arrival.deduplication_key


@dataclass(frozen=True, slots=True)
class _Found:
    """The contacts that were found, by what they are known by."""

    by_number: dict[str | None, Known] = field(default_factory=dict)
    by_lid: dict[str | None, Known] = field(default_factory=dict)
    tickets_alone: set[int | None] = field(default_factory=set)

    def add(self, rows: Sequence[Known]) -> None:
        """Take in more of them."""
        self.by_number.update({row.number: row for row in rows if row.number is not None})
        self.by_lid.update({row.lid: row for row in rows if row.lid is not None})
        self.tickets_alone.update(
            row.ticket_id for row in rows if row.number is None and row.lid is None
        )

    def of(self, identity: Identity) -> Known | None:
        """The contact with an identity's number or LID."""
        return self.by_number.get(identity.number) or self.by_lid.get(identity.lid)

    def exactly(self, identity: Identity) -> Known | None:
        """The one contact whom an identity shows, if there is nothing to learn, and the bot is on.

        Whoever is known by the identity's ticket alone would be another.
        """
        contact = self.of(identity)
        if contact is None or contact.status != "bot" or identity.ticket_id in self.tickets_alone:
            return None
        is_more = identity.is_news_of(contact) or identity.refreshes(contact)
        return None if is_more else contact
