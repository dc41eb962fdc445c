"""Statements on contacts: who is known by a number, a LID or a ticket."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from secretaria.core import phone
from secretaria.models.tables import Contact, TypebotSession


class Known(Protocol):
    """What is known of a contact."""

    @property
    def number(self) -> str | None:
        """As it came."""

    @property
    def canonical(self) -> str | None:
        """The form in which all writings of one number meet."""

    @property
    def lid(self) -> str | None:
        """The digits of the LID."""

    @property
    def ticket_id(self) -> int | None:
        """The newest ticket."""

    @property
    def name(self) -> str | None:
        """The display name."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells who wrote: a number, a LID, a ticket; at least one of them."""

    number: str | None
    lid: str | None
    ticket_id: int | None
    name: str | None

    @property
    def canonical(self) -> str | None:
        """The form in which all writings of the number meet."""
        return None if self.number is None else phone.canonical(self.number)

    def is_news_of(self, contact: Known) -> bool:
        """Whether this shows a number or a LID that the contact is not known by."""
        if self.lid not in {None, contact.lid}:
            return True
        return self.number is not None and (
            (contact.number, contact.canonical) != (self.number, self.canonical)
        )

    def refreshes(self, contact: Known) -> dict[str, object]:
        """What is newer here: the contact's ticket, and their name the first time it is shown."""
        shown: dict[str, object] = {}
        if self.ticket_id not in {None, contact.ticket_id}:
            shown["ticket_id"] = self.ticket_id
        if contact.name is None and self.name is not None:
            shown["name"] = self.name
        return shown


def find(session: Session, identity: Identity) -> Sequence[Contact]:
    """The contacts that an identity shows, the one with its number first.

    Nothing is locked: they may be gone, or another's, in a moment.
    """
    return _read(session, identity, _shown(identity))


def hold(session: Session, identity: Identity) -> Sequence[Contact]:
    """The same contacts, who stay and keep their number and LID until the transaction ends."""
    return _read(session, identity, _shown(identity).with_for_update(read=True, key_share=True))


def lock(session: Session, identity: Identity) -> Sequence[Contact]:
    """The same contacts, locked in the order of their ids, to change or to delete them."""
    return _read(session, identity, _shown(identity).with_for_update())


def _read(session: Session, identity: Identity, query: Select[Contact]) -> Sequence[Contact]:
    found = session.scalars(query.execution_options(populate_existing=True)).all()
    return sorted(found, key=lambda contact: not _has_number(contact, identity.number))


def _has_number(contact: Contact, number: str | None) -> bool:
    return number is not None and contact.number in phone.writings(number)


def has_another_number(contact: Contact, identity: Identity) -> bool:
    """Whether a contact is known by a number that is not the identity's in any writing."""
    return contact.number is not None and not _has_number(contact, identity.number)


def _shown(identity: Identity) -> Select[Contact]:
    query = select(Contact).order_by(Contact.id)
    if identity.number is None and identity.lid is None:
        newest = select(func.max(Contact.id)).where(Contact.ticket_id == identity.ticket_id)
        return query.where(Contact.id == newest.scalar_subquery())
    return query.where(or_(*_signs(identity)))


def _signs(identity: Identity) -> Iterable[ColumnElement[bool]]:
    """A ticket tells who wrote only where nothing else is known: their next one has another id."""
    if identity.number is not None:
        yield Contact.canonical == phone.canonical(identity.number)
        yield Contact.number.in_(sorted(phone.writings(identity.number)))
    if identity.lid is not None:
        yield Contact.lid == identity.lid
    if identity.ticket_id is not None:
        yield and_(
            Contact.ticket_id == identity.ticket_id, Contact.number.is_(None), Contact.lid.is_(None)
        )


def add(session: Session, identity: Identity) -> Contact | None:
    """Add a contact; None when another request added it meanwhile."""
    row = insert(Contact).values(
        number=identity.number,
        canonical=identity.canonical,
        lid=identity.lid,
        ticket_id=identity.ticket_id,
        name=identity.name,
    )
    return session.scalar(row.on_conflict_do_nothing().returning(Contact))


def refresh(session: Session, contact: Contact, identity: Identity) -> None:
    """Remember what an identity shows of a held contact that may change."""
    shown = identity.refreshes(contact)
    if shown:
        session.execute(update(Contact).where(Contact.id == contact.id).values(shown))


def forget_number(session: Session, contact: Contact) -> None:
    """Take a number from a contact who has a LID: it is somebody else's now."""
    session.execute(
        update(Contact)
        .where(Contact.id == contact.id)
        .values(number=None, canonical=None, working_number=None)
    )


def become(session: Session, kept: Contact, others: Sequence[Contact], identity: Identity) -> None:
    """Make a locked contact what an identity and the other contacts, who go, say together.

    The newest writing of the number counts; the form that worked is remembered only for that one.
    """
    everybody = (kept, *others)
    number = identity.number or _first(one.number for one in everybody)
    tickets = [one.ticket_id for one in everybody if one.ticket_id is not None]
    values = {
        "number": number,
        "canonical": None if number is None else phone.canonical(number),
        "working_number": _first(one.working_number for one in everybody if one.number == number),
        "lid": identity.lid or _first(one.lid for one in everybody),
        "ticket_id": identity.ticket_id or max(tickets, default=None),
        "name": _first(one.name for one in everybody) or identity.name,
    }
    gone = [one.id for one in others]
    moved = update(TypebotSession).where(TypebotSession.contact_id.in_(gone))
    session.execute(moved.values(contact_id=kept.id))
    session.execute(delete(Contact).where(Contact.id.in_(gone)))
    session.execute(update(Contact).where(Contact.id == kept.id).values(values))
    session.refresh(kept)


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value is not None), None)
