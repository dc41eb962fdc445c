"""Find the contact that somebody is, learning what they are known by, and adding whoever is new."""

from collections.abc import Sequence

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from secretaria.core.payload import Sender
from secretaria.errors import DatabaseUnavailable
from secretaria.models import contacts, merging
from secretaria.models.contacts import Identity
from secretaria.models.tables import Contact, Conversation

log = structlog.get_logger(__name__)
MOST_TRIES = 5
"""Another transaction may learn or merge the same contacts; each of them leaves less to do."""


class _Postponed(Exception):
    """The contacts cannot be made one just now: the next message tries again."""


def find_contact(session: Session, sender: Sender) -> Contact:
    """The sender as we know them, or from now on do; stays until the transaction ends.

    Raises `DatabaseUnavailable` when others change the same contacts without end.
    """
    for _ in range(MOST_TRIES):
        known = find_known(session, sender)
        contact = known[0] if known else contacts.add(session, identity_shown(sender))
        if contact is not None:
            return contact
    raise DatabaseUnavailable("contact_contested")


def find_known(session: Session, sender: Sender) -> Sequence[Contact]:
    """The contacts that a sender is: one, or none; all stay until the transaction ends.

    What the sender shows is learnt. Contacts that turn out to be one person become one, and so do
    their conversations; where that has to wait for the next message, all of them are answered,
    first the one with the sender's number. Whoever holds a contact already does not go on to lock
    any: two who did would wait for each other.
    """
    identity = identity_shown(sender)
    for _ in range(MOST_TRIES):
        seen = contacts.find(session, identity)
        if not seen:
            return ()
        if not _is_news(seen, identity):
            held = _held(session, identity)
            if held:
                return held
        else:
            joined = _join(session, identity)
            if joined is not None:
                return [joined]
    return _held(session, identity)


def identity_shown(sender: Sender) -> Identity:
    """What tells who a sender is."""
    return Identity(sender.number, sender.lid, sender.ticket_id, sender.name)


def _ids(found: Sequence[Contact]) -> list[int]:
    return [contact.id for contact in found]


def _is_news(found: Sequence[Contact], identity: Identity) -> bool:
    return len(found) > 1 or any(identity.is_news_of(contact) for contact in found)


def _held(session: Session, identity: Identity) -> Sequence[Contact]:
    """Hold the contacts as they are; none when they were merged into another a moment ago."""
    held = contacts.hold(session, identity)
    if held:
        contacts.refresh(session, held[0], identity)
    if _is_news(held, identity):
        log.warning("contact.merge_postponed", contact_ids=_ids(held))
    return held


def _join(session: Session, identity: Identity) -> Contact | None:
    """Learn and merge; None when it cannot be now, and then no lock of it is left."""
    try:
        with session.begin_nested():
            return _joined(session, identity)
    except (_Postponed, IntegrityError):  # uq_contacts_*: somebody was faster
        return None


def _joined(session: Session, identity: Identity) -> Contact:
    found = contacts.lock(session, identity)
    if not found or _ids(found) != _ids(contacts.find(session, identity)):
        raise _Postponed
    one_person = _without_strangers(session, found, identity)
    conversations = merging.lock_conversations(session, _ids(one_person))
    kept = _oldest(one_person, conversations)
    others = [contact for contact in one_person if contact is not kept]
    _merge(session, conversations)
    contacts.become(session, kept, others, identity)
    if others:
        log.info("contact.merged", contact_id=kept.id, merged_ids=_ids(others))
    return kept


def _without_strangers(
    session: Session, found: Sequence[Contact], identity: Identity
) -> Sequence[Contact]:
    """Leave out whoever has lost the sender's number to them.

    When each of two contacts had a number and a LID, they are two people: the number was given to
    another account, which its LID names.
    """
    mine = [contact for contact in found if contact.lid == identity.lid is not None]
    if identity.number is None or not mine or not contacts.has_another_number(mine[0], identity):
        return found
    strangers = [contact for contact in found if contact.lid not in {None, identity.lid}]
    for stranger in strangers:
        contacts.forget_number(session, stranger)
        log.warning("contact.number_moved", contact_id=stranger.id, to_contact_id=mine[0].id)
    return [contact for contact in found if contact not in strangers]


def _oldest(found: Sequence[Contact], conversations: Sequence[Conversation]) -> Contact:
    """Whose conversation is the oldest; who came first, where nobody has any."""
    started = [each.contact_id for each in conversations] or sorted(_ids(found))
    return next(contact for contact in found if contact.id == started[0])


def _merge(session: Session, conversations: Sequence[Conversation]) -> None:
    for other in conversations[1:]:
        kept = conversations[0]
        if not merging.can_move(session, other, kept):
            raise _Postponed
        merging.merge(session, other, kept)
        log.info("conversation.merged", conversation_id=kept.id, merged_id=other.id)
